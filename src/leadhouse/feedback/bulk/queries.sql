-- name: keep_file
-- Keep a file of a company's that waits for its confirmation, and its rows.
WITH file AS (
    INSERT INTO feedback_file (id, company_id, name, by, state, created_at, silent)
    VALUES (%(id)s, %(company_id)s, %(name)s, %(by)s, 'proposed', leadhouse_now(), %(silent)s)
    RETURNING id
)
INSERT INTO feedback_row (file_id, number, delivery, assignment_id, kind, reason, value_minor, state, code, told,
                          credit_minor)
SELECT file.id, said.number, delivery, assignment_id, kind, reason, value_minor, state, code, told, credit_minor
FROM file, unnest(%(numbers)s::int[], %(deliveries)s::text[], %(assignment_ids)s::uuid[], %(kinds)s::text[],
                  %(reasons)s::text[], %(values)s::bigint[], %(states)s::text[], %(codes)s::text[], %(tolds)s::text[],
                  %(credits)s::bigint[])
           AS said (number, delivery, assignment_id, kind, reason, value_minor, state, code, told, credit_minor);

-- name: make_room
-- Remove what a person has not confirmed and all but the latest files of a company's, never one under way; say how
-- many are left.
WITH kept AS (
    SELECT id FROM feedback_file
    WHERE company_id = %(company_id)s AND NOT (state = 'proposed' AND by = %(by)s)
    ORDER BY state = 'running' DESC, created_at DESC, id DESC LIMIT %(keep)s
), old AS (
    SELECT id FROM feedback_file
    WHERE company_id = %(company_id)s AND state <> 'running' AND id NOT IN (SELECT id FROM kept)
    ORDER BY id FOR UPDATE
), said AS (
    DELETE FROM feedback_row WHERE file_id IN (SELECT id FROM old)
), gone AS (
    DELETE FROM feedback_file WHERE id IN (SELECT id FROM old) RETURNING id
)
SELECT (SELECT count(*) FROM feedback_file WHERE company_id = %(company_id)s) - (SELECT count(*) FROM gone);

-- name: known
-- What is known of the company's deliveries that rows name by their own id or their lead's.
WITH asked AS (
    SELECT number, named, kind FROM unnest(%(numbers)s::int[], %(named)s::uuid[], %(kinds)s::text[])
           AS asked (number, named, kind)
), found AS (
    SELECT asked.number, asked.kind, given.id FROM asked JOIN allocate_assignment AS given ON given.id = asked.named
    UNION
    SELECT asked.number, asked.kind, given.id FROM asked JOIN allocate_assignment AS given ON given.lead_id = asked.named
    WHERE given.company_id = %(company_id)s
)
SELECT found.number, given.id, given.status, given.price_minor,
       coalesce(given.rejection_until > leadhouse_now(), FALSE),
       EXISTS (SELECT FROM feedback_response AS said WHERE said.assignment_id = given.id AND said.kind = found.kind),
       EXISTS (SELECT FROM feedback_response AS said
               WHERE said.assignment_id = given.id AND said.credit_minor + coalesce(said.granted_minor, 0) > 0)
FROM found JOIN allocate_assignment AS given ON given.id = found.id
WHERE given.company_id = %(company_id)s;

-- name: move_file
-- Have a company's file in another state, if it still is in the one that leads there; wake the workers.
WITH moved AS (
    UPDATE feedback_file SET state = %(state)s,
           ended_at = CASE WHEN %(state)s = 'running' THEN NULL ELSE leadhouse_now() END
    WHERE id = %(id)s AND company_id = %(company_id)s AND state = %(before)s
    RETURNING id
)
SELECT pg_notify(%(channel)s, '') IS NULL FROM moved;

-- name: next_row
-- The first row whose turn has come and that nobody else works on, kept until the commit.
SELECT file.id, file.company_id, said.number, said.delivery, said.assignment_id, said.kind, said.reason,
       said.value_minor
FROM feedback_file AS file JOIN feedback_row AS said ON said.file_id = file.id AND said.state = 'ready'
WHERE file.state = 'running'
ORDER BY file.created_at, said.number LIMIT 1 FOR UPDATE OF said SKIP LOCKED;

-- name: close_row
-- Say what came of a row.
UPDATE feedback_row SET state = %(state)s, code = %(code)s, told = %(told)s, credit_minor = %(credit_minor)s
WHERE file_id = %(file_id)s AND number = %(number)s;

-- name: close_files
-- End the files under way that have no row left.
UPDATE feedback_file AS file SET state = 'finished', ended_at = leadhouse_now()
WHERE state = 'running'
  AND NOT EXISTS (SELECT FROM feedback_row AS said WHERE said.file_id = file.id AND said.state = 'ready');

-- name: forget_files
-- Remove files that nobody confirmed within a day, and those that ended 90 days ago.
WITH old AS MATERIALIZED (
    SELECT id FROM feedback_file
    WHERE state = 'proposed' AND created_at < leadhouse_now() - interval '1 day'
       OR state IN ('finished', 'stopped') AND ended_at < leadhouse_now() - interval '90 days'
    ORDER BY created_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), said AS (
    DELETE FROM feedback_row WHERE file_id IN (SELECT id FROM old)
)
DELETE FROM feedback_file WHERE id IN (SELECT id FROM old);
