"""What was promised: targets by priority, and how impact and urgency make a priority."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

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
    pause_reply_clocks: bool = False

    def __post_init__(self) -> None:
        if ClockKind.PROMISE in self.targets:
            raise PolicyError(f"{self.policy} cannot have a target for promised news; staff promise it themselves.")
        for kind, seconds in self.targets.items():
            if seconds <= 0:
                raise PolicyError(f"The {kind.replace('_', ' ')} target of {self.policy} must be more than 0 seconds.")
        if any(not 0 < percent < 100 for percent in self.warn_percents):
            raise PolicyError(f"A warning of {self.policy} lies between 1 and 99 percent.")


def policy_ref(client: str, name: str, version: int) -> str:
    """The name of one version of a client's policy, by which a request finds the one it was promised (rule 12)."""
    return f"{client}:{name}@{version}"


@dataclass(frozen=True)
class Policy:
    """One version of a client's service level: its hours and its targets for each priority."""

    name: str
    client: str
    calendar: str
    targets: Mapping[Priority, Mapping[ClockKind, int]]
    version: int = 1
    warn_percents: tuple[int, ...] = (75,)
    pause_statuses: tuple[str, ...] = field(default=("waiting_client",))
    pause_reply_clocks: bool = False

    def __post_init__(self) -> None:
        for priority in Priority:
            self.terms(priority)  # raises here, where a person can mend it, not when a client's request needs it

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
        )
