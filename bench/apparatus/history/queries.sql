-- name: remember
-- Say how often leads are copied, and how much earlier each copy came.
CREATE TEMPORARY TABLE copy ON COMMIT DROP AS
SELECT number, number * make_interval(secs => %(days)s * 86400.0 / %(copies)s) AS earlier
FROM generate_series(1, %(copies)s) AS number;

-- name: copy_consumers
-- The same people, a million numbers later for each copy.
INSERT INTO identity_consumer (id, created_at)
SELECT id + number * 1000000, created_at - earlier FROM identity_consumer CROSS JOIN copy;

-- name: copy_contacts
-- Their contacts, each copy's its own.
INSERT INTO identity_contact (kind, value, name_key, consumer_id)
SELECT kind, CASE kind WHEN 'email' THEN number || '.' || value ELSE value || number END, name_key,
       consumer_id + number * 1000000
FROM identity_contact CROSS JOIN copy;

-- name: copy_leads
-- What was posted.
INSERT INTO capture_lead (id, source_id, product_id, received_at, raw, content_type, headers, fields, extra, marks,
                          created_by, is_test)
SELECT md5(id::text || number)::uuid, source_id, product_id, received_at - earlier, raw, content_type, headers,
       fields || jsonb_build_object('email', number || '.' || (fields ->> 'email')), extra, marks, created_by, is_test
FROM capture_lead CROSS JOIN copy;

-- name: copy_appended
-- What checks found out.
INSERT INTO qualify_appended (lead_id, facts)
SELECT md5(lead_id::text || number)::uuid, facts FROM qualify_appended CROSS JOIN copy;

-- name: copy_passports
-- Where leads stand.
INSERT INTO timeline_passport (lead_id, consumer_id, product_id, source_id, status, reason, good_to_sell,
                               classification, contact_requests, channel, state, is_test, run, last_seq,
                               unique_lead_id, sales_potential_minor, waiting_until, sale_size, revenue_minor,
                               promised_minor, answer, payout_minor, share_percent, credited_minor, booked_minor,
                               received_at, status_at, settled_at)
SELECT md5(lead_id::text || number)::uuid, consumer_id + number * 1000000, product_id, source_id, status, reason,
       good_to_sell, classification, contact_requests, channel, state, is_test, run, last_seq, NULL,
       sales_potential_minor, waiting_until, sale_size, revenue_minor, promised_minor, answer, payout_minor,
       share_percent, credited_minor, booked_minor,
       received_at - earlier, status_at - earlier, settled_at - earlier
FROM timeline_passport CROSS JOIN copy;

-- name: copy_events
-- What happened.
INSERT INTO timeline_event (lead_id, seq, run, at, step, type, outcome, reason, data, ms)
SELECT md5(lead_id::text || number)::uuid, seq, run, at - earlier, step, type, outcome, reason, data, ms
FROM timeline_event CROSS JOIN copy;

-- name: copy_decisions
-- What was decided, with all it rests on.
INSERT INTO allocate_decision (id, lead_id, run, round, at, market_revision, outcome, reason, waiting_until, sale_size,
                               value_minor, funnel, refusals, offers, winners, method, lines, sizes, taken, is_begun,
                               floor_minor, adjusted_minor, pacing, paces, otherwise, least_minor)
SELECT md5(id::text || number)::uuid, md5(lead_id::text || number)::uuid, run, round, at - earlier, market_revision,
       outcome, reason, waiting_until, sale_size, value_minor, funnel, refusals, offers, winners, method, lines, sizes,
       taken, is_begun, floor_minor, adjusted_minor, pacing, paces, otherwise, least_minor
FROM allocate_decision CROSS JOIN copy;

-- name: copy_assignments
-- Who was given them.
INSERT INTO allocate_assignment (id, lead_id, run, company_id, campaign_id, consumer_id, product_id, unique_lead_id,
                                 sale_size, price_minor, expected_minor, status, is_uncertain, rejection_window,
                                 windows, decided_at, delivered_at, rejection_until, rejected_at, returned_at,
                                 converted_at, is_answer_folded, is_loss_folded, bid_reference)
SELECT md5(id::text || number)::uuid, md5(lead_id::text || number)::uuid, run, company_id, campaign_id,
       consumer_id + number * 1000000, product_id, NULL, sale_size, price_minor, expected_minor, status, is_uncertain,
       rejection_window, windows, decided_at - earlier, delivered_at - earlier, rejection_until - earlier,
       rejected_at - earlier, returned_at - earlier, converted_at - earlier, is_answer_folded, is_loss_folded,
       bid_reference
FROM allocate_assignment CROSS JOIN copy;

-- name: copy_tallies
-- Funnels: a row a decision, as on a road that is never busy.
INSERT INTO allocate_tally (at, product_id, decisions, net, priced, budget, winners)
SELECT decision.at - earlier, passport.product_id, 1, (funnel ->> 'net')::int, (funnel ->> 'priced')::int,
       (funnel ->> 'budget')::int, (funnel ->> 'winners')::int
FROM timeline_passport AS passport JOIN allocate_decision AS decision USING (lead_id) CROSS JOIN copy
WHERE passport.consumer_id < 6000000;

-- name: copy_parcels
-- What was sent.
INSERT INTO deliver_parcel (id, kind, lead_id, assignment_id, method, topic, content, status, attempts, is_uncertain,
                            created_at, closed_at)
SELECT md5(id::text || number)::uuid, kind, md5(lead_id::text || number)::uuid,
       md5(assignment_id::text || number)::uuid, method, topic, content, status, attempts, is_uncertain,
       created_at - earlier, closed_at - earlier
FROM deliver_parcel CROSS JOIN copy;

-- name: copy_attempts
-- What came back.
INSERT INTO deliver_attempt (parcel_id, number, started_at, ended_at, request, verdict, reason, detail, reference,
                             status, excerpt, ms)
SELECT md5(parcel_id::text || copy.number)::uuid, attempt.number, started_at - earlier, ended_at - earlier, request,
       verdict, reason, detail, reference, status, excerpt, ms
FROM deliver_attempt AS attempt CROSS JOIN copy;

-- name: copy_responses
-- One in ten assignments is rejected by its buyer.
INSERT INTO feedback_response (id, assignment_id, lead_id, company_id, kind, reason, at, credit_minor)
SELECT gen_random_uuid(), id, lead_id, company_id, 'rejection', 'bogus', decided_at + interval '1 hour', price_minor
FROM allocate_assignment WHERE status = 'accepted' AND hashtext(id::text) %% 10 = 0;

-- name: copy_receipts
-- What sources were answered, of the last days only: receipts are kept for so long.
INSERT INTO capture_receipt (source_id, digest, is_key, body_digest, lead_id, created_at, expires_at, waits_until,
                             status, content_type, location, answer)
SELECT source_id, sha256(digest || number::text::bytea), is_key, sha256(body_digest || number::text::bytea),
       md5(lead_id::text || number)::uuid, created_at - earlier, expires_at - earlier, waits_until - earlier, status,
       content_type, location, answer
FROM capture_receipt CROSS JOIN copy WHERE expires_at - earlier > leadhouse_now();

-- name: copy_entries
-- What was booked, the earliest first.
INSERT INTO billing_entry (kind, ref, at)
SELECT kind, md5(ref::text || number)::uuid, at - earlier FROM billing_entry CROSS JOIN copy
WHERE kind <> 'deposit' ORDER BY at - earlier;

-- name: copy_postings
-- Both sides of it.
INSERT INTO billing_posting (entry_id, account_id, amount_minor, told_at, told_of)
SELECT made.id, posting.account_id, posting.amount_minor, CASE WHEN posting.told_at IS NOT NULL THEN made.at END,
       CASE WHEN posting.told_at IS NOT NULL THEN made.ref END
FROM billing_entry AS entry JOIN billing_posting AS posting ON posting.entry_id = entry.id CROSS JOIN copy
JOIN billing_entry AS made ON made.kind = entry.kind AND made.ref = md5(entry.ref::text || number)::uuid
WHERE entry.kind <> 'deposit';

-- name: know
-- Make statistics fit what is there now.
ANALYZE;
