"""Raising a request: by command or form, from a message, and for somebody who called."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from bot.commands import Kind, Spec, Who, command
from bot.desk import hearing, intake
from bot.desk.context import Context, Heard, Refusal, may_see
from bot.desk.files import mine
from bot.desk.plan import audited
from bot.desk.roster import NAME_LIMIT, free_id
from bot.desk.verbs import asks
from bot.desk.verbs.common import kind_of, people_of_theirs, somebody
from bot.domain import moments, playbooks
from bot.domain import text as words
from bot.domain.people import Person, Role
from bot.domain.playbooks import RequestKind
from bot.domain.policy import Impact, Priority
from bot.messages import forms, refusals
from bot.messages.model import Answer
from bot.ports import DirectoryEdit, Source


@command(who=Who.CLIENT, label="New request", example="new Export fails", aliases=("ask",), form=asks.new)
async def new(
    context: Context,
    title: Annotated[str, Spec("What it is about, in a few words", Kind.TEXT)],
    details: Annotated[str, Spec("What happens, since when")] = "",
    kind: Annotated[str, Spec("What kind of request")] = "",
    stopped: Annotated[Impact | None, Spec("Who is stopped?")] = None,
    outcome: Annotated[str, Spec("What outcome are you after?")] = "",
    answers: Annotated[dict[str, str] | None, Spec("What its kind asks for", Kind.VALUES)] = None,
    private: Annotated[bool, Spec("Only you, those you name and the team ever see it")] = False,
    with_: Annotated[str, Spec("Who of yours sees a private one too", Kind.PERSON, suggest="own", option=True)] = "",
) -> Answer:
    """Raise a request. Only the title is needed; with --private only you, those you name and the team see it."""
    colleagues = people_of_theirs(context, context.actor, with_)
    source = "API" if context.actor.via else "command"
    ask = intake.Ask(title, details, kind, Impact(stopped) if stopped else None, outcome, source)
    # Whoever names people means it to be theirs alone.
    ask = replace(ask, private=private or bool(colleagues), stakeholders=tuple(p.id for p in colleagues))
    filled = answers or {}
    files = filled.get("files", "")
    ask = replace(ask, files=await mine(context.desk, context.actor.id, [id for id in files.split(",") if id]))
    chosen = kind_of(context, kind)
    if chosen is None:
        return await intake.open_by_words(context, context.actor, ask)
    given = {field.label: filled.get(f"answer-{number}", "") for number, field in enumerate(chosen.fields)}
    good, wrong = playbooks.answers(chosen, given)
    asked = any(name.startswith("answer-") for name in filled)
    if wrong or (chosen.fields and not asked):
        known = {"title": title, "details": details, "kind": kind, "stopped": stopped or "", "outcome": outcome}
        known |= {"private": "yes" if ask.private else "", "with": with_, "files": files}
        return Answer(form=forms.questions(chosen, known, given, wrong if asked else {}))
    ask = replace(ask, kind=chosen.key, answers=tuple(good.items()), checklist=chosen.checklist)
    return await intake.open_by_words(context, context.actor, replace(ask, priority=_priority(chosen, ask)))


def _priority(kind: RequestKind, ask: intake.Ask) -> Priority | None:
    """The kind's own, where nobody said who is stopped."""
    return ask.priority or (None if ask.stopped else kind.priority)


@command(who=Who.ALL, label="Turn into request", on_message="Turn into request", emoji=("🎫",), hidden=True)
async def turn(context: Context, message: Annotated[str, Spec("The message")] = "") -> Answer:
    """Make a request of a message a client wrote."""
    heard = context.message
    if heard is None and message and context.place is not None:
        ref = intake.ref_at(context.place, words.clean(message))
    elif heard is not None:
        ref = heard.ref
    else:
        raise Refusal(refusals.no_message())
    kind, _, key = (context.conversation or "").partition(":")
    there = await context.desk.store.request(context.thread_request) if context.thread_request else None
    if there is not None and may_see(context.actor, there):
        raise Refusal(refusals.belongs_already(there.number))
    if kind != "client" or (not context.actor.is_staff and context.actor.client != key):
        raise Refusal(refusals.not_a_clients_message(context.actor))
    store = context.desk.store
    lines = await store.burst(ref)
    if not lines and heard is not None:
        lines = (_unheard(heard),)
    if not lines:
        raise Refusal(refusals.no_message())
    place, author = lines[0].ref.place, lines[0].author
    turn = hearing.turn_of(place, author, await store.last_source(place, author))
    # Read once more, now that the turn is known: a line that came in between would belong to nothing.
    return await intake.open_from(context, await store.burst(ref) or lines, turn=turn)


def _unheard(heard: Heard) -> Source:
    """A message from before the desk listened."""
    return Source(heard.ref, heard.author, heard.at, words.clean(heard.text), heard.ref.message)


_HOW = re.compile(
    r"by (?P<how>phone|mail|chat|visit)\b"
    r"(?:\s+(?:at\s+)?(?P<at>(?:yesterday\s+(?:at\s+)?)?(?:\d{1,2}:\d{2}(?:\s?[ap]m)?|\d{1,2}\s?[ap]m)))?:?\s*",
    re.IGNORECASE,
)
"""“by phone: …”, “by mail at 14:05: …” says how and when it came, and is no part of the client's words."""


@command(who=Who.STAFF, label="Log a request", example="log @dana by phone at 14:05: the export fails", form=asks.log)
async def log(
    context: Context,
    person: Annotated[str, Spec("Who asked", Kind.PERSON, suggest="people")],
    text: Annotated[str, Spec("What they said, in their words", Kind.TEXT)],
    at: Annotated[str, Spec("When they asked, such as 14:05 or yesterday 16:00", option=True)] = "",
    priority: Annotated[str, Spec("How pressing it is: P1 to P4", option=True)] = "",
    kind: Annotated[str, Spec("What kind of request", option=True)] = "",
    client: Annotated[str, Spec("Of somebody new: their client's key", Kind.CLIENT, option=True)] = "",
    title: Annotated[str, Spec("Its title, where the words are the details", option=True)] = "",
) -> Answer:
    """Record a request for a client who called or mailed, from when they did; they are told."""
    text = words.clean(text)
    how = None if title else _HOW.match(text)
    said = text[how.end() :] if how else text
    when = at or (how["at"] if how and how["at"] else "")
    given = {"text": text, "at": at, "priority": priority, "kind": kind, "title": title}
    since: datetime | None = None
    if when:
        try:
            since = moments.recall(when, now=context.at, zone_name=context.actor.zone).at
        except moments.MomentError as no:
            return Answer(form=await asks.log(context, {**given, "person": person}, {"at": str(no)}))
    level = next((p for p in Priority if p.value == priority.strip().upper()), None)
    if priority and level is None:
        raise Refusal(refusals.no_priority(priority))
    requester = _caller(context, person)
    if requester is None:
        if not client:
            return Answer(form=forms.caller(person, context.directory.clients, given))
        context, requester = await _newcomer(context, person, client)
    title = title or (words.title_from(said) if not words.is_blank(said) else "")
    source = how["how"].lower() if how else "API" if context.actor.via else "phone"
    ask = intake.Ask(title, said, kind, source=source, since=since, priority=level)
    return await intake.open_by_words(context, requester, ask)


def _caller(context: Context, name: str) -> Person | None:
    """Somebody of a client's who is known by that name; None for nobody. Raises Refusal where it could be several."""
    people = [p for p in context.directory.people.values() if p.client]
    wanted = name.strip().lstrip("@").casefold()
    known = any(p.active and (p.id.casefold() == wanted or p.name.casefold().startswith(wanted)) for p in people)
    return somebody(name, people) if known else None


async def _newcomer(context: Context, name: str, client: str) -> tuple[Context, Person]:
    """A caller whom the desk did not know: one of that client's people from now on, who cannot sign in yet."""
    of = context.directory.clients.get(client.strip().upper())
    if of is None:
        raise Refusal(refusals.which_client(sorted(context.directory.clients)))
    name = " ".join(words.clean(name).lstrip("@").split())[:NAME_LIMIT]
    if words.is_blank(name):
        raise Refusal(refusals.needs("The name"))
    someone = Person(free_id(name, context.directory.people), name, Role.CLIENT, of.zone, of.key)
    edit = DirectoryEdit(people=(someone,), expected=context.directory.version, at=context.at)
    await context.desk.store.edit_directory(audited(context.directory, edit, context.actor.id, context.at))
    return replace(context, directory=await context.desk.store.directory()), someone
