-- name: find_people
-- People in the filters, in the order of their emails, after one of them.
SELECT person.id, person.email, person.role, person.company_id, company.key, person.source_id, source.key,
       person.is_active, NOT starts_with(person.password, '!'), factor.person_id IS NOT NULL, person.last_login,
       person.created_at, person.session_number, person.link_number, person.is_barred
FROM parties_person AS person
LEFT JOIN parties_company AS company ON company.id = person.company_id
LEFT JOIN parties_source AS source ON source.id = person.source_id
LEFT JOIN parties_second_factor AS factor ON factor.person_id = person.id
WHERE person.email > %(after)s
  AND (%(id)s::int IS NULL OR person.id = %(id)s)
  AND (%(role)s::text IS NULL OR person.role = %(role)s)
  AND (%(company_id)s::int IS NULL OR person.company_id = %(company_id)s)
  AND (%(search)s::text = '' OR position(lower(%(search)s) IN lower(person.email)) > 0)
  AND CASE %(standing)s::text
          WHEN '' THEN TRUE
          WHEN 'deactivated' THEN NOT person.is_active
          WHEN 'invited' THEN person.is_active AND starts_with(person.password, '!')
          ELSE person.is_active AND NOT starts_with(person.password, '!')
      END
ORDER BY person.email
LIMIT %(limit)s;

-- name: is_last_operator
-- Whether nobody else could sign in as an operator.
SELECT NOT EXISTS (SELECT FROM parties_person
                   WHERE role = 'operator' AND is_active AND id <> %(id)s AND NOT starts_with(password, '!'));

-- name: change_role
-- Give a person another role and party; every session and every link ends.
UPDATE parties_person
SET role = %(role)s, company_id = %(company_id)s, source_id = %(source_id)s,
    session_number = session_number + 1, link_number = link_number + 1
WHERE id = %(id)s;

-- name: set_active
-- Let a person in, or no longer; every session and every link ends.
UPDATE parties_person
SET is_active = %(is_active)s, is_barred = %(is_barred)s, session_number = session_number + 1, link_number = link_number + 1
WHERE id = %(id)s;

-- name: sign_out_everywhere
-- End every session of a person.
UPDATE parties_person SET session_number = session_number + 1 WHERE id = %(id)s;

-- name: set_password
-- Give a person another password; every other session and every link ends.
UPDATE parties_person
SET password = %(password)s, session_number = session_number + 1, link_number = link_number + 1
WHERE id = %(id)s;

-- name: choose_zone
-- Keep the zone in which a person sees dates; empty: the device's own.
UPDATE parties_person SET zone = %(zone)s WHERE id = %(id)s;

-- name: new_link
-- Number a new link for a person who may sign in; every earlier one ends.
UPDATE parties_person SET link_number = link_number + 1 WHERE id = %(id)s AND is_active RETURNING link_number;

-- name: use_link
-- Set the password that a link is for, once.
UPDATE parties_person
SET password = %(password)s, link_number = link_number + 1, session_number = session_number + 1
WHERE id = %(id)s AND link_number = %(link_number)s AND is_active
RETURNING id;

-- name: factor
-- A person's second factor.
SELECT sealed, last_step FROM parties_second_factor WHERE person_id = %(person_id)s;

-- name: set_factor
-- Give a person a second factor, in place of a former one.
INSERT INTO parties_second_factor (person_id, sealed, last_step, since)
VALUES (%(person_id)s, %(sealed)s, %(last_step)s, leadhouse_now())
ON CONFLICT (person_id) DO UPDATE
SET sealed = EXCLUDED.sealed, last_step = EXCLUDED.last_step, since = EXCLUDED.since;

-- name: all_factors
-- Everybody's second factor.
SELECT person.email, person.id, factor.sealed
FROM parties_second_factor AS factor JOIN parties_person AS person ON person.id = factor.person_id
ORDER BY person.email;

-- name: remove_factor
-- Take a person's second factor away.
DELETE FROM parties_second_factor WHERE person_id = %(person_id)s;

-- name: use_step
-- Count a time step of the second factor as used, unless it or a later one was.
UPDATE parties_second_factor SET last_step = %(step)s WHERE person_id = %(person_id)s AND last_step < %(step)s;

-- name: forget_codes
-- Take a person's recovery codes away.
DELETE FROM parties_recovery_code WHERE person_id = %(person_id)s;

-- name: add_codes
-- Keep digests of recovery codes.
INSERT INTO parties_recovery_code (digest, person_id)
SELECT digest, %(person_id)s FROM unnest(%(digests)s::bytea[]) AS fresh (digest);

-- name: use_code
-- Use a recovery code up.
DELETE FROM parties_recovery_code WHERE person_id = %(person_id)s AND digest = %(digest)s;

-- name: codes_left
-- How many recovery codes a person has left.
SELECT count(*) FROM parties_recovery_code WHERE person_id = %(person_id)s;
