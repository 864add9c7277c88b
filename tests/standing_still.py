"""Two workers of one desk, of which one stands still in the middle of a call of its own, past its lease."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientRequest
from aiohttp.connector import BaseConnector

from bot.delivering import GRACE, LEASE
from bot.outbox import Relay
from bot.ports import Chat, Workers
from storage import SqlStore
from storage.alone import Alone

NOON = datetime(2026, 6, 9, 12, tzinfo=UTC)
WHERE = ("connected", "headers made")
"""Once it has its connection, and between that and the first byte: what a client does last before it writes."""


class HandClock:
    """Both times, moved by hand."""

    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time

    def machine(self) -> datetime:
        return self.time

    def past_the_lease(self) -> None:
        """Whatever was taken, others may take it, and look for it."""
        self.time += LEASE + GRACE + timedelta(seconds=1)


class _Runner:
    """A store's runner under the name of another process."""

    def __init__(self, runner: Any) -> None:
        self._runner = runner
        self.workers: Workers = Alone()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._runner, name)


class Worker:
    """One of several processes: its name and its chat are its own, and the database is everybody's."""

    def __init__(self, store: SqlStore, platform: str, chat: Chat, clock: HandClock) -> None:
        self.store, self.clock = SqlStore(_Runner(store._runner)), clock  # type: ignore[arg-type]
        self.relay = Relay(self.store, {platform: chat}, clock, home=platform)

    async def work(self) -> None:
        """Send what there is, and look for what may have arrived."""
        for _ in range(5):
            await self.relay.drain()
            if not {"ready", "sending", "ambiguous"} & (await self.store.outbox_states()).keys():
                return
            self.clock.time += timedelta(seconds=5)


def stands_still(
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    whose: object,
    concerns: Callable[[str], bool],
    then: Callable[..., Any],
) -> list[str]:
    """The first call of that connector's whose path concerns us stands still there until `then` has ended; answers the
    paths of those that did."""
    stood: list[str] = []

    async def stand(path: str) -> None:
        if not stood and concerns(path):
            stood.append(path)
            answer = then()
            if isinstance(answer, Awaitable):
                await answer

    if where == "connected":
        connect = BaseConnector.connect

        async def connected(self: Any, req: Any, *args: Any, **more: Any) -> Any:
            made = await connect(self, req, *args, **more)
            if self is whose:
                await stand(req.url.path)
            return made

        monkeypatch.setattr(BaseConnector, "connect", connected)
    else:
        write = ClientRequest.write_bytes

        async def written(self: Any, writer: Any, conn: Any, *more: Any) -> None:
            if conn._connector is whose:
                await stand(self.url.path)
            await write(self, writer, conn, *more)

        monkeypatch.setattr(ClientRequest, "write_bytes", written)
    return stood
