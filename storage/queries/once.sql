-- name: next_value
-- The next value of a counter, never given twice.
UPDATE counter SET value = value + 1 WHERE name = :name RETURNING value

-- name: counter_value
-- The value of a counter as it stands.
SELECT value FROM counter WHERE name = :name

-- name: raise_counter
-- Lift a counter past a value that was given elsewhere, such as an imported request's number.
-- A plain UPDATE, since an upsert would lock the row even where it changes nothing, and intakes would queue for it.
UPDATE counter SET value = :value WHERE name = :name AND value < :value

-- name: remember_event
-- Write an inbound event down; no row comes back where it was handled before.
INSERT INTO inbox (platform, event_id, at, result) VALUES (:platform, :event_id, :at, :result)
ON CONFLICT (platform, event_id) DO NOTHING
RETURNING result

-- name: event_result
-- What was answered to an inbound event.
SELECT result FROM inbox WHERE platform = :platform AND event_id = :event_id

-- name: forget_tokens
-- Forget one-time tokens that have expired (machine time).
DELETE FROM used_token WHERE expires_at <= :at

-- name: use_token
-- Remember a one-time token; no row comes back where it was used before.
INSERT INTO used_token (token, expires_at) VALUES (:token, :expires_at)
ON CONFLICT (token) DO NOTHING
RETURNING token
