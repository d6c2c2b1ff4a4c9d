-- name: take_turn
-- Be the one that keeps days until the transaction ends; false when another is.
SELECT pg_try_advisory_xact_lock(%(turn)s);

-- name: oldest
-- When the first lead came.
SELECT min(received_at) FROM timeline_passport;

-- name: kept_days
-- The days that are kept, and whether a lead of them has changed since.
SELECT starts_at, ends_at,
       EXISTS (SELECT FROM timeline_stirred AS stirred WHERE stirred.at >= starts_at AND stirred.at < ends_at)
FROM timeline_day ORDER BY starts_at;

-- name: forget_days
-- Forget days as they were kept.
WITH sums AS (DELETE FROM timeline_day_sum WHERE starts_at = ANY(%(starts)s::timestamptz[]))
DELETE FROM timeline_day WHERE starts_at = ANY(%(starts)s::timestamptz[]);

-- name: hear
-- Take the marks of these days away, as far as they can be seen now.
DELETE FROM timeline_stirred AS stirred
USING unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) AS day (starts_at, ends_at)
WHERE stirred.at >= day.starts_at AND stirred.at < day.ends_at;

-- name: keep_sums
-- Count these days' real leads by source, status, reason and state.
INSERT INTO timeline_day_sum (starts_at, source_id, status, reason, state, leads, accepted, revenue_minor,
                              credited_minor, booked_minor)
SELECT day.starts_at, passport.source_id, passport.status, coalesce(passport.reason, ''), passport.state, count(*),
       count(*) FILTER (WHERE passport.good_to_sell), sum(passport.revenue_minor), sum(passport.credited_minor),
       sum(passport.booked_minor)
FROM unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) AS day (starts_at, ends_at)
JOIN timeline_passport AS passport
  ON passport.received_at >= day.starts_at AND passport.received_at < day.ends_at
WHERE NOT passport.is_test
GROUP BY 1, 2, 3, 4, 5;

-- name: keep_days
-- Say that these days are kept.
INSERT INTO timeline_day (starts_at, ends_at)
SELECT starts_at, ends_at FROM unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) AS day (starts_at, ends_at);
