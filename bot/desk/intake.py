"""Requests come in: by command and form, from a message, and logged by the team for a client who called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.desk.changing import Step, step
from bot.desk.context import Context, Refusal
from bot.desk.publishing import client_thread
from bot.domain import text as words
from bot.domain.events import Opened
from bot.domain.people import Person
from bot.domain.policy import Impact, Priority, Urgency, priority_of
from bot.domain.request import Request
from bot.messages import answers, refusals
from bot.messages.model import Answer
from bot.ports import Change, MessageRef, Place, Source


async def open_by_words(
    context: Context,
    requester: Person,
    *,
    title: str,
    details: str = "",
    kind: str = "",
    stopped: Impact | None = None,
    outcome: str = "",
    source: str = "command",
    since: datetime | None = None,
) -> Answer:
    """Open a request from what somebody filled in, or told the team by phone. Only the title is required.

    `since` is when the client first asked (UTC); now, where nothing is said. Raises Refusal for what does not fit.
    """
    done = await opening(
        context,
        requester,
        title=title,
        details=details,
        kind=kind,
        stopped=stopped,
        outcome=outcome,
        source=source,
        since=since,
    )
    answer = Answer(answers.opened(done.request, context.directory, context.at))
    return await context.commit(Change((done.change,), done.outbox), answer)


async def opening(
    context: Context,
    requester: Person,
    *,
    title: str,
    details: str = "",
    kind: str = "",
    stopped: Impact | None = None,
    outcome: str = "",
    source: str = "command",
    since: datetime | None = None,
    priority: Priority | None = None,
) -> Step:
    """The step that opens a request; nothing is written yet except that a number is taken.

    `priority` is set where somebody has judged it already; otherwise it follows from who is stopped.
    """
    title, details = " ".join(words.clean(title).split()), words.clean(details)
    outcome, kind = " ".join(words.clean(outcome).split()), " ".join(words.clean(kind).split())
    if words.is_blank(title):
        raise Refusal(refusals.needs("The title"))
    if len(title) > words.TITLE_LIMIT:
        if details or "\n" in title:
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
    opened = Opened(
        number=await context.desk.store.reserve_number(),
        client=requester.client,
        title=title,
        requester=requester.id,
        since=since or context.at,
        source=source,
        details=details,
        kind=kind,
        stopped=stopped,
        outcome=outcome,
        priority=priority or priority_of(stopped, Urgency.NORMAL),
    )
    return step(context.directory, context.desk.rules, None, (opened,), at=context.at, by=context.actor)


def ref_at(place: Place, message: str) -> MessageRef:
    """A message of that channel, as the desk remembers heard ones."""
    return MessageRef(Place(place.platform, place.workspace, place.channel), message)


async def open_from(context: Context, lines: Sequence[Source], *, earlier: Request | None = None) -> Answer:
    """Open a request from heard messages, the lines of one burst in order; its thread hangs from the first of them.

    The clocks start when the client first wrote (rule 6). The same message twice gives one request. `earlier` is the
    ended request in whose thread it was written; the new one says so.
    """
    first = lines[0]
    existing = next((s.request for s in lines if s.request), None)
    request = await context.desk.store.request(existing) if existing and earlier is None else None
    if request is not None:
        return Answer(answers.already(request, context.directory, context.at))
    requester = context.directory.person(first.author)
    if requester is None or requester.client is None:
        raise Refusal(refusals.not_a_clients_message())
    telling = [s.text for s in lines]
    details = "\n".join(telling)
    if earlier is not None:
        details = f"{details}\n\n(After {earlier.ref}, “{earlier.title}”.)"
    done = await opening(
        context,
        requester,
        title=words.title_from("\n".join(telling)),
        details=details,
        source="message",
        since=first.at,
    )
    place = first.ref.place
    thread = Place(place.platform, place.workspace, place.channel, place.thread or first.ref.message)
    sources = tuple(replace(s, request=done.request.number) for s in lines)
    answer = Answer(answers.opened(done.request, context.directory, context.at))
    change = Change(
        (done.change,), done.outbox, sources=sources, bindings=((client_thread(done.request.number), thread),)
    )
    return await context.commit(change, answer)
