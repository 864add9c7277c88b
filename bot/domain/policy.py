"""What was promised: which policy a request falls under, its targets by priority, and what makes a priority."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum

from bot.domain.fact import Status
from bot.domain.refusal import Declined


class Priority(StrEnum):
    """P1 is the most pressing."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


class Impact(StrEnum):
    """Who is stopped: the client's answer at intake."""

    EVERYONE = "everyone"
    TEAM = "team"
    ONE = "one"
    NOBODY = "nobody"


class Urgency(StrEnum):
    """How soon it matters."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


_MATRIX = {
    Impact.EVERYONE: (Priority.P1, Priority.P1, Priority.P2),
    Impact.TEAM: (Priority.P1, Priority.P2, Priority.P3),
    Impact.ONE: (Priority.P2, Priority.P3, Priority.P4),
    Impact.NOBODY: (Priority.P3, Priority.P4, Priority.P4),
}


def priority_of(impact: Impact | None, urgency: Urgency = Urgency.NORMAL) -> Priority:
    """Impact × urgency, as ITIL's matrix has it; P3 where nobody has said who is stopped."""
    if impact is None:
        return Priority.P3
    return _MATRIX[impact][(Urgency.HIGH, Urgency.NORMAL, Urgency.LOW).index(urgency)]


class ClockKind(StrEnum):
    """The four clocks of a request (rule 4), and the promise that staff make of their own accord (rule 10a)."""

    FIRST_RESPONSE = "first_response"
    NEXT_REPLY = "next_reply"
    PERIODIC_UPDATE = "periodic_update"
    RESOLUTION = "resolution"
    PROMISE = "promise"
    """When the next news was promised: an instant on the wall, never a target of a policy."""


REPLY_CLOCKS = (ClockKind.FIRST_RESPONSE, ClockKind.NEXT_REPLY)


class PolicyError(Declined, ValueError):
    """A promise that cannot be kept or judged; the message names the mend."""


class BadTarget(PolicyError):
    """A target of no time at all: it would be missed before anybody reads the request."""


class NeverMatches(PolicyError):
    """A policy that no request ever falls under, since those before it take all of its requests."""


def read_pause(text: str) -> str:
    """A status in which a policy lets no time count, or one wait of the team's own name.

    Raises PolicyError for what is none.
    """
    status, named, label = text.strip().partition(":")
    if status in set(Status) and (not named or (status == Status.WAITING_OTHER and label.strip())):
        return text.strip()
    known = ", ".join(status for status in Status if status.is_open)
    raise PolicyError(f"“{text.strip()[:40]}” is no status. Use {known}, or waiting_other:NAME for one wait alone.")


@dataclass(frozen=True)
class Facts:
    """What decides under which policy a request falls (rule 13)."""

    kind: str = ""
    priority: Priority = Priority.P3
    tags: frozenset[str] = frozenset()
    plan: str = ""
    """The client's plan, such as “premium”."""


@dataclass(frozen=True)
class Match:
    """Which requests a policy is for. Each condition that names something must fit; an empty one fits any request."""

    kinds: tuple[str, ...] = ()
    priorities: tuple[Priority, ...] = ()
    tags: tuple[str, ...] = ()
    """One of these is enough."""
    plans: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for each in fields(self):
            if any(not value.strip() for value in getattr(self, each.name)):
                raise PolicyError(f"One of the {each.name} that a policy is for is empty; name it or leave it out.")

    def takes(self, facts: Facts) -> bool:
        """Whether such a request falls under it."""
        return (
            (not self.kinds or facts.kind in self.kinds)
            and (not self.priorities or facts.priority in self.priorities)
            and (not self.tags or not facts.tags.isdisjoint(self.tags))
            and (not self.plans or facts.plan in self.plans)
        )

    def covers(self, other: Match) -> bool:
        """Whether it takes every request that the other takes."""
        pairs = (
            (self.kinds, other.kinds),
            (self.priorities, other.priorities),
            (self.tags, other.tags),
            (self.plans, other.plans),
        )
        return all(not mine or (theirs and set(theirs) <= set(mine)) for mine, theirs in pairs)


ANY = Match()
"""Takes every request."""


@dataclass(frozen=True)
class Terms:
    """What one request was promised, as a snapshot: the history keeps it, so a later edit changes no verdict (rule 12).

    `targets` are business seconds by clock; a clock without one does not run.
    """

    policy: str
    version: int
    priority: Priority
    calendar: str
    targets: Mapping[ClockKind, int]
    warn_percents: tuple[int, ...] = (75,)
    pause_statuses: tuple[str, ...] = ("waiting_client",)
    """Statuses in which no time counts; `waiting_other:vendor` is the wait of that name alone (rule 9)."""
    pause_reply_clocks: bool = False
    warn_before: tuple[int, ...] = ()
    """Warnings by what is left: business seconds before the due time (rule 17)."""
    bot_counts: bool = False
    """Whether what a bot writes to the client answers them (rule 5); an automatic acknowledgement never does."""

    def check(self) -> None:
        """Raises PolicyError where nobody can keep them. Asked where a policy is made, not each time its terms are read
        out of a history."""
        if ClockKind.PROMISE in self.targets:
            raise PolicyError(f"{self.policy} cannot have a target for promised news; staff promise it themselves.")
        for kind, seconds in self.targets.items():
            if seconds <= 0:
                raise BadTarget(f"The {kind.replace('_', ' ')} target of {self.policy} must be more than 0 seconds.")
        if any(not 0 < percent < 100 for percent in self.warn_percents):
            raise PolicyError(f"A warning of {self.policy} lies between 1 and 99 percent.")
        if any(seconds <= 0 for seconds in self.warn_before):
            raise PolicyError(f"A warning of {self.policy} comes more than 0 seconds before the due time.")

    @property
    def rungs(self) -> tuple[int, ...]:
        """Its warnings, each by a number of its own: the percentage, or what is left in seconds below zero."""
        return (*self.warn_percents, *(-seconds for seconds in self.warn_before))

    def pauses(self, status: str, label: str = "") -> bool:
        """Whether no time counts in that status (rule 9), or in the team's own wait of that name."""
        return status in self.pause_statuses or (bool(label) and f"{status}:{label}" in self.pause_statuses)

    @property
    def matched(self) -> bool:
        """Whether a policy promises this; no policy promises nothing."""
        return bool(self.policy)


def nothing(priority: Priority, calendar: str, version: int) -> Terms:
    """What a request has that no policy matches: no target. Its time goes on in that calendar until one matches."""
    return Terms("", version, priority, calendar, {})


def policy_ref(client: str, name: str, version: int) -> str:
    """The name of one version of a client's policy, by which a request finds the one it was promised (rule 12)."""
    return f"{client}:{name}@{version}"


@dataclass(frozen=True)
class Policy:
    """One version of a client's service level: for which requests, its hours, and its targets for each priority.

    All policies of a client that have the same version are in force together, in the order of `position`; the newest
    version holds for new requests. So an edit of one, a removal or another order writes all of them with the next
    version, and an open request keeps the policies of its own (rule 12).
    """

    name: str
    client: str
    calendar: str
    targets: Mapping[Priority, Mapping[ClockKind, int]]
    version: int = 1
    warn_percents: tuple[int, ...] = (75,)
    pause_statuses: tuple[str, ...] = field(default=("waiting_client",))
    pause_reply_clocks: bool = False
    warn_before: tuple[int, ...] = ()
    bot_counts: bool = False
    match: Match = ANY
    position: int = 0
    """The place in the order in which a client's policies are tried; equal places go by name."""
    keeps_holidays: bool = True
    """Whether hours of its own are closed on the client's days off, too."""

    def __post_init__(self) -> None:
        for priority in Priority:
            # Raises here, where a person can mend it, not when a client's request needs it.
            self.terms(priority).check()

    @property
    def ref(self) -> str:
        """Which version of which client's policy this is."""
        return policy_ref(self.client, self.name, self.version)

    def terms(self, priority: Priority) -> Terms:
        """What this policy promises a request of that priority; no targets where it promises nothing for it."""
        return Terms(
            policy=self.name,
            version=self.version,
            priority=priority,
            calendar=self.calendar,
            targets=self.targets.get(priority, {}),
            warn_percents=self.warn_percents,
            pause_statuses=self.pause_statuses,
            pause_reply_clocks=self.pause_reply_clocks,
            warn_before=self.warn_before,
            bot_counts=self.bot_counts,
        )


def in_order(policies: Iterable[Policy]) -> tuple[Policy, ...]:
    """The policies as they are tried."""
    return tuple(sorted(policies, key=lambda policy: (policy.position, policy.name)))


def in_force(versions: Iterable[Policy]) -> tuple[Policy, ...]:
    """Of all versions of one client's policies those that hold for a new request, in order (rule 12)."""
    known = tuple(versions)
    newest = max((policy.version for policy in known), default=0)
    return in_order(policy for policy in known if policy.version == newest)


def choose(policies: Iterable[Policy], facts: Facts) -> Policy | None:
    """The policy that a request falls under: the first in order that takes it (rule 13); None where none does."""
    return next((policy for policy in in_order(policies) if policy.match.takes(facts)), None)


def check(policies: Iterable[Policy]) -> tuple[Policy, ...]:
    """A client's policies of one version, in order.

    Raises PolicyError where they cannot be in force together, and NeverMatches for one that would promise nothing to
    anybody, since the policies before it take all of its requests.
    """
    ordered = in_order(policies)
    for place, policy in enumerate(ordered):
        before = ordered[:place]
        if any(policy.name == other.name for other in before):
            raise PolicyError(f"There are two policies called “{policy.name}”; give one of them another name.")
        if (policy.client, policy.version) != (ordered[0].client, ordered[0].version):
            raise PolicyError(f"“{policy.name}” is another client's, or of another version than those before it.")
        by = _taken(policy.match, before)
        if by:
            names = " and ".join(f"“{other.name}”" for other in by)
            raise NeverMatches(
                f"“{policy.name}” would never be used: {names} before it take{'s' if len(by) == 1 else ''} all of its "
                "requests. Move it up, or narrow those before it."
            )
    return ordered


def _taken(match: Match, before: Sequence[Policy]) -> list[Policy]:
    """The earlier policies that together take all of its requests, by priority; empty where some are left to it."""
    by: dict[str, Policy] = {}
    for priority in match.priorities or tuple(Priority):
        part = replace(match, priorities=(priority,))
        first = next((policy for policy in before if policy.match.covers(part)), None)
        if first is None:
            return []
        by[first.name] = first
    return list(by.values())
