"""Is the desk well? Small checks, each answering findings with their mend; an adapter adds its own to `CHECKS`."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.desk import jobs
from bot.desk.conversations import ALERTS, TRIAGE, client_channel
from bot.desk.findings import Finding, Level
from bot.desk.plan import World, world_of
from bot.desk.plan.service import Service, service_of
from bot.domain.calendar import Calendar, CalendarError, zone
from bot.domain.people import Client, Directory, Role
from bot.domain.policy import ClockKind, Match, PolicyError, Priority
from bot.domain.policy import check as check_policies
from bot.messages import restoring as say
from bot.ports import BROWSER, RequestQuery, Store

log = logging.getLogger("steward.doctor")

FEW_HOURS = 5
"""A calendar with fewer open hours a week is hardly meant so."""
LATE = timedelta(minutes=5)
"""A timer that waits longer than this past its time is late: the desk looks each second."""
UNUSED = timedelta(days=90)
"""A token that nothing came by for so long is hardly needed."""
RECENT = timedelta(days=14)
"""So long the doctor speaks of it: by then what was lost has been looked for, or is missed by nobody."""
AHEAD = timedelta(minutes=5)
"""A record from further in the future than this says that a clock is wrong."""


@dataclass(frozen=True)
class Look:
    """What checks look at. `now` is desk time; `command` is the word people type."""

    store: Store
    world: World
    now: datetime
    command: str = "/desk"
    machine: datetime | None = None
    """Machine time, by which tokens end; desk time where it is not told."""

    @property
    def directory(self) -> Directory:
        """The directory as it stands."""
        return self.world.directory


Check = Callable[[Look], Awaitable[list[Finding]]]
CHECKS: list[Check] = []


def check(run: Check) -> Check:
    """Declare a check."""
    CHECKS.append(run)
    return run


Outside = Callable[[], Awaitable[Sequence[Finding]]]
"""Looks at the platforms that the desk is in."""


async def examine(
    store: Store, now: datetime, command: str, machine: datetime | None = None, outside: Outside | None = None
) -> list[Finding]:
    """Every check's findings, in their order, and those of the platforms outside; a check that fails is a finding,
    too."""
    look = Look(store, await world_of(store), now, command, machine)
    found: list[Finding] = []
    for each in CHECKS:
        name = getattr(each, "__name__", "a check")
        found += await _safely(name, each(look), "steward db check")
    if outside is not None:
        found += await _safely("platforms", outside(), "steward doctor, on the desk's machine; its log says more")
    return found


async def _safely(name: str, looking: Awaitable[Sequence[Finding]], mend: str) -> Sequence[Finding]:
    try:
        return await looking
    except Exception as error:
        log.exception("the check %s failed", name)
        return [Finding(Level.ERROR, name, f"This could not be looked at: {error}", mend)]


def _or_well(about: str, found: list[Finding], well: str) -> list[Finding]:
    return found or [Finding(Level.OK, about, well)]


@check
async def people(look: Look) -> list[Finding]:
    """Somebody manages, somebody works, everybody can sign in."""
    directory, word, found = look.directory, look.command, list[Finding]()
    team = directory.staff()
    if not directory.staff(Role.MANAGER):
        mend = "steward run makes one, and prints their sign-in link"
        found.append(Finding(Level.ERROR, "people", "Nobody manages the desk.", mend))
    elif directory.clients and not directory.staff(Role.ENGINEER, Role.LEAD):
        what = "Nobody works on requests but managers."
        found.append(Finding(Level.WARNING, "people", what, f"{word} add-person engineer NAME"))
    elif directory.clients and not directory.staff(Role.LEAD):
        what = "There is no lead: what an owner leaves goes to managers at once."
        found.append(Finding(Level.WARNING, "people", what, f"{word} edit-person @NAME"))
    known = {person for _, _, _, person in look.world.identities}
    chats = {(whose, platform) for platform, _, _, whose in look.world.identities}
    for person in directory.people.values():
        if person.active and person.id not in known:
            what = f"{person.name} has no account on any platform, so nothing they write is known as theirs."
            mend = f'people.{person.id}.accounts = ["platform/workspace/user"] in a file for steward apply'
            found.append(Finding(Level.WARNING, "people", what, mend))
        if person.active and person.home not in ("", BROWSER) and (person.id, person.home) not in chats:
            what = f"{person.name} is to be written to on {person.home}, and has no account there."
            found.append(Finding(Level.WARNING, "people", what, f"{word} link, by them, where they want it"))
        if person.role is Role.CLIENT and person.client not in directory.clients:
            what = f"{person.name} belongs to no client."
            found.append(Finding(Level.ERROR, "people", what, f"{word} edit-person @{person.id}"))
    managers = len(directory.staff(Role.MANAGER))
    return _or_well("people", found, f"{len(team)} on the team, {managers} of them managing; all can sign in.")


@check
async def clients(look: Look) -> list[Finding]:
    """Each client has people and a promise with targets."""
    directory, word, found = look.directory, look.command, list[Finding]()
    if not directory.clients:
        return [Finding(Level.WARNING, "clients", "There is no client yet.", f"{word} setup")]
    for client in directory.clients.values():
        if client.settings.closed:
            continue
        if not directory.people_of(client.key):
            what = f"{client.name} has nobody who could raise a request."
            found.append(Finding(Level.WARNING, "clients", what, f"{word} add-person client NAME"))
        service = service_of(directory, client.key)
        edit = f"{word} edit-client {client.key}"
        if service is None:
            what = f"{client.name} was promised nothing: no clock runs for its requests."
            found.append(Finding(Level.ERROR, "clients", what, edit))
            continue
        found += _promises(look, client, service, edit)
    for key in sorted({policy.client for policy in directory.versions.values()} - set(directory.clients)):
        if directory.policies_of(key):
            what = f"The policy of {key} matches nothing: there is no such client."
            found.append(
                Finding(Level.WARNING, "clients", what, f'[clients.{key}] name = "…" in a file for steward apply')
            )
    return _or_well("clients", found, f"{len(directory.clients)}, each with people and targets.")


def _promises(look: Look, client: Client, service: Service, edit: str) -> list[Finding]:
    """Each policy is for some request and promises it something, and each request falls under one."""
    found: list[Finding] = []
    mend = edit if service.single else f"{look.command} sla {client.key}"
    for promise in service.promises:
        whose = f"{client.name}'s {promise.name}"
        wanted = promise.match.priorities or tuple(Priority)
        empty = [p.value for p in wanted if not promise.targets.get(p)]
        if empty:
            level = Level.ERROR if len(empty) == len(wanted) else Level.WARNING
            found.append(Finding(level, "clients", f"{whose} has no targets for {', '.join(empty)}.", mend))
        silent = [
            p.value
            for p in wanted
            if (targets := promise.targets.get(p)) and targets.keys() <= {ClockKind.PERIODIC_UPDATE}
        ]
        if silent:
            what = f"{whose} promises neither a reply nor a solution for {', '.join(silent)}."
            found.append(Finding(Level.WARNING, "clients", what, mend))
        if unknown := _unmet(look.directory, client, promise.match):
            what = f"{whose} matches nothing: it is for {unknown}."
            found.append(Finding(Level.WARNING, "clients", what, mend))
    try:
        check_policies(look.directory.policies_of(client.key))
    except PolicyError as error:
        found.append(Finding(Level.WARNING, "clients", f"{client.name}: {error}", mend))
    plan = client.settings.plan
    takes = [replace(m, plans=()) if plan in m.plans else m for m in (promise.match for promise in service.promises)]
    left = [p for p in Priority if not any(match.covers(Match(priorities=(p,))) for match in takes)]
    if left:
        which = "Some requests" if len(left) == len(Priority) else f"Some {', '.join(left)} requests"
        names = ", ".join(promise.name for promise in service.promises)
        what = f"{which} of {client.name} fall under no policy ({names}): no clock runs for them."
        found.append(Finding(Level.WARNING, "clients", what, f"{mend} add: one for all other requests, the last"))
    return found


def _unmet(directory: Directory, client: Client, match: Match) -> str:
    """A condition that no request of the client meets, in words; empty where each may be met."""
    kinds = {kind.key for kind in directory.kinds_for(client.key)}
    if match.kinds and not kinds & set(match.kinds):
        return f"the kind {', '.join(match.kinds)}, and there is no such kind"
    if match.plans and client.settings.plan not in match.plans:
        has = f"the plan {client.settings.plan}" if client.settings.plan else "no plan"
        return f"the plan {', '.join(match.plans)}, and {client.name} has {has}"
    return ""


def _hours_of(directory: Directory, client: Client) -> list[tuple[str, Calendar]]:
    """The client's hours and those that its policies have of their own, each with whose they are."""
    own = directory.calendar_of(client.key)
    found = {own.name: (client.name, own)} if own else {}
    for policy in directory.policies_of(client.key):
        if calendar := directory.calendars.get(policy.calendar):
            found.setdefault(calendar.name, (f"{client.name}'s {policy.name}", calendar))
    return list(found.values())


def _opens(look: Look, whose: str, calendar: Calendar, edit: str) -> list[Finding]:
    found: list[Finding] = []
    try:
        opens = calendar.next_open(look.now)
        weekly = calendar.between(look.now, look.now + timedelta(weeks=4)) / 4 / 3600
    except CalendarError as error:
        return [Finding(Level.ERROR, "hours", f"{whose}: {error}", edit)]
    if opens > look.now + timedelta(weeks=4):
        what = f"{whose}'s hours do not open before {opens:%d %B %Y}."
        found.append(Finding(Level.ERROR, "hours", what, edit))
    elif weekly < FEW_HOURS:
        what = f"{whose}'s hours open {weekly:.1f} h a week in the next four weeks."
        found.append(Finding(Level.WARNING, "hours", what, edit))
    if calendar.region and max((day.year for day in calendar.public), default=0) <= look.now.year:
        what = f"{whose}'s public holidays ({calendar.region}) end this year."
        found.append(Finding(Level.WARNING, "hours", what, f"{edit}: save its holidays again"))
    return found


@check
async def hours(look: Look) -> list[Finding]:
    """Each calendar in force opens, and long enough; its public holidays reach past this year."""
    directory, found, count = look.directory, list[Finding](), 0
    for client in directory.clients.values():
        if client.settings.closed:
            continue
        edit = f"{look.command} edit-client {client.key}"
        for whose, calendar in _hours_of(directory, client):
            count += 1
            found += _opens(look, whose, calendar, edit)
    team = directory.team
    if team.holidays_of and all(team.holidays_of != calendar.name for calendar in directory.calendars.values()):
        known = ", ".join(sorted({calendar.name for calendar in directory.calendars.values()})) or "none"
        what = f"The team's days off are those of “{team.holidays_of}”, and there is no such calendar (known: {known})."
        found.append(Finding(Level.WARNING, "hours", what, f"{look.command} settings team"))
    return _or_well("hours", found, f"Calendars in force: {count}, open enough." if count else "No calendars yet.")


@check
async def channels(look: Look) -> list[Finding]:
    """Every channel the desk speaks in is somewhere."""
    found: list[Finding] = []
    wanted = [(TRIAGE, "The triage channel"), (ALERTS, "The alerts channel")]
    wanted += [(client_channel(c.key), f"{c.name}'s channel") for c in look.directory.clients.values()]
    for conversation, name in wanted:
        if conversation not in look.world.places:
            mend = "steward run makes it in the workspace; elsewhere name it in a file for steward apply"
            found.append(Finding(Level.ERROR, "channels", f"{name} is nowhere: what is said there waits.", mend))
    return _or_well("channels", found, f"Every conversation has its channel: {len(wanted)}.")


@check
async def rules(look: Look) -> list[Finding]:
    """What is done at set times has a next time."""
    found: list[Finding] = []
    planned = 0
    for job in jobs.JOBS.values():
        try:
            planned += sum(len(timers) for timers in job.plan(look.directory, look.now).values())
        except Exception as error:
            what = f"When “{job.name}” is next cannot be told: {error}"
            found.append(Finding(Level.ERROR, "rules", what, f"{look.command} settings team"))
    digest = jobs.JOBS.get("digest")
    wanted = look.directory.team.digest and look.directory.clients
    if wanted and digest and not found and not any(digest.plan(look.directory, look.now).values()):
        what = "The daily digest has no next day: its days are all off."
        found.append(Finding(Level.WARNING, "rules", what, f"{look.command} settings team"))
    return _or_well("rules", found, f"Planned jobs of the desk: {planned}.")


@check
async def sending(look: Look) -> list[Finding]:
    """Nothing is stuck on its way out, and no timer is late."""
    found: list[Finding] = []
    if dead := await look.store.unsent.all(1):
        count = await look.store.unsent.count()
        some = "A message could not be sent" if count == 1 else f"{count:,} messages could not be sent, the newest"
        what = f"{some} because: {dead[0].reason.rstrip('.')}."
        found.append(Finding(Level.ERROR, "sending", what, f"{look.command} unsent: send again, or leave"))
    due = await look.store.next_due()
    if due is not None and due < look.now - LATE:
        what = f"A timer has been due since {due:%Y-%m-%d %H:%M} UTC; it fires once, late, when the desk runs."
        found.append(Finding(Level.WARNING, "sending", what, "steward run"))
    return _or_well("sending", found, "Nothing is stuck, and no timer is late.")


@check
async def tokens(look: Look) -> list[Finding]:
    """Each token of the API is somebody's, in time, and used."""
    found: list[Finding] = []
    now = look.machine or look.now
    there = [token for token in await look.store.tokens.all() if token.revoked_at is None]
    for token in there:
        what = ""
        if token.over(now):
            what = f"The token {token.name} has expired."
        elif token.person(look.directory) is None:
            what = f"The token {token.name} is nobody's any more: its person or client has left or moved."
        elif (token.used_at or token.made_at) < now - UNUSED:
            what = f"The token {token.name} was not used for {UNUSED.days} days."
        if what:
            found.append(Finding(Level.WARNING, "tokens", what, f"{look.command} token {token.name} --revoke"))
    well = f"Tokens in force: {len(there)}, each somebody's." if there else "No program has a token."
    return _or_well("tokens", found, well)


@check
async def clock(look: Look) -> list[Finding]:
    """The machine's clock agrees with what the desk has written, and zones are known."""
    found: list[Finding] = []
    newest = [each.at for each in await look.store.setting_changes(limit=1)]
    newest += [r.last_at for r in await look.store.requests(RequestQuery(limit=1)) if r.last_at]
    if any(at > look.now + AHEAD for at in newest):
        what = (
            f"The clock says {look.now:%Y-%m-%d %H:%M} UTC, and the desk has written at {max(newest):%Y-%m-%d %H:%M}."
        )
        found.append(Finding(Level.ERROR, "clock", what, "set the machine's clock (timedatectl set-ntp true)"))
    try:
        zone("Europe/London")
    except CalendarError:
        found.append(Finding(Level.ERROR, "clock", "There are no time zones here.", "pip install tzdata"))
    return _or_well("clock", found, "It agrees with what was written; time zones are known.")


@check
async def restored(look: Look) -> list[Finding]:
    """Whether something is missing that only people can bring."""
    found = await look.store.restored()
    if found is None or look.now - found.at > RECENT:
        return [Finding(Level.OK, "restore", "It was not brought back from a backup lately.")]
    mend = f"look through the chats since then, {look.command} log what is missing, end again what was ended"
    return [Finding(Level.WARNING, "restore", say.finding(found.at, found.since), mend)]
