"""The one place that reaches into aiosqlite: a whole function on the database's thread.

aiosqlite has no public call for it, only one per statement. Statements awaited one by one would let another task's
statements in between (one connection has one transaction), and cost five times as much. The two private names used here
have been there since its first release; `tests/storage/test_storage_sqlite.py` fails should they go.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TypeVar

import aiosqlite

T = TypeVar("T")


async def on_thread(connection: aiosqlite.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    """Run `work` with the raw connection, alone on its thread, and answer what it answers or raise what it raises.

    A cancelled caller does not stop it: what was begun ends, committed or rolled back.
    """
    raw = connection._conn  # pyright: ignore[reportPrivateUsage]
    return await connection._execute(work, raw)  # pyright: ignore[reportPrivateUsage, reportUnknownMemberType, reportUnknownVariableType]
