"""*Why this time?*: the story of each clock of a request, in words and as a picture. The same for every face."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.domain.calendar import Calendar
from bot.domain.clocks import Clock, Outcome
from bot.domain.events import Entry
from bot.domain.people import Directory, Person
from bot.domain.policy import ClockKind
from bot.domain.request import Request
from bot.domain.said import unheard
from bot.domain.tale import ClockTale, Pause, Tale, tell
from bot.messages import alerts
from bot.messages.history import told
from bot.messages.model import Chapter, Chronicle, Line, When, line
from bot.messages.why_ends import tone_of
from bot.messages.why_hours import bar, clock_time, counted, day, moment, open_hours
from bot.messages.why_reading import Reading, hours_name, policy
from bot.messages.why_turns import moment as moment_of
from bot.messages.words import CLOCK, hours, ref, served, span, there

_MOST_PAUSES = 5


def tale_for(entries: Sequence[Entry], directory: Directory, at: datetime, *, for_staff: bool) -> Tale:
    """The story as its reader may hear it: of a resolve that may still be undone the client has not heard."""
    without = frozenset[int]() if for_staff else unheard(entries)
    return tell(entries, directory.versions, directory.calendars, at, without=without)


def story(
    request: Request,
    entries: Sequence[Entry],
    directory: Directory,
    at: datetime,
    *,
    reader: Person,
    for_staff: bool,
    sees: Collection[int] = (),
    kind: ClockKind | None = None,
) -> Chronicle:
    """Started by what, paused when and why, given back how much, which hours counted, target, due, warned, late or met.

    Clients read no policy, no warning and none of the team's reasons. `sees` are the other requests that the reader may
    know; `kind` is the one clock to tell of, None for all.
    """
    tale = tale_for(entries, directory, at, for_staff=for_staff)
    shown = {entry.seq: entry for entry in told(entries, for_staff=for_staff, sees=sees)}
    read = Reading(request, directory, for_staff, shown, tale.at, reader.zone)
    clocks = tale.of(kind) if kind else tale.clocks
    title = f"Why these times for {request.ref}?"
    if not clocks:
        return Chronicle(title, (), (_no_clock(request, tale, for_staff=for_staff),))
    chapters = tuple(_chapter(each, read, reader) for each in clocks)
    return Chronicle(title, chapters, (line(ref(request), f", “{request.title}”"),), tuple(_notes(clocks, read)))


def _no_clock(request: Request, tale: Tale, *, for_staff: bool) -> Line:
    if for_staff and tale.terms and not tale.terms.matched:
        return line(ref(request), " has no promised times: no policy takes it. /desk sla shows what each one is for.")
    return line(ref(request), " has no promised times. A person will answer in its thread.")


def _chapter(told: ClockTale, read: Reading, reader: Person) -> Chapter:
    clock = told.clock
    name = CLOCK[clock.kind].capitalize() + (f" ({clock.cycle})" if clock.cycle > 1 else "")
    moments = tuple(said for turn in told.turns if (said := moment_of(turn, read, clock)))
    bands, since, until = bar(told, read.directory.calendars, read.at)
    notes = [*_counted(told, read), *_given_back(told, read)]
    if read.staff and clock.running:
        notes += alerts.climbed(read.request, read.directory, clock)
    lines = (_target(told, read), *_stands(told, read, reader))
    state = _state(told)
    return Chapter(
        name, state, tone_of(clock), lines, moments, tuple(notes), bands, since, until, over=not clock.running
    )


def _state(told: ClockTale) -> Line:
    """How it stands, in a few words."""
    clock = told.clock
    match clock.outcome:
        case Outcome.MET:
            return line("kept" if clock.promised else "met")
        case Outcome.MISSED:
            return line("missed")
        case Outcome.CLOSED_WITHOUT_REPLY:
            return line("ended without a reply")
        case Outcome.CANCELLED:
            return line("no verdict")
        case Outcome.RUNNING:
            if clock.breached_at:
                return line("late since ", When(clock.breached_at, "full"))
            return line("due ", When(told.due, "full")) if told.due else line("paused")


def _target(told: ClockTale, read: Reading) -> Line:
    """What was promised, by which version of which policy, in which hours."""
    clock = told.clock
    if clock.promised:
        return line("Promised for ", When(clock.promised, "full"), ", on the wall, whatever the service hours.")
    if not read.staff:
        verb = "promise" if clock.running else "promised"
        return line(f"We {verb} it within {served(clock.target)}.")
    where = hours_name(clock.stretches[-1].calendar)
    return line(f"Target {served(clock.target)}, by {policy(clock.terms)}, in the hours {where}.")


def _stands(told: ClockTale, read: Reading, reader: Person) -> list[Line]:
    """What is used and what is left of a clock that runs."""
    clock, target = told.clock, told.clock.target
    if not clock.running:
        return []
    used = f"{hours(told.elapsed)} used"
    if clock.breached_at:
        over = told.elapsed - target
        return [line(f"{used}, {hours(over)} more than the target." if over > 0 else f"{used}.")]
    if told.due is None:
        left = hours(target - told.elapsed) if target >= told.elapsed else "none"
        waits = read.waits(told.pauses[-1].status if told.pauses else read.request.status)
        return [line(f"{used}, {left} left. Nothing is due {waits}.")]
    if clock.promised:
        return [line(f"{span(target - told.elapsed)} left.")]
    local = there(told.due, _calendar(clock, read.directory), (reader,))
    return [line(f"{used}, {hours(target - told.elapsed)} left, so it is due ", When(told.due, "full"), f"{local}.")]


def _counted(told: ClockTale, read: Reading) -> list[Line]:
    """Which hours counted, and how much they are together."""
    if told.clock.promised:
        return []
    if not told.counted:
        return [line("Nothing has counted yet: no service hours have passed.")]
    return [line(f"Counted {hours(told.elapsed)}: {counted(told.counted, read.zone, read.at)}.")]


def _given_back(told: ClockTale, read: Reading) -> list[Line]:
    """What its pauses gave back; one outside the service hours gave nothing."""
    pauses = [pause for pause in told.pauses if pause.seconds]
    if not pauses:
        return []
    named = [_pause(pause, read) for pause in pauses[:_MOST_PAUSES]]
    more = pauses[_MOST_PAUSES:]
    if more:
        named.append(f"{len(more)} more times ({hours(sum(pause.seconds for pause in more))})")
    return [line(f"Given back {hours(told.given_back)}: {'; '.join(named)}.")]


def _pause(pause: Pause, read: Reading) -> str:
    when = f"{moment(pause.since, read.zone, read.at)} until now" if pause.lasts else _stretch(pause, read)
    return f"{when} {read.waits(pause.status)} ({hours(pause.seconds)})"


def _stretch(pause: Pause, read: Reading) -> str:
    """Tue 9 Jun 10:10–12:10, with the other day where it ends on one."""
    same = day(pause.since, read.zone, read.at) == day(pause.until, read.zone, read.at)
    ends = clock_time(pause.until, read.zone) if same else moment(pause.until, read.zone, read.at)
    return f"{moment(pause.since, read.zone, read.at)}–{ends}"


def _notes(clocks: Sequence[ClockTale], read: Reading) -> list[Line]:
    """The hours in which the clocks counted, each version of them, and in whose zone times are written here."""
    runs: dict[str, list[ClockTale]] = {}
    for each in clocks:
        for name in dict.fromkeys(stretch.calendar for stretch in each.clock.stretches if stretch.calendar):
            runs.setdefault(name, []).append(each)
    notes: list[Line] = []
    for name, in_them in sorted(runs.items()):
        calendar = read.directory.calendars[name]
        since = min(each.clock.started_at for each in in_them)
        until = max(each.due or each.clock.ended_at or read.at for each in in_them)
        called = f" {hours_name(name)}" if read.staff else ""
        notes.append(line(f"Service hours{called}: {open_hours(calendar, since, until, read.at)}."))
    notes.append(line(f"All times are in {read.zone}."))
    if read.staff:
        notes.append(line("The rules by number: How the clocks run, docs/sla.md."))
    return notes


def _calendar(clock: Clock, directory: Directory) -> Calendar | None:
    return directory.calendars.get(clock.stretches[-1].calendar)
