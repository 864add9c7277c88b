"""Many alerts at once become one message: a list of what is late, edited in place as it is dealt with.

Which alerts stand in it was decided as they were written (docs/decisions/5-a-flood-is-counted-as-it-is-written.md);
here it is only shown, each time anew from how its requests stand.
"""

from __future__ import annotations

from datetime import datetime

from bot.desk.context import Desk
from bot.desk.jobs import Wanted, job
from bot.domain.clocks import Clock
from bot.domain.names import read_ref
from bot.domain.people import Directory
from bot.domain.request import Request
from bot.messages import alerts
from bot.ports import Change, Draft, Op, Timer, Urgency

SUBJECT = "flood"


def plan(directory: Directory, now: datetime) -> Wanted:
    """Nothing is planned: a flood asks for its message itself."""
    return {}


@job(SUBJECT, plan)
async def show(desk: Desk, timer: Timer, now: datetime) -> Change:
    """Put the message of one batch; nothing where all of it ended before anybody was told."""
    directory = await desk.store.directory()
    named = [(slot, read) for slot in await desk.store.held(timer.kind) if (read := read_ref(slot.split(":")[0]))]
    # All in one read: a flood may be of thousands, and whoever waits for a breach waits for this.
    there = await desk.store.states({read.number for _, read in named})
    found = [alert for slot, read in named if (alert := _alert(slot, there.get(read.number)))]
    posted = await desk.store.slot(timer.kind) is not None
    if not posted and not any(clock.running for _, clock in found):
        return Change()
    draft = Draft(
        f"{timer.kind}:{timer.generation}",
        Op.PUT,
        timer.subject.removeprefix(f"{SUBJECT}:"),
        alerts.flood(found, directory),
        slot=timer.kind,
        urgency=Urgency.CARD if posted else Urgency.ALERT,
    )
    return Change(outbox=(draft,))


def _alert(slot: str, request: Request | None) -> tuple[Request, Clock] | None:
    """The request and the clock of an alert's slot (`ACME-42:first_response:1:breach:alerts`)."""
    _, kind, cycle, *_ = slot.split(":")
    clocks = request.sla.clocks if request else ()
    clock = next((c for c in clocks if c.kind == kind and str(c.cycle) == cycle), None)
    return (request, clock) if request and clock else None
