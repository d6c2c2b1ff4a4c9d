-- name: assignments_of
-- All assignments of these leads, in the order of their decisions.
SELECT id, lead_id, run, company_id, campaign_id, consumer_id, product_id, sale_size, price_minor, status,
       is_uncertain, decided_at, delivered_at, rejection_until, rejected_at, returned_at, converted_at,
       bid_reference
FROM allocate_assignment WHERE lead_id = ANY(%(lead_ids)s::uuid[]) ORDER BY lead_id, decided_at, id;

-- name: assignment
-- One assignment.
SELECT id, lead_id, run, company_id, campaign_id, consumer_id, product_id, sale_size, price_minor, status,
       is_uncertain, decided_at, delivered_at, rejection_until, rejected_at, returned_at, converted_at,
       bid_reference
FROM allocate_assignment WHERE id = %(id)s;

-- name: holdings
-- Which companies have these consumers, for which products.
SELECT consumer_id, product_id, company_id FROM allocate_holding
WHERE consumer_id = ANY(%(consumer_ids)s::bigint[]) AND until > %(now)s;

-- name: holders
-- Who was given another lead of the same opportunity and still has it, the first of each company (where the product
-- refills, who has rejected it gave it back); for a lead that was offered before, by those leads only that were sold:
-- what followed it does not keep it from being sold on.
SELECT DISTINCT ON (wanted.lead_id, other.company_id)
       wanted.lead_id, other.company_id, other.campaign_id, other.sale_size
FROM unnest(%(lead_ids)s::uuid[], %(consumer_ids)s::bigint[], %(product_ids)s::int[], %(unique_lead_ids)s::bigint[],
            %(were_offered)s::boolean[])
     AS wanted (lead_id, consumer_id, product_id, unique_lead_id, was_offered)
JOIN allocate_assignment AS other
  ON other.consumer_id = wanted.consumer_id AND other.product_id = wanted.product_id
 AND other.unique_lead_id = wanted.unique_lead_id AND other.lead_id <> wanted.lead_id
WHERE other.status IN ('held', 'delivering', 'accepted')
  AND NOT (other.rejected_at IS NOT NULL AND wanted.product_id = ANY(%(refilling)s::int[]))
  AND NOT (wanted.was_offered
           AND EXISTS (SELECT FROM allocate_decision AS decision
                       WHERE decision.lead_id = other.lead_id AND decision.outcome = 'sold'
                         AND decision.reason = %(following)s))
ORDER BY wanted.lead_id, other.company_id, other.decided_at;

-- name: followers
-- Which of these leads went, for nothing, to those who had their opportunity already.
SELECT DISTINCT lead_id FROM allocate_decision
WHERE lead_id = ANY(%(lead_ids)s::uuid[]) AND outcome = 'sold' AND reason = %(reason)s;

-- name: windows
-- What is used of the windows that hold this instant.
SELECT id, campaign_id, period, unit, starts_at, ends_at, used_amount FROM allocate_cap_window
WHERE campaign_id = ANY(%(campaign_ids)s::int[]) AND starts_at <= %(now)s AND ends_at > %(now)s;

-- name: open_windows
-- Make windows that are not there yet; one of a cap that came later counts what was sold before it, duplicates that
-- follow their opportunity for nothing left out. Locked, so that who refuses now gives back what is counted here.
WITH fresh AS (
    SELECT campaign_id, company_id, period, unit, starts_at, ends_at, limit_amount
    FROM unnest(%(campaign_ids)s::int[], %(company_ids)s::int[], %(periods)s::text[], %(units)s::text[],
                %(starts)s::timestamptz[], %(ends)s::timestamptz[], %(limits)s::bigint[])
         AS fresh (campaign_id, company_id, period, unit, starts_at, ends_at, limit_amount)
), sold AS MATERIALIZED (
    SELECT given.id, given.campaign_id, given.decided_at, given.price_minor
    FROM allocate_assignment AS given
    WHERE given.status IN ('held', 'delivering', 'accepted')
      AND given.id IN (SELECT earlier.id FROM fresh JOIN allocate_assignment AS earlier
                         ON earlier.company_id = fresh.company_id AND earlier.campaign_id = fresh.campaign_id
                        AND earlier.decided_at >= fresh.starts_at AND earlier.decided_at < fresh.ends_at)
      AND NOT EXISTS (SELECT FROM allocate_decision AS decision
                      WHERE decision.lead_id = given.lead_id AND decision.outcome = 'sold'
                        AND decision.reason = %(following)s)
    ORDER BY given.id FOR NO KEY UPDATE OF given
), opened AS (
    INSERT INTO allocate_cap_window (campaign_id, period, unit, starts_at, ends_at, limit_amount, used_amount)
    SELECT campaign_id, period, unit, starts_at, ends_at, greatest(limit_amount, used.amount), used.amount
    FROM fresh CROSS JOIN LATERAL (
        SELECT coalesce(sum(CASE WHEN fresh.unit = 'count' THEN 1 ELSE sold.price_minor END), 0) AS amount
        FROM sold WHERE sold.campaign_id = fresh.campaign_id
                    AND sold.decided_at >= fresh.starts_at AND sold.decided_at < fresh.ends_at
    ) AS used
    ORDER BY campaign_id, period, unit, starts_at
    ON CONFLICT (campaign_id, period, unit, starts_at) DO NOTHING
    RETURNING id, campaign_id, starts_at, ends_at
)
UPDATE allocate_assignment AS given SET windows = given.windows || counted.ids
FROM (
    SELECT sold.id, array_agg(opened.id) AS ids
    FROM sold JOIN opened ON opened.campaign_id = sold.campaign_id
                         AND sold.decided_at >= opened.starts_at AND sold.decided_at < opened.ends_at
    GROUP BY sold.id
) AS counted
WHERE given.id = counted.id;

-- name: lock_windows
-- Lock windows in id order and read what is used of them.
SELECT id, campaign_id, period, unit, starts_at, ends_at, used_amount FROM allocate_cap_window
WHERE id = ANY(%(ids)s::bigint[]) ORDER BY id FOR NO KEY UPDATE;

-- name: use_windows
-- Use up room where there is room, under the limit that is configured now.
UPDATE allocate_cap_window AS cap SET used_amount = cap.used_amount + use.amount, limit_amount = use.limit_amount
FROM unnest(%(ids)s::bigint[], %(amounts)s::bigint[], %(limits)s::bigint[]) AS use (id, amount, limit_amount)
WHERE cap.id = use.id AND cap.used_amount + use.amount <= use.limit_amount;

-- name: give_room_back
-- Undo what these assignments used up of their windows, locked in id order first.
WITH back AS (
    SELECT used.id, sum(CASE WHEN used.unit = 'count' THEN 1 ELSE given.price_minor END) AS amount
    FROM allocate_assignment AS given
    JOIN allocate_cap_window AS used ON used.id = ANY(given.windows)
    WHERE given.id = ANY(%(ids)s::uuid[]) GROUP BY used.id
), locked AS (
    SELECT cap.id FROM allocate_cap_window AS cap JOIN back USING (id) ORDER BY cap.id FOR NO KEY UPDATE OF cap
)
UPDATE allocate_cap_window AS cap SET used_amount = cap.used_amount - back.amount
FROM back JOIN locked USING (id) WHERE cap.id = back.id;

-- name: forget_windows
-- Remove windows that were over a day ago, oldest first: no sale counts in them any more, nor is room in them of use.
WITH gone AS MATERIALIZED (
    SELECT id FROM allocate_cap_window WHERE ends_at <= leadhouse_now() - INTERVAL '1 day'
    ORDER BY ends_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
DELETE FROM allocate_cap_window AS cap USING gone WHERE cap.id = gone.id;

-- name: hold_consumers
-- Note which company has which consumer; those that have it already are left out.
INSERT INTO allocate_holding (consumer_id, product_id, company_id, assignment_id, until)
SELECT consumer_id, product_id, company_id, assignment_id, until
FROM unnest(%(consumer_ids)b::bigint[], %(product_ids)b::int[], %(company_ids)b::int[], %(assignment_ids)b::uuid[],
            %(untils)b::timestamptz[]) AS fresh (consumer_id, product_id, company_id, assignment_id, until)
ORDER BY consumer_id, product_id, company_id
ON CONFLICT (consumer_id, product_id, company_id) DO UPDATE
SET assignment_id = excluded.assignment_id, until = excluded.until
WHERE allocate_holding.until <= %(now)s
RETURNING assignment_id;

-- name: forget_holdings
-- Remove holdings that count no more, oldest first; picked out once, or a join would pick again for each row.
WITH gone AS MATERIALIZED (
    SELECT consumer_id, product_id, company_id FROM allocate_holding WHERE until <= leadhouse_now()
    ORDER BY until LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
DELETE FROM allocate_holding AS holding USING gone
WHERE holding.consumer_id = gone.consumer_id AND holding.product_id = gone.product_id
  AND holding.company_id = gone.company_id;

-- name: let_consumers_go
-- Forget that these assignments' companies have their consumers.
DELETE FROM allocate_holding AS holding
USING unnest(%(consumer_ids)s::bigint[], %(product_ids)s::int[], %(company_ids)s::int[], %(assignment_ids)s::uuid[])
      AS gone (consumer_id, product_id, company_id, assignment_id)
WHERE holding.consumer_id = gone.consumer_id AND holding.product_id = gone.product_id
  AND holding.company_id = gone.company_id AND holding.assignment_id = gone.assignment_id;

-- name: write_assignments
-- Give leads to companies.
COPY allocate_assignment (id, lead_id, run, company_id, campaign_id, consumer_id, product_id, unique_lead_id, sale_size,
                          price_minor, expected_minor, rejection_window, windows, bid_reference, decided_at, status,
                          is_uncertain, is_answer_folded, is_loss_folded) FROM STDIN (FORMAT BINARY);

-- name: rounds
-- How many decisions these leads' runs have had; a run without any is left out.
SELECT lead_id, run, count(*) FROM allocate_decision WHERE lead_id = ANY(%(lead_ids)s) GROUP BY lead_id, run;

-- name: count_funnels
-- Keep how many campaigns a batch of decisions started and ended with, a row a product.
INSERT INTO allocate_tally (at, product_id, decisions, net, priced, budget, winners)
SELECT %(at)s, product_id, count(*), sum(net), sum(priced), sum(budget), sum(winners)
FROM unnest(%(product_ids)s::int[], %(nets)s::int[], %(priceds)s::int[], %(budgets)s::int[], %(winnerses)s::int[])
     AS fresh (product_id, net, priced, budget, winners)
GROUP BY product_id;

-- name: write_decisions
-- Keep decisions with their inputs.
COPY allocate_decision (id, lead_id, run, outcome, reason, waiting_until, sale_size, value_minor, funnel, refusals,
                        offers, winners, method, lines, sizes, taken, is_begun, floor_minor, adjusted_minor, pacing,
                        paces, otherwise, least_minor, round, at, market_revision) FROM STDIN (FORMAT BINARY);

-- name: decisions_of
-- Everything that was decided about a lead, oldest first.
SELECT id, lead_id, run, round, at, market_revision, outcome, reason, waiting_until, sale_size, value_minor, funnel,
       refusals, offers, winners, method, lines, sizes, taken, is_begun, floor_minor, adjusted_minor, pacing, paces,
       otherwise, least_minor
FROM allocate_decision WHERE lead_id = %(lead_id)s ORDER BY run, round;

-- name: deliver
-- Say that these assignments are on their way.
UPDATE allocate_assignment SET status = 'delivering' WHERE id = ANY(%(ids)s::uuid[]) AND status = 'held';

-- name: accept
-- The buyers took these leads; their rejection windows begin.
UPDATE allocate_assignment
SET status = 'accepted', delivered_at = %(at)s, rejection_until = %(at)s + rejection_window
WHERE id = ANY(%(ids)s::uuid[]) AND status IN ('held', 'delivering')
RETURNING id;

-- name: end_unaccepted
-- The buyers did not take these leads.
WITH stirred AS (
    INSERT INTO allocate_stirred (at)
    SELECT DISTINCT date_bin('15 minutes', decided_at, 'epoch') FROM allocate_assignment
    WHERE id = ANY(%(ids)s::uuid[]) AND status IN ('held', 'delivering')
      AND decided_at < leadhouse_now() - interval '1 day'
)
UPDATE allocate_assignment SET status = %(status)s, is_uncertain = id = ANY(%(uncertain)s::uuid[])
WHERE id = ANY(%(ids)s::uuid[]) AND status IN ('held', 'delivering')
RETURNING id, consumer_id, product_id, company_id;

-- name: mark_rejected
-- Note that the buyer rejected the lead.
WITH stirred AS (
    INSERT INTO allocate_stirred (at)
    SELECT date_bin('15 minutes', decided_at, 'epoch') FROM allocate_assignment
    WHERE id = %(id)s AND decided_at < leadhouse_now() - interval '1 day'
)
UPDATE allocate_assignment SET rejected_at = leadhouse_now()
WHERE id = %(id)s AND status = 'accepted' AND rejected_at IS NULL;

-- name: mark_returned
-- Note that the buyer returned the lead.
UPDATE allocate_assignment SET returned_at = leadhouse_now()
WHERE id = %(id)s AND status = 'accepted' AND returned_at IS NULL;

-- name: mark_converted
-- Note that the buyer won the customer.
UPDATE allocate_assignment SET converted_at = leadhouse_now()
WHERE id = %(id)s AND status = 'accepted' AND converted_at IS NULL;

-- name: fold
-- Add outcomes that became known to their campaigns' records, each once, weighted by the instant of its decision;
-- what was accepted and what came back also by their hours, for the age curve. What followed its opportunity for
-- nothing was no sale, and says nothing.
WITH known AS (
    SELECT id, campaign_id, company_id, price_minor, status, is_answer_folded,
           status IN ('accepted', 'refused', 'failed') AND NOT is_answer_folded AS is_answer,
           (status = 'failed' OR rejected_at IS NOT NULL OR returned_at IS NOT NULL) AND NOT is_loss_folded AS is_loss,
           power(2.0::float8, extract(epoch FROM decided_at - %(epoch)s)::float8 / %(half_life_seconds)s) AS weight,
           ceil(extract(epoch FROM rejection_window) / 3600)::int AS window_hours,
           floor(extract(epoch FROM delivered_at) / 3600)::int AS hour,
           least(rejected_at, returned_at) AS back_at, rejection_until
    FROM allocate_assignment AS given
    WHERE id = ANY(%(ids)s::uuid[])
      AND NOT EXISTS (SELECT FROM allocate_decision AS decision
                      WHERE decision.lead_id = given.lead_id AND decision.outcome = 'sold'
                        AND decision.reason = %(following)s)
    ORDER BY id FOR NO KEY UPDATE OF given
), marked AS (
    UPDATE allocate_assignment AS given
    SET is_answer_folded = given.is_answer_folded OR known.is_answer,
        is_loss_folded = given.is_loss_folded OR known.is_loss
    FROM known WHERE given.id = known.id AND (known.is_answer OR known.is_loss)
), cohort AS (
    INSERT INTO allocate_cohort AS cohort (campaign_id, hour, window_hours, sold, trials, changed)
    SELECT campaign_id, hour, window_hours, sum(price_minor * weight), sum(weight), pg_current_xact_id()::text::bigint
    FROM known WHERE is_answer AND status = 'accepted'
    GROUP BY campaign_id, hour, window_hours ORDER BY campaign_id, hour, window_hours
    ON CONFLICT (campaign_id, hour, window_hours) DO UPDATE
    SET sold = cohort.sold + excluded.sold, trials = cohort.trials + excluded.trials, changed = excluded.changed
), delay AS (
    INSERT INTO allocate_delay AS delay (window_hours, hours, accepted, rejected, changed)
    SELECT window_hours, hours, sum(accepted), sum(rejected), pg_current_xact_id()::text::bigint
    FROM (
        SELECT window_hours, 0 AS hours, weight AS accepted, 0 AS rejected
        FROM known WHERE is_answer AND status = 'accepted'
        UNION ALL
        SELECT window_hours, floor(extract(epoch FROM back_at) / 3600)::int - hour, 0, weight
        FROM known WHERE is_loss AND back_at <= rejection_until
    ) AS told
    GROUP BY window_hours, hours ORDER BY window_hours, hours
    ON CONFLICT (window_hours, hours) DO UPDATE
    SET accepted = delay.accepted + excluded.accepted, rejected = delay.rejected + excluded.rejected,
        changed = excluded.changed
)
INSERT INTO allocate_rate AS rate (campaign_id, company_id, sold, failed, rejected, trials, accepted, refused,
                                   decisions, changed)
SELECT campaign_id, company_id,
       coalesce(sum(price_minor * weight) FILTER (WHERE is_answer AND status <> 'refused'), 0),
       coalesce(sum(price_minor * weight) FILTER (WHERE is_loss AND status = 'failed'), 0),
       coalesce(sum(price_minor * weight) FILTER (WHERE is_loss AND status <> 'failed'), 0),
       coalesce(sum(weight) FILTER (WHERE is_answer AND status <> 'refused'), 0),
       coalesce(sum(weight) FILTER (WHERE is_answer AND status = 'accepted'), 0),
       coalesce(sum(weight) FILTER (WHERE is_answer AND status = 'refused'), 0),
       count(*) FILTER (WHERE is_answer),
       pg_current_xact_id()::text::bigint
FROM known WHERE is_answer OR is_loss
GROUP BY campaign_id, company_id ORDER BY campaign_id
ON CONFLICT (campaign_id) DO UPDATE
SET sold = rate.sold + excluded.sold, failed = rate.failed + excluded.failed,
    rejected = rate.rejected + excluded.rejected, trials = rate.trials + excluded.trials,
    accepted = rate.accepted + excluded.accepted, refused = rate.refused + excluded.refused,
    decisions = rate.decisions + excluded.decisions, changed = excluded.changed;

-- name: changes
-- What the folds since a mark have changed, in whole rows of one moment, and the next mark: the oldest transaction
-- that may still change something, so that none is missed in whatever order they commit; last, how often shadow
-- prices have been written.
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
       (SELECT coalesce(json_agg(json_build_array(campaign_id, company_id, sold, failed, rejected, trials, accepted,
                                                  refused, decisions)), '[]')
        FROM allocate_rate WHERE changed >= %(since)s),
       (SELECT coalesce(json_agg(json_build_array(campaign_id, hour, window_hours, sold, trials)), '[]')
        FROM allocate_cohort WHERE changed >= %(since)s),
       (SELECT coalesce(json_agg(json_build_array(window_hours, hours, accepted, rejected)), '[]')
        FROM allocate_delay WHERE changed >= %(since)s),
       (SELECT coalesce(sum(revision), 0)::bigint FROM allocate_pacing);

-- name: forget_cohorts
-- Forget cohorts in the last hour of their windows or beyond it: they count in full, as if they were not there.
WITH gone AS MATERIALIZED (
    SELECT campaign_id, hour, window_hours FROM allocate_cohort
    WHERE hour + window_hours <= floor(extract(epoch FROM leadhouse_now()) / 3600)
    LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
DELETE FROM allocate_cohort AS cohort USING gone
WHERE cohort.campaign_id = gone.campaign_id AND cohort.hour = gone.hour AND cohort.window_hours = gone.window_hours;

-- name: prove
-- Everything that is wrong with the caps, in words: windows that do not equal what their assignments used.
SELECT format('cap window %%s of campaign %%s says %%s used, its assignments %%s', cap.id, cap.campaign_id,
              cap.used_amount, coalesce(used.amount, 0))
FROM allocate_cap_window AS cap
LEFT JOIN (
    SELECT one.id, sum(CASE WHEN one.unit = 'count' THEN 1 ELSE given.price_minor END) AS amount
    FROM allocate_assignment AS given JOIN allocate_cap_window AS one ON one.id = ANY(given.windows)
    WHERE given.status IN ('held', 'delivering', 'accepted') GROUP BY one.id
) AS used USING (id)
WHERE cap.used_amount <> coalesce(used.amount, 0);
