-- name: all_clients
-- Every client.
SELECT key, name, zone, settings FROM client ORDER BY key

-- name: all_people
-- Everybody the desk knows, those who left included.
SELECT id, name, role, zone, client, active, work, home FROM person ORDER BY id

-- name: all_calendars
-- Every version of every calendar: old clocks are judged by old hours.
SELECT body FROM calendar ORDER BY name, version

-- name: all_policies
-- Every version of every policy; those of a client's newest version are in force together.
SELECT client, body FROM policy ORDER BY client, version, id

-- name: put_client
-- Set a client.
INSERT INTO client (key, name, zone, settings) VALUES (:key, :name, :zone, :settings)
ON CONFLICT (key) DO UPDATE SET
    name = excluded.name, zone = excluded.zone, settings = excluded.settings

-- name: team_settings
-- The team's settings; none where they were never changed.
SELECT settings FROM team WHERE id = 1

-- name: put_team
-- Set the team's settings.
INSERT INTO team (id, settings) VALUES (1, :settings) ON CONFLICT (id) DO UPDATE SET settings = excluded.settings

-- name: all_catalogue
-- Kinds of request and saved replies.
SELECT kind, key, body FROM catalogue ORDER BY kind, key

-- name: put_catalogue
-- Set an entry of the catalogue.
INSERT INTO catalogue (kind, key, body) VALUES (:kind, :key, :body)
ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body

-- name: drop_catalogue
-- Take an entry of the catalogue away.
DELETE FROM catalogue WHERE kind = :kind AND key = :key

-- name: put_person
-- Set a person.
INSERT INTO person (id, name, role, zone, client, active, work, home)
VALUES (:id, :name, :role, :zone, :client, :active, :work, :home)
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, role = excluded.role, zone = excluded.zone, client = excluded.client, active = excluded.active,
    work = excluded.work, home = excluded.home

-- name: put_identity
-- Say which person a platform's user is.
INSERT INTO identity (platform, workspace, user_id, person) VALUES (:platform, :workspace, :user_id, :person)
ON CONFLICT (platform, workspace, user_id) DO UPDATE SET person = excluded.person

-- name: identify
-- The person behind a platform's user.
SELECT person FROM identity WHERE platform = :platform AND workspace = :workspace AND user_id = :user_id

-- name: put_calendar
-- Set one version of a calendar.
INSERT INTO calendar (name, version, body) VALUES (:name, :version, :body)
ON CONFLICT (name, version) DO UPDATE SET body = excluded.body

-- name: put_policy
-- Set one version of a client's policy.
INSERT INTO policy (client, name, version, body) VALUES (:client, :name, :version, :body)
ON CONFLICT (client, name, version) DO UPDATE SET body = excluded.body

-- name: add_setting_change
-- Remember what somebody changed in the directory.
INSERT INTO setting_change (at, actor, path, before, after) VALUES (:at, :actor, :path, :before, :after)

-- name: setting_changes
-- What was changed in the directory, the newest first: of one path and what is below it.
SELECT at, actor, path, before, after FROM setting_change
WHERE path = :path OR SUBSTR(path, 1, LENGTH(CAST(:below AS TEXT))) = CAST(:below AS TEXT)
ORDER BY id DESC LIMIT :limit

-- name: all_identities
-- Every platform's user the desk knows.
SELECT platform, workspace, user_id, person FROM identity ORDER BY person, platform, workspace, user_id

-- name: bindings
-- Where some conversations are (a JSON list).
SELECT conversation, platform, workspace, channel, thread FROM binding
WHERE conversation IN (SELECT value FROM json_each(:conversations))

-- name: bindings [postgres]
-- The same in PostgreSQL's words for JSON.
SELECT conversation, platform, workspace, channel, thread FROM binding
WHERE conversation IN (SELECT json_array_elements_text(CAST(CAST(:conversations AS TEXT) AS JSON)))

-- name: standing_bindings
-- Where the conversations are that are no request's.
SELECT conversation, platform, workspace, channel, thread FROM binding
WHERE SUBSTR(conversation, 1, 8) <> 'request:' ORDER BY conversation
