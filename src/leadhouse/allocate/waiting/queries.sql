-- name: note
-- Note that these leads wait, where they are, and for whom; whoever waited before waits so from now on.
INSERT INTO allocate_waiting (lead_id, places, campaigns, until, at)
SELECT lead_id, places, campaigns, until, leadhouse_now()
FROM jsonb_to_recordset(%(waiting)s::jsonb)
     AS fresh (lead_id uuid, places text[], campaigns int[], until timestamptz)
ORDER BY lead_id
ON CONFLICT (lead_id) DO UPDATE
SET places = excluded.places, campaigns = excluded.campaigns, until = excluded.until, at = excluded.at;

-- name: forget
-- Forget leads that wait no more.
DELETE FROM allocate_waiting WHERE lead_id = ANY(%(lead_ids)s);

-- name: concerned
-- Lock the next leads that lie where somebody may want them now, or wait for one of these campaigns: who ends one
-- meanwhile forgets it after us.
SELECT lead_id, until, campaigns FROM allocate_waiting
WHERE (places && %(places)s::text[] OR campaigns && %(campaigns)s::int[])
  AND (%(after)s::uuid IS NULL OR lead_id > %(after)s) AND (%(since)s::timestamptz IS NULL OR at >= %(since)s)
ORDER BY lead_id LIMIT %(limit)s FOR UPDATE;
