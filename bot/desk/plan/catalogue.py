"""The catalogue's sections: kinds of request and saved replies."""

from __future__ import annotations

from bot.desk.plan.document import Doc, Draft, Section, World
from bot.desk.plan.reading import Table
from bot.domain.playbooks import PlaybookError, RequestKind, SavedReply, read_fields, write_fields
from bot.domain.policy import Priority


def _write_kinds(world: World) -> Doc:
    return {key: _write_kind(kind) for key, kind in sorted(world.directory.kinds.items())}


def _write_kind(kind: RequestKind) -> Doc:
    table: Doc = {"label": kind.label, "client": kind.client, "active": kind.active}
    if kind.priority is not None:
        table["priority"] = kind.priority.value
    return table | {"questions": write_fields(kind.fields).splitlines(), "checklist": list(kind.checklist)}


def _read_kinds(table: Table, draft: Draft) -> None:
    kinds: list[RequestKind] = []
    for key in table.values:
        entry, there = table.table(key), draft.world.directory.kinds.get(key)
        priority = entry.text("priority", there.priority.value if there and there.priority else "") or None
        if priority is not None and priority not in list(Priority):
            entry.wrong(f"“{priority[:20]}” is no priority. Use {', '.join(Priority)}.", "priority")
            priority = None
        client = _client(entry, there.client if there else "", draft)
        asked = write_fields(there.fields).splitlines() if there else []
        try:
            kind = RequestKind(
                key,
                entry.text("label", there.label if there else key),
                client,
                read_fields("\n".join(entry.texts("questions", asked))),
                entry.texts("checklist", there.checklist if there else ()),
                Priority(priority) if priority else None,
                entry.flag("active", there.active if there else True),
            )
        except PlaybookError as error:
            entry.wrong(str(error))
        else:
            kinds += [kind] if kind != there else []
        entry.done()
    if kinds:
        draft.more["kinds"] = tuple(kinds)


def _write_replies(world: World) -> Doc:
    return {key: {"client": reply.client, "text": reply.text} for key, reply in sorted(world.directory.replies.items())}


def _read_replies(table: Table, draft: Draft) -> None:
    replies: list[SavedReply] = []
    for key in table.values:
        entry, there = table.table(key), draft.world.directory.replies.get(key)
        client = _client(entry, there.client if there else "", draft)
        try:
            reply = SavedReply(key, entry.text("text", there.text if there else ""), client)
        except PlaybookError as error:
            entry.wrong(str(error))
        else:
            replies += [reply] if reply != there else []
        entry.done()
    if replies:
        draft.more["replies"] = tuple(replies)


def _client(table: Table, default: str, draft: Draft) -> str:
    key = table.text("client", default).upper()
    if key and draft.client(key) is None:
        table.wrong(f"There is no client {key[:20]}. Leave it empty for every client.", "client")
    return key


KINDS = Section(
    "kinds",
    "Kinds of request that clients choose from: their questions and their checklists.",
    _write_kinds,
    _read_kinds,
    {
        "questions": "a * makes one required, (long) an area, and : one / two a choice",
        "client": "empty for every client",
        "checklist": "what is done each time, a step each",
    },
    keyed=True,
)
REPLIES = Section(
    "replies",
    "Saved replies, by the word that calls them.",
    _write_replies,
    _read_replies,
    {"text": "may hold {requester}, {ref}, {title}, {client}, {owner} and {me}"},
    keyed=True,
)
