-- name: due_timers
-- The waiting timers of requests that are due, each with its request as it stands, oldest first (desk time). SQLite's
-- BEGIN IMMEDIATE holds everything: what is read here stands so until it is written.
SELECT t.id, t.subject, t.kind, t.due_at, t.generation, r.state, 1 AS held
FROM timer AS t LEFT JOIN request AS r ON r.number = CAST(substr(t.subject, 9) AS INTEGER)
WHERE t.state = 'waiting' AND t.due_at <= :now AND substr(t.subject, 1, 8) = 'request:'
ORDER BY t.due_at, t.id LIMIT :limit

-- name: due_timers [postgres]
-- The same of requests that nobody else holds: whoever holds the request has its timers, a commit and a worker alike.
-- So everybody takes a request before its timers, each worker others, and nobody waits for anybody. A timer itself may
-- have changed before its request was taken: whether it still waits is to be asked.
SELECT t.id, t.subject, t.kind, t.due_at, t.generation, r.state, 0 AS held FROM timer AS t JOIN request AS r
    ON r.number = CASE WHEN t.subject ~ '^request:[0-9]{1,18}$' THEN CAST(substr(t.subject, 9) AS BIGINT) ELSE 0 END
WHERE t.state = 'waiting' AND t.due_at <= :now AND substr(t.subject, 1, 8) = 'request:'
ORDER BY t.due_at, t.id LIMIT :limit
FOR UPDATE OF r SKIP LOCKED

-- name: stray_timers
-- Due timers whose request is not there. SQLite has them among the others.
SELECT id, subject, kind, due_at, generation, NULL AS state, 1 AS held FROM timer WHERE :now > :limit AND FALSE

-- name: stray_timers [postgres]
-- The same of requests that there are none.
SELECT t.id, t.subject, t.kind, t.due_at, t.generation, NULL AS state, 0 AS held FROM timer AS t
WHERE t.state = 'waiting' AND t.due_at <= :now AND substr(t.subject, 1, 8) = 'request:' AND NOT EXISTS (
    SELECT 1 FROM request AS r WHERE r.number =
        CASE WHEN t.subject ~ '^request:[0-9]{1,18}$' THEN CAST(substr(t.subject, 9) AS BIGINT) ELSE 0 END
)
ORDER BY t.due_at, t.id LIMIT :limit
FOR UPDATE SKIP LOCKED

-- name: rows_written
-- How many rows this connection has written in all of its life: on SQLite, whose file has one owner, as many as anybody.
SELECT total_changes() AS times

-- name: rows_written [postgres]
-- Others write as well; nothing is decided ahead.
SELECT 0 AS times

-- name: due_jobs
-- The waiting timers that are due and no request's, oldest first (desk time). They have an index of their own, whose
-- condition stands here in its words.
SELECT subject, kind, due_at, generation FROM timer
WHERE state = 'waiting' AND due_at <= :now AND substr(subject, 1, 8) <> 'request:'
ORDER BY due_at, id LIMIT :limit

-- name: fire_job
-- A job's timer has been decided; no row comes back where it waits no longer, or for another time.
UPDATE timer SET state = 'fired'
WHERE subject = :subject AND kind = :kind AND generation = :generation AND state = 'waiting'
RETURNING id

-- name: mark_fired
-- This timer has been decided.
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

-- name: put_off
-- A timer that could not be decided waits for another time.
UPDATE timer SET due_at = :due_at, generation = generation + 1 WHERE id = :id

-- name: count_failure
-- Remember since when a timer could not be decided, and how often. The row is no timer: nothing ever claims it.
INSERT INTO timer (subject, kind, due_at, generation, state) VALUES ('stuck', :name, :due_at, 1, 'stuck')
ON CONFLICT (subject, kind) DO UPDATE SET generation = timer.generation + 1
RETURNING generation

-- name: stuck
-- The timers that could not be decided: since when, and how often.
SELECT kind AS name, due_at, generation AS failures FROM timer WHERE subject = 'stuck' ORDER BY due_at, id

-- name: forget_failures
-- A timer was decided after all, or nobody waits for it any more.
DELETE FROM timer WHERE subject = 'stuck' AND kind = :name

-- name: waiting_timers
-- The waiting timers of some subjects (a JSON list), by due time.
SELECT id, subject, kind, due_at, generation FROM timer
WHERE subject IN (SELECT value FROM json_each(:subjects)) AND state = 'waiting'
ORDER BY due_at, id

-- name: waiting_timers [postgres]
-- The same in PostgreSQL's words for JSON.
SELECT id, subject, kind, due_at, generation FROM timer
WHERE subject IN (SELECT json_array_elements_text(CAST(CAST(:subjects AS TEXT) AS JSON))) AND state = 'waiting'
ORDER BY due_at, id

-- name: standing_timers
-- Those of some timers (ids, a JSON list) that wait.
SELECT id, generation FROM timer WHERE id IN (SELECT value FROM json_each(:ids)) AND state = 'waiting'

-- name: standing_timers [postgres]
-- The same in PostgreSQL's words for JSON.
SELECT id, generation FROM timer WHERE state = 'waiting' AND id IN (
    SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST(CAST(:ids AS TEXT) AS JSON)) AS one (value)
)

-- name: next_due
-- When the earliest waiting timer is due (desk time).
SELECT due_at FROM timer WHERE state = 'waiting' ORDER BY due_at LIMIT 1
