-- name: now
-- The database's idea of now, shifted by this connection's clock offset.
SELECT leadhouse_now();

-- name: notify
-- Wake whoever listens on a channel, once the transaction commits.
SELECT pg_notify(%(channel)s, %(payload)s);
