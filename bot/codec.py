"""Facts, requests and messages as JSON, and back. The stored form is kept readable: names of facts are their kind.

Whatever reads raises ValueError for what it cannot read.
"""

from __future__ import annotations

import re
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, cast

import msgspec

from bot.domain.calendar import Calendar
from bot.domain.events import EVENTS, Event
from bot.domain.files import Attachment
from bot.domain.hooks import Hook
from bot.domain.playbooks import RequestKind, SavedReply
from bot.domain.policy import Policy
from bot.domain.recurring import Recurring
from bot.domain.request import Request
from bot.domain.review import Review
from bot.domain.settings import ClientSettings, S, TeamSettings
from bot.domain.work import Work
from bot.messages.model import FORMAT, SHOWN_ONCE, Form, Message
from bot.messages.unreadable import unreadable
from bot.tagged import reader

T = TypeVar("T")


def kind_of(event: Event | type[Event]) -> str:
    """The kind of a fact as it is stored: `priority_changed`."""
    name = event.__name__ if isinstance(event, type) else type(event).__name__
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


_BY_KIND = {kind_of(cls): cls for cls in EVENTS}


_encoder = msgspec.json.Encoder()


@cache
def _decoder(cls: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(cls)


def _to_json(value: object) -> str:
    return _encoder.encode(value).decode()


def _from_json(cls: type[T], body: str) -> T:
    try:
        return _decoder(cls).decode(body)
    except RecursionError as error:
        raise ValueError(f"It is nested too deep ({error}).") from error


def event_to_json(event: Event) -> str:
    """A fact's fields; its kind is stored beside them."""
    return _to_json(event)


def event_from_json(kind: str, body: str) -> Event:
    """Raises ValueError for a kind this release does not know."""
    if kind not in _BY_KIND:
        raise ValueError(f"“{kind}” is no fact this release of Steward knows; upgrade Steward.")
    return _from_json(_BY_KIND[kind], body)


def request_to_json(request: Request) -> str:
    """The whole request, clocks included; what is as it is by default is left out, most of most requests."""
    return _to_json(_unusual(request))


def request_from_json(body: str) -> Request:
    """The request again."""
    return _from_json(Request, body)


def _unusual(value: Any) -> Any:
    """The same without the fields that have their default: half as long to read and to keep. Which defaults those are
    belongs to a request's shape, so that another release reads the same out of it or makes it anew."""
    if type(value) is tuple:
        return [_unusual(each) for each in cast(tuple[Any, ...], value)]
    usual = _usual(cast(type[Any], type(value)))
    if usual is None:
        return value
    kept: dict[str, Any] = {}
    for name, default in usual:
        own = getattr(value, name)
        if own is not default and own != default:
            kept[name] = own if type(own) is str else _unusual(own)
    return kept


@cache
def _usual(cls: type[Any]) -> tuple[tuple[str, Any], ...] | None:
    """Each field of a dataclass with its default, which nothing equals where it must be given."""
    if not is_dataclass(cls):
        return None
    made = ((each.name, each.default, each.default_factory) for each in fields(cls))
    return tuple((name, make() if make is not MISSING else default) for name, default, make in made)


def request_shape() -> Any:
    """What a request's JSON holds: every field of every part, with its type and default, and nothing said about it."""
    return _unsaid(msgspec.json.schema(Request))


def _unsaid(schema: Any) -> Any:
    match schema:
        case dict():
            fields = cast(dict[str, Any], schema).items()
            # A field may be called so as well; what is said is a text.
            return {k: _unsaid(v) for k, v in fields if k not in ("title", "description") or not isinstance(v, str)}
        case list():
            return [_unsaid(each) for each in cast(list[Any], schema)]
        case _:
            return schema


def message_to_json(message: Message) -> str:
    """A message with its format's version; its secrets are not kept."""
    body = _encoder.encode(message)
    if b'"secret":true' in body:
        body = _encoder.encode(_without_secrets(msgspec.json.decode(body)))
    # Quotes in somebody's words are escaped there, so this is the field and nothing else.
    return f'{{"v":{FORMAT},"message":{body.replace(_NO_SECRET, b"").decode()}}}'


_NO_SECRET = b',"secret":false'


def _without_secrets(value: Any) -> Any:
    match value:
        case {"t": "text", "secret": secret, **rest}:
            return {**rest, "t": "text", **({"text": SHOWN_ONCE} if secret else {})}
        case dict():
            return {name: _without_secrets(each) for name, each in cast(dict[str, Any], value).items()}
        case list():
            return [_without_secrets(each) for each in cast(list[Any], value)]
        case _:
            return value


class LaterFormat(ValueError):
    """A later release wrote it, which can read it."""


def message_from_json(body: str) -> Message:
    """Raises LaterFormat for a message of a later format, and another ValueError for what is no message."""
    match cast(Any, _from_json(object, body)):
        case {"v": int(version)} if version > FORMAT:
            raise LaterFormat(f"This message was written by a later Steward (format {version}); upgrade this one.")
        case {"v": int(), "message": message}:
            return reader(Message)(message)
        case _:
            raise ValueError("What is stored here is no message: its format or its body is missing.")


def message_to_show(body: str) -> Message:
    """The message, or what is shown in the place of one that cannot be read: nothing beside it is kept from anybody."""
    try:
        return message_from_json(body)
    except ValueError as error:
        return unreadable(later=isinstance(error, LaterFormat))


def form_to_json(form: Form) -> str:
    """A form, with what was filled in."""
    return _to_json(form)


def form_from_json(body: str) -> Form:
    """The form again."""
    return _from_json(Form, body)


def files_to_json(files: tuple[Attachment, ...]) -> str:
    """The files that came with a message."""
    return _to_json(files)


def files_from_json(body: str) -> tuple[Attachment, ...]:
    """The files again."""
    return _from_json(tuple[Attachment, ...], body)


def calendar_to_json(calendar: Calendar) -> str:
    """One version of a calendar."""
    return _to_json(calendar)


def calendar_from_json(body: str) -> Calendar:
    """The calendar again."""
    return _from_json(Calendar, body)


def policy_to_json(policy: Policy) -> str:
    """One version of a policy."""
    return _to_json(policy)


def policy_from_json(body: str) -> Policy:
    """The policy again."""
    return _from_json(Policy, body)


def settings_to_json(settings: ClientSettings | TeamSettings) -> str:
    """All settings of a client or of the team, defaults included: a later default changes nobody's desk."""
    return _to_json(settings)


def settings_from_json(kind: type[S], body: str) -> S:
    """The settings again; a field that is not stored has its default."""
    return _from_json(kind, body)


def entry_to_json(entry: RequestKind | SavedReply | Hook | Recurring) -> str:
    """An entry of the catalogue."""
    return _to_json(entry)


def kind_from_json(body: str) -> RequestKind:
    """The kind of request again."""
    return _from_json(RequestKind, body)


def hook_from_json(body: str) -> Hook:
    """The hook again."""
    return _from_json(Hook, body)


def reply_from_json(body: str) -> SavedReply:
    """The saved reply again."""
    return _from_json(SavedReply, body)


def work_to_json(work: Work) -> str:
    """How much somebody takes on, and when they are away."""
    return _to_json(work)


def work_from_json(body: str) -> Work:
    """The same again."""
    return _from_json(Work, body)


def review_to_json(review: Review) -> str:
    """A service review with its history."""
    return _to_json(review)


def review_from_json(body: str) -> Review:
    """The review again."""
    return _from_json(Review, body)


def recurring_from_json(body: str) -> Recurring:
    """The recurring request again."""
    return _from_json(Recurring, body)
