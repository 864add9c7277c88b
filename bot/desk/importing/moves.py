"""What a row of the log means for a request: the decisions that people's verbs make, one after the other.

Ownership and priority are followed while work goes on; a finished request keeps what it ended with. A row that says
what the request is already decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.desk.importing.rows import LogState, Row
from bot.domain import request as domain
from bot.domain.events import AskedClient, Replied, Status
from bot.domain.people import Person
from bot.domain.request import Decision, Request
from bot.messages import imported as say

_PARTIES = {
    LogState.PROBLEM: "the problem behind it",
    LogState.VENDOR: "the vendor",
    LogState.EVIDENCE: "evidence",
}
_WAITING = (Status.WAITING_CLIENT, Status.WAITING_OTHER)


def moves(row: Row, owner: Person | None, *, answered: bool) -> tuple[Callable[[Request], Decision], ...]:
    """One decision after the other, each about the request as the one before it left it.

    `owner` is whom the row names, None where it names nobody: unknown is not the same as nobody. `answered` says that
    the first move to Active lies behind.
    """

    def reopened(request: Request) -> Decision:
        if row.state in (LogState.NEW, LogState.ACTIVE) and not request.status.is_open:
            return domain.reopen(request, reason=say.REOPENED)
        return ()

    def prioritised(request: Request) -> Decision:
        if not request.status.is_open or row.priority in (None, request.priority):
            return ()
        return domain.prioritise(request, to=row.priority, reason=say.REPRIORITISED)

    def assigned(request: Request) -> Decision:
        if not request.status.is_open or owner is None or owner.id == request.owner:
            return ()
        return domain.assign(request, to=owner)

    def moved(request: Request) -> Decision:
        match row.state:
            case LogState.NEW | LogState.ACTIVE:
                return domain.resume(request, reason=say.RESUMED) if request.status in _WAITING else ()
            case LogState.USER_INFO:
                # The log keeps no question and no words, so this counts as no answer: only the move to Active does.
                return () if request.status is Status.WAITING_CLIENT else (AskedClient(request.status, ""),)
            case LogState.PROBLEM | LogState.VENDOR | LogState.EVIDENCE:
                party = _PARTIES[row.state]
                waits = request.status is Status.WAITING_OTHER and request.party == party
                return () if waits else domain.wait_on(request, party=party)
            case LogState.RESOLVED:
                return () if request.status is Status.RESOLVED else domain.resolve(request, summary="")
            case LogState.CLOSED:
                return () if request.status is Status.CLOSED else domain.close(request, reason=say.CLOSED)

    def replied(request: Request) -> Decision:
        return (Replied("", imported=True),) if row.state is LogState.ACTIVE and not answered else ()

    return reopened, prioritised, assigned, moved, replied
