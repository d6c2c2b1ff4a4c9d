-- name: statement
-- What moved for a company in a span, newest first: its payments, and what was charged and credited for its leads.
WITH given AS MATERIALIZED (
    -- Nobody gets money back for a lead after so long.
    SELECT id, lead_id, campaign_id FROM allocate_assignment
    WHERE company_id = %(company_id)s
      AND decided_at >= %(since)s::timestamptz - interval '400 days' AND decided_at < %(until)s
), paid AS MATERIALIZED (
    SELECT id, at, kind FROM billing_entry WHERE kind = 'deposit' AND at >= %(since)s AND at < %(until)s
), line AS (
    SELECT entry.id, entry.at, entry.kind, posting.amount_minor, given.lead_id, given.campaign_id
    FROM given
    JOIN billing_entry AS entry ON entry.kind IN ('capture', 'credit') AND entry.ref = given.id
    JOIN billing_posting AS posting ON posting.entry_id = entry.id AND posting.amount_minor > 0
    WHERE entry.at >= %(since)s AND entry.at < %(until)s
    UNION ALL
    SELECT paid.id, paid.at, paid.kind, -posting.amount_minor, NULL, NULL
    FROM paid
    JOIN billing_posting AS posting ON posting.entry_id = paid.id
    JOIN billing_account AS account ON account.id = posting.account_id
    WHERE account.kind = 'funds' AND account.owner_id = %(company_id)s
)
SELECT line.at, line.kind, line.amount_minor::bigint, line.lead_id, campaign.key,
       count(*) OVER (),
       coalesce(sum(line.amount_minor) FILTER (WHERE line.kind = 'deposit') OVER (), 0)::bigint,
       coalesce(sum(line.amount_minor) FILTER (WHERE line.kind = 'capture') OVER (), 0)::bigint,
       coalesce(sum(line.amount_minor) FILTER (WHERE line.kind = 'credit') OVER (), 0)::bigint
FROM line LEFT JOIN parties_campaign AS campaign ON campaign.id = line.campaign_id
ORDER BY line.at DESC, line.id DESC
LIMIT %(limit)s;
