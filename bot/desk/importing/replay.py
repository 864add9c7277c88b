"""A log, replayed: every act in the order of time on a simulated clock, through the decisions and commits of daily use.

Deadlines of the replay are kept here and not in the store, for three reasons: an import that is cut off leaves no alarm
behind for a running desk to send; a desk beside it on the same database never fires a deadline of 2016; and the desk's
own deadlines are not fired by this clock. What fires is decided by the same function as ever.

The desk asked no client whether a resolution works, so it takes no silence for an answer: the log alone closes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import merge

from bot.clock import SimulatedClock
from bot.desk import intake
from bot.desk.changing import ANNOUNCE, AUTO_CLOSE, step, timers
from bot.desk.context import Context, Desk
from bot.desk.importing.deadlines import Deadlines
from bot.desk.importing.log import Incident, Refused
from bot.desk.importing.moves import moves
from bot.desk.importing.people import Cast
from bot.desk.importing.rows import CannotImport, Row
from bot.desk.reminders import decider
from bot.domain import text as words
from bot.domain.events import Adopted, Entry, Replied, Status
from bot.domain.people import Directory
from bot.domain.request import NotAllowed, Request
from bot.messages import imported as say
from bot.ports import AlreadyHandled, Change, Conflict, Draft, InboxId, RequestChange, Timer

PLATFORM = "servicenow"
_REFUSED = "refused: "
_TRIES = 8
_SUBJECT = ("short_description", "category", "subcategory")
_FACTS = {"u_symptom": "Symptom", "location": "Location", "cmdb_ci": "Item", "contact_type": "Came by"}


@dataclass
class _Case:
    """An incident and its request, as this import knows it."""

    incident: Incident
    request: Request
    known: bool
    """Whether the desk had it before this run."""
    answered: bool = False
    """Whether the first move to Active is recorded."""
    last_at: datetime | None = None
    """When its last entry was; nothing is written before it."""

    def note(self, entries: tuple[Entry, ...]) -> None:
        """What these entries of its history tell."""
        self.answered = self.answered or any(isinstance(entry.event, Replied) for entry in entries)
        self.last_at = entries[-1].at if entries else self.last_at


class Replay:
    """One run. `added` and `events` count what it wrote; `refused` are the rows that the desk's rules forbid."""

    def __init__(self, desk: Desk, clock: SimulatedClock, directory: Directory, cast: Cast) -> None:
        self._desk, self._clock, self._directory, self._cast = desk, clock, directory, cast
        self._cases: dict[str, _Case] = {}
        self._deadlines = Deadlines()
        self.added = self.events = 0
        self.refused: list[Refused] = []

    @property
    def requests(self) -> list[Request]:
        """The log's requests as they stand."""
        return [case.request for case in self._cases.values()]

    async def run(self, incidents: tuple[Incident, ...], progress: Callable[[int, int], None]) -> None:
        """Everything that is not in the desk yet; what the log leaves unfinished is then adopted as it stands."""
        if not incidents:
            return
        end = max(incident.rows[-1].at for incident in incidents)
        for incident in incidents:
            await self._look_up(incident, end)
        total = sum(1 + len(incident.rows) for incident in incidents)
        acts = merge(*(_acts(incident) for incident in incidents), key=lambda act: act[0])
        for done, (at, incident, row) in enumerate(acts):
            progress(done, total)
            case = self._cases.get(incident.number)
            if case is None:
                await self._advance(at)
                await self._open(incident)
            elif row is not None and await self._is_new(case, row):
                await self._advance(at)
                await self._follow(case, row)
        await self._advance(end, inclusive=True)
        for case in self._cases.values():
            await self._adopt(case, end)
        progress(total, total)

    # --- acts ------------------------------------------------------------------------------------------------------

    async def _look_up(self, incident: Incident, end: datetime) -> None:
        """Whether an earlier run opened it, and how it stands. What has lived on past the log keeps its deadlines."""
        number = await self._desk.store.handled(self._inbox(incident.number))
        if number is None:
            return
        case = self._cases[incident.number] = await self._loaded(incident, int(number))
        if case.last_at and case.last_at <= end:
            self._want(case, timers(case.request, self._directory, self._desk.rules))

    async def _loaded(self, incident: Incident, number: int) -> _Case:
        request = await self._desk.store.request(number)
        if request is None:
            raise CannotImport(say.lost(incident.number, number))
        case = _Case(incident, request, known=True)
        case.note(await self._desk.store.history(number))
        return case

    async def _open(self, incident: Incident) -> None:
        """The client opened it by phone, whatever state the log finds it in first."""
        caller, facts = self._cast.caller(incident.caller), incident.rows[0].facts
        ask = intake.Ask(
            title=say.title(incident.number, [facts[key] for key in _SUBJECT if key in facts])[: words.TITLE_LIMIT],
            details=say.details(incident.number, [(name, facts[key]) for key, name in _FACTS.items() if key in facts]),
            kind=facts.get("category", "")[:60],
            source="phone",
            since=incident.opened_at,
            priority=incident.priority,
        )
        context = Context(self._desk, caller, incident.opened_at, self._directory)
        done = await intake.opening(context, caller, ask)
        number = done.request.number
        change = Change((done.change,), done.outbox, inbox=self._inbox(incident.number), result=str(number))
        case = _Case(incident, done.request, known=False)
        await self._write(case, change)
        self._cases[incident.number] = case
        self.added += 1

    async def _is_new(self, case: _Case, row: Row) -> bool:
        """Whether the desk has not had the row. A refusal that it remembers is told again."""
        result = await self._desk.store.handled(self._inbox(row.id)) if case.known else None
        self._told(row, result or "")
        return result is None

    async def _follow(self, case: _Case, row: Row) -> None:
        """What the row says, by the person who wrote it; or the reason why it cannot be."""
        inbox, by = self._inbox(row.id), self._cast.staff(row.by)
        owner = self._cast.staff(row.to) if row.to else None

        def decide(request: Request) -> Change:
            if case.last_at and row.at < case.last_at:
                return Change(inbox=inbox, result=_REFUSED + say.already_later(request.ref))
            entries: list[Entry] = []
            outbox: list[Draft] = []
            wanted: Mapping[str, datetime] = {}
            try:
                for move in moves(row, owner, answered=case.answered):
                    if events := move(request):
                        done = step(self._directory, self._desk.rules, request, events, at=row.at, by=by)
                        request, wanted = done.request, done.change.timers
                        entries += done.change.entries
                        outbox += done.outbox
            except NotAllowed as no:
                return Change(inbox=inbox, result=_REFUSED + str(no))
            # A row that changes nothing is remembered too: read again next month, it might undo what came since.
            part = (RequestChange(request, tuple(entries), wanted),) if entries else ()
            return Change(part, tuple(outbox), inbox=inbox)

        change = await self._change(case, decide)
        self._told(row, change.result)

    async def _adopt(self, case: _Case, end: datetime) -> None:
        """What the log leaves unfinished stays as it is, and its deadlines end: nobody is alarmed about the past."""
        request = case.request
        running = any(clock.running for clock in request.sla.clocks)
        unfinished = request.status.is_open and (running or not request.sla.adopted)
        unasked = request.status is Status.RESOLVED and not request.announced
        if case.last_at and case.last_at <= end and (unfinished or unasked):

            def decide(request: Request) -> Change:
                done = step(self._directory, self._desk.rules, request, (Adopted(say.SYSTEM),), at=end)
                return Change((done.change,), done.outbox)

            await self._change(case, decide)

    # --- time ------------------------------------------------------------------------------------------------------

    async def _advance(self, until: datetime, *, inclusive: bool = False) -> None:
        """Move the clock, stopping at each deadline on the way. One that falls on an act comes after it (rule 18)."""
        while (found := self._deadlines.take(until, inclusive=inclusive)) is not None:
            due, number, kind = found
            self._clock.move_to(due)
            case = self._cases[number]
            timer = Timer(f"request:{case.request.number}", kind, due)
            decide = decider(self._desk.rules, self._clock.now(), suppressed=True)
            await self._change(case, lambda request, t=timer, d=decide: d(t, request, self._directory))
        self._clock.move_to(until)

    def _want(self, case: _Case, wanted: Mapping[str, datetime]) -> None:
        clocks = {kind: due for kind, due in wanted.items() if kind not in (ANNOUNCE, AUTO_CLOSE)}
        self._deadlines.want(case.incident.number, clocks)

    # --- writing ---------------------------------------------------------------------------------------------------

    async def _change(self, case: _Case, decide: Callable[[Request], Change]) -> Change:
        """Decide and write; again where somebody changed the request meanwhile."""
        for _ in range(_TRIES):
            change = decide(case.request)
            try:
                await self._write(case, change)
            except Conflict:
                fresh = await self._loaded(case.incident, case.request.number)
                case.request, case.answered, case.last_at = fresh.request, fresh.answered, fresh.last_at
            except AlreadyHandled:
                return Change()  # another import of the same log was faster
            else:
                return change
        raise CannotImport(say.busy(case.incident.number))

    async def _write(self, case: _Case, change: Change) -> None:
        """One commit, its messages suppressed and its deadlines kept here."""
        if change == Change():
            return
        quiet = tuple(replace(part, timers={}) for part in change.requests)
        await self._desk.store.commit(
            replace(change, requests=quiet, at=self._desk.now(), suppressed=self._desk.suppressed)
        )
        for part in change.requests:
            case.request = part.request
            case.note(part.entries)
            self.events += len(part.entries)
            self._want(case, part.timers)

    def _inbox(self, id: str) -> InboxId:
        return InboxId(PLATFORM, f"{self._cast.client.key}:{id}")

    def _told(self, row: Row, result: str) -> None:
        if result.startswith(_REFUSED):
            self.refused.append(Refused(row.line, row.number, result.removeprefix(_REFUSED)))


def _acts(incident: Incident) -> Iterator[tuple[datetime, Incident, Row | None]]:
    """The opening, then the rows."""
    yield incident.opened_at, incident, None
    for row in incident.rows:
        yield row.at, incident, row
