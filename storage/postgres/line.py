"""A connection of the process's own, beside the pool: its lock among the workers, and what they tell each other.

A session's advisory lock ends with its connection, however the process ended, so that the others know at once. The
lock's number is the process's name; it is counted up, so that none comes again. Its other number is the schema's, so
that desks which share a database keep out of each other's way.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import asyncpg

from bot.ports.workers import MISSED
from storage.errors import Failed, reason

log = logging.getLogger("steward.storage")

PULSE = 5.0
"""Seconds after which a silent line is asked whether it is still there, and how long it may take to say so."""
PATIENCE = 10.0
"""Seconds that a connection may take to come about."""
AGAIN = (0.1, 0.2, 0.5, 1.0)
"""Seconds until a broken line is tried again; the last one ever after."""
DOUBT = 60.0
"""Seconds after a line was made anew in which the others' locks prove nothing: what broke it may have broken theirs."""
UNTOLD = 1000
"""News kept for a line that is broken; of more only that there were some is told."""
LONGEST = 7500
"""Bytes of a piece of news; PostgreSQL takes fewer than 8,000."""

_SETTINGS = {
    "application_name": "steward line",
    # A machine that vanished without a word loses its lock within a quarter of a minute.
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "3",
    "tcp_keepalives_count": "3",
}

_SCOPE = "SELECT CAST(oid AS BIGINT) FROM pg_namespace WHERE nspname = current_schema()"
"""The number of the desk's schema: locks and channels are a database's, and desks may share one."""
_NUMBER = """
INSERT INTO counter (name, value) VALUES ('worker', 1) ON CONFLICT (name) DO UPDATE SET value = counter.value + 1
RETURNING value
"""
"""The next worker's number."""
_LOCK = "SELECT pg_try_advisory_lock($1, $2)"
"""Held while the connection is."""
_SHARE = "SELECT pg_advisory_lock_shared($1, $2)"
_OFFICE, _LET_GO = "SELECT pg_try_advisory_lock($1)", "SELECT pg_advisory_unlock($1)"
"""Of one number, which is another space than that of two."""
_OTHERS = """
SELECT count(*) FROM pg_locks
WHERE locktype = 'advisory' AND granted AND objsubid = 2
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND CAST(classid AS BIGINT) = $1 AND CAST(objid AS BIGINT) >= 2147483648 AND CAST(objid AS BIGINT) <> $2
"""
"""How many of this desk hold another number of that half."""
_TELL = "SELECT pg_notify($1, news) FROM unnest(CAST($2 AS TEXT[])) AS told (news)"
"""Once for all that came together. It is a transaction that writes nothing, so that no commit waits for it."""


class Line:
    """`bot.ports.Workers` on PostgreSQL. It is opened when it is first needed, and kept open from then on."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._connection: Any = None
        self._name, self._former = "", set[str]()
        self._channel, self._scope, self._pid, self._agreed = "", 0, 0, 0
        self._offices = set[str]()
        self._making, self._using = asyncio.Lock(), asyncio.Lock()
        self._broken = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None
        self._teller: asyncio.Task[None] | None = None
        self._untold: dict[str, None] = {}
        self._heard: Callable[[str], None] | None = None
        self._missed: Callable[[], None] | None = None
        self._doubt_until = 0.0
        self._closed = False

    @property
    def former(self) -> frozenset[str]:
        """The names it had before its line broke."""
        return frozenset(self._former)

    @property
    def sure(self) -> bool:
        """Whether a lock that nobody holds proves that its worker ended."""
        return asyncio.get_running_loop().time() >= self._doubt_until

    async def name(self) -> str:
        """The number of the lock that is held. Raises Failed where the database cannot be reached."""
        try:
            await self._open()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise Failed(error) from error
        return self._name

    def tell(self, news: str) -> None:
        """Tell the others soon, together with what else there is."""
        if self._connection is None or self._closed:
            return  # nobody has needed the line yet: a command that ends at once
        if len(self._untold) >= UNTOLD or len(news.encode()) > LONGEST:
            self._untold.clear()
            news = MISSED
        self._untold[news] = None
        self._start_telling()

    async def listen(self, heard: Callable[[str], None], missed: Callable[[], None]) -> None:
        """Hear the others. Raises Failed where the database cannot be reached."""
        self._heard, self._missed = heard, missed
        await self.name()
        async with self._making, self._using:
            await self._hear(self._connection)

    async def agree(self, on: bytes) -> bool:
        """Hold a number made of it, with all who hold the same. Raises Failed where the database cannot be reached."""
        # The upper half of the numbers: workers' own stay below.
        self._agreed = int.from_bytes(hashlib.sha256(on).digest()[:4], "big") | 2**31
        await self.name()
        async with self._making, self._using:
            await self._connection.execute(_SHARE, _signed(self._scope), _signed(self._agreed))
            others: int = await self._connection.fetchval(_OTHERS, self._scope, self._agreed)
        return others == 0

    async def hold(self, office: str) -> bool:
        """Hold a number made of it, alone. Raises Failed where the database cannot be reached."""
        await self.name()
        async with self._making, self._using:
            if office not in self._offices and await self._asked(_OFFICE, office):
                self._offices.add(office)
        return office in self._offices

    async def let_go(self, office: str) -> None:
        """Let go of that number. Raises Failed where the database cannot be reached."""
        await self.name()
        async with self._making, self._using:
            if office in self._offices:
                await self._asked(_LET_GO, office)
                self._offices.discard(office)

    async def close(self) -> None:
        """Say what is to be said, and let go; the others know at once that this process is gone."""
        self._closed = True
        if self._keeper is not None:
            self._keeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeper
        if self._teller is not None:
            await asyncio.wait([self._teller])  # however it ended, such as with the tasks of a loop that ends
        async with self._making:
            if self._connection is not None:
                try:
                    await self._connection.close(timeout=PULSE)
                except Exception:  # it is broken, and gone as well
                    self._connection.terminate()

    async def _asked(self, sql: str, office: str) -> bool:
        number = int.from_bytes(hashlib.sha256(f"{self._scope} {office}".encode()).digest()[:8], "big", signed=True)
        try:
            return await self._connection.fetchval(sql, number, timeout=PULSE)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise Failed(error) from error

    async def _open(self) -> None:
        async with self._making:
            if self._connection is not None and not self._connection.is_closed():
                return
            again = bool(self._name)
            connection = await asyncpg.connect(self._dsn, timeout=PATIENCE, server_settings=_SETTINGS)
            try:
                number, self._scope = await _hold(connection)
                self._channel, self._pid = f"steward_{self._scope}", connection.get_server_pid()
                if self._agreed:
                    await connection.execute(_SHARE, _signed(self._scope), _signed(self._agreed))
                await self._hear(connection)
            except BaseException:
                connection.terminate()
                raise
            if again:
                self._former.add(self._name)
                self._doubt_until = asyncio.get_running_loop().time() + DOUBT
                log.warning(
                    "the line to the database was made anew; this is worker %s now, no more %s", number, self._name
                )
            else:
                log.info("this is worker %s of the desk", number)
            self._name, self._connection = str(number), connection
            self._offices.clear()
            self._broken.clear()
            connection.add_termination_listener(self._on_broken)
        if again and self._missed is not None:
            self._missed()
        if self._untold:
            self._start_telling()
        if self._keeper is None:
            self._keeper = asyncio.create_task(self._keep())

    async def _hear(self, connection: Any) -> None:
        if self._heard is not None:
            await connection.add_listener(self._channel, self._on_news)

    def _on_news(self, _: object, pid: int, __: str, news: object) -> None:
        if pid == self._pid or self._heard is None or self._missed is None:
            return
        if news == MISSED:
            self._missed()
        else:
            self._heard(str(news))

    def _on_broken(self, connection: object) -> None:
        if connection is self._connection:
            self._broken.set()

    async def _keep(self) -> None:
        """See that the line stands, also where nobody sends a thing; a connection may die without a word."""
        tries = 0
        while True:
            # Not `wait_for`: before Python 3.12 it forgets that it was told to end where the line breaks just then.
            with suppress(TimeoutError):
                async with asyncio.timeout(PULSE):
                    await self._broken.wait()
            try:
                if self._broken.is_set():
                    await self._open()
                else:
                    async with self._using:
                        await self._connection.execute("SELECT 1", timeout=PULSE)
                tries = 0
            except Exception as error:  # a connection that ends in mid-sentence raises what it likes
                if not tries:
                    log.warning("the line to the database broke (%s); it is made anew", reason(error))
                self._give_up(self._connection)
                await asyncio.sleep(AGAIN[min(tries, len(AGAIN) - 1)])
                tries += 1

    async def _tell(self) -> None:
        while self._untold and not self._connection.is_closed():
            connection, told = self._connection, list(self._untold)
            self._untold.clear()
            try:
                async with self._using:
                    await connection.execute(_TELL, self._channel, told, timeout=PULSE)
            except Exception:  # as above
                # Once the line stands again; what was told already does no harm twice.
                self._untold = dict.fromkeys(told) | self._untold
                self._give_up(connection)

    def _start_telling(self) -> None:
        if self._teller is None or self._teller.done():
            self._teller = asyncio.create_task(self._tell())

    def _give_up(self, connection: Any) -> None:
        """That connection is of no use any more; the keeper makes another."""
        connection.terminate()
        self._on_broken(connection)


async def _hold(connection: Any) -> tuple[int, int]:
    """Take a lock that nobody had before; answers its two numbers, the worker's and the schema's."""
    scope: int = await connection.fetchval(_SCOPE)
    while True:
        number: int = await connection.fetchval(_NUMBER)
        if await connection.fetchval(_LOCK, _signed(scope), number):
            return number, scope


def _signed(number: int) -> int:
    """As PostgreSQL reads the four bytes of a lock's number; its list of locks shows them without a sign."""
    return number - 2**32 if number >= 2**31 else number
