"""Raising a request: by command or form, from a message, and for somebody who called."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Annotated

from bot.commands import Kind, Spec, Who, command
from bot.desk import hearing, intake
from bot.desk.context import Context, Heard, Refusal
from bot.desk.verbs import asks
from bot.desk.verbs.common import kind_of, people_of_theirs, somebody
from bot.domain import playbooks
from bot.domain import text as words
from bot.domain.playbooks import RequestKind
from bot.domain.policy import Impact, Priority
from bot.messages import forms, refusals
from bot.messages.model import Answer
from bot.ports import Source


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
    ask = intake.Ask(title, details, kind, Impact(stopped) if stopped else None, outcome)
    # Whoever names people means it to be theirs alone.
    ask = replace(ask, private=private or bool(colleagues), stakeholders=tuple(p.id for p in colleagues))
    chosen = kind_of(context, kind)
    if chosen is None:
        return await intake.open_by_words(context, context.actor, ask)
    filled = answers or {}
    given = {field.label: filled.get(f"answer-{number}", "") for number, field in enumerate(chosen.fields)}
    good, wrong = playbooks.answers(chosen, given)
    asked = any(name.startswith("answer-") for name in filled)
    if wrong or (chosen.fields and not asked):
        known = {"title": title, "details": details, "kind": kind, "stopped": stopped or "", "outcome": outcome}
        known |= {"private": "yes" if ask.private else "", "with": with_}
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
    if kind == "request":
        raise Refusal(refusals.belongs_already(context.thread_request or 0))
    if kind != "client" or (not context.actor.is_staff and context.actor.client != key):
        raise Refusal(refusals.not_a_clients_message())
    store = context.desk.store
    lines = await store.burst(ref)
    if not lines and heard is not None:
        lines = (_unheard(heard),)
    if not lines:
        raise Refusal(refusals.no_message())
    place, author = lines[0].ref.place, lines[0].author
    turn = hearing.turn_of(place, author, await store.last_source(place, author))
    return await intake.open_from(context, lines, turn=turn)


def _unheard(heard: Heard) -> Source:
    """A message from before the desk listened."""
    return Source(heard.ref, heard.author, heard.at, words.clean(heard.text), heard.ref.message)


@command(who=Who.STAFF, label="Log a request", example="log @dana by phone: the export fails", form=asks.log)
async def log(
    context: Context,
    person: Annotated[str, Spec("Who asked", Kind.PERSON, suggest="people")],
    text: Annotated[str, Spec("What they said, in their words", Kind.TEXT)],
) -> Answer:
    """Record a request for a client who called or mailed; they are told."""
    clients = [p for p in context.directory.people.values() if p.client]
    requester = somebody(person, clients)
    text = words.clean(text)
    # "by phone: …", "by mail: …" says how it came, and is no part of the client's words.
    how = re.match(r"by (phone|mail|chat|visit)\b:?\s*", text, re.IGNORECASE)
    text = text[how.end() :] if how else text
    title = words.title_from(text) if not words.is_blank(text) else ""
    ask = intake.Ask(title, text, source=how[1].lower() if how else "phone")
    return await intake.open_by_words(context, requester, ask)
