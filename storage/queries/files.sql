-- name: put_file
-- Keep a file and its bytes.
INSERT INTO file (id, name, media_type, size, sha256, author, put_at, body)
VALUES (:id, :name, :media_type, :size, :digest, :author, :put_at, :body)

-- name: file
-- A file without its bytes.
SELECT id, name, media_type, size, sha256, author FROM file WHERE id = :id

-- name: file_body
-- What is in a file.
SELECT body FROM file WHERE id = :id

-- name: file_uses
-- The conversations in which a file is shown.
SELECT conversation FROM file_use WHERE file = :file

-- name: show_file
-- A file is shown in a conversation; an unknown one is not.
INSERT INTO file_use (file, conversation) SELECT id, :conversation FROM file WHERE id = :file
ON CONFLICT (file, conversation) DO NOTHING

-- name: hide_file
-- A file is no longer shown in a conversation.
DELETE FROM file_use WHERE file = :file AND conversation = :conversation

-- name: forget_files
-- Forget files that were put before an instant (machine time) and never shown.
DELETE FROM file WHERE put_at < :before AND NOT EXISTS (SELECT 1 FROM file_use WHERE file_use.file = file.id)
RETURNING id
