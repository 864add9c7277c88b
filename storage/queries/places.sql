-- name: keep_source
-- Keep a heard message; one that is there already only learns its request. It answers no row where it is another one's,
-- or where its words have changed meanwhile.
INSERT INTO source (
    platform, workspace, channel, thread, message, author, at, text, head, request, files, revision, edited_at, deleted,
    slip
) VALUES (
    :platform, :workspace, :channel, :thread, :message, :author, :at, :text, :head, :request, :files, :revision,
    :edited_at, :deleted, :slip
)
ON CONFLICT (platform, workspace, channel, message) DO UPDATE SET
    request = COALESCE(excluded.request, source.request)
WHERE (source.request IS NULL OR excluded.request IS NULL OR source.request = excluded.request)
    AND source.revision = excluded.revision
RETURNING id

-- name: revise_source
-- A heard message as it is now; no row comes back where it has changed otherwise, or belongs to another request.
UPDATE source SET
    text = :text, files = :files, revision = :revision, edited_at = :edited_at, deleted = :deleted, slip = :slip
WHERE platform = :platform AND workspace = :workspace AND channel = :channel AND message = :message
    AND revision = :revision - 1 AND COALESCE(request, 0) = :request
RETURNING id

-- name: hold_turn
-- SQLite's BEGIN IMMEDIATE holds everything already.
SELECT :key AS held

-- name: hold_turn [postgres]
-- Held until the transaction ends, by this desk; a hash that two keys share makes one wait for the other, no more.
SELECT pg_advisory_xact_lock(hashtextextended(concat(current_schema(), ' ', CAST(:key AS TEXT)), 0)) IS NULL AS held

-- name: source_at
-- The message heard there.
SELECT
    platform, workspace, channel, thread, message, author, at, text, head, request, files, revision, edited_at, deleted,
    slip
FROM source
WHERE platform = :platform AND workspace = :workspace AND channel = :channel AND message = :message

-- name: last_source
-- The author's latest message at that very place.
SELECT
    platform, workspace, channel, thread, message, author, at, text, head, request, files, revision, edited_at, deleted,
    slip
FROM source
WHERE platform = :platform AND workspace = :workspace AND channel = :channel AND thread = :thread AND author = :author
ORDER BY at DESC, id DESC LIMIT 1

-- name: sources_in
-- All messages heard at that very place, the oldest first.
SELECT
    platform, workspace, channel, thread, message, author, at, text, head, request, files, revision, edited_at, deleted,
    slip
FROM source
WHERE platform = :platform AND workspace = :workspace AND channel = :channel AND thread = :thread
ORDER BY at, id

-- name: sources_since
-- The messages heard at that very place that were written from then on, the oldest first.
SELECT
    platform, workspace, channel, thread, message, author, at, text, head, request, files, revision, edited_at, deleted,
    slip
FROM source
WHERE platform = :platform AND workspace = :workspace AND channel = :channel AND thread = :thread AND at >= :since
ORDER BY at, id

-- name: burst
-- All lines that share a head in that channel, in order.
SELECT
    platform, workspace, channel, thread, message, author, at, text, head, request, files, revision, edited_at, deleted,
    slip
FROM source
WHERE platform = :platform AND workspace = :workspace AND channel = :channel AND head = :head
ORDER BY at, id

-- name: bind
-- Say where a logical conversation is.
INSERT INTO binding (conversation, platform, workspace, channel, thread)
VALUES (:conversation, :platform, :workspace, :channel, :thread)
ON CONFLICT (conversation) DO UPDATE SET
    platform = excluded.platform, workspace = excluded.workspace, channel = excluded.channel, thread = excluded.thread

-- name: leave_direct
-- A place becomes one person's direct conversation: whoever had theirs there has none any more.
DELETE FROM binding
WHERE platform = :platform AND workspace = :workspace AND channel = :channel AND thread = :thread
AND SUBSTR(conversation, 1, 3) = 'dm:' AND conversation <> :conversation

-- name: unbind
-- A conversation is nowhere.
DELETE FROM binding WHERE conversation = :conversation

-- name: unbind_at
-- A conversation is nowhere, where it was there; says whether it was.
DELETE FROM binding
WHERE conversation = :conversation
    AND platform = :platform AND workspace = :workspace AND channel = :channel AND thread = :thread
RETURNING conversation

-- name: empty_place
-- Nothing of the desk's stands there any more; what is put next is posted.
DELETE FROM slot WHERE platform = :platform AND workspace = :workspace AND channel = :channel AND thread = :thread

-- name: drop_deletions_at
-- What was to be taken away there is gone.
UPDATE outbox SET state = 'suppressed', reason = 'its thread was deleted'
WHERE op = 'delete' AND state = 'ready' AND slot IN (
    SELECT name FROM slot
    WHERE platform = :platform AND workspace = :workspace AND channel = :channel AND thread = :thread
)

-- name: conversations_at
-- All logical conversations that a place is.
SELECT conversation FROM binding
WHERE platform = :platform AND workspace = :workspace AND channel = :channel AND thread = :thread
ORDER BY conversation

-- name: spoken_in
-- Whether a message of the desk's stands there, or one was heard there.
SELECT (
    EXISTS (
        SELECT 1 FROM slot
        WHERE platform = :platform AND workspace = :workspace AND channel = :channel AND thread = :thread
    ) OR EXISTS (
        SELECT 1 FROM source
        WHERE platform = :platform AND workspace = :workspace AND channel = :channel AND thread = :thread
    )
) AS spoken

-- name: binding
-- Where a logical conversation is.
SELECT platform, workspace, channel, thread FROM binding WHERE conversation = :conversation

-- name: places_of
-- Where clients write, and where requests are spoken of that have not ended, or not long ago.
SELECT DISTINCT platform, workspace, channel, thread FROM binding AS b
WHERE platform = :platform AND workspace = :workspace AND (
    substr(conversation, 1, 7) = 'client:'
    OR conversation IN (
        SELECT 'request:' || number || side.name FROM request, (
            SELECT ':client' AS name UNION ALL SELECT ':team' UNION ALL SELECT ':private'
        ) AS side
        WHERE status NOT IN ('closed', 'cancelled') OR updated_at >= :after
    )
)
ORDER BY platform, workspace, channel, thread

-- name: conversation_at
-- Which logical conversation a place is; of two requests in one thread, the later one.
SELECT conversation FROM binding
WHERE platform = :platform AND workspace = :workspace AND channel = :channel AND thread = :thread
ORDER BY LENGTH(conversation) DESC, conversation DESC LIMIT 1

-- name: place_slot
-- Say which message shows a slot.
INSERT INTO slot (name, platform, workspace, channel, thread, message)
VALUES (:name, :platform, :workspace, :channel, :thread, :message)
ON CONFLICT (name) DO UPDATE SET
    platform = excluded.platform, workspace = excluded.workspace, channel = excluded.channel,
    thread = excluded.thread, message = excluded.message

-- name: clear_slot
-- Nothing shows the slot any more; a later put posts again.
DELETE FROM slot WHERE name = :name

-- name: slot
-- The message that shows a slot.
SELECT platform, workspace, channel, thread, message FROM slot WHERE name = :name

-- name: slot_at
-- The slot that a message shows; its thread is not compared, since platforms differ on what a thread's root stands in.
SELECT name FROM slot
WHERE platform = :platform AND workspace = :workspace AND channel = :channel AND message = :message
ORDER BY name LIMIT 1

-- name: placed
-- Which of some slots (a JSON list) show a message, or will once what is in the outbox has arrived.
SELECT name FROM slot WHERE name IN (SELECT value FROM json_each(:slots))
UNION
SELECT slot FROM outbox
WHERE slot IN (SELECT value FROM json_each(:slots)) AND state IN ('ready', 'sending', 'ambiguous')

-- name: placed [postgres]
-- The same in PostgreSQL's words for JSON.
SELECT name FROM slot WHERE name IN (SELECT json_array_elements_text(CAST(CAST(:slots AS TEXT) AS JSON)))
UNION
SELECT slot FROM outbox
WHERE slot IN (SELECT json_array_elements_text(CAST(CAST(:slots AS TEXT) AS JSON)))
    AND state IN ('ready', 'sending', 'ambiguous')

-- name: slots_in
-- The slots whose message stands in a conversation, or will once what is in the outbox has arrived.
SELECT slot.name FROM slot JOIN binding AS b
    ON slot.platform = b.platform AND slot.workspace = b.workspace AND slot.channel = b.channel
    AND slot.thread = b.thread
WHERE b.conversation = :conversation
UNION
SELECT slot AS name FROM outbox
WHERE conversation = :conversation AND slot IS NOT NULL AND op = 'put' AND state IN ('ready', 'sending', 'ambiguous')
ORDER BY name
