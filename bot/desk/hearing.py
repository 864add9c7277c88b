"""What people write and where: which conversation it is, and whether it is words for a request, a new one, or
nothing."""

from __future__ import annotations

from dataclasses import replace

from bot.commands import Command, Kind
from bot.desk import intake
from bot.desk.changing import step
from bot.desk.context import Context, Heard, Refusal, may_see
from bot.desk.publishing import client_thread
from bot.domain import text as words
from bot.domain.events import MessageClass, NoteAdded, Status
from bot.domain.names import read_ref
from bot.domain.request import client_writes, may_reopen, reply
from bot.messages import client as to_client
from bot.messages import refusals
from bot.messages.model import NOTHING, Answer
from bot.ports import Change, Place, RequestQuery, Source, Store


async def conversation_of(store: Store, place: Place) -> str | None:
    """The logical conversation at a place; a thread that is nobody's belongs to its channel."""
    found = await store.conversation_at(place)
    if found is None and place.thread is not None:
        return await store.conversation_at(replace(place, thread=None))
    return found


def request_of_slot(slot: str | None) -> int | None:
    """The number of the request whose card or first message a slot is (`ACME-42:card`)."""
    named = read_ref((slot or "").split(":")[0])
    return named.number if named else None


async def hear(context: Context, heard: Heard) -> Answer:
    """One message, from anybody the desk knows."""
    text = words.clean(heard.text)
    if words.is_blank(text):
        return NOTHING
    if len(text) > words.TEXT_LIMIT:
        raise Refusal(refusals.too_long("A message", words.TEXT_LIMIT, len(text)))
    heard = replace(heard, text=text)
    number = context.thread_request
    if number is not None:
        return await _in_request(context, heard, number)
    kind, _, key = (context.conversation or "").partition(":")
    if kind == "client" and context.actor.client == key:
        return await _in_client_channel(context, heard)
    return NOTHING


async def _in_request(context: Context, heard: Heard, number: int) -> Answer:
    request = await context.desk.store.request(number)
    if request is None or not may_see(context.actor, request):
        return NOTHING
    text, cls, actor = heard.text, _class(context, heard.text), context.actor
    if context.in_team_thread:
        events = (NoteAdded(text),)
    elif actor.is_staff:
        if request.status is Status.CANCELLED:
            return NOTHING
        events = reply(request, text=text, cls=cls)
    else:
        days = context.client(request.client).reopen_days
        ended = request.status is Status.CANCELLED or not may_reopen(request, at=context.at, days=days)
        if ended:
            # Too late to reopen (rule 15), or set aside: the words open a new request, in this very thread.
            if cls is MessageClass.COURTESY:
                return NOTHING
            return await intake.open_from(context, (_source(heard, head=heard.ref.message),), earlier=request)
        if request.status is Status.WAITING_CLIENT:
            cls = MessageClass.SUBSTANCE  # even a bare "thanks, yes" answers what was asked
        events = client_writes(request, text=text, cls=cls)
    done = step(
        context.directory,
        context.desk.rules,
        request,
        events,
        at=context.at,
        by=actor,
        written_in=context.conversation,
    )
    source = replace(_source(heard, head=heard.ref.message), request=number)
    return await context.commit(Change((done.change,), done.outbox, sources=(source,)))


async def _in_client_channel(context: Context, heard: Heard) -> Answer:
    store, rules = context.desk.store, context.desk.rules
    last = await store.last_source(heard.ref.place, heard.author)
    if last is not None and context.at - last.at <= rules.burst and last.ref != heard.ref:
        source = replace(_source(heard, head=last.head), request=last.request)
        request = await store.request(last.request) if last.request else None
        if request is None or not request.status.is_open:
            if last.request is None and _class(context, last.text) is MessageClass.COURTESY:
                return await _first_line(context, heard)  # "hello", then the real thing: that is the first line
            await context.commit(Change(sources=(source,)))
            return NOTHING
        events = client_writes(request, text=heard.text, cls=_class(context, heard.text))
        done = step(
            context.directory,
            rules,
            request,
            events,
            at=context.at,
            by=context.actor,
            written_in=client_thread(request.number),
        )
        return await context.commit(Change((done.change,), done.outbox, sources=(source,)))
    return await _first_line(context, heard)


async def _first_line(context: Context, heard: Heard) -> Answer:
    source = _source(heard, head=heard.ref.message)
    if _class(context, heard.text) is MessageClass.COURTESY:
        return await context.commit(Change(sources=(source,)))
    if context.client(context.actor.client or "").auto_open:
        return await intake.open_from(context, (source,))
    offer = Answer(to_client.offer(heard.ref.message))
    return await context.commit(Change(sources=(source,)), offer)


def _class(context: Context, text: str) -> MessageClass:
    return words.classify(text, context.directory.name_words())


def _source(heard: Heard, *, head: str) -> Source:
    return Source(heard.ref, heard.author, heard.at, heard.text, head)


# --- completing what is typed ---------------------------------------------------------------------


async def suggest(context: Context, command: Command, rest: str) -> list[tuple[str, str, str]]:
    """Completions of a command's arguments: (what to insert, its label, a word of help)."""
    typed = rest.split(" ")
    last, before = typed[-1].lower().lstrip("@"), " ".join([command.name, *typed[:-1]])
    index = len(typed) - 1
    params = [p for p in command.params if p.kind is not Kind.FLAG]
    if context.thread_request and params and params[0].kind is Kind.REQUEST and not read_ref(typed[0]):
        index += 1
    if index >= len(params):
        return []
    param = params[index]
    found: list[tuple[str, str, str]] = []
    match param.kind:
        case Kind.REQUEST:
            own = None if context.actor.is_staff else context.actor.client
            live = tuple(s for s in Status if s.is_open or s is Status.RESOLVED)
            for request in await context.desk.store.requests(RequestQuery(client=own, statuses=live, limit=50)):
                found.append((str(request.number), request.ref, request.title))
        case Kind.CHOICE:
            found = [(c, c, "") for c in param.choices]
        case Kind.PERSON:
            people = context.directory.staff()
            if param.suggest == "people":
                people = sorted(
                    (p for p in context.directory.people.values() if p.active and not p.is_staff),
                    key=lambda p: p.name,
                )
            found = [(f"@{p.id}", p.name, p.client or p.role) for p in people]
        case _:
            pass
    hits = [f for f in found if any(last in part.lower() for part in f)]
    return [(f"{before} {insert} ", label, help) for insert, label, help in hits[:12]]
