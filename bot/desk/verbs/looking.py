"""Looking: my work, one request, a search, who did what, and why a time is what it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from bot.commands import REGISTRY, Kind, Spec, Who, command
from bot.desk.context import Context
from bot.desk.verbs.common import RequestArg
from bot.domain.events import Status
from bot.domain.sla import next_deadline
from bot.messages import answers, lists, why_story
from bot.messages.menu import menu
from bot.messages.model import Answer
from bot.ports import RequestQuery

_OPEN = tuple(s for s in Status if s.is_open)
_LIVE = tuple(s for s in Status if s.is_open or s is Status.RESOLVED)
_FAR = datetime.max.replace(tzinfo=UTC)


@command(who=Who.ALL, label="My requests", example="my")
async def my(context: Context) -> Answer:
    """Your requests; for the team: your work, the next deadline first."""
    actor, store, directory = context.actor, context.desk.store, context.directory
    if not actor.is_staff:
        found = await store.requests(RequestQuery(client=actor.client, requester=actor.id, statuses=_LIVE, limit=50))
        return Answer(lists.my_requests(found, directory, context.desk.rules.command))
    mine = await store.requests(RequestQuery(owner=actor.id, statuses=_LIVE, limit=50))
    free = await store.requests(RequestQuery(unowned=True, statuses=_OPEN, limit=20))

    def by_deadline(request: lists.Request) -> datetime:
        deadline = next_deadline(request.sla, directory.calendars)
        return deadline[0] if deadline else _FAR

    return Answer(lists.my_work(sorted(mine, key=by_deadline), sorted(free, key=by_deadline), directory))


@command(who=Who.ALL, label="Show", example="show 42")
async def show(context: Context, request: RequestArg) -> Answer:
    """One request: where it stands, who has it, what comes next."""
    found = await context.find(request)
    if context.actor.is_staff:
        return Answer(answers.card_for_staff(found, context.directory))
    return Answer(answers.card_for_client(found, context.directory, context.at))


@command(who=Who.ALL, label="Find", example="find export")
async def find(context: Context, words: Annotated[str, Spec("Words of its title or details", Kind.TEXT)]) -> Answer:
    """Search requests by words or number."""
    own = None if context.actor.is_staff else context.actor.client
    found = await context.desk.store.requests(RequestQuery(client=own, words=words, limit=lists.PAGE + 1))
    return Answer(lists.found(found, words, context.directory, for_staff=context.actor.is_staff))


@command(who=Who.ALL, label="History", example="history 42")
async def history(context: Context, request: RequestArg) -> Answer:
    """Who did what, in which role, when, from what to what."""
    found = await context.find(request)
    entries = await context.desk.store.history(found.number)
    return Answer(lists.history(found, entries, context.directory, for_staff=context.actor.is_staff))


@command(who=Who.ALL, label="Why this time?", example="why 42")
async def why(context: Context, request: RequestArg) -> Answer:
    """The story of each clock: started when, by what, which hours counted, due when."""
    found = await context.find(request)
    entries = await context.desk.store.history(found.number)
    return Answer(why_story.story(found, entries, context.directory, context.at, for_staff=context.actor.is_staff))


@command(who=Who.ALL, label="Help", example="help")
async def help(context: Context) -> Answer:
    """What you can do here."""
    verbs = [(c.name, c.help) for c in REGISTRY.visible_to(context.actor)]
    return Answer(menu(context.actor, verbs, context.desk.rules.command))
