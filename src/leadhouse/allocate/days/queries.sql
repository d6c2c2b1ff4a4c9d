-- name: take_turn
-- Be the one that keeps days until the transaction ends; false when another is.
SELECT pg_try_advisory_xact_lock(%(turn)s);

-- name: oldest
-- When the first decision was made.
SELECT least((SELECT min(at) FROM allocate_tally), (SELECT min(decided_at) FROM allocate_assignment));

-- name: kept_days
-- The days that are kept, and whether an assignment of them has changed since.
SELECT starts_at, ends_at,
       EXISTS (SELECT FROM allocate_stirred AS stirred WHERE stirred.at >= starts_at AND stirred.at < ends_at)
FROM allocate_day ORDER BY starts_at;

-- name: forget_days
-- Forget days as they were kept.
WITH sums AS (DELETE FROM allocate_day_sum WHERE starts_at = ANY(%(starts)s::timestamptz[]))
DELETE FROM allocate_day WHERE starts_at = ANY(%(starts)s::timestamptz[]);

-- name: hear
-- Take the marks of these days away, as far as they can be seen now.
DELETE FROM allocate_stirred AS stirred
USING unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) AS day (starts_at, ends_at)
WHERE stirred.at >= day.starts_at AND stirred.at < day.ends_at;

-- name: keep_sums
-- Count what companies were given in these days, by the instant of the decision.
INSERT INTO allocate_day_sum (starts_at, company_id, leads, spent_minor, rejected, refused, failed)
SELECT day.starts_at, given.company_id, count(*) FILTER (WHERE given.status NOT IN ('refused', 'failed')),
       coalesce(sum(given.price_minor) FILTER (WHERE given.status NOT IN ('refused', 'failed')), 0),
       count(given.rejected_at), count(*) FILTER (WHERE given.status = 'refused'),
       count(*) FILTER (WHERE given.status = 'failed')
FROM unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) AS day (starts_at, ends_at)
JOIN allocate_assignment AS given ON given.decided_at >= day.starts_at AND given.decided_at < day.ends_at
GROUP BY 1, 2;

-- name: keep_days
-- Say that these days are kept, and with how many campaigns their decisions started and ended.
INSERT INTO allocate_day (starts_at, ends_at, decisions, net, priced, budget, winners)
SELECT day.starts_at, day.ends_at, coalesce(sum(tally.decisions), 0), coalesce(sum(tally.net), 0),
       coalesce(sum(tally.priced), 0), coalesce(sum(tally.budget), 0), coalesce(sum(tally.winners), 0)
FROM unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) AS day (starts_at, ends_at)
LEFT JOIN allocate_tally AS tally ON tally.at >= day.starts_at AND tally.at < day.ends_at
GROUP BY day.starts_at, day.ends_at;
