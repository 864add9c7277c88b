-- name: keep_delivery
-- Write down what a platform delivered; what is there already stays as it is. Machine time.
INSERT INTO delivery (platform, event_id, kind, payload, arrived_at, owner, lease_until, tries)
VALUES (:platform, :event_id, :kind, :payload, :arrived_at, :owner, :lease_until, 0)
ON CONFLICT (platform, event_id) DO NOTHING

-- name: forget_deliveries
-- These (a JSON list) are carried out.
DELETE FROM delivery WHERE platform = :platform AND event_id IN (SELECT value FROM json_each(:ids))

-- name: forget_deliveries [postgres]
-- The same in PostgreSQL's words for JSON.
DELETE FROM delivery
WHERE platform = :platform AND event_id IN (SELECT json_array_elements_text(CAST(CAST(:ids AS TEXT) AS JSON)))

-- name: put_off_delivery
-- It is nobody's, and waits until then (machine time).
UPDATE delivery SET owner = '', lease_until = :until
WHERE platform = :platform AND event_id = :event_id AND owner = :owner

-- name: delivery_owners
-- Who works at what was delivered, or did.
SELECT DISTINCT owner FROM delivery WHERE platform = :platform

-- name: take_up_deliveries
-- The oldest that nobody works at any more: past their lease, or of those owners (a JSON list) that are gone.
-- Machine time; two workers never wait for one another.
UPDATE delivery SET owner = :owner, lease_until = :lease_until, tries = tries + 1
WHERE platform = :platform AND event_id IN (
    SELECT left_behind.event_id FROM delivery AS left_behind
    WHERE left_behind.platform = :platform AND (
        left_behind.lease_until <= :machine OR left_behind.owner IN (SELECT value FROM json_each(:gone))
    )
    ORDER BY left_behind.arrived_at LIMIT :limit
)
RETURNING platform, event_id, kind, payload, arrived_at, tries

-- name: take_up_deliveries [postgres]
-- The same in PostgreSQL's words for JSON.
UPDATE delivery SET owner = :owner, lease_until = :lease_until, tries = tries + 1
WHERE platform = :platform AND event_id IN (
    SELECT left_behind.event_id FROM delivery AS left_behind
    WHERE left_behind.platform = :platform AND (
        left_behind.lease_until <= :machine
        OR left_behind.owner IN (SELECT json_array_elements_text(CAST(CAST(:gone AS TEXT) AS JSON)))
    )
    ORDER BY left_behind.arrived_at LIMIT :limit
    FOR UPDATE SKIP LOCKED
)
RETURNING platform, event_id, kind, payload, arrived_at, tries
