-- name: overdue_timers
-- How many timers should have fired before that instant (desk time), and since when the oldest of them.
SELECT count(*) AS late, min(due_at) AS since FROM timer WHERE state = 'waiting' AND due_at < :before

-- name: waiting_to_leave
-- The oldest messages that may go by now (desk time) and have a place to go to.
SELECT id, conversation FROM outbox AS o
WHERE state IN ('ready', 'sending', 'ambiguous') AND (not_before IS NULL OR not_before <= :now)
    AND (
        substr(conversation, 1, 3) = 'dm:'
        OR EXISTS (SELECT 1 FROM binding AS b WHERE b.conversation = o.conversation)
    )
ORDER BY o.id + 0 LIMIT :limit -- not by the id itself: a plan that follows it looks through all that was ever sent

-- name: waiting_bodies
-- The next messages that are still to be sent, with their words.
SELECT id, conversation, body FROM outbox
WHERE state IN ('ready', 'sending', 'ambiguous', 'held') AND body IS NOT NULL AND id > :after
ORDER BY id LIMIT :limit
