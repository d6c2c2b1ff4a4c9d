-- name: open_passports
-- Create the passports of newly captured leads, changed already by their first events; tell when it is.
WITH fresh AS (
    SELECT * FROM jsonb_to_recordset(%(passports)s::jsonb)
        AS fresh (lead_id uuid, consumer_id bigint, product_id int, source_id int, received_at timestamptz,
                  channel text, state text, contact_requests smallint, is_test boolean, events int, status text,
                  reason text,
                  good_to_sell boolean, classification smallint, waiting_until timestamptz, unique_lead_id bigint,
                  sales_potential_minor bigint, sale_size smallint, revenue_minor bigint, promised_minor bigint,
                  answer text, payout_minor bigint, share_percent numeric, settled_at timestamptz,
                  credit_minor bigint, booked_minor bigint)
), stirred AS (
    INSERT INTO timeline_stirred (at)
    SELECT DISTINCT date_bin('15 minutes', received_at, 'epoch') FROM fresh
    WHERE received_at < leadhouse_now() - interval '1 day'
), opened AS (
    INSERT INTO timeline_passport (lead_id, consumer_id, product_id, source_id, received_at, channel, state,
                                   contact_requests, is_test, run, last_seq, status, status_at, reason,
                                   good_to_sell, classification, waiting_until, unique_lead_id,
                                   sales_potential_minor, sale_size, revenue_minor, promised_minor, answer, payout_minor,
                                   share_percent, settled_at, credited_minor, booked_minor)
    SELECT lead_id, consumer_id, product_id, source_id, received_at, channel, state, contact_requests, is_test, 1,
           events,
           coalesce(status, 'initial'), CASE WHEN status IS NULL THEN received_at ELSE leadhouse_now() END, reason,
           coalesce(good_to_sell, FALSE), classification, waiting_until, unique_lead_id, sales_potential_minor,
           sale_size, coalesce(revenue_minor, 0), promised_minor, answer, payout_minor, share_percent, settled_at,
           coalesce(credit_minor, 0), coalesce(booked_minor, 0)
    FROM fresh
)
SELECT leadhouse_now();

-- name: reserve_seqs
-- Lock the passports in id order and give each its next event numbers and its changes.
WITH wanted AS (
    SELECT * FROM jsonb_to_recordset(%(changes)s::jsonb)
        AS change (lead_id uuid, events int, status text, reason text, good_to_sell boolean, classification smallint,
                   waiting_until timestamptz, unique_lead_id bigint, sales_potential_minor bigint,
                   sale_size smallint, revenue_minor bigint, payout_minor bigint, credit_minor bigint,
                   booked_minor bigint, settled_at timestamptz, run smallint, is_test boolean)
), locked AS (
    SELECT passport.lead_id, passport.received_at FROM timeline_passport AS passport JOIN wanted USING (lead_id)
    ORDER BY passport.lead_id FOR UPDATE OF passport
), stirred AS (
    INSERT INTO timeline_stirred (at)
    SELECT DISTINCT date_bin('15 minutes', locked.received_at, 'epoch')
    FROM locked JOIN wanted USING (lead_id)
    WHERE locked.received_at < leadhouse_now() - interval '1 day'
      AND (wanted.status IS NOT NULL OR wanted.good_to_sell IS NOT NULL OR wanted.revenue_minor IS NOT NULL
           OR wanted.credit_minor IS NOT NULL OR wanted.booked_minor IS NOT NULL OR wanted.is_test IS NOT NULL)
)
UPDATE timeline_passport AS passport
SET last_seq = passport.last_seq + wanted.events,
    status = coalesce(wanted.status, passport.status),
    status_at = CASE WHEN wanted.status IS NULL THEN passport.status_at ELSE leadhouse_now() END,
    reason = CASE WHEN wanted.status IS NULL THEN passport.reason ELSE wanted.reason END,
    waiting_until = CASE WHEN wanted.status IS NULL THEN passport.waiting_until ELSE wanted.waiting_until END,
    good_to_sell = coalesce(wanted.good_to_sell, passport.good_to_sell),
    classification = coalesce(wanted.classification, passport.classification),
    unique_lead_id = coalesce(wanted.unique_lead_id, passport.unique_lead_id),
    sales_potential_minor = coalesce(wanted.sales_potential_minor, passport.sales_potential_minor),
    sale_size = coalesce(wanted.sale_size, passport.sale_size),
    revenue_minor = coalesce(wanted.revenue_minor, passport.revenue_minor),
    payout_minor = coalesce(wanted.payout_minor, passport.payout_minor),
    credited_minor = passport.credited_minor + coalesce(wanted.credit_minor, 0),
    booked_minor = coalesce(wanted.booked_minor, passport.booked_minor),
    settled_at = coalesce(wanted.settled_at, passport.settled_at),
    run = coalesce(wanted.run, passport.run),
    is_test = coalesce(wanted.is_test, passport.is_test)
FROM wanted JOIN locked USING (lead_id)
WHERE passport.lead_id = wanted.lead_id
RETURNING passport.lead_id, passport.last_seq - wanted.events, passport.run, leadhouse_now();

-- name: keep_events
-- Append events under the numbers reserved for them.
COPY timeline_event (lead_id, seq, run, at, step, type, outcome, reason, data, ms) FROM STDIN (FORMAT BINARY);

-- name: passports
-- The passports of these leads.
SELECT lead_id, consumer_id, product_id, source_id, status, reason, good_to_sell, classification, contact_requests,
       channel, is_test, run, unique_lead_id, sales_potential_minor, waiting_until, sale_size, revenue_minor,
       received_at, settled_at, promised_minor, answer, payout_minor, share_percent
FROM timeline_passport WHERE lead_id = ANY(%(lead_ids)s);

-- name: lock
-- Lock these passports, in id order.
SELECT lead_id FROM timeline_passport WHERE lead_id = ANY(%(lead_ids)s) ORDER BY lead_id FOR UPDATE;

-- name: leads_by_quarter
-- How many leads of a product were good to sell, by a zone's days and the quarter hours in which they came.
SELECT wall.at::date, (extract(hour FROM wall.at) * 4 + div(extract(minute FROM wall.at), 15))::int, count(*)
FROM timeline_passport CROSS JOIN LATERAL (SELECT received_at AT TIME ZONE %(zone)s AS at) AS wall
WHERE product_id = %(product_id)s AND good_to_sell AND NOT is_test
  AND received_at >= %(since)s AND received_at < %(until)s
GROUP BY 1, 2 ORDER BY 1, 2;

-- name: sampled
-- Some of a product's leads that were good to sell and came in one of these spans, and how many there are in all.
SELECT passport.lead_id, passport.received_at, count(*) OVER ()
FROM unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) AS span (starts_at, ends_at)
JOIN timeline_passport AS passport
  ON passport.received_at >= span.starts_at AND passport.received_at < span.ends_at
WHERE passport.product_id = %(product_id)s AND passport.good_to_sell AND NOT passport.is_test
ORDER BY md5(passport.lead_id::text || %(seed)s), passport.lead_id LIMIT %(most)s;

-- name: lock_standing
-- Lock those of these passports that stand at one status, in id order.
SELECT lead_id FROM timeline_passport WHERE lead_id = ANY(%(lead_ids)s) AND status = %(status)s
ORDER BY lead_id FOR UPDATE;

-- name: drop_work
-- Take everything out of the queue that would still be done with these leads themselves; systems are told.
DELETE FROM timeline_work WHERE lead_id = ANY(%(lead_ids)s) AND stage NOT IN ('fold', 'payout', 'sync');

-- name: in_hand
-- How many of these leads somebody has work of at this moment that tells of them.
SELECT count(DISTINCT lead_id) FROM timeline_work
WHERE lead_id = ANY(%(lead_ids)s) AND token IS NOT NULL AND due_at > leadhouse_now()
  AND stage NOT IN ('fold', 'payout', 'sync');

-- name: leads_of
-- A consumer's leads, oldest first.
SELECT lead_id FROM timeline_passport WHERE consumer_id = %(consumer_id)s ORDER BY received_at, lead_id;

-- name: forget_data
-- Leave of these leads' events only figures and what names parties, never what a person said.
UPDATE timeline_event AS event
SET data = coalesce((
    SELECT jsonb_object_agg(one.key, one.value) FROM jsonb_each(event.data) AS one
    WHERE one.key = ANY(%(kept)s::text[])
       OR jsonb_typeof(one.value) IN ('number', 'boolean') AND one.key NOT IN ('lat', 'lon')
), '{}')
WHERE event.lead_id = ANY(%(lead_ids)s);

-- name: events_of
-- A lead's whole history in order.
SELECT seq, run, at, step, type, outcome, reason, data, ms
FROM timeline_event WHERE lead_id = %(lead_id)s ORDER BY seq;

-- name: reasons_in_words
-- Why these leads were disqualified, in the words of their last such event.
SELECT DISTINCT ON (lead_id) lead_id, data ->> 'reason' AS words
FROM timeline_event
WHERE lead_id = ANY(%(lead_ids)s) AND type = 'disqualified' AND data ->> 'reason' IS NOT NULL
ORDER BY lead_id, seq DESC;

-- name: enqueue
-- Put work into the queue and wake whoever listens, once the transaction commits.
WITH queued AS (
    INSERT INTO timeline_work (stage, lead_id, ref, due_at, attempts)
    SELECT stage, lead_id, ref, coalesce(due_at, leadhouse_now()), 0
    FROM unnest(%(stage)s::text[], %(lead_id)s::uuid[], %(ref)s::uuid[], %(due_at)s::timestamptz[])
         AS fresh (stage, lead_id, ref, due_at)
)
SELECT pg_notify(%(channel)s, '');

-- name: claim
-- Lease the oldest due items of a stage; a lease is a due instant in the future and a token of its own.
-- MATERIALIZED, for a subquery on a join's inner side would be run again and lease more than the limit.
WITH due AS MATERIALIZED (
    SELECT id FROM timeline_work
    WHERE stage = %(stage)s AND due_at <= leadhouse_now()
    ORDER BY due_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE timeline_work AS work
SET token = %(token)s, attempts = work.attempts + 1,
    due_at = leadhouse_now() + make_interval(secs => %(lease_seconds)s)
FROM due
WHERE work.id = due.id
RETURNING work.id, work.stage, work.lead_id, work.ref, work.token, work.attempts;

-- name: finish
-- Remove the items whose fence still holds, and tell which they were.
DELETE FROM timeline_work AS work
USING unnest(%(ids)s::bigint[], %(tokens)s::uuid[]) AS claim (id, token)
WHERE work.id = claim.id AND work.token = claim.token
RETURNING work.id;

-- name: extend
-- Prolong the leases whose fence still holds.
UPDATE timeline_work AS work SET due_at = leadhouse_now() + make_interval(secs => %(lease_seconds)s)
FROM unnest(%(ids)s::bigint[], %(tokens)s::uuid[]) AS claim (id, token)
WHERE work.id = claim.id AND work.token = claim.token
RETURNING work.id;

-- name: postpone
-- Keep the items whose fence still holds, for later and with a clean count of attempts.
UPDATE timeline_work AS work SET due_at = claim.due_at, token = NULL, attempts = 0
FROM unnest(%(ids)s::bigint[], %(tokens)s::uuid[], %(due_at)s::timestamptz[]) AS claim (id, token, due_at)
WHERE work.id = claim.id AND work.token = claim.token
RETURNING work.id;

-- name: oldest_work
-- How long, in seconds, the oldest due item has been waiting.
SELECT coalesce(extract(epoch FROM leadhouse_now() - min(due_at)), 0)::float8
FROM timeline_work WHERE due_at <= leadhouse_now();

-- name: next_due
-- When the next item of these stages is due.
SELECT min(due_at) FROM timeline_work WHERE stage = ANY(%(stages)s);

-- name: work_left
-- How many items each stage holds, leased ones included.
SELECT stage, count(*) FROM timeline_work GROUP BY stage ORDER BY stage;

-- name: hasten
-- Have work that lies in the future, and that nobody has leased, done now; wake whoever listens.
WITH hastened AS (
    UPDATE timeline_work SET due_at = leadhouse_now()
    WHERE stage = %(stage)s AND lead_id = ANY(%(lead_ids)s) AND token IS NULL AND due_at > leadhouse_now()
)
SELECT pg_notify(%(channel)s, '');

-- name: under_way_since
-- When the oldest work of a stage that is leased was claimed.
SELECT min(due_at) - make_interval(secs => %(lease_seconds)s) FROM timeline_work
WHERE stage = %(stage)s AND token IS NOT NULL;

-- name: announce
-- Tell of parties that may come to want leads which wait, and wake whoever listens, once the transaction commits.
WITH told AS (
    INSERT INTO timeline_news (campaigns, companies, products, is_market, is_late)
    VALUES (%(campaigns)s::int[], %(companies)s::int[], %(products)s::int[], %(is_market)s, FALSE)
)
SELECT pg_notify(%(channel)s, '');

-- name: is_news
-- Whether there is news that somebody has still to hear.
SELECT EXISTS (SELECT FROM timeline_news);

-- name: take_news
-- Lock the oldest news, and with it all that has been heard as far; what only has to be heard again comes last.
WITH first AS (SELECT is_late, after FROM timeline_news ORDER BY is_late, id LIMIT 1)
SELECT news.id, news.campaigns, news.companies, news.products, news.is_market, news.after, news.seen_at, news.is_late
FROM timeline_news AS news
JOIN first ON news.is_late = first.is_late AND news.after IS NOT DISTINCT FROM first.after
ORDER BY news.id LIMIT %(limit)s FOR UPDATE OF news SKIP LOCKED;

-- name: keep_news
-- Keep news: to be heard from this lead on, or once more.
UPDATE timeline_news SET after = %(after)s, is_late = %(is_late)s, seen_at = coalesce(seen_at, %(seen_at)s)
WHERE id = ANY(%(ids)s);

-- name: forget_news
-- Forget news that everybody concerned has heard.
DELETE FROM timeline_news WHERE id = ANY(%(ids)s);
