-- name: propose
-- Have a batch of these leads, which waits for its confirmation.
WITH batch AS (
    INSERT INTO amend_batch (id, action, state, by, asked, created_at, total, changed, skipped)
    VALUES (%(id)s, %(action)s, %(state)s, %(by)s, %(asked)s, leadhouse_now(), cardinality(%(lead_ids)b::uuid[]), 0, 0)
    RETURNING id
)
INSERT INTO amend_item (batch_id, lead_id) SELECT batch.id, lead_id FROM batch, unnest(%(lead_ids)b::uuid[]) AS lead_id;

-- name: batch
-- One batch.
SELECT id, action, state, by, asked, created_at, ended_at, total, changed, skipped
FROM amend_batch WHERE id = %(id)s;

-- name: batches
-- The newest batches that were begun.
SELECT id, action, state, by, asked, created_at, ended_at, total, changed, skipped
FROM amend_batch WHERE state <> 'proposed' ORDER BY created_at DESC LIMIT %(limit)s;

-- name: move
-- Have a batch in another state, if it still is in the one that leads there; wake the workers.
WITH moved AS (
    UPDATE amend_batch SET state = %(state)s, ended_at = CASE WHEN %(state)s = 'running' THEN NULL
                                                              ELSE leadhouse_now() END
    WHERE id = %(id)s AND state = %(before)s
    RETURNING id
)
SELECT pg_notify(%(channel)s, '') IS NULL FROM moved;

-- name: running
-- The oldest batch under way that nobody else works on, kept until the commit.
SELECT id, action, state, by, asked, created_at, ended_at, total, changed, skipped
FROM amend_batch WHERE state = 'running' ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED;

-- name: left
-- Some leads of a batch whose turn has not come yet.
SELECT lead_id FROM amend_item WHERE batch_id = %(id)s AND is_changed IS NULL ORDER BY lead_id LIMIT %(limit)s;

-- name: changed
-- The leads that a batch has changed.
SELECT lead_id FROM amend_item WHERE batch_id = %(id)s AND is_changed ORDER BY lead_id;

-- name: close_items
-- Say of these leads of a batch whether they were changed; a batch with none left has ended.
WITH closed AS (
    UPDATE amend_item SET is_changed = lead_id = ANY(%(changed)b::uuid[])
    WHERE batch_id = %(id)s AND lead_id = ANY(%(lead_ids)b::uuid[]) AND is_changed IS NULL
    RETURNING is_changed
), counted AS (
    SELECT count(*) FILTER (WHERE is_changed) AS changed, count(*) FILTER (WHERE NOT is_changed) AS skipped FROM closed
)
UPDATE amend_batch AS batch
SET changed = batch.changed + counted.changed, skipped = batch.skipped + counted.skipped,
    state = CASE WHEN batch.changed + batch.skipped + counted.changed + counted.skipped = total THEN 'finished'
                 ELSE state END,
    ended_at = CASE WHEN batch.changed + batch.skipped + counted.changed + counted.skipped = total
                    THEN leadhouse_now() END
FROM counted WHERE batch.id = %(id)s;

-- name: forget_proposals
-- Remove batches that nobody confirmed within a day.
WITH old AS (
    SELECT id FROM amend_batch WHERE state = 'proposed' AND created_at < leadhouse_now() - interval '1 day'
    ORDER BY created_at LIMIT %(limit)s
), items AS (
    DELETE FROM amend_item WHERE batch_id IN (SELECT id FROM old)
)
DELETE FROM amend_batch WHERE id IN (SELECT id FROM old);
