-- name: find_leads
-- Leads in the filters, newest first, after the cursor.
SELECT passport.received_at, passport.lead_id
FROM timeline_passport AS passport
WHERE (passport.received_at, passport.lead_id)
      < (coalesce(%(after_at)s::timestamptz, 'infinity'),
         coalesce(%(after_id)s::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
  AND passport.received_at >= coalesce(%(since)s::timestamptz, '-infinity')
  AND passport.received_at < coalesce(%(until)s::timestamptz, 'infinity')
  AND (%(status)s::text IS NULL OR passport.status = %(status)s)
  AND (%(classification)s::smallint IS NULL OR passport.classification = %(classification)s)
  AND (%(is_test)s::boolean IS NULL OR passport.is_test = %(is_test)s)
  AND (%(source)s::text IS NULL
       OR passport.source_id = (SELECT id FROM parties_source WHERE key = %(source)s))
  AND (%(product)s::text IS NULL
       OR passport.product_id = (SELECT id FROM parties_product WHERE key = %(product)s))
ORDER BY passport.received_at DESC, passport.lead_id DESC
LIMIT %(limit)s;

-- name: search_leads
-- Leads that the search can mean and that are in the filters, newest first, after the cursor.
WITH consumer (id) AS (
    SELECT consumer_id FROM identity_contact WHERE kind = 'email' AND value = %(email)s::text
    UNION
    SELECT consumer_id FROM identity_contact WHERE kind = 'phone' AND value = %(phone)s::text
    UNION
    SELECT %(consumer)s::bigint
), candidate (id) AS (
    SELECT lead_id FROM timeline_passport WHERE consumer_id IN (SELECT id FROM consumer)
    UNION
    SELECT lead_id FROM timeline_passport WHERE lead_id BETWEEN %(lowest_id)s::uuid AND %(highest_id)s::uuid
    UNION
    SELECT id FROM capture_lead
    WHERE lower(fields ->> 'last_name') COLLATE "C" >= %(any_from)s::text
      AND lower(fields ->> 'last_name') COLLATE "C" < %(any_to)s::text
    UNION
    SELECT id FROM capture_lead
    WHERE lower(fields ->> 'first_name') COLLATE "C" >= %(any_from)s::text
      AND lower(fields ->> 'first_name') COLLATE "C" < %(any_to)s::text
    UNION
    SELECT id FROM capture_lead
    WHERE lower(fields ->> 'last_name') COLLATE "C" >= %(last_from)s::text
      AND lower(fields ->> 'last_name') COLLATE "C" < %(last_to)s::text
      AND lower(fields ->> 'first_name') COLLATE "C" >= %(first_from)s::text
      AND lower(fields ->> 'first_name') COLLATE "C" < %(first_to)s::text
)
SELECT passport.received_at, passport.lead_id
FROM candidate JOIN timeline_passport AS passport ON passport.lead_id = candidate.id
WHERE (passport.received_at, passport.lead_id)
      < (coalesce(%(after_at)s::timestamptz, 'infinity'),
         coalesce(%(after_id)s::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
  AND passport.received_at >= coalesce(%(since)s::timestamptz, '-infinity')
  AND passport.received_at < coalesce(%(until)s::timestamptz, 'infinity')
  AND (%(status)s::text IS NULL OR passport.status = %(status)s)
  AND (%(classification)s::smallint IS NULL OR passport.classification = %(classification)s)
  AND (%(is_test)s::boolean IS NULL OR passport.is_test = %(is_test)s)
  AND (%(source)s::text IS NULL
       OR passport.source_id = (SELECT id FROM parties_source WHERE key = %(source)s))
  AND (%(product)s::text IS NULL
       OR passport.product_id = (SELECT id FROM parties_product WHERE key = %(product)s))
ORDER BY passport.received_at DESC, passport.lead_id DESC
LIMIT %(limit)s;

-- name: lead_rows
-- What a list shows of these leads, newest first.
SELECT passport.lead_id, passport.consumer_id, passport.received_at, passport.status, passport.reason,
       passport.good_to_sell, passport.classification, source.key, source.config ->> 'name', passport.channel,
       product.key, product.config ->> 'name', passport.is_test, passport.waiting_until, passport.sale_size,
       passport.revenue_minor,
       coalesce(lead.fields ->> 'first_name', ''), coalesce(lead.fields ->> 'last_name', ''),
       coalesce(lead.fields ->> 'email', ''), coalesce(lead.fields ->> 'phone_1', ''),
       coalesce(lead.fields ->> 'city', ''), coalesce(lead.fields ->> 'state', ''),
       coalesce(lead.fields ->> 'postal_code', '')
FROM timeline_passport AS passport
JOIN capture_lead AS lead ON lead.id = passport.lead_id
JOIN parties_source AS source ON source.id = passport.source_id
LEFT JOIN parties_product AS product ON product.id = passport.product_id
WHERE passport.lead_id = ANY(%(lead_ids)s::uuid[])
ORDER BY passport.received_at DESC, passport.lead_id DESC;

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
-- Every company's wallet; the balance is what may still be spent.
SELECT company.key, company.config ->> 'name', wallet.mode, wallet.limit_minor,
       wallet.limit_minor + wallet.deposits_minor - wallet.held_minor - wallet.charged_minor
       + wallet.credited_minor,
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
