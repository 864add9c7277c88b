-- name: add_token
-- Keep a token of the API by its digest (machine time); no row comes back where its name is taken.
INSERT INTO api_token (name, digest, holder, role, client, made_by, made_at, expires_at)
VALUES (:name, :digest, :holder, :role, :client, :made_by, :made_at, :expires_at)
ON CONFLICT (name) DO NOTHING
RETURNING name

-- name: all_tokens
-- Every token there is or was.
SELECT name, holder, role, client, made_by, made_at, expires_at, used_at, revoked_at FROM api_token ORDER BY name

-- name: token_of
-- The token with that digest.
SELECT name, holder, role, client, made_by, made_at, expires_at, used_at, revoked_at FROM api_token
WHERE digest = :digest

-- name: token_used
-- A token was used (machine time); an earlier use that is told late changes nothing.
UPDATE api_token SET used_at = :at WHERE name = :name AND COALESCE(used_at, 0) < :at

-- name: revoke_token
-- A token is good no more (machine time); no row comes back where there is none that was.
UPDATE api_token SET revoked_at = :at WHERE name = :name AND revoked_at IS NULL
RETURNING name

-- name: unsign_entries
-- What was done by a person's tokens does not name them any more: a token's name may hold its holder's.
UPDATE history SET via = '' WHERE via IN (SELECT name FROM api_token WHERE holder = :person)

-- name: drop_tokens_of
-- A person's tokens are gone at once.
DELETE FROM api_token WHERE holder = :person

-- name: rename_token_makers
-- What the person made stays, under the alias.
UPDATE api_token SET made_by = :alias WHERE made_by = :person
