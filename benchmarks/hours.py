"""Business time in New York: adding eight hours, and counting over a day, a year and ten years.

A calendar's table is warm where a calendar is used a second time, as the desk does; what it costs cold is a row too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from time import perf_counter

from benchmarks.measuring import Row, best, faster, no_slower
from benchmarks.peers import HOURS, PEERS, ZONE, Peer
from bot.desk import holidays
from bot.domain import edges
from bot.domain.calendar import WEEKDAYS, Calendar, weekly, zone

START = datetime(2026, 1, 12, 15, 0, tzinfo=UTC)
"""A Monday, 10:00 in New York. Eight business hours on it is Tuesday, 10:00."""
YEAR = START.replace(year=2027, minute=30)
SPANS = {"a day": START + timedelta(days=1), "a year": YEAR, "ten years": YEAR.replace(year=2036)}
YEARS = range(2024, 2041)


class Disagreement(Exception):
    """A peer answers something else: then its speed says nothing."""


def office(days: list[date]) -> Calendar:
    """Monday to Friday 9 to 17 in New York."""
    hours = {day: [("09:00", "17:00")] for day in WEEKDAYS[:5]}
    return weekly("office", ZONE.key, hours, holidays=frozenset(days))


def run(rounds: int, batch: float, say: Callable[[str], None]) -> Iterator[Row]:
    """Every comparison, as it is done. Raises Disagreement."""
    days = sorted(holidays.days("US", YEARS))
    ours = office(days)
    yield from _spans(ours, rounds, batch, say)
    yield _cold(ours, say)
    for name, make in PEERS.items():
        try:
            peer = make(days)
        except ImportError:
            say(f"{name}: not installed, left out. `make bench` brings it.")
            continue
        yield from _against(ours, peer, rounds, batch, say)


def _spans(ours: Calendar, rounds: int, batch: float, say: Callable[[str], None]) -> Iterator[Row]:
    say("between, over a day, a year and ten years …")
    calls = {name: (lambda end=end: ours.between(START, end)) for name, end in SPANS.items()}
    found = best(calls, rounds, batch)
    least = min(found, key=lambda name: found[name])
    for name in SPANS:
        if name != least:
            yield no_slower(f"between: {name}", f"itself over {least}", found[name], found[least], 1.5)


def _cold(ours: Calendar, say: Callable[[str], None]) -> Row:
    """What the first question of a year costs, its table included, beside the same question asked again."""
    say("the first question of a year (cold) …")
    costs: list[float] = []
    for _ in range(5):
        rules = edges.Rules(zone(ours.zone), ours.hours, ours.holidays, ours.annual, {}, {})
        begun = perf_counter()
        fresh = edges.Table(rules)
        passed = fresh.elapsed(YEAR) - fresh.elapsed(START)
        costs.append(perf_counter() - begun)
        if passed != ours.open_time(START, YEAR):
            raise Disagreement("a table made anew answers something else")
    warm = best({"warm": lambda: ours.between(START, YEAR)}, 3, 0.001)["warm"]
    return Row("between: a year, cold", "itself warm", min(costs), warm, min(costs) / warm, "", None)


_LEAST = {"businesstimedelta": (60.0, 4000.0), "numpy busday with glue": (None, 4.0)}


def _against(ours: Calendar, peer: Peer, rounds: int, batch: float, say: Callable[[str], None]) -> Iterator[Row]:
    say(f"{peer.name} …")
    least_add, least_between = _LEAST.get(peer.name, (None, None))
    if peer.add:
        call = peer.add(START)
        _same(peer.name, peer.instant(call()), ours.add(START, HOURS * 3600))
        found = best({"ours": lambda: ours.add(START, HOURS * 3600), "peer": call}, rounds, batch)
        yield faster("add 8 business hours", peer.name, found["ours"], found["peer"], least_add)
    if peer.between:
        for name in ("a day", "a year", "ten years"):
            _same(peer.name, peer.seconds(peer.between(START, SPANS[name])()), ours.between(START, SPANS[name]))
        call = peer.between(START, YEAR)
        found = best({"ours": lambda: ours.between(START, YEAR), "peer": call}, rounds, batch)
        yield faster("business seconds over a year", peer.name, found["ours"], found["peer"], least_between)


def _same(name: str, theirs: object, mine: object) -> None:
    if theirs != mine:
        raise Disagreement(f"{name} answers {theirs}, we answer {mine}")
