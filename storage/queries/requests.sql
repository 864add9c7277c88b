-- name: request_state
-- A request as it stands.
SELECT state FROM request WHERE number = :number

-- name: request_states
-- Some requests (numbers, a JSON list) as they stand.
SELECT number, state FROM request WHERE number IN (SELECT value FROM json_each(:numbers))

-- name: request_states [postgres]
-- The same in PostgreSQL's words for JSON.
SELECT number, state FROM request WHERE number IN (
    SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST(CAST(:numbers AS TEXT) AS JSON)) AS one (value)
)

-- name: lock_request
-- A request as it stands, held until the transaction ends. SQLite's BEGIN IMMEDIATE holds everything already.
SELECT state FROM request WHERE number = :number

-- name: lock_request [postgres]
-- Passed over where a commit holds it: that commit may be waiting for the timer which the asker holds.
SELECT state FROM request WHERE number = :number FOR UPDATE SKIP LOCKED

-- name: insert_request
-- A new request; no row comes back where the number is taken.
INSERT INTO request (
    number, client, requester, owner, status, priority, title, opened_at, version, state, kind, viewers, updated_at,
    spoken_at, next_due_at, late_since
) VALUES (
    :number, :client, :requester, :owner, :status, :priority, :title, :opened_at, :version, :state, :kind, :viewers,
    :updated_at, :spoken_at, :next_due_at, :late_since
)
ON CONFLICT (number) DO NOTHING
RETURNING number

-- name: update_request
-- The request after more entries; no row comes back where somebody else changed it first.
-- A change in which nobody spoke leaves when somebody last did.
UPDATE request SET
    client = :client, requester = :requester, owner = :owner, status = :status, priority = :priority, title = :title,
    opened_at = :opened_at, version = :version, state = :state, kind = :kind, viewers = :viewers,
    updated_at = :updated_at, spoken_at = COALESCE(:spoken_at, spoken_at), next_due_at = :next_due_at,
    late_since = :late_since
WHERE number = :number AND version = :expected
RETURNING number

-- name: put_words
-- The words a request is found by. SQLite's index follows by triggers, PostgreSQL's by itself.
INSERT INTO request_words (request, public, team) VALUES (:request, :public, :team)
ON CONFLICT (request) DO UPDATE SET public = excluded.public, team = excluded.team

-- name: requests_after
-- A page of all requests, by number alone.
SELECT number FROM request WHERE number > :after ORDER BY number LIMIT :limit

-- name: add_entry
-- One line of a request's history.
INSERT INTO history (request, seq, at, kind, actor, role, body, via)
VALUES (:request, :seq, :at, :kind, :actor, :role, :body, :via)

-- name: entries
-- A request's history in order.
SELECT seq, at, kind, actor, role, body, via FROM history WHERE request = :request ORDER BY seq

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
-- A page of the requests that match, and how many do: one row at least, without a state where the page is empty.
-- Lists are JSON. Words come by the index; phrases and what must not be are looked for in the words themselves.
-- Only the page's rows are read, all else is in the index of lists.
WITH hit AS MATERIALIZED (
    SELECT number,
        CASE
            WHEN number = :exact THEN 0
            WHEN :sort = 'yours' AND status IN ('waiting_client', 'set_aside', 'resolved') THEN 1
            ELSE 2
        END AS rank,
        CASE :sort
            WHEN 'new' THEN -number
            WHEN 'old' THEN number
            WHEN 'updated' THEN -COALESCE(updated_at, opened_at)
            ELSE COALESCE(next_due_at, 9223372036854775807)
        END AS place
    FROM request AS r
    WHERE status IN (SELECT value FROM json_each(:statuses))
        AND number <= :up_to
        AND (:client IS NULL OR client = :client)
        AND (:owner IS NULL OR owner = :owner)
        AND (:requester IS NULL OR requester = :requester)
        AND (:unowned = 0 OR owner IS NULL)
        AND (:viewers_client IS NULL OR client = :viewers_client)
        AND (:viewer IS NULL OR viewers IS NULL OR :viewer IN (SELECT value FROM json_each(r.viewers)))
        AND priority IN (SELECT value FROM json_each(:priorities))
        AND (:clients = '[]' OR client IN (SELECT value FROM json_each(:clients)))
        AND client NOT IN (SELECT value FROM json_each(:not_clients))
        AND (:owners = '[]' OR COALESCE(owner, '') IN (SELECT value FROM json_each(:owners)))
        AND COALESCE(owner, '') NOT IN (SELECT value FROM json_each(:not_owners))
        AND (:requesters = '[]' OR requester IN (SELECT value FROM json_each(:requesters)))
        AND requester NOT IN (SELECT value FROM json_each(:not_requesters))
        AND (:kinds = '[]' OR COALESCE(kind, '') IN (SELECT value FROM json_each(:kinds)))
        AND COALESCE(kind, '') NOT IN (SELECT value FROM json_each(:not_kinds))
        -- Apart, so that a list without tags goes on reading the index alone.
        AND (:tags = '[]' OR number IN (
            SELECT t.number FROM request AS t, json_each(t.state, '$.tags') AS has
            WHERE t.status IN (SELECT value FROM json_each(:statuses))
                AND has.value IN (SELECT value FROM json_each(:tags))
        ))
        AND (:not_tags = '[]' OR number NOT IN (
            SELECT t.number FROM request AS t, json_each(t.state, '$.tags') AS has
            WHERE t.status IN (SELECT value FROM json_each(:statuses))
                AND has.value IN (SELECT value FROM json_each(:not_tags))
        ))
        AND (:late IS NULL OR (late_since IS NOT NULL) = (:late = 1))
        AND (:private IS NULL OR (viewers IS NOT NULL) = (:private = 1))
        AND (:opened_before IS NULL OR opened_at < :opened_before)
        AND (:opened_after IS NULL OR opened_at >= :opened_after)
        AND (:spoken_before IS NULL OR COALESCE(spoken_at, opened_at) < :spoken_before)
        AND (:spoken_after IS NULL OR COALESCE(spoken_at, opened_at) >= :spoken_after)
        AND (:due_before IS NULL OR next_due_at < :due_before)
        AND (:match = '' OR number IN (
            SELECT rowid FROM request_fts WHERE request_fts MATCH
                CASE :inside WHEN 1 THEN :match ELSE 'public : (' || :match || ')' END
        ))
        AND (:phrases = '[]' OR NOT EXISTS (
            SELECT 1 FROM request_words AS w, json_each(:phrases) AS t
            WHERE w.request = r.number AND NOT instr(
                ' ' || w.public || CASE :inside WHEN 1 THEN ' | ' || w.team || ' ' ELSE ' ' END, t.value
            ) > 0
        ))
        AND (:without = '[]' OR NOT EXISTS (
            SELECT 1 FROM request_words AS w, json_each(:without) AS t
            WHERE w.request = r.number AND instr(
                ' ' || w.public || CASE :inside WHEN 1 THEN ' | ' || w.team || ' ' ELSE ' ' END, t.value
            ) > 0
        ))
), page AS (
    SELECT number, rank, place FROM hit ORDER BY rank, place, number DESC LIMIT :limit OFFSET :offset
)
SELECT c.total, c.newest, r.state FROM (SELECT COUNT(*) AS total, MAX(number) AS newest FROM hit) AS c
LEFT JOIN page AS p ON 1 = 1 LEFT JOIN request AS r ON r.number = p.number
ORDER BY p.rank, p.place, p.number DESC

-- name: find_requests [postgres]
-- The same in PostgreSQL's words for JSON, substrings and full text.
WITH hit AS MATERIALIZED (
    SELECT number,
        CASE
            WHEN number = CAST(:exact AS BIGINT) THEN 0
            WHEN CAST(:sort AS TEXT) = 'yours' AND status IN ('waiting_client', 'set_aside', 'resolved') THEN 1
            ELSE 2
        END AS rank,
        CASE CAST(:sort AS TEXT)
            WHEN 'new' THEN -number
            WHEN 'old' THEN number
            WHEN 'updated' THEN -COALESCE(updated_at, opened_at)
            ELSE COALESCE(next_due_at, 9223372036854775807)
        END AS place
    FROM request AS r
    WHERE status = ANY (ARRAY(SELECT json_array_elements_text(CAST(:statuses AS JSON))))
        AND number <= CAST(:up_to AS BIGINT)
        AND (CAST(:client AS TEXT) IS NULL OR client = CAST(:client AS TEXT))
        AND (CAST(:owner AS TEXT) IS NULL OR owner = CAST(:owner AS TEXT))
        AND (CAST(:requester AS TEXT) IS NULL OR requester = CAST(:requester AS TEXT))
        AND (CAST(:unowned AS BIGINT) = 0 OR owner IS NULL)
        AND (CAST(:viewers_client AS TEXT) IS NULL OR client = CAST(:viewers_client AS TEXT))
        AND (CAST(:viewer AS TEXT) IS NULL OR viewers IS NULL OR CAST(viewers AS JSONB) ? CAST(:viewer AS TEXT))
        AND CAST(:priorities AS JSONB) ? priority
        AND (CAST(:clients AS JSONB) = '[]' OR CAST(:clients AS JSONB) ? client)
        AND NOT CAST(:not_clients AS JSONB) ? client
        AND (CAST(:owners AS JSONB) = '[]' OR CAST(:owners AS JSONB) ? COALESCE(owner, ''))
        AND NOT CAST(:not_owners AS JSONB) ? COALESCE(owner, '')
        AND (CAST(:requesters AS JSONB) = '[]' OR CAST(:requesters AS JSONB) ? requester)
        AND NOT CAST(:not_requesters AS JSONB) ? requester
        AND (CAST(:kinds AS JSONB) = '[]' OR CAST(:kinds AS JSONB) ? COALESCE(kind, ''))
        AND NOT CAST(:not_kinds AS JSONB) ? COALESCE(kind, '')
        AND (CAST(:tags AS TEXT) = '[]' OR number IN (
            SELECT t.number FROM request AS t
            CROSS JOIN jsonb_array_elements_text(COALESCE(CAST(t.state AS JSONB) -> 'tags', '[]')) AS has (tag)
            WHERE CAST(:statuses AS JSONB) ? t.status AND CAST(:tags AS JSONB) ? has.tag
        ))
        AND (CAST(:not_tags AS TEXT) = '[]' OR number NOT IN (
            SELECT t.number FROM request AS t
            CROSS JOIN jsonb_array_elements_text(COALESCE(CAST(t.state AS JSONB) -> 'tags', '[]')) AS has (tag)
            WHERE CAST(:statuses AS JSONB) ? t.status AND CAST(:not_tags AS JSONB) ? has.tag
        ))
        AND (CAST(:late AS BIGINT) IS NULL OR (late_since IS NOT NULL) = (CAST(:late AS BIGINT) = 1))
        AND (CAST(:private AS BIGINT) IS NULL OR (viewers IS NOT NULL) = (CAST(:private AS BIGINT) = 1))
        AND (CAST(:opened_before AS BIGINT) IS NULL OR opened_at < CAST(:opened_before AS BIGINT))
        AND (CAST(:opened_after AS BIGINT) IS NULL OR opened_at >= CAST(:opened_after AS BIGINT))
        AND (CAST(:spoken_before AS BIGINT) IS NULL OR COALESCE(spoken_at, opened_at) < CAST(:spoken_before AS BIGINT))
        AND (CAST(:spoken_after AS BIGINT) IS NULL OR COALESCE(spoken_at, opened_at) >= CAST(:spoken_after AS BIGINT))
        AND (CAST(:due_before AS BIGINT) IS NULL OR next_due_at < CAST(:due_before AS BIGINT))
        AND (CAST(:match AS TEXT) = '' OR number IN (
            SELECT w.request FROM request_words AS w WHERE CAST(:inside AS BIGINT) = 1
                AND array_to_tsvector(string_to_array(btrim((public || ' ') || team), ' '))
                    @@ CAST(replace(replace(NULLIF(CAST(:match AS TEXT), ''), ' AND ', ' & '), '*', ':*') AS TSQUERY)
            UNION ALL SELECT w.request FROM request_words AS w WHERE CAST(:inside AS BIGINT) = 0
                AND array_to_tsvector(string_to_array(public, ' '))
                    @@ CAST(replace(replace(NULLIF(CAST(:match AS TEXT), ''), ' AND ', ' & '), '*', ':*') AS TSQUERY)
        ))
        AND (CAST(:phrases AS TEXT) = '[]' OR NOT EXISTS (
            SELECT 1 FROM request_words AS w, json_array_elements_text(CAST(CAST(:phrases AS TEXT) AS JSON)) AS t (value)
            WHERE w.request = r.number AND NOT strpos(
                ' ' || w.public || CASE CAST(:inside AS BIGINT) WHEN 1 THEN ' | ' || w.team || ' ' ELSE ' ' END, t.value
            ) > 0
        ))
        AND (CAST(:without AS TEXT) = '[]' OR NOT EXISTS (
            SELECT 1 FROM request_words AS w, json_array_elements_text(CAST(CAST(:without AS TEXT) AS JSON)) AS t (value)
            WHERE w.request = r.number AND strpos(
                ' ' || w.public || CASE CAST(:inside AS BIGINT) WHEN 1 THEN ' | ' || w.team || ' ' ELSE ' ' END, t.value
            ) > 0
        ))
), page AS (
    SELECT number, rank, place FROM hit
    ORDER BY rank, place, number DESC LIMIT CAST(:limit AS BIGINT) OFFSET CAST(:offset AS BIGINT)
)
SELECT c.total, c.newest, r.state FROM (SELECT COUNT(*) AS total, MAX(number) AS newest FROM hit) AS c
LEFT JOIN page AS p ON 1 = 1 LEFT JOIN request AS r ON r.number = p.number
ORDER BY p.rank, p.place, p.number DESC

-- name: request_page
-- Some requests after a number, with the columns that repeat their state, for the auditor; or only those that have not
-- ended.
SELECT r.*, w.public, w.team FROM request AS r LEFT JOIN request_words AS w ON w.request = r.number
WHERE r.number > :after AND (:ended = 1 OR r.status NOT IN ('closed', 'cancelled')) ORDER BY r.number LIMIT :limit

-- name: requests_in_all
-- How many requests there are.
SELECT count(*) AS requests FROM request

-- name: open_loads
-- How many open requests each owner has, and of how many something was due by now.
SELECT owner, count(*) AS open, sum(CASE WHEN next_due_at <= :now THEN 1 ELSE 0 END) AS late FROM request
WHERE owner IS NOT NULL AND status IN ('new', 'active', 'waiting_client', 'waiting_other')
GROUP BY owner

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
