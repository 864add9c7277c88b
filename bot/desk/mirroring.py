"""Edits and deletions: what somebody changes where they wrote it changes in every copy, and stays in the history.

They touch no clock (rules 5 and 7). Whatever order a platform tells of them in, and however often, it is right in the
end: a message is known by its reference, an edit older than the one known and any after a deletion are passed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.desk import copies, hearing, holding
from bot.desk.changing import Step, step
from bot.desk.context import Context, Heard, Refusal
from bot.desk.conversations import client_thread, private_thread, request_of, team_thread
from bot.domain import said
from bot.domain import text as words
from bot.domain.events import (
    Entry,
    Event,
    MessageClassCorrected,
    MessageDeleted,
    MessageEdited,
    NoteAdded,
    Opened,
    Reworded,
)
from bot.domain.files import Attachment
from bot.domain.request import Request
from bot.domain.said import Saying
from bot.messages import refusals
from bot.messages import slips as say
from bot.messages.model import NOTHING, Answer
from bot.ports import Change, Draft, MessageRef, Op, Source

LATE = timedelta(hours=1)
"""An edit of a message that the desk never heard is taken for the message itself where it is no older than this: it
may have overtaken it. An older one was written before the desk listened."""


async def edited(context: Context, heard: Heard) -> Answer:
    """The author changed a message; `heard` is the whole of it as it reads now. Raises Refusal for anybody else."""
    text = words.clean(heard.text)
    if len(text) > words.TEXT_LIMIT:
        raise Refusal(refusals.too_long("A message", words.TEXT_LIMIT, len(text)))
    source = await context.desk.store.source(heard.ref)
    if source is None:
        fresh = context.at - heard.at <= LATE
        return await hearing.hear(context, heard) if fresh or context.thread_request is not None else NOTHING
    if source.author != context.actor.id:
        raise Refusal(refusals.not_your_message(context.directory.name_of(source.author)))
    if words.is_blank(text):
        if not heard.files:
            return await _gone(context, source)
        text = ""
    older = heard.edited_at and source.edited_at and heard.edited_at < source.edited_at
    if source.deleted or older or (text, heard.files) == (source.text, source.files):
        return NOTHING
    at = heard.edited_at or context.at
    now = replace(source, text=text, files=heard.files, edited_at=at, revision=source.revision + 1)
    return await _revise(context, source, now)


async def deleted(context: Context, ref: MessageRef, *, moderator: bool = False) -> Answer:
    """A message is no more. Only its author can do that, or somebody whom the platform lets (`moderator`)."""
    source = await context.desk.store.source(ref)
    if source is None:
        if await context.desk.store.slot_at(ref) is not None:
            return NOTHING  # the desk's own
        # Remembered, so that it is not heard should it come in late.
        gone = Source(ref, context.actor.id, context.at, "", ref.message, deleted=True)
        return await context.commit(Change(sources=(gone,)))
    if source.author != context.actor.id and not moderator:
        raise Refusal(refusals.not_your_message(context.directory.name_of(source.author)))
    return await _gone(context, source)


async def unsay(context: Context, source: Source, note: Step | None = None) -> Answer:
    """Take a message away where it stands, as far as its platform lets the desk do so; `note` keeps its words."""
    where = await hearing.conversation_of(context.desk.store, source.ref.place)
    if where is None:
        raise Refusal(refusals.no_message())
    now = replace(source, text="", files=(), edited_at=context.at, revision=source.revision + 1, deleted=True)
    slot = f"slip:{source.key}"
    draft = Draft(f"{slot}:unsay", Op.DELETE, where, slot=slot)
    change = Change(outbox=(draft,), revised=(now,), slots=((slot, source.ref),))
    if note is not None:
        change = replace(change, requests=(note.change,), outbox=(*note.outbox, draft))
    said = say.inside(note.request) if note else say.unsaid()
    return await context.commit(await _with_files(context, change, source, now), Answer(said))


async def inside(context: Context, source: Source) -> Answer:
    """Take a message away where the client reads it, and keep its words and files as a note for the team."""
    number = request_of(await hearing.conversation_of(context.desk.store, source.ref.place))
    request = await context.desk.store.request(number) if number else None
    if request is None:
        raise Refusal(refusals.no_request_here())
    request = await hearing.survivor(context.desk.store, request)
    note = NoteAdded(holding.note_in(context, source.text, request), files=source.files)
    done = step(context.directory, context.desk.rules, request, (note,), at=context.at, by=context.actor)
    return await unsay(context, source, done)


async def _gone(context: Context, source: Source) -> Answer:
    if source.deleted:
        return NOTHING
    now = replace(source, text="", files=(), edited_at=context.at, revision=source.revision + 1, deleted=True)
    return await _revise(context, source, now)


async def _revise(context: Context, before: Source, now: Source) -> Answer:
    """The message as it is now, in the history and in every copy."""
    store = context.desk.store
    change = Change(revised=(now,))
    request = await store.request(now.request) if now.request else None
    if request is None:
        return await context.commit(await _with_files(context, change, before, now))
    entries = await store.history(request.number)
    spoken = said.written_in(entries, now.key)
    if now.deleted:
        facts = said.delete(spoken, now.key, was=before.text, files=before.files)
    else:
        facts = said.edit(spoken, now.key, text=now.text, was=before.text, files=now.files)
    opening = entries[0].event if entries else None
    if isinstance(opening, Opened) and now.key in opening.messages:
        facts += await _reworded(context, request, opening, before, now)
    if facts:
        done = step(context.directory, context.desk.rules, request, facts, at=context.at, by=context.actor)
        drafts = await again(context, done, entries)
        drafts |= _doubts(context, done, entries, now)
        change = replace(change, requests=(done.change,), outbox=(*done.outbox, *drafts.values()))
    return await context.commit(await _with_files(context, change, before, now))


async def _reworded(
    context: Context, request: Request, opening: Opened, before: Source, now: Source
) -> tuple[Event, ...]:
    """What the request was made of, line by line, with this one as it was and as it is."""
    known = {source.key: source for source in await context.desk.store.burst(before.ref)}
    lines = [known[key] for key in opening.messages if key in known]

    def all_of(line: Source) -> tuple[list[str], tuple[Attachment, ...]]:
        read = [line if source.key == line.key else source for source in lines]
        return [source.text for source in read], tuple(file for source in read for file in source.files)

    (old, files), (new, left) = all_of(before), all_of(now)
    return said.reword(request, old, new, files, left)


async def again(context: Context, done: Step, entries: Sequence[Entry]) -> dict[str, Draft]:
    """Every copy there is of the words that the step is about, by its slot, as they read now."""
    request, directory = done.request, context.directory
    now = said.sayings((*entries, *done.change.entries))
    wanted: dict[str, tuple[Saying, copies.Copy, str]] = {}
    for seq in sorted(_changed(done) & now.keys()):
        for slot, (copy, where) in copies.possible(directory, request, now[seq]).items():
            wanted[slot] = (now[seq], copy, where)
    placed = await context.desk.store.placed(wanted.keys())
    return {slot: copies.put(directory, request, *wanted[slot], again=True) for slot in wanted if slot in placed}


def _changed(done: Step) -> set[int]:
    events = [entry.event for entry in done.change.entries]
    about = {e.entry for e in events if isinstance(e, MessageEdited | MessageDeleted | MessageClassCorrected)}
    return about | {1} if any(isinstance(event, Reworded) for event in events) else about


def _doubts(context: Context, done: Step, entries: Sequence[Entry], now: Source) -> dict[str, Draft]:
    """An edit moves no clock; where it makes thanks a question, or the reverse, the team is asked."""
    spoken = said.sayings((*entries, *done.change.entries))
    drafts: dict[str, Draft] = {}
    for seq in _changed(done) - {1}:
        saying = spoken[seq]
        if now.deleted or saying.internal or saying.cls is hearing.class_of(context, now):
            continue
        draft = copies.doubt(context.directory, done.request, saying)
        drafts[draft.slot or ""] = draft
    return drafts


async def _with_files(context: Context, change: Change, before: Source, now: Source) -> Change:
    """Files that a message has no longer are no longer shown where it stands and is copied; deleted with their message,
    they stay with the team, as its words do."""
    here = await hearing.conversation_of(context.desk.store, before.ref.place)
    shown = tuple((file.id, here) for file in now.files if here)
    gone = [file.id for file in before.files if file not in now.files]
    of = now.request or 0
    places = {here, client_thread(of), private_thread(of)} - {None, team_thread(of)}
    hidden = tuple((id, where) for id in gone for where in sorted(filter(None, places)))
    return replace(change, shown_files=shown, hidden_files=hidden)
