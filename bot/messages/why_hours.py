"""Which hours counted: in words, and as the picture of a clock's run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from bot.domain.calendar import Calendar, CalendarError, zone
from bot.domain.clocks import Calendars, Outcome
from bot.domain.hours import say_hours
from bot.domain.tale import ClockTale, Counted
from bot.messages.model import BAR, Band, BandKind
from bot.messages.times import wall_time
from bot.messages.words import hours

_DAYS = 6
"""Days named one by one; of more, the first and the last of them."""
_FIRST, _LAST = 3, 2
_MOST_OFF = 5


def counted(parts: Sequence[Counted], zone_name: str, now: datetime) -> str:
    """“Mon 23 Nov 14:00–17:00 (3 h), Tue 24 Nov 09:00–10:00 (1 h)”, in that zone; a long run's middle is summed."""
    tz = zone(zone_name)
    days = [list(group) for _, group in groupby(parts, key=lambda part: part.since.astimezone(tz).date())]
    if len(days) <= _DAYS:
        return ", ".join(_day(day, zone_name, now) for day in days)
    middle = days[_FIRST:-_LAST]
    total = hours(sum(part.seconds for day in middle for part in day))
    some = [*(_day(day, zone_name, now) for day in days[:_FIRST]), f"{len(middle)} more days ({total})"]
    return ", ".join([*some, *(_day(day, zone_name, now) for day in days[-_LAST:])])


def _day(parts: Sequence[Counted], zone_name: str, now: datetime) -> str:
    first = parts[0].since
    times = ", ".join(f"{clock_time(part.since, zone_name)}–{_until(part, zone_name, now)}" for part in parts)
    return f"{day(first, zone_name, now)} {times} ({hours(sum(part.seconds for part in parts))})"


def _until(part: Counted, zone_name: str, now: datetime) -> str:
    """A window that ends on another day says so, unless it ends in the night after."""
    tz = zone(zone_name)
    began, ended = part.since.astimezone(tz), part.until.astimezone(tz)
    night = ended - began <= timedelta(hours=16) or ended.date() == began.date()
    return clock_time(part.until, zone_name) if night else moment(part.until, zone_name, now)


def clock_time(at: datetime, zone_name: str) -> str:
    """14:30."""
    return wall_time(at, zone(zone_name))


def day(at: datetime, zone_name: str, now: datetime) -> str:
    """Mon 23 Nov, with the year where it is another one."""
    local = at.astimezone(zone(zone_name))
    return said_date(local.date(), now.astimezone(zone(zone_name)).date())


def said_date(day: date, today: date) -> str:
    """Likewise, of a date."""
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day:%a} {day.day} {day:%b}{year}"


def moment(at: datetime, zone_name: str, now: datetime) -> str:
    """Mon 23 Nov 14:30."""
    return f"{day(at, zone_name, now)} {clock_time(at, zone_name)}"


def open_hours(calendar: Calendar, since: datetime, until: datetime, now: datetime) -> str:
    """When it is open, in its own zone, and the days off among those of the run."""
    tz = zone(calendar.zone)
    first, last = since.astimezone(tz).date(), until.astimezone(tz).date()
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    off = [d for d in days if calendar.hours[d.weekday()] and _closed(calendar, d)]
    other = [d for d in days if d not in off and (d in calendar.overrides or d in calendar.breaks)]
    today = now.astimezone(tz).date()
    said = f"{say_hours(calendar.hours)} ({calendar.zone})"
    for what, dates in (("closed", off), ("other hours on", other)):
        if dates:
            named = ", ".join(said_date(d, today) for d in dates[:_MOST_OFF])
            more = f" and {len(dates) - _MOST_OFF} more days" if len(dates) > _MOST_OFF else ""
            said += f"; {what} {named}{more}"
    return said


def _closed(calendar: Calendar, day: date) -> bool:
    return day in calendar.holidays or (day.month, day.day) in calendar.annual


# --- the picture -----------------------------------------------------------------------------------------------------

_Piece = tuple[BandKind, datetime, datetime]


def bar(told: ClockTale, calendars: Calendars, now: datetime) -> tuple[tuple[Band, ...], datetime, datetime]:
    """The clock's run to the scale of the wall: from its start to its end, or to its due time where that lies later.

    Each part is what most of its time was; that something was late is never lost.
    """
    clock = told.clock
    start, stop = clock.started_at, clock.ended_at or now
    end = max(stop, _would_be_due(told, calendars, stop) if clock.outcome is Outcome.MET else told.due or stop)
    if end <= start:
        return (), start, end
    step = (end - start) / BAR
    cells = [dict.fromkeys(_ORDER, timedelta()) for _ in range(BAR)]
    for kind, since, until in _pieces(told, calendars, stop, end):
        for n in range(min(int((since - start) / step), BAR - 1), BAR):
            part = min(until, start + (n + 1) * step) - max(since, start + n * step)
            if part <= timedelta():
                break
            cells[n][kind] += part
    kinds: list[BandKind] = [_most(cell, step) for cell in cells]
    if step > _COARSE:
        kinds = list(_bridged(kinds, int(_WEEKEND / step) + 1))
    if "late" not in kinds and any(cell["late"] for cell in cells):
        kinds[max(range(BAR), key=lambda n: cells[n]["late"])] = "late"
    return tuple(Band(kind, len(list(run))) for kind, run in groupby(kinds)), start, end


def _would_be_due(told: ClockTale, calendars: Calendars, stop: datetime) -> datetime:
    """When its target would have been used up, had it not been met before."""
    clock = told.clock
    if clock.promised:
        return clock.promised
    left = clock.target - told.elapsed
    try:
        return calendars[clock.stretches[-1].calendar].add(stop, left) if left else stop
    except CalendarError:  # hours that run out
        return stop


def _pieces(told: ClockTale, calendars: Calendars, stop: datetime, end: datetime) -> Iterator[_Piece]:
    late = told.clock.breached_at
    for part in told.counted:
        if late and part.until > late:
            yield "counted", part.since, max(part.since, late)
            yield "late", max(part.since, late), part.until
        else:
            yield "counted", part.since, part.until
    for pause in told.pauses:
        yield "paused", pause.since, pause.until
    for opens, closes in _to_come(told, calendars, stop, end):
        yield "left", opens, closes


def _to_come(
    told: ClockTale, calendars: Calendars, stop: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    if told.clock.promised:
        yield stop, end
        return
    for opens, closes in calendars[told.clock.stretches[-1].calendar].windows(stop):
        if opens >= end:
            return
        yield opens, min(closes, end)


_COARSE, _WEEKEND = timedelta(hours=4), timedelta(days=3)
_ORDER: tuple[BandKind, ...] = ("late", "counted", "paused", "left")


def _most(cell: dict[BandKind, timedelta], step: timedelta) -> BandKind:
    kind = max(_ORDER, key=lambda kind: cell[kind])
    return kind if cell[kind] * 2 >= step else "closed"


def _bridged(kinds: Sequence[BandKind], least: int) -> Iterator[BandKind]:
    """Where days are narrower than what can be drawn, nights and weekends belong to the time before them."""
    before: BandKind = "closed"
    for kind, run in groupby(kinds):
        length = len(list(run))
        if kind != "closed" or length > least:
            before = kind
        for _ in range(length):
            yield before
