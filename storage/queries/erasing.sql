-- name: add_erasure
-- An erasure has begun; whom it is of stands there only until it is done.
INSERT INTO erasure (at, actor, why, alias, subject, changed, done_at)
VALUES (:at, :actor, :why, :alias, :subject, 0, NULL)
RETURNING id

-- name: finish_erasure
-- An erasure is done: from now on nothing says of whom it was.
UPDATE erasure SET subject = '', changed = :changed, done_at = :done_at WHERE id = :id

-- name: erasures
-- All erasures, the newest first.
SELECT id, at, actor, why, alias, subject, changed, done_at FROM erasure ORDER BY id DESC

-- name: drop_identities
-- Nobody comes in as that person any more.
DELETE FROM identity WHERE person = :person

-- name: drop_person
-- The person's row goes; an alias has taken its place.
DELETE FROM person WHERE id = :person

-- name: person_places
-- Where the direct conversations with that person are.
SELECT platform, workspace, channel FROM binding WHERE conversation = :conversation

-- name: drop_sources_in
-- What was heard in a direct conversation.
DELETE FROM source WHERE platform = :platform AND workspace = :workspace AND channel = :channel

-- name: drop_slots_in
-- What the desk shows in a direct conversation.
DELETE FROM slot WHERE platform = :platform AND workspace = :workspace AND channel = :channel

-- name: drop_bindings_in
-- A direct conversation, and the private threads in it, are nowhere any more.
DELETE FROM binding WHERE platform = :platform AND workspace = :workspace AND channel = :channel

-- name: drop_slots_of
-- Slots that are named after the person.
DELETE FROM slot WHERE substr(name, length(name) - length(CAST(:tail AS TEXT)) + 1) = CAST(:tail AS TEXT)

-- name: drop_outbox_of
-- What was or would be sent to the person alone.
DELETE FROM outbox WHERE conversation = :conversation

-- name: drop_file_uses_of
-- The person's files are shown nowhere.
DELETE FROM file_use WHERE conversation = :conversation OR file IN (SELECT id FROM file WHERE author = :person)

-- name: drop_files_of
-- The person's files.
DELETE FROM file WHERE author = :person

-- name: drop_file_use
-- A file is shown nowhere.
DELETE FROM file_use WHERE file = :id

-- name: drop_file
-- A file.
DELETE FROM file WHERE id = :id

-- name: rename_inbox
-- The events that were the person's are the alias's; what was answered is gone.
UPDATE inbox SET event_id = CAST(:alias AS TEXT) || substr(event_id, length(CAST(:person AS TEXT)) + 1), result = ''
WHERE substr(event_id, 1, length(CAST(:person AS TEXT)) + 1) = CAST(:person AS TEXT) || '/'

-- name: blank_inbox
-- Answers that hold these words are forgotten.
UPDATE inbox SET result = '' WHERE instr(result, :needle) > 0

-- name: blank_inbox [postgres]
-- The same in PostgreSQL's words for substrings.
UPDATE inbox SET result = '' WHERE strpos(result, :needle) > 0

-- name: ws_rename_reactions
-- The person's reactions are the alias's.
UPDATE ws_reaction SET person = :alias WHERE person = :person

-- name: ws_drop_marks
-- What the person has read.
DELETE FROM ws_read WHERE person = :person OR channel = :channel

-- name: ws_drop_thread_marks
-- What the person has read in threads.
DELETE FROM ws_thread_read WHERE person = :person
    OR thread IN (SELECT id FROM ws_message WHERE channel = :channel)

-- name: ws_drop_mentions_of
-- Where the person is named.
DELETE FROM ws_mention WHERE person = :person OR message IN (SELECT id FROM ws_message WHERE channel = :channel)

-- name: ws_drop_reactions_in
-- Reactions in the person's own channel.
DELETE FROM ws_reaction WHERE message IN (SELECT id FROM ws_message WHERE channel = :channel)

-- name: ws_drop_messages_in
-- What stands in the person's own channel.
DELETE FROM ws_message WHERE channel = :channel

-- name: ws_drop_channel
-- The person's own channel.
DELETE FROM ws_channel WHERE id = :channel

-- name: outbox_page
-- Some messages of the outbox that still have words.
SELECT id, state, op, slot, conversation, title, body, reason FROM outbox WHERE id > :after ORDER BY id LIMIT :limit

-- name: reword_outbox
-- A message of the outbox as it reads from now on.
UPDATE outbox SET title = :title, body = :body, reason = :reason WHERE id = :id

-- name: stands_in_chat
-- Whether that message is what stands in its slot, or will, in a chat which keeps its own copy.
SELECT 1 AS there FROM slot WHERE name = :slot AND platform <> 'web' AND NOT EXISTS (
    SELECT 1 FROM outbox WHERE slot = :slot AND id > :id AND state IN ('ready', 'sending', 'ambiguous', 'sent')
)

-- name: blank_outbox_of
-- What was said in a conversation is no longer kept in the outbox.
UPDATE outbox SET body = NULL, title = '' WHERE conversation = :conversation AND state IN ('sent', 'dead', 'suppressed')

-- name: source_page
-- Some heard messages.
SELECT id, author, text, files, deleted FROM source WHERE id > :after ORDER BY id LIMIT :limit

-- name: reword_source
-- A heard message as it is kept from now on.
UPDATE source SET author = :author, text = :text, files = :files, deleted = :deleted WHERE id = :id

-- name: blank_sources_of
-- The words of a request's messages.
UPDATE source SET text = '', files = '[]', deleted = TRUE WHERE request = :request

-- name: ws_page
-- Some messages of the workspace.
SELECT id, author, text, body, words, files, deleted FROM ws_message WHERE id > :after ORDER BY id LIMIT :limit

-- name: ws_reword
-- A message of the workspace as it reads from now on.
-- What is gone is no news to the desk.
UPDATE ws_message SET
    author = :author, text = :text, body = :body, words = :words, files = :files, deleted = :deleted,
    heard = heard OR :deleted
WHERE id = :id

-- name: ws_in_thread
-- The messages of a thread, its root left out.
SELECT id FROM ws_message WHERE channel = :channel AND thread = :thread AND NOT deleted

-- name: ws_blank
-- A message that is gone, which is no news to the desk.
UPDATE ws_message SET text = '', body = NULL, words = NULL, files = NULL, deleted = TRUE, heard = TRUE WHERE id = :id

-- name: all_reviews
-- Every review.
SELECT client, number, body FROM review ORDER BY client, number

-- name: reword_review
-- A review as it reads from now on; whoever read it before must read it again.
UPDATE review SET body = :body, version = version + 1 WHERE client = :client AND number = :number

-- name: setting_change_page
-- Some records of changed settings.
SELECT id, actor, path, before, after FROM setting_change WHERE id > :after ORDER BY id LIMIT :limit

-- name: reword_setting_change
-- A record of a changed setting as it is kept from now on.
UPDATE setting_change SET actor = :actor, path = :path, before = :before, after = :after WHERE id = :id

-- name: reword_entry
-- One line of a history as it reads from now on.
UPDATE history SET actor = :actor, body = :body WHERE request = :request AND seq = :seq

-- name: request_numbers
-- Some requests' numbers.
SELECT number FROM request WHERE number > :after ORDER BY number LIMIT :limit

-- name: ended_numbers
-- A client's requests that ended before an instant (desk time) and still have their words.
SELECT r.number FROM request AS r
WHERE r.client = :client AND r.number > :after AND r.status IN ('closed', 'cancelled') AND r.updated_at < :before
    AND NOT EXISTS (
        SELECT 1 FROM history AS h WHERE h.request = r.number AND h.kind = 'words_erased' AND h.body LIKE '%"age"%'
            AND h.seq = r.version
    )
ORDER BY r.number LIMIT :limit

-- name: merge_words_index
-- SQLite's index keeps words that are gone until its parts are merged.
INSERT INTO request_fts (request_fts) VALUES ('optimize')

-- name: merge_words_index [postgres]
-- PostgreSQL's index follows its table.
SELECT 1 AS done

-- name: slots_of_request
-- What is shown of a request, or will be once the outbox has been sent: slots whose names begin with its own.
SELECT name FROM slot WHERE substr(name, 1, length(CAST(:head AS TEXT))) = CAST(:head AS TEXT)
UNION
SELECT slot AS name FROM outbox
WHERE substr(slot, 1, length(CAST(:head AS TEXT))) = CAST(:head AS TEXT) AND state IN ('ready', 'sending', 'ambiguous')

-- name: extent_of_person
-- How much a person raised, wrote and sent.
SELECT
    (SELECT count(*) FROM request WHERE requester = :person) AS requests,
    (SELECT count(*) FROM history WHERE actor = :person
        AND kind IN ('client_wrote', 'replied', 'note_added', 'asked_client')) AS messages,
    (SELECT count(*) FROM file WHERE author = :person) AS files

-- name: accounts_of
-- Who a person is on platforms.
SELECT platform, user_id FROM identity WHERE person = :person

-- name: deliveries_with
-- What a platform delivered, nobody carried out yet, and names somebody in any way.
SELECT event_id, payload FROM delivery WHERE platform = :platform AND payload LIKE :needle

-- name: drop_delivery
-- It is not carried out.
DELETE FROM delivery WHERE platform = :platform AND event_id = :event_id

-- name: all_deliveries
-- All that waits to be carried out.
SELECT platform, event_id, payload FROM delivery ORDER BY platform, event_id

-- name: reword_delivery
-- It is carried out without some words.
UPDATE delivery SET payload = :payload WHERE platform = :platform AND event_id = :event_id
