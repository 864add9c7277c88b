-- name: unsent
-- Messages that could not be sent, the newest first.
SELECT id, op, conversation, body, slot, title, attempts, reason, first_at, tried_at FROM outbox
WHERE state = 'dead' ORDER BY id DESC LIMIT :limit

-- name: one_unsent
-- One of them.
SELECT id, op, conversation, body, slot, title, attempts, reason, first_at, tried_at FROM outbox
WHERE id = :id AND state = 'dead'

-- name: count_unsent
-- How many there are.
SELECT count(*) AS letters FROM outbox WHERE state = 'dead'

-- name: resend
-- It goes after all, as if for the first time; but it is looked for before, since it may have arrived (machine time).
-- What is done again without a look waits for what it hangs from, and holds up nothing else there meanwhile.
UPDATE outbox SET
    state = CASE WHEN op IN ('open_thread', 'delete') THEN 'ready' ELSE 'ambiguous' END,
    unclear_since = CASE WHEN op IN ('open_thread', 'delete') THEN NULL ELSE CAST(:machine AS BIGINT) END,
    retry_at = NULL, failures = 0, repeated = FALSE, first_at = NULL
WHERE id = :id AND state = 'dead'
RETURNING id

-- name: leave_unsent
-- It is not sent.
UPDATE outbox SET state = 'suppressed', reason = :reason WHERE id = :id AND state = 'dead' RETURNING id
