"""What the browser's chat keeps: channels, messages, reactions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from bot.codec import files_from_json, files_to_json, message_to_json, message_to_show
from bot.domain.files import Attachment
from bot.messages.model import Message
from bot.messages.searching import folded, words_of
from bot.ports import Channel, ChannelKind, Posted, Reaction
from storage.instants import instant, instant_or_none, micros
from storage.tx import BIGGEST, Row, Rows, Tx, ask, fits, one

_ORDER = {ChannelKind.CLIENT: 0, ChannelKind.TEAM: 1, ChannelKind.DIRECT: 2}


def channels() -> Tx[tuple[Channel, ...]]:
    """All channels, clients' first, then the team's, then direct ones; by name."""
    found = [_channel(row) for row in (yield from ask("ws_channels"))]
    # Sorted here: the databases do not agree on how names sort.
    return tuple(sorted(found, key=lambda channel: (_ORDER[channel.kind], channel.name.casefold(), channel.id)))


def channel(id: str) -> Tx[Channel | None]:
    """One channel; none for text that no database can hold, NUL and lone halves of a character."""
    if "\0" in id or any("\ud800" <= letter <= "\udfff" for letter in id):
        return None
    row = yield from one("ws_channel", id=id)
    return None if row is None else _channel(row)


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
    mentions: Sequence[str],
    files: Sequence[Attachment],
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
        words=_words(text, body, files),
        files=files_to_json(tuple(files)) if files else None,
    )
    if row is not None:
        yield from _name(row["id"], mentions)
    posted = (yield from message(row["id"])) if row else (yield from by_key(key or ""))
    if posted is None:
        raise LookupError("The message was neither added nor there.")
    return posted, row is not None


def edit(id: int, *, at: datetime, text: str, body: Message | None, mentions: Sequence[str]) -> Tx[None]:
    """Replace what it says and whom it names; a deleted one stays blank."""
    if not fits(id):
        return
    row = yield from one("ws_files", id=id)
    words = _words(text, body, _files(row["files"]) if row else ())
    if (yield from one("ws_edit", id=id, at=micros(at), text=text, body=_body(body), words=words)) is not None:
        yield from ask("ws_drop_mentions", message=id)
        yield from _name(id, mentions)


def delete(id: int) -> Tx[None]:
    """Blank it and take its reactions, mentions and files away."""
    if fits(id):
        yield from ask("ws_delete", id=id)
        yield from ask("ws_drop_reactions", message=id)
        yield from ask("ws_drop_mentions", message=id)


def react(id: int, person: str, emoji: str) -> Tx[bool]:
    """Put an emoji or take it away; answers whether it is there now. A deleted message takes none."""
    if not fits(id):
        return False
    if (yield from one("ws_unreact", message=id, person=person, emoji=emoji)) is not None:
        return False
    return (yield from one("ws_react", message=id, person=person, emoji=emoji)) is not None


def unheard(limit: int) -> Tx[tuple[Posted, ...]]:
    """People's messages that the desk has not been told of as they are now, oldest first."""
    return (yield from _posted((yield from ask("ws_unheard", limit=limit))))


def heard(id: int) -> Tx[None]:
    """The desk has been told of it."""
    if fits(id):
        yield from ask("ws_heard", id=id)


def some(ids: Sequence[int]) -> Tx[tuple[Posted, ...]]:
    """The messages with these ids, in their order."""
    known = [id for id in ids if fits(id)]
    rows: Rows = (yield from ask("ws_some", messages=json.dumps(known))) if known else ()
    found = {posted.id: posted for posted in (yield from _posted(rows))}
    return tuple(found[id] for id in known if id in found)


def last_own(channel: str, person: str, thread: int | None) -> Tx[Posted | None]:
    """The person's latest message at a channel's top level or in a thread."""
    if thread is not None and not fits(thread):
        return None
    row = yield from one("ws_last_own", channel=channel, thread=thread or 0, person=person)
    return None if row is None else (yield from message(row["id"]))


def search(words: str, channels: Sequence[str], *, before: int | None, limit: int) -> Tx[tuple[Posted, ...]]:
    """The newest messages that hold every word."""
    wanted = folded(words).split()
    if not wanted or not channels:
        return ()
    rows = yield from ask(
        "ws_search",
        before=BIGGEST if before is None else max(min(before, BIGGEST), 0),
        channels=json.dumps(list(channels)),
        words=json.dumps(wanted),
        limit=max(min(limit, BIGGEST), 0),
    )
    return (yield from _posted(rows))


def _words(text: str, body: Message | None, files: Sequence[Attachment]) -> str:
    return folded("\n".join((text if body is None else words_of(body), *(file.name for file in files))))


def _files(stored: str | None) -> tuple[Attachment, ...]:
    return files_from_json(stored) if stored else ()


def _name(id: int, mentions: Sequence[str]) -> Tx[None]:
    for person in dict.fromkeys(mentions):
        yield from ask("ws_mention", message=id, person=person)


def _channel(row: Row) -> Channel:
    return Channel(
        id=row["id"],
        name=row["name"],
        kind=ChannelKind(row["kind"]),
        topic=row["topic"],
        client=row["client"],
        person=row["person"],
    )


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
        body=None if row["body"] is None else message_to_show(row["body"]),
        at=instant(row["at"]),
        edited_at=instant_or_none(row["edited_at"]),
        deleted=bool(row["deleted"]),
        replies=row["replies"],
        last_reply_at=instant_or_none(row["last_reply_at"]),
        reactions=tuple(reactions),
        files=_files(row["files"]),
    )
