"""Workspaces of other platforms come and go: what stays known, what waits, and who hears of it."""

from __future__ import annotations

import logging
from collections.abc import Callable

from bot.desk.context import Desk
from bot.desk.conversations import ALERTS, client_channel, direct
from bot.domain.people import Role
from bot.messages import connecting as say
from bot.messages.model import Said
from bot.ports import Change, DirectoryEdit, Draft, Installation, Letter, Op, Place, Urgency
from bot.ports.installations import TEAM

log = logging.getLogger("steward.connecting")

MOST = 1000
"""So many messages that waited go by themselves; the others are for somebody to decide."""


async def went(desk: Desk, row: Installation, elsewhere: Callable[[str], Place] | None) -> None:
    """A workspace is out: whoever was spoken with there in person is spoken with `elsewhere`, and managers hear of it,
    once. Channels stay bound where they are: what is to be said there waits for somebody to decide."""
    directory, bound = await desk.store.directory(), await desk.store.bindings()
    there = [name for name, place in bound.items() if _in(place, row)]
    moved = tuple((name, elsewhere(name)) for name in there if name.startswith("dm:")) if elsewhere else ()
    said = say.went(row, directory, desk.now(), desk.rules.command)
    # Where the alerts go is gone as well: to each manager in person.
    to = [direct(each.id) for each in directory.staff(Role.MANAGER)] if ALERTS in there else [ALERTS]
    await desk.store.edit_directory(DirectoryEdit(bindings=moved, outbox=_alerts(row, "out", said, to)))


async def came(desk: Desk, row: Installation) -> None:
    """A workspace is in, for the first time or again: what waited for it goes, and managers hear of it."""
    again = await _resend(desk, lambda letter: say.waits_for(letter.reason, row))
    said = say.came(row, await desk.store.directory(), again, desk.rules.name)
    await desk.store.commit(Change(outbox=_alerts(row, "in", said, [ALERTS]), at=desk.now()))


async def invited(desk: Desk, side: str, place: Place, here: Callable[[str], bool]) -> None:
    """The desk was asked into a channel of a workspace that installed it. What could not be said there goes; and of a
    client's workspace the first channel becomes the client's, where it has none in a workspace that is `here`."""
    bound = await desk.store.bindings()
    if await desk.store.conversation_at(place) is None:
        await _settle(desk, side, place, bound.get(client_channel(side)), here)
        return
    letters = await desk.store.unsent.all(MOST)
    where = await desk.store.bindings({letter.conversation for letter in letters})
    await _resend(desk, lambda letter: _same_channel(where.get(letter.conversation), place))


async def _settle(desk: Desk, side: str, place: Place, bound: Place | None, here: Callable[[str], bool]) -> None:
    conversation, client = client_channel(side), (await desk.store.directory()).clients.get(side)
    if side == TEAM or client is None:
        return
    if bound is not None and bound.platform == place.platform and here(bound.workspace):
        return
    key = f"workspace:{place.platform}/{place.workspace}/{place.channel}:welcome"
    hello = Draft(key, Op.POST, conversation, say.welcome(desk.rules.name, client.name))
    await desk.store.edit_directory(DirectoryEdit(bindings=((conversation, place),), outbox=(hello,)))
    log.info("%s is at %s of %s, into which the desk was asked", conversation, place.channel, place.workspace)


async def _resend(desk: Desk, waits: Callable[[Letter], bool]) -> int:
    """Have those sent, the oldest first; how many."""
    letters = [letter for letter in reversed(await desk.store.unsent.all(MOST)) if waits(letter)]
    return sum([await desk.store.unsent.resend(letter.id, desk.clock.machine()) for letter in letters])


def _same_channel(one: Place | None, other: Place) -> bool:
    return one is not None and (one.platform, one.workspace, one.channel) == (
        other.platform,
        other.workspace,
        other.channel,
    )


def _alerts(row: Installation, what: str, said: Said, to: list[str]) -> tuple[Draft, ...]:
    key = f"workspace:{row.platform}/{row.workspace}:{what}:{row.made_at.timestamp():.6f}"
    return tuple(Draft(f"{key}:{where}", Op.POST, where, said, urgency=Urgency.ALERT) for where in to)


def _in(place: Place, row: Installation) -> bool:
    return (place.platform, place.workspace) == (row.platform, row.workspace)
