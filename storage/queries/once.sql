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

-- name: raise_mark
-- Move an instant of the database itself forward; one that is later already stays.
INSERT INTO counter (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE counter.value < excluded.value

-- name: put_counter
-- A number of the database itself, instead of the one before.
INSERT INTO counter (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value

-- name: remember_event
-- Write an inbound event down; no row comes back where it was handled before.
INSERT INTO inbox (platform, event_id, at, result, digest) VALUES (:platform, :event_id, :at, :result, :digest)
ON CONFLICT (platform, event_id) DO NOTHING
RETURNING result

-- name: event_result
-- What was answered to an inbound event.
SELECT result, digest FROM inbox WHERE platform = :platform AND event_id = :event_id

-- name: forget_tokens
-- Forget one-time tokens that have expired (machine time).
DELETE FROM used_token WHERE expires_at <= :at

-- name: use_token
-- Remember a one-time token; no row comes back where it was used before.
INSERT INTO used_token (token, expires_at) VALUES (:token, :expires_at)
ON CONFLICT (token) DO NOTHING
RETURNING token

-- name: put_setup_code
-- Keep a setup code's digest (machine time) instead of the one before.
INSERT INTO setup_code (id, digest, expires_at, tries) VALUES (1, :digest, :expires_at, 0)
ON CONFLICT (id) DO UPDATE SET digest = excluded.digest, expires_at = excluded.expires_at, tries = 0

-- name: use_setup_code
-- Use the setup code up; no row comes back where it is another one, or too old (machine time).
DELETE FROM setup_code WHERE id = 1 AND digest = :digest AND expires_at > :at
RETURNING id

-- name: miss_setup_code
-- Count a wrong try; no row comes back where there is no code.
UPDATE setup_code SET tries = tries + 1 WHERE id = 1 AND expires_at > :at
RETURNING tries

-- name: drop_setup_code
-- There is no setup code any more.
DELETE FROM setup_code WHERE id = 1

-- name: savepoint
-- A part of a transaction begins, which can be undone by itself.
SAVEPOINT part

-- name: undo_part
-- What the part wrote is undone; an error in it no longer stands in the way.
ROLLBACK TO SAVEPOINT part

-- name: end_part
-- The part is as good as the rest.
RELEASE SAVEPOINT part
