-- name: wallet
-- A company's wallet.
SELECT company_id, mode, limit_minor, deposits_minor, held_minor, charged_minor, credited_minor
FROM billing_wallet WHERE company_id = %(company_id)s;

-- name: statement
-- What moved a company's money in a period, newest first: charges and credits of its assignments, and deposits.
WITH given AS (
    SELECT id, lead_id, campaign_id FROM allocate_assignment
    WHERE company_id = %(company_id)s AND decided_at < %(until)s
      AND decided_at >= %(since)s::timestamptz - interval '400 days'
      AND (decided_at >= %(since)s::timestamptz - interval '30 days'
           OR rejected_at IS NOT NULL OR returned_at IS NOT NULL)
), moved AS (
    SELECT entry.id, entry.at, entry.kind, given.id AS delivery, given.campaign_id
    FROM given JOIN billing_entry AS entry ON entry.ref = given.id AND entry.kind IN ('capture', 'credit')
    UNION ALL
    SELECT entry.id, entry.at, entry.kind, NULL, NULL FROM billing_entry AS entry WHERE entry.kind = 'deposit'
)
SELECT moved.at, moved.kind, moved.delivery, moved.campaign_id, abs(posting.amount_minor)
FROM moved
JOIN billing_posting AS posting ON posting.entry_id = moved.id
JOIN billing_account AS account
  ON account.id = posting.account_id AND account.owner_id = %(company_id)s AND account.kind IN ('funds', 'held')
WHERE moved.at >= %(since)s AND moved.at < %(until)s
ORDER BY moved.at DESC, moved.id DESC;
