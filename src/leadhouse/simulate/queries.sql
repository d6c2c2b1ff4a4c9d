-- name: read_only
-- Let this transaction change nothing.
SET TRANSACTION READ ONLY;

-- name: count_decisions
-- How many decisions were made in a span.
SELECT count(*) FROM allocate_decision
WHERE (%(since)s::timestamptz IS NULL OR at >= %(since)s) AND at < %(until)s;

-- name: decisions
-- The next decisions of a span, in the order in which they were written.
SELECT id, lead_id, run, round, at, market_revision, outcome, reason, waiting_until, sale_size, value_minor, funnel,
       refusals, offers, winners, method, lines, sizes, taken, is_begun, floor_minor, adjusted_minor, pacing, paces,
       otherwise, least_minor
FROM allocate_decision
WHERE (%(after)s::uuid IS NULL OR id > %(after)s)
  AND (%(since)s::timestamptz IS NULL OR at >= %(since)s) AND at < %(until)s
ORDER BY id LIMIT %(limit)s;

-- name: answers
-- What became of these leads' assignments: when the buyer answered, if it has, what was paid back and when.
SELECT given.lead_id, given.company_id, given.price_minor, given.status, given.is_uncertain, given.decided_at,
       coalesce(ended.at, given.delivered_at, told.at, given.decided_at), given.rejected_at, back.at,
       coalesce(back.amount_minor, 0)
FROM allocate_assignment AS given
LEFT JOIN billing_entry AS ended ON ended.ref = given.id AND ended.kind IN ('capture', 'release')
LEFT JOIN LATERAL (
    SELECT entry.at, posting.amount_minor
    FROM billing_entry AS entry JOIN billing_posting AS posting ON posting.entry_id = entry.id
    WHERE entry.kind = 'credit' AND entry.ref = given.id AND posting.amount_minor > 0
) AS back ON TRUE
LEFT JOIN LATERAL (
    -- Nothing is held or given back for what costs nothing: the timeline alone knows when it was refused.
    SELECT min(event.at) AS at FROM timeline_event AS event
    WHERE given.price_minor = 0 AND event.lead_id = given.lead_id AND event.step = 'deliver'
      AND event.type = given.status AND event.data ->> 'delivery' = given.id::text
) AS told ON TRUE
WHERE given.lead_id = ANY(%(lead_ids)s::uuid[]);

-- name: sold_before
-- What companies had got before an instant and kept: what counts in caps, and who has whom.
SELECT given.lead_id, given.campaign_id, given.company_id, given.consumer_id, given.product_id, given.unique_lead_id, given.sale_size,
       given.price_minor, given.decided_at, given.status = 'failed', coalesce(decision.is_following, FALSE)
FROM allocate_assignment AS given
LEFT JOIN LATERAL (
    SELECT TRUE AS is_following FROM allocate_decision AS decision
    WHERE decision.lead_id = given.lead_id AND decision.outcome = 'sold' AND decision.reason = %(following)s LIMIT 1
) AS decision ON TRUE
WHERE given.decided_at < %(before)s
  AND (given.status IN ('held', 'delivering', 'accepted') OR given.is_uncertain)
ORDER BY given.decided_at, given.id;

-- name: wallets_before
-- What companies could spend at an instant: limit and deposits, less what their kept leads cost, more what came back.
SELECT wallet.company_id,
       (wallet.limit_minor + coalesce(paid.amount_minor, 0) - coalesce(spent.amount_minor, 0))::bigint
FROM billing_wallet AS wallet
LEFT JOIN (
    SELECT account.owner_id, -sum(posting.amount_minor) AS amount_minor
    FROM billing_entry AS entry
    JOIN billing_posting AS posting ON posting.entry_id = entry.id
    JOIN billing_account AS account ON account.id = posting.account_id AND account.kind = 'funds'
    WHERE entry.kind IN ('deposit', 'credit', 'reversal') AND entry.at < %(before)s
    GROUP BY account.owner_id
) AS paid ON paid.owner_id = wallet.company_id
LEFT JOIN (
    SELECT company_id, sum(price_minor) AS amount_minor FROM allocate_assignment
    WHERE decided_at < %(before)s AND status IN ('held', 'delivering', 'accepted') GROUP BY company_id
) AS spent ON spent.company_id = wallet.company_id
ORDER BY wallet.company_id;

-- name: paid_in
-- What came into wallets in a span from elsewhere: deposits, and money back for leads sold before it.
SELECT entry.at, account.owner_id, -posting.amount_minor
FROM billing_entry AS entry
JOIN billing_posting AS posting ON posting.entry_id = entry.id
JOIN billing_account AS account ON account.id = posting.account_id AND account.kind = 'funds'
LEFT JOIN allocate_assignment AS given ON given.id = entry.ref
WHERE entry.at >= %(since)s AND entry.at < %(until)s
  AND (entry.kind IN ('deposit', 'reversal') OR (entry.kind = 'credit' AND given.decided_at < %(since)s))
ORDER BY entry.at, entry.id;
