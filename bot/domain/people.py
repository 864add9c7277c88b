"""Who is who: clients, their people, and the team; and what each role may see."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from bot.domain.calendar import Calendar
from bot.domain.hooks import Hook
from bot.domain.playbooks import BUILT_IN, RequestKind, SavedReply
from bot.domain.policy import Policy, in_force
from bot.domain.recurring import Recurring
from bot.domain.settings import ClientSettings, TeamSettings
from bot.domain.work import Work


class Role(StrEnum):
    """What a person is to the desk. A client's people belong to one client; the others are staff."""

    CLIENT = "client"
    ENGINEER = "engineer"
    LEAD = "lead"
    MANAGER = "manager"
    DESK = "desk"  # the desk itself: timers and automatic answers

    @property
    def is_staff(self) -> bool:
        """Whether the role belongs to the team (a person, not the desk itself)."""
        return self in (Role.ENGINEER, Role.LEAD, Role.MANAGER)


@dataclass(frozen=True)
class Person:
    """Somebody the desk knows. `zone` is the IANA zone their times are shown in; `client` is a key, None for staff."""

    id: str
    name: str
    role: Role
    zone: str = "UTC"
    client: str | None = None
    active: bool = True
    work: Work = field(default_factory=Work)
    """How much they take on at a time, and when they are away; for the team's people."""
    home: str = ""
    """The platform on which the desk speaks with them in person; empty where nobody chose."""
    only: str | None = None
    """The one client that this act is kept to, whoever acts; never stored."""
    via: str = ""
    """The token by which they act, empty for themselves; never stored."""

    @property
    def is_staff(self) -> bool:
        """Whether this person is on the team now."""
        return self.active and self.role.is_staff

    @property
    def kept_to(self) -> str | None:
        """The one client whose requests they can see: a client's person's own; None for every client's."""
        return self.only or (None if self.is_staff else self.client)

    @property
    def inside(self) -> bool:
        """Whether they read what stays with the team, such as notes: the team, but through nothing narrower."""
        return self.is_staff and self.only is None


SERVICE = "api:"
"""How the id of a service begins: a program that acts under its own name. It is nobody's, and so in no list."""

OWN = "/"
"""Between a client's hours and a policy's name: so the calendar is called that holds the policy's own hours."""

DESK = Person(id="desk", name="Steward", role=Role.DESK)
"""The desk itself, as the author of what no person did."""


@dataclass(frozen=True)
class Client:
    """A client of the firm; `zone` is the IANA zone its people live by."""

    key: str
    name: str
    zone: str
    settings: ClientSettings = field(default_factory=ClientSettings)


@dataclass(frozen=True)
class Directory:
    """The small, slow-moving part of the desk, read as one snapshot: clients, people, hours and promises."""

    version: int = 0
    clients: dict[str, Client] = field(default_factory=dict[str, Client])
    people: dict[str, Person] = field(default_factory=dict[str, Person])
    calendars: dict[str, Calendar] = field(default_factory=dict[str, Calendar])
    """Every version of every calendar, by `Calendar.ref`."""
    versions: dict[str, Policy] = field(default_factory=dict[str, Policy])
    """Every version of every policy, by `Policy.ref`."""
    team: TeamSettings = field(default_factory=TeamSettings)
    kinds: dict[str, RequestKind] = field(default_factory=dict[str, RequestKind])
    """The kinds of request that were set, by key; `kinds_for` adds the built-in ones."""
    replies: dict[str, SavedReply] = field(default_factory=dict[str, SavedReply])
    """The saved replies, by key."""
    hooks: dict[str, Hook] = field(default_factory=dict[str, Hook])
    """Who outside is told what happens, by key."""
    recurring: dict[str, Recurring] = field(default_factory=dict[str, Recurring])
    """What the desk opens by itself again and again, by key."""

    def promises_to(self, client: str) -> tuple[Policy, ...]:
        """Every version of every policy of a client; `policies_of` are those in force."""
        return self._promises.get(client, ())

    def policies_of(self, client: str) -> tuple[Policy, ...]:
        """What a client is promised now: its policies in force, in the order in which they are tried (rule 13)."""
        return self._in_force.get(client, ())

    def calendar_of(self, client: str) -> Calendar | None:
        """A client's own hours, also where each of its policies has others; None where it was promised nothing."""
        used = [found for p in self.policies_of(client) if (found := self.calendars.get(p.calendar))]
        if not used:
            return None
        name = used[0].name.partition(OWN)[0]
        own = [calendar for calendar in used if calendar.name == name]
        known = own or sorted((c for c in self.calendars.values() if c.name == name), key=lambda c: c.version)
        return known[-1] if known else None

    @cached_property
    def _in_force(self) -> dict[str, tuple[Policy, ...]]:
        return {client: in_force(policies) for client, policies in self._promises.items()}

    @cached_property
    def _promises(self) -> dict[str, tuple[Policy, ...]]:
        by_client: dict[str, list[Policy]] = {}
        for policy in self.versions.values():
            by_client.setdefault(policy.client, []).append(policy)
        return {client: tuple(policies) for client, policies in by_client.items()}

    def person(self, id: str | None) -> Person | None:
        """The person with that id; None where nobody has it."""
        return DESK if id == DESK.id else self.people.get(id or "")

    def name_of(self, id: str | None) -> str:
        """A name to show, also for somebody who has left the directory."""
        if id and id.startswith(SERVICE):
            return id.removeprefix(SERVICE)
        person = self.person(id)
        return person.name if person else "somebody"

    def staff(self, *roles: Role) -> list[Person]:
        """The team's active people, of these roles or of any, by name."""
        return sorted(
            (p for p in self.people.values() if p.is_staff and (not roles or p.role in roles)), key=lambda p: p.name
        )

    def kinds_for(self, client: str) -> list[RequestKind]:
        """The kinds of request a client can choose from: the built-in ones first, then by label."""
        known = {kind.key: kind for kind in BUILT_IN} | self.kinds
        own = [k for k in known.values() if k.active and k.client in ("", client)]
        order = [kind.key for kind in BUILT_IN]
        return sorted(own, key=lambda k: (order.index(k.key) if k.key in order else len(order), k.label.casefold()))

    def replies_for(self, client: str) -> list[SavedReply]:
        """The saved replies that fit a client, by key."""
        return sorted((r for r in self.replies.values() if r.client in ("", client)), key=lambda r: r.key)

    def name_words(self) -> frozenset[str]:
        """The words of everybody's name, in lower case: "thanks Sam" is told apart from words that say something."""
        return frozenset(w for p in self.people.values() if p.active for w in p.name.casefold().split())

    def people_of(self, client: str) -> list[Person]:
        """A client's own active people, by name."""
        return sorted((p for p in self.people.values() if p.active and p.client == client), key=lambda p: p.name)
