"""Who somebody is who signed in by a name of the browser: themselves, or whom that name was linked to."""

from __future__ import annotations

from starlette.requests import Request

from adapters.web.auth import COOKIE, Sessions
from adapters.web.chat import PLATFORM, WORKSPACE
from bot.commands import split_verb
from bot.desk.linking import is_code
from bot.desk.newcomer import Newcomer
from bot.domain.people import Person
from bot.ports import Store


class Accounts:
    """Reads the accounts anew only when the directory has changed: each request asks."""

    def __init__(self, store: Store, sessions: Sessions) -> None:
        self._store, self._sessions = store, sessions
        self._version = -1
        self._moved: dict[str, str] = {}

    async def person(self, name: str | None) -> Person | None:
        """The active person behind a name."""
        directory = await self._store.directory()
        if directory.version != self._version:
            rows = await self._store.identities()
            here = (PLATFORM, WORKSPACE)
            self._moved = {user: whose for p, w, user, whose in rows if (p, w) == here and user != whose}
            self._version = directory.version
        person = directory.people.get(self._moved.get(name, name)) if name else None
        return person if person and person.active else None

    def newcomer(self, request: Request, person: Person, command: str) -> Newcomer | None:
        """Who asks to be linked, by the name of the session; None for another command."""
        verb, rest = split_verb(command)
        name = self._sessions.person(request.cookies.get(COOKIE, ""))
        if name is None or verb != "link" or not is_code(rest):
            return None
        return Newcomer(PLATFORM, WORKSPACE, name, person.name, person.zone)
