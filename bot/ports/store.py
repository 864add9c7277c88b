"""The desk's memory, as a protocol, and what it is asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.domain.capacity import Load
from bot.domain.events import Entry, Event, Status
from bot.domain.people import Directory, Person
from bot.domain.policy import Priority
from bot.domain.recurring import Run
from bot.domain.request import Request
from bot.domain.review import Review
from bot.domain.search import EVERYTHING, Search
from bot.ports.accounts import Accounts
from bot.ports.audit import Audit
from bot.ports.change import Change, Decide, InboxId, Source, Timer
from bot.ports.chat import Sending, SendResult
from bot.ports.deliveries import Deliveries
from bot.ports.edits import DirectoryEdit, SettingChange
from bot.ports.erasing import Erasing
from bot.ports.files import Files
from bot.ports.form_drafts import FormDrafts
from bot.ports.installations import Installations
from bot.ports.linking import Linking
from bot.ports.places import MessageRef, Place
from bot.ports.tokens import Tokens
from bot.ports.unsent import Unsent
from bot.ports.upkeep import Lost
from bot.ports.workers import Workers


@dataclass(frozen=True)
class RequestQuery:
    """Which requests: each field narrows; None and empty ask for all."""

    viewer: Person | None = None
    """Who looks: only what they may see is found and counted, by the words they may see. None is the desk itself."""
    search: Search = EVERYTHING

    client: str | None = None
    owner: str | None = None
    requester: str | None = None
    statuses: tuple[Status, ...] = ()
    priority: Priority | None = None
    unowned: bool = False
    words: str = ""
    """All of these, in number, title, details or what was said; the last one may be a beginning."""
    up_to: int | None = None
    """No later number than this: so what comes in between two pages does not shift the second."""
    limit: int = 20
    offset: int = 0


@dataclass(frozen=True)
class ToldQuery:
    """Which requests have something to tell of the time from `since` to `until` (UTC, half-open): opened before its
    end, and open or changed since its beginning. Pages follow `after`, the last number seen."""

    since: datetime
    until: datetime
    client: str | None = None
    after: int = 0
    limit: int = 500


@dataclass(frozen=True)
class Told:
    """A request as it stands, and those entries of its history that a report counts, in order."""

    request: Request
    facts: tuple[Entry, ...]


class CodeTry(StrEnum):
    """How trying the setup code ended."""

    FITS = "fits"
    """It is used up now."""
    WRONG = "wrong"
    """It is another one, was used, is too old, or there is none."""
    SPENT = "spent"
    """It was tried wrongly too often just now: another one is needed."""


@dataclass(frozen=True)
class RecentQuery:
    """Which entries of all histories: of one client, of some kinds, before one that was seen (`before` is its `mark`).
    None and empty ask for all."""

    client: str | None = None
    kinds: tuple[type[Event], ...] = ()
    before: tuple[datetime, int, int] | None = None
    limit: int = 50


@dataclass(frozen=True)
class Happened:
    """An entry of a request's history, with the request as it stands now."""

    request: Request
    entry: Entry

    @property
    def mark(self) -> tuple[datetime, int, int]:
        """Its place among all: what came before it has a smaller one."""
        return self.entry.at, self.request.number, self.entry.seq


@dataclass(frozen=True)
class Page:
    """Some of the requests that match, and how many do."""

    requests: tuple[Request, ...]
    total: int
    newest: int
    """The highest number of them all, for the next page's `up_to`."""


class Store(Protocol):
    """The desk's memory. Each method is one transaction, and no transaction spans an await of the caller."""

    @property
    def files(self) -> Files:
        """The files that people sent."""
        ...

    @property
    def tokens(self) -> Tokens:
        """The API's tokens."""
        ...

    @property
    def accounts(self) -> Accounts:
        """Whom lists let in, and who is to be taken out of where a platform let them in."""
        ...

    @property
    def linking(self) -> Linking:
        """What is kept for linking one person's accounts."""
        ...

    @property
    def installations(self) -> Installations:
        """The workspaces of other platforms that let the desk in."""
        ...

    @property
    def unsent(self) -> Unsent:
        """What could not be sent."""
        ...

    @property
    def form_drafts(self) -> FormDrafts:
        """Forms that somebody is in the middle of."""
        ...

    @property
    def deliveries(self) -> Deliveries:
        """What a platform delivered and nobody carried out yet."""
        ...

    @property
    def audit(self) -> Audit:
        """What stands still or does not add up."""
        ...

    @property
    def workers(self) -> Workers:
        """The processes of this desk, this one among them."""
        ...

    @property
    def erasing(self) -> Erasing:
        """What takes words away for good."""
        ...

    async def directory(self) -> Directory:
        """The current snapshot, cached by its version."""
        ...

    async def edit_directory(self, edit: DirectoryEdit) -> None:
        """Set clients, people, calendars, policies, identities and bindings. Raises Conflict and AlreadyHandled."""
        ...

    async def identify(self, platform: str, workspace: str, user: str) -> str | None:
        """The person behind a platform's user id; None for a stranger."""
        ...

    async def recent_entries(self, query: RecentQuery) -> tuple[Happened, ...]:
        """What happened to requests, the newest first."""
        ...

    async def setting_changes(self, path: str = "", limit: int = 50) -> tuple[SettingChange, ...]:
        """What was changed in the directory, the newest first; of one path and what is below it, or of all."""
        ...

    async def bindings(self, of: Collection[str] | None = None) -> Mapping[str, Place]:
        """Where every conversation is that is no request's: channels and direct ones, by name; or where these are."""
        ...

    async def identities(self) -> tuple[tuple[str, str, str, str], ...]:
        """Every platform's user the desk knows: platform, workspace, user id, person's id."""
        ...

    async def reserve_number(self) -> int:
        """The next request number of the desk, never given twice; a number that is not used leaves a gap."""
        ...

    async def request(self, number: int) -> Request | None:
        """A request by its number. Who may see it is the caller's to check."""
        ...

    async def states(self, numbers: Collection[int]) -> Mapping[int, Request]:
        """These requests by number; those that there are."""
        ...

    async def history(self, number: int) -> tuple[Entry, ...]:
        """A request's entries in order; empty where there is none."""
        ...

    async def requests(self, query: RequestQuery) -> tuple[Request, ...]:
        """Matching requests, by default the newest number first."""
        ...

    async def page(self, query: RequestQuery) -> Page:
        """The same, and how many match in all."""
        ...

    async def told(self, query: ToldQuery) -> tuple[Told, ...]:
        """One page of what a report counts, by number; empty after the last."""
        ...

    async def count_told(self, query: ToldQuery) -> int:
        """How many requests all pages hold together."""
        ...

    async def last_words(self, numbers: Sequence[int]) -> Mapping[int, datetime]:
        """When somebody last said or noted something about each of these requests; one without a word is left out."""
        ...

    async def reviews(self, client: str, limit: int = 20) -> tuple[Review, ...]:
        """A client's service reviews, the newest first."""
        ...

    async def planned_reviews(self) -> tuple[Review, ...]:
        """Every client's planned review, the next one first."""
        ...

    async def runs(self, entry: str, limit: int = 2) -> tuple[Run, ...]:
        """The latest occurrences of a recurring request, the newest first."""
        ...

    async def commit(self, change: Change) -> None:
        """Write all of it or nothing. Raises Conflict and AlreadyHandled."""
        ...

    async def mark(self, name: str) -> datetime | None:
        """An instant that was kept under that name; None where none was."""
        ...

    async def put_mark(self, name: str, at: datetime) -> None:
        """Keep an instant under that name; it only ever moves forward."""
        ...

    async def handled(self, inbox: InboxId) -> str | None:
        """What was answered to that event, None where it is new. Raises Reused where it carried something else."""
        ...

    async def fire_due(self, now: datetime, limit: int, decide: Decide, following: int | None = None) -> int:
        """Claim at most `limit` timers due at `now`, decide each, write what it decided, mark it fired; one
        transaction.

        In order of due time. Answers how many fired. `following` is the limit with which it will probably be asked
        next, where that is another one: so many may be decided by then, and are written although it is asked for fewer.

        One whose decision raises, or cannot be written, comes again a little later and holds up nobody else's; until it
        can be decided it is among the `stuck`.
        """
        ...

    async def open_loads(self, now: datetime) -> Mapping[str, Load]:
        """How many open requests each owner has, and how many of them are late now; who has none is left out."""
        ...

    async def last_asked_to_rate(self, requester: str) -> datetime | None:
        """When that person was last asked how it was (desk time); None for never."""
        ...

    async def due_jobs(self, now: datetime, limit: int) -> tuple[Timer, ...]:
        """The waiting timers due at `now` that no request has (a digest, a review), oldest first; none is claimed.

        Whoever decides one commits a Change with `fires` set, so that of several only one does it.
        """
        ...

    async def next_due(self) -> datetime | None:
        """When the earliest waiting timer is due (desk time)."""
        ...

    async def timers(self, subject: str) -> tuple[Timer, ...]:
        """The waiting timers of a subject, by due time."""
        ...

    # messages heard and placed

    async def source(self, ref: MessageRef) -> Source | None:
        """A message heard before."""
        ...

    async def last_source(self, place: Place, author: str) -> Source | None:
        """The author's latest message heard at that very place (channel and thread)."""
        ...

    async def sources_in(self, place: Place) -> tuple[Source, ...]:
        """All messages heard at that very place, the oldest first."""
        ...

    async def sources_since(self, place: Place, since: datetime) -> tuple[Source, ...]:
        """The messages heard at that very place that were written from then on, the oldest first."""
        ...

    async def burst(self, ref: MessageRef) -> tuple[Source, ...]:
        """All lines of the burst that this message belongs to, in order."""
        ...

    async def binding(self, conversation: str) -> Place | None:
        """Where a logical conversation is."""
        ...

    async def places_of(self, platform: str, workspace: str, after: datetime) -> tuple[Place, ...]:
        """Where clients write on a platform, and where requests are spoken of that did not end before that instant."""
        ...

    async def conversation_at(self, place: Place) -> str | None:
        """Which logical conversation that place is; a thread that is bound to none answers None, not its channel."""
        ...

    async def conversations_at(self, place: Place) -> tuple[str, ...]:
        """All of them that are at that very place, by name."""
        ...

    async def spoken_in(self, place: Place) -> bool:
        """Whether the desk has a message standing at that very place, or heard one there."""
        ...

    async def slot(self, name: str) -> MessageRef | None:
        """The message that shows a slot."""
        ...

    async def slot_at(self, ref: MessageRef) -> str | None:
        """The slot that this message shows (`ACME-42:card`); `ref.place.thread` is not compared."""
        ...

    async def placed(self, slots: Collection[str]) -> frozenset[str]:
        """Which of these slots show a message, or will once what is in the outbox has arrived."""
        ...

    async def slots_in(self, conversation: str) -> tuple[str, ...]:
        """The slots whose message stands there, or will once what is in the outbox has arrived; by name."""
        ...

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
        """Take rows to send and commit the intent: the most urgent of each conversation, never two of one at a time.

        A row waits for its conversation's binding, a put or a thread for what it builds on; an ambiguous row comes
        again, marked so, once its time has come. Of at most `limit` rows at most `others` are no alerts.
        """
        ...

    async def settle(self, id: int, owner: str, result: SendResult) -> bool:
        """Write how a send ended; False where the row is no longer this owner's."""
        ...

    async def recover(self, machine: datetime, *, owner: str, look_at: datetime) -> int:
        """Rows left `sending` past their lease become ambiguous, and those of a worker that is known to be gone,
        whatever their lease; these come again at `look_at`. Answers how many.

        `owner` is this process's present name; nothing may be in flight under a former one. Where no other process can
        be on this database, every other sender is gone. All instants are machine time.
        """
        ...

    async def waits(self, machine: datetime, limit: int) -> tuple[datetime, ...]:
        """When the messages that must wait may go, and the pauses end (machine time), the next ones first."""
        ...

    async def held(self, batch: str) -> tuple[str, ...]:
        """The slots of the alerts that are told by this one message instead of each by its own, oldest first."""
        ...

    async def outbox_states(self) -> Mapping[str, int]:
        """How many rows stand in each state."""
        ...

    async def use_once(self, token: str, at: datetime, expires_at: datetime) -> bool:
        """Remember a one-time token (machine time); False where it was used before. Expired ones are forgotten."""
        ...

    async def put_setup_code(self, digest: str, expires_at: datetime) -> None:
        """Keep the digest of a setup code until then (machine time), instead of the one before."""
        ...

    async def try_setup_code(self, digest: str, at: datetime, event: InboxId | None = None) -> CodeTry:
        """Use the setup code up (machine time), or count a wrong try; after five there is none any more. Of the same
        event it is tried once: AlreadyHandled carries how that ended."""
        ...

    async def caught_up(self, now: datetime) -> None:
        """All that was due by now (desk time) has been decided: what is decided from here on is of a restored desk's
        own time."""
        ...

    async def restored(self) -> Lost | None:
        """What the desk lost when it was last brought back from a backup; None for one that never was."""
        ...

    async def check(self, progress: Callable[[int, int], None] | None = None) -> tuple[str, ...]:
        """What is wrong with the database, a line each: integrity, and requests whose row is not their replayed
        history. `progress` is told how many of how many requests were looked at."""
        ...

    async def close(self) -> None:
        """Let go of everything."""
        ...
