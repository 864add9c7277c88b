"""Requests come in: by command and form, from a message, and logged by the team for a client who called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.desk.changing import Past, Step, step
from bot.desk.context import Context, Refusal, may_see
from bot.desk.conversations import client_side
from bot.desk.files import shown
from bot.desk.rota import by_turn
from bot.domain import said
from bot.domain import text as words
from bot.domain.events import ChecklistSet, ClientWrote, Event, Opened, Replied
from bot.domain.files import Attachment
from bot.domain.people import DESK, Person
from bot.domain.policy import Impact, Priority, Urgency, priority_of
from bot.domain.request import Request
from bot.messages import answers, refusals
from bot.messages.model import Answer
from bot.ports import Change, MessageRef, Place, Source, Turn


@dataclass(frozen=True)
class Ask:
    """What somebody asks for, as it was filled in, written or told. Only the title is required."""

    title: str
    details: str = ""
    kind: str = ""
    stopped: Impact | None = None
    outcome: str = ""
    source: str = "command"
    since: datetime | None = None
    """When the client first asked (UTC); now, where nothing is said."""
    priority: Priority | None = None
    """Set where somebody has judged it already; otherwise it follows from who is stopped."""
    follows: str = ""
    private: bool = False
    stakeholders: tuple[str, ...] = ()
    """By id; people of the requester's own client."""
    messages: tuple[str, ...] = ()
    """The messages it was written in."""
    files: tuple[Attachment, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()
    checklist: tuple[str, ...] = ()


async def open_by_words(context: Context, requester: Person, ask: Ask) -> Answer:
    """Open a request from what was filled in, or told the team by phone. Raises Refusal for what does not fit."""
    done = await opening(context, requester, ask)
    answer = Answer(answers.opened(done.request, context.directory, context.at))
    return await context.commit(Change((done.change,), done.outbox), answer)


async def opening(context: Context, requester: Person, ask: Ask) -> Step:
    """The step that opens a request; nothing is written yet except that a number is taken."""
    opened = await opening_fact(context, requester, ask)
    facts: list[Event | Past] = [opened]
    if ask.checklist:
        facts.append(Past(ChecklistSet(ask.checklist), context.at, DESK))
    facts += await by_turn(context, opened.client, opened.number)
    return step(context.directory, context.desk.rules, None, facts, at=context.at, by=context.actor)


async def opening_fact(context: Context, requester: Person, ask: Ask) -> Opened:
    """The opening as a fact, with a number of its own. Raises Refusal for what does not fit."""
    title, outcome, kind = (" ".join(words.clean(text).split()) for text in (ask.title, ask.outcome, ask.kind))
    details = words.clean(ask.details)
    if words.is_blank(title):
        raise Refusal(refusals.needs("The title"))
    if len(title) > words.TITLE_LIMIT:
        if details:
            raise Refusal(refusals.too_long("A title", words.TITLE_LIMIT, len(title)))
        details, title = title, words.title_from(title)
    for what, value, limit in (
        ("Details", details, words.TEXT_LIMIT),
        ("The outcome", outcome, 500),
        ("The kind", kind, 60),
    ):
        if len(value) > limit:
            raise Refusal(refusals.too_long(what, limit, len(value)))
    if requester.client is None or requester.client not in context.directory.clients:
        raise Refusal(refusals.no_client(requester.name))
    if (client := context.client(requester.client)).settings.closed:
        raise Refusal(refusals.client_closed(client.name, context.directory))
    return Opened(
        number=await context.desk.store.reserve_number(),
        client=requester.client,
        title=title,
        requester=requester.id,
        since=ask.since or context.at,
        source=ask.source,
        details=details,
        kind=kind,
        stopped=ask.stopped,
        outcome=outcome,
        priority=ask.priority or priority_of(ask.stopped, Urgency.NORMAL),
        follows=ask.follows,
        messages=ask.messages,
        files=ask.files,
        answers=ask.answers,
        private=ask.private,
        stakeholders=ask.stakeholders,
    )


def ref_at(place: Place, message: str) -> MessageRef:
    """A message of that channel, as the desk remembers heard ones."""
    return MessageRef(Place(place.platform, place.workspace, place.channel), message)


async def open_from(
    context: Context, lines: Sequence[Source], *, earlier: Request | None = None, turn: Turn | None = None
) -> Answer:
    """Open a request from heard messages, the lines of one burst in order; its thread hangs from the first of them.

    The clocks start when the client first wrote, and answers the team gave in its thread since then count (rule 6). The
    same message twice gives one request: lines that came in since join it. `earlier` is the ended request in whose
    thread it was written; the new one says so.
    """
    store, first = context.desk.store, lines[0]
    requester = context.directory.person(first.author)
    if requester is None or requester.client is None or not _own_channel(context, requester):
        raise Refusal(refusals.not_a_clients_message(context.actor))
    existing = next((s.request for s in lines if s.request), None)
    request = await store.request(existing) if existing and earlier is None else None
    if request is not None:
        if not may_see(context.actor, request):
            raise Refusal(refusals.no_message())
        return await _join(context, request, [s for s in lines if s.request is None], turn)
    place = first.ref.place
    thread = Place(place.platform, place.workspace, place.channel, place.thread or first.ref.message)
    # A thread that is another request's stays its own; this one then gets a message of its own to hang from.
    taken = earlier is None and await store.conversation_at(thread) is not None
    kept, rest = _fitting(lines)
    ask = Ask(
        title=said.title_of([s.text for s in lines], tuple(f for s in lines for f in s.files)),
        details=said.details_of([s.text for s in kept]),
        source="thread" if taken else "message",
        since=first.at,
        follows=earlier.ref if earlier else "",
        private=earlier is not None and earlier.private,
        stakeholders=earlier.stakeholders if earlier else (),
        messages=tuple(s.key for s in kept),
        files=tuple(f for s in kept for f in s.files),
    )
    opened = await opening_fact(context, requester, ask)
    given = [] if taken or earlier else await _replies(context, thread, first)
    answers_given = [_given(context, source) for source in given]
    facts: list[Event | Past] = [Past(opened, first.at, context.actor) if answers_given else opened]
    facts += answers_given
    facts += [_line(s) for s in rest]
    facts += await by_turn(context, opened.client, opened.number)
    done = step(
        context.directory,
        context.desk.rules,
        None,
        facts,
        at=context.at,
        by=context.actor,
    )
    return await context.commit(
        Change(
            (done.change,),
            done.outbox,
            sources=tuple(replace(s, request=done.request.number) for s in (*lines, *given)),
            turn=turn,
            shown_files=shown((f for s in lines for f in s.files), context.conversation),
            bindings=() if taken else ((client_side(done.request), thread),),
        ),
        Answer(answers.opened(done.request, context.directory, context.at)),
    )


async def _join(context: Context, request: Request, lines: Sequence[Source], turn: Turn | None) -> Answer:
    """The burst is a request already; what raced it is added now."""
    answer = Answer(answers.already(request, context.directory, context.at))
    if not lines or not request.status.is_open:
        return answer
    author = context.directory.person(lines[0].author) or context.actor
    facts = [_line(line) for line in lines]
    done = step(context.directory, context.desk.rules, request, facts, at=context.at, by=author)
    sources = tuple(replace(line, request=request.number) for line in lines)
    return await context.commit(Change((done.change,), done.outbox, sources=sources, turn=turn), answer)


def _line(source: Source) -> ClientWrote:
    return ClientWrote(source.text, message=source.key, files=source.files)


def _own_channel(context: Context, requester: Person) -> bool:
    """Whether the place is the requester's own client's: somebody of another client may write there as a guest."""
    kind, _, key = (context.conversation or "").partition(":")
    return kind == "request" or (kind == "client" and requester.client == key)


def _fitting(lines: Sequence[Source]) -> tuple[Sequence[Source], Sequence[Source]]:
    """The lines that fit into the details, and those that follow as messages: no word is refused or cut."""
    length = 0
    for index, line in enumerate(lines):
        length += len(line.text) + 1
        if length > words.TEXT_LIMIT and index:
            return lines[:index], lines[index:]
    return lines, ()


async def _replies(context: Context, thread: Place, first: Source) -> list[Source]:
    """What the team wrote in the message's own thread before it was a request."""
    return [
        source
        for source in await context.desk.store.sources_in(thread)
        if (author := context.directory.person(source.author))
        and author.is_staff
        and source.at >= first.at
        and source.request is None
        and not source.deleted
        and not source.slip
    ]


def _given(context: Context, source: Source) -> Past:
    cls = words.classify(source.text, context.directory.name_words())
    fact = Replied(source.text, cls, imported=True, message=source.key, files=source.files)
    return Past(fact, source.at, context.directory.people[source.author])
