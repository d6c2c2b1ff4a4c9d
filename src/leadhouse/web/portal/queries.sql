-- name: enter
-- Be this role, and have it see this party's rows, until the transaction ends.
-- Pages ask for anything from a lead to a month: each statement is planned for the values that it has.
SELECT set_config('leadhouse.company_id', %(company_id)s, true), set_config('leadhouse.source_id', %(source_id)s, true),
       set_config('plan_cache_mode', 'auto', true), set_config('role', %(role)s, true);

-- name: leave
-- Be the house again.
SELECT set_config('role', 'none', true), set_config('leadhouse.company_id', '', true),
       set_config('leadhouse.source_id', '', true);

-- name: open_portals
-- Have the portals' roles and fences; tell what a superuser has to do first, or nothing.
SELECT leadhouse_open_portals();

-- name: bought_leads
-- A company's assignments in the filters, newest first, after the cursor; a person's data only of those it bought.
WITH given AS MATERIALIZED (
    SELECT id, lead_id, consumer_id, campaign_id, product_id, sale_size, price_minor, status, decided_at,
           delivered_at, rejection_until, rejected_at, returned_at, converted_at
    FROM allocate_assignment
    WHERE company_id = %(company_id)s
      AND (%(ids)s::uuid[] IS NULL OR id = ANY(%(ids)s::uuid[]))
      AND (decided_at, id)
          < (coalesce(%(after_at)s::timestamptz, 'infinity'),
             coalesce(%(after_id)s::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
      AND decided_at >= coalesce(%(since)s::timestamptz, '-infinity')
      AND decided_at < coalesce(%(until)s::timestamptz, 'infinity')
      AND (%(campaign_id)s::int IS NULL OR campaign_id = %(campaign_id)s)
      AND CASE %(standing)s::text
              WHEN '' THEN status = 'accepted'
              WHEN 'fresh' THEN status = 'accepted' AND rejected_at IS NULL AND returned_at IS NULL
                                AND converted_at IS NULL
              WHEN 'rejectable' THEN status = 'accepted' AND rejected_at IS NULL
                                     AND rejection_until > leadhouse_now()
              WHEN 'rejected' THEN rejected_at IS NOT NULL
              WHEN 'returned' THEN returned_at IS NOT NULL
              WHEN 'converted' THEN converted_at IS NOT NULL
              WHEN 'under_way' THEN status IN ('held', 'delivering')
              ELSE status = %(standing)s
          END
    ORDER BY decided_at DESC, id DESC
    LIMIT %(limit)s
)
SELECT given.id, given.lead_id, given.consumer_id, given.campaign_id, given.product_id, given.sale_size,
       given.price_minor, given.status, given.decided_at, given.delivered_at, given.rejection_until,
       given.rejected_at, given.returned_at, given.converted_at, coalesce(lead.is_test, FALSE),
       coalesce(lead.fields ->> 'first_name', ''), coalesce(lead.fields ->> 'last_name', ''),
       coalesce(lead.fields ->> 'email', ''), coalesce(lead.fields ->> 'phone_1', ''),
       coalesce(lead.fields ->> 'address_1', ''), coalesce(lead.fields ->> 'city', ''),
       coalesce(lead.fields ->> 'state', ''), coalesce(lead.fields ->> 'postal_code', '')
FROM given LEFT JOIN LATERAL (
    SELECT posted.is_test, jsonb_strip_nulls(posted.fields || coalesce(correction.fields, '{}')) AS fields
    FROM capture_lead AS posted LEFT JOIN capture_correction AS correction ON correction.lead_id = posted.id
    WHERE posted.id = given.lead_id
) AS lead ON TRUE
ORDER BY given.decided_at DESC, given.id DESC;

-- name: bought_lead
-- One of a company's assignments.
SELECT given.id, given.lead_id, given.consumer_id, given.campaign_id, given.product_id, given.sale_size,
       given.price_minor, given.status, given.decided_at, given.delivered_at, given.rejection_until,
       given.rejected_at, given.returned_at, given.converted_at, coalesce(lead.is_test, FALSE),
       coalesce(lead.fields ->> 'first_name', ''), coalesce(lead.fields ->> 'last_name', ''),
       coalesce(lead.fields ->> 'email', ''), coalesce(lead.fields ->> 'phone_1', ''),
       coalesce(lead.fields ->> 'address_1', ''), coalesce(lead.fields ->> 'city', ''),
       coalesce(lead.fields ->> 'state', ''), coalesce(lead.fields ->> 'postal_code', '')
FROM allocate_assignment AS given LEFT JOIN LATERAL (
    SELECT posted.is_test, jsonb_strip_nulls(posted.fields || coalesce(correction.fields, '{}')) AS fields
    FROM capture_lead AS posted LEFT JOIN capture_correction AS correction ON correction.lead_id = posted.id
    WHERE posted.id = given.lead_id
) AS lead ON TRUE
WHERE given.company_id = %(company_id)s AND given.id = %(assignment_id)s;

-- name: bought_fields
-- What a bought lead says, corrected.
SELECT jsonb_strip_nulls(lead.fields || coalesce(correction.fields, '{}')), lead.extra || coalesce(correction.extra, '{}')
FROM capture_lead AS lead LEFT JOIN capture_correction AS correction ON correction.lead_id = lead.id
WHERE lead.id = %(lead_id)s;

-- name: bought_texts
-- What bought leads say, corrected.
SELECT lead.id, jsonb_strip_nulls(lead.fields || coalesce(correction.fields, '{}')), lead.extra || coalesce(correction.extra, '{}')
FROM capture_lead AS lead LEFT JOIN capture_correction AS correction ON correction.lead_id = lead.id
WHERE lead.id = ANY(%(lead_ids)s::uuid[]);

-- name: bought_feedback
-- What the company said about an assignment, oldest first.
SELECT kind, reason, value_minor, credit_minor + coalesce(granted_minor, 0), code, at
FROM feedback_response WHERE company_id = %(company_id)s AND assignment_id = %(assignment_id)s ORDER BY at, id;

-- name: bought_attempts
-- Every try at bringing an assignment's lead to the company, oldest first.
SELECT parcel.method, parcel.status, attempt.number, attempt.started_at, attempt.ended_at, attempt.request,
       attempt.verdict, attempt.reason, attempt.detail, attempt.reference, attempt.status, attempt.excerpt, attempt.ms,
       coalesce(sent.head, ''), coalesce(sent.body, '')
FROM deliver_parcel AS parcel JOIN deliver_attempt AS attempt ON attempt.parcel_id = parcel.id
LEFT JOIN deliver_sent AS sent ON sent.attempt_id = attempt.id
WHERE parcel.assignment_id = %(assignment_id)s AND parcel.kind = 'delivery'
ORDER BY parcel.method, attempt.number;

-- name: colleagues
-- The company's people, in the order of their emails.
SELECT id, email, role, is_active, last_login FROM parties_person WHERE company_id = %(company_id)s ORDER BY email;

-- name: notes
-- What the company's people wrote about an assignment, newest first.
SELECT at, by, text FROM web_note WHERE company_id = %(company_id)s AND assignment_id = %(assignment_id)s
ORDER BY id DESC;

-- name: add_note
-- Keep a note about an assignment of the company's.
INSERT INTO web_note (assignment_id, company_id, at, by, text)
SELECT given.id, given.company_id, leadhouse_now(), %(by)s, %(text)s
FROM allocate_assignment AS given WHERE given.company_id = %(company_id)s AND given.id = %(assignment_id)s
RETURNING id;

-- name: company_keys
-- The company's keys, the newest first, by their last characters.
SELECT hint, created_at, revoked_at FROM parties_access_key
WHERE kind = 'company' AND owner_id = %(company_id)s ORDER BY created_at DESC;
