"""Who reads a message in a chat, and what their platform calls the people and requests in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.desk.fitting import may_press
from bot.domain.people import Person
from bot.messages import times
from bot.messages.model import Action


def nobody(_: str) -> str | None:
    """No account is known: people are called by their names."""
    return None


def nowhere(_: int) -> str | None:
    """No thread is known: requests are called by their names."""
    return None


@dataclass(frozen=True)
class Reader:
    """`person` is the one who alone sees it; without one a channel reads it: a client's, where `client`, or the
    team's."""

    now: datetime
    zone: str = "UTC"
    """For what the platform does not show in each reader's own zone: notifications, and where it cannot show a date."""
    person: Person | None = None
    client: bool = False
    user: Callable[[str], str | None] = field(default=nobody)
    """The platform's id of one of our people, as far as they are there."""
    called: Mapping[str, str] = field(default_factory=dict[str, str])
    """The platform's ids of those whom people's own words may call there, by what they are called
    (`bot.domain.mentions`)."""
    link: Callable[[int], str | None] = field(default=nowhere)
    """The permalink to a request's thread, as this reader has it."""
    me: str = ""
    """The desk as somebody who can be mentioned there."""
    beside: Callable[[int], str | None] = field(default=nowhere)
    """For the team: the permalink to its thread with the client."""

    @property
    def place(self) -> ZoneInfo:
        """Their zone."""
        return times.zone_of(self.zone)

    @property
    def is_client(self) -> bool:
        """Whether a client's people read it."""
        return self.client if self.person is None else not self.person.is_staff

    def actions(self, given: Iterable[Action]) -> list[Action]:
        """The buttons worth showing; who may is decided again when one is pressed."""
        if self.person is not None:
            return [action for action in given if may_press(action, self.person)]
        return [action for action in given if not (action.staff_only if self.client else action.client_only)]
