"""Whoever a list of the settings let in is here as long as one says so: they are asked for again and again.

A platform that does not answer puts nobody out, nor does a list that is empty or cannot be read: that is told to the
managers. Somebody is put out only when they were missing twice, some minutes apart; many at once only after a day.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.desk.context import Desk
from bot.desk.conversations import ALERTS, TRIAGE
from bot.desk.parting import away
from bot.domain.people import DESK, Directory, Person, Role
from bot.domain.request import Request
from bot.domain.search import OPEN
from bot.messages import leaving as say
from bot.messages import team as to_team
from bot.messages.model import Said
from bot.ports import (
    Account,
    CannotTell,
    Change,
    Conflict,
    DirectoryEdit,
    Draft,
    LetIn,
    Op,
    RateLimited,
    RequestQuery,
    Urgency,
)

log = logging.getLogger("steward.people")

AT_ONCE = 25
"""People who are asked for in one look; who was missing is asked for besides."""
GRACE = timedelta(minutes=5)
"""Machine time for which somebody must be missing."""
FEW = 3
"""Of so many who are missing at once it may be a mistake, where they are most of those who were asked for."""
HOLD = timedelta(days=1)
"""Machine time for which such a mistake can be mended."""
TRIES = 20
PAGE = 200

Sided = Callable[[LetIn], Awaitable[str | None]]
"""Whose somebody is by the lists now; None where none names them. Raises CannotTell where a list cannot be read or has
nobody in it at all; whatever else it raises is asked again later."""


class Rolls:
    """Looks who is still on the lists, on one platform."""

    def __init__(
        self, desk: Desk, platform: str, sided: Sided, *, mine: Callable[[Account], bool] = lambda account: True
    ) -> None:
        """`mine` tells whose accounts it is to look for, where others look for the rest."""
        self._desk, self._platform, self._sided, self._mine = desk, platform, sided, mine
        self.grace, self.hold = GRACE, HOLD
        self._seen: dict[Account, datetime] = {}
        """Whom a list had at the last look (machine time)."""

    async def look(self) -> None:
        """Ask for some: those who were missing, and whoever was not asked for the longest."""
        machine, missing = self._desk.clock.machine(), dict[Account, tuple[LetIn, str | None]]()
        doubts = dict[str, list[LetIn]]()
        failed = 0
        there = [each for each in await self._desk.store.accounts.let_in(self._platform) if self._mine(each.account)]
        for each in self._turn(there):
            try:
                side = await self._sided(each)
            except CannotTell as no:
                doubts.setdefault(str(no), []).append(each)
                continue
            except Exception as error:
                log.info("whether %s is on the lists cannot be told just now: %s", each.account[2], error)
                failed += 1
                if failed >= FEW or isinstance(error, RateLimited):
                    break
                continue
            if side == each.side:
                self._seen[each.account] = machine
                await self._there(each)
            elif not each.out:
                self._seen.pop(each.account, None)
                missing[each.account] = each, side
        await self._doubtful(doubts, machine)
        for side in {each.side for each, _ in missing.values()}:
            await self._missing([found for found in missing.values() if found[0].side == side], there, machine)

    def _turn(self, there: Sequence[LetIn]) -> list[LetIn]:
        first = [each for each in there if each.missing_since and not each.out]
        rest = sorted(
            (each for each in there if each not in first),
            key=lambda each: (each.account in self._seen, self._seen.get(each.account), each.account),
        )
        return [*first, *rest[:AT_ONCE]]

    async def _missing(
        self, found: Sequence[tuple[LetIn, str | None]], there: Sequence[LetIn], machine: datetime
    ) -> None:
        """Of one side. Of whom a list had before they are compared with those whom it still has."""
        still = sum(each.side == found[0][0].side and each.account in self._seen for each in there)
        since = [replace(each, missing_since=each.missing_since or machine) for each, _ in found]
        for each, (before, _) in zip(since, found, strict=True):
            if before.missing_since is None:
                await self._desk.store.accounts.missing(each.account, machine)
        wait = self.grace
        if len(found) >= FEW and len(found) > still:
            wait = self.hold
            await self._too_many(since)
        for each, (_, side) in zip(since, found, strict=True):
            if each.missing_since and machine - each.missing_since >= wait:
                await self._put_out(each, side)

    async def _there(self, each: LetIn) -> None:
        """A list has them, still or again."""
        if each.missing_since is None and not each.out:
            return
        for _ in range(TRIES if each.out else 0):
            directory = await self._desk.store.directory()
            person = directory.people.get(each.person)
            if person is None or person.active:
                break
            role = person.role if person.role is Role.CLIENT else Role.ENGINEER
            here = replace(person, active=True, role=role)
            said = say.back(here, self._platform, directory, self._desk.rules.command)
            if await self._edit(directory, DirectoryEdit(people=(here,)), each, "back", said):
                break
        await self._desk.store.accounts.missing(each.account, None)

    async def _put_out(self, each: LetIn, side: str | None) -> None:
        """They are out, or only that account is, where a list still has another one of theirs."""
        store, command = self._desk.store, self._desk.rules.command
        for _ in range(TRIES):
            directory, accounts = await store.directory(), await store.identities()
            person = directory.people.get(each.person)
            if person is None or not person.active:
                # Out by somebody's word: no list brings them back.
                await store.accounts.missing(each.account, None)
                return
            alike = [(p, w, u) for p, w, u, whose in accounts if (p, u, whose) == (*each.account[::2], person.id)]
            if await self._listed(person, {platform for platform, *_ in accounts}, alike):
                moved = await away(self._desk, directory, person, self._platform)
                edit = replace(moved, parted=tuple(alike))
                said = say.elsewhere(person, self._platform, directory)
            elif person.role is Role.MANAGER and directory.staff(Role.MANAGER) == [person]:
                await self._say(each, "last", say.the_last(person, self._platform, command))
                return
            else:
                # Whom another list has comes in anew, as that one's.
                parted = () if side is None else tuple(alike)
                edit = DirectoryEdit(people=(replace(person, active=False),), parted=parted)
                has = await self._open(RequestQuery(owner=person.id))
                raised = await self._open(RequestQuery(requester=person.id))
                said = say.out(person, self._platform, directory, has, raised, command)
                edit = replace(edit, let_out=(each.account,), outbox=self._cards(directory, edit.people[0], has))
            if await self._edit(directory, edit, each, "out", said):
                log.warning("%s is on no list of %s any more, and is out", person.id, self._platform)
                return

    async def _listed(self, person: Person, platforms: set[str], but: Sequence[Account]) -> bool:
        """Whether a list has another account of theirs."""
        for platform in sorted(platforms):
            for each in await self._desk.store.accounts.let_in(platform):
                if each.person == person.id and each.account not in but and not (each.missing_since or each.out):
                    return True
        return False

    async def _open(self, query: RequestQuery) -> list[Request]:
        page = await self._desk.store.page(replace(query, statuses=OPEN, limit=PAGE))
        return list(page.requests)

    def _cards(self, directory: Directory, gone: Person, has: Sequence[Request]) -> tuple[Draft, ...]:
        """What they had says so at once."""
        after = replace(directory, people={**directory.people, gone.id: gone})
        return tuple(
            Draft(
                f"{each.ref}:card:{each.version}:left:{directory.version}",
                Op.PUT,
                TRIAGE,
                to_team.card(each, after),
                slot=f"{each.ref}:card",
                urgency=Urgency.CARD,
                amends=True,
            )
            for each in has
        )

    async def _too_many(self, since: Sequence[LetIn]) -> None:
        directory = await self._desk.store.directory()
        people = [found for each in since if (found := directory.people.get(each.person)) and found.active]
        first = min(each.missing_since for each in since if each.missing_since)
        if people:
            said = say.many(people, self._platform, directory, first + self.hold, self._desk.rules.command)
            await self._say(since[0], f"many:{first.timestamp():.0f}", said, f"side {since[0].side}")

    async def _doubtful(self, doubts: Mapping[str, Sequence[LetIn]], machine: datetime) -> None:
        directory = await self._desk.store.directory()
        for why, whom in doubts.items():
            people = [found for each in whom if (found := directory.people.get(each.person)) and found.active]
            if people:
                said = say.doubt(why, people, self._platform, self._desk.rules.command)
                week = machine.isocalendar()
                await self._say(whom[0], f"doubt:{week.year}:{week.week}", said, why)

    async def _say(self, each: LetIn, what: str, said: Said, about: str = "") -> None:
        """To the managers, once."""
        draft = self._draft(each, what, said, about)
        if not self._desk.suppressed:
            await self._desk.store.commit(Change(outbox=(draft,), at=self._desk.now()))

    def _draft(self, each: LetIn, what: str, said: Said, about: str = "") -> Draft:
        since = f"{each.missing_since.timestamp():.6f}" if each.missing_since and not about else ""
        whose = hashlib.sha256((about or "/".join(each.account)).encode()).hexdigest()[:16]
        return Draft(f"lists:{self._platform}:{what}:{whose}:{since}", Op.POST, ALERTS, said, urgency=Urgency.ANSWER)

    async def _edit(self, directory: Directory, edit: DirectoryEdit, each: LetIn, what: str, said: Said) -> bool:
        """Write it, unless somebody changed the directory meanwhile."""
        from bot.desk.plan import audited

        told = () if self._desk.suppressed else (*edit.outbox, self._draft(each, what, said))
        edit = replace(edit, outbox=told, expected=directory.version)
        accounts = await self._desk.store.identities()
        try:
            await self._desk.store.edit_directory(audited(directory, edit, DESK.id, self._desk.now(), accounts))
        except Conflict:
            return False
        return True
