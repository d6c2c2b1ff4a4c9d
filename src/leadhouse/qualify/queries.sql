-- name: lock_contacts
-- Let nobody else decide about these contacts until this transaction ends; the keys come in order.
SELECT pg_advisory_xact_lock(key) IS NULL FROM unnest(%(keys)s::bigint[]) AS key;

-- name: accepted_contacts
-- The accepted leads with these contacts, inside each one's window.
SELECT contact.product_id, contact.source_id, contact.kind, contact.value, contact.lead_id, contact.received_at
FROM jsonb_to_recordset(%(asked)s::jsonb)
     AS asked (product_id int, kind text, value text, since timestamptz, until timestamptz)
JOIN qualify_contact AS contact
  ON contact.product_id = asked.product_id AND contact.kind = asked.kind AND contact.value = asked.value
 AND contact.received_at > asked.since AND contact.received_at < asked.until;

-- name: keep_contacts
-- Count accepted leads as earlier ones from now on.
INSERT INTO qualify_contact (product_id, source_id, kind, value, lead_id, received_at)
SELECT product_id, source_id, kind, value, lead_id, received_at
FROM jsonb_to_recordset(%(contacts)s::jsonb)
     AS fresh (product_id int, source_id int, kind text, value text, lead_id uuid, received_at timestamptz)
ON CONFLICT (lead_id, kind) DO NOTHING;

-- name: forget_contacts
-- Count these leads as earlier ones no more.
DELETE FROM qualify_contact WHERE lead_id = ANY(%(lead_ids)s);

-- name: suppressed
-- Which of these contacts must not be sold.
SELECT held.kind, held.digest
FROM unnest(%(kinds)s::text[], %(digests)s::bytea[]) AS asked (kind, digest)
JOIN qualify_suppression AS held USING (kind, digest);

-- name: suppress
-- Add contacts that must not be sold; known ones keep their reason.
INSERT INTO qualify_suppression (kind, digest, hint, reason, created_at)
SELECT kind, digest, hint, %(reason)s, leadhouse_now()
FROM unnest(%(kinds)s::text[], %(digests)s::bytea[], %(hints)s::text[]) AS fresh (kind, digest, hint)
ON CONFLICT (kind, digest) DO NOTHING;

-- name: allow_again
-- Take contacts off the list.
DELETE FROM qualify_suppression AS held
USING unnest(%(kinds)s::text[], %(digests)s::bytea[]) AS gone (kind, digest)
WHERE held.kind = gone.kind AND held.digest = gone.digest;

-- name: keep_appended
-- Keep the facts that the last walk appended.
INSERT INTO qualify_appended (lead_id, facts)
SELECT lead_id, facts FROM jsonb_to_recordset(%(appended)s::jsonb) AS fresh (lead_id uuid, facts jsonb)
ON CONFLICT (lead_id) DO UPDATE SET facts = excluded.facts;

-- name: appended
-- The facts that the checks of these leads appended.
SELECT lead_id, facts FROM qualify_appended WHERE lead_id = ANY(%(lead_ids)s);

-- name: forget_appended
-- Remove the facts that checks appended to these leads.
DELETE FROM qualify_appended WHERE lead_id = ANY(%(lead_ids)s);

-- name: forget_verifications
-- Remove what services answered about these leads.
DELETE FROM qualify_verification WHERE lead_id = ANY(%(lead_ids)s);

-- name: keep_verifications
-- Keep what services answered.
INSERT INTO qualify_verification (lead_id, check_name, service, verdict, data, at, expires_at)
SELECT lead_id, check_name, service, verdict, data, leadhouse_now(), leadhouse_now() + make_interval(days => days)
FROM jsonb_to_recordset(%(verified)s::jsonb)
     AS fresh (lead_id uuid, check_name text, service text, verdict text, data jsonb, days int);

-- name: verifications_of
-- What services answered about a lead, oldest first.
SELECT check_name, service, verdict, data, at, expires_at
FROM qualify_verification WHERE lead_id = %(lead_id)s ORDER BY id;
