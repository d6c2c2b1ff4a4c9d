-- name: cells
-- A period's real leads, counted by source, status, reason and state.
SELECT source_id, status, coalesce(reason, ''), state, count(*), count(*) FILTER (WHERE good_to_sell),
       sum(revenue_minor)::bigint, sum(credited_minor)::bigint, sum(booked_minor)::bigint
FROM timeline_passport
WHERE received_at >= %(since)s AND received_at < %(until)s AND NOT is_test
GROUP BY source_id, status, reason, state;

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
-- Two periods' real leads, counted by the parts of which these are the beginnings.
SELECT width_bucket(received_at, %(edges)s::timestamptz[]), count(*), count(*) FILTER (WHERE good_to_sell),
       count(*) FILTER (WHERE status = ANY(%(sold)s::text[])), sum(revenue_minor)::bigint,
       sum(credited_minor)::bigint, sum(booked_minor)::bigint
FROM timeline_passport
WHERE NOT is_test AND (received_at >= %(since)s AND received_at < %(until)s
                       OR received_at >= %(since_before)s AND received_at < %(until_before)s)
GROUP BY 1;

-- name: buyers
-- What companies were given in a period, by the instant of the decision, most money first.
SELECT company.key, company.config ->> 'name', count(*) FILTER (WHERE status <> 'refused' AND status <> 'failed'),
       coalesce(sum(price_minor) FILTER (WHERE status <> 'refused' AND status <> 'failed'), 0)::bigint,
       count(rejected_at), count(*) FILTER (WHERE status = 'refused'), count(*) FILTER (WHERE status = 'failed')
FROM allocate_assignment AS assignment JOIN parties_company AS company ON company.id = assignment.company_id
WHERE assignment.decided_at >= %(since)s AND assignment.decided_at < %(until)s
GROUP BY company.id ORDER BY 4 DESC, company.key LIMIT %(limit)s;

-- name: funnel
-- How many campaigns all decisions of a period started and ended with.
SELECT coalesce(sum(decisions), 0)::bigint, coalesce(sum(net), 0)::bigint, coalesce(sum(priced), 0)::bigint,
       coalesce(sum(budget), 0)::bigint, coalesce(sum(winners), 0)::bigint
FROM allocate_tally WHERE at >= %(since)s AND at < %(until)s;

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
