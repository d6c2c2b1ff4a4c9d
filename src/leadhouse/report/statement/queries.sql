-- name: lines
-- What moved for a company in a span, newest first, after the cursor: payments,
-- what was taken back of them, and charges and credits for leads.
WITH told AS MATERIALIZED (
    SELECT posting.told_at, posting.told_of, posting.entry_id, posting.amount_minor
    FROM billing_posting AS posting
    WHERE posting.account_id = ANY(ARRAY(SELECT id FROM billing_account
                                         WHERE kind IN ('funds', 'held') AND owner_id = %(company_id)s))
      AND posting.told_at >= %(since)s AND posting.told_at < %(until)s
      AND (posting.told_at, posting.entry_id)
          < (coalesce(%(after_at)s::timestamptz, 'infinity'), coalesce(%(after_id)s::bigint, 9223372036854775807))
    ORDER BY posting.told_at DESC, posting.entry_id DESC
    LIMIT %(limit)s
)
SELECT told.told_at, entry.kind, abs(told.amount_minor), given.id, given.lead_id, campaign.key, told.entry_id,
       told.told_of, entry.note,
       entry.kind = 'deposit' AND EXISTS (SELECT FROM billing_entry AS back
                                          WHERE back.kind = 'reversal' AND back.ref = told.told_of)
FROM told
JOIN billing_entry AS entry ON entry.id = told.entry_id
LEFT JOIN allocate_assignment AS given ON given.id = told.told_of
LEFT JOIN parties_campaign AS campaign ON campaign.id = given.campaign_id
ORDER BY told.told_at DESC, told.entry_id DESC;

-- name: first_at
-- When a company's money moved first.
SELECT first.told_at FROM billing_account AS account
CROSS JOIN LATERAL (
    SELECT told_at FROM billing_posting WHERE account_id = account.id AND told_at IS NOT NULL ORDER BY told_at LIMIT 1
) AS first
WHERE account.kind IN ('funds', 'held') AND account.owner_id = %(company_id)s
ORDER BY first.told_at LIMIT 1;

-- name: payment
-- One payment of a company by its ref: when, how much, its note, whether it was taken back.
SELECT entry.at, abs(posting.amount_minor), entry.note,
       EXISTS (SELECT FROM billing_entry AS back WHERE back.kind = 'reversal' AND back.ref = entry.ref)
FROM billing_entry AS entry
JOIN billing_posting AS posting ON posting.entry_id = entry.id
JOIN billing_account AS account ON account.id = posting.account_id
WHERE entry.kind = 'deposit' AND entry.ref = %(ref)s AND account.kind = 'funds' AND account.owner_id = %(company_id)s;

-- name: sums
-- What a company paid in, was charged and got back in a span, and by how many entries.
WITH told AS (
    SELECT account.kind, posting.entry_id,
           CASE account.kind WHEN 'funds' THEN -posting.amount_minor ELSE posting.amount_minor END AS amount_minor
    FROM billing_account AS account
    JOIN billing_posting AS posting
      ON posting.account_id = account.id AND posting.told_at >= %(since)s AND posting.told_at < %(until)s
    WHERE account.kind IN ('funds', 'held') AND account.owner_id = %(company_id)s
), paid AS (
    -- Funds receive payments and credits; only charges are told of what was held.
    SELECT sum(told.amount_minor) AS amount_minor
    FROM told JOIN billing_entry AS entry ON entry.id = told.entry_id AND entry.kind IN ('deposit', 'reversal')
    WHERE told.kind = 'funds'
)
SELECT count(*), coalesce(min(paid.amount_minor), 0)::bigint,
       coalesce(sum(told.amount_minor) FILTER (WHERE told.kind = 'held'), 0)::bigint,
       (coalesce(sum(told.amount_minor) FILTER (WHERE told.kind = 'funds'), 0)
        - coalesce(min(paid.amount_minor), 0))::bigint,
       count(*) FILTER (WHERE told.kind = 'held')
FROM told CROSS JOIN paid;

-- name: by_campaign
-- What a company was charged and credited in a span for each campaign's leads, by the campaign's key.
SELECT campaign.key,
       count(*) FILTER (WHERE account.kind = 'held'),
       coalesce(sum(abs(posting.amount_minor)) FILTER (WHERE account.kind = 'held'), 0)::bigint,
       count(*) FILTER (WHERE account.kind = 'funds'),
       coalesce(sum(abs(posting.amount_minor)) FILTER (WHERE account.kind = 'funds'), 0)::bigint
FROM billing_account AS account
JOIN billing_posting AS posting
  ON posting.account_id = account.id AND posting.told_at >= %(since)s AND posting.told_at < %(until)s
JOIN allocate_assignment AS given ON given.id = posting.told_of
JOIN parties_campaign AS campaign ON campaign.id = given.campaign_id
WHERE account.kind IN ('funds', 'held') AND account.owner_id = %(company_id)s
GROUP BY campaign.key ORDER BY campaign.key;
