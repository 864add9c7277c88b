"""The fake in a thread of its own, for programs that are not asynchronous: a command line, a client that blocks.

with discord_in_thread() as far:
    far.fake.invite()                   # what only makes things may be called from here, before anybody listens
    far.run(ann.slash(help, "/desk"))   # what waits, and what tells the bot, runs where the fake does
    far.do(lambda: ann.say(help, "hi"))
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fakes.discord.fake_discord import FakeDiscord
from fakes.in_thread import Far, in_thread


@contextmanager
def discord_in_thread(**how: Any) -> Iterator[Far[FakeDiscord]]:
    """A fake Discord, as long as the block lasts."""
    with in_thread("fake-discord", lambda: FakeDiscord(**how)) as far:
        yield far
