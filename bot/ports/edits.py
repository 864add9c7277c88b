"""What is set in the directory, and what is remembered of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.calendar import Calendar
from bot.domain.hooks import Hook
from bot.domain.people import Client, Person
from bot.domain.playbooks import RequestKind, SavedReply
from bot.domain.policy import Policy
from bot.domain.recurring import Recurring
from bot.domain.settings import TeamSettings
from bot.ports.change import Draft, InboxId
from bot.ports.linking import Account
from bot.ports.places import Place


@dataclass(frozen=True)
class SettingChange:
    """One thing of the directory that somebody changed. `path` names it as an exported file does
    (`clients.ACME.settings.reopen_days`); before and after are as that file writes them, empty for what was not there.
    """

    at: datetime
    by: str
    """The person's id, or `file` for one who applied a file."""
    path: str
    before: str
    after: str


@dataclass(frozen=True)
class DirectoryEdit:
    """What to set in the directory; existing rows with the same id or key are replaced, calendars and policies by
    version.

    With `expected` set it is a Conflict where the directory has another version by now: somebody else may have taken
    the same name. `inbox` and `result` make an inbound event count once, as in a Change.
    """

    clients: tuple[Client, ...] = ()
    people: tuple[Person, ...] = ()
    calendars: tuple[Calendar, ...] = ()
    policies: tuple[Policy, ...] = ()
    team: TeamSettings | None = None
    kinds: tuple[RequestKind, ...] = ()
    replies: tuple[SavedReply, ...] = ()
    hooks: tuple[Hook, ...] = ()
    recurring: tuple[Recurring, ...] = ()
    gone: tuple[tuple[str, str], ...] = ()
    """What is taken away from the catalogue: "kind", "reply", "hook" or "recurring", and its key."""
    identities: tuple[tuple[str, str, str, str], ...] = ()
    """platform, workspace, the platform's user id, the person's id."""
    let_in: tuple[tuple[str, str, str, str], ...] = ()
    """Of these identities, whom a list of the settings let in: platform, workspace, the platform's user id, and as
    whose; what they may lasts as long as it says so."""
    let_out: tuple[Account, ...] = ()
    """Whom no list names any more, and who are out for that: a list brings them back."""
    parted: tuple[Account, ...] = ()
    """Accounts that are nobody's from now on."""
    forgotten: tuple[tuple[str, str], ...] = ()
    """A platform, and a pattern of slots' names: what stands there under such is changed there no more, and shown anew
    where its conversation is by then."""
    bindings: tuple[tuple[str, Place], ...] = ()
    """Where conversations are. A direct conversation that was another person's is theirs no more."""
    unbound: tuple[str, ...] = ()
    """Conversations that are nowhere; a direct one is opened anew when there is something to say."""
    changes: tuple[SettingChange, ...] = ()
    """What is remembered of it: who changed what, from what to what."""
    outbox: tuple[Draft, ...] = ()
    """What is said because of it, such as a welcome."""
    expected: int | None = None
    inbox: InboxId | None = None
    result: str = ""
    at: datetime | None = None
