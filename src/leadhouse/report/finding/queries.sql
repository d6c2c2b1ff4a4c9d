-- shared: in_filters
-- Which leads are in the filters; what is null is not asked.
  AND passport.received_at >= coalesce(%(since)s::timestamptz, '-infinity')
  AND passport.received_at < coalesce(%(until)s::timestamptz, 'infinity')
  AND (%(status)s::text IS NULL OR passport.status = %(status)s)
  AND (%(reason)s::text IS NULL OR passport.reason = %(reason)s)
  AND (%(state)s::text IS NULL OR passport.state = %(state)s)
  AND (%(classification)s::smallint IS NULL OR passport.classification = %(classification)s)
  AND (%(is_test)s::boolean IS NULL OR passport.is_test = %(is_test)s)
  AND (%(source)s::text IS NULL
       OR passport.source_id = (SELECT id FROM parties_source WHERE key = %(source)s))
  AND (%(product)s::text IS NULL
       OR passport.product_id = (SELECT id FROM parties_product WHERE key = %(product)s));

-- shared: to_buyer
-- Leads that a company, or one campaign of it, has or is being given; in statements of their own, as a join is
-- planned by how many leads a company has, and a condition that may be absent is not.
JOIN allocate_assignment AS given
     ON given.lead_id = passport.lead_id AND given.company_id = %(company_id)s::int
     AND (%(campaign_id)s::int IS NULL OR given.campaign_id = %(campaign_id)s)
     AND given.status IN ('held', 'delivering', 'accepted');

-- shared: before
-- Which leads come after the cursor where the newest stand first.
(passport.received_at, passport.lead_id)
      < (coalesce(%(after_at)s::timestamptz, 'infinity'),
         coalesce(%(after_id)s::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'));

-- shared: after
-- Which leads come after the cursor where the oldest stand first.
(passport.received_at, passport.lead_id)
      > (coalesce(%(after_at)s::timestamptz, '-infinity'),
         coalesce(%(after_id)s::uuid, '00000000-0000-0000-0000-000000000000'));

-- shared: below
-- Which leads come after the cursor where a figure orders them, the highest first.
      < (coalesce(%(after_figure)s::bigint, 9223372036854775807), coalesce(%(after_at)s::timestamptz, 'infinity'),
         coalesce(%(after_id)s::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'));

-- shared: newest_first
-- The order of most lists.
ORDER BY received_at DESC, lead_id DESC LIMIT %(limit)s;

-- shared: consumers
-- Whom a search can mean by an email or a phone.
    SELECT consumer_id FROM identity_contact
    WHERE kind = 'email' AND (value = %(email)s::text OR value BETWEEN %(email_from)s::text AND %(email_to)s::text)
    UNION
    SELECT consumer_id FROM identity_contact WHERE kind = 'phone' AND value = ANY(%(phones)s::text[]);

-- shared: is_reached
-- Whether a lead itself says such an email or phone.
(lower(lead.fields ->> 'email') = %(email)s::text
 OR lower(lead.fields ->> 'email') COLLATE "C" BETWEEN %(email_from)s::text AND %(email_to)s::text
 OR lead.fields ->> 'phone_1' = ANY(%(phones)s::text[]));

-- shared: is_named
-- Whether a lead's person bears a name that is meant: the beginning of either, or both in one of four readings.
(lower(lead.fields ->> 'last_name') COLLATE "C" BETWEEN %(any_from)s::text AND %(any_to)s::text
 OR lower(lead.fields ->> 'first_name') COLLATE "C" BETWEEN %(any_from)s::text AND %(any_to)s::text
 OR lower(lead.fields ->> 'last_name') COLLATE "C" BETWEEN %(last_1_from)s::text AND %(last_1_to)s::text
    AND lower(lead.fields ->> 'first_name') COLLATE "C" BETWEEN %(first_1_from)s::text AND %(first_1_to)s::text
 OR lower(lead.fields ->> 'last_name') COLLATE "C" BETWEEN %(last_2_from)s::text AND %(last_2_to)s::text
    AND lower(lead.fields ->> 'first_name') COLLATE "C" BETWEEN %(first_2_from)s::text AND %(first_2_to)s::text
 OR lower(lead.fields ->> 'last_name') COLLATE "C" BETWEEN %(last_3_from)s::text AND %(last_3_to)s::text
    AND lower(lead.fields ->> 'first_name') COLLATE "C" BETWEEN %(first_3_from)s::text AND %(first_3_to)s::text
 OR lower(lead.fields ->> 'last_name') COLLATE "C" BETWEEN %(last_4_from)s::text AND %(last_4_to)s::text
    AND lower(lead.fields ->> 'first_name') COLLATE "C" BETWEEN %(first_4_from)s::text AND %(first_4_to)s::text);

-- name: find_newest
-- Leads in the filters, newest first, after the cursor.
SELECT passport.received_at, passport.lead_id FROM timeline_passport AS passport
WHERE
  -- use: before
  -- use: in_filters
-- use: newest_first

-- name: find_newest_of_buyer
-- A buyer's leads in the filters, newest first, after the cursor.
SELECT passport.received_at, passport.lead_id FROM timeline_passport AS passport
-- use: to_buyer
WHERE
  -- use: before
  -- use: in_filters
-- use: newest_first

-- name: find_oldest
-- Leads in the filters, oldest first, after the cursor.
SELECT passport.received_at, passport.lead_id FROM timeline_passport AS passport
WHERE
  -- use: after
  -- use: in_filters
ORDER BY passport.received_at, passport.lead_id LIMIT %(limit)s;

-- name: find_oldest_of_buyer
-- A buyer's leads in the filters, oldest first, after the cursor.
SELECT passport.received_at, passport.lead_id FROM timeline_passport AS passport
-- use: to_buyer
WHERE
  -- use: after
  -- use: in_filters
ORDER BY passport.received_at, passport.lead_id LIMIT %(limit)s;

-- name: find_by_revenue
-- Leads in the filters that earned something, the most first, after the cursor.
SELECT passport.received_at, passport.lead_id, passport.revenue_minor FROM timeline_passport AS passport
WHERE passport.revenue_minor > 0
  AND (passport.revenue_minor, passport.received_at, passport.lead_id)
  -- use: below
  -- use: in_filters
ORDER BY passport.revenue_minor DESC, passport.received_at DESC, passport.lead_id DESC LIMIT %(limit)s;

-- name: find_by_revenue_of_buyer
-- A buyer's leads in the filters that earned something, the most first, after the cursor.
SELECT passport.received_at, passport.lead_id, passport.revenue_minor FROM timeline_passport AS passport
-- use: to_buyer
WHERE passport.revenue_minor > 0
  AND (passport.revenue_minor, passport.received_at, passport.lead_id)
  -- use: below
  -- use: in_filters
ORDER BY passport.revenue_minor DESC, passport.received_at DESC, passport.lead_id DESC LIMIT %(limit)s;

-- name: find_by_consumer
-- Leads in the filters by their consumers' numbers, the highest first, after the cursor.
SELECT passport.received_at, passport.lead_id, passport.consumer_id FROM timeline_passport AS passport
WHERE (passport.consumer_id, passport.received_at, passport.lead_id)
  -- use: below
  -- use: in_filters
ORDER BY passport.consumer_id DESC, passport.received_at DESC, passport.lead_id DESC LIMIT %(limit)s;

-- name: find_by_consumer_of_buyer
-- A buyer's leads in the filters by their consumers' numbers, the highest first, after the cursor.
SELECT passport.received_at, passport.lead_id, passport.consumer_id FROM timeline_passport AS passport
-- use: to_buyer
WHERE (passport.consumer_id, passport.received_at, passport.lead_id)
  -- use: below
  -- use: in_filters
ORDER BY passport.consumer_id DESC, passport.received_at DESC, passport.lead_id DESC LIMIT %(limit)s;

-- name: search
-- Leads that the search can mean and that are in the filters, newest first, after the cursor.
WITH consumer (id) AS (
    -- use: consumers
    UNION
    SELECT %(consumer)s::bigint
), pointed_at AS (
    SELECT passport.received_at, passport.lead_id FROM timeline_passport AS passport
    WHERE (passport.consumer_id = ANY(ARRAY(SELECT id FROM consumer)) OR passport.lead_id = ANY(%(corrected)s::uuid[])
           OR passport.lead_id BETWEEN %(lowest_id)s::uuid AND %(highest_id)s::uuid) AND
    -- use: before
    -- use: in_filters
    -- use: newest_first
), named AS (
    SELECT passport.received_at, passport.lead_id FROM timeline_passport AS passport
    JOIN capture_lead AS lead ON lead.id = passport.lead_id
    WHERE
    -- use: is_named
    AND
    -- use: before
    -- use: in_filters
    -- use: newest_first
)
SELECT received_at, lead_id FROM (SELECT * FROM pointed_at UNION SELECT * FROM named) AS found
-- use: newest_first

-- name: search_of_buyer
-- A buyer's leads that the search can mean and that are in the filters, newest first, after the cursor.
WITH consumer (id) AS (
    -- use: consumers
    UNION
    SELECT %(consumer)s::bigint
), pointed_at AS (
    SELECT passport.received_at, passport.lead_id FROM timeline_passport AS passport
    -- use: to_buyer
    WHERE (passport.consumer_id = ANY(ARRAY(SELECT id FROM consumer)) OR passport.lead_id = ANY(%(corrected)s::uuid[])
           OR passport.lead_id BETWEEN %(lowest_id)s::uuid AND %(highest_id)s::uuid) AND
    -- use: before
    -- use: in_filters
    -- use: newest_first
), named AS (
    SELECT passport.received_at, passport.lead_id FROM timeline_passport AS passport
    JOIN capture_lead AS lead ON lead.id = passport.lead_id
    -- use: to_buyer
    WHERE
    -- use: is_named
    AND
    -- use: before
    -- use: in_filters
    -- use: newest_first
)
SELECT received_at, lead_id FROM (SELECT * FROM pointed_at UNION SELECT * FROM named) AS found
-- use: newest_first

-- name: corrected
-- Leads that a search can mean by what was corrected in them; of two names the other may be as it was posted.
SELECT correction.lead_id
FROM capture_correction AS correction
JOIN capture_lead AS posted ON posted.id = correction.lead_id
CROSS JOIN LATERAL (SELECT posted.fields || correction.fields AS fields) AS lead
WHERE (lower(correction.fields ->> 'email') COLLATE "C" = %(email)s::text
       OR lower(correction.fields ->> 'email') COLLATE "C" BETWEEN %(email_from)s::text AND %(email_to)s::text
       OR correction.fields ->> 'phone_1' = ANY(%(phones)s::text[])
       OR lower(correction.fields ->> 'last_name') COLLATE "C" BETWEEN %(any_from)s::text AND %(any_to)s::text
       OR lower(correction.fields ->> 'first_name') COLLATE "C" BETWEEN %(any_from)s::text AND %(any_to)s::text
       OR lower(correction.fields ->> 'last_name') COLLATE "C" BETWEEN %(last_1_from)s::text AND %(last_1_to)s::text
       OR lower(correction.fields ->> 'last_name') COLLATE "C" BETWEEN %(last_2_from)s::text AND %(last_2_to)s::text
       OR lower(correction.fields ->> 'last_name') COLLATE "C" BETWEEN %(last_3_from)s::text AND %(last_3_to)s::text
       OR lower(correction.fields ->> 'last_name') COLLATE "C" BETWEEN %(last_4_from)s::text AND %(last_4_to)s::text
       OR lower(correction.fields ->> 'first_name') COLLATE "C" BETWEEN %(first_1_from)s::text AND %(first_1_to)s::text
       OR lower(correction.fields ->> 'first_name') COLLATE "C" BETWEEN %(first_2_from)s::text AND %(first_2_to)s::text
       OR lower(correction.fields ->> 'first_name') COLLATE "C" BETWEEN %(first_3_from)s::text AND %(first_3_to)s::text
       OR lower(correction.fields ->> 'first_name') COLLATE "C" BETWEEN %(first_4_from)s::text AND %(first_4_to)s::text)
  AND (
    -- use: is_reached
    OR
    -- use: is_named
  );

-- name: bought
-- Which of a company's assignments a search can mean: by who the person is only of leads that it bought.
WITH consumer (id) AS (
    -- use: consumers
), named (lead_id) AS (
    SELECT unnest(%(corrected)s::uuid[])
    UNION
    SELECT lead.id FROM capture_lead AS lead
    WHERE
    -- use: is_named
)
SELECT given.id FROM named JOIN allocate_assignment AS given USING (lead_id)
WHERE given.company_id = %(company_id)s AND given.status = 'accepted'
UNION
SELECT given.id FROM allocate_assignment AS given JOIN capture_lead AS lead ON lead.id = given.lead_id
WHERE given.consumer_id IN (SELECT id FROM consumer) AND given.company_id = %(company_id)s
  AND given.status = 'accepted' AND
  -- use: is_reached
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
    -- use: consumers
)
SELECT lead.id FROM capture_lead AS lead
WHERE lead.source_id = %(source_id)s AND
  -- use: is_named
UNION
SELECT id FROM capture_lead
WHERE source_id = %(source_id)s AND fields ? 'reference' AND fields ->> 'reference' = %(text)s::text
UNION
SELECT lead.id FROM timeline_passport AS passport JOIN capture_lead AS lead ON lead.id = passport.lead_id
WHERE passport.consumer_id IN (SELECT id FROM consumer) AND passport.source_id = %(source_id)s AND
  -- use: is_reached
UNION
SELECT lead_id FROM timeline_passport WHERE consumer_id = %(consumer)s::bigint AND source_id = %(source_id)s
UNION
SELECT lead_id FROM timeline_passport
WHERE lead_id BETWEEN %(lowest_id)s::uuid AND %(highest_id)s::uuid AND source_id = %(source_id)s;
