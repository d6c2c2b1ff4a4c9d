-- name: posts
-- A source's leads in the filters, newest first, after the cursor; what they earned and what was heard of a page only.
WITH page AS (
    SELECT lead_id, consumer_id, received_at, status, reason, product_id, is_test
    FROM timeline_passport AS passport
    WHERE source_id = %(source_id)s
      AND (%(ids)s::uuid[] IS NULL OR lead_id = ANY(%(ids)s::uuid[]))
      AND (received_at, lead_id)
          < (coalesce(%(after_at)s::timestamptz, 'infinity'),
             coalesce(%(after_id)s::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
      AND received_at >= coalesce(%(since)s::timestamptz, '-infinity')
      AND received_at < coalesce(%(until)s::timestamptz, 'infinity')
      AND (%(status)s::text = '' OR status = %(status)s)
    ORDER BY received_at DESC, lead_id DESC
    LIMIT %(limit)s
)
SELECT page.lead_id, page.consumer_id, page.received_at, page.status, page.reason, page.product_id, page.is_test,
       coalesce(lead.fields ->> 'first_name', ''), coalesce(lead.fields ->> 'last_name', ''),
       coalesce(lead.fields ->> 'email', ''), coalesce(lead.fields ->> 'reference', ''), paid.amount_minor,
       coalesce(heard.kinds, '{}')
FROM page
JOIN capture_lead AS lead ON lead.id = page.lead_id
LEFT JOIN LATERAL (
    SELECT abs(posting.amount_minor) AS amount_minor
    FROM billing_entry AS entry
    JOIN billing_posting AS posting ON posting.entry_id = entry.id
    JOIN billing_account AS account ON account.id = posting.account_id AND account.kind = 'payable'
    WHERE entry.kind = 'payout' AND entry.ref = page.lead_id
) AS paid ON TRUE
LEFT JOIN LATERAL (
    SELECT array_agg(DISTINCT kind ORDER BY kind) AS kinds FROM feedback_response
    WHERE lead_id = page.lead_id AND code IS NULL
) AS heard ON TRUE
ORDER BY page.received_at DESC, page.lead_id DESC;

-- name: posted
-- What a source posted for a lead, byte for byte, and what it was answered.
SELECT lead.raw, lead.content_type, lead.created_by, lead.fields, lead.extra, lead.marks, receipt.status, receipt.answer
FROM capture_lead AS lead
LEFT JOIN LATERAL (
    SELECT status, answer FROM capture_receipt
    WHERE source_id = %(source_id)s AND lead_id = lead.id ORDER BY id LIMIT 1
) AS receipt ON TRUE
WHERE lead.source_id = %(source_id)s AND lead.id = %(lead_id)s;

-- name: heard
-- What buyers said about a lead, oldest first, without who they are.
SELECT kind, reason, value_minor, at FROM feedback_response WHERE lead_id = %(lead_id)s AND code IS NULL ORDER BY at, id;

-- name: refused
-- A source's posts that were no leads at all, newest first, before a number.
SELECT id, at, status, code, reason, content_type, size, answer FROM capture_refused_post
WHERE source_id = %(source_id)s AND id < coalesce(%(before)s::bigint, 9223372036854775807)
ORDER BY id DESC LIMIT %(limit)s;

-- name: payouts
-- What a source earned in a period, newest first, after the cursor.
SELECT told_at, told_of, abs(amount_minor), entry_id FROM billing_posting
WHERE account_id = (SELECT id FROM billing_account WHERE kind = 'payable' AND owner_id = %(source_id)s)
  AND told_at >= %(since)s AND told_at < %(until)s
  AND (told_at, entry_id)
      < (coalesce(%(after_at)s::timestamptz, 'infinity'), coalesce(%(after_id)s::bigint, 9223372036854775807))
ORDER BY told_at DESC, entry_id DESC
LIMIT %(limit)s;

-- name: first_earned
-- When a source earned something first.
SELECT told_at FROM billing_posting
WHERE account_id = (SELECT id FROM billing_account WHERE kind = 'payable' AND owner_id = %(source_id)s)
  AND told_at IS NOT NULL
ORDER BY told_at LIMIT 1;

-- name: earned
-- With how many leads a source earned something in a period, and how much.
SELECT count(*), coalesce(sum(abs(amount_minor)), 0)::bigint FROM billing_posting
WHERE account_id = (SELECT id FROM billing_account WHERE kind = 'payable' AND owner_id = %(source_id)s)
  AND told_at >= %(since)s AND told_at < %(until)s;

-- name: keys
-- A source's keys, the newest first, by their last characters.
SELECT hint, created_at, revoked_at FROM parties_access_key
WHERE kind = 'source' AND owner_id = %(source_id)s ORDER BY created_at DESC;
