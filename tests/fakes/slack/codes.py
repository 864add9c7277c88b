"""OAuth: what somebody allowed on the page, until the app fetches its token for it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakes.slack.errors import SlackError
from fakes.slack.limits import Limits
from fakes.slack.slack_things import Team
from fakes.times import Times

if TYPE_CHECKING:
    from fakes.slack.person import Person


@dataclass
class Allowed:
    """Who allowed what, where."""

    team: Team
    person: Person
    scopes: set[str]
    redirect_uri: str
    made: float


class Codes:
    """Each is good once."""

    def __init__(self, limits: Limits, times: Times) -> None:
        self._limits, self._times = limits, times
        self._made: dict[str, Allowed] = {}
        self._used: set[str] = set()

    def make(self, person: Person, scopes: set[str], redirect_uri: str) -> str:
        """For one installation."""
        code = secrets.token_hex(20)
        self._made[code] = Allowed(person.user.team, person, scopes, redirect_uri, self._times.machine())
        return code

    def exchange(self, code: str, redirect_uri: str | None) -> Allowed:
        """What it stands for; from now on it is used up."""
        if code in self._used:
            raise SlackError("code_already_used")
        allowed = self._made.get(code)
        if allowed is None:
            raise SlackError("invalid_code")
        if redirect_uri is not None and redirect_uri != allowed.redirect_uri:
            raise SlackError("bad_redirect_uri")
        if self._times.machine() - allowed.made > self._limits.code_lives:
            raise SlackError("invalid_code")
        self._used.add(code)
        return allowed
