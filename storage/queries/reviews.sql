-- name: reviews_of
-- A client's reviews, the newest first.
SELECT body FROM review WHERE client = :client ORDER BY number DESC LIMIT :limit

-- name: planned_reviews
-- Every client's planned review, the next one first.
SELECT body FROM review WHERE state = 'planned' ORDER BY planned_at, client

-- name: insert_review
-- A new review; no row comes back where its number is taken, or another is planned.
INSERT INTO review (client, number, state, planned_at, version, body)
VALUES (:client, :number, :state, :planned_at, :version, :body)
ON CONFLICT DO NOTHING
RETURNING number

-- name: update_review
-- A review after what was done to it; no row comes back where somebody else changed it first.
UPDATE review SET state = :state, planned_at = :planned_at, version = :version, body = :body
WHERE client = :client AND number = :number AND version = :expected
RETURNING number

-- name: add_run
-- An occurrence of a recurring request came; no row comes back where it was recorded before.
INSERT INTO recurring_run (entry, at, request) VALUES (:entry, :at, :request)
ON CONFLICT (entry, at) DO NOTHING
RETURNING entry

-- name: runs_of
-- The latest occurrences of a recurring request, the newest first.
SELECT entry, at, request FROM recurring_run WHERE entry = :entry ORDER BY at DESC LIMIT :limit
