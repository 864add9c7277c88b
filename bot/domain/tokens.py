"""Tokens of the API: whose they are, how much they may, until when; and as whom whoever holds one acts.

Instants are machine time: skipping an hour of the demo ends no token.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.people import SERVICE, Directory, Person, Role
from bot.domain.refusal import Declined

ORDER = (Role.CLIENT, Role.ENGINEER, Role.LEAD, Role.MANAGER)
"""From the role that may least to the one that may most."""


class TokenError(Declined, ValueError):
    """A token that cannot be made; the message names the mend."""


_LIFE = re.compile(r"(\d{1,4}) ?(?:(h|hours?)|(d|days?)|(w|weeks?))", re.ASCII)


def end_of(words: str, now: datetime) -> datetime | None:
    """Until when a token is good, from words such as `90d` or `2027-01-31`; None for good. Raises TokenError."""
    said = words.strip().lower()
    if said in ("", "never", "none"):
        return None
    if found := _LIFE.fullmatch(said):
        count = int(found[1])
        return now + (timedelta(hours=count) if found[2] else timedelta(days=count * (7 if found[4] else 1)))
    try:
        return datetime.combine(date.fromisoformat(said), time(), UTC)
    except ValueError:
        raise TokenError(f"“{words[:20]}” is no end. Say 90d, 12w, a day such as 2027-01-31, or never.") from None


@dataclass(frozen=True)
class Token:
    """One token. `holder` is a person's id, or a service's (`api:` and its name); `client` empty for every client."""

    name: str
    holder: str
    role: Role
    client: str
    made_by: str
    made_at: datetime
    expires_at: datetime | None = None
    used_at: datetime | None = None
    revoked_at: datetime | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9-]{0,39}", self.name):
            raise TokenError(f"“{self.name[:40]}” is no name for a token; use small letters, digits and dashes.")
        if self.service and not re.fullmatch(r"[a-z][a-z0-9-]{0,39}", self.holder.removeprefix(SERVICE)):
            raise TokenError("A service's name has small letters, digits and dashes, such as ci or crm-sync.")
        if self.role not in ORDER:
            raise TokenError(f"A token's role is one of {', '.join(role.value for role in ORDER)}.")
        if self.service and self.role is Role.CLIENT and not self.client:
            raise TokenError("A service with the role client belongs to one: name the client, too.")
        if self.expires_at is not None and self.expires_at <= self.made_at:
            raise TokenError("It would be over before it begins. Name a later day.")

    @property
    def service(self) -> bool:
        """Whether it is a service's, and no person's."""
        return self.holder.startswith(SERVICE)

    def over(self, machine: datetime) -> bool:
        """Whether it is good no more."""
        return self.revoked_at is not None or (self.expires_at is not None and self.expires_at <= machine)

    def person(self, directory: Directory) -> Person | None:
        """As whom its holder acts now: never more than the person may by now, nor than the token says. None where the
        person has left, or belongs to another client than the token."""
        if self.service:
            if self.client and self.client not in directory.clients:
                return None
            zone = directory.clients[self.client].zone if self.client else directory.team.zone
            own = self.client if self.role is Role.CLIENT else None
            only = self.client or None
            return Person(self.holder, directory.name_of(self.holder), self.role, zone, own, only=only, via=self.name)
        person = directory.people.get(self.holder)
        if person is None or not person.active:
            return None
        if person.client is not None and self.client not in ("", person.client):
            return None
        role = min(person.role, self.role, key=ORDER.index)
        if role is Role.CLIENT and person.client is None:
            return None
        return replace(person, role=role, only=self.client or None, via=self.name)


def narrowed(directory: Directory, client: str) -> Directory:
    """The directory as somebody who is kept to one client may know it: no other client, and nobody of one."""
    return replace(
        directory,
        clients={key: each for key, each in directory.clients.items() if key == client},
        people={id: each for id, each in directory.people.items() if each.client in (None, client)},
        kinds={key: each for key, each in directory.kinds.items() if each.client in ("", client)},
        replies={key: each for key, each in directory.replies.items() if each.client in ("", client)},
    )
