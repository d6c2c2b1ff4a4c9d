-- name: lead_rows
-- What a list shows of these leads, in their order.
SELECT passport.lead_id, passport.consumer_id, passport.received_at, passport.status, passport.reason,
       passport.good_to_sell, passport.classification, source.key, source.config ->> 'name', passport.channel,
       product.key, product.config ->> 'name', passport.is_test, passport.waiting_until, passport.sale_size,
       passport.revenue_minor,
       coalesce(said.fields ->> 'first_name', ''), coalesce(said.fields ->> 'last_name', ''),
       coalesce(said.fields ->> 'email', ''), coalesce(said.fields ->> 'phone_1', ''),
       coalesce(said.fields ->> 'city', ''), coalesce(said.fields ->> 'state', ''),
       coalesce(said.fields ->> 'postal_code', ''), passport.booked_minor, passport.credited_minor
FROM unnest(%(lead_ids)s::uuid[]) WITH ORDINALITY AS listed (lead_id, place)
JOIN timeline_passport AS passport ON passport.lead_id = listed.lead_id
JOIN capture_lead AS lead ON lead.id = passport.lead_id
LEFT JOIN capture_correction AS correction ON correction.lead_id = passport.lead_id
CROSS JOIN LATERAL (SELECT jsonb_strip_nulls(lead.fields || coalesce(correction.fields, '{}')) AS fields) AS said
JOIN parties_source AS source ON source.id = passport.source_id
LEFT JOIN parties_product AS product ON product.id = passport.product_id
ORDER BY listed.place;

-- name: leads_beginning
-- Leads whose id lies in a span, a few at most.
SELECT lead_id FROM timeline_passport
WHERE lead_id BETWEEN %(lowest)s::uuid AND %(highest)s::uuid ORDER BY lead_id LIMIT %(limit)s;

-- name: leads_of_consumer
-- A consumer's leads, newest first.
SELECT lead_id FROM timeline_passport WHERE consumer_id = %(consumer)s ORDER BY received_at DESC, lead_id DESC
LIMIT %(limit)s;

-- name: submission
-- What was posted for a lead, byte for byte.
SELECT raw, content_type, headers, created_by FROM capture_lead WHERE id = %(lead_id)s;

-- name: sources_overview
-- For each source the leads captured in a period and how many of them were sold; test leads left out.
WITH counted AS (
    SELECT source_id, count(*) AS leads, count(*) FILTER (WHERE status = ANY(%(sold)s::text[])) AS sold
    FROM timeline_passport
    WHERE received_at >= %(since)s AND received_at < %(until)s AND NOT is_test
    GROUP BY source_id
)
SELECT source.key, source.config ->> 'name', coalesce(counted.leads, 0), coalesce(counted.sold, 0)
FROM parties_source AS source LEFT JOIN counted ON counted.source_id = source.id
WHERE counted.leads > 0 OR NOT (source.is_closed OR coalesce((source.config ->> 'test')::boolean, FALSE))
ORDER BY coalesce(counted.leads, 0) DESC, source.key;

-- name: sources_money
-- What each source's leads of a period cost and brought, and how many customers buyers won with them.
WITH lead AS (
    SELECT lead_id, source_id, revenue_minor FROM timeline_passport
    WHERE received_at >= %(since)s AND received_at < %(until)s AND NOT is_test
), paid AS (
    SELECT lead.source_id, sum(-posting.amount_minor) AS amount_minor
    FROM lead
    JOIN billing_entry AS entry ON entry.kind = 'payout' AND entry.ref = lead.lead_id
    JOIN billing_posting AS posting ON posting.entry_id = entry.id AND posting.amount_minor < 0
    GROUP BY lead.source_id
), heard AS (
    SELECT lead.source_id, count(*) AS conversions
    FROM lead JOIN feedback_response AS response ON response.lead_id = lead.lead_id
    WHERE response.kind = 'conversion' AND response.code IS NULL
    GROUP BY lead.source_id
), imported AS (
    SELECT lead.source_id, count(*) AS conversions
    FROM lead JOIN timeline_event AS event ON event.lead_id = lead.lead_id
    WHERE event.step = 'settle' AND event.type = 'imported' AND event.data ->> 'converted' = 'true'
    GROUP BY lead.source_id
), brought AS (
    SELECT source_id, sum(revenue_minor) AS revenue_minor FROM lead GROUP BY source_id
)
SELECT source.key, source.config ->> 'name', coalesce(paid.amount_minor, 0)::bigint, brought.revenue_minor::bigint,
       coalesce(heard.conversions, 0) + coalesce(imported.conversions, 0)
FROM brought
JOIN parties_source AS source ON source.id = brought.source_id
LEFT JOIN paid ON paid.source_id = source.id
LEFT JOIN heard ON heard.source_id = source.id
LEFT JOIN imported ON imported.source_id = source.id
ORDER BY brought.revenue_minor DESC, source.key;

-- name: step_times
-- How often each kind of step was taken for a period's leads, how often in vain, and how many milliseconds it took.
SELECT event.step, event.type, count(*), count(*) FILTER (WHERE event.outcome IN ('failure', 'error')),
       percentile_disc(0.5) WITHIN GROUP (ORDER BY event.ms), percentile_disc(0.95) WITHIN GROUP (ORDER BY event.ms),
       sum(event.ms)
FROM timeline_passport AS passport JOIN timeline_event AS event USING (lead_id)
WHERE NOT passport.is_test
  AND passport.received_at >= coalesce(%(since)s::timestamptz, '-infinity')
  AND passport.received_at < coalesce(%(until)s::timestamptz, 'infinity')
GROUP BY event.step, event.type
ORDER BY sum(event.ms) DESC, count(*) DESC, event.step, event.type;

-- name: refusals_by_reason
-- Why leads of a period came to nothing, most frequent reason first.
SELECT source.key, passport.status, coalesce(passport.reason, ''), refused.field, count(*)
FROM timeline_passport AS passport
JOIN parties_source AS source ON source.id = passport.source_id
LEFT JOIN LATERAL (
    SELECT event.data #>> '{errors,0,field}' AS field FROM timeline_event AS event
    WHERE event.lead_id = passport.lead_id AND event.step = 'accept' AND event.type = 'refused'
    LIMIT 1
) AS refused ON passport.status = 'disqualified'
WHERE passport.status IN ('disqualified', 'unsold') AND NOT passport.is_test
  AND passport.received_at >= coalesce(%(since)s::timestamptz, '-infinity')
  AND passport.received_at < coalesce(%(until)s::timestamptz, 'infinity')
  AND (%(source)s::text IS NULL OR source.key = %(source)s)
GROUP BY source.key, passport.status, passport.reason, refused.field
ORDER BY count(*) DESC, source.key, passport.reason, refused.field;

-- name: funnel_of_leads
-- How many leads of a period were left after each step; test leads left out.
SELECT count(*),
       count(*) FILTER (WHERE accepted.is_accepted),
       count(*) FILTER (WHERE passport.good_to_sell),
       count(*) FILTER (WHERE passport.status = ANY(%(sold)s::text[])),
       count(*) FILTER (WHERE passport.status = 'delivered')
FROM timeline_passport AS passport
LEFT JOIN LATERAL (
    SELECT TRUE AS is_accepted FROM timeline_event AS event
    WHERE event.lead_id = passport.lead_id AND event.step = 'accept' AND event.outcome = 'success'
    LIMIT 1
) AS accepted ON TRUE
WHERE NOT passport.is_test
  AND passport.received_at >= coalesce(%(since)s::timestamptz, '-infinity')
  AND passport.received_at < coalesce(%(until)s::timestamptz, 'infinity')
  AND (%(source)s::text IS NULL
       OR passport.source_id = (SELECT id FROM parties_source WHERE key = %(source)s));

-- name: wallets
-- Every company's wallet; the balance is what was paid in.
SELECT company.key, company.config ->> 'name', wallet.mode, wallet.limit_minor, wallet.deposits_minor,
       wallet.held_minor, wallet.charged_minor, wallet.credited_minor
FROM billing_wallet AS wallet JOIN parties_company AS company ON company.id = wallet.company_id
ORDER BY company.key;

-- name: funnel_of_campaigns
-- How many campaigns all decisions about a period's leads started and ended with; test leads left out.
SELECT count(*),
       coalesce(sum((decision.funnel ->> 'net')::bigint), 0)::bigint,
       coalesce(sum((decision.funnel ->> 'priced')::bigint), 0)::bigint,
       coalesce(sum((decision.funnel ->> 'budget')::bigint), 0)::bigint,
       coalesce(sum((decision.funnel ->> 'winners')::bigint), 0)::bigint
FROM timeline_passport AS passport
JOIN allocate_decision AS decision ON decision.lead_id = passport.lead_id
WHERE NOT passport.is_test
  AND passport.received_at >= coalesce(%(since)s::timestamptz, '-infinity')
  AND passport.received_at < coalesce(%(until)s::timestamptz, 'infinity')
  AND (%(source)s::text IS NULL
       OR passport.source_id = (SELECT id FROM parties_source WHERE key = %(source)s));

-- name: assignments_of
-- Everybody who was given this lead, in the order of the decisions.
SELECT assignment.id, assignment.run, company.key, company.config ->> 'name', campaign.key, assignment.sale_size,
       assignment.price_minor, assignment.status, assignment.decided_at, assignment.delivered_at,
       assignment.rejection_until, assignment.rejected_at, assignment.returned_at, assignment.converted_at
FROM allocate_assignment AS assignment
JOIN parties_company AS company ON company.id = assignment.company_id
JOIN parties_campaign AS campaign ON campaign.id = assignment.campaign_id
WHERE assignment.lead_id = %(lead_id)s
ORDER BY assignment.decided_at, company.key;

-- name: feedback_of
-- What buyers said about this lead, oldest first; refused feedback carries its code.
SELECT assignment_id, kind, reason, value_minor, credit_minor + coalesce(granted_minor, 0), code, at
FROM feedback_response WHERE lead_id = %(lead_id)s ORDER BY at, id;

-- name: export_leads
-- What the export tells of one batch of leads, oldest first, with what the sale and the feedback came to.
WITH batch AS (
    SELECT * FROM timeline_passport WHERE lead_id = ANY(%(lead_ids)s::uuid[])
), payout AS (
    SELECT entry.ref AS lead_id, sum(-posting.amount_minor)::bigint AS amount_minor
    FROM billing_entry AS entry
    JOIN billing_posting AS posting ON posting.entry_id = entry.id AND posting.amount_minor < 0
    WHERE entry.kind = 'payout' AND entry.ref = ANY(%(lead_ids)s::uuid[])
    GROUP BY entry.ref
), sale AS (
    SELECT assignment.lead_id, array_agg(company.key ORDER BY company.key) AS companies
    FROM allocate_assignment AS assignment JOIN parties_company AS company ON company.id = assignment.company_id
    WHERE assignment.lead_id = ANY(%(lead_ids)s::uuid[]) AND assignment.status = 'accepted'
    GROUP BY assignment.lead_id
), heard AS (
    SELECT lead_id,
           count(*) FILTER (WHERE kind = 'rejection') AS rejections,
           count(*) FILTER (WHERE kind = 'return') AS returns,
           count(*) FILTER (WHERE kind = 'conversion') AS conversions,
           coalesce(sum(value_minor) FILTER (WHERE kind = 'conversion'), 0)::bigint AS conversion_value_minor,
           sum(credit_minor + coalesce(granted_minor, 0))::bigint AS credited_minor
    FROM feedback_response WHERE lead_id = ANY(%(lead_ids)s::uuid[]) AND code IS NULL
    GROUP BY lead_id
), imported AS (
    SELECT lead_id, count(*) AS conversions FROM timeline_event
    WHERE lead_id = ANY(%(lead_ids)s::uuid[]) AND step = 'settle' AND type = 'imported'
      AND data ->> 'converted' = 'true'
    GROUP BY lead_id
)
SELECT batch.lead_id, batch.consumer_id, batch.received_at, source.key, batch.channel, product.key, batch.status,
       batch.good_to_sell, batch.classification, batch.reason, batch.sale_size, batch.revenue_minor, batch.is_test,
       jsonb_strip_nulls(lead.fields || coalesce(correction.fields, '{}')), lead.extra || coalesce(correction.extra, '{}'),
       coalesce(payout.amount_minor, 0), coalesce(sale.companies, '{}'),
       coalesce(heard.rejections, 0), coalesce(heard.returns, 0),
       coalesce(heard.conversions, 0) + coalesce(imported.conversions, 0),
       coalesce(heard.conversion_value_minor, 0), coalesce(heard.credited_minor, 0)
FROM batch
JOIN capture_lead AS lead ON lead.id = batch.lead_id
LEFT JOIN capture_correction AS correction ON correction.lead_id = batch.lead_id
JOIN parties_source AS source ON source.id = batch.source_id
LEFT JOIN parties_product AS product ON product.id = batch.product_id
LEFT JOIN payout ON payout.lead_id = batch.lead_id
LEFT JOIN sale ON sale.lead_id = batch.lead_id
LEFT JOIN heard ON heard.lead_id = batch.lead_id
LEFT JOIN imported ON imported.lead_id = batch.lead_id
ORDER BY batch.received_at, batch.lead_id;

-- name: export_events
-- The events of one batch of leads, oldest lead first, each lead's in order.
SELECT passport.lead_id, passport.consumer_id, source.key, event.seq, event.run, event.at, event.step, event.type,
       event.outcome, event.reason, event.ms, event.data
FROM timeline_passport AS passport
JOIN parties_source AS source ON source.id = passport.source_id
JOIN timeline_event AS event ON event.lead_id = passport.lead_id
WHERE passport.lead_id = ANY(%(lead_ids)s::uuid[])
ORDER BY passport.received_at, passport.lead_id, event.seq;

-- name: next_leads
-- The next batch of leads of an export, oldest first.
SELECT received_at, lead_id
FROM timeline_passport AS passport
WHERE (passport.received_at, passport.lead_id)
      > (coalesce(%(after_at)s::timestamptz, '-infinity'),
         coalesce(%(after_id)s::uuid, '00000000-0000-0000-0000-000000000000'))
  AND passport.received_at >= coalesce(%(since)s::timestamptz, '-infinity')
  AND passport.received_at < coalesce(%(until)s::timestamptz, 'infinity')
ORDER BY passport.received_at, passport.lead_id
LIMIT %(limit)s;

-- name: count_leads
-- How many leads came in within a span.
SELECT count(*) FROM timeline_passport
WHERE received_at >= coalesce(%(since)s::timestamptz, '-infinity')
  AND received_at < coalesce(%(until)s::timestamptz, 'infinity');

-- name: pacing_figures
-- What each product's leads brought by their first sales since an instant, and what the other way of pacing would have.
SELECT passport.product_id, first.pacing, count(*), count(*) FILTER (WHERE first.outcome = 'sold'),
       coalesce(sum(first.value_minor), 0)::bigint,
       coalesce(sum((first.otherwise ->> 'value_minor')::bigint), 0)::bigint,
       count(*) FILTER (WHERE first.otherwise IS NOT NULL
                          AND (first.otherwise -> 'winners' <> first.winners
                               OR (first.otherwise ->> 'size')::int IS DISTINCT FROM first.sale_size))
FROM (
    SELECT DISTINCT ON (lead_id) lead_id, pacing, outcome, value_minor, sale_size, winners, otherwise
    FROM allocate_decision WHERE at >= %(since)s AND outcome <> 'waiting'
    ORDER BY lead_id, run, round
) AS first
JOIN timeline_passport AS passport USING (lead_id)
WHERE NOT passport.is_test AND passport.product_id IS NOT NULL
GROUP BY passport.product_id, first.pacing ORDER BY 1, 2;
