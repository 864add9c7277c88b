-- name: ws_channels
-- All channels of the workspace.
SELECT id, name, kind, topic, client, person FROM ws_channel

-- name: ws_channel
-- One channel.
SELECT id, name, kind, topic, client, person FROM ws_channel WHERE id = :id

-- name: ws_put_channel
-- Make or change a channel.
INSERT INTO ws_channel (id, name, kind, topic, client, person) VALUES (:id, :name, :kind, :topic, :client, :person)
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, kind = excluded.kind, topic = excluded.topic, client = excluded.client, person = excluded.person

-- name: ws_top_level
-- The latest messages of a channel's top level, newest first, with how their threads stand.
SELECT
    m.id, m.channel, m.thread, m.author, m.text, m.body, m.at, m.edited_at, m.deleted, m.files,
    (SELECT count(*) FROM ws_message AS r WHERE r.thread = m.id AND NOT r.deleted) AS replies,
    (SELECT max(r.at) FROM ws_message AS r WHERE r.thread = m.id AND NOT r.deleted) AS last_reply_at
FROM ws_message AS m
WHERE m.channel = :channel AND m.thread IS NULL AND m.id < :before
ORDER BY m.id DESC LIMIT :limit

-- name: ws_replies
-- The latest replies of a thread, newest first; a reply has no thread of its own.
SELECT
    m.id, m.channel, m.thread, m.author, m.text, m.body, m.at, m.edited_at, m.deleted, m.files,
    0 AS replies, CAST(NULL AS BIGINT) AS last_reply_at
FROM ws_message AS m
WHERE m.channel = :channel AND m.thread = :thread AND m.id < :before
ORDER BY m.id DESC LIMIT :limit

-- name: ws_message
-- One message, with how its thread stands.
SELECT
    m.id, m.channel, m.thread, m.author, m.text, m.body, m.at, m.edited_at, m.deleted, m.files,
    (SELECT count(*) FROM ws_message AS r WHERE r.thread = m.id AND NOT r.deleted) AS replies,
    (SELECT max(r.at) FROM ws_message AS r WHERE r.thread = m.id AND NOT r.deleted) AS last_reply_at
FROM ws_message AS m
WHERE m.id = :id

-- name: ws_by_key
-- The message that was added with a key.
SELECT id FROM ws_message WHERE key = :key

-- name: ws_add
-- Add a message; no row comes back where its key is there already.
INSERT INTO ws_message (channel, thread, author, text, body, at, deleted, heard, key, words, files)
VALUES (:channel, :thread, :author, :text, :body, :at, FALSE, :heard, :key, :words, :files)
ON CONFLICT (key) DO NOTHING
RETURNING id

-- name: ws_edit
-- Replace what a message says; a deleted one stays deleted.
UPDATE ws_message SET text = :text, body = :body, words = :words, edited_at = :at, heard = author IS NULL
WHERE id = :id AND NOT deleted
RETURNING id

-- name: ws_delete
-- Blank a message.
UPDATE ws_message SET text = '', body = NULL, words = NULL, files = NULL, deleted = TRUE, heard = author IS NULL
WHERE id = :id

-- name: ws_drop_reactions
-- Take all reactions of a message away.
DELETE FROM ws_reaction WHERE message = :message

-- name: ws_reactions
-- The reactions of some messages (a JSON list of ids), in the order in which they were put.
SELECT message, emoji, person FROM ws_reaction
WHERE message IN (SELECT value FROM json_each(:messages))
ORDER BY id

-- name: ws_reactions [postgres]
-- The same in PostgreSQL's words for JSON.
SELECT message, emoji, person FROM ws_reaction
WHERE message IN (SELECT CAST(json_array_elements_text(CAST(CAST(:messages AS TEXT) AS JSON)) AS BIGINT))
ORDER BY id

-- name: ws_unreact
-- Take an emoji away; no row comes back where it was not there.
DELETE FROM ws_reaction WHERE message = :message AND person = :person AND emoji = :emoji RETURNING id

-- name: ws_react
-- Put an emoji on a message that stands.
INSERT INTO ws_reaction (message, person, emoji)
SELECT m.id, CAST(:person AS TEXT), CAST(:emoji AS TEXT) FROM ws_message AS m WHERE m.id = :message AND NOT m.deleted
ON CONFLICT (message, person, emoji) DO NOTHING
RETURNING id

-- name: ws_unheard
-- People's messages that the desk has not been told of, or not of how they were changed since; oldest first.
SELECT
    m.id, m.channel, m.thread, m.author, m.text, m.body, m.at, m.edited_at, m.deleted, m.files,
    0 AS replies, CAST(NULL AS BIGINT) AS last_reply_at
FROM ws_message AS m
WHERE NOT m.heard
ORDER BY m.id LIMIT :limit

-- name: ws_heard
-- The desk has been told of it.
UPDATE ws_message SET heard = TRUE WHERE id = :id

-- name: ws_files
-- The files of a message.
SELECT files FROM ws_message WHERE id = :id
