-- name: seen
-- Which of these posts were answered, or are being answered, already; a post without a key also finds a keyed twin.
WITH asked AS (
    SELECT * FROM unnest(%(places)s::int[], %(source_ids)s::int[], %(digests)s::bytea[], %(body_digests)s::bytea[],
                         %(is_keys)s::boolean[])
        AS asked (place, source_id, digest, body_digest, is_key)
), found AS (
    SELECT asked.place, receipt.id
    FROM asked JOIN capture_receipt AS receipt USING (source_id, digest)
    WHERE receipt.expires_at > leadhouse_now()
    UNION ALL
    SELECT asked.place, receipt.id
    FROM asked JOIN capture_receipt AS receipt
        ON receipt.is_key AND receipt.source_id = asked.source_id AND receipt.body_digest = asked.body_digest
    WHERE NOT asked.is_key
      AND receipt.created_at > leadhouse_now() - make_interval(secs => %(bytes_seconds)s)
)
SELECT DISTINCT ON (found.place) found.place, receipt.digest, receipt.body_digest, receipt.lead_id,
       receipt.waits_until, receipt.status, receipt.content_type, receipt.location, receipt.answer
FROM found JOIN capture_receipt AS receipt USING (id)
ORDER BY found.place, receipt.created_at, receipt.id;

-- name: write_receipts
-- Write down what is told; one that counts no more is replaced, one that somebody else just wrote is left out.
INSERT INTO capture_receipt (source_id, digest, is_key, body_digest, lead_id, created_at, expires_at, waits_until,
                             status, content_type, location, answer)
SELECT source_id, decode(digest, 'hex') AS digest, is_key, decode(body_digest, 'hex'), lead_id, created_at, expires_at,
       waits_until, status, content_type, location, decode(answer, 'hex')
FROM json_to_recordset(%(receipts)s::json)
     AS fresh (source_id int, digest text, is_key boolean, body_digest text, lead_id uuid, created_at timestamptz,
               expires_at timestamptz, waits_until timestamptz, status smallint, content_type text, location text,
               answer text)
ORDER BY source_id, digest
ON CONFLICT (source_id, digest) DO UPDATE
SET is_key = excluded.is_key, body_digest = excluded.body_digest, lead_id = excluded.lead_id,
    created_at = excluded.created_at, expires_at = excluded.expires_at, waits_until = excluded.waits_until,
    status = excluded.status, content_type = excluded.content_type, location = excluded.location,
    answer = excluded.answer
WHERE capture_receipt.expires_at <= leadhouse_now();

-- name: settle_receipts
-- Give the answers that were waited for; whoever is first decides the bytes.
UPDATE capture_receipt AS receipt SET answer = given.answer
FROM (
    SELECT held.id, fresh.answer
    FROM unnest(%(source_ids)s::int[], %(digests)s::bytea[], %(answers)s::bytea[]) AS fresh (source_id, digest, answer)
    JOIN capture_receipt AS held USING (source_id, digest)
    WHERE held.answer IS NULL
    ORDER BY held.id FOR UPDATE OF held
) AS given
WHERE receipt.id = given.id;

-- name: answers_given
-- The answers that these receipts hold by now.
SELECT receipt.source_id, receipt.digest, receipt.answer
FROM unnest(%(source_ids)s::int[], %(digests)s::bytea[]) AS asked (source_id, digest)
JOIN capture_receipt AS receipt USING (source_id, digest)
WHERE receipt.answer IS NOT NULL;

-- name: forget_receipts
-- Remove receipts that have counted no more for a while, oldest first.
WITH gone AS MATERIALIZED (
    SELECT id FROM capture_receipt WHERE expires_at <= leadhouse_now() - make_interval(secs => %(kept_seconds)s)
    ORDER BY expires_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
DELETE FROM capture_receipt AS receipt USING gone WHERE receipt.id = gone.id;

-- name: note_refused
-- Write down posts that were no leads.
INSERT INTO capture_refused_post (source_id, at, status, code, reason, content_type, size, answer)
SELECT source_id, leadhouse_now(), status, code, reason, content_type, size, decode(answer, 'hex')
FROM json_to_recordset(%(posts)s::json)
     AS fresh (source_id int, status smallint, code text, reason text, content_type text, size bigint, answer text);

-- name: sources_of_keys
-- Whose these sources' keys are, or were before they were taken back.
SELECT digest, owner_id FROM parties_access_key WHERE digest = ANY(%(digests)s::bytea[]) AND kind = 'source';

-- name: forget_refused
-- Remove posts that were no leads and are no longer shown, oldest first.
WITH gone AS MATERIALIZED (
    SELECT id FROM capture_refused_post WHERE at <= leadhouse_now() - make_interval(secs => %(kept_seconds)s)
    ORDER BY at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
DELETE FROM capture_refused_post AS post USING gone WHERE post.id = gone.id;

-- name: forget_windows
-- Remove windows that were over a day ago, oldest first: nothing is counted in them any more.
WITH gone AS MATERIALIZED (
    SELECT id FROM capture_source_window WHERE ends_at <= leadhouse_now() - INTERVAL '1 day'
    ORDER BY ends_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
DELETE FROM capture_source_window AS held USING gone WHERE held.id = gone.id;

-- name: lock_windows
-- Open the windows of these caps and hold them; the most a window may take follows the cap, never below its use.
INSERT INTO capture_source_window (source_id, period, starts_at, ends_at, most, used)
SELECT source_id, period, starts_at, ends_at, most, 0
FROM unnest(%(source_ids)s::int[], %(periods)s::text[], %(starts_ats)s::timestamptz[], %(ends_ats)s::timestamptz[],
            %(limits)s::bigint[])
     AS cap (source_id, period, starts_at, ends_at, most)
ORDER BY source_id, period, starts_at
ON CONFLICT (source_id, period, starts_at) DO UPDATE
SET most = greatest(excluded.most, capture_source_window.used)
RETURNING source_id, period, used;

-- name: windows_used
-- How much of windows is used; nobody is kept waiting.
SELECT held.source_id, held.period, held.used
FROM unnest(%(source_ids)s::int[], %(periods)s::text[], %(starts_ats)s::timestamptz[])
     AS asked (source_id, period, starts_at)
JOIN capture_source_window AS held USING (source_id, period, starts_at);

-- name: use_windows
-- Take room in windows held before.
UPDATE capture_source_window AS held SET used = held.used + taken.count
FROM unnest(%(source_ids)s::int[], %(periods)s::text[], %(starts_ats)s::timestamptz[], %(counts)s::bigint[])
     AS taken (source_id, period, starts_at, count)
WHERE held.source_id = taken.source_id AND held.period = taken.period AND held.starts_at = taken.starts_at;

-- name: use_pings
-- Give promises to leads, each once: of several the first, also of another transaction, which is waited for.
INSERT INTO capture_used_ping (ping_id, lead_id, source_id, price_minor, used_at)
SELECT ping_id, lead_id, source_id, price_minor, %(now)s
FROM unnest(%(ping_ids)s::uuid[], %(lead_ids)s::uuid[], %(source_ids)s::int[], %(prices)s::bigint[]) WITH ORDINALITY
     AS fresh (ping_id, lead_id, source_id, price_minor, place)
ORDER BY ping_id, place
ON CONFLICT (ping_id) DO NOTHING
RETURNING lead_id;

-- name: give_pings_back
-- Let promises be used again.
DELETE FROM capture_used_ping WHERE lead_id = ANY(%(lead_ids)s::uuid[]);

-- name: keep_leads
-- Keep leads exactly as they came, with what was read in them.
INSERT INTO capture_lead (id, source_id, product_id, received_at, raw, content_type, headers, fields, extra, marks,
                          created_by, is_test)
SELECT id, source_id, product_id, received_at, decode(raw, 'hex'), content_type, headers, fields, extra, marks,
       created_by, is_test
FROM json_to_recordset(%(leads)s::json)
     AS fresh (id uuid, source_id int, product_id int, received_at timestamptz, raw text, content_type text,
               headers jsonb, fields jsonb, extra jsonb, marks jsonb, created_by text, is_test boolean);

-- name: facts_of
-- Leads as later stages read them.
SELECT lead.id, lead.source_id, source.key, lead.product_id, product.key, lead.received_at, lead.created_by,
       lead.is_test, jsonb_strip_nulls(lead.fields || coalesce(correction.fields, '{}')),
       lead.extra || coalesce(correction.extra, '{}'),
       lead.marks - coalesce(array(SELECT jsonb_object_keys(correction.fields)), '{}')
FROM capture_lead AS lead
JOIN parties_source AS source ON source.id = lead.source_id
LEFT JOIN capture_correction AS correction ON correction.lead_id = lead.id
LEFT JOIN parties_product AS product ON product.id = lead.product_id
WHERE lead.id = ANY(%(lead_ids)s);

-- name: correct
-- Have these values of a lead count from now on.
INSERT INTO capture_correction AS known (lead_id, fields, extra, at)
VALUES (%(lead_id)s, %(fields)s::jsonb, %(extra)s::jsonb, leadhouse_now())
ON CONFLICT (lead_id) DO UPDATE
SET fields = known.fields || excluded.fields, extra = known.extra || excluded.extra, at = excluded.at;

-- name: forget_leads
-- Leave of these leads that they came, nothing of what was said.
UPDATE capture_lead SET raw = '', content_type = '', headers = '{}', fields = '{}', extra = '{}', marks = '{}'
WHERE id = ANY(%(lead_ids)s);

-- name: forget_corrections
-- Remove what people corrected in these leads.
DELETE FROM capture_correction WHERE lead_id = ANY(%(lead_ids)s);

-- name: forget_answers
-- Remove what was told of these leads' posts: the same bytes would be a new lead.
DELETE FROM capture_receipt WHERE lead_id = ANY(%(lead_ids)s);

-- name: raw_of
-- A lead's bytes as they came.
SELECT raw, content_type FROM capture_lead WHERE id = %(lead_id)s;
