"""Facts, requests and messages as JSON, and back. The stored form is kept readable: names of facts are their kind."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any, cast

from pydantic import TypeAdapter

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
from bot.messages.model import FORMAT, SHOWN_ONCE, Message


def kind_of(event: Event | type[Event]) -> str:
    """The kind of a fact as it is stored: `priority_changed`."""
    name = event.__name__ if isinstance(event, type) else type(event).__name__
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


_BY_KIND = {kind_of(cls): cls for cls in EVENTS}


@cache
def _adapter(cls: Any) -> TypeAdapter[Any]:
    return TypeAdapter(cls)


def event_to_json(event: Event) -> str:
    """A fact's fields; its kind is stored beside them."""
    return _adapter(type(event)).dump_json(event).decode()


def event_from_json(kind: str, body: str) -> Event:
    """Raises ValueError for a kind this release does not know."""
    if kind not in _BY_KIND:
        raise ValueError(f"“{kind}” is no fact this release of Steward knows; upgrade Steward.")
    return _adapter(_BY_KIND[kind]).validate_json(body)


def request_to_json(request: Request) -> str:
    """The whole request, clocks included."""
    return _adapter(Request).dump_json(request).decode()


def request_from_json(body: str) -> Request:
    """The request again."""
    return _adapter(Request).validate_json(body)


def request_shape() -> Any:
    """What a request's JSON holds: every field of every part, with its type and default, and nothing said about it."""
    return _unsaid(_adapter(Request).json_schema(mode="serialization"))


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
    body = _adapter(Message).dump_json(message)
    if b'"secret":true' in body:
        plain = _without_secrets(_adapter(Message).dump_python(message, mode="json"))
        body = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()
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


def message_from_json(body: str) -> Message:
    """Raises ValueError for a message of a later format."""
    stored = json.loads(body)
    if stored["v"] > FORMAT:
        raise ValueError(f"This message was written by a later Steward (format {stored['v']}); upgrade this one.")
    return _adapter(Message).validate_python(stored["message"])


def files_to_json(files: tuple[Attachment, ...]) -> str:
    """The files that came with a message."""
    return _adapter(tuple[Attachment, ...]).dump_json(files).decode()


def files_from_json(body: str) -> tuple[Attachment, ...]:
    """The files again."""
    return _adapter(tuple[Attachment, ...]).validate_json(body)


def calendar_to_json(calendar: Calendar) -> str:
    """One version of a calendar."""
    return _adapter(Calendar).dump_json(calendar).decode()


def calendar_from_json(body: str) -> Calendar:
    """The calendar again."""
    return _adapter(Calendar).validate_json(body)


def policy_to_json(policy: Policy) -> str:
    """One version of a policy."""
    return _adapter(Policy).dump_json(policy).decode()


def policy_from_json(body: str) -> Policy:
    """The policy again."""
    return _adapter(Policy).validate_json(body)


def settings_to_json(settings: ClientSettings | TeamSettings) -> str:
    """All settings of a client or of the team, defaults included: a later default changes nobody's desk."""
    return _adapter(type(settings)).dump_json(settings).decode()


def settings_from_json(kind: type[S], body: str) -> S:
    """The settings again; a field that is not stored has its default."""
    return _adapter(kind).validate_json(body)


def entry_to_json(entry: RequestKind | SavedReply | Hook | Recurring) -> str:
    """An entry of the catalogue."""
    return _adapter(type(entry)).dump_json(entry).decode()


def kind_from_json(body: str) -> RequestKind:
    """The kind of request again."""
    return _adapter(RequestKind).validate_json(body)


def hook_from_json(body: str) -> Hook:
    """The hook again."""
    return _adapter(Hook).validate_json(body)


def reply_from_json(body: str) -> SavedReply:
    """The saved reply again."""
    return _adapter(SavedReply).validate_json(body)


def work_to_json(work: Work) -> str:
    """How much somebody takes on, and when they are away."""
    return _adapter(Work).dump_json(work).decode()


def work_from_json(body: str) -> Work:
    """The same again."""
    return _adapter(Work).validate_json(body)


def review_to_json(review: Review) -> str:
    """A service review with its history."""
    return _adapter(Review).dump_json(review).decode()


def review_from_json(body: str) -> Review:
    """The review again."""
    return _adapter(Review).validate_json(body)


def recurring_from_json(body: str) -> Recurring:
    """The recurring request again."""
    return _adapter(Recurring).validate_json(body)
