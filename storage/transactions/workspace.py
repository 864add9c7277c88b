"""What the browser's chat keeps: channels, messages, reactions, read marks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from bot.codec import message_from_json, message_to_json
from bot.messages.model import Message
from bot.ports import Channel, ChannelKind, Posted, Reaction
from storage.instants import instant, instant_or_none, micros
from storage.tx import BIGGEST, Row, Rows, Tx, ask, fits, one

_ORDER = {ChannelKind.CLIENT: 0, ChannelKind.TEAM: 1, ChannelKind.DIRECT: 2}


def channels() -> Tx[tuple[Channel, ...]]:
    """All channels, clients' first, then the team's, then direct ones; by name."""
    rows = yield from ask("ws_channels")
    found = [
        Channel(
            id=row["id"],
            name=row["name"],
            kind=ChannelKind(row["kind"]),
            topic=row["topic"],
            client=row["client"],
            person=row["person"],
        )
        for row in rows
    ]
    # Sorted here: the databases do not agree on how names sort.
    return tuple(sorted(found, key=lambda channel: (_ORDER[channel.kind], channel.name.casefold(), channel.id)))


def put_channel(channel: Channel) -> Tx[None]:
    """Make or change a channel."""
    yield from ask(
        "ws_put_channel",
        id=channel.id,
        name=channel.name,
        kind=channel.kind.value,
        topic=channel.topic,
        client=channel.client,
        person=channel.person,
    )


def messages(channel: str, *, thread: int | None, before: int | None, limit: int) -> Tx[tuple[Posted, ...]]:
    """The latest messages below `before`, in order of id."""
    if thread is not None and not fits(thread):
        return ()
    before = BIGGEST if before is None else max(min(before, BIGGEST), 0)
    limit = max(min(limit, BIGGEST), 0)
    if thread is None:
        rows = yield from ask("ws_top_level", channel=channel, before=before, limit=limit)
    else:
        rows = yield from ask("ws_replies", channel=channel, thread=thread, before=before, limit=limit)
    return (yield from _posted(tuple(reversed(rows))))


def message(id: int) -> Tx[Posted | None]:
    """One message."""
    if not fits(id):
        return None
    found = yield from _posted((yield from ask("ws_message", id=id)))
    return found[0] if found else None


def by_key(key: str) -> Tx[Posted | None]:
    """The message added with that key."""
    row = yield from one("ws_by_key", key=key)
    return None if row is None else (yield from message(row["id"]))


def add(
    channel: str,
    *,
    at: datetime,
    thread: int | None,
    author: str | None,
    text: str,
    body: Message | None,
    key: str | None,
) -> Tx[tuple[Posted, bool]]:
    """Add a message; with a key that is there already, the existing one and False. The channel must exist."""
    row = yield from one(
        "ws_add",
        channel=channel,
        thread=thread,
        author=author,
        text=text,
        body=_body(body),
        at=micros(at),
        heard=author is None,  # what the desk says itself it need not be told
        key=key,
    )
    posted = (yield from message(row["id"])) if row else (yield from by_key(key or ""))
    if posted is None:
        raise LookupError("The message was neither added nor there.")
    return posted, row is not None


def edit(id: int, *, at: datetime, text: str, body: Message | None) -> Tx[None]:
    """Replace what it says; a deleted one stays blank."""
    if fits(id):
        yield from ask("ws_edit", id=id, at=micros(at), text=text, body=_body(body))


def delete(id: int) -> Tx[None]:
    """Blank it and take its reactions away."""
    if fits(id):
        yield from ask("ws_delete", id=id)
        yield from ask("ws_drop_reactions", message=id)


def react(id: int, person: str, emoji: str) -> Tx[bool]:
    """Put an emoji or take it away; answers whether it is there now. A deleted message takes none."""
    if not fits(id):
        return False
    if (yield from one("ws_unreact", message=id, person=person, emoji=emoji)) is not None:
        return False
    return (yield from one("ws_react", message=id, person=person, emoji=emoji)) is not None


def unheard(limit: int) -> Tx[tuple[Posted, ...]]:
    """People's messages that the desk has not been told of, oldest first."""
    return (yield from _posted((yield from ask("ws_unheard", limit=limit))))


def heard(id: int) -> Tx[None]:
    """The desk has been told of it."""
    if fits(id):
        yield from ask("ws_heard", id=id)


def mark_read(person: str, channel: str, up_to: int) -> Tx[None]:
    """Move the person's mark forward; never back."""
    yield from ask("ws_mark_read", person=person, channel=channel, up_to=max(min(up_to, BIGGEST), 0))


def unread(person: str) -> Tx[dict[str, int]]:
    """Messages of others after the person's mark, by channel."""
    rows = yield from ask("ws_unread", person=person)
    return {row["channel"]: row["unread"] for row in rows}


def _body(body: Message | None) -> str | None:
    return None if body is None else message_to_json(body)


def _posted(rows: Rows) -> Tx[tuple[Posted, ...]]:
    if not rows:
        return ()
    ids: list[int] = [row["id"] for row in rows]
    put: dict[int, dict[str, list[str]]] = {id: {} for id in ids}
    for row in (yield from ask("ws_reactions", messages=json.dumps(ids))):
        put[row["message"]].setdefault(row["emoji"], []).append(row["person"])
    return tuple(_message(row, _reactions(put[row["id"]])) for row in rows)


def _reactions(put: dict[str, list[str]]) -> Sequence[Reaction]:
    return [Reaction(emoji, tuple(people)) for emoji, people in put.items()]


def _message(row: Row, reactions: Sequence[Reaction]) -> Posted:
    return Posted(
        id=row["id"],
        channel=row["channel"],
        thread=row["thread"],
        author=row["author"],
        text=row["text"],
        body=None if row["body"] is None else message_from_json(row["body"]),
        at=instant(row["at"]),
        edited_at=instant_or_none(row["edited_at"]),
        deleted=bool(row["deleted"]),
        replies=row["replies"],
        last_reply_at=instant_or_none(row["last_reply_at"]),
        reactions=tuple(reactions),
    )
