"""What people can do in a chat platform, and what they see there, for the stories. A face is one more `Hands`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.domain.people import Directory
from bot.messages.model import Arg, Form
from bot.ports import Chat, MessageRef, Place


class NoWay(AssertionError):
    """A person could not do this there."""


@dataclass(frozen=True)
class Control:
    """Something to press that stands before a person, and what it runs."""

    command: str
    args: Mapping[str, Arg]
    channel: str
    thread: str | None
    how: Any
    """What the hands press it by."""


@dataclass(frozen=True)
class Stands:
    """A message that stands in a channel or a thread: whose, what, and the name by which it is known."""

    id: str
    thread: str | None
    author: str | None
    text: str
    at: datetime
    edited_at: datetime | None = None
    replies: int = 0


class Hands(Protocol):
    """What people can do in a platform, and what they see there."""

    platform: str
    chat: Chat
    """The face's port, by which the desk speaks."""

    def place(self, channel: str, thread: str | None) -> Place:
        """A place by the name that the stories have for it (`client-acme`, `dm:sam`), or by its id."""
        ...

    async def follow(self, directory: Directory) -> None:
        """Whoever is new in the directory has an account, and is where they belong."""
        ...

    async def arrive(self, who: str) -> None:
        """Whoever acts has an account that the desk knows as theirs, where it knows them at all."""
        ...

    async def settle(self) -> None:
        """Until the app has done all that it was told of."""
        ...

    def controls(self, who: str) -> Iterator[Control]:
        """All that stands before them and can be pressed, the newest first."""
        ...

    async def press(self, who: str, control: Control) -> None:
        """Press it."""
        ...

    def open_form(self, who: str) -> bool:
        """Whether a form is open before them."""
        ...

    def partly(self, who: str) -> bool:
        """Whether it stands before them in part only, as where it goes step by step: `fill` sees the rest of it."""
        ...

    async def put_away(self, who: str) -> None:
        """Close what is open before them."""
        ...

    async def fill(self, who: str, form: Form, values: Mapping[str, str], *, back: bool) -> None:
        """Fill in the form that is open, and send it. Raises NoWay for what its fields do not take."""
        ...

    async def menu(self, who: str, verb: str, ref: MessageRef) -> None:
        """An entry of a message's menu. Raises NoWay where there is none."""
        ...

    async def type(self, who: str, text: str, place: Place | None) -> None:
        """A command: in a channel, in a thread, or, without a place, to the desk alone."""
        ...

    async def say(
        self, who: str, text: str, place: Place, files: Mapping[str, bytes], *, told: bool = True
    ) -> tuple[MessageRef, datetime]:
        """A message. Where the app is not `told`, `again` tells it."""
        ...

    async def rewrite(self, who: str, ref: MessageRef, text: str) -> None:
        """They change a message of theirs."""
        ...

    async def take_back(self, who: str, ref: MessageRef) -> None:
        """They delete a message of theirs."""
        ...

    async def forge(self, who: str, verb: str, args: Mapping[str, Any], place: Place | None) -> None:
        """A press of a button that no message has."""
        ...

    async def again(self, ref: MessageRef, event: str) -> None:
        """The platform tells of a message once more; under another event's name where one is given."""
        ...

    async def react(self, who: str, emoji: str, ref: MessageRef) -> None:
        """An emoji on a message."""
        ...

    def last(self) -> Any:
        """What the app was told last of a person's doing, to be told again."""
        ...

    async def retold(self, told: Any) -> None:
        """The platform tells of that once more."""
        ...

    def standing(self, channel: str, thread: str | None) -> list[Stands]:
        """What stands there for everybody, the oldest first; of a message in parts the first."""
        ...

    def mark(self, who: str) -> Any:
        """How much they have seen so far."""
        ...

    def alone(self, who: str, mark: Any) -> str:
        """What they were shown alone since: words, buttons, forms, and what is said beside fields."""
        ...

    def shown(self, ref: MessageRef) -> str | None:
        """All that is to be read of a message of the desk's, with its buttons; None where it is gone."""
        ...
