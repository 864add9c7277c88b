-- name: touched_requests
-- Some requests after a number that have something to tell of a time: opened before its end, and alive in it. The last
-- entry is the latest: history never goes back.
SELECT number, state FROM request
WHERE number > :after AND opened_at < :until
    AND (CAST(:client AS TEXT) IS NULL OR client = :client)
    AND (
        status IN ('new', 'active', 'waiting_client', 'waiting_other', 'set_aside')
        OR (SELECT at FROM history WHERE request = request.number ORDER BY seq DESC LIMIT 1) >= :since
    )
ORDER BY number LIMIT :limit

-- name: count_touched
-- How many those are, for who waits for them.
SELECT count(*) AS requests FROM request
WHERE opened_at < :until
    AND (CAST(:client AS TEXT) IS NULL OR client = :client)
    AND (
        status IN ('new', 'active', 'waiting_client', 'waiting_other', 'set_aside')
        OR (SELECT at FROM history WHERE request = request.number ORDER BY seq DESC LIMIT 1) >= :since
    )

-- name: facts_of
-- The facts of these kinds in the histories of those requests, in order. Lists are JSON.
SELECT request, seq, at, kind, actor, role, body, via FROM history
WHERE request IN (SELECT value FROM json_each(:requests)) AND kind IN (SELECT value FROM json_each(:kinds))
ORDER BY request, seq

-- name: facts_of [postgres]
-- The same in PostgreSQL's words for JSON.
SELECT request, seq, at, kind, actor, role, body, via FROM history
WHERE request IN (
        SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST(CAST(:requests AS TEXT) AS JSON)) AS one (value)
    )
    AND kind IN (SELECT value FROM json_array_elements_text(CAST(CAST(:kinds AS TEXT) AS JSON)) AS one (value))
ORDER BY request, seq
