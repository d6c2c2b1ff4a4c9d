-- name: lock_migrations
-- Let one process at a time migrate, whichever machine it runs on; held by the session.
SELECT pg_advisory_lock(hashtextextended('leadhouse migrations', 0));

-- name: unlock_migrations
-- Let the next one migrate.
SELECT pg_advisory_unlock(hashtextextended('leadhouse migrations', 0));

-- name: server_facts
-- What decides whether this server may keep a house's books.
SELECT
    current_setting('server_version_num')::int,
    current_setting('server_version'),
    current_setting('fsync'),
    current_setting('full_page_writes'),
    current_setting('synchronous_commit'),
    current_setting('server_encoding'),
    extract(epoch FROM clock_timestamp())::float8;

-- name: zone_offsets
-- How far each zone is from UTC at an instant, in seconds; a zone that the server does not know is left out.
SELECT
    zone.name,
    extract(epoch FROM (%(at)s AT TIME ZONE zone.name) - (%(at)s AT TIME ZONE 'UTC'))::int
FROM pg_timezone_names AS zone
WHERE zone.name = ANY(%(names)s::text[])
ORDER BY zone.name;
