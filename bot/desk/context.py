"""The desk, and who is acting on it: what every use case receives."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.clock import Clock
from bot.codec import message_to_json
from bot.desk.conversations import request_of
from bot.desk.turns import Turns
from bot.domain.files import Attachment
from bot.domain.names import NamedRequest, read_ref
from bot.domain.people import Client, Directory, Person
from bot.domain.refusal import Declined
from bot.domain.request import Request
from bot.messages import refusals
from bot.messages.model import NOTHING, Answer
from bot.ports import Change, DirectoryEdit, InboxId, MessageRef, Place, Store

if TYPE_CHECKING:
    from bot.desk.findings import Finding


class Refusal(Declined):
    """The desk says no, kindly; the message is for the person who asked and says what to do next."""

    def __init__(self, text: str = "", *, show: int = 0) -> None:
        super().__init__(text)
        self.show = show
        """The request to look at instead, which its asker may see; 0 for none."""


class Stranger(Refusal):
    """The desk does not know who asks."""


class Forbidden(Refusal):
    """It is another role's to do."""


class Unseen(Refusal):
    """There is nothing of that name that they can see."""


class Busy(Refusal):
    """Too many people at once; the same once more will do."""


@dataclass(frozen=True)
class Rules:
    """The desk's own settings that use cases need."""

    name: str = "Steward"
    command: str = "/desk"
    """What people type; a platform may have taken the word, so it is a setting."""
    undo: timedelta = timedelta(seconds=60)
    """How long a resolve can be taken back before the client hears of it."""
    burst: timedelta = timedelta(minutes=2)
    """Lines of one person this close to the previous one belong together."""
    silent: bool = False
    """Nobody is told of warnings and breaches: an import replays what lies in the past."""


@dataclass
class Desk:
    """The use cases' world: a store, a clock and the rules. `suppressed` is for imports: nothing is sent."""

    store: Store
    clock: Clock
    rules: Rules = field(default_factory=Rules)
    suppressed: bool = False
    sign_in: Callable[[str], str] | None = None
    """Makes a one-time sign-in link for a person's id, where the desk brings a workspace of its own."""
    look_outside: Callable[[], Awaitable[Sequence[Finding]]] | None = None
    """Looks whether all is well on the platforms that the desk is in, in a few seconds; each finding with its mend."""
    channel_said: Callable[[str, str], str] = lambda platform, key: ""
    """The channel that the installation's settings name for a client, by its key, on a platform; empty for none."""
    connect: Callable[[str], str] | None = None
    """Makes a link by which a workspace of another platform lets the desk in: a client's, by its key, or the team's."""
    followed: int = -1
    """The directory's version by which the jobs were planned last."""
    turns: Turns = field(default_factory=Turns)

    def now(self) -> datetime:
        """Desk time."""
        return self.clock.now()


@dataclass(frozen=True)
class Heard:
    """A message as its platform has it: who wrote it, when, and where it stands."""

    ref: MessageRef
    author: str
    at: datetime
    """When it was written, also of one that was edited since."""
    text: str
    files: tuple[Attachment, ...] = ()
    """What came with it, kept by `bot.desk.files.keep` before. With files, `text` may be empty."""
    edited_at: datetime | None = None
    """When it was edited last, where the platform says so; an edit older than the one known is passed over."""
    direct: bool = False
    """Whether it was written to the desk alone, in person."""


@dataclass(frozen=True)
class Context:
    """One act: who, where, when, and the snapshot it is judged by."""

    desk: Desk
    actor: Person
    at: datetime
    directory: Directory
    place: Place | None = None
    conversation: str | None = None
    """The logical conversation it happens in: `client:ACME`, `request:42:team`, `triage`, `dm:sam` …"""
    event: InboxId | None = None
    message: Heard | None = None
    """The message acted on, for a shortcut or a reaction."""
    hears: MessageRef | None = None
    """The message that is heard in this act, which must not have been before."""
    written: set[InboxId] = field(default_factory=set[InboxId])
    """The event, once this act has written it."""

    @property
    def thread_request(self) -> int | None:
        """The request whose thread this is."""
        return request_of(self.conversation)

    @property
    def in_team_thread(self) -> bool:
        """Whether this is a request's private thread."""
        return bool(self.thread_request) and (self.conversation or "").endswith(":team")

    def client(self, key: str) -> Client:
        """A client that is known to exist."""
        return self.directory.clients[key]

    async def find(self, name: str | int | None) -> Request:
        """The request named, or this thread's own. Raises Refusal where it is none that the actor may see.

        A request of another client and one that does not exist are refused in the same words: neither leaks.
        """
        if name in (None, ""):
            number = self.thread_request
            if number is None:
                raise Refusal(refusals.which_request(self.desk.rules.command))
            merged = await self.desk.store.request(number)
            number = merged.merged_into if merged and merged.merged_into and may_see(self.actor, merged) else number
            named = NamedRequest(number, None)
        else:
            read = read_ref(str(name))
            if read is None:
                raise Unseen(refusals.no_ref(str(name)))
            named = read
        request = await self.desk.store.request(named.number) if named.number < 2**31 else None
        if request is None and (lost := await self.desk.store.restored()) and lost.first <= named.number <= lost.last:
            raise Unseen(refusals.lost(str(named), lost.since, lost.at))
        if request is None or (named.key and named.key != request.client) or not may_see(self.actor, request):
            raise Unseen(refusals.not_visible(str(named), self.directory))
        return request

    async def seen(self, numbers: Iterable[int]) -> frozenset[int]:
        """Those of the requests that the actor may see."""
        found = [await self.desk.store.request(number) for number in numbers]
        return frozenset(each.number for each in found if each and may_see(self.actor, each))

    async def commit(self, change: Change, answer: Answer = NOTHING) -> Answer:
        """Write the change, keeping the answer for a redelivery of the same event."""
        result = message_to_json(answer.message) if answer.message else ""
        change = replace(
            change,
            inbox=self.event,
            at=self.at,
            result=result,
            hears=self.hears,
            suppressed=change.suppressed or self.desk.suppressed,
        )
        await self.desk.store.commit(change)
        return self._written(answer)

    async def edit(
        self, edit: DirectoryEdit, answer: Answer, accounts: Sequence[tuple[str, str, str, str]] = ()
    ) -> Answer:
        """Change the directory as it was seen, once an event, and remember who changed what; somebody else's change
        meanwhile is a Conflict. `accounts` are all as they are, for an edit that changes some."""
        result = message_to_json(answer.message) if answer.message else ""
        # How all settings are read and written is loaded by the first edit: no timer edits any.
        from bot.desk.plan import audited

        edit = audited(self.directory, edit, self.actor.id, self.at, accounts)
        edit = replace(edit, expected=self.directory.version, inbox=self.event, result=result, at=self.at)
        await self.desk.store.edit_directory(edit)
        return self._written(answer)

    def _written(self, answer: Answer) -> Answer:
        if self.event is not None:
            self.written.add(self.event)
        return answer


def may_see(person: Person, request: Request) -> bool:
    """Staff see all requests; a client's people see their client's own, and of private ones those they are named on.
    Whoever is kept to one client sees no other's."""
    if person.only not in (None, request.client):
        return False
    if person.is_staff:
        return True
    if not person.active or person.client is None or person.client != request.client:
        return False
    return not request.private or person.id == request.requester or person.id in request.stakeholders
