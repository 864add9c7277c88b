"""Time zones as people name them: Europe/London, europe/london, London. Whoever is told a zone reads it here."""

from __future__ import annotations

import difflib
from functools import cache
from importlib.resources import files
from zoneinfo import available_timezones

from bot.domain.calendar import CalendarError

_OTHERS = ("Etc/", "SystemV/", "US/", "posix/", "right/", "Factory", "localtime", "posixrules")


@cache
def common() -> tuple[str, ...]:
    """The zones that are named after a place, and UTC: what one chooses from."""
    return ("UTC", *sorted(name for name in available_timezones() if "/" in name and not name.startswith(_OTHERS)))


@cache
def places() -> tuple[tuple[str, str], ...]:
    """Each country's code, and a zone that is named after a place in it."""
    table = files("tzdata").joinpath("zoneinfo/zone.tab").read_text("utf-8")
    rows = [row.split("\t") for row in table.splitlines() if not row.startswith("#")]
    return tuple((code, name) for code, _, name, *_ in rows)


def zone_named(text: str) -> str:
    """The IANA zone that somebody named, also by its city alone. Raises CalendarError with what was probably meant."""
    said = text.strip()
    wanted = said.partition(",")[0].strip().replace(" ", "_").casefold()
    if wanted in (all_names := _named()):
        return all_names[wanted]
    cities = [name for name in common() if _city(name) == wanted]
    # Some cities have an older name as well: America/Buenos_Aires.
    todays = {name for _, name in places()}
    if len(cities := [name for name in cities if name in todays] or cities) == 1:
        return cities[0]
    known = {_city(name): name for name in common()} | {name.casefold(): name for name in common()}
    near = difflib.get_close_matches(wanted, known, n=1, cutoff=0.75)
    mend = f"Did you mean {known[near[0]]}?" if near else "Write it like Europe/London, or by that city alone: London."
    raise CalendarError(f"“{said[:40]}” is no time zone. {mend}")


@cache
def _named() -> dict[str, str]:
    """Every zone by its name as it is compared. To list them walks hundreds of files, which takes longer than all else
    that an edit of the desk's settings does."""
    return {name.casefold(): name for name in (*sorted(available_timezones(), reverse=True), *reversed(common()))}


def _city(name: str) -> str:
    return name.rpartition("/")[2].casefold()
