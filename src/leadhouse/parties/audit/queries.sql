-- name: note_changes
-- Write down changes in their order.
INSERT INTO parties_audit (at, by, action, what, path, old, new)
SELECT leadhouse_now(), %(by)s, change.action, change.what, change.path, change.old, change.new
FROM ROWS FROM (
    jsonb_to_recordset(%(changes)s::jsonb) AS (action text, what text, path text, old jsonb, new jsonb)
) WITH ORDINALITY AS change (action, what, path, old, new, place)
ORDER BY change.place;

-- name: find_notes
-- Notes in the filters, newest first, before the cursor.
SELECT id, at, by, action, what, path, old, new
FROM parties_audit
WHERE id < coalesce(%(before)s::bigint, 9223372036854775807)
  AND (%(by)s::text = '' OR by = %(by)s)
  AND (%(what)s::text = '' OR what = %(what)s)
  AND (%(path)s::text = '' OR position(lower(%(path)s) IN lower(path)) > 0)
  AND at >= coalesce(%(since)s::timestamptz, '-infinity')
  AND at < coalesce(%(until)s::timestamptz, 'infinity')
ORDER BY id DESC
LIMIT %(limit)s;

-- name: authors
-- Everybody who ever changed something.
WITH RECURSIVE author AS (
    (SELECT by FROM parties_audit ORDER BY by LIMIT 1)
    UNION ALL
    SELECT (SELECT by FROM parties_audit WHERE by > author.by ORDER BY by LIMIT 1) FROM author WHERE author.by IS NOT NULL
)
SELECT by FROM author WHERE by IS NOT NULL;
