-- name: counters
-- Every number of the database itself, by name.
SELECT name, value FROM counter

-- name: drop_counter
-- That number is not kept any more.
DELETE FROM counter WHERE name = :name

-- name: relive_pending
-- What was to be sent by then (desk time) may have been, by the desk that was lost: it is looked for before it goes.
UPDATE outbox SET
    state = 'ambiguous', unclear_since = 0, relived = TRUE, attempts = 0, failures = 0, repeated = FALSE,
    first_at = NULL, tried_at = NULL, reason = 'brought back from a backup',
    owner = NULL, lease_until = NULL, retry_at = NULL
WHERE state IN ('ready', 'sending', 'ambiguous')
    AND (state <> 'ready' OR not_before IS NULL OR not_before <= :now)
RETURNING id

-- name: last_entry
-- When something was last written into a history (desk time).
SELECT max(at) AS at FROM history

-- name: opened_since
-- How many requests were opened since then (desk time).
SELECT count(*) AS requests FROM request WHERE opened_at > :since
