-- name: lines
-- Which of these lines there are, and how many turns each has had.
SELECT line.id, line.product_id, line.group_key, line.turns
FROM unnest(%(product_ids)s::int[], %(group_keys)s::text[]) AS wanted (product_id, group_key)
JOIN allocate_line AS line USING (product_id, group_key)
ORDER BY line.id;

-- name: open_lines
-- Make lines that are not there yet.
INSERT INTO allocate_line (product_id, group_key, turns)
SELECT product_id, group_key, 0
FROM unnest(%(product_ids)s::int[], %(group_keys)s::text[]) AS fresh (product_id, group_key)
ORDER BY product_id, group_key
ON CONFLICT (product_id, group_key) DO NOTHING;

-- name: turns
-- What is kept of the campaigns in these lines.
SELECT line_id, campaign_id, last_turn, owed FROM allocate_turn WHERE line_id = ANY(%(ids)s::int[]);

-- name: lock_lines
-- Lock lines in id order and read how many turns they have had.
SELECT id, product_id, group_key, turns FROM allocate_line
WHERE id = ANY(%(ids)s::int[]) ORDER BY id FOR NO KEY UPDATE;

-- name: move_lines
-- Write down how many turns locked lines have had by now.
UPDATE allocate_line AS line SET turns = moved.turns
FROM unnest(%(ids)s::int[], %(turns)s::bigint[]) AS moved (id, turns) WHERE line.id = moved.id;

-- name: write_turns
-- Write down how the campaigns of locked lines stand by now.
INSERT INTO allocate_turn (line_id, campaign_id, last_turn, owed)
SELECT line_id, campaign_id, last_turn, owed
FROM unnest(%(line_ids)s::int[], %(campaign_ids)s::int[], %(last_turns)s::bigint[], %(owed)s::bigint[])
     AS moved (line_id, campaign_id, last_turn, owed)
ON CONFLICT (line_id, campaign_id) DO UPDATE SET last_turn = excluded.last_turn, owed = excluded.owed;
