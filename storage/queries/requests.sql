-- name: request_state
-- A request as it stands.
SELECT state FROM request WHERE number = :number

-- name: lock_request
-- A request as it stands, held until the transaction ends. SQLite's BEGIN IMMEDIATE holds everything already.
SELECT state FROM request WHERE number = :number

-- name: lock_request [postgres]
-- Passed over where a commit holds it: that commit may be waiting for the timer which the asker holds.
SELECT state FROM request WHERE number = :number FOR UPDATE SKIP LOCKED

-- name: insert_request
-- A new request; no row comes back where the number is taken.
INSERT INTO request (
    number, ref, client, requester, owner, status, priority, title, words, opened_at, version, state
) VALUES (
    :number, :ref, :client, :requester, :owner, :status, :priority, :title, :words, :opened_at, :version, :state
)
ON CONFLICT (number) DO NOTHING
RETURNING number

-- name: update_request
-- The request after more entries; no row comes back where somebody else changed it first.
UPDATE request SET
    ref = :ref, client = :client, requester = :requester, owner = :owner, status = :status, priority = :priority,
    title = :title, words = :words, opened_at = :opened_at, version = :version, state = :state
WHERE number = :number AND version = :expected
RETURNING number

-- name: add_entry
-- One line of a request's history.
INSERT INTO history (request, seq, at, kind, actor, role, body)
VALUES (:request, :seq, :at, :kind, :actor, :role, :body)

-- name: entries
-- A request's history in order.
SELECT seq, at, kind, actor, role, body FROM history WHERE request = :request ORDER BY seq

-- name: last_words
-- When somebody last said or noted something about each of these requests (a list, as JSON).
SELECT request, max(at) AS at FROM history
WHERE kind IN ('client_wrote', 'replied', 'asked_client', 'note_added')
    AND request IN (SELECT value FROM json_each(:numbers))
GROUP BY request

-- name: last_words [postgres]
-- The same in PostgreSQL's words for JSON.
SELECT request, max(at) AS at FROM history
WHERE kind IN ('client_wrote', 'replied', 'asked_client', 'note_added')
    AND request IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST(CAST(:numbers AS TEXT) AS JSON)))
GROUP BY request

-- name: find_requests
-- Requests that match, newest number first. Lists are JSON; each word must be in the text, or be the number or the name.
-- Substrings, not LIKE: then nothing has to be escaped, and no pattern is too long.
SELECT state FROM request
WHERE (CAST(:client AS TEXT) IS NULL OR client = :client)
    AND (CAST(:owner AS TEXT) IS NULL OR owner = :owner)
    AND (CAST(:requester AS TEXT) IS NULL OR requester = :requester)
    AND (CAST(:priority AS TEXT) IS NULL OR priority = :priority)
    AND (:unowned = 0 OR owner IS NULL)
    AND (:statuses = '[]' OR status IN (SELECT value FROM json_each(:statuses)))
    AND NOT EXISTS (
        SELECT 1 FROM json_each(:words) AS word
        WHERE NOT (
            instr(request.words, word.value) > 0 OR request.ref = word.value
            OR CAST(request.number AS TEXT) = word.value
        )
    )
ORDER BY number DESC LIMIT :limit OFFSET :offset

-- name: find_requests [postgres]
-- The same in PostgreSQL's words for JSON and substrings.
SELECT state FROM request
WHERE (CAST(:client AS TEXT) IS NULL OR client = :client)
    AND (CAST(:owner AS TEXT) IS NULL OR owner = :owner)
    AND (CAST(:requester AS TEXT) IS NULL OR requester = :requester)
    AND (CAST(:priority AS TEXT) IS NULL OR priority = :priority)
    AND (:unowned = 0 OR owner IS NULL)
    AND (CAST(:statuses AS TEXT) = '[]' OR status IN (SELECT json_array_elements_text(CAST(:statuses AS JSON))))
    AND NOT EXISTS (
        SELECT 1 FROM json_array_elements_text(CAST(CAST(:words AS TEXT) AS JSON)) AS word (value)
        WHERE NOT (
            strpos(request.words, word.value) > 0 OR request.ref = word.value
            OR CAST(request.number AS TEXT) = word.value
        )
    )
ORDER BY number DESC LIMIT :limit OFFSET :offset

-- name: request_page
-- Some requests after a number, with the columns that repeat their state, for the auditor.
SELECT number, client, requester, owner, status, priority, title, version, state FROM request
WHERE number > :after ORDER BY number LIMIT :limit

-- name: last_asked_to_rate
-- When that requester was last asked how it was (desk time).
SELECT max(h.at) AS at FROM request AS r JOIN history AS h ON h.request = r.number
WHERE r.requester = :requester AND h.kind = 'rating_asked'

-- name: integrity
-- What the database itself finds wrong; "ok" where it finds nothing.
SELECT integrity_check AS line FROM pragma_integrity_check

-- name: integrity [postgres]
-- PostgreSQL checks its pages as it reads them.
SELECT 'ok' AS line

-- name: columns
-- Every column of every table, as the database has them.
SELECT t.name AS table_name, c.name AS column_name
FROM sqlite_master AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table'

-- name: columns [postgres]
-- The same, of the tables that a name without a schema finds.
SELECT CAST(c.relname AS TEXT) AS table_name, CAST(a.attname AS TEXT) AS column_name
FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
WHERE c.relkind IN ('r', 'p') AND pg_table_is_visible(c.oid) AND a.attnum > 0 AND NOT a.attisdropped
