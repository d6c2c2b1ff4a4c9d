-- name: corrected
-- Leads that a search can mean by what was corrected in them; of two names the other may be as it was posted.
SELECT lead_id FROM capture_correction WHERE lower(fields ->> 'email') = %(email)s::text
UNION
SELECT lead_id FROM capture_correction WHERE fields ->> 'phone_1' = %(phone)s::text
UNION
SELECT lead_id FROM capture_correction
WHERE lower(fields ->> 'last_name') COLLATE "C" >= %(any_from)s::text
  AND lower(fields ->> 'last_name') COLLATE "C" < %(any_to)s::text
UNION
SELECT lead_id FROM capture_correction
WHERE lower(fields ->> 'first_name') COLLATE "C" >= %(any_from)s::text
  AND lower(fields ->> 'first_name') COLLATE "C" < %(any_to)s::text
UNION
SELECT lead.id FROM capture_correction AS correction JOIN capture_lead AS lead ON lead.id = correction.lead_id
WHERE lower(correction.fields ->> 'last_name') COLLATE "C" >= %(last_from)s::text
  AND lower(correction.fields ->> 'last_name') COLLATE "C" < %(last_to)s::text
  AND lower((lead.fields || correction.fields) ->> 'first_name') COLLATE "C" >= %(first_from)s::text
  AND lower((lead.fields || correction.fields) ->> 'first_name') COLLATE "C" < %(first_to)s::text
UNION
SELECT lead.id FROM capture_correction AS correction JOIN capture_lead AS lead ON lead.id = correction.lead_id
WHERE lower(correction.fields ->> 'first_name') COLLATE "C" >= %(first_from)s::text
  AND lower(correction.fields ->> 'first_name') COLLATE "C" < %(first_to)s::text
  AND lower((lead.fields || correction.fields) ->> 'last_name') COLLATE "C" >= %(last_from)s::text
  AND lower((lead.fields || correction.fields) ->> 'last_name') COLLATE "C" < %(last_to)s::text;

-- name: bought
-- Which of a company's assignments a search can mean: by who the person is only of leads that it bought.
WITH consumer (id) AS (
    SELECT consumer_id FROM identity_contact WHERE kind = 'email' AND value = %(email)s::text
    UNION
    SELECT consumer_id FROM identity_contact WHERE kind = 'phone' AND value = %(phone)s::text
), named (lead_id) AS (
    SELECT unnest(%(corrected)s::uuid[])
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
SELECT given.id FROM named JOIN allocate_assignment AS given USING (lead_id)
WHERE given.company_id = %(company_id)s AND given.status = 'accepted'
UNION
SELECT given.id FROM allocate_assignment AS given JOIN capture_lead AS lead ON lead.id = given.lead_id
WHERE given.consumer_id IN (SELECT id FROM consumer) AND given.company_id = %(company_id)s
  AND given.status = 'accepted'
  AND (lower(lead.fields ->> 'email') = %(email)s::text OR lead.fields ->> 'phone_1' = %(phone)s::text)
UNION
SELECT id FROM allocate_assignment WHERE consumer_id = %(consumer)s::bigint AND company_id = %(company_id)s
UNION
SELECT id FROM allocate_assignment
WHERE id BETWEEN %(lowest_id)s::uuid AND %(highest_id)s::uuid AND company_id = %(company_id)s
UNION
SELECT id FROM allocate_assignment
WHERE lead_id BETWEEN %(lowest_id)s::uuid AND %(highest_id)s::uuid AND company_id = %(company_id)s;

-- name: posted
-- Which of a source's leads a search can mean.
WITH consumer (id) AS (
    SELECT consumer_id FROM identity_contact WHERE kind = 'email' AND value = %(email)s::text
    UNION
    SELECT consumer_id FROM identity_contact WHERE kind = 'phone' AND value = %(phone)s::text
)
SELECT id FROM capture_lead
WHERE source_id = %(source_id)s AND lower(fields ->> 'last_name') COLLATE "C" >= %(any_from)s::text
  AND lower(fields ->> 'last_name') COLLATE "C" < %(any_to)s::text
UNION
SELECT id FROM capture_lead
WHERE source_id = %(source_id)s AND lower(fields ->> 'first_name') COLLATE "C" >= %(any_from)s::text
  AND lower(fields ->> 'first_name') COLLATE "C" < %(any_to)s::text
UNION
SELECT id FROM capture_lead
WHERE source_id = %(source_id)s AND lower(fields ->> 'last_name') COLLATE "C" >= %(last_from)s::text
  AND lower(fields ->> 'last_name') COLLATE "C" < %(last_to)s::text
  AND lower(fields ->> 'first_name') COLLATE "C" >= %(first_from)s::text
  AND lower(fields ->> 'first_name') COLLATE "C" < %(first_to)s::text
UNION
SELECT id FROM capture_lead
WHERE source_id = %(source_id)s AND fields ? 'reference' AND fields ->> 'reference' = %(text)s::text
UNION
SELECT lead.id FROM timeline_passport AS passport JOIN capture_lead AS lead ON lead.id = passport.lead_id
WHERE passport.consumer_id IN (SELECT id FROM consumer) AND passport.source_id = %(source_id)s
  AND (lower(lead.fields ->> 'email') = %(email)s::text OR lead.fields ->> 'phone_1' = %(phone)s::text)
UNION
SELECT lead_id FROM timeline_passport WHERE consumer_id = %(consumer)s::bigint AND source_id = %(source_id)s
UNION
SELECT lead_id FROM timeline_passport
WHERE lead_id BETWEEN %(lowest_id)s::uuid AND %(highest_id)s::uuid AND source_id = %(source_id)s;
