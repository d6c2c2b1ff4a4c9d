-- name: open_accounts
-- Have these accounts in the book.
INSERT INTO billing_account (kind, owner_id)
SELECT kind, owner_id FROM unnest(%(kinds)s::text[], %(owner_ids)s::int[]) AS wanted (kind, owner_id)
WHERE NOT EXISTS (SELECT FROM billing_account AS account
                  WHERE account.kind = wanted.kind AND account.owner_id = wanted.owner_id)
ORDER BY kind, owner_id
ON CONFLICT DO NOTHING;

-- name: book
-- Append entries of one kind with their two postings; tell which were new.
WITH wanted AS (
    SELECT ref, owner_id, amount_minor
    FROM unnest(%(refs)b::uuid[], %(owner_ids)b::int[], %(amounts)b::bigint[]) AS fresh (ref, owner_id, amount_minor)
), entry AS (
    INSERT INTO billing_entry (kind, ref, at, note)
    SELECT %(kind)s, ref, leadhouse_now(), %(note)s FROM wanted ORDER BY ref
    ON CONFLICT DO NOTHING
    RETURNING id, ref, at
), side (kind, is_owned, sign) AS (
    VALUES (%(receiver)s, %(receiver_is_owned)s, 1), (%(giver)s, %(giver_is_owned)s, -1)
), posting AS (
    INSERT INTO billing_posting (entry_id, account_id, amount_minor, told_at, told_of)
    SELECT entry.id, account.id, side.sign * wanted.amount_minor,
           CASE WHEN side.kind = %(told)s THEN entry.at END, CASE WHEN side.kind = %(told)s THEN entry.ref END
    FROM entry JOIN wanted USING (ref) CROSS JOIN side
    JOIN billing_account AS account
      ON account.kind = side.kind AND account.owner_id = CASE WHEN side.is_owned THEN wanted.owner_id ELSE 0 END
)
SELECT ref FROM entry;

-- name: lock_wallets
-- Lock wallets in company id order and read them.
SELECT company_id, mode, limit_minor, deposits_minor, held_minor, charged_minor, credited_minor
FROM billing_wallet WHERE company_id = ANY(%(company_ids)s::int[]) ORDER BY company_id FOR NO KEY UPDATE;

-- name: wallets
-- Some companies' wallets, or all.
SELECT company_id, mode, limit_minor, deposits_minor, held_minor, charged_minor, credited_minor
FROM billing_wallet WHERE %(company_ids)s::int[] IS NULL OR company_id = ANY(%(company_ids)s::int[])
ORDER BY company_id;

-- name: set_terms
-- Open wallets or change their terms; a limit below what is in use leaves an excess that only shrinks.
INSERT INTO billing_wallet AS wallet (company_id, mode, limit_minor, deposits_minor, held_minor, charged_minor,
                                      credited_minor, excess_minor)
SELECT company_id, mode, limit_minor, 0, 0, 0, 0, 0
FROM unnest(%(company_ids)s::int[], %(modes)s::text[], %(limits)s::bigint[]) AS terms (company_id, mode, limit_minor)
ORDER BY company_id
ON CONFLICT (company_id) DO UPDATE
SET mode = excluded.mode, limit_minor = excluded.limit_minor,
    excess_minor = greatest(0, wallet.held_minor + wallet.charged_minor - wallet.credited_minor
                               - wallet.deposits_minor - excluded.limit_minor);

-- name: hold_funds
-- Set money aside where there is room for it.
UPDATE billing_wallet AS wallet SET held_minor = wallet.held_minor + wanted.amount_minor
FROM unnest(%(company_ids)s::int[], %(amounts)s::bigint[]) AS wanted (company_id, amount_minor)
WHERE wallet.company_id = wanted.company_id
  AND wallet.limit_minor + wallet.deposits_minor - wallet.held_minor - wallet.charged_minor + wallet.credited_minor
      >= wanted.amount_minor;

-- name: move_funds
-- Book what gives room back, leaves it as it is or takes what is free; an excess shrinks with the use that made it.
UPDATE billing_wallet AS wallet
SET deposits_minor = wallet.deposits_minor + moved.deposited,
    held_minor = wallet.held_minor + moved.held,
    charged_minor = wallet.charged_minor + moved.charged,
    credited_minor = wallet.credited_minor + moved.credited,
    excess_minor = least(wallet.excess_minor, greatest(0,
        wallet.held_minor + moved.held + wallet.charged_minor + moved.charged - wallet.limit_minor
        - wallet.deposits_minor - moved.deposited - wallet.credited_minor - moved.credited))
FROM unnest(%(company_ids)s::int[], %(deposited)s::bigint[], %(held)s::bigint[], %(charged)s::bigint[],
            %(credited)s::bigint[]) AS moved (company_id, deposited, held, charged, credited)
WHERE wallet.company_id = moved.company_id;

-- name: has_held_since
-- Whether a company had anything held after an entry.
SELECT EXISTS (
    SELECT FROM billing_entry AS deposit
    JOIN billing_posting AS posting ON posting.entry_id > deposit.id
    JOIN billing_entry AS entry ON entry.id = posting.entry_id AND entry.kind = 'hold'
    WHERE deposit.kind = 'deposit' AND deposit.ref = %(ref)s
      AND posting.account_id = (SELECT id FROM billing_account WHERE kind = 'held' AND owner_id = %(company_id)s)
);

-- name: restore_excess
-- Let use stand above the limit by so much more; the move that follows cuts it to what it needs.
UPDATE billing_wallet SET excess_minor = excess_minor + %(amount_minor)s WHERE company_id = %(company_id)s;

-- name: posted
-- Which of these were booked under a kind, whose they are, how much and with which note.
SELECT entry.ref, account.owner_id, abs(posting.amount_minor), entry.note
FROM billing_entry AS entry
JOIN billing_posting AS posting ON posting.entry_id = entry.id
JOIN billing_account AS account ON account.id = posting.account_id
WHERE entry.kind = %(kind)s AND entry.ref = ANY(%(refs)b::uuid[]) AND account.kind = %(account)s;

-- name: prove
-- Everything that is wrong with the book, in words.
WITH balance AS (
    SELECT account.owner_id, entry.kind, account.kind AS account, sum(posting.amount_minor) AS amount
    FROM billing_posting AS posting
    JOIN billing_entry AS entry ON entry.id = posting.entry_id
    JOIN billing_account AS account ON account.id = posting.account_id
    GROUP BY account.owner_id, entry.kind, account.kind
), derived AS (
    SELECT owner_id AS company_id,
           coalesce(-sum(amount) FILTER (WHERE account = 'funds' AND kind IN ('deposit', 'reversal')), 0) AS deposits,
           coalesce(-sum(amount) FILTER (WHERE account = 'held'), 0) AS held,
           coalesce(sum(amount) FILTER (WHERE account = 'held' AND kind = 'capture'), 0) AS charged,
           coalesce(-sum(amount) FILTER (WHERE account = 'funds' AND kind = 'credit'), 0) AS credited
    FROM balance WHERE account IN ('funds', 'held') GROUP BY owner_id
), compared AS (
    SELECT coalesce(wallet.company_id, derived.company_id) AS company_id, figure.name, figure.shown, figure.booked
    FROM billing_wallet AS wallet FULL JOIN derived ON derived.company_id = wallet.company_id
    CROSS JOIN LATERAL (VALUES ('deposits', wallet.deposits_minor, derived.deposits),
                               ('held', wallet.held_minor, derived.held),
                               ('charged', wallet.charged_minor, derived.charged),
                               ('credited', wallet.credited_minor, derived.credited)) AS figure (name, shown, booked)
)
SELECT format('entry %%s (%%s %%s) sums to %%s over %%s postings', entry.id, entry.kind, entry.ref,
              coalesce(sum(posting.amount_minor), 0), count(posting.amount_minor))
FROM billing_entry AS entry LEFT JOIN billing_posting AS posting ON posting.entry_id = entry.id
GROUP BY entry.id HAVING count(posting.amount_minor) <> 2 OR sum(posting.amount_minor) <> 0
UNION ALL
SELECT format('wallet of company %%s shows %%s %%s, the book %%s', company_id, name, coalesce(shown, 0),
              coalesce(booked, 0))
FROM compared WHERE coalesce(shown, 0) <> coalesce(booked, 0)
UNION ALL
SELECT format('%%s %%s has no %%s before it', later.kind, later.ref, needed.kind)
FROM billing_entry AS later
JOIN (VALUES ('capture', 'hold'), ('release', 'hold'), ('credit', 'capture'), ('reversal', 'deposit')) AS needed (later, kind)
  ON needed.later = later.kind
WHERE NOT EXISTS (SELECT FROM billing_entry AS entry WHERE entry.kind = needed.kind AND entry.ref = later.ref);
