-- name: take_try
-- Count a try unless the subject must still wait; tell how many seconds it must (0: the try was taken).
WITH taken AS (
    INSERT INTO web_sign_in_try AS kept (subject, tries, open_at, last_at)
    VALUES (%(subject)s, 1, leadhouse_now(), leadhouse_now())
    ON CONFLICT (subject) DO UPDATE
    SET tries = CASE WHEN kept.last_at < leadhouse_now() - interval '1 day' THEN 1 ELSE kept.tries + 1 END,
        open_at = CASE
            WHEN kept.last_at < leadhouse_now() - interval '1 day' OR kept.tries < %(free)s THEN leadhouse_now()
            ELSE leadhouse_now() + least(power(2::float8, least(kept.tries - %(free)s, 30)), %(longest)s::float8)
                 * interval '1 second'
        END,
        last_at = leadhouse_now()
    WHERE kept.open_at <= leadhouse_now()
    RETURNING TRUE
)
SELECT CASE
    WHEN EXISTS (SELECT FROM taken) THEN 0
    ELSE greatest(1, coalesce((SELECT ceil(extract(epoch FROM open_at - leadhouse_now()))
                               FROM web_sign_in_try WHERE subject = %(subject)s), 1))::int
END;

-- name: forget_tries
-- Forget the failures of these subjects, and everybody's of the day before.
DELETE FROM web_sign_in_try
WHERE subject = ANY(%(subjects)s::bytea[]) OR last_at < leadhouse_now() - interval '2 days';

-- name: give_back_tries
-- Take the try of somebody who has signed in, and one failure besides, off a subject that others share.
UPDATE web_sign_in_try SET tries = greatest(tries - 2, 0), open_at = leadhouse_now() WHERE subject = %(subject)s;

-- name: count_leads_of
-- How many leads of some products came in since an instant; test leads left out.
SELECT count(*) FROM capture_lead
WHERE product_id = ANY(%(product_ids)s::int[]) AND received_at >= %(since)s AND NOT is_test;

-- name: newest_leads_of
-- The newest leads of some products since an instant; test leads left out.
SELECT lead.id
FROM unnest(%(product_ids)s::int[]) AS wanted (product_id)
CROSS JOIN LATERAL (
    SELECT id, received_at FROM capture_lead
    WHERE product_id = wanted.product_id AND received_at >= %(since)s AND NOT is_test
    ORDER BY received_at DESC, id DESC
    LIMIT %(limit)s
) AS lead
ORDER BY lead.received_at DESC, lead.id DESC
LIMIT %(limit)s;

-- name: said_of
-- What passports say of leads that rules can ask for.
SELECT lead_id, classification, channel FROM timeline_passport WHERE lead_id = ANY(%(lead_ids)s::uuid[]);

-- name: saved_lists
-- The lists that a person has saved and those that others share, by name.
SELECT list.id, list.name, list.address, list.is_shared, list.person_id = %(person_id)s, person.email
FROM web_saved_list AS list JOIN parties_person AS person ON person.id = list.person_id
WHERE list.person_id = %(person_id)s OR list.is_shared
ORDER BY lower(list.name), list.id LIMIT %(limit)s;

-- name: save_list
-- Save a list under a name; the person's former one of that name is replaced.
INSERT INTO web_saved_list (person_id, name, address, is_shared, created_at)
VALUES (%(person_id)s, %(name)s, %(address)s, %(is_shared)s, leadhouse_now())
ON CONFLICT (person_id, name) DO UPDATE SET address = excluded.address, is_shared = excluded.is_shared;

-- name: forget_list
-- Remove one of a person's lists.
DELETE FROM web_saved_list WHERE id = %(id)s AND person_id = %(person_id)s;

-- name: forget_notes
-- Remove what companies' people wrote about these leads.
DELETE FROM web_note USING allocate_assignment AS assignment
WHERE assignment.id = web_note.assignment_id AND assignment.lead_id = ANY(%(lead_ids)s::uuid[]);

-- name: refused_posts
-- The newest posts of a source that were no leads at all; 0 for those under no source's key.
SELECT id, at, status, code, reason, content_type, size, answer FROM capture_refused_post
WHERE source_id = %(source_id)s ORDER BY id DESC LIMIT %(limit)s;

-- name: link_number
-- How often a source's link to its instructions was taken back.
SELECT number FROM web_instructions_link WHERE source_id = %(source_id)s;

-- name: take_link_back
-- Have another link lead to a source's instructions.
INSERT INTO web_instructions_link AS link (source_id, number) VALUES (%(source_id)s, 1)
ON CONFLICT (source_id) DO UPDATE SET number = link.number + 1;
