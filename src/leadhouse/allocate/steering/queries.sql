-- name: begin
-- Have these products paced from now on.
INSERT INTO allocate_pacing (product_id, updated_at, resolved_at, revision)
SELECT product_id, '-infinity', '-infinity', 0 FROM unnest(%(product_ids)s::int[]) AS fresh (product_id)
ON CONFLICT (product_id) DO NOTHING;

-- name: take_turn
-- Take the turn at a product unless somebody has it, or had it since this instant; the lock is the lease.
SELECT clock.at, resolved_at <= clock.at - make_interval(secs => %(resolve_seconds)s) AS is_to_resolve
FROM allocate_pacing CROSS JOIN (SELECT leadhouse_now() AS at) AS clock
WHERE product_id = %(product_id)s
  AND updated_at < date_bin(make_interval(secs => %(update_seconds)s), clock.at, TIMESTAMPTZ '2000-01-01 00:00+00')
FOR UPDATE OF allocate_pacing SKIP LOCKED;

-- name: end_turn
-- Note when the prices were brought up to date, and that everybody has to read them again.
UPDATE allocate_pacing
SET updated_at = %(at)s, resolved_at = CASE WHEN %(is_resolved)s THEN %(at)s ELSE resolved_at END,
    revision = revision + 1
WHERE product_id = %(product_id)s;

-- name: paces
-- A product's campaigns as they were paced at the last update.
SELECT campaign_id, shadow_price, day_starts_at, day_ends_at, plan, week_share, month_share, spent_minor, spent_count,
       at
FROM allocate_pace WHERE product_id = %(product_id)s ORDER BY campaign_id;

-- name: keep_prices
-- Keep the shadow prices of campaigns whose days go on.
UPDATE allocate_pace AS pace
SET shadow_price = fresh.shadow_price, spent_minor = fresh.spent_minor, spent_count = fresh.spent_count, at = fresh.at
FROM unnest(%(campaign_ids)s::int[], %(shadow_prices)s::float8[], %(spent_minor)s::bigint[],
            %(spent_count)s::bigint[], %(ats)s::timestamptz[])
     AS fresh (campaign_id, shadow_price, spent_minor, spent_count, at)
WHERE pace.campaign_id = fresh.campaign_id;

-- name: drop_paces
-- Forget campaigns that have no budget any more.
DELETE FROM allocate_pace WHERE product_id = %(product_id)s AND campaign_id <> ALL(%(campaign_ids)s::int[]);

-- name: keep_days
-- Keep how campaigns are paced whose days have begun.
INSERT INTO allocate_pace (campaign_id, product_id, shadow_price, day_starts_at, day_ends_at, plan, week_share,
                           month_share, spent_minor, spent_count, at)
SELECT campaign_id, %(product_id)s, shadow_price, day_starts_at, day_ends_at, plan, week_share, month_share,
       spent_minor, spent_count, at
FROM jsonb_to_recordset(%(days)s::jsonb)
     AS fresh (campaign_id int, shadow_price float8, day_starts_at timestamptz, day_ends_at timestamptz,
               plan float8[], week_share float8, month_share float8, spent_minor bigint, spent_count bigint,
               at timestamptz)
ORDER BY campaign_id
ON CONFLICT (campaign_id) DO UPDATE
SET product_id = excluded.product_id, shadow_price = excluded.shadow_price,
    day_starts_at = excluded.day_starts_at, day_ends_at = excluded.day_ends_at, plan = excluded.plan,
    week_share = excluded.week_share, month_share = excluded.month_share, spent_minor = excluded.spent_minor,
    spent_count = excluded.spent_count, at = excluded.at;

-- name: shadow_prices
-- The shadow prices of these products' campaigns, those of none left out.
SELECT campaign_id, shadow_price FROM allocate_pace
WHERE product_id = ANY(%(product_ids)s::int[]) AND shadow_price > 0 ORDER BY campaign_id;

-- name: spent_since
-- What campaigns spent since their days began; duplicates that follow their opportunity use up no window.
SELECT day.campaign_id, coalesce(sum(sale.price_minor), 0)::bigint, count(sale.id)
FROM unnest(%(campaign_ids)s::int[], %(company_ids)s::int[], %(starts)s::timestamptz[])
     AS day (campaign_id, company_id, starts_at)
JOIN allocate_assignment AS sale
  ON sale.company_id = day.company_id AND sale.campaign_id = day.campaign_id AND sale.decided_at >= day.starts_at
WHERE sale.status IN ('held', 'delivering', 'accepted') AND cardinality(sale.windows) > 0
GROUP BY day.campaign_id;

-- name: shadow_days
-- What campaigns would have spent, day by day, since an instant.
SELECT campaign_id, starts_at, spent_minor, spent_count FROM allocate_shadow_day
WHERE campaign_id = ANY(%(campaign_ids)s::int[]) AND starts_at >= %(since)s;

-- name: forget_shadow_days
-- Remove days that began so long ago that no month still running holds them, oldest first.
WITH gone AS MATERIALIZED (
    SELECT campaign_id, starts_at FROM allocate_shadow_day
    WHERE starts_at <= leadhouse_now() - INTERVAL '40 days'
    ORDER BY starts_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
DELETE FROM allocate_shadow_day AS day USING gone
WHERE day.campaign_id = gone.campaign_id AND day.starts_at = gone.starts_at;

-- name: spend_in_shadow
-- Note what campaigns would have bought.
INSERT INTO allocate_shadow_day AS day (campaign_id, starts_at, spent_minor, spent_count)
SELECT campaign_id, starts_at, sum(price_minor), count(*)
FROM unnest(%(campaign_ids)s::int[], %(starts)s::timestamptz[], %(prices)s::bigint[])
     AS sale (campaign_id, starts_at, price_minor)
GROUP BY campaign_id, starts_at ORDER BY campaign_id, starts_at
ON CONFLICT (campaign_id, starts_at) DO UPDATE
SET spent_minor = day.spent_minor + excluded.spent_minor, spent_count = day.spent_count + excluded.spent_count;
