-- name: let_in
-- A list of the settings let an account in.
INSERT INTO let_in (platform, workspace, user_id, side, missing_since, out)
VALUES (:platform, :workspace, :user_id, :side, NULL, FALSE)
ON CONFLICT (platform, workspace, user_id) DO UPDATE SET side = excluded.side, missing_since = NULL, out = FALSE

-- name: not_by_list
-- Whoever has an account from now on was not let in by a list.
DELETE FROM let_in WHERE platform = :platform AND workspace = :workspace AND user_id = :user_id

-- name: all_let_in
-- Whom lists let in on a platform, and who they are.
SELECT l.platform, l.workspace, l.user_id, l.side, l.missing_since, l.out, i.person FROM let_in AS l
JOIN identity AS i ON i.platform = l.platform AND i.workspace = l.workspace AND i.user_id = l.user_id
WHERE l.platform = :platform ORDER BY l.workspace, l.user_id

-- name: mark_missing
-- Since when no list names an account any more (machine time); NULL where one does, and it is not out for that any more.
UPDATE let_in SET missing_since = :since, out = FALSE
WHERE platform = :platform AND workspace = :workspace AND user_id = :user_id

-- name: let_out
-- It is put out, since no list names it any more.
UPDATE let_in SET out = TRUE WHERE platform = :platform AND workspace = :workspace AND user_id = :user_id

-- name: depart
-- An account is to be taken out of what its platform let it into, unless it stays the same person's.
INSERT INTO departure (platform, workspace, user_id)
SELECT platform, workspace, user_id FROM identity
WHERE platform = :platform AND workspace = :workspace AND user_id = :user_id AND person <> :but AND platform <> 'web'
ON CONFLICT (platform, workspace, user_id) DO NOTHING

-- name: depart_all_of
-- The same of all accounts of a person; a name by which somebody was added is none.
INSERT INTO departure (platform, workspace, user_id)
SELECT platform, workspace, user_id FROM identity
WHERE person = :person AND platform <> 'web' AND user_id <> person
ON CONFLICT (platform, workspace, user_id) DO NOTHING

-- name: depart_moved
-- The same where somebody is another client's from now on, or has another role; before it is written.
INSERT INTO departure (platform, workspace, user_id)
SELECT i.platform, i.workspace, i.user_id FROM identity AS i JOIN person AS p ON p.id = i.person
WHERE p.id = :person AND (p.role <> :role OR coalesce(p.client, '') <> :client)
AND i.platform <> 'web' AND i.user_id <> i.person
ON CONFLICT (platform, workspace, user_id) DO NOTHING

-- name: departures
-- Who is to be taken out of what a platform let them into.
SELECT workspace, user_id FROM departure WHERE platform = :platform ORDER BY workspace, user_id

-- name: departed
-- An account is out.
DELETE FROM departure WHERE platform = :platform AND workspace = :workspace AND user_id = :user_id

-- name: drop_let_in_of
-- No list let a person in.
DELETE FROM let_in WHERE EXISTS (
    SELECT 1 FROM identity AS i WHERE i.person = :person AND i.platform = let_in.platform
    AND i.workspace = let_in.workspace AND i.user_id = let_in.user_id
)

-- name: forget_slots_like
-- What stands on a platform under names of that pattern is changed there no more.
DELETE FROM slot WHERE platform = :platform AND name LIKE :pattern

-- name: forget_direct_slots
-- What stands in the direct conversations of somebody who has left is changed there no more; in the browser they read
-- nothing.
DELETE FROM slot WHERE platform <> 'web' AND (name LIKE :own OR name LIKE :shared)
