-- name: put_link_code
-- Keep the digest of a person's code (machine time) instead of the one before.
INSERT INTO link_code (person, digest, expires_at) VALUES (:person, :digest, :expires_at)
ON CONFLICT (person) DO UPDATE SET digest = excluded.digest, expires_at = excluded.expires_at

-- name: link_code_of
-- Whose code it is; no row where it is none, or too old (machine time).
SELECT person FROM link_code WHERE digest = :digest AND expires_at > :at

-- name: use_link_code
-- Use a code up; no row comes back where it is none any more, or too old (machine time).
DELETE FROM link_code WHERE digest = :digest AND expires_at > :at
RETURNING person

-- name: forget_link_codes
-- Forget codes that are too old (machine time).
DELETE FROM link_code WHERE expires_at <= :at

-- name: miss_link_code
-- Count a wrong try; the first one says until when they count (machine time).
INSERT INTO link_try (who, tries, until) VALUES (:who, 1, :until)
ON CONFLICT (who) DO UPDATE SET tries = link_try.tries + 1
RETURNING tries

-- name: link_tries
-- How many wrong tries of somebody's count (machine time).
SELECT tries FROM link_try WHERE who = :who AND until > :at

-- name: forget_link_tries
-- Forget wrong tries whose time is over (machine time).
DELETE FROM link_try WHERE until <= :at

-- name: former_owners
-- Whose an account was before, whoever had it last first.
SELECT person FROM former_owner
WHERE platform = :platform AND workspace = :workspace AND user_id = :user_id
ORDER BY id DESC

-- name: remember_owner
-- An account is about to be another one's: whose it was is remembered, once.
INSERT INTO former_owner (platform, workspace, user_id, person)
SELECT platform, workspace, user_id, person FROM identity
WHERE platform = :platform AND workspace = :workspace AND user_id = :user_id AND person <> :but
ON CONFLICT (platform, workspace, user_id, person) DO NOTHING

-- name: forget_owner
-- The account is theirs again.
DELETE FROM former_owner
WHERE platform = :platform AND workspace = :workspace AND user_id = :user_id AND person = :person

-- name: drop_identity
-- The account is nobody's.
DELETE FROM identity WHERE platform = :platform AND workspace = :workspace AND user_id = :user_id

-- name: drop_former_accounts
-- Whose the accounts of a person were before; that is theirs, too.
DELETE FROM former_owner WHERE person = :person OR EXISTS (
    SELECT 1 FROM identity WHERE identity.person = :person AND identity.platform = former_owner.platform
    AND identity.workspace = former_owner.workspace AND identity.user_id = former_owner.user_id
)

-- name: drop_link_code_of
-- A person's code is gone at once.
DELETE FROM link_code WHERE person = :person

-- name: blank_account_records
-- What is on record of a person's accounts with others: whose they were before.
UPDATE setting_change SET before = CASE before WHEN '' THEN '' ELSE :erased END, after = CASE after WHEN '' THEN '' ELSE :erased END
WHERE SUBSTR(path, 1, 7) = 'people.' AND path LIKE '%.accounts' AND EXISTS (
    SELECT 1 FROM identity WHERE identity.person = :person
    AND ', ' || setting_change.before || ', ' || setting_change.after || ',' LIKE
        '%, ' || identity.platform || '/' || identity.workspace || '/' || identity.user_id || ',%'
)
