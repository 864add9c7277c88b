"""The real desk on the faulty chat, to be killed: `python desk_process.py`.

This process imports all there is (what a chat needs once it is asked for) and then makes a child for each line read,
so that a desk that was killed stands again in some milliseconds, as one of several would behind a supervisor. Each
child is a process of its own, and runs what `steward run` runs; with Slack or Discord for its face, by the command line
itself. When the input ends, all of them end.

What only the faulty chat needs is loaded here as well: it is no part of a desk's start, which lateness is counted from.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import importlib
import json
import logging
import os
import signal
import sys
import traceback
from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio._backends._asyncio  # httpx loads these with its first call
import httpcore
from faulty_chat import PLATFORM, Door, FaultyChat, NaiveChat

from adapters.web import server, wiring
from adapters.web.auth import Sessions
from bot import delivering, outbox
from bot.__main__ import main as command_line
from bot.clock import SystemClock
from bot.config import Settings
from bot.desk.plan import service
from bot.keys import secret
from bot.running import Runtime, open_whole
from storage.postgres import door
from storage.releases import head

LOADED = (anyio, httpcore, server, wiring, service, door)
"""What a desk loads once it has fired, or only on PostgreSQL, and what httpx loads late."""
DIES_WITH_PARENT = 1
"""Linux's PR_SET_PDEATHSIG."""


def up_file(data: Path, pid: int) -> Path:
    """Is there once that desk is at work."""
    return data / f"up-{pid}"


async def desk(told: dict[str, Any]) -> None:
    """One desk until it is told to stop."""
    data = Path(told["data"])
    settings = Settings(
        data_dir=data, database_url=told["url"], port=0, burst_seconds=0, undo_seconds=1, log_level="warning"
    )
    outbox.GRACE = delivering.GRACE = timedelta(seconds=told["grace"])
    outbox.LEASE = delivering.LEASE = timedelta(seconds=told["lease"])
    delivering.CALL = delivering.LEASE * 0.4
    chat = (NaiveChat if told["naive"] else FaultyChat)(told["port"])
    store = await open_whole(settings.url)
    try:
        runtime = Runtime(settings, store, SystemClock(), chats={PLATFORM: chat}, home=PLATFORM)
        door = Door(told["port"], runtime.desk, runtime.wake)
        tasks: list[asyncio.Task[None]] = []

        async def ready(_: Sessions, __: str) -> None:
            tasks.append(asyncio.create_task(door.run()))
            up_file(data, os.getpid()).touch()

        try:
            await runtime.serve(key=secret(data), demo=None, ready=ready)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    finally:
        await store.close()
        await chat.close()


async def _kept_nowhere(*_: object) -> bool:
    """What a desk would do that thinks that it will live."""
    return True


def in_slack(told: dict[str, Any]) -> None:
    """What a desk in Slack does otherwise while it is tried."""
    from adapters.slack import keeping, pacing

    if told["keeps"]:  # as where there is much to do: it is written down before it is carried out
        keeping.WAIT = dict.fromkeys(keeping.WAIT, 0.0)
    if told["forgets"]:
        keeping.Keeping._kept = _kept_nowhere
    # The stand-in takes all that comes: what is tried here are deaths, and not Slack's patience.
    pacing.METHODS.clear()
    pacing.POSTS = pacing.Rate(0.01, 100)


def in_discord(told: dict[str, Any]) -> None:
    """The same in Discord."""
    from adapters.discord import acting, keeping, wire

    if told["keeps"]:
        acting.MOMENT = 0.0
    if told["forgets"]:
        keeping.Keeping.keep = _kept_nowhere
    # The stand-in's one server is there at once, and it counts no sessions.
    wire.READY, wire.FIRST, wire.PAUSE = 0.02, 0.05, 0.0


def chat_desk(told: dict[str, Any]) -> None:
    """One desk whose face is another chat, by its own command line and environment, until it is told to stop."""
    outbox.GRACE = delivering.GRACE = timedelta(seconds=told["grace"])
    (in_discord if "DISCORD_TOKEN" in told["env"] else in_slack)(told)
    os.environ.update(told["env"])
    sys.argv = ["steward", "run", *told["args"]]
    try:
        command_line()
    except SystemExit as ended:
        if ended.code:
            raise


def child(told: dict[str, Any]) -> None:
    """Never returns."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.close(0)
        log = os.open(told["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(log, 1)
        os.dup2(log, 2)
        if "env" in told:
            chat_desk(told)
        else:
            asyncio.run(desk(told))
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    """Make a child for each line, and say its process id."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(process)d %(name)s: %(message)s")
    head()  # reads the migrations, once for all children
    # Else each child would look through all that was imported, and so make copies of it.
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # so that those who were killed are gone at once
    parent, dies = os.getpid(), getattr(ctypes.CDLL(None), "prctl", None)
    children: list[int] = []
    print("ready", flush=True)
    try:
        while line := sys.stdin.readline():
            told = json.loads(line)
            if "env" in told:  # once for all of them
                importlib.import_module(f"adapters.{'discord' if 'DISCORD_TOKEN' in told['env'] else 'slack'}.face")
            if (pid := os.fork()) == 0:
                if dies is not None:
                    dies(DIES_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
                if os.getppid() == parent:
                    child(told)
                os._exit(1)
            children.append(pid)
            print(pid, flush=True)
    finally:
        for pid in children:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue


if __name__ == "__main__":
    main()
