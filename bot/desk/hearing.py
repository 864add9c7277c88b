"""What people write and where: which conversation it is, and whether it is words for a request, a new one, or
nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from bot.commands import REGISTRY, UsageError, parse
from bot.desk import holding, intake, slips
from bot.desk.changing import Step, step
from bot.desk.context import Context, Heard, Refusal, may_see
from bot.desk.conversations import (
    ALERTS,
    TRIAGE,
    client_side,
    client_thread,
    private_thread,
    request_of,
    team_thread,
)
from bot.desk.files import allowed, shown
from bot.desk.publishing import PRIVATE, ROOT
from bot.domain import text as words
from bot.domain.classes import correct
from bot.domain.events import ClientWrote, Event, MessageClass, NoteAdded, Replied, Status
from bot.domain.merging import CHAIN
from bot.domain.names import read_ref
from bot.domain.people import Directory
from bot.domain.request import Request, client_confirms, client_writes, may_reopen, reply, take_on
from bot.messages import answers, refusals
from bot.messages import client as to_client
from bot.messages import slips as say
from bot.messages.model import NOTHING, Answer, Said
from bot.ports import Change, MessageRef, Place, Source, Store, Turn


async def conversation_of(store: Store, place: Place) -> str | None:
    """The logical conversation at a place; a thread that is nobody's belongs to its channel. One under the desk's own
    first message of a request is that request's as soon as people can write there, which may be before the desk has
    bound it; one under a card is always the team's, since a card that was deleted came anew, and its thread went on
    where it was."""
    found = await store.conversation_at(place)
    if found is not None or place.thread is None:
        return found
    channel = replace(place, thread=None)
    soon = _thread_under(await store.slot_at(MessageRef(channel, place.thread)))
    if soon is not None and (soon.endswith(":team") or await store.binding(soon) is None):
        return soon
    return await store.conversation_at(channel)


def _thread_under(slot: str | None) -> str | None:
    """What is to be bound to the thread of the message in that slot; of a request whose conversation is elsewhere it
    is not looked for there."""
    number, (_, _, what) = request_of_slot(slot), (slot or "").partition(":")
    threads = {"card": team_thread, ROOT: client_thread, f"{ROOT}{PRIVATE}": private_thread}
    return threads[what](number) if number is not None and what in threads else None


async def in_team_thread(store: Store, place: Place) -> bool:
    """Whether what is written there stays with the team, about one request."""
    name = await conversation_of(store, place)
    number = request_of(name)
    return number is not None and name == team_thread(number)


def request_of_slot(slot: str | None) -> int | None:
    """The number of the request whose card or first message a slot is (`ACME-42:card`)."""
    named = read_ref((slot or "").split(":")[0])
    return named.number if named else None


async def request_at(store: Store, ref: MessageRef) -> int | None:
    """The request that a message stands for: its card, its first message, or the client's words it was made of."""
    number = request_of_slot(await store.slot_at(ref))
    if number is None and (source := await store.source(ref)) is not None:
        number = source.request
    return number


async def survivor(store: Store, request: Request) -> Request:
    """The request that goes on in its place, through however many merges; itself where it was not merged."""
    for _ in range(CHAIN):
        found = await store.request(request.merged_into) if request.merged_into else None
        if found is None:
            break
        request = found
    return request


async def hear(context: Context, heard: Heard) -> Answer:
    """One message, from anybody the desk knows; never heard twice, not even under another event's id."""
    text = words.clean(heard.text)
    if words.is_blank(text):
        if not heard.files:
            return NOTHING
        text = ""
    if len(text) > words.TEXT_LIMIT:
        raise Refusal(refusals.too_long("A message", words.TEXT_LIMIT, len(text)))
    allowed(heard.files)
    store = context.desk.store
    if await store.source(heard.ref) is not None or await store.slot_at(heard.ref) is not None:
        return NOTHING  # heard before, or the desk's own: no platform's echo of it is anybody's words
    # Whoever hears it at this moment under another event's id may be done before the request is looked up.
    context = replace(context, hears=heard.ref)
    heard = replace(heard, text=text)
    number = context.thread_request
    if number is not None:
        return await _in_request(context, heard, number)
    kind, _, key = (context.conversation or "").partition(":")
    if kind == "client" and context.actor.client == key:
        return await _in_client_channel(context, heard)
    if kind == "client" and context.actor.is_staff:
        source = _source(heard, head=heard.ref.message)
        if (asked := holding.doubt(context, source, key, None)) is not None:
            return await holding.hold(context, source, asked)
        # Kept, since an answer given before the message was made a request counts (rule 6).
        return await _keep(context, source)
    if context.conversation in (TRIAGE, ALERTS) and context.actor.is_staff:
        return await _verb_without_a_call(context, heard.text)
    if kind == "dm" or heard.direct:
        return Answer(answers.only_commands_here(context.actor, context.desk.rules.command))
    return NOTHING


async def _in_request(context: Context, heard: Heard, number: int) -> Answer:
    request = await context.desk.store.request(number)
    if request is None or not may_see(context.actor, request):
        return NOTHING
    source = _source(heard, head=heard.ref.message)
    if request.private and context.conversation == client_thread(number):
        # Its old thread, where colleagues read: what is said there is not carried on.
        raise Refusal(refusals.private_now(request.ref))
    request = await survivor(context.desk.store, request)
    if not may_see(context.actor, request):
        return NOTHING
    if context.in_team_thread:
        note = NoteAdded(source.text, source.key, source.files)
        return await _take(context, request, (note,), source)
    if context.actor.is_staff:
        if (asked := holding.doubt(context, source, request.client, request)) is not None:
            return await holding.hold(context, source, asked)
        if request.status is Status.CANCELLED:
            return await _keep(context, source)
        cls = class_of(context, source)
        events = reply(request, text=source.text, cls=cls)
        owner = context.directory.person(request.owner)
        taken = take_on(request, by=context.actor, owner=owner) if cls is MessageClass.SUBSTANCE else ()
        return await _take(context, request, (*taken, *events), source, said=answers.taken if taken else None)
    return await _clients_words(context, request, source)


async def _verb_without_a_call(context: Context, text: str) -> Answer:
    """Nothing is done by plain words among colleagues; who seems to have meant a verb reads how, and can press it."""
    found = slips.verb_in(text, REGISTRY.commands.values(), tuple(context.directory.clients))
    request = await context.desk.store.request(found[2]) if found and found[2] < 2**31 else None
    if found is None or request is None or not found[0].who.allows(context.actor):
        return NOTHING
    command, rest, _ = found
    try:
        args = parse(command, rest)
    except UsageError:
        args = {"request": str(request.number)}
    typed = f"{context.desk.rules.command} {command.name} {rest}"
    return Answer(say.typed_plainly(request, typed, command.name, command.label, args))


async def meant(context: Context, source: Source) -> Answer:
    """What was held as a slip is a reply after all: it counts at the time at which it was written."""
    kept = replace(source, slip=False, revision=source.revision + 1)
    number = request_of(await conversation_of(context.desk.store, source.ref.place))
    request = await context.desk.store.request(number) if number else None
    if request is None:
        return await context.commit(Change(revised=(kept,)), Answer(say.meant()))
    request = await survivor(context.desk.store, request)
    entries = await context.desk.store.history(request.number)
    cls = class_of(context, source)
    facts = [_from(source, event) for event in reply(request, text=source.text, cls=cls)]
    at = source.at
    if request.last_at and source.at < request.last_at:
        # Something was recorded meanwhile, and history never goes back: it comes last, and counts from its own time.
        at = context.at
        if cls is MessageClass.SUBSTANCE:
            facts = [_from(source, event) for event in reply(request, text=source.text, cls=MessageClass.COURTESY)]
            now = _replied(context, request, facts, at).change.entries
            facts.append(correct((*entries, *now), now[-1].seq, cls, context.directory.calendars, said_at=source.at))
    done = _replied(context, request, facts, at)
    sources = (replace(source, request=request.number),)
    change = Change((done.change,), done.outbox, sources=sources, revised=(replace(kept, request=request.number),))
    return await context.commit(change, Answer(say.meant()))


def _replied(context: Context, request: Request, facts: Iterable[Event], at: datetime) -> Step:
    where = client_side(request)
    rules, directory = context.desk.rules, context.directory
    return step(directory, rules, request, facts, at=at, by=context.actor, written_in=where)


async def _clients_words(context: Context, request: Request, source: Source, turn: Turn | None = None) -> Answer:
    """A client's words for a request, wherever they stand."""
    text, cls = source.text, class_of(context, source)
    days = context.client(request.client).settings.reopen_days
    if request.status is Status.CANCELLED or not may_reopen(request, at=context.at, days=days):
        # Set aside, or too late to reopen (rule 15): the words open a new request where they were written.
        if cls is MessageClass.COURTESY:
            return await _keep(context, source, turn)
        return await intake.open_from(context, (replace(source, request=None),), earlier=request, turn=turn)
    affirmed = words.affirms(text, context.directory.name_words()) and not source.files
    if request.status is Status.RESOLVED and affirmed:
        return await _take(context, request, client_confirms(request, text=text), source, turn)
    if request.status in (Status.WAITING_CLIENT, Status.SET_ASIDE):
        cls = MessageClass.SUBSTANCE  # even a bare "thanks, yes" answers what was asked
    return await _take(context, request, client_writes(request, text=text, cls=cls), source, turn)


async def _take(
    context: Context,
    request: Request,
    events: Iterable[Event],
    source: Source,
    turn: Turn | None = None,
    said: Callable[[Request, Directory], Said] | None = None,
) -> Answer:
    done = step(
        context.directory,
        context.desk.rules,
        request,
        [_from(source, event) for event in events],
        at=context.at,
        by=context.actor,
        # Words from the channel, or the thread of one that was merged into it, stand elsewhere and are repeated here.
        written_in=context.conversation,
    )
    kept = replace(source, request=request.number)
    files = shown_files(context, (source,))
    change = Change((done.change,), done.outbox, sources=(kept,), turn=turn, shown_files=files)
    return await context.commit(change, Answer(said(done.request, context.directory)) if said else NOTHING)


def _from(source: Source, event: Event) -> Event:
    """The fact with the message whose words it is."""
    if isinstance(event, ClientWrote | Replied):
        return replace(event, message=source.key, files=source.files)
    return event


async def _keep(context: Context, source: Source, turn: Turn | None = None) -> Answer:
    """Remember a message that nothing else comes of."""
    return await context.commit(Change(sources=(source,), turn=turn, shown_files=shown_files(context, (source,))))


def shown_files(context: Context, sources: Iterable[Source]) -> tuple[tuple[str, str], ...]:
    """What came with these messages can be read by whoever reads this conversation."""
    return shown((file for source in sources for file in source.files), context.conversation)


async def _in_client_channel(context: Context, heard: Heard) -> Answer:
    """A line of its own, or one of the burst that its author's previous line belongs to."""
    store = context.desk.store
    last = await store.last_source(heard.ref.place, heard.author)
    turn = turn_of(heard.ref.place, heard.author, last)
    first = _source(heard, head=heard.ref.message)
    if last is None or context.at - last.at > context.desk.rules.burst:
        return await _first_line(context, first, turn)
    line = replace(first, head=last.head)
    request = await store.request(last.request) if last.request else None
    request = await survivor(store, request) if request else None
    if request is not None and may_see(context.actor, request) and not request.private:
        answer = await _clients_words(context, request, line, turn)
        # Who writes on in the channel should know where the words went.
        added = request.status.is_open and class_of(context, line) is MessageClass.SUBSTANCE
        return Answer(answers.added(request, line.key)) if added and answer is NOTHING else answer
    if class_of(context, last) is MessageClass.COURTESY:
        return await _first_line(context, first, turn)  # "hello", then the real thing: that is the first line
    return await _keep(context, line, turn)


async def _first_line(context: Context, source: Source, turn: Turn) -> Answer:
    if class_of(context, source) is MessageClass.COURTESY:
        return await _keep(context, source, turn)
    if context.client(context.actor.client or "").settings.auto_open:
        return await intake.open_from(context, (source,), turn=turn)
    offer = Answer(to_client.offer(source.ref.message))
    return await context.commit(
        Change(sources=(source,), turn=turn, shown_files=shown_files(context, (source,))), offer
    )


def turn_of(place: Place, author: str, last: Source | None) -> Turn:
    """What the author's latest line there is taken to be; the commit holds it so."""
    return Turn(place, author, last.ref.message if last else None, last.request if last else None)


def class_of(context: Context, source: Source) -> MessageClass:
    """What the message is to the clocks; one with files says something, whatever its words."""
    if source.files:
        return MessageClass.SUBSTANCE
    return words.classify(source.text, context.directory.name_words())


def _source(heard: Heard, *, head: str) -> Source:
    return Source(heard.ref, heard.author, heard.at, heard.text, head, files=heard.files, edited_at=heard.edited_at)
