-- name: hear
-- Keep feedback unless the same was heard before; the database's now alone says whether the window is open.
INSERT INTO feedback_response (id, assignment_id, lead_id, company_id, kind, reason, value_minor, at, credit_minor)
VALUES (%(id)s, %(assignment_id)s, %(lead_id)s, %(company_id)s, %(kind)s, %(reason)s, %(value_minor)s,
        leadhouse_now(), 0)
ON CONFLICT (assignment_id, kind) DO NOTHING
RETURNING at < %(rejection_until)s::timestamptz;

-- name: settle
-- Record what feedback came to.
UPDATE feedback_response SET credit_minor = %(credit_minor)s, code = %(code)s WHERE id = %(id)s;

-- name: heard
-- The feedback of one type about one delivery.
SELECT id, assignment_id, lead_id, company_id, kind, reason, value_minor, at, credit_minor, code, granted_minor
FROM feedback_response WHERE assignment_id = %(assignment_id)s AND kind = %(kind)s;

-- name: responses_of
-- All feedback about a lead, oldest first.
SELECT id, assignment_id, lead_id, company_id, kind, reason, value_minor, at, credit_minor, code, granted_minor
FROM feedback_response WHERE lead_id = %(lead_id)s ORDER BY at, id;

-- name: note_grant
-- Note what an operator gives back for a return.
UPDATE feedback_response SET granted_minor = %(granted_minor)s WHERE id = %(id)s;
