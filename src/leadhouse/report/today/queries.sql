-- name: cells
-- A period's real leads, counted by source, status, reason and state: from kept days, and from leads between them.
WITH kept AS MATERIALIZED (
    SELECT starts_at, ends_at FROM timeline_day
    WHERE starts_at >= %(since)s AND ends_at <= %(until)s
      AND NOT EXISTS (SELECT FROM timeline_stirred AS stirred WHERE stirred.at >= starts_at AND stirred.at < ends_at)
), gap AS (
    SELECT unnest(tstzmultirange(tstzrange(%(since)s, %(until)s))
                  - coalesce((SELECT range_agg(tstzrange(starts_at, ends_at)) FROM kept), '{}')) AS span
), cell AS (
    SELECT day.source_id, day.status, day.reason, day.state, day.leads, day.accepted, day.revenue_minor,
           day.credited_minor, day.booked_minor
    FROM kept JOIN timeline_day_sum AS day USING (starts_at)
    UNION ALL
    SELECT lead.source_id, lead.status, coalesce(lead.reason, ''), lead.state, 1, lead.good_to_sell::int,
           lead.revenue_minor, lead.credited_minor, lead.booked_minor
    FROM gap JOIN timeline_passport AS lead
      ON lead.received_at >= lower(gap.span) AND lead.received_at < upper(gap.span) AND NOT lead.is_test
)
SELECT source_id, status, reason, state, sum(leads)::bigint, sum(accepted)::bigint, sum(revenue_minor)::bigint,
       sum(credited_minor)::bigint, sum(booked_minor)::bigint
FROM cell GROUP BY source_id, status, reason, state;

-- name: zips
-- A period's real leads of one state, counted by the ZIP that they came with.
SELECT coalesce(lead.fields ->> 'postal_code', ''), count(*), count(*) FILTER (WHERE passport.good_to_sell),
       count(*) FILTER (WHERE passport.status = ANY(%(sold)s::text[])), sum(passport.revenue_minor)::bigint,
       sum(passport.credited_minor)::bigint, sum(passport.booked_minor)::bigint
FROM timeline_passport AS passport JOIN capture_lead AS lead ON lead.id = passport.lead_id
WHERE passport.received_at >= %(since)s AND passport.received_at < %(until)s AND NOT passport.is_test
      AND passport.state = %(state)s
GROUP BY 1;

-- name: parts
-- Two periods' real leads, counted by the parts of which these are the beginnings: kept days are inside one part.
WITH asked AS (
    SELECT tstzmultirange(tstzrange(%(since)s, %(until)s), tstzrange(%(since_before)s, %(until_before)s)) AS spans
), kept AS MATERIALIZED (
    SELECT day.starts_at, day.ends_at FROM timeline_day AS day JOIN asked
      ON tstzrange(day.starts_at, day.ends_at) <@ asked.spans
    WHERE width_bucket(day.starts_at, %(edges)s::timestamptz[])
          = width_bucket(day.ends_at - interval '1 microsecond', %(edges)s::timestamptz[])
      AND NOT EXISTS (SELECT FROM timeline_stirred AS stirred
                      WHERE stirred.at >= day.starts_at AND stirred.at < day.ends_at)
), gap AS (
    SELECT unnest(asked.spans
                  - coalesce((SELECT range_agg(tstzrange(starts_at, ends_at)) FROM kept), '{}')) AS span
    FROM asked
), part AS (
    SELECT width_bucket(day.starts_at, %(edges)s::timestamptz[]) AS number, day.leads, day.accepted,
           CASE WHEN day.status = ANY(%(sold)s::text[]) THEN day.leads ELSE 0 END AS sold, day.revenue_minor,
           day.credited_minor, day.booked_minor
    FROM kept JOIN timeline_day_sum AS day USING (starts_at)
    UNION ALL
    SELECT width_bucket(lead.received_at, %(edges)s::timestamptz[]), 1, lead.good_to_sell::int,
           (lead.status = ANY(%(sold)s::text[]))::int, lead.revenue_minor, lead.credited_minor, lead.booked_minor
    FROM gap JOIN timeline_passport AS lead
      ON lead.received_at >= lower(gap.span) AND lead.received_at < upper(gap.span) AND NOT lead.is_test
)
SELECT number, sum(leads)::bigint, sum(accepted)::bigint, sum(sold)::bigint, sum(revenue_minor)::bigint,
       sum(credited_minor)::bigint, sum(booked_minor)::bigint
FROM part GROUP BY number;

-- name: buyers
-- What companies were given in a period, by the instant of the decision, most money first.
WITH kept AS MATERIALIZED (
    SELECT starts_at, ends_at FROM allocate_day
    WHERE starts_at >= %(since)s AND ends_at <= %(until)s
      AND NOT EXISTS (SELECT FROM allocate_stirred AS stirred WHERE stirred.at >= starts_at AND stirred.at < ends_at)
), gap AS (
    SELECT unnest(tstzmultirange(tstzrange(%(since)s, %(until)s))
                  - coalesce((SELECT range_agg(tstzrange(starts_at, ends_at)) FROM kept), '{}')) AS span
), given AS (
    SELECT day.company_id, day.leads, day.spent_minor, day.rejected, day.refused, day.failed
    FROM kept JOIN allocate_day_sum AS day USING (starts_at)
    UNION ALL
    SELECT one.company_id, (one.status NOT IN ('refused', 'failed'))::int,
           CASE WHEN one.status IN ('refused', 'failed') THEN 0 ELSE one.price_minor END,
           (one.rejected_at IS NOT NULL)::int, (one.status = 'refused')::int, (one.status = 'failed')::int
    FROM gap JOIN allocate_assignment AS one
      ON one.decided_at >= lower(gap.span) AND one.decided_at < upper(gap.span)
), total AS (
    SELECT company_id, sum(leads)::bigint AS leads, sum(spent_minor)::bigint AS spent_minor,
           sum(rejected)::bigint AS rejected, sum(refused)::bigint AS refused, sum(failed)::bigint AS failed
    FROM given GROUP BY company_id
)
SELECT company.key, company.config ->> 'name', total.leads, total.spent_minor, total.rejected, total.refused,
       total.failed
FROM total JOIN parties_company AS company ON company.id = total.company_id
ORDER BY total.spent_minor DESC, company.key LIMIT %(limit)s;

-- name: funnel
-- How many campaigns all decisions of a period started and ended with; decisions are never changed.
WITH kept AS MATERIALIZED (
    SELECT starts_at, ends_at, decisions, net, priced, budget, winners FROM allocate_day
    WHERE starts_at >= %(since)s AND ends_at <= %(until)s
), gap AS (
    SELECT unnest(tstzmultirange(tstzrange(%(since)s, %(until)s))
                  - coalesce((SELECT range_agg(tstzrange(starts_at, ends_at)) FROM kept), '{}')) AS span
), tally AS (
    SELECT decisions, net, priced, budget, winners FROM kept
    UNION ALL
    SELECT one.decisions, one.net, one.priced, one.budget, one.winners
    FROM gap JOIN allocate_tally AS one ON one.at >= lower(gap.span) AND one.at < upper(gap.span)
)
SELECT coalesce(sum(decisions), 0)::bigint, coalesce(sum(net), 0)::bigint, coalesce(sum(priced), 0)::bigint,
       coalesce(sum(budget), 0)::bigint, coalesce(sum(winners), 0)::bigint
FROM tally;

-- name: stalled
-- Work that is due, by stage, with how long its oldest item has been waiting in seconds and whose it is.
SELECT stage, count(*), extract(epoch FROM leadhouse_now() - min(due_at))::float8,
       (array_agg(lead_id ORDER BY due_at, id))[1]
FROM timeline_work WHERE due_at <= leadhouse_now() GROUP BY stage ORDER BY min(due_at);

-- name: failing
-- Companies whose deliveries wait for another try or were given up lately, the most first.
WITH trying AS (
    SELECT parcel.assignment_id, parcel.lead_id, parcel.created_at AS at, last.reason
    FROM timeline_work AS work
    JOIN deliver_parcel AS parcel ON parcel.id = work.ref AND parcel.status = 'open' AND parcel.kind = 'delivery'
    JOIN LATERAL (
        SELECT reason FROM deliver_attempt AS attempt
        WHERE attempt.parcel_id = parcel.id AND attempt.verdict IN ('retry', 'unknown')
        ORDER BY number DESC LIMIT 1
    ) AS last ON TRUE
    WHERE work.stage = 'deliver'
), trouble AS (
    SELECT assignment.company_id, trying.lead_id, trying.at, trying.reason, FALSE AS is_over
    FROM trying JOIN allocate_assignment AS assignment ON assignment.id = trying.assignment_id
    UNION ALL
    SELECT company_id, lead_id, decided_at, NULL, TRUE FROM allocate_assignment
    WHERE status = 'failed' AND decided_at > leadhouse_now() - interval '1 day'
)
SELECT company.key, company.config ->> 'name', count(*) FILTER (WHERE NOT is_over), count(*) FILTER (WHERE is_over),
       min(trouble.at), coalesce((array_agg(trouble.reason ORDER BY trouble.at) FILTER (WHERE NOT is_over))[1], ''),
       (array_agg(trouble.lead_id ORDER BY trouble.is_over, trouble.at))[1]
FROM trouble JOIN parties_company AS company ON company.id = trouble.company_id
GROUP BY company.id ORDER BY count(*) DESC, company.key LIMIT %(limit)s;
