-- name: posts
-- A source's leads in the filters, newest first, after the cursor; what they earned and what was heard of a page only.
WITH page AS (
    SELECT lead_id, consumer_id, received_at, status, reason, product_id, is_test
    FROM timeline_passport AS passport
    WHERE source_id = %(source_id)s
      AND (%(id)s::uuid IS NULL OR lead_id = %(id)s)
      AND (received_at, lead_id)
          < (coalesce(%(after_at)s::timestamptz, 'infinity'),
             coalesce(%(after_id)s::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
      AND received_at >= coalesce(%(since)s::timestamptz, '-infinity')
      AND received_at < coalesce(%(until)s::timestamptz, 'infinity')
      AND (%(status)s::text = '' OR status = %(status)s)
      AND (NOT %(is_search)s::boolean
           OR consumer_id = %(consumer)s::bigint
           OR lead_id BETWEEN %(lowest_id)s::uuid AND %(highest_id)s::uuid
           OR EXISTS (SELECT FROM capture_lead AS lead
                      WHERE lead.id = passport.lead_id
                        AND (lower(lead.fields ->> 'email') = %(email)s::text
                             OR lead.fields ->> 'phone_1' = %(phone)s::text
                             OR lead.fields ->> 'reference' = %(text)s::text
                             OR starts_with(lower(lead.fields ->> 'last_name'), %(any_name)s::text)
                             OR starts_with(lower(lead.fields ->> 'first_name'), %(any_name)s::text)
                             OR (starts_with(lower(lead.fields ->> 'first_name'), %(first_name)s::text)
                                 AND starts_with(lower(lead.fields ->> 'last_name'), %(last_name)s::text)))))
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

-- name: payouts
-- What a source earned in a period, newest first.
WITH own AS (
    SELECT lead_id FROM timeline_passport
    WHERE source_id = %(source_id)s AND received_at < %(until)s
      AND received_at >= %(since)s::timestamptz - interval '60 days'
)
SELECT entry.at, own.lead_id, abs(posting.amount_minor)
FROM own
JOIN billing_entry AS entry ON entry.ref = own.lead_id AND entry.kind = 'payout'
JOIN billing_posting AS posting ON posting.entry_id = entry.id
JOIN billing_account AS account
  ON account.id = posting.account_id AND account.kind = 'payable' AND account.owner_id = %(source_id)s
WHERE entry.at >= %(since)s AND entry.at < %(until)s
ORDER BY entry.at DESC, entry.id DESC;

-- name: keys
-- A source's keys, the newest first, by their last characters.
SELECT hint, created_at, revoked_at FROM parties_access_key
WHERE kind = 'source' AND owner_id = %(source_id)s ORDER BY created_at DESC;
