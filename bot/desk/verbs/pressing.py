"""Giving one's word on time, waiting for others, and what cannot wait."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, time
from functools import partial
from typing import Annotated, Any

from bot.commands import Kind, Spec, Who, command
from bot.desk import calling
from bot.desk.context import Context, Refusal
from bot.desk.verbs.common import RequestArg, do, said, somebody, speak
from bot.domain import moments
from bot.domain import pressing as decide
from bot.domain import request as domain
from bot.domain import text as words_of
from bot.domain.events import ClientWrote, NewsPromised, UrgencyLifted, WaitedOn
from bot.domain.policy import Impact
from bot.messages import answers, pressing, pressing_forms, refusals
from bot.messages.model import Answer, Form

_BY_EVENING = time(17)
"""A day promised without a time: by its end in the office."""
_IN_THE_MORNING = time(9)
"""A day until which somebody else has it: they are asked again when it begins."""
_UNTIL = re.compile(r"\s+(?:until|till)\s+(?=[^\n]*$)", re.IGNORECASE)


def _moment(context: Context, text: str, day_at: time) -> moments.Moment:
    """Raises MomentError, which names what would do."""
    return moments.read(text, now=context.at, zone_name=context.actor.zone, day_at=day_at)


async def _news_form(context: Context, args: Mapping[str, Any]) -> Form:
    found = await context.find(args.get("request"))
    return pressing_forms.next_news(found.ref, context.actor.zone, args)


@command(who=Who.STAFF, label="News at…", example="next 42 16:00 I'm on it.", form=_news_form, fact=NewsPromised)
async def next_(
    context: Context,
    request: RequestArg,
    when: Annotated[
        str, Spec("When they hear next (16:00, tomorrow 10:00, fri), and your words", Kind.TEXT, suggest="moment")
    ],
    words: Annotated[str, Spec("What you tell them now, under your name")] = "",
) -> Answer:
    """Promise the client news by a time; words after it are sent as your reply."""
    found = await context.find(request)
    try:
        moment = _moment(context, when, _BY_EVENING)
    except moments.MomentError as no:
        again = {"when": when, "words": words}
        return Answer(form=pressing_forms.next_news(found.ref, context.actor.zone, again, {"when": str(no)}))
    text = "\n".join(filter(None, (moment.rest, words_of.clean(words))))
    text = said(text, "Your reply") if text else ""
    say = partial(pressing.promised, due=moment.at, zone=context.actor.zone, replied=bool(text))
    return await speak(context, found, decide.promise_news(found, due=moment.at, words=text), say)


async def _wait_form(context: Context, args: Mapping[str, Any]) -> Form:
    found = await context.find(args.get("request"))
    known = {"party": found.party, "chaser": found.chaser or "", **args}
    return pressing_forms.wait_on(found.ref, context.directory.staff(), context.actor.zone, known)


@command(who=Who.STAFF, label="Wait on…", example="wait-on 42 Contoso until Friday", form=_wait_form, fact=WaitedOn)
async def wait_on(
    context: Context,
    request: RequestArg,
    party: Annotated[str, Spec("For whom, and until when: Contoso until Friday", Kind.TEXT)],
    until: Annotated[str, Spec("When they are asked again: fri, tomorrow 10:00, in 3 days")] = "",
    chaser: Annotated[str, Spec("Who asks them again; its owner otherwise", Kind.PERSON, suggest="staff")] = "",
) -> Answer:
    """Wait for a third party, with who chases them and from when; the client is told, the clocks run on."""
    found = await context.find(request)
    given = {"party": party, "until": until, "chaser": chaser}
    if not until:
        # The last “until” is the time's; a party may be called “Light until Dawn Ltd until Friday”.
        *before, last = _UNTIL.split(party)
        party, until = (party[: party.rindex(last)].rstrip(), last) if before else (party, "")
        party = re.sub(r"\s+(?:until|till)$", "", party, flags=re.IGNORECASE)
    party = " ".join(words_of.clean(party).split())
    if words_of.is_blank(party) or len(party) > 80:
        raise Refusal(refusals.needs("Whom you wait for, in at most 80 characters,"))
    who = somebody(chaser, context.directory.staff()) if chaser else None
    at: datetime | None = None
    if until:
        try:
            moment = _moment(context, until, _IN_THE_MORNING)
            if moment.rest:
                raise moments.MomentError(f"I did not understand “{moment.rest[:40]}”. {moments.EXAMPLES}")
            at = moment.at
        except moments.MomentError as no:
            form = pressing_forms.wait_on(
                found.ref, context.directory.staff(), context.actor.zone, {**given, "until": until}, {"until": str(no)}
            )
            return Answer(form=form)
    events = domain.wait_on(found, party=party, until=at, chaser=who.id if who else None)
    return await speak(context, found, events, partial(pressing.waits, before=found, zone=context.actor.zone))


@command(who=Who.CLIENT, label="It's urgent", example="urgent 42", fact=ClientWrote)
async def urgent(
    context: Context,
    request: RequestArg,
    text: Annotated[str, Spec("What happens", Kind.TEXT)] = "",
    impact: Annotated[Impact | None, Spec("Who is stopped?")] = None,
    needed: Annotated[str, Spec("By when do you need it?")] = "",
) -> Answer:
    """Say that it cannot wait: who is stopped, and by when you need it."""
    found = await context.find(request)
    days = context.client(found.client).settings.reopen_days
    if not domain.may_reopen(found, at=context.at, days=days):
        raise Refusal(refusals.too_late(found.ref, days), show=found.number)
    text = words_of.clean(text)
    if found.urgent:
        if words_of.is_blank(text):
            return Answer(pressing.known(found, context.directory, added=False))
        added = domain.client_writes(found, text=said(text, "What happens"), cls=words_of.MessageClass.SUBSTANCE)
        return await do(context, found, added, lambda r, people: pressing.known(r, people, added=True))
    needed = " ".join(words_of.clean(needed).split())
    given = {"impact": impact or "", "needed": needed, "text": text}
    if impact is None:
        return Answer(form=pressing_forms.urgent(found.ref, given))
    if len(needed) > 80:
        long = refusals.too_long("By when you need it", 80, len(needed))
        return Answer(form=pressing_forms.urgent(found.ref, given, {"needed": long}))
    called = tuple(person.id for person in calling.called(found, context.directory, context.at))
    events = decide.mark_urgent(
        found,
        impact=Impact(impact),
        needed=needed,
        text=said(text, "What happens") if text else "It is urgent.",
        paged=called,
    )
    return await do(context, found, events, lambda after, _: pressing.marked(after))


async def _calm_form(context: Context, args: Mapping[str, Any]) -> Form:
    return pressing_forms.not_urgent((await context.find(args.get("request"))).ref)


@command(
    who=Who.STAFF,
    label="Not urgent",
    example="not-urgent 42 The work-around holds.",
    form=_calm_form,
    fact=UrgencyLifted,
)
async def not_urgent(
    context: Context, request: RequestArg, text: Annotated[str, Spec("Why; the client reads it", Kind.TEXT)]
) -> Answer:
    """Take the urgent mark off, with a reason that the client reads."""
    found = await context.find(request)
    events = decide.lift_urgency(found, reason=said(text, "Why"))
    return await do(context, found, events, answers.done("is not urgent any more; the client was told why."))
