"""The fake in a thread of its own, for programs that are not asynchronous: a command line, a WebClient that blocks.

with slack_in_thread() as far:
    far.slack.install()                 # what only makes things may be called from here, before anybody listens
    far.run(ann.slash(help, "/desk"))   # what waits, and what tells the app, runs where the fake does
    far.do(lambda: ann.say(help, "hi"))
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fakes.in_thread import Far, in_thread
from fakes.slack.fake_slack import FakeSlack


class FarSlack:
    """A fake that runs elsewhere."""

    def __init__(self, far: Far[FakeSlack]) -> None:
        self.slack, self.run, self.do = far.fake, far.run, far.do


@contextmanager
def slack_in_thread(**how: Any) -> Iterator[FarSlack]:
    """A fake Slack, as long as the block lasts."""
    with in_thread("fake-slack", lambda: FakeSlack(**how)) as far:
        yield FarSlack(far)
