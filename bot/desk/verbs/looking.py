"""Looking: my work, one request, a search, who did what, and why a time is what it is."""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import Annotated

from bot.commands import REGISTRY, Kind, Spec, Who, command
from bot.desk.context import Context, Refusal
from bot.desk.verbs.common import RequestArg
from bot.domain.fact import Status
from bot.domain.said import others_in
from bot.domain.search import LIVE, NOBODY, OPEN, Among, Search, SearchError, Sort, parse
from bot.domain.settings import TeamSettings
from bot.domain.text import clean
from bot.messages import answers, lists, refusals, why_story
from bot.messages import history as history_words
from bot.messages.menu import ALL, explained, first_menu, menu
from bot.messages.model import Answer
from bot.messages.transcript import Format, document
from bot.ports import Page, RequestQuery

_MINE = Search(statuses=tuple(s for s in LIVE if s is not Status.SET_ASIDE), sort=Sort.DUE)
_FREE = Search(statuses=tuple(s for s in OPEN if s is not Status.SET_ASIDE), owners=Among(any=(NOBODY,)), sort=Sort.DUE)

PageArg = Annotated[str, Spec("Which page")]
UpToArg = Annotated[str, Spec("The highest number there was on the first page")]


@command(who=Who.ALL, label="My requests", example="my")
async def my(context: Context, page: PageArg = "", up_to: UpToArg = "") -> Answer:
    """Your requests; for the team: your work, the next deadline first."""
    actor, directory = context.actor, context.directory
    if not actor.is_staff:
        theirs = RequestQuery(requester=actor.id, search=Search(statuses=LIVE, sort=Sort.YOURS))
        found, at = await paged(context, theirs, page, up_to)
        args = {"up_to": found.newest}
        command = context.desk.rules.command
        return Answer(lists.my_requests(found.requests, at, found.total, args, directory, context.at, command))
    found, at = await paged(context, RequestQuery(owner=actor.id, search=_MINE), page, up_to)
    free = await context.desk.store.page(
        RequestQuery(viewer=actor, search=_FREE, limit=directory.team.free_lines if at == 1 else 0)
    )
    args = {"up_to": found.newest}
    return Answer(
        lists.my_work(found.requests, at, found.total, args, free.requests, free.total, directory, context.at)
    )


async def paged(context: Context, query: RequestQuery, page: str, up_to: str) -> tuple[Page, int]:
    """That page of what the actor may see, or the last one where there are fewer by now; and which one it is.

    Pages are counted off, since people are told which of how many they read; a request that comes in meanwhile has a
    higher number than the first page saw, and so moves nothing on the next.
    """
    limit = (int(up_to) or None) if up_to.isascii() and up_to.isdecimal() and len(up_to) < 20 else None
    query = replace(query, viewer=context.actor, limit=lists.PAGE, up_to=limit)
    wanted = int(page) if page.isascii() and page.isdecimal() and len(page) < 10 else 1
    wanted = max(wanted, 1)
    found = await context.desk.store.page(replace(query, offset=(wanted - 1) * lists.PAGE))
    last = max(-(-found.total // lists.PAGE), 1)
    if wanted > last:
        wanted = last
        found = await context.desk.store.page(replace(query, offset=(wanted - 1) * lists.PAGE))
    return found, wanted


@command(who=Who.ALL, label="Show", example="show 42", aliases=("status",))
async def show(context: Context, request: RequestArg) -> Answer:
    """One request: where it stands, who has it, what comes next."""
    found = await context.find(request)
    if context.actor.is_staff:
        return Answer(answers.card_for_staff(found, context.directory))
    sees = await context.seen(filter(None, [found.merged_into]))
    return Answer(answers.card_for_client(found, context.directory, context.at, sees=sees))


@command(who=Who.ALL, label="Find", example="find client:acme status:waiting older:3d p1")
async def find(
    context: Context,
    words: Annotated[str, Spec("Words, and filters such as status:waiting or older:3d", Kind.TEXT, "search")] = "",
    page: PageArg = "",
    up_to: UpToArg = "",
) -> Answer:
    """Search requests by words and filters; words look everywhere, filters alone among the open ones."""
    search = read(context, words)
    found, at = await paged(context, RequestQuery(search=search), page, up_to)
    args = {"words": clean(words), "up_to": found.newest}
    return Answer(
        lists.found(
            found.requests,
            at,
            found.total,
            args,
            search,
            context.directory,
            context.at,
            actor=context.actor,
            bulk=Who.LEAD.allows(context.actor),
        )
    )


def read(context: Context, words: str) -> Search:
    """What the actor searches for. Raises Refusal with the mend."""
    try:
        return parse(words, actor=context.actor, directory=context.directory, at=context.at)
    except SearchError as error:
        raise Refusal(str(error)) from error


def _sections(team: TeamSettings) -> tuple[tuple[str, str], ...]:
    """What needs a hand, as one would search for it."""
    days = "a day" if team.quiet_days == 1 else f"{team.quiet_days} days"
    return (
        ("Late", "late sort:due"),
        (f"At risk: due within {team.risk_hours} h", f"due:{team.risk_hours}h -late sort:due"),
        ("Without an owner", "unowned sort:due"),
        (f"Quiet for {days}", f"quiet:{team.quiet_days}d status:new,active sort:old"),
        ("Waiting", "status:waiting sort:old"),
    )


@command(who=Who.LEAD, label="Overview", example="overview")
async def overview(context: Context) -> Answer:
    """What needs a hand across the desk: late, at risk, without an owner, quiet, waiting."""
    sections: list[lists.Section] = []
    team = context.directory.team
    for name, words in _sections(team):
        query = RequestQuery(viewer=context.actor, search=read(context, words), limit=team.overview_lines)
        found = await context.desk.store.page(query)
        sections.append(lists.Section(name, words, found.requests, found.total))
    return Answer(lists.overview(sections, context.directory, context.at))


@command(who=Who.ALL, label="History", example="history 42")
async def history(context: Context, request: RequestArg) -> Answer:
    """Who did what, in which role, when, from what to what."""
    found = await context.find(request)
    entries = await context.desk.store.history(found.number)
    staff = context.actor.is_staff
    sees = frozenset[int]() if staff else await context.seen(others_in(entries))
    return Answer(history_words.history(found, entries, context.directory, for_staff=staff, sees=sees))


@command(who=Who.ALL, label="Why this time?", example="why 42")
async def why(context: Context, request: RequestArg) -> Answer:
    """The story of each clock: started by what, paused when and why, which hours counted, due, late or met."""
    found = await context.find(request)
    entries = await context.desk.store.history(found.number)
    staff = context.actor.is_staff
    sees = frozenset[int]() if staff else await context.seen(others_in(entries))
    return Answer(
        why_story.story(found, entries, context.directory, context.at, reader=context.actor, for_staff=staff, sees=sees)
    )


@command(who=Who.ALL, label="Transcript", example="transcript 42")
async def transcript(
    context: Context,
    request: RequestArg,
    as_: Annotated[Format | None, Spec("As what: markdown, text or html")] = None,
    notes: Annotated[bool, Spec("With the team's notes; for the team alone")] = False,
) -> Answer:
    """The whole conversation as a document to keep; notes of the team are no part of it unless the team asks."""
    found = await context.find(request)
    entries = await context.desk.store.history(found.number)
    staff = context.actor.is_staff
    return Answer(
        document(
            found,
            entries,
            context.directory,
            zone=context.actor.zone,
            notes=notes and staff,
            for_staff=staff,
            as_=Format(as_ or Format.MARKDOWN),
        )
    )


@command(who=Who.ALL, label="Help", example="help next")
async def help(context: Context, verb: Annotated[str, Spec("What to explain", suggest="verbs")] = "") -> Answer:
    """What you can do here; help all lists everything; with a verb, how that one goes."""
    actor, word = context.actor, context.desk.rules.command
    verbs = [(c.name, c.help, c.group) for c in REGISTRY.visible_to(actor)]
    if verb.strip().casefold() in (ALL, "more"):
        return Answer(menu(actor, verbs, word))
    if verb:
        wanted = verb.removeprefix("/").casefold()
        command = REGISTRY.find(wanted)
        if command is None or command.hidden or not command.who.allows(actor):
            names = [c.name for c in REGISTRY.visible_to(actor)]
            near = difflib.get_close_matches(wanted, names, n=1)
            raise Refusal(refusals.unknown_verb(verb, near[0] if near else None, word))
        return Answer(explained(command.name, command, word))
    return Answer(first_menu(actor, verbs, word))
