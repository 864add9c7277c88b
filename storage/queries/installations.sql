-- name: all_installations
-- Every workspace that let the desk in, also those that did once.
SELECT platform, workspace, name, side, secret, made_at, gone_at, gone FROM installation
ORDER BY made_at, platform, workspace

-- name: side_of_installation
-- Whose workspace that is.
SELECT side FROM installation WHERE platform = :platform AND workspace = :workspace

-- name: put_installation
-- A workspace let the desk in (machine time), for the first time or again; no row comes back where it is another side's.
INSERT INTO installation (platform, workspace, name, side, secret, made_at, gone)
VALUES (:platform, :workspace, :name, :side, :secret, :made_at, '')
ON CONFLICT (platform, workspace) DO UPDATE SET
    name = excluded.name, secret = excluded.secret, made_at = excluded.made_at, gone_at = NULL, gone = ''
WHERE installation.side = excluded.side
RETURNING workspace

-- name: lose_installation
-- The desk is out (machine time), and its token deleted; no row comes back where that is so already, or it is in again.
UPDATE installation SET secret = '', gone_at = :at, gone = :why
WHERE platform = :platform AND workspace = :workspace AND made_at = :made_at AND gone_at IS NULL
RETURNING workspace

-- name: reseal_installation
-- The same token under another key; no row comes back where it is another one by now.
UPDATE installation SET secret = :secret
WHERE platform = :platform AND workspace = :workspace AND secret = :before AND gone_at IS NULL
RETURNING workspace

-- name: token_was_used
-- A one-time token that was used.
SELECT token FROM used_token WHERE token = :token

-- name: put_oauth_state
-- Somebody is asked by a platform whether they let the desk in (machine time).
INSERT INTO oauth_state (digest, browser, side, link, link_until, expires_at)
VALUES (:digest, :browser, :side, :link, :link_until, :expires_at)

-- name: forget_oauth_states
-- Who did not come back in time (machine time).
DELETE FROM oauth_state WHERE expires_at <= :at

-- name: take_oauth_state
-- They came back in the same browser (machine time); no row comes back where they did before, or too late.
DELETE FROM oauth_state WHERE digest = :digest AND browser = :browser AND expires_at > :at
RETURNING side, link, link_until
