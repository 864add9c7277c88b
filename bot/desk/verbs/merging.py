"""One matter that was raised twice, and two matters that were raised as one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

from bot.commands import Kind, Spec, Who, command
from bot.desk import mirroring
from bot.desk.changing import Past, Step, step
from bot.desk.context import Context, Refusal
from bot.desk.intake import Ask, opening_fact
from bot.desk.verbs.common import RequestArg, take
from bot.domain import merging as decide
from bot.domain import text as words
from bot.domain.events import Cancelled, ClientWrote, Entry, Event, Opened, Replied, SplitOff
from bot.domain.names import target_word
from bot.domain.people import Person
from bot.domain.request import Request
from bot.domain.said import details_of, sayings, title_of
from bot.messages import forms, refusals
from bot.messages import merging as say
from bot.messages.model import Answer, Form
from bot.ports import Change, RequestQuery, Source
from bot.ports.change import key_of, ref_of

_OFFERED = 20


async def _merge_form(context: Context, args: Mapping[str, Any]) -> Form:
    """The client's open requests that the same people see, the newest first."""
    found = await context.find(args.get("request"))
    query = RequestQuery(client=found.client, statuses=decide.OPEN, limit=100)
    others = [
        (other.ref, other.title)
        for other in await context.desk.store.requests(query)
        if other.number != found.number and decide.audience(other) == decide.audience(found)
    ]
    return forms.merge(found.ref, others[:_OFFERED])


@command(who=Who.STAFF, label="Merge into…", example="merge 42 into 40", form=_merge_form)
async def merge(
    context: Context,
    request: RequestArg,
    into: Annotated[str, Spec("The request in which it goes on", Kind.TEXT, suggest="request")],
) -> Answer:
    """Let a request go on in another one; later messages follow, and it leaves no verdict."""
    source = await context.find(request)
    target = await context.find(target_word(into))
    ends, goes_on = decide.merge(source, target)
    gone, kept = take(context, source, ends), take(context, target, goes_on)
    return await context.commit(
        Change((gone.change, kept.change), (*gone.outbox, *kept.outbox)), Answer(say.merged(gone.request, kept.request))
    )


@command(
    who=Who.STAFF,
    label="Split…",
    example="split 42 The printer too",
    on_message="Split into its own request",
)
async def split(
    context: Context,
    request: RequestArg = "",
    title: Annotated[str, Spec("What it is about", Kind.TEXT)] = "",
    entry: Annotated[str, Spec("Which of the client's words, by entry")] = "",
    back: Annotated[bool, Spec("Only take a merge back")] = False,
) -> Answer:
    """Make words that the client wrote in a request another one; on a merged request, take the merge back."""
    found = await context.find(request)
    if found.merged_into:
        return await _unmerge(context, found)
    entries = await context.desk.store.history(found.number)
    # An older button says only which request; it stands where that one went, and never meant to split words.
    there = context.thread_request if not (title or entry or context.message) else None
    if back or (there and any(isinstance(e.event, Cancelled) and e.event.into == there for e in entries)):
        decide.taken_back(found, entries)
    said = sayings(entries)
    theirs = [e for e in entries if isinstance(e.event, ClientWrote) and said[e.seq].text]
    chosen: int | None = None
    if entry.isdecimal():
        chosen = int(entry)
    elif context.message is not None:
        key = key_of(context.message.ref)
        source = await context.desk.store.source(context.message.ref)
        if source is not None and key in _opening(entries):
            return await _split_opening(context, found, entries, source, title)
        chosen = next((e.seq for e in theirs if getattr(e.event, "message", "") == key), 0)
    elif len(theirs) == 1 and title:
        chosen = theirs[0].seq
    if chosen is None:
        if not theirs:
            raise Refusal(refusals.nothing_to_split(found.ref))
        shown = [(e.seq, " ".join(said[e.seq].text.split())[:80]) for e in reversed(theirs)]
        return Answer(form=forms.split(found.ref, shown[:_OFFERED]))
    lines = decide.burst(entries, chosen, context.desk.rules.burst)
    if not lines:
        raise Refusal(refusals.not_a_message_of(found.ref))
    return await _split(context, found, entries, lines, title)


@command(who=Who.ALL, label="This is another matter", on_message="This is another matter", hidden=True)
async def another(
    context: Context, message: Annotated[str, Spec("The message, as the request's history names it")] = ""
) -> Answer:
    """Make a request of exactly one message that was taken for part of another one."""
    key = key_of(context.message.ref) if context.message else words.clean(message)
    source = await context.desk.store.source(ref_of(key))
    if source is None or source.request is None or source.deleted:
        raise Refusal(refusals.no_message())
    found = await context.find(source.request)
    if not context.actor.is_staff and source.author != context.actor.id:
        raise Refusal(refusals.not_your_message(context.directory.name_of(source.author)))
    entries = await context.desk.store.history(found.number)
    if source.key in _opening(entries):
        return await _split_opening(context, found, entries, source)
    lines = [e for e in entries if isinstance(e.event, ClientWrote) and e.event.message == source.key]
    if not lines:
        raise Refusal(refusals.not_a_message_of(found.ref))
    return await _split(context, found, entries, lines, "")


async def _unmerge(context: Context, source: Request) -> Answer:
    target = await context.find(source.merged_into)
    alone, left = decide.unmerge(source, await context.desk.store.history(target.number))
    back, kept = take(context, source, alone), take(context, target, left)
    return await context.commit(
        Change((back.change, kept.change), (*back.outbox, *kept.outbox)),
        Answer(say.unmerged(back.request, kept.request)),
    )


async def _split(
    context: Context, old: Request, entries: Sequence[Entry], lines: Sequence[Entry], title: str
) -> Answer:
    """The new request starts with its first line, and answers given since then count (rule 6)."""
    said, first = sayings(entries), lines[0]
    gone = [e.event for e in entries if isinstance(e.event, SplitOff)]
    if before := next((fact for fact in gone if {line.seq for line in lines} & set(fact.entries)), None):
        raise Refusal(refusals.split_already(before.ref), show=before.number)
    texts, files = [said[e.seq].text for e in lines], tuple(f for e in lines for f in said[e.seq].files)
    requester = context.directory.person(first.by)
    if requester is None or requester.client != old.client:
        raise Refusal(refusals.not_a_message_of(old.ref))
    ask = Ask(
        title=title if not words.is_blank(title) else title_of(texts, files),
        details=details_of(texts),
        source="split",
        since=first.at,
        messages=tuple(key for e in lines if (key := getattr(e.event, "message", ""))),
        files=files,
        private=old.private,
        stakeholders=tuple({old.requester, *old.stakeholders} - {requester.id}) if old.private else (),
    )
    new, answer = await _opened(context, old, requester, ask, [e for e in entries if e.seq > lines[-1].seq])
    left_it = decide.split_off(entries, lines, number=new.request.number, ref=new.request.ref)
    left = take(context, old, left_it)
    return await context.commit(Change((left.change, new.change), (*left.outbox, *new.outbox)), answer(left))


async def _opened(
    context: Context, old: Request, requester: Person, ask: Ask, later: Sequence[Entry]
) -> tuple[Step, Callable[[Step], Answer]]:
    """The new request, with the answers that its asker had already, and what the one who split it reads."""
    opened = replace(await opening_fact(context, requester, ask), split_from=old.ref)
    answers = [_given(context, e, e.event) for e in later if isinstance(e.event, Replied)]
    since = ask.since or context.at
    facts: list[Event | Past] = [Past(opened, since, context.actor) if answers else opened, *answers]
    new = step(context.directory, context.desk.rules, None, facts, at=context.at, by=context.actor)
    return new, lambda left: Answer(say.split(new.request, left.request))


def _opening(entries: Sequence[Entry]) -> tuple[str, ...]:
    opening = entries[0].event if entries else None
    return opening.messages if isinstance(opening, Opened) else ()


async def _split_opening(
    context: Context, old: Request, entries: Sequence[Entry], source: Source, title: str = ""
) -> Answer:
    """One of the messages that a request was opened with becomes its own; what is left is what the old one is about."""
    own = decide.opened_with(entries)
    if source.key not in own:
        (number, *_) = decide.went_along(entries, source.key)
        raise Refusal(refusals.split_already((await context.find(number)).ref), show=number)
    lines = await mirroring.lines_of(context, own)
    left = [line for line in lines if line.key != source.key]
    if all(line.deleted for line in left):
        raise Refusal(refusals.only_line(old.ref))
    requester = context.directory.person(source.author)
    if requester is None or requester.client != old.client:
        raise Refusal(refusals.not_a_message_of(old.ref))
    ask = Ask(
        title=title if not words.is_blank(title) else title_of([source.text], source.files),
        details=source.text,
        source="split",
        since=source.at,
        messages=(source.key,),
        files=source.files,
        private=old.private,
        stakeholders=tuple({old.requester, *old.stakeholders} - {requester.id}) if old.private else (),
    )
    new, answer = await _opened(context, old, requester, ask, [e for e in entries if e.seq > 1])
    rest = mirroring.reworded(old, lines, left)
    facts = (*decide.line_off(old, source.key, number=new.request.number, ref=new.request.ref), *rest)
    gone = take(context, old, facts)
    again = await mirroring.again(context, gone, entries)
    outbox = (*gone.outbox, *again.values(), *new.outbox)
    return await context.commit(Change((gone.change, new.change), outbox), answer(gone))


def _given(context: Context, entry: Entry, event: Replied) -> Past:
    """An answer that the client had already: it counts, and is not sent again."""
    author = context.directory.person(entry.by) or Person(entry.by, entry.by, entry.role)
    return Past(Replied(event.text, event.cls, imported=True), entry.at, author)
