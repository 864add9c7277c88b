"""What a process does by its role, and whose time it goes by. To choose a role takes PostgreSQL; to see it does not."""

from __future__ import annotations

import logging
import os
import socket
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import AsyncMock

import pytest

from bot import running
from bot.clock import SystemClock
from bot.config import Settings
from bot.messages.model import Said, line
from bot.ports import Change, DirectoryEdit, Draft, Op, Place
from bot.pulse import Pulse
from bot.running import Runtime
from storage import SqlStore

pytestmark = pytest.mark.asyncio

DRAFT = Draft("hello", Op.POST, "triage", Said("test", (line("hello"),)))
LONG_AGO = SystemClock().now() - timedelta(hours=1)


async def desk(store: SqlStore, role: str) -> Runtime:
    """A process of that role, with a message to send and a job that is due."""
    await store.edit_directory(DirectoryEdit(bindings=(("triage", Place("web", "desk", "triage")),)))
    await store.commit(Change(outbox=(DRAFT,), timers={"compact": {"nobody's": LONG_AGO}}))
    settings = Settings(database_url="postgresql://db/desk", role=role)  # type: ignore[arg-type]
    return Runtime(settings, store, SystemClock())


@pytest.mark.parametrize(("role", "state"), [("all", "sent"), ("worker", "sent"), ("intake", "ready")])
async def test_an_intake_neither_fires_nor_sends(role: str, state: str, store: SqlStore) -> None:
    """It makes the channels, which people see; the rest is for the others."""
    runtime = await desk(store, role)
    await runtime.wake()
    assert [channel.id for channel in await store.channels()] == ["triage"]
    assert await store.outbox_states() == {state: 1}
    assert (await store.timers("compact") == ()) == (role != "intake")


async def test_an_intake_says_when_nobody_fires(store: SqlStore, caplog: pytest.LogCaptureFixture) -> None:
    """Somebody who forgot the worker reads so in the log, with what to start; with workers there is nothing to say."""
    runtime = await desk(store, "intake")
    await runtime.audit()
    assert "steward run --role worker" in caplog.text
    assert await store.outbox_states() == {"ready": 1}, "it raises no alarm that nobody would send"
    caplog.clear()
    await store.commit(Change(timers={"compact": {"nobody's": SystemClock().now()}}))
    await runtime.audit()
    assert "nobody fires" not in caplog.text
    assert "1 messages have been waiting to leave" in caplog.text, "no deadline is due, and all the same nothing leaves"
    assert "steward run --role worker" in caplog.text
    await Runtime(runtime.settings.model_copy(update={"role": "worker"}), store, SystemClock()).wake()
    caplog.clear()
    await runtime.audit()
    assert caplog.text == ""


async def test_a_worker_says_that_it_is_at_work(store: SqlStore, caplog: pytest.LogCaptureFixture) -> None:
    """Nobody can ask it for a page: its log says who it is and what it did."""
    caplog.set_level(logging.INFO)
    runtime = await desk(store, "worker")
    await runtime.wake()
    await runtime.audit()
    assert f"worker {await store.workers.name()} is at work" in caplog.text
    assert "1 timers fired, 1 sent" in caplog.text


async def test_each_role_gives_signs_of_life_while_its_database_answers(
    store: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By firing or by looking after things; without a database there are none, so that whoever looks may start it
    anew."""
    for role in ("worker", "intake"):
        runtime = await desk(store, role)
        pulse = runtime.pulse = Pulse(tmp_path / role)
        pulse.begin()
        os.utime(pulse._path, (1, 1))
        with monkeypatch.context() as patch:
            patch.setattr(store, "directory", AsyncMock(side_effect=RuntimeError("no database")))
            with pytest.raises(RuntimeError, match="no database"):
                await runtime.audit()
        assert pulse.read() == ("", 1)
        await runtime.audit()
        assert pulse.read() != ("", 1)


async def test_the_databases_time_is_taken_at_each_audit(
    store: SqlStore, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine whose clock goes wrong is told so once, and goes by the database's from then on."""
    runtime, told = await desk(store, "worker"), datetime(2031, 5, 1, tzinfo=UTC)

    async def time() -> datetime:
        return told

    monkeypatch.setattr(store, "time", time)
    await runtime.audit()
    assert "off the database's" in caplog.text
    assert timedelta() <= runtime.clock.machine() - told < timedelta(minutes=1)


async def test_a_start_that_cannot_load_its_pages_ends_after_its_first_timers(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was due was done by then; the error goes on to whoever started it, nothing runs on, and the port is free."""
    runtime, bound = await desk(store, "all"), list[socket.socket]()
    runtime.settings = runtime.settings.model_copy(update={"port": 0})
    bind = running.bind

    def noted(host: str, port: int) -> socket.socket:
        bound.append(bind(host, port))
        return bound[0]

    async def ready(*_: object) -> None:
        raise AssertionError("it is not")

    monkeypatch.setattr(running, "bind", noted)
    monkeypatch.setitem(sys.modules, "adapters.web.wiring", None)
    with pytest.raises(ImportError, match="adapters"):
        await runtime.serve(key=b"k" * 32, demo=None, ready=ready)
    assert await store.timers("compact") == ()
    assert await store.outbox_states() == {"sent": 1}
    assert not await runtime.scheduler.settle(), "it does not run"
    assert bound[0].fileno() == -1
