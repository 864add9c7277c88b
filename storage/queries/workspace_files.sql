-- name: ws_add_file
-- Keep a file; it belongs to no message yet.
INSERT INTO ws_file (message, channel, person, name, media_type, size, added_at, body)
VALUES (NULL, :channel, :person, :name, :media_type, :size, :added_at, :body)
RETURNING id

-- name: ws_attach
-- A person's own file, put into that channel, becomes part of a message; of no second one.
UPDATE ws_file SET message = :message
WHERE id = :id AND person = :person AND channel = :channel AND message IS NULL

-- name: ws_copy_file
-- The same file in another message, maybe of another channel.
INSERT INTO ws_file (message, channel, person, name, media_type, size, added_at, body)
SELECT CAST(:message AS BIGINT), CAST(:channel AS TEXT), person, name, media_type, size, added_at, body
FROM ws_file WHERE id = :id

-- name: ws_files
-- The files of some messages (a JSON list of ids), without what is in them.
SELECT id, message, channel, person, name, media_type, size FROM ws_file
WHERE message IN (SELECT value FROM json_each(:messages))
ORDER BY id

-- name: ws_files [postgres]
-- The same in PostgreSQL's words for JSON.
SELECT id, message, channel, person, name, media_type, size FROM ws_file
WHERE message IN (SELECT CAST(json_array_elements_text(CAST(CAST(:messages AS TEXT) AS JSON)) AS BIGINT))
ORDER BY id

-- name: ws_file
-- One file, without what is in it.
SELECT id, message, channel, person, name, media_type, size FROM ws_file WHERE id = :id

-- name: ws_file_body
-- What is in a file.
SELECT body FROM ws_file WHERE id = :id

-- name: ws_drop_files
-- A message's files go.
DELETE FROM ws_file WHERE message = :message

-- name: ws_drop_pending
-- A person's own file that belongs to no message goes.
DELETE FROM ws_file WHERE id = :id AND person = :person AND message IS NULL

-- name: ws_pending
-- How many files of a person wait for their message, and how much they hold.
SELECT count(*) AS files, COALESCE(sum(size), 0) AS bytes FROM ws_file WHERE person = :person AND message IS NULL

-- name: ws_forget_files
-- Files that never became part of a message go.
DELETE FROM ws_file WHERE message IS NULL AND added_at < :before
