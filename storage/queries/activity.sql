-- name: recent_entries
-- What happened to requests, the newest first: of one client, of some kinds (a JSON list; none asks for all), before a
-- mark. Each with its request as it stands.
SELECT h.seq, h.at, h.kind, h.actor, h.role, h.body, h.via, r.state
FROM history AS h JOIN request AS r ON r.number = h.request
WHERE (h.at, h.request, h.seq) < (:at, :request, :seq)
    AND (CAST(:client AS TEXT) IS NULL OR r.client = :client)
    AND (:kinds = '[]' OR h.kind IN (SELECT value FROM json_each(:kinds)))
ORDER BY h.at DESC, h.request DESC, h.seq DESC LIMIT :limit

-- name: recent_entries [postgres]
-- The same in PostgreSQL's words for JSON.
SELECT h.seq, h.at, h.kind, h.actor, h.role, h.body, h.via, r.state
FROM history AS h JOIN request AS r ON r.number = h.request
WHERE (h.at, h.request, h.seq) < (:at, :request, :seq)
    AND (CAST(:client AS TEXT) IS NULL OR r.client = :client)
    AND (CAST(:kinds AS TEXT) = '[]' OR h.kind IN (SELECT json_array_elements_text(CAST(:kinds AS JSON))))
ORDER BY h.at DESC, h.request DESC, h.seq DESC LIMIT :limit
