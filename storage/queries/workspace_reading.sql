-- name: ws_mark_read
-- Move a person's mark of a channel's top level forward; never back.
INSERT INTO ws_read (person, channel, up_to) VALUES (:person, :channel, :up_to)
ON CONFLICT (person, channel) DO UPDATE SET up_to = excluded.up_to WHERE ws_read.up_to < excluded.up_to

-- name: ws_mark_thread_read
-- Move a person's mark of a thread forward; never back.
INSERT INTO ws_thread_read (person, thread, up_to) VALUES (:person, :thread, :up_to)
ON CONFLICT (person, thread) DO UPDATE SET up_to = excluded.up_to WHERE ws_thread_read.up_to < excluded.up_to

-- name: ws_mark_all_threads_read
-- Move a person's marks of all threads of a channel forward.
INSERT INTO ws_thread_read (person, thread, up_to)
SELECT CAST(:person AS TEXT), m.thread, max(m.id) FROM ws_message AS m
WHERE m.channel = :channel AND m.thread IS NOT NULL AND m.id <= :up_to
GROUP BY m.thread
ON CONFLICT (person, thread) DO UPDATE SET up_to = excluded.up_to WHERE ws_thread_read.up_to < excluded.up_to

-- name: ws_unread
-- What others, the desk included, said after a person's marks: by channel (thread 0) and by thread. Of threads only
-- the newest messages of all count, so that asking costs the same however old the desk is.
SELECT
    m.channel, 0 AS thread, count(*) AS unread, count(x.person) AS mentions, min(m.id) AS first, max(m.id) AS last
FROM ws_channel AS c
LEFT JOIN ws_read AS r ON r.channel = c.id AND r.person = :person
JOIN ws_message AS m ON m.channel = c.id AND m.thread IS NULL AND m.id > COALESCE(r.up_to, 0)
LEFT JOIN ws_mention AS x ON x.message = m.id AND x.person = :person
WHERE NOT m.deleted AND (m.author IS NULL OR m.author <> :person)
GROUP BY m.channel
UNION ALL
SELECT
    m.channel, m.thread, count(*) AS unread, count(x.person) AS mentions, min(m.id) AS first, max(m.id) AS last
FROM ws_message AS m
LEFT JOIN ws_thread_read AS r ON r.thread = m.thread AND r.person = :person
LEFT JOIN ws_mention AS x ON x.message = m.id AND x.person = :person
WHERE m.id > (SELECT COALESCE(max(n.id), 0) FROM ws_message AS n) - :window
    AND m.thread IS NOT NULL AND m.id > COALESCE(r.up_to, 0)
    AND NOT m.deleted AND (m.author IS NULL OR m.author <> :person)
GROUP BY m.channel, m.thread
ORDER BY last DESC

-- name: ws_mention
-- A message names a person.
INSERT INTO ws_mention (message, person) VALUES (:message, :person) ON CONFLICT (message, person) DO NOTHING

-- name: ws_drop_mentions
-- A message names nobody any more.
DELETE FROM ws_mention WHERE message = :message

-- name: ws_search
-- The newest messages of some channels (a JSON list) that hold every word (another one), as substrings like requests'.
SELECT
    m.id, m.channel, m.thread, m.author, m.text, m.body, m.at, m.edited_at, m.deleted, m.files,
    0 AS replies, CAST(NULL AS BIGINT) AS last_reply_at
FROM ws_message AS m
WHERE m.id < :before AND NOT m.deleted AND m.words IS NOT NULL
    AND m.channel IN (SELECT value FROM json_each(:channels))
    AND NOT EXISTS (SELECT 1 FROM json_each(:words) AS word WHERE instr(m.words, word.value) = 0)
ORDER BY m.id DESC LIMIT :limit

-- name: ws_search [postgres]
-- The same in PostgreSQL's words for JSON and substrings.
SELECT
    m.id, m.channel, m.thread, m.author, m.text, m.body, m.at, m.edited_at, m.deleted, m.files,
    0 AS replies, CAST(NULL AS BIGINT) AS last_reply_at
FROM ws_message AS m
WHERE m.id < :before AND NOT m.deleted AND m.words IS NOT NULL
    AND m.channel IN (SELECT json_array_elements_text(CAST(CAST(:channels AS TEXT) AS JSON)))
    AND NOT EXISTS (
        SELECT 1 FROM json_array_elements_text(CAST(CAST(:words AS TEXT) AS JSON)) AS word (value)
        WHERE strpos(m.words, word.value) = 0
    )
ORDER BY m.id DESC LIMIT :limit

-- name: ws_some
-- Some messages by their ids (a JSON list).
SELECT
    m.id, m.channel, m.thread, m.author, m.text, m.body, m.at, m.edited_at, m.deleted, m.files,
    0 AS replies, CAST(NULL AS BIGINT) AS last_reply_at
FROM ws_message AS m
WHERE m.id IN (SELECT value FROM json_each(:messages))

-- name: ws_some [postgres]
-- The same in PostgreSQL's words for JSON.
SELECT
    m.id, m.channel, m.thread, m.author, m.text, m.body, m.at, m.edited_at, m.deleted, m.files,
    0 AS replies, CAST(NULL AS BIGINT) AS last_reply_at
FROM ws_message AS m
WHERE m.id IN (SELECT CAST(json_array_elements_text(CAST(CAST(:messages AS TEXT) AS JSON)) AS BIGINT))

-- name: ws_last_own
-- The person's latest message at a channel's top level (thread 0) or in a thread.
SELECT id FROM ws_message
WHERE channel = :channel AND COALESCE(thread, 0) = :thread AND author = :person AND NOT deleted
ORDER BY id DESC LIMIT 1
