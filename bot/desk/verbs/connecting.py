"""Workspaces of other platforms: which let the desk in, and links by which another one does."""

from __future__ import annotations

from typing import Annotated

from bot.commands import Kind, Spec, Who, command
from bot.desk.context import Context, Refusal
from bot.messages import connecting as say
from bot.messages.model import Answer
from bot.ports.installations import TEAM


@command(who=Who.MANAGER, label="Workspaces", example="connect ACME")
async def connect(
    context: Context,
    client: Annotated[str, Spec("The client whose workspace it is, by its key", Kind.CLIENT)] = "",
    team: Annotated[bool, Spec("It is our team's own")] = False,
) -> Answer:
    """See which other workspaces let the desk in, and make a link for one more: a client's, or the team's."""
    desk, directory, only = context.desk, context.directory, context.actor.only
    if desk.connect is None:
        raise Refusal(say.not_set_up())
    side = TEAM if team else client.upper()
    if not team and not client:
        rows = await desk.store.installations.all()
        seen = [row for row in rows if only is None or row.side == only]
        return Answer(say.listed(seen, directory, desk.rules.command))
    if only is not None and side != only:
        raise Refusal(say.not_yours(only))
    if side and side not in directory.clients:
        raise Refusal(say.no_client(client, sorted(directory.clients)))
    # Never kept as the answer of an event: whoever could read that could let a workspace in.
    return Answer(say.link(desk.connect(side), side, directory))
