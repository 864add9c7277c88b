"""The store: each method runs one transaction of `storage/transactions/` on whichever database was opened."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from bot.domain.capacity import Load
from bot.domain.events import Entry
from bot.domain.people import Directory
from bot.domain.recurring import Run
from bot.domain.request import Request
from bot.domain.review import Review
from bot.ports import (
    Change,
    CodeTry,
    Decide,
    DirectoryEdit,
    Draft,
    Happened,
    InboxId,
    Lost,
    MessageRef,
    Page,
    Place,
    RecentQuery,
    RequestQuery,
    Restored,
    Sending,
    SendResult,
    SettingChange,
    Source,
    Store,
    Timer,
    Told,
    ToldQuery,
)
from bot.ports.workers import WAKE
from storage import checking
from storage.eras import Eras
from storage.hints import Hear, first_due, nobody, presses
from storage.shelves import SqlShelves
from storage.threads import Beside
from storage.transactions import (
    activity,
    changes,
    directory,
    eras,
    filling,
    firing,
    once,
    outbox,
    places,
    reports,
    requests,
    reviews,
    settling,
    timers,
)
from storage.tx import BIGGEST, Runner


class SqlStore(SqlShelves):
    """`bot.ports.Store` and `bot.ports.Workspace`; open it with `storage.open_store`, close it in a `finally`."""

    def __init__(self, runner: Runner) -> None:
        super().__init__(runner)
        self._directory: Directory | None = None
        self._hear: Hear = nobody
        self._eras: Eras | None = None
        self._ahead: firing.Ahead | None = None
        self._beside = Beside("steward-ahead")

    async def time(self) -> datetime | None:
        """The time that the database keeps for all machines that share it; None where there is only one."""
        return await self._runner.time()

    async def directory(self) -> Directory:
        """The current snapshot, cached by its version."""
        self._directory = await self._runner.read(directory.current(self._directory))
        return self._directory

    async def edit_directory(self, edit: DirectoryEdit) -> None:
        """Set clients, people, calendars, policies, identities and bindings."""
        await self._runner.write(directory.edit(edit))
        if edit.outbox:
            self.workers.tell(WAKE)
            self._hear(None, True)

    async def identify(self, platform: str, workspace: str, user: str) -> str | None:
        """The person behind a platform's user id; None for a stranger."""
        return await self._runner.read(directory.identify(platform, workspace, user))

    async def recent_entries(self, query: RecentQuery) -> tuple[Happened, ...]:
        """What happened to requests, the newest first."""
        return await self._runner.read(activity.recent(query))

    async def setting_changes(self, path: str = "", limit: int = 50) -> tuple[SettingChange, ...]:
        """What was changed in the directory, the newest first; of one path and what is below it, or of all."""
        return await self._runner.read(directory.setting_changes(path, limit))

    async def identities(self) -> tuple[tuple[str, str, str, str], ...]:
        """Every platform's user the desk knows: platform, workspace, user id, person's id."""
        return await self._runner.read(directory.identities())

    async def bindings(self, of: Collection[str] | None = None) -> Mapping[str, Place]:
        """Where every conversation is that is no request's: channels and direct ones, by name; or where these are."""
        return await self._runner.read(places.standing() if of is None else places.bindings(of))

    async def reserve_number(self) -> int:
        """The next request number of the desk, never given twice; a number that is not used leaves a gap."""
        return await self._runner.write(once.next_value(once.NUMBERS))

    async def request(self, number: int) -> Request | None:
        """A request by its number; None for any number that names none, however large."""
        return await self._runner.read(requests.read(number))

    async def states(self, numbers: Collection[int]) -> Mapping[int, Request]:
        """These requests by number; those that there are."""
        return await self._runner.read(requests.states(numbers))

    async def history(self, number: int) -> tuple[Entry, ...]:
        """A request's entries in order; empty where there is none."""
        return await self._runner.read(requests.history(number))

    async def requests(self, query: RequestQuery) -> tuple[Request, ...]:
        """Matching requests, by default the newest number first."""
        return (await self.page(query)).requests

    async def page(self, query: RequestQuery) -> Page:
        """The same, and how many match in all."""
        return await self._runner.read(requests.find(query))

    async def told(self, query: ToldQuery) -> tuple[Told, ...]:
        """One page of what a report counts, by number; empty after the last."""
        return await self._runner.read(reports.page(query))

    async def count_told(self, query: ToldQuery) -> int:
        """How many requests all pages hold together."""
        return await self._runner.read(reports.count(query))

    async def last_words(self, numbers: Sequence[int]) -> Mapping[int, datetime]:
        """When somebody last said or noted something about each of these requests; one without a word is left out."""
        return await self._runner.read(requests.last_words(numbers))

    async def reviews(self, client: str, limit: int = 20) -> tuple[Review, ...]:
        """A client's service reviews, the newest first."""
        return await self._runner.read(reviews.of_client(client, limit))

    async def planned_reviews(self) -> tuple[Review, ...]:
        """Every client's planned review, the next one first."""
        return await self._runner.read(reviews.planned())

    async def runs(self, entry: str, limit: int = 2) -> tuple[Run, ...]:
        """The latest occurrences of a recurring request, the newest first."""
        return await self._runner.read(reviews.runs_of(entry, limit))

    async def commit(self, change: Change) -> None:
        """Write all of it or nothing. Raises AlreadyHandled and Conflict."""
        if self._eras is not None and change.fires is not None and change.at is not None:
            change = self._eras.of(change, change.fires.due_at, change.at)
        await self._runner.write(changes.commit(change, self._directory))
        self._committed((change,))

    def watch(self, hear: Hear) -> None:
        """From now on this process hears of what it commits, once that is written."""
        self._hear = hear

    def _committed(self, written: Sequence[Change]) -> None:
        if any(presses(change) for change in written):
            self.workers.tell(WAKE)
        self._hear(first_due(written), any(change.outbox and not change.suppressed for change in written))

    async def mark(self, name: str) -> datetime | None:
        """An instant that was kept under that name; None where none was."""
        return await self._runner.read(once.mark(name))

    async def put_mark(self, name: str, at: datetime) -> None:
        """Keep an instant under that name; it only ever moves forward."""
        await self._runner.write(once.put_mark(name, at))

    async def handled(self, inbox: InboxId) -> str | None:
        """What was answered to that event, None where it is new. Raises Reused where it carried something else."""
        return await self._runner.read(once.handled(inbox))

    async def fire_due(self, now: datetime, limit: int, decide: Decide, following: int | None = None) -> int:
        """Decide at most `limit` timers due at `now` (desk time), oldest first, in one transaction; answers how many.

        One whose decision raises, or cannot be written, is put off and holds up nobody else's. Others help to send what
        it set off.
        """
        decided = decide if self._eras is None else self._eras.deciding(decide, now)
        ahead, self._ahead = self._ahead, None
        start = self._beside.start
        try:
            fired = await self._runner.write(
                firing.fire_due(now, limit, decided, self._directory, ahead, start, following)
            )
        except firing.NotTogether:
            fired = await self._runner.write(firing.fire_each(now, limit, decided, self._directory))
        self._directory, self._ahead = fired.directory, fired.ahead
        if fired.changes:
            self._committed(fired.changes)
        return fired.count

    async def open_loads(self, now: datetime) -> Mapping[str, Load]:
        """How many open requests each owner has; who has none is left out."""
        return await self._runner.read(requests.open_loads(now))

    async def last_asked_to_rate(self, requester: str) -> datetime | None:
        """When that person was last asked how it was (desk time); None for never."""
        return await self._runner.read(requests.last_asked_to_rate(requester))

    async def due_jobs(self, now: datetime, limit: int) -> tuple[Timer, ...]:
        """The waiting timers due at `now` (desk time) that no request has, oldest first; none is claimed."""
        return await self._runner.read(timers.due_jobs(now, limit))

    async def next_due(self) -> datetime | None:
        """When the earliest waiting timer is due (desk time, UTC)."""
        return await self._runner.read(timers.next_due())

    async def timers(self, subject: str) -> tuple[Timer, ...]:
        """The waiting timers of a subject, by due time."""
        return await self._runner.read(timers.waiting(subject))

    # messages heard and placed

    async def source(self, ref: MessageRef) -> Source | None:
        """A message heard before; the thread of the reference is not compared."""
        return await self._runner.read(places.source(ref))

    async def last_source(self, place: Place, author: str) -> Source | None:
        """The author's latest message heard at that very place (channel and thread)."""
        return await self._runner.read(places.last_source(place, author))

    async def sources_in(self, place: Place) -> tuple[Source, ...]:
        """All messages heard at that very place, the oldest first."""
        return await self._runner.read(places.sources_in(place))

    async def sources_since(self, place: Place, since: datetime) -> tuple[Source, ...]:
        """The messages heard at that very place that were written from then on, the oldest first."""
        return await self._runner.read(places.sources_since(place, since))

    async def burst(self, ref: MessageRef) -> tuple[Source, ...]:
        """All lines of the burst that this message belongs to, in order; none where it was not heard."""
        return await self._runner.read(places.burst(ref))

    async def binding(self, conversation: str) -> Place | None:
        """Where a logical conversation is."""
        return await self._runner.read(places.binding(conversation))

    async def places_of(self, platform: str, workspace: str, after: datetime) -> tuple[Place, ...]:
        """Where clients write on a platform, and where requests are spoken of that did not end before that instant."""
        return await self._runner.read(places.places_of(platform, workspace, after))

    async def conversation_at(self, place: Place) -> str | None:
        """Which logical conversation that place is; of several, the first by name."""
        return await self._runner.read(places.conversation_at(place))

    async def conversations_at(self, place: Place) -> tuple[str, ...]:
        """All of them that are at that very place, by name."""
        return await self._runner.read(places.conversations_at(place))

    async def spoken_in(self, place: Place) -> bool:
        """Whether the desk has a message standing at that very place, or heard one there."""
        return await self._runner.read(places.spoken_in(place))

    async def slot(self, name: str) -> MessageRef | None:
        """The message that shows a slot."""
        return await self._runner.read(places.slot(name))

    async def slot_at(self, ref: MessageRef) -> str | None:
        """The slot that this message shows; `ref.place.thread` is not compared."""
        return await self._runner.read(places.slot_at(ref))

    async def placed(self, slots: Collection[str]) -> frozenset[str]:
        """Which of these slots show a message, or will once what is in the outbox has arrived."""
        return await self._runner.read(places.placed(slots))

    async def slots_in(self, conversation: str) -> tuple[str, ...]:
        """The slots whose message stands there, or will once what is in the outbox has arrived; by name."""
        return await self._runner.read(places.slots_in(conversation))

    # outbox

    async def claim_outbox(
        self,
        *,
        now: datetime,
        machine: datetime,
        owner: str,
        lease_until: datetime,
        limit: int,
        others: int | None = None,
    ) -> tuple[Sending, ...]:
        """Take rows to send and commit the intent. `now` is desk time, `machine` and `lease_until` are machine time."""
        return await self._runner.write(
            outbox.claim(
                now=now,
                machine=machine,
                owner=owner,
                lease_until=lease_until,
                limit=limit,
                others=others,
                eras=self._eras,
            )
        )

    async def settle(self, id: int, owner: str, result: SendResult) -> bool:
        """Write how a send ended; False where the row is no longer this owner's."""
        return await self._runner.write(settling.settle(id, owner, result))

    async def recover(self, machine: datetime, *, owner: str, look_at: datetime) -> int:
        """Rows left `sending` by a sender that vanished become ambiguous. Answers how many."""
        there = self._runner.workers
        return await self._runner.write(
            settling.recover(machine, own=owner, former=there.former, sure=there.sure, look_at=look_at)
        )

    async def waits(self, machine: datetime, limit: int) -> tuple[datetime, ...]:
        """When the messages that must wait may go, and the pauses end (machine time), the next ones first."""
        return await self._runner.read(settling.waits(machine, limit))

    async def held(self, batch: str) -> tuple[str, ...]:
        """The slots of the alerts that are told by this one message instead of each by its own, oldest first."""
        return await self._runner.read(outbox.held(batch))

    async def outbox_states(self) -> Mapping[str, int]:
        """How many rows stand in each state."""
        return await self._runner.read(outbox.states())

    async def use_once(self, token: str, at: datetime, expires_at: datetime) -> bool:
        """Remember a one-time token (machine time); False where it was used before. Expired ones are forgotten."""
        return await self._runner.write(once.use_token(token, at, expires_at))

    async def put_setup_code(self, digest: str, expires_at: datetime) -> None:
        """Keep the digest of a setup code until then (machine time), instead of the one before."""
        await self._runner.write(once.put_setup_code(digest, expires_at))

    async def try_setup_code(self, digest: str, at: datetime, event: InboxId | None = None) -> CodeTry:
        """Use the setup code up (machine time), or count a wrong try; after five there is none any more. Of the same
        event it is tried once: AlreadyHandled carries how that ended."""
        return await self._runner.write(once.try_setup_code(digest, at, event))

    async def check(self, progress: Callable[[int, int], None] | None = None) -> tuple[str, ...]:
        """What is wrong with the database, a line each; page by page, so that the desk works on meanwhile."""
        return await checking.check(self._runner, progress)

    async def shaped(self) -> bool:
        """Whether the requests' rows are as this release writes them."""
        return await self._runner.read(filling.shaped())

    async def fill(self, *, anew: bool = False) -> None:
        """Make what this release keeps of a request of what another one left, page by page.

        Where the rows are another release's, that is all of them, and so it is with `anew`. Should it be cut short, or
        another process hold some, the next start does it once more.
        """
        if not anew and await self.shaped():
            return
        page, held = filling.Filled(0), False
        while page.last is not None:
            page = await self._runner.write(filling.fill(page.last, self._directory))
            held = held or page.held
        if not held:
            await self._runner.write(filling.done())

    async def know_eras(self) -> Mapping[str, int]:
        """Learn whether this desk was ever brought back; answers the counters, which say what the database is."""
        counters = await self._runner.read(eras.counters())
        self._eras = eras.known(counters)
        return counters

    async def begin_era(
        self,
        now: datetime,
        tell: Callable[[Restored], Draft],
        *,
        elsewhere: Mapping[str, int] | None = None,
        first_number: int = 0,
    ) -> Restored:
        """The desk was brought back and lives again from here on (`storage/transactions/eras.py`)."""
        done = await self._runner.write(eras.begin(now, tell, elsewhere=elsewhere, first_number=first_number))
        await self.know_eras()
        return done

    async def caught_up(self, now: datetime) -> None:
        """All that was due by now (desk time) has been decided; once a life is enough."""
        if self._eras is not None and self._eras.until >= BIGGEST:
            self._eras = await self._runner.write(eras.caught_up(now))

    async def restored(self) -> Lost | None:
        """What the desk lost when it was last brought back from a backup; None for one that never was."""
        return await self._runner.read(eras.last())

    async def close(self) -> None:
        """Let go of everything; a second call does nothing."""
        try:
            await self._runner.close()
        finally:
            self._beside.end()


_KEEPS_THE_CONTRACT: Callable[[Runner], Store] = SqlStore  # the type checker says where it does not
