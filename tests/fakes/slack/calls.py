"""The methods of the Web API: how one is declared, and what it is given."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fakes.slack.errors import SlackError
from fakes.slack.slack_things import Channel, Installation, Message
from fakes.slack.slack_world import World

if TYPE_CHECKING:
    from fakes.slack.fake_slack import FakeSlack

JSON_FIELDS = {"blocks", "attachments", "metadata", "view", "files", "unfurls", "file_ids"}
"""What a form carries as JSON."""


@dataclass
class Given:
    """One call: who calls, with what."""

    slack: FakeSlack
    args: dict[str, Any]
    installation: Installation

    @property
    def world(self) -> World:
        """All there is."""
        return self.slack.world

    def flag(self, name: str, default: bool = False) -> bool:
        """A yes or no, in whatever way it was sent."""
        value = self.args.get(name, default)
        return value in (True, "true", "True", "1", 1)

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number in its bounds."""
        value = self.args.get(name)
        if value is None or value == "":
            return default
        try:
            number = int(value)
        except (TypeError, ValueError):
            raise SlackError("invalid_arguments", f"must be a number [json-pointer:/{name}]") from None
        if not 1 <= number <= most:
            raise SlackError("invalid_limit")
        return number

    def text(self, name: str) -> str:
        """A text, empty where it was not given."""
        value = self.args.get(name)
        if value is not None and not isinstance(value, str):
            raise SlackError("invalid_arguments", f"must be a string [json-pointer:/{name}]")
        return value or ""

    def json(self, name: str, error: str = "invalid_arguments") -> Any:
        """What may have come as JSON inside a form."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise SlackError(error, f"must be valid JSON [json-pointer:/{name}]") from None

    def channel(self, name: str = "channel", *, member: bool = False, write: bool = False, read: str = "") -> Channel:
        """That channel, as far as the app may: `read` names what of it, such as `history`."""
        channel = self.world.channel(self.installation, self.args.get(name))
        if read:
            self.scope(f"{channel.scope}:{read}")
        if member and self.installation.user.id not in channel.members:
            raise SlackError("not_in_channel")
        if write and channel.archived:
            raise SlackError("is_archived")
        return channel

    def message(self, channel: Channel, name: str = "ts", error: str = "message_not_found") -> Message:
        """That message of the channel."""
        message = channel.messages.get(self.text(name))
        if message is None:
            raise SlackError(error)
        return message

    def scope(self, *any_of: str) -> None:
        """One of these, or the app is told which it lacks."""
        has = self.installation.scopes
        if not has & set(any_of):
            raise SlackError("missing_scope", needed=",".join(any_of), provided=",".join(sorted(has)))

    def page(self, rows: list[Any], *, default: int = 100, most: int | None = None) -> tuple[list[Any], str]:
        """The rows of this page, and the cursor of the next."""
        limit = self.number("limit", default, most or self.slack.limits.page)
        cursor = self.text("cursor")
        start = 0
        if cursor:
            head, _, at = cursor.partition(":")
            if head != "next" or not at.isdigit() or int(at) > len(rows):
                raise SlackError("invalid_cursor")
            start = int(at)
        end = start + limit
        return rows[start:end], f"next:{end}" if end < len(rows) else ""


Work = Callable[[Given], Awaitable[dict[str, Any]]]


@dataclass(frozen=True)
class Method:
    """What is known of one before it runs."""

    name: str
    tier: int
    scopes: tuple[str, ...]
    needed: frozenset[str]
    known: frozenset[str]
    reads: bool
    """May be called by GET and takes its arguments as a form, not as JSON."""
    token: str
    """`bot`, `app` or `none`."""
    work: Work


METHODS: dict[str, Method] = {}


def method(
    name: str,
    args: str = "",
    *,
    tier: int,
    scopes: tuple[str, ...] = (),
    reads: bool = False,
    token: str = "bot",  # noqa: S107 - which kind of token, not one
) -> Callable[[Work], Work]:
    """Declare one. Of `args` those with a `!` must be given; what is not named there is refused, which Slack is not
    strict enough to do. One of `scopes` is needed."""
    names = args.split()
    needed = frozenset(arg[:-1] for arg in names if arg.endswith("!"))
    known = frozenset(arg.rstrip("!") for arg in names)

    def declare(work: Work) -> Work:
        METHODS[name] = Method(name, tier, scopes, needed, known, reads, token, work)
        return work

    return declare
