"""Instants in a reader's own zone: the words on the page and the full story behind them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def zone_of(name: str) -> ZoneInfo:
    """The zone of that IANA name; UTC for a name that is none, for a wrong setting must not hide a conversation."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def iso(at: datetime) -> str:
    """What `datetime=` and scripts read."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def wall_time(at: datetime, zone: ZoneInfo) -> str:
    """14:30. As the clocks go back an hour comes twice, and is told apart by its zone's short name: 01:30 BST, and
    01:30 GMT an hour later."""
    local = at.astimezone(zone)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{local:%H:%M %Z}" if twice else f"{local:%H:%M}"


def full(at: datetime, zone: ZoneInfo) -> str:
    """Everything: Thursday 3 March 2022, 14:30 (Europe/London)."""
    local = at.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B %Y}, {wall_time(at, zone)} ({zone.key})"


def short_date(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Thu 3 Mar, with the year when it is another one."""
    local = at.astimezone(zone)
    year = "" if local.year == now.astimezone(zone).year else f" {local.year}"
    return f"{local:%a} {local.day} {local:%b}{year}"


def time_of_day(at: datetime, zone: ZoneInfo, now: datetime, said: datetime | None = None) -> str:
    """14:30 today, yesterday 14:30, Thu 14:30 in the six days to come, Thu 9 Jul 14:30 beyond, 3 Mar 14:30 before.

    A weekday alone always means today or the coming one. What was `said` on another day names today as well: a promise
    keeps its day as the calendar turns; and nobody “will reply by yesterday”.
    """
    local = at.astimezone(zone)
    days = (local.date() - local_day(now, zone)).days
    if days == 0 and (said is None or local_day(said, zone) == local.date()):
        return wall_time(at, zone)
    if days == -1 and (said is None or said > at):
        return f"yesterday {wall_time(at, zone)}"
    if 0 <= days < 7:
        return f"{local:%a} {wall_time(at, zone)}"
    date = short_date(at, zone, now)
    return f"{date if days > 0 else date.partition(' ')[2]} {wall_time(at, zone)}"


def length(seconds: float) -> str:
    """15 min, 2 h, 2 h 15 min, 3 days."""
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        hours, rest = divmod(minutes, 60)
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    days = round(minutes / (24 * 60))
    return f"{days} day" if days == 1 else f"{days} days"


def relative(at: datetime, now: datetime) -> str:
    """In 15 min, 12 min ago, now. static/clock.js says it in the same words as time goes on."""
    seconds = (at - now).total_seconds()
    if abs(seconds) < 30:
        return "now"
    return f"in {length(seconds)}" if seconds > 0 else f"{length(-seconds)} ago"


def styled(at: datetime, style: str, zone: ZoneInfo, now: datetime, said: datetime | None = None) -> str:
    """An instant in one of the four styles of `When`, or as `clock`: the time alone, where a day stands above."""
    match style:
        case "date":
            return short_date(at, zone, now)
        case "full":
            return f"{short_date(at, zone, now)} {wall_time(at, zone)}"
        case "relative":
            return relative(at, now)
        case "clock":
            return wall_time(at, zone)
        case _:
            return time_of_day(at, zone, now, said)


def day_name(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """What stands between two days: Today, Yesterday, Thursday 3 March."""
    day, today = local_day(at, zone), local_day(now, zone)
    if day == today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day:%A} {day.day} {day:%B}{year}"


def local_day(at: datetime, zone: ZoneInfo) -> date:
    """The calendar day it is there."""
    return at.astimezone(zone).date()
