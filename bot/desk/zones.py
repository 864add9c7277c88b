"""Time zones as people name them: Europe/London, europe/london, London."""

from __future__ import annotations

import difflib
from functools import cache
from zoneinfo import available_timezones

from bot.domain.calendar import CalendarError, zone

_OTHERS = ("Etc/", "SystemV/", "US/", "posix/", "right/", "Factory", "localtime", "posixrules")


@cache
def common() -> tuple[str, ...]:
    """The zones that are named after a place, and UTC: what one chooses from."""
    return ("UTC", *sorted(name for name in available_timezones() if "/" in name and not name.startswith(_OTHERS)))


def zone_named(text: str) -> str:
    """The IANA zone that somebody named, also by its city alone. Raises CalendarError with what was probably meant."""
    wanted = text.strip().replace(" ", "_").casefold()
    for name in common():
        if wanted == name.casefold():
            return name
    cities = [name for name in common() if wanted and name.rpartition("/")[2].casefold() == wanted]
    if len(cities) == 1:
        return cities[0]
    try:
        return zone(text.strip()).key
    except CalendarError as error:
        known = {name.rpartition("/")[2].casefold(): name for name in common()} | {n.casefold(): n for n in common()}
        near = difflib.get_close_matches(wanted, known, n=1, cutoff=0.7)
        if not near:
            raise
        raise CalendarError(f"“{text.strip()[:40]}” is no time zone. Did you mean {known[near[0]]}?") from error
