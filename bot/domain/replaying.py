"""The clocks of a request from nothing but its history, the versions of its policies and the hours: the check on what
was built one entry at a time (rule 19), and the way to them where no row is kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain.calendar import aware
from bot.domain.clocks import Calendars, State
from bot.domain.events import Entry, Opened, PolicyApplied
from bot.domain.policy import Policy, Terms, policy_ref
from bot.domain.refusal import Declined
from bot.domain.sla import advance, settled


class HistoryError(Declined, ValueError):
    """A history from which no clocks can be told; the message names the entry."""


class OutOfOrder(HistoryError):
    """An entry that does not follow the one before it, by its number or its time."""


class UnknownPolicy(HistoryError):
    """Terms of a version that is not among the policies."""


class UnknownCalendar(HistoryError):
    """Terms in hours that are not among the calendars."""


def clocks(history: Iterable[Entry], policies: Mapping[str, Policy], calendars: Calendars, now: datetime) -> State:
    """All clocks as they stand at `now`, every breach until then stamped.

    `policies` are all versions of the client's policies by `Policy.ref`, `calendars` those of their hours by ref. What
    was promised is looked up there; of the history only which policy applied, when, is taken.

    Raises OutOfOrder, UnknownPolicy and UnknownCalendar, each with the entry, and NaiveInstant for an instant without a
    zone.
    """
    state, last = State(), None
    for entry, after in steps(history, policies, calendars):
        state, last = after, entry
    if last and aware(now) < last.at:
        raise OutOfOrder(f"{now:%Y-%m-%d %H:%M:%S} lies before the last entry, {last.seq}; leave out what came later.")
    return settled(state, aware(now), calendars)


def steps(
    history: Iterable[Entry], policies: Mapping[str, Policy], calendars: Calendars, *, without: Collection[int] = ()
) -> Iterator[tuple[Entry, State]]:
    """Each entry, with the terms as its policy gives them, and the clocks after it; as if those `without` had never
    been. Raises as `clocks` does."""
    state, last, client = State(), None, ""
    for entry in history:
        _follows(entry, last)
        last = entry
        match entry.event:
            case Opened(client=client):
                pass
            case PolicyApplied(terms=terms):
                known = _known(entry, terms, client, policies, calendars)
                entry = replace(entry, event=replace(entry.event, terms=known))
            case _:
                pass
        if entry.seq not in without:
            state = advance(state, entry, calendars)
            yield entry, state


def _follows(entry: Entry, last: Entry | None) -> None:
    """Raises OutOfOrder where it does not follow that one, and NaiveInstant."""
    at = aware(entry.at)
    if last is None:
        if not isinstance(entry.event, Opened):
            raise OutOfOrder(
                f"Entry {entry.seq} is the first, and a history begins with the opening; read it from there."
            )
    elif entry.seq != last.seq + 1:
        raise OutOfOrder(f"Entry {entry.seq} stands after {last.seq}; sort them by their numbers, with none left out.")
    elif at < last.at:
        raise OutOfOrder(
            f"Entry {entry.seq}, of {at:%Y-%m-%d %H:%M:%S}, is before entry {last.seq}; time never goes back."
        )


def _known(entry: Entry, terms: Terms, client: str, policies: Mapping[str, Policy], calendars: Calendars) -> Terms:
    """The terms as that version of the policy gives them."""
    if terms.matched:
        ref = policy_ref(client, terms.policy, terms.version)
        if ref not in policies:
            raise UnknownPolicy(f"Entry {entry.seq} applies {ref}, which is no known policy; hand in every version.")
        terms = policies[ref].terms(terms.priority)
    if terms.calendar not in calendars:
        raise UnknownCalendar(
            f"Entry {entry.seq} counts in {terms.calendar}, no known calendar; hand in every version."
        )
    return terms
