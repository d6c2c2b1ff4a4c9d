-- name: known_contacts
-- Which consumers these emails and phones lead to, whatever the name behind a phone.
SELECT contact.kind, contact.value, contact.name_key, contact.consumer_id
FROM identity_contact AS contact
WHERE (contact.kind = 'email' AND contact.value = ANY(%(emails)s::text[]))
   OR (contact.kind = 'phone' AND contact.value = ANY(%(phones)s::text[]));

-- name: remember
-- Give out the next consumer numbers and add contacts, in one order everywhere; a contact of a new consumer names
-- its place from -1 down. What somebody else is adding now is waited for and left out: count what was added.
WITH made AS (
    INSERT INTO identity_consumer (created_at)
    SELECT leadhouse_now() FROM generate_series(1, %(count)s)
    RETURNING id
), placed AS (
    SELECT id, -row_number() OVER (ORDER BY id) AS place FROM made
), added AS (
    INSERT INTO identity_contact (kind, value, name_key, consumer_id)
    SELECT fresh.kind, fresh.value, fresh.name_key, coalesce(placed.id, fresh.consumer)
    FROM json_to_recordset(%(contacts)s::json) AS fresh (kind text, value text, name_key text, consumer bigint)
    LEFT JOIN placed ON placed.place = fresh.consumer
    ORDER BY fresh.kind COLLATE "C", fresh.value COLLATE "C", fresh.name_key COLLATE "C"
    ON CONFLICT (kind, value, name_key) DO NOTHING
    RETURNING 1
)
SELECT array(SELECT id FROM made ORDER BY id), (SELECT count(*) FROM added);

-- name: lock_consumers
-- Let nobody else group these consumers' leads until this transaction ends.
SELECT id FROM identity_consumer WHERE id = ANY(%(consumer_ids)s::bigint[]) ORDER BY id FOR NO KEY UPDATE;

-- name: unique_leads
-- The unique leads of these consumers.
SELECT id, consumer_id, product_id, first_lead_id, first_received_at
FROM identity_unique_lead WHERE consumer_id = ANY(%(consumer_ids)s::bigint[]);

-- name: begin_unique_leads
-- Begin unique leads with their first leads.
INSERT INTO identity_unique_lead (consumer_id, product_id, first_lead_id, first_received_at)
SELECT consumer_id, product_id, lead_id, received_at
FROM unnest(%(consumer_ids)s::bigint[], %(product_ids)s::int[], %(lead_ids)s::uuid[], %(received_ats)s::timestamptz[])
     AS fresh (consumer_id, product_id, lead_id, received_at)
RETURNING id, consumer_id, product_id, first_lead_id, first_received_at;

-- name: lock_unique_leads
-- Let nobody else sell these opportunities until this transaction ends.
SELECT id FROM identity_unique_lead WHERE id = ANY(%(ids)s::bigint[]) ORDER BY id FOR NO KEY UPDATE;

-- name: know
-- Have a consumer found by further contacts; those that lead to somebody already still do.
INSERT INTO identity_contact (kind, value, name_key, consumer_id)
SELECT kind, value, name_key, %(consumer_id)s
FROM unnest(%(kinds)s::text[], %(values)s::text[], %(name_keys)s::text[]) AS fresh (kind, value, name_key)
ON CONFLICT (kind, value, name_key) DO NOTHING;

-- name: forget
-- Let nothing lead to a consumer any more.
DELETE FROM identity_contact WHERE consumer_id = %(consumer_id)s;
