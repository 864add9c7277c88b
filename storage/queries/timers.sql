-- name: claim_due_timers
-- The waiting timers of requests that are due, oldest first (desk time). On PostgreSQL each worker takes others.
SELECT id, subject, kind, due_at, generation FROM timer
WHERE state = 'waiting' AND due_at <= :now AND substr(subject, 1, 8) = 'request:'
ORDER BY due_at, id LIMIT :limit
-- [postgres] FOR UPDATE SKIP LOCKED

-- name: due_jobs
-- The waiting timers that are due and no request's, oldest first (desk time).
SELECT subject, kind, due_at, generation FROM timer
WHERE state = 'waiting' AND due_at <= :now AND substr(subject, 1, 8) <> 'request:'
ORDER BY due_at, id LIMIT :limit

-- name: fire_job
-- A job's timer has been decided; no row comes back where it waits no longer, or for another time.
UPDATE timer SET state = 'fired'
WHERE subject = :subject AND kind = :kind AND generation = :generation AND state = 'waiting'
RETURNING id

-- name: timer_stands
-- Whether a claimed timer still waits as it did: an earlier decision of the batch may have cancelled or moved it.
SELECT id FROM timer WHERE id = :id AND state = 'waiting' AND generation = :generation

-- name: mark_fired
-- The timer has been decided.
UPDATE timer SET state = 'fired' WHERE id = :id

-- name: want_timer
-- Make a timer wait until then. A new instant or a revival is a new generation; one that waits so already stays as it is.
INSERT INTO timer (subject, kind, due_at, generation, state) VALUES (:subject, :kind, :due_at, 1, 'waiting')
ON CONFLICT (subject, kind) DO UPDATE SET
    due_at = excluded.due_at, generation = timer.generation + 1, state = 'waiting'
WHERE timer.state <> 'waiting' OR timer.due_at <> excluded.due_at

-- name: cancel_timer
-- Nobody waits for it any more.
UPDATE timer SET state = 'cancelled' WHERE subject = :subject AND kind = :kind AND state = 'waiting'

-- name: waiting_timers
-- The waiting timers of a subject, by due time.
SELECT subject, kind, due_at, generation FROM timer
WHERE subject = :subject AND state = 'waiting'
ORDER BY due_at, id

-- name: next_due
-- When the earliest waiting timer is due (desk time).
SELECT due_at FROM timer WHERE state = 'waiting' ORDER BY due_at LIMIT 1
