-- name: lock_market
-- Let one change of the market happen at a time; held until the transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended('leadhouse.parties_market', 0));

-- name: revision
-- The number of the last change; none before the first.
SELECT revision FROM parties_market;

-- name: bump_revision
-- Number a change, and keep the market's own block unless a new one is given.
WITH next AS (
    INSERT INTO parties_market AS market (id, revision, config)
    VALUES (1, nextval('parties_revision'), coalesce(%(config)s::jsonb, '{}'::jsonb))
    ON CONFLICT (id) DO UPDATE
    SET revision = EXCLUDED.revision, config = coalesce(%(config)s::jsonb, market.config)
    RETURNING revision
)
INSERT INTO parties_change (revision, at) SELECT revision, leadhouse_now() FROM next
RETURNING revision;

-- name: was_committed
-- Whether a revision is one of ours: none that was rolled back.
SELECT EXISTS (SELECT FROM parties_change WHERE revision = %(revision)s);

-- name: market_config
-- The market's own block.
SELECT config FROM parties_market;

-- name: entries
-- Everything configured of one kind, in the order in which it came.
SELECT kind, id, key, config, secrets, is_closed, owner, had_opening
FROM (
    SELECT 'product' AS kind, id, key, config, secrets, is_closed, NULL AS owner, FALSE AS had_opening
    FROM parties_product
    UNION ALL
    SELECT 'source', id, key, config, secrets, is_closed, NULL, FALSE FROM parties_source
    UNION ALL
    SELECT 'company', id, key, config, secrets, is_closed, NULL, had_opening FROM parties_company
    UNION ALL
    SELECT 'campaign', campaign.id, campaign.key, campaign.config, campaign.secrets, campaign.is_closed,
           company.key, FALSE
    FROM parties_campaign AS campaign JOIN parties_company AS company ON company.id = campaign.company_id
) AS entry
WHERE kind = %(kind)s AND id > %(after)s
ORDER BY id
LIMIT %(limit)s;

-- name: entries_since
-- What of one kind was written after a revision, or depends on what was: sources and campaigns on their products'
-- fields, campaigns on their companies' places too.
WITH product AS (
    SELECT key FROM parties_product WHERE revision > %(since)s
), company AS (
    SELECT id FROM parties_company WHERE revision > %(since)s
)
SELECT kind, id, key, config, secrets, is_closed, owner, had_opening
FROM (
    SELECT 'product' AS kind, id, key, config, secrets, is_closed, NULL AS owner, FALSE AS had_opening
    FROM parties_product WHERE revision > %(since)s
    UNION ALL
    SELECT 'source', id, key, config, secrets, is_closed, NULL, FALSE
    FROM parties_source WHERE revision > %(since)s OR EXISTS (SELECT FROM product)
    UNION ALL
    SELECT 'company', id, key, config, secrets, is_closed, NULL, had_opening
    FROM parties_company WHERE revision > %(since)s
    UNION ALL
    SELECT 'campaign', campaign.id, campaign.key, campaign.config, campaign.secrets, campaign.is_closed,
           owner.key, FALSE
    FROM parties_campaign AS campaign JOIN parties_company AS owner ON owner.id = campaign.company_id
    WHERE campaign.revision > %(since)s
       OR campaign.company_id = ANY(ARRAY(SELECT id FROM company))
       OR campaign.config ->> 'product' = ANY(ARRAY(SELECT key FROM product))
) AS entry
WHERE kind = %(kind)s AND id > %(after)s
ORDER BY id
LIMIT %(limit)s;

-- name: campaigns_about
-- The campaigns that an entry's edit has to do with: itself, those of a company, of a product, or that name a source.
SELECT 'campaign', campaign.id, campaign.key, campaign.config, campaign.secrets, campaign.is_closed, company.key, FALSE
FROM parties_campaign AS campaign JOIN parties_company AS company ON company.id = campaign.company_id
WHERE CASE %(kind)s
          WHEN 'campaign' THEN campaign.key = %(key)s
          WHEN 'company' THEN company.key = %(key)s
          WHEN 'product' THEN campaign.config ->> 'product' = %(key)s
          ELSE jsonb_path_exists(campaign.config, '$.sources.* ? (@ == $key)', jsonb_build_object('key', %(key)s::text))
               OR jsonb_path_exists(campaign.config, '$.bid_rules[*].sources ? (@ == $key)',
                                    jsonb_build_object('key', %(key)s::text))
      END
ORDER BY campaign.id;

-- name: companies_keyed
-- Companies by their keys.
SELECT 'company', id, key, config, secrets, is_closed, NULL, had_opening FROM parties_company
WHERE key = ANY(%(keys)s::text[])
ORDER BY id;

-- name: save_products
-- Create or replace products by key.
INSERT INTO parties_product (key, config, secrets, is_closed, revision)
SELECT key, config, secrets, FALSE, (SELECT revision FROM parties_market)
FROM jsonb_to_recordset(%(entries)s::jsonb) AS entry (key text, config jsonb, secrets jsonb)
ON CONFLICT (key) DO UPDATE
SET config = EXCLUDED.config, secrets = EXCLUDED.secrets, is_closed = FALSE, revision = EXCLUDED.revision
RETURNING key, id;

-- name: save_sources
-- Create or replace sources by key.
INSERT INTO parties_source (key, config, secrets, is_closed, revision)
SELECT key, config, secrets, FALSE, (SELECT revision FROM parties_market)
FROM jsonb_to_recordset(%(entries)s::jsonb) AS entry (key text, config jsonb, secrets jsonb)
ON CONFLICT (key) DO UPDATE
SET config = EXCLUDED.config, secrets = EXCLUDED.secrets, is_closed = FALSE, revision = EXCLUDED.revision
RETURNING key, id;

-- name: save_companies
-- Create or replace companies by key; an opening once handed out stays so.
INSERT INTO parties_company AS company (key, config, secrets, is_closed, had_opening, revision)
SELECT key, config, secrets, FALSE, had_opening, (SELECT revision FROM parties_market)
FROM jsonb_to_recordset(%(entries)s::jsonb)
    AS entry (key text, config jsonb, secrets jsonb, had_opening boolean)
ON CONFLICT (key) DO UPDATE
SET config = EXCLUDED.config, secrets = EXCLUDED.secrets, is_closed = FALSE, revision = EXCLUDED.revision,
    had_opening = company.had_opening OR EXCLUDED.had_opening
RETURNING key, id;

-- name: save_campaigns
-- Create or replace campaigns by key, each under its company, numbered in the order given.
INSERT INTO parties_campaign (key, company_id, config, secrets, is_closed, revision)
SELECT entry.key, company.id, entry.config, entry.secrets, FALSE, (SELECT revision FROM parties_market)
FROM ROWS FROM (
    jsonb_to_recordset(%(entries)s::jsonb) AS (key text, owner text, config jsonb, secrets jsonb)
) WITH ORDINALITY AS entry (key, owner, config, secrets, place)
JOIN parties_company AS company ON company.key = entry.owner
ORDER BY entry.place
ON CONFLICT (key) DO UPDATE
SET company_id = EXCLUDED.company_id, config = EXCLUDED.config, secrets = EXCLUDED.secrets, is_closed = FALSE,
    revision = EXCLUDED.revision
RETURNING key, id;

-- name: close_products
-- Close products.
UPDATE parties_product SET is_closed = TRUE, revision = (SELECT revision FROM parties_market) WHERE id = ANY(%(ids)s);

-- name: close_sources
-- Close sources.
UPDATE parties_source SET is_closed = TRUE, revision = (SELECT revision FROM parties_market) WHERE id = ANY(%(ids)s);

-- name: close_companies
-- Close companies.
UPDATE parties_company SET is_closed = TRUE, revision = (SELECT revision FROM parties_market) WHERE id = ANY(%(ids)s);

-- name: close_campaigns
-- Close campaigns.
UPDATE parties_campaign SET is_closed = TRUE, revision = (SELECT revision FROM parties_market) WHERE id = ANY(%(ids)s);

-- name: keys
-- Every key ever given, by whom it is held.
SELECT digest, kind, owner_id, hint, revoked_at IS NOT NULL AS is_revoked FROM parties_access_key;

-- name: grant_keys
-- Give keys to their owners, taking a key that was another's before.
INSERT INTO parties_access_key (digest, kind, owner_id, hint, created_at)
SELECT digest, kind, owner_id, hint, leadhouse_now()
FROM unnest(%(digest)s::bytea[], %(kind)s::text[], %(owner_id)s::int[], %(hint)s::text[])
     AS fresh (digest, kind, owner_id, hint)
ON CONFLICT (digest) DO UPDATE
SET kind = EXCLUDED.kind, owner_id = EXCLUDED.owner_id, hint = EXCLUDED.hint,
    created_at = EXCLUDED.created_at, revoked_at = NULL;

-- name: revoke_keys
-- Take every key back from these owners.
UPDATE parties_access_key AS held SET revoked_at = leadhouse_now()
FROM unnest(%(kind)s::text[], %(owner_id)s::int[]) AS former (kind, owner_id)
WHERE held.kind = former.kind AND held.owner_id = former.owner_id AND held.revoked_at IS NULL;

-- name: keys_of
-- A party's keys, as far as they may be shown.
SELECT hint, created_at, revoked_at FROM parties_access_key
WHERE kind = %(kind)s AND owner_id = %(owner_id)s
ORDER BY created_at DESC, hint
LIMIT 20;

-- name: key_owners
-- Who holds each key that is not revoked; with a digest, who holds that one.
SELECT held.digest, held.kind, held.owner_id, coalesce(source.key, company.key, person.email) AS key, person.role,
       coalesce(source.id, person.source_id) AS source_id, coalesce(company.id, person.company_id) AS company_id
FROM parties_access_key AS held
LEFT JOIN parties_source AS source ON held.kind = 'source' AND source.id = held.owner_id
LEFT JOIN parties_company AS company ON held.kind = 'company' AND company.id = held.owner_id
LEFT JOIN parties_person AS person ON held.kind = 'person' AND person.id = held.owner_id
WHERE held.revoked_at IS NULL
  AND (held.kind <> 'person' OR person.is_active)
  AND (%(digest)s::bytea IS NULL OR held.digest = %(digest)s);

-- name: save_person
-- Create a person, or give an existing one this role, party and, when given, password; sessions and links end.
INSERT INTO parties_person AS person (email, role, company_id, source_id, password, is_active, created_at)
VALUES (%(email)s, %(role)s, %(company_id)s, %(source_id)s, %(password)s, TRUE, leadhouse_now())
ON CONFLICT (email) DO UPDATE
SET role = EXCLUDED.role, company_id = EXCLUDED.company_id, source_id = EXCLUDED.source_id,
    password = CASE WHEN %(keeps_password)s THEN person.password ELSE EXCLUDED.password END, is_active = TRUE,
    is_barred = FALSE, session_number = person.session_number + 1, link_number = person.link_number + 1
RETURNING id;

-- name: person
-- A person by email.
SELECT id, email, role, company_id, source_id, is_active FROM parties_person WHERE email = %(email)s;

-- name: party_id
-- The row of a source or company that is open.
SELECT id FROM (
    SELECT 'source' AS kind, id, key FROM parties_source WHERE NOT is_closed
    UNION ALL
    SELECT 'company', id, key FROM parties_company WHERE NOT is_closed
) AS party
WHERE kind = %(kind)s AND key = %(key)s;
