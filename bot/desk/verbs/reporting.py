"""Figures: how promises were kept, for the team of every client, for a client's people of their own."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from bot.commands import Kind, Spec, Who, command
from bot.desk.context import Context, may_see
from bot.desk.reporting import asked, client_named, window_of
from bot.desk.reporting import report as load
from bot.domain.period import PeriodError
from bot.messages import report as say
from bot.messages.model import Answer

_OF = "client:"


@command(who=Who.ALL, label="Report", example="report last month")
async def report(
    context: Context,
    period: Annotated[str, Spec("Which time: last month, this month, last 30d, q2, 2026-05 …", Kind.TEXT)] = "",
    client: Annotated[str, Spec("Whose figures; the team's to choose", Kind.CLIENT)] = "",
    choose: Annotated[bool, Spec("Ask for the time and the client")] = False,
) -> Answer:
    """How promises were kept, how long it took, and what is open."""
    words = period
    if not client:
        client, words = _named(context, period)
    of = client_named(context.actor, context.directory, client)
    clients = sorted(context.directory.clients.values(), key=lambda c: c.name) if context.actor.is_staff else []
    ask = partial(say.form, clients, client=of.key if of else "")
    if choose and not period:
        return Answer(form=ask(period="last month"))
    key = of.key if of else None
    try:
        _, time = asked(context.actor, context.directory, context.at, client, words)
    except PeriodError as error:
        return Answer(form=ask(period=words, error=str(error)))
    found = await load(
        context.desk.store,
        context.directory,
        window_of(time, context.at),
        client=key,
        sees=partial(may_see, context.actor),
    )
    told = say.sheet(
        found,
        time,
        of,
        context.directory,
        for_staff=context.actor.is_staff,
        again=f"{context.desk.rules.command} report this month",
    )
    return Answer(told)


def _named(context: Context, words: str) -> tuple[str, str]:
    """The client among the words, as `client:ACME` or its bare key, and the words without it."""
    for word in words.split():
        bare = word.casefold().removeprefix(_OF)
        if word.casefold().startswith(_OF) or bare in (key.casefold() for key in _known(context)):
            return bare, " ".join(other for other in words.split() if other != word)
    return "", words


def _known(context: Context) -> list[str]:
    """The keys that mean something to this person."""
    own = context.actor.client
    return sorted(context.directory.clients) if context.actor.is_staff else [own] if own else []
