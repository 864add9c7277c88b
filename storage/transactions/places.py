"""Messages heard, where conversations are, and which message shows a slot."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime

from bot.codec import files_from_json, files_to_json
from bot.ports import Conflict, MessageRef, Place, Source, Turn
from storage.instants import instant, instant_or_none, micros, micros_or_none
from storage.tx import Row, Tx, Value, ask, one


def columns(place: Place) -> dict[str, Value]:
    """A place as columns; no thread is ''."""
    return {
        "platform": place.platform,
        "workspace": place.workspace,
        "channel": place.channel,
        "thread": place.thread or "",
    }


def place_from(row: Row, prefix: str = "") -> Place:
    """The place again, from columns with that prefix."""
    return Place(
        platform=row[f"{prefix}platform"],
        workspace=row[f"{prefix}workspace"],
        channel=row[f"{prefix}channel"],
        thread=row[f"{prefix}thread"] or None,
    )


def ref_from(row: Row, prefix: str = "") -> MessageRef:
    """A message's reference, from columns with that prefix."""
    return MessageRef(place_from(row, prefix), row[f"{prefix}message"])


def _message(ref: MessageRef) -> dict[str, Value]:
    """What names a message; the thread it stands in does not."""
    place = ref.place
    return {
        "platform": place.platform,
        "workspace": place.workspace,
        "channel": place.channel,
        "message": ref.message,
    }


def keep(source: Source) -> Tx[None]:
    """Keep a heard message; one that is there already only learns its request. Raises Conflict where it has another,
    or was changed."""
    kept = yield from one(
        "keep_source",
        **_message(source.ref),
        **_words(source),
        thread=source.ref.place.thread or "",
        author=source.author,
        at=micros(source.at),
        head=source.head,
        request=source.request,
    )
    if kept is None:
        raise Conflict(f"message {source.ref.message} belongs to another request by now, or was changed")


def revise(source: Source) -> Tx[None]:
    """A heard message as it is now. Raises Conflict where it is not what the writer took it for."""
    kept = yield from one("revise_source", **_message(source.ref), **_words(source), request=source.request or 0)
    if kept is None:
        raise Conflict(f"message {source.ref.message} was changed meanwhile")


def _words(source: Source) -> dict[str, Value]:
    """What of a message its author can change."""
    return {
        "text": source.text,
        "files": files_to_json(source.files),
        "revision": source.revision,
        "edited_at": micros_or_none(source.edited_at),
        "deleted": source.deleted,
        "slip": source.slip,
    }


def hold_turn(turn: Turn) -> Tx[None]:
    """Let nobody else decide about that author's lines at that place until this is written. Raises Conflict where
    somebody did."""
    place = turn.place
    key = "\x1f".join((place.platform, place.workspace, place.channel, place.thread or "", turn.author))
    yield from one("hold_turn", key=key)
    last = yield from last_source(place, turn.author)
    seen = (last.ref.message, last.request) if last else (None, None)
    if seen != (turn.last, turn.request):
        raise Conflict(f"another line of {turn.author} came in meanwhile")


def _source(row: Row) -> Source:
    return Source(
        ref=ref_from(row),
        author=row["author"],
        at=instant(row["at"]),
        text=row["text"],
        head=row["head"],
        request=row["request"],
        files=files_from_json(row["files"]),
        revision=row["revision"],
        edited_at=instant_or_none(row["edited_at"]),
        deleted=bool(row["deleted"]),
        slip=bool(row["slip"]),
    )


def source(ref: MessageRef) -> Tx[Source | None]:
    """A message heard before."""
    row = yield from one("source_at", **_message(ref))
    return None if row is None else _source(row)


def last_source(place: Place, author: str) -> Tx[Source | None]:
    """The author's latest message at that very place."""
    row = yield from one("last_source", **columns(place), author=author)
    return None if row is None else _source(row)


def sources_in(place: Place) -> Tx[tuple[Source, ...]]:
    """All messages heard at that very place, the oldest first."""
    return tuple(_source(row) for row in (yield from ask("sources_in", **columns(place))))


def sources_since(place: Place, since: datetime) -> Tx[tuple[Source, ...]]:
    """The messages heard at that very place that were written from then on, the oldest first."""
    rows = yield from ask("sources_since", **columns(place), since=micros(since))
    return tuple(_source(row) for row in rows)


def burst(ref: MessageRef) -> Tx[tuple[Source, ...]]:
    """All lines of the burst that the message belongs to, in order; none where it was not heard."""
    member = yield from one("source_at", **_message(ref))
    if member is None:
        return ()
    place = ref.place
    rows = yield from ask(
        "burst",
        platform=place.platform,
        workspace=place.workspace,
        channel=place.channel,
        head=member["head"],
    )
    return tuple(_source(row) for row in rows)


def bind(conversation: str, place: Place) -> Tx[None]:
    """Say where a logical conversation is. A direct one is one person's: there it is nobody else's any more."""
    if conversation.startswith("dm:"):
        yield from ask("leave_direct", conversation=conversation, **columns(place))
    yield from ask("bind", conversation=conversation, **columns(place))


def standing() -> Tx[dict[str, Place]]:
    """Where the conversations are that are no request's, by name."""
    return {row["conversation"]: place_from(row) for row in (yield from ask("standing_bindings"))}


def bindings(of: Collection[str]) -> Tx[dict[str, Place]]:
    """Where these conversations are; one that is nowhere is left out."""
    rows = yield from ask("bindings", conversations=json.dumps(list(of)))
    return {row["conversation"]: place_from(row) for row in rows}


def binding(conversation: str) -> Tx[Place | None]:
    """Where a logical conversation is."""
    row = yield from one("binding", conversation=conversation)
    return None if row is None else place_from(row)


def places_of(platform: str, workspace: str, after: datetime) -> Tx[tuple[Place, ...]]:
    """Where clients write, and where requests are spoken of that have not ended before that instant."""
    rows = yield from ask("places_of", platform=platform, workspace=workspace, after=micros(after))
    return tuple(place_from(row) for row in rows)


def conversation_at(place: Place) -> Tx[str | None]:
    """Which logical conversation that place is."""
    row = yield from one("conversation_at", **columns(place))
    return None if row is None else row["conversation"]


def conversations_at(place: Place) -> Tx[tuple[str, ...]]:
    """All conversations that are there, by name."""
    return tuple(row["conversation"] for row in (yield from ask("conversations_at", **columns(place))))


def spoken_in(place: Place) -> Tx[bool]:
    """Whether a message of the desk's stands there, or one was heard there."""
    row = yield from one("spoken_in", **columns(place))
    return row is not None and bool(row["spoken"])


def lose(conversation: str, place: Place) -> Tx[None]:
    """A thread is no more: the conversation is nowhere, and nothing stands there. Raises Conflict where it is not there
    any more, since somebody else was first."""
    if (yield from one("unbind_at", conversation=conversation, **columns(place))) is None:
        raise Conflict(f"{conversation} has left that thread meanwhile")
    yield from empty(place)


def empty(place: Place) -> Tx[None]:
    """Nothing of the desk's stands there."""
    yield from ask("drop_deletions_at", **columns(place))
    yield from ask("empty_place", **columns(place))


def place_slot(name: str, ref: MessageRef) -> Tx[None]:
    """Say which message shows a slot."""
    yield from ask("place_slot", name=name, **columns(ref.place), message=ref.message)


def clear_slot(name: str) -> Tx[None]:
    """Nothing shows the slot any more."""
    yield from ask("clear_slot", name=name)


def slot(name: str) -> Tx[MessageRef | None]:
    """The message that shows a slot."""
    row = yield from one("slot", name=name)
    return None if row is None else ref_from(row)


def slot_at(ref: MessageRef) -> Tx[str | None]:
    """The slot that a message shows."""
    row = yield from one("slot_at", **_message(ref))
    return None if row is None else row["name"]


def placed(slots: Collection[str]) -> Tx[frozenset[str]]:
    """Which of these slots show a message, or will once what is in the outbox has arrived."""
    rows = yield from ask("placed", slots=json.dumps(sorted(slots)))
    return frozenset(row["name"] for row in rows)


def slots_in(conversation: str) -> Tx[tuple[str, ...]]:
    """The slots whose message stands in a conversation, or will; by name."""
    rows = yield from ask("slots_in", conversation=conversation)
    return tuple(row["name"] for row in rows)
