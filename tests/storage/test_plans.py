"""Whose turn it is, whether alerts are many and which jobs are due is found by indexes: no long queue, no past and no
burst of deadlines slows it."""

from __future__ import annotations

import asyncpg
import pytest
from store_builders import execute

from storage.postgres.runner import SESSION
from storage.statements import load

pytestmark = pytest.mark.asyncio

QUEUE = """
INSERT INTO outbox (key, op, conversation, title, body, urgency, not_before, state, attempts, reason, batch)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {many})
SELECT '{state}' || i, 'post', 'c' || (i % 5), '', '{{}}', 0, i, '{state}', 0, '', '' FROM n
"""
DEADLINES = """
INSERT INTO timer (subject, kind, due_at, generation, state)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
SELECT 'request:' || i, 'breach', i, 1, 'waiting' FROM n
"""
ASKED = {
    "due_jobs": {"now": 10**9, "limit": 100},
    "claimable": {
        "now": 10**9,
        "machine": 10**9,
        "longest": 2 * 10**9,
        "limit": 50,
        "few": 9,
        "everywhere": 1,
        "passed": 3,
    },
    "line_length": {"now": 10**9, "few": 9},
    "recent_alerts": {"conversation": "c1", "since": 0, "limit": 5},
    "hold_recent": {"conversation": "c1", "since": 0, "batch": "x"},
    "held_slots": {"conversation": "c1", "batch": "x"},
    "recover": {"machine": 1, "gone": "x", "look_at": 2},
    "waiting_to_leave": {"now": 10**9, "limit": 50},
    "slots_in": {"conversation": "c1"},
}
INDEXES = {
    "due_jobs": ("ix_timer_jobs",),
    "claimable": ("ix_outbox_line", "ix_outbox_leaving", "ix_outbox_sending"),
    "line_length": ("ix_outbox_",),
    "recent_alerts": ("ix_outbox_flood",),
    "hold_recent": ("ix_outbox_",),
    "held_slots": ("ix_outbox_flood",),
    "recover": ("ix_outbox_sending",),
    "waiting_to_leave": ("ix_outbox_",),
    "slots_in": ("ix_outbox_",),
}


def _plain(sql: str, values: dict[str, object]) -> str:
    """The query with its values written in it."""
    for name, value in sorted(values.items(), key=lambda pair: -len(pair[0])):
        sql = sql.replace(f":{name}", f"'{value}'" if isinstance(value, str) else str(value))
    return sql


async def _plan(url: str, name: str) -> str:
    sqlite = url.startswith("sqlite:")
    sql = _plain(load(postgres=not sqlite)[name].sql, ASKED[name])
    if sqlite:
        return "\n".join(str(row[3]) for row in await execute(url, f"EXPLAIN QUERY PLAN {sql}"))
    connection = await asyncpg.connect(url, server_settings=SESSION)
    try:
        return "\n".join(str(row[0]) for row in await connection.fetch(f"EXPLAIN {sql}"))
    finally:
        await connection.close()


async def test_each_question_is_answered_by_its_index(url: str) -> None:
    """With thousands waiting and thousands sent, no plan goes through them all, nor sorts a whole conversation's."""
    for state in ("ready", "sent"):
        await execute(url, QUEUE.format(many=3000, state=state))
    await execute(url, DEADLINES)
    if not url.startswith("sqlite:"):
        await execute(url, "ANALYZE")  # as PostgreSQL does by itself; on SQLite nobody does
    for name, indexes in INDEXES.items():
        plan = await _plan(url, name)
        assert all(index in plan for index in indexes), (name, plan)
        assert "Seq Scan on outbox" not in plan, (name, plan)
        assert "SCAN outbox" not in plan, (name, plan)
        assert "SCAN o\n" not in f"{plan}\n", (name, plan)
