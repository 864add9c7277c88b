"""Edits and deletions: what somebody changes where they wrote it changes in every copy, and stays in the history.

They touch no clock (rules 5 and 7). Whatever order a platform tells of them in, and however often, it is right in the
end: a message is known by its reference, an edit older than the one known and any after a deletion are passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.desk import copies, hearing, holding, linking
from bot.desk.changing import Step, step
from bot.desk.context import Context, Heard, Refusal
from bot.desk.conversations import client_thread, private_thread, request_of, team_thread
from bot.desk.files import shown
from bot.domain import merging, said
from bot.domain import text as words
from bot.domain.events import (
    Entry,
    Event,
    MessageClassCorrected,
    MessageDeleted,
    MessageEdited,
    NoteAdded,
    Reworded,
)
from bot.domain.request import Request
from bot.domain.said import Saying
from bot.messages import refusals
from bot.messages import slips as say
from bot.messages.model import NOTHING, Answer
from bot.ports import Change, Draft, MessageRef, Op, Source
from bot.ports.change import ref_of

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
    if not await _theirs(context, source):
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
    if not moderator and not await _theirs(context, source):
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


async def _theirs(context: Context, source: Source) -> bool:
    """Whether the actor wrote it, be it as who they were before their account was linked."""
    return source.author == context.actor.id or await linking.were(
        context.desk, source.author, context.actor.id, source.ref.place.platform
    )


async def _gone(context: Context, source: Source) -> Answer:
    if source.deleted:
        return NOTHING
    now = replace(source, text="", files=(), edited_at=context.at, revision=source.revision + 1, deleted=True)
    return await _revise(context, source, now)


async def _revise(context: Context, before: Source, now: Source) -> Answer:
    """The message as it is now, in the history and in every copy; also where it was split off into."""
    change = Change(revised=(now,))
    homes = await _homes(context, now)
    for request, entries in homes:
        if (done := await _revised(context, request, entries, before, now)) is not None:
            drafts = await again(context, done, entries)
            drafts |= _doubts(context, done, entries, now)
            outbox = (*change.outbox, *done.outbox, *drafts.values())
            change = replace(change, requests=(*change.requests, done.change), outbox=outbox)
    numbers = [request.number for request, _ in homes]
    return await context.commit(await _with_files(context, change, before, now, numbers))


async def _homes(context: Context, source: Source) -> list[tuple[Request, tuple[Entry, ...]]]:
    """The request that a message was said in, and those into which its words were split off since."""
    homes: list[tuple[Request, tuple[Entry, ...]]] = []
    wanted = [source.request] if source.request else []
    while wanted and len(homes) < merging.CHAIN:
        request = await context.desk.store.request(wanted.pop(0))
        if request is not None:
            entries = await context.desk.store.history(request.number)
            homes.append((request, entries))
            known = {home.number for home, _ in homes}
            wanted += [number for number in merging.went_along(entries, source.key) if number not in known]
    return homes


async def _revised(
    context: Context, request: Request, entries: tuple[Entry, ...], before: Source, now: Source
) -> Step | None:
    """What changes in one of them."""
    own = merging.opened_with(entries)
    spoken = [s for s in said.written_in(entries, now.key) if s.entry.seq > 1 or now.key in own]
    if now.deleted:
        facts = said.delete(spoken, now.key, was=before.text, files=before.files)
    else:
        facts = said.edit(spoken, now.key, text=now.text, was=before.text, files=now.files)
    if now.key in own:
        lines = await lines_of(context, own)
        old, new = ([line if s.key == line.key else s for s in lines] for line in (before, now))
        facts += reworded(request, old, new)
    if not facts:
        return None
    return step(context.directory, context.desk.rules, request, facts, at=context.at, by=context.actor)


async def lines_of(context: Context, keys: Iterable[str]) -> list[Source]:
    """The messages of these names, as they read now."""
    found = [await context.desk.store.source(ref_of(key)) for key in keys]
    return [source for source in found if source is not None]


def reworded(request: Request, before: Sequence[Source], after: Sequence[Source]) -> tuple[Event, ...]:
    """What the request was made of, line by line, as it was and as it is."""
    (old, files), (new, left) = (
        ([s.text for s in lines], tuple(file for s in lines for file in s.files)) for lines in (before, after)
    )
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


async def _with_files(
    context: Context, change: Change, before: Source, now: Source, numbers: Sequence[int] = ()
) -> Change:
    """Files that a message has no longer are no longer shown where it stands and is copied; deleted with their message,
    they stay with the team, as its words do."""
    here = await hearing.conversation_of(context.desk.store, before.ref.place)
    gone = [file.id for file in before.files if file.is_kept and file not in now.files]
    named = [*numbers, now.request or 0]
    threads = {thread(number) for number in named for thread in (client_thread, private_thread)}
    places = {here, *threads} - {None, *map(team_thread, named)}
    hidden = tuple((id, where) for id in gone for where in sorted(filter(None, places)))
    return replace(change, shown_files=shown(now.files, here), hidden_files=hidden)
