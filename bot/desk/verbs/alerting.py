"""Answering an alert: say that one acts, let it wait, or write the client an honest word."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated

from bot.commands import Kind, Spec, Who, command
from bot.desk.context import Context, Refusal
from bot.desk.verbs.common import RequestArg, do
from bot.domain import escalation, moments, patience, silence
from bot.domain.alarms import Handled, Snoozed
from bot.domain.calendar import CalendarError, next_day, zone
from bot.domain.days import DayError, read_day
from bot.domain.events import Assigned, Replied
from bot.domain.request import Request
from bot.messages import alerts, answers, forms, nudges
from bot.messages.model import Answer


class Span(StrEnum):
    """How long a ladder may wait, as a form offers it."""

    QUARTER = "15m"
    HOUR = "1h"
    TOMORROW = "tomorrow"


@command(who=Who.STAFF, label="I'll handle it", example="handle 42 by 15:30", fact=Handled)
async def handle(
    context: Context,
    request: RequestArg,
    until: Annotated[str, Spec("By when you act, such as 15:30 or 45m", Kind.TEXT, suggest="moment")] = "",
    ask: Annotated[bool, Spec("Ask by when")] = False,
) -> Answer:
    """Say that you act on a late request: its alarm waits until then, its clock does not."""
    found = await context.find(request)
    hold = found.attention.hold
    if hold and hold.by != context.actor.id and context.at < hold.until and hold.kind == "handled":
        return Answer(alerts.has_it_already(found, context.directory))
    if ask and not until:
        return Answer(form=forms.handle(found.ref))
    acts = (
        _time(context, found, until) if until.strip() else escalation.acting_until(found, context.directory, context.at)
    )
    return await do(
        context, found, escalation.handle(found, by=context.actor, at=context.at, until=acts), alerts.handling
    )


@command(who=Who.LEAD, label="Snooze", example="snooze 42 1h", fact=Snoozed)
async def snooze(
    context: Context,
    request: RequestArg,
    until: Annotated[str, Spec("Until when, such as 1h, 16:00 or tomorrow", Kind.TEXT, suggest="moment")] = "",
    span: Annotated[Span | None, Spec("How long")] = None,
) -> Answer:
    """Let the alarm of a late request wait; its clock and its verdict do not."""
    found = await context.find(request)
    hold = found.attention.hold
    if hold and hold.by != context.actor.id and context.at < hold.until and hold.kind == "handled":
        return Answer(alerts.has_it_already(found, context.directory))
    words = until.strip() or str(span or "")
    if not words:
        return Answer(form=forms.snooze(found.ref))
    waits = _time(context, found, words)
    return await do(context, found, escalation.snooze(found, at=context.at, until=waits), alerts.snoozed)


@command(who=Who.STAFF, label="Take over", example="take-over 42", fact=Assigned)
async def take_over(context: Context, request: RequestArg) -> Answer:
    """Take a request from somebody who has gone silent; they read it kindly."""
    found = await context.find(request)
    return await do(context, found, silence.take_over(found, context.directory, by=context.actor), answers.claimed)


@command(who=Who.CLIENT, label="Remind me later", example="remind-me 42 monday")
async def remind_me(
    context: Context,
    request: RequestArg,
    until: Annotated[str, Spec("When, such as monday or 2026-06-12", Kind.TEXT, suggest="moment")] = "",
) -> Answer:
    """Put off a question of ours: you are reminded then, and nothing is set aside before."""
    found = await context.find(request)
    hours = patience.hours_of(found, context.directory)
    later = patience.next_week(hours, context.at)
    # A button that was shown days ago names a day that has come: next week is meant then.
    if until.strip() and not _has_come(until.strip(), context.at.astimezone(zone(hours.zone)).date()):
        later = _moment(context, until.strip().lower(), hours.zone, time())
    later = max(later, context.at + timedelta(minutes=1))
    put_off = patience.put_off(found, context.directory, at=context.at, until=later)
    return await do(context, found, put_off, nudges.reminded)


@command(who=Who.STAFF, label="Draft note to client", example="draft-note 42", hidden=True, fact=Replied)
async def draft_note(context: Context, request: RequestArg) -> Answer:
    """Begin a reply to a client who waits too long, with a kind and honest text to change."""
    found = await context.find(request)
    text = alerts.draft_note(found, context.directory, context.actor)
    return Answer(form=forms.reply(found.ref, text=text))


def _time(context: Context, request: Request, words: str) -> datetime:
    """The instant that the words name: tomorrow is the client's next opening. Raises Refusal for what names none."""
    named = words.strip().lower()
    for before in ("until ", "by ", "for "):
        named = named.removeprefix(before)
    terms = request.sla.terms
    hours = context.directory.calendars[terms.calendar] if terms else escalation.WALL
    if named == Span.TOMORROW:
        try:
            return hours.next_open(next_day(context.at, zone(hours.zone)))
        except CalendarError:
            return next_day(context.at, zone(hours.zone))
    return _moment(context, named, context.actor.zone, time(9))


def _has_come(word: str, today: date) -> bool:
    """Whether the word is a calendar day, and not one to come."""
    try:
        return read_day(word, today) <= today
    except DayError:
        return False


def _moment(context: Context, words: str, zone_name: str, day_at: time) -> datetime:
    try:
        moment = moments.read(words, now=context.at, zone_name=zone_name, day_at=day_at)
        if moment.rest:
            raise moments.MomentError(f"I did not understand “{moment.rest[:40]}”. {moments.EXAMPLES}")
    except moments.MomentError as no:
        raise Refusal(str(no)) from no
    return moment.at
