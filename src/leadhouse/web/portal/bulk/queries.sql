-- name: files
-- The company's newest files of feedback.
SELECT id, name, by, state, created_at, ended_at, silent FROM feedback_file
WHERE company_id = %(company_id)s ORDER BY created_at DESC, id DESC LIMIT %(limit)s;

-- name: file
-- One file of the company's.
SELECT id, name, by, state, created_at, ended_at, silent FROM feedback_file
WHERE company_id = %(company_id)s AND id = %(file_id)s;

-- name: counts
-- How many rows of a file stand where, and what those that count bring.
SELECT count(*) FILTER (WHERE state = 'ready'), count(*) FILTER (WHERE state = 'left_out'),
       count(*) FILTER (WHERE state = 'taken'), count(*) FILTER (WHERE state = 'refused'),
       coalesce(sum(credit_minor) FILTER (WHERE state IN ('ready', 'taken')), 0)::bigint
FROM feedback_row WHERE file_id = %(file_id)s;

-- name: file_rows
-- Rows of a file after one of them, in order; of one standing where that is asked.
SELECT number, delivery, assignment_id, kind, reason, value_minor, state, code, told, credit_minor
FROM feedback_row
WHERE file_id = %(file_id)s AND number > %(after)s AND (%(state)s::text = '' OR state = %(state)s)
ORDER BY number LIMIT %(limit)s;
