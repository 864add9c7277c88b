"""Public holidays by country, from the `holidays` package: a calendar keeps the dates, this says which they are.

Each calendar with a region is filled for this year and the next two; `holidays_job.py` adds a year each December.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache
from typing import cast

from bot.desk.zones import places
from bot.domain.calendar import CalendarError

AHEAD = 2
"""How many years after this one are filled."""


def region(country: str, subdivision: str = "") -> str:
    """The region as a calendar keeps it, `GB` or `GB-ENG`, of a country's code or name and its part; empty for none.

    Raises CalendarError, with what was probably meant.
    """
    country, subdivision = country.strip(), subdivision.strip()
    if not country:
        if subdivision:
            raise CalendarError(f"“{subdivision[:40]}” is a part of which country? Name the country too.")
        return ""
    if not subdivision and "-" in country and country.partition("-")[0].upper() in _names().values():
        country, _, subdivision = country.partition("-")
    code = _names().get(_bare(country))
    if code is None:
        near = difflib.get_close_matches(_bare(country), _names(), n=1, cutoff=0.75)
        known = f"Did you mean {_title(near[0])} ({_names()[near[0]]})?" if near else "Use a code such as GB, DE or US."
        raise CalendarError(f"I know no public holidays of “{country[:40]}”. {known} Leave it empty for none.")
    if not subdivision:
        return code
    parts = _parts(code)
    part = parts.get(_bare(subdivision))
    if part is None:
        near = difflib.get_close_matches(_bare(subdivision), parts, n=1, cutoff=0.6)
        some = sorted(set(parts.values()))
        known = (
            f"Did you mean {_title(near[0])} ({parts[near[0]]})?"
            if near
            else f"Known: {', '.join(some[:12])}{' …' if len(some) > 12 else ''}."
            if some
            else "It has none; leave it empty."
        )
        raise CalendarError(f"“{subdivision[:40]}” is no part of {code} that has holidays of its own. {known}")
    return f"{code}-{part}"


def days(region: str, years: Iterable[int]) -> dict[date, str]:
    """The public holidays of those years by date, with their names; none without a region."""
    if not region:
        return {}
    country, _, part = region.partition("-")
    found = _package().country_holidays(country, subdiv=part or None, years=list(years))
    return dict(sorted(found.items()))


def years(at: datetime) -> range:
    """The years a calendar is filled for at that instant; from December on a year more."""
    return range(at.year, (at + timedelta(days=31)).year + AHEAD + 1)


def filled(region: str, at: datetime, there: Iterable[date] = ()) -> frozenset[date]:
    """The public holidays a calendar should hold now: those of the years to fill, and of other years what is there."""
    wanted = years(at)
    return frozenset(days(region, wanted)) | {day for day in there if region and day.year not in wanted}


def named(region: str) -> str:
    """The region as a person reads it: “GB-ENG”, or “none”."""
    return region or "none"


@cache
def country_of(zone: str) -> str:
    """The country an IANA zone lies in, by its code; empty where there is no one answer, or no holidays are known."""
    return next((code for code, name in places() if name == zone and code in _names().values()), "")


def _package():
    """Loaded by whoever asks for a holiday first, not by each start: it knows the calendars of a hundred countries."""
    import holidays.registry

    return holidays


@cache
def _names() -> dict[str, str]:
    """Every name and code of a country, in lower case, to its two letters."""
    names: dict[str, str] = {}
    for name, (_, code, *others) in _package().registry.COUNTRIES.items():
        for word in (name.replace("_", " "), code, *others):
            names.setdefault(word.lower(), code)
    return names


@cache
def _parts(country: str) -> dict[str, str]:
    """Every name and code of a country's parts, in lower case, to its code."""
    known = _package().country_holidays(country)
    names = {code.lower(): code for code in known.subdivisions}
    aliases = cast(dict[str, list[str]], known.get_subdivision_aliases())  # pyright: ignore[reportUnknownMemberType]
    for code, others in aliases.items():
        names |= {other.lower(): code for other in others}
    return names


def _bare(name: str) -> str:
    return " ".join(name.lower().replace("_", " ").split())


def _title(name: str) -> str:
    return name.title() if len(name) > 3 else name.upper()
