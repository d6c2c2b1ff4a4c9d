-- name: now
-- The database's idea of now, shifted by this connection's clock offset.
SELECT leadhouse_now();

-- name: allow_thinking
-- Let this transaction be idle for longer.
SELECT set_config('idle_in_transaction_session_timeout', '5min', TRUE);
