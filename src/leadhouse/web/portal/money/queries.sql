-- name: wallet
-- A company's wallet.
SELECT company_id, mode, limit_minor, deposits_minor, held_minor, charged_minor, credited_minor
FROM billing_wallet WHERE company_id = %(company_id)s;
