-- name: write_parcels
-- Store new parcels; one that exists already (the same id, method or confirmation) is left as it is.
INSERT INTO deliver_parcel (id, kind, lead_id, assignment_id, method, topic, content, status, attempts,
                            is_uncertain, created_at)
SELECT id, kind, lead_id, assignment_id, method, topic, content::jsonb, 'open', 0, FALSE, leadhouse_now()
FROM unnest(%(id)s::uuid[], %(kind)s::text[], %(lead_id)s::uuid[], %(assignment_id)s::uuid[],
            %(method)s::smallint[], %(topic)s::text[], %(content)s::text[])
     AS fresh (id, kind, lead_id, assignment_id, method, topic, content)
ON CONFLICT DO NOTHING
RETURNING id;

-- name: parcels
-- The parcels with these ids.
SELECT id, kind, lead_id, assignment_id, method, topic, content, status, attempts, is_uncertain, created_at
FROM deliver_parcel WHERE id = ANY(%(ids)s) ORDER BY id;

-- name: behind
-- Leads of which the operator's own system does not know everything, and that no open parcel tells it of.
SELECT passport.lead_id
FROM timeline_passport AS passport LEFT JOIN deliver_synced AS synced ON synced.lead_id = passport.lead_id
WHERE passport.last_seq > coalesce(synced.seq, 0)
  AND NOT EXISTS (SELECT FROM deliver_parcel AS parcel
                  WHERE parcel.lead_id = passport.lead_id AND parcel.kind = 'sync' AND parcel.status = 'open')
ORDER BY passport.received_at, passport.lead_id LIMIT %(limit)s;

-- name: last_seqs
-- The number of each lead's last event.
SELECT lead_id, last_seq FROM timeline_passport WHERE lead_id = ANY(%(lead_ids)s::uuid[]);

-- name: note_synced
-- Note up to which event the operator's own system knows a lead.
INSERT INTO deliver_synced AS synced (lead_id, seq) VALUES (%(lead_id)s, %(seq)s)
ON CONFLICT (lead_id) DO UPDATE SET seq = greatest(synced.seq, excluded.seq);

-- name: lose_attempts
-- Attempts whose worker never came back may have arrived: they and their parcels are uncertain now.
WITH lost AS (
    UPDATE deliver_attempt
    SET ended_at = leadhouse_now(), verdict = 'unknown', reason = 'worker_lost',
        ms = least(extract(epoch FROM leadhouse_now() - started_at) * 1000, 2147483647)::int
    WHERE parcel_id = ANY(%(parcel_ids)s) AND ended_at IS NULL
    RETURNING parcel_id, number
), marked AS (
    UPDATE deliver_parcel SET is_uncertain = TRUE FROM lost WHERE deliver_parcel.id = lost.parcel_id
)
SELECT parcel_id, number FROM lost;

-- name: told_before
-- What consumers, or sources, were told of these leads so far.
SELECT id, kind, lead_id, assignment_id, method, topic, content, status, attempts, is_uncertain, created_at
FROM deliver_parcel WHERE lead_id = ANY(%(lead_ids)s) AND kind = %(kind)s ORDER BY created_at, id;

-- name: open_attempts
-- Record the next attempt at each parcel and what it sends, before any byte of it leaves.
WITH counted AS (
    UPDATE deliver_parcel AS parcel SET attempts = parcel.attempts + 1
    FROM unnest(%(parcel_ids)s::uuid[], %(requests)s::text[], %(heads)s::text[], %(bodies)s::text[])
         AS sending (parcel_id, request, head, body)
    WHERE parcel.id = sending.parcel_id AND parcel.status = 'open'
    RETURNING parcel.id, parcel.attempts, sending.request, sending.head, sending.body
), opened AS (
    INSERT INTO deliver_attempt (parcel_id, number, started_at, request, detail, reference, excerpt)
    SELECT id, attempts, leadhouse_now(), request, '', '', '' FROM counted
    RETURNING id, parcel_id, number
), kept AS (
    INSERT INTO deliver_sent (attempt_id, head, body)
    SELECT opened.id, counted.head, counted.body FROM opened JOIN counted ON counted.id = opened.parcel_id
    WHERE counted.head IS NOT NULL
)
SELECT parcel_id, number FROM opened;

-- name: close_attempt
-- Record what came of an attempt.
UPDATE deliver_attempt
SET ended_at = leadhouse_now(), verdict = %(verdict)s, reason = %(reason)s, detail = %(detail)s,
    reference = %(reference)s, status = %(status)s, excerpt = %(excerpt)s, ms = %(ms)s
WHERE parcel_id = %(parcel_id)s AND number = %(number)s AND ended_at IS NULL;

-- name: mark_parcel
-- Record where a parcel stands; once uncertain it stays so.
UPDATE deliver_parcel
SET status = %(status)s, is_uncertain = is_uncertain OR %(is_uncertain)s,
    closed_at = CASE WHEN %(status)s = 'open' THEN NULL ELSE leadhouse_now() END
WHERE id = %(parcel_id)s AND status = 'open'
RETURNING is_uncertain;

-- name: open_again
-- Open what was sent to buyers who have accepted these leads once more; tell which parcels.
UPDATE deliver_parcel AS parcel SET status = 'open', closed_at = NULL
FROM allocate_assignment AS assignment
WHERE assignment.id = parcel.assignment_id AND assignment.status = 'accepted' AND parcel.kind = 'delivery'
  AND parcel.status <> 'open' AND parcel.lead_id = ANY(%(lead_ids)s)
RETURNING parcel.id, parcel.lead_id;

-- name: leads_being_sent
-- How many of these leads have a parcel on its way to a buyer, for the first time or once more.
SELECT count(DISTINCT lead_id) FROM deliver_parcel
WHERE lead_id = ANY(%(lead_ids)s) AND kind = 'delivery' AND status = 'open';

-- name: forget_contents
-- Leave of these leads' notices that they were told, nothing of the person.
UPDATE deliver_parcel SET content = '{}' WHERE lead_id = ANY(%(lead_ids)s) AND kind = 'notice';

-- name: forget_attempts
-- Leave of the attempts at these leads' parcels that they were made and what they came to; tell what named them.
WITH known AS (
    SELECT attempt.id, attempt.reference FROM deliver_attempt AS attempt
    JOIN deliver_parcel AS parcel ON parcel.id = attempt.parcel_id
    WHERE parcel.lead_id = ANY(%(lead_ids)s)
), unsent AS (
    DELETE FROM deliver_sent USING known WHERE attempt_id = known.id
), gone AS (
    UPDATE deliver_attempt AS attempt SET request = 'erased', detail = '', reference = '', excerpt = ''
    FROM known WHERE attempt.id = known.id
)
SELECT reference FROM known WHERE reference <> '';

-- name: has_open_delivery
-- Whether any parcel of the lead to any buyer is still open.
SELECT EXISTS (
    SELECT FROM deliver_parcel WHERE lead_id = %(lead_id)s AND kind = 'delivery' AND status = 'open'
);

-- name: parcels_of
-- All parcels of a lead, in the order in which they were written.
SELECT id, kind, lead_id, assignment_id, method, topic, content, status, attempts, is_uncertain, created_at
FROM deliver_parcel WHERE lead_id = %(lead_id)s ORDER BY created_at, id;

-- name: attempts_of
-- All attempts at a lead's parcels, in the order in which they were begun.
SELECT attempt.parcel_id, attempt.number, attempt.started_at, attempt.ended_at, attempt.request, attempt.verdict,
       attempt.reason, attempt.detail, attempt.reference, attempt.status, attempt.excerpt, attempt.ms,
       coalesce(sent.head, ''), coalesce(sent.body, '')
FROM deliver_attempt AS attempt JOIN deliver_parcel AS parcel ON parcel.id = attempt.parcel_id
LEFT JOIN deliver_sent AS sent ON sent.attempt_id = attempt.id
WHERE parcel.lead_id = %(lead_id)s ORDER BY attempt.id;
