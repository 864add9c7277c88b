-- name: keep_form_draft
-- Keep a form that somebody is in the middle of, as it is by now (machine time); another one's stays as it is.
INSERT INTO form_draft (id, holder, body, put_at) VALUES (:id, :holder, :body, :put_at)
ON CONFLICT (id) DO UPDATE SET body = excluded.body, put_at = excluded.put_at
WHERE form_draft.holder = excluded.holder

-- name: form_draft
-- A form that they are in the middle of.
SELECT body FROM form_draft WHERE id = :id AND holder = :holder

-- name: old_form_draft
-- Whether any was last kept before then (machine time).
SELECT id FROM form_draft WHERE put_at < :before LIMIT 1

-- name: forget_form_drafts
-- Those go that were last kept before then (machine time).
DELETE FROM form_draft WHERE put_at < :before

-- name: drop_form_drafts_of
-- A person's are gone at once.
DELETE FROM form_draft WHERE holder = :holder

-- name: drop_form_drafts_with
-- Whoever's holds these words is begun anew.
DELETE FROM form_draft WHERE instr(body, :needle) > 0

-- name: drop_form_drafts_with [postgres]
-- The same in PostgreSQL's words for substrings.
DELETE FROM form_draft WHERE strpos(body, :needle) > 0
