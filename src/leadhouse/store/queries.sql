-- name: now
-- The database's idea of now, shifted by this connection's clock offset.
SELECT leadhouse_now();
