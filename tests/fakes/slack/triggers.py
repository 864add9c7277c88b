"""What a person's act lets an app do for a moment: open one modal, answer a few times."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import uuid4

from fakes.slack.errors import SlackError
from fakes.slack.limits import Limits
from fakes.slack.slack_things import Channel, Installation, Message
from fakes.times import Times


class Triggers:
    """Each is good once, and for three seconds."""

    def __init__(self, limits: Limits, times: Times) -> None:
        self._limits, self._times = limits, times
        self._made: dict[str, tuple[str, float]] = {}
        self._spent: set[str] = set()

    def make(self, user: str) -> str:
        """One more, for what that person just did."""
        id = f"{len(self._made) + 1000}.{uuid4().int % 10**12}.{uuid4().hex}"
        self._made[id] = (user, self._times.machine())
        return id

    def spend(self, id: str) -> str:
        """Whose it is; from now on it is used up."""
        if id in self._spent:
            raise SlackError("exchanged_trigger_id")
        if id not in self._made:
            raise SlackError("invalid_trigger_id")
        user, made = self._made[id]
        if self._times.machine() - made > self._limits.trigger_lives:
            raise SlackError("expired_trigger_id")
        self._spent.add(id)
        return user


@dataclass
class Reply:
    """Where a response_url leads."""

    installation: Installation
    user: str
    channel: Channel
    about: Message | None
    made: float
    thread_ts: str | None = None
    uses: int = field(default=0)


class ResponseUrls:
    """Each is good five times, and for half an hour."""

    def __init__(self, limits: Limits, times: Times) -> None:
        self._limits, self._times = limits, times
        self._made: dict[str, Reply] = {}

    def make(
        self, base: str, installation: Installation, user: str, channel: Channel, about: Message | None = None
    ) -> str:
        """One more."""
        key = uuid4().hex
        thread = about.thread_ts if about and about.is_reply else None
        self._made[key] = Reply(installation, user, channel, about, self._times.machine(), thread)
        return f"{base}/actions/{installation.team.id}/{key}"

    def use(self, key: str) -> Reply:
        """What it is for, once more."""
        reply = self._made.get(key)
        if reply is None:
            raise SlackError("invalid_url")
        if self._times.machine() - reply.made > self._limits.response_url_lives:
            raise SlackError("expired_url")
        if reply.uses >= self._limits.response_url_uses:
            raise SlackError("used_url")
        reply.uses += 1
        return reply
