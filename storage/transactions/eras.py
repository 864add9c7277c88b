"""The desk is brought back: another era begins (`storage/eras.py`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.ports import Draft, Lost, Restored
from storage.eras import Eras
from storage.instants import instant, micros
from storage.transactions import outbox
from storage.transactions.once import NUMBERS
from storage.tx import BIGGEST, Tx, ask, one

BACKED_UP = "backed_up_at"
"""In a backup: when it was made (desk time). A desk that has it is a copy that nobody said was brought back."""
COPYING = "copying"
"""In a database that `steward db copy` fills: it holds no whole desk yet."""

_ERA, _BEFORE, _UNTIL = "era", "era_before", "relived_until"
_FIRST, _LAST = "lost_first", "lost_last"
_EACH = "era:"
LEAP = 1000
"""So many request numbers are left out at least."""


def known(counters: Mapping[str, int]) -> Eras | None:
    """The eras that these counters tell of; None for a desk that was never restored."""
    if (now := counters.get(_ERA)) is None:
        return None
    before = counters.get(_BEFORE, 0)
    others = {era for era in _began(counters)} - {now, before}
    return Eras(now, before, tuple(sorted(others)), counters.get(_UNTIL, 0))


def _began(counters: Mapping[str, int]) -> set[int]:
    """The beginnings of all eras, of the first one too."""
    return {0, *(int(name.removeprefix(_EACH)) for name in counters if name.startswith(_EACH))}


def counters() -> Tx[dict[str, int]]:
    """Every number of the database itself."""
    return {row["name"]: row["value"] for row in (yield from ask("counters"))}


def begin(
    now: datetime,
    tell: Callable[[Restored], Draft],
    *,
    elsewhere: Mapping[str, int] | None = None,
    first_number: int = 0,
) -> Tx[Restored]:
    """From here on the desk lives again.

    `elsewhere` are the counters of a database of the same desk that lived on, where there is one. Numbers go on at
    `first_number` or later, past all that may have been given; `tell` words what the team reads.
    """
    here = yield from counters()
    lost = elsewhere or {}
    since = yield from _since(here, now)
    before = here.get(_ERA, 0)
    era = max(micros(now) // 1_000_000, 1 + max(_began(here) | _began(lost)))
    for each in _began(lost) - _began(here):
        yield from ask("put_counter", name=f"{_EACH}{each}", value=lost[f"{_EACH}{each}"])
    for name, value in ((f"{_EACH}{era}", micros(since)), (_ERA, era), (_BEFORE, before), (_UNTIL, BIGGEST)):
        yield from ask("put_counter", name=name, value=value)
    yield from ask("drop_counter", name=BACKED_UP)
    pending = len((yield from ask("relive_pending", now=micros(now))))
    last = here.get(NUMBERS, 0)
    row = yield from one("opened_since", since=micros(since - (now - since)))
    spare = max(LEAP, 10 * (row["requests"] if row else 0))
    # A round number, so that everybody sees where the gap is.
    given = max(-(-max(last + spare, lost.get(NUMBERS, 0)) // LEAP) * LEAP, first_number - 1)
    yield from ask("raise_counter", name=NUMBERS, value=given)
    yield from ask("put_counter", name=_FIRST, value=last + 1)
    yield from ask("put_counter", name=_LAST, value=given)
    done = Restored(at=now, since=since, pending=pending, last_number=last, next_number=given + 1)
    yield from outbox.write(tell(done))
    return done


def _since(here: Mapping[str, int], now: datetime) -> Tx[datetime]:
    """From when on what happened is not known: since the backup, or since the last that was written."""
    if (made := here.get(BACKED_UP)) is not None:
        return min(instant(made), now)
    row = yield from one("last_entry")
    return now if row is None or row["at"] is None else min(instant(row["at"]), now)


def last() -> Tx[Lost | None]:
    """What the latest restore left behind; None for a desk that was never brought back."""
    here = yield from counters()
    if (era := here.get(_ERA)) is None:
        return None
    since = instant(here[f"{_EACH}{era}"])
    return Lost(instant(era * 1_000_000), since, here.get(_FIRST, 1), here.get(_LAST, 0))


def caught_up(now: datetime) -> Tx[Eras | None]:
    """What was due by now has been decided: later timers are no lost desk's."""
    here = yield from counters()
    if here.get(_UNTIL) == BIGGEST:
        yield from ask("put_counter", name=_UNTIL, value=micros(now))
        here[_UNTIL] = micros(now)
    return known(here)
