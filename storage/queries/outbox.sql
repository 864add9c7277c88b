-- name: has_draft
-- Whether a message with that key was written before.
SELECT id FROM outbox WHERE key = :key

-- name: known_drafts
-- Those of some names (JSON lists) that are a message's key, a slot in which one waits to be put or is told among others,
-- or one in which one stands that is to be posted again.
SELECT key AS name FROM outbox WHERE key IN (SELECT value FROM json_each(:names))
UNION
SELECT slot FROM outbox WHERE slot IN (SELECT value FROM json_each(:names)) AND state IN ('ready', 'held')
UNION
SELECT name FROM slot WHERE name IN (SELECT value FROM json_each(:again))

-- name: known_drafts [postgres]
-- The same in PostgreSQL's words for JSON.
WITH asked (name) AS (SELECT json_array_elements_text(CAST(CAST(:names AS TEXT) AS JSON)))
SELECT key AS name FROM outbox WHERE key IN (SELECT name FROM asked)
UNION
SELECT slot FROM outbox WHERE slot IN (SELECT name FROM asked) AND state IN ('ready', 'held')
UNION
SELECT name FROM slot WHERE name IN (SELECT json_array_elements_text(CAST(CAST(:again AS TEXT) AS JSON)))

-- name: replace_pending_put
-- A put that has not left yet shows the newest instead and keeps its place, or the better of both.
-- Not where the slot is to be deleted after it: then the newest must come after the deletion.
UPDATE outbox SET
    key = :key, body = :body,
    urgency = CASE WHEN urgency < :urgency THEN urgency ELSE :urgency END,
    not_before = CASE WHEN not_before < :not_before THEN not_before ELSE :not_before END
WHERE slot = :slot AND op = 'put' AND state = 'ready'
    AND conversation || '' = :conversation -- by its slot there are few; by its conversation there may be thousands
    AND NOT EXISTS (
        SELECT 1 FROM outbox AS gone
        WHERE gone.slot = :slot AND gone.op = 'delete' AND gone.id > outbox.id
            AND gone.state IN ('ready', 'sending', 'ambiguous')
    )
RETURNING id

-- name: add_draft
-- Write a message to be sent; one with the same key is there already and stays. What may go at once is due at 0, so that
-- one index has all that wait in their order.
INSERT INTO outbox (
    key, op, conversation, slot, opens, title, body, urgency, not_before, state, batch, relived, unclear_since,
    attempts, reason
) VALUES (
    :key, :op, :conversation, :slot, :opens, :title, :body, :urgency, :not_before, :state, :batch, :relived,
    CASE WHEN :relived THEN 0 END, 0, ''
)
ON CONFLICT (key) DO NOTHING

-- name: withdraw
-- What has not left yet for this slot need not any more.
UPDATE outbox SET state = 'suppressed'
WHERE slot = :slot AND op IN ('put', 'delete') AND state = 'ready' AND attempts = 0

-- name: is_held
-- Whether a batch tells what would stand in this slot.
SELECT id FROM outbox WHERE slot = :slot AND state = 'held' LIMIT 1

-- name: last_put
-- What a slot shows, or will once it has arrived.
SELECT body FROM outbox
WHERE slot = :slot AND op = 'put' AND state IN ('ready', 'sending', 'ambiguous', 'sent')
ORDER BY id DESC LIMIT 1

-- name: update_held
-- What is told by a batch stands there with its newest words; that batch comes back.
UPDATE outbox SET key = :key, body = :body WHERE slot = :slot AND state = 'held' RETURNING batch

-- name: one_flood_at_a_time
-- Who counts alerts counts alone, or two workers would both find room for one more. BEGIN IMMEDIATE saw to it.
SELECT 1 AS held

-- name: one_flood_at_a_time [postgres]
-- Held until the transaction ends; the numbers are of this desk and of Steward.
SELECT pg_advisory_xact_lock(hashtext(current_schema()), 7836928) IS NULL AS held

-- name: recent_alerts
-- How many alerts of a conversation that may be told among others began to count since then (desk time), counted up to
-- the limit, and the batch that the newest of them stands in: neither takes longer the more there are.
SELECT
    (
        SELECT count(*) FROM (
            SELECT 1 FROM outbox
            WHERE batch IS NOT NULL AND conversation = :conversation AND urgency = 0
                AND state IN ('ready', 'sending', 'ambiguous', 'sent', 'dead', 'held') AND not_before > :since
            LIMIT :limit
        ) AS few
    ) AS alerts,
    (
        SELECT told.batch FROM outbox AS told
        WHERE told.batch IS NOT NULL AND told.conversation = :conversation AND told.urgency = 0
            AND told.state = 'held' AND told.not_before > :since
        ORDER BY told.not_before DESC, told.batch DESC LIMIT 1
    ) AS batch

-- name: hold_recent
-- Those of them that have not left yet stand in the batch instead.
UPDATE outbox SET state = 'held', batch = :batch
WHERE batch IS NOT NULL AND conversation = :conversation AND urgency = 0 AND state = 'ready' AND not_before > :since
    AND batch = '' AND attempts = 0

-- name: held_slots
-- What a batch of a conversation tells, the oldest first.
SELECT slot FROM outbox
WHERE batch IS NOT NULL AND conversation = :conversation AND urgency = 0 AND state = 'held' AND batch = :batch
ORDER BY id

-- name: one_claim_at_a_time
-- Claims go one after the other, or two of them could take two messages of one conversation. BEGIN IMMEDIATE saw to it.
SELECT 1 AS held

-- name: one_claim_at_a_time [postgres]
-- Held until the transaction ends; the numbers are of this desk and of Steward. Until then a query is planned once for
-- all parameters: to plan `claimable` anew takes four times as long as to answer it, and PostgreSQL would, for the first
-- five claims of each connection.
SELECT pg_advisory_xact_lock(hashtext(current_schema()), 7836927) IS NULL AS held,
    set_config('plan_cache_mode', 'force_generic_plan', TRUE) AS planned

-- name: line_length
-- How many messages are due to leave, counted up to `few`.
SELECT count(*) AS length FROM (
    SELECT 1 FROM outbox AS f
    WHERE f.state IN ('ready', 'sending', 'ambiguous') AND f.state <> 'sending' AND f.not_before <= :now
    LIMIT :few
) AS line

-- name: claimable
-- The message whose turn it is in each conversation, the most urgent first.
-- In line stands what is due (desk time), bound to a place (a direct conversation need not be) and has what it builds on
-- in its slot; of the equally urgent, an unclear one first. While whoever has the turn is in flight or must wait (machine
-- time), so must all behind it: words told to wait are not overtaken by later ones, only by more urgent ones. But an
-- alert waits for no other that is to be looked for: it goes past a few of them (`passed`), not past many, which tell
-- that nothing arrives there.
-- A wait that is longer than any we set was set before the machine's clock went back, and is over.
-- Whose turn it may be is asked of the first few in the line of all conversations; where those fill no claim, such as one
-- long queue, `everywhere`: from conversation to conversation by the index. Either way neither a long queue nor all that
-- was ever sent is looked through.
-- On PostgreSQL a message that a commit is rewriting is passed over.
-- `emptied` is how often the slot was emptied before, so that each message that stands in it has a name of its own.
WITH RECURSIVE first (conversation) AS (
    SELECT f.conversation FROM outbox AS f
    WHERE f.state IN ('ready', 'sending', 'ambiguous') AND f.state <> 'sending' AND f.not_before <= :now
    ORDER BY f.urgency, f.not_before, f.id LIMIT :few
),
next (conversation) AS (
    SELECT min(f.conversation) FROM outbox AS f WHERE f.state IN ('ready', 'sending', 'ambiguous') AND :everywhere = 1
    UNION ALL
    SELECT (
        SELECT min(n.conversation) FROM outbox AS n
        WHERE n.state IN ('ready', 'sending', 'ambiguous') AND n.conversation > next.conversation
    )
    FROM next WHERE next.conversation IS NOT NULL
),
waiting (conversation) AS (
    SELECT conversation FROM next WHERE conversation IS NOT NULL UNION SELECT conversation FROM first
),
turn (id) AS (
    SELECT (
        SELECT c.id FROM outbox AS c
        WHERE c.state IN ('ready', 'sending', 'ambiguous') AND c.state <> 'sending'
            AND c.conversation = waiting.conversation AND c.not_before <= :now
            AND (
                c.op NOT IN ('open_thread', 'delete')
                OR EXISTS (SELECT 1 FROM slot AS placed WHERE placed.name = c.slot)
            )
            AND (
                c.slot IS NULL OR c.state = 'ambiguous' OR NOT EXISTS (
                    SELECT 1 FROM outbox AS unclear WHERE unclear.slot = c.slot AND unclear.state = 'ambiguous'
                )
            )
            AND NOT (
                c.urgency = 0 AND c.state = 'ambiguous' AND c.retry_at IS NOT NULL
                AND c.retry_at > :machine AND c.retry_at <= :longest
                AND (
                    SELECT count(*) FROM outbox AS w
                    WHERE w.state IN ('ready', 'sending', 'ambiguous') AND w.state = 'ambiguous'
                        AND w.conversation = waiting.conversation AND w.urgency = 0
                        AND w.retry_at > :machine AND w.retry_at <= :longest
                ) <= :passed
            )
        ORDER BY c.urgency, c.state, c.not_before, c.id LIMIT 1
    )
    FROM waiting LEFT JOIN binding AS b ON b.conversation = waiting.conversation
    WHERE (b.conversation IS NOT NULL OR substr(waiting.conversation, 1, 3) = 'dm:')
        AND waiting.conversation NOT IN (SELECT s.conversation FROM outbox AS s WHERE s.state = 'sending')
        AND NOT EXISTS (
            SELECT 1 FROM pause AS p
            WHERE p.platform = COALESCE(b.platform, '') AND p.workspace = COALESCE(b.workspace, '')
                AND p.channel IN ('', COALESCE(b.channel, ''))
                AND p.until > :machine AND p.until <= :longest
        )
)
SELECT
    o.id, o.key, o.op, o.conversation, o.slot, o.opens, o.title, o.body, o.urgency, o.attempts,
    o.unclear_since, o.relived, o.repeated, o.failures, o.reason,
    b.platform AS platform, b.workspace AS workspace, b.channel AS channel, b.thread AS thread,
    s.platform AS slot_platform, s.workspace AS slot_workspace, s.channel AS slot_channel,
    s.thread AS slot_thread, s.message AS slot_message,
    CASE WHEN o.op = 'put' AND s.name IS NULL THEN (
        SELECT count(*) FROM outbox AS gone
        WHERE gone.slot = o.slot AND gone.op = 'delete' AND gone.state <> 'suppressed' AND gone.id < o.id
    ) END AS emptied
FROM turn
JOIN outbox AS o ON o.id = turn.id
LEFT JOIN binding AS b ON b.conversation = o.conversation
LEFT JOIN slot AS s ON s.name = o.slot
WHERE o.state IN ('ready', 'ambiguous') AND (o.retry_at IS NULL OR o.retry_at <= :machine OR o.retry_at > :longest)
    AND (
        o.urgency = 0 OR NOT EXISTS (
            SELECT 1 FROM outbox AS w
            WHERE w.state IN ('ready', 'sending', 'ambiguous') AND w.state = 'ambiguous'
                AND w.conversation = o.conversation AND w.urgency = 0
                AND w.retry_at > :machine AND w.retry_at <= :longest
        )
    )
ORDER BY o.urgency, o.not_before, o.id
LIMIT :limit
-- [postgres] FOR UPDATE OF o SKIP LOCKED

-- name: mark_sending
-- The intent to send, committed before anything leaves.
UPDATE outbox SET
    state = 'sending', owner = :owner, lease_until = :lease_until, attempts = attempts + 1, retry_at = NULL,
    tried_at = :machine, first_at = COALESCE(first_at, :machine)
WHERE id = :id AND state IN ('ready', 'ambiguous')
RETURNING attempts, first_at

-- name: settle
-- How a send ended; no row comes back where it is no longer this owner's.
UPDATE outbox SET state = :state, reason = :reason, owner = NULL, lease_until = NULL
WHERE id = :id AND owner = :owner AND state = 'sending'
RETURNING id, op, conversation, slot, opens

-- name: settle_unclear
-- It may have arrived: look for it from then on (machine time). It has been unclear since the last try that may have
-- arrived; one that was but looked for has not been made again.
UPDATE outbox SET
    state = 'ambiguous', unclear_since = COALESCE(:since, unclear_since, :retry_at), retry_at = :retry_at,
    reason = :reason, owner = NULL, lease_until = NULL,
    failures = failures + CASE WHEN CAST(:since AS BIGINT) IS NULL THEN 0 ELSE 1 END
WHERE id = :id AND owner = :owner AND state = 'sending'
RETURNING id

-- name: settle_retry
-- It has not arrived, or may arrive again: it goes once more then (machine time). What may have arrived earlier is still
-- to be looked for.
UPDATE outbox SET
    state = CASE WHEN unclear_since IS NULL THEN 'ready' ELSE 'ambiguous' END, retry_at = :retry_at, reason = :reason,
    owner = NULL, lease_until = NULL, failures = failures + :failed
WHERE id = :id AND owner = :owner AND state = 'sending'
RETURNING id

-- name: settle_repeat
-- Nobody can tell whether it arrived: it goes once more, and says so.
UPDATE outbox SET
    state = 'ready', unclear_since = NULL, repeated = TRUE, retry_at = NULL, reason = :reason,
    owner = NULL, lease_until = NULL
WHERE id = :id AND owner = :owner AND state = 'sending'
RETURNING id

-- name: outlive
-- What could not be sent for this slot need not be any more, now that something newer stands there. A thread that could
-- not be opened is still to be: all that is said in it waits for that.
UPDATE outbox SET state = 'suppressed', reason = 'something newer was sent'
WHERE slot = :slot AND state = 'dead' AND id < :id AND op <> 'open_thread'

-- name: put_pause
-- The platform said to wait until then (machine time): of two such words the longer one counts, unless it is longer than
-- any can be.
INSERT INTO pause (platform, workspace, channel, until) VALUES (:platform, :workspace, :channel, :until)
ON CONFLICT (platform, workspace, channel) DO UPDATE SET until = :until
WHERE pause.until < :until OR pause.until > :longest

-- name: forget_pauses
-- Those that are over.
DELETE FROM pause WHERE until <= :machine

-- name: senders
-- Who has messages in flight.
SELECT DISTINCT owner FROM outbox WHERE state = 'sending' AND owner IS NOT NULL

-- name: vanished
-- Those of them (a JSON list) that are gone: all but the one that is alone on the database.
SELECT value AS owner FROM json_each(:senders) WHERE value <> :own

-- name: vanished [postgres]
-- Those whose lock nobody holds. The list of locks is the whole server's; a lock's first number is the schema's.
-- It stands alone and reads no table of the desk, so that it is asked where the locks are, also where tables are spread.
SELECT sender.owner FROM json_array_elements_text(CAST(CAST(:senders AS TEXT) AS JSON)) AS sender (owner)
WHERE sender.owner ~ '^[0-9]{1,10}$' AND sender.owner <> CAST(:own AS TEXT) AND NOT EXISTS (
    SELECT 1 FROM pg_locks AS held
    WHERE held.locktype = 'advisory' AND held.granted AND held.objsubid = 2
        AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND held.classid = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
        AND CAST(held.objid AS TEXT) = sender.owner
)

-- name: recover
-- What was being sent when its sender vanished may have arrived: past its lease, or of one that is known to be gone.
-- Machine time; two workers never wait for one another.
UPDATE outbox SET
    state = 'ambiguous', unclear_since = COALESCE(unclear_since, :machine), reason = 'its sender vanished',
    owner = NULL, lease_until = NULL,
    retry_at = CASE WHEN lease_until <= :machine THEN lease_until ELSE :look_at END
WHERE id IN (
    SELECT left_behind.id FROM outbox AS left_behind
    WHERE left_behind.state = 'sending' AND (left_behind.lease_until <= :machine OR left_behind.owner = :gone)
-- [postgres] FOR UPDATE SKIP LOCKED
)
RETURNING id

-- name: waits
-- Until when something waits (machine time), the next instants first.
SELECT o.retry_at AS at FROM outbox AS o
WHERE o.state IN ('ready', 'sending', 'ambiguous') AND o.state <> 'sending'
    AND o.retry_at > :machine AND o.retry_at <= :longest
UNION
SELECT p.until AS at FROM pause AS p WHERE p.until > :machine AND p.until <= :longest
ORDER BY at LIMIT :limit

-- name: outbox_states
-- How many messages stand in each state.
SELECT state, count(*) AS rows_in_state FROM outbox GROUP BY state
