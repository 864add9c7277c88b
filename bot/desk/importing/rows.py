"""One audit record as its cells say it: the names ServiceNow uses, local times, question marks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import blake2b
from zoneinfo import ZoneInfo

from bot.domain import text as words
from bot.domain.policy import Priority
from bot.messages import imported as say

COLUMNS = (
    "number",
    "incident_state",
    "sys_mod_count",
    "caller_id",
    "opened_at",
    "sys_updated_by",
    "sys_updated_at",
    "priority",
    "assigned_to",
)
"""Without these nothing can be replayed; the others only add words."""

_DATES = ("%d-%m-%Y %H:%M", "%d-%m-%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M")
_YEARS = range(1990, 9000)
"""What lies outside is a slip of somebody's pen, and beyond what zones can be told for."""
CELL_LIMIT, NUMBER_LIMIT = 200, 40
"""The longest cell that is kept, and the longest incident number."""


class CannotImport(Exception):
    """Nothing can be imported; the message says why and what to do."""


class LogState(StrEnum):
    """What ServiceNow calls the states."""

    NEW = "New"
    ACTIVE = "Active"
    USER_INFO = "Awaiting User Info"
    PROBLEM = "Awaiting Problem"
    VENDOR = "Awaiting Vendor"
    EVIDENCE = "Awaiting Evidence"
    RESOLVED = "Resolved"
    CLOSED = "Closed"


_STATES = {state.casefold(): state for state in LogState}
_PRIORITIES = {"1": Priority.P1, "2": Priority.P2, "3": Priority.P3, "4": Priority.P4, "5": Priority.P4}


@dataclass(frozen=True)
class Row:
    """One audit record that can be read. `by`, `to` and `caller` are "" where the log has a question mark."""

    line: int
    number: str
    mod: int
    wall: datetime
    """The local time as it is written."""
    at: datetime
    """The instant that is, in UTC."""
    state: LogState
    priority: Priority | None
    by: str
    to: str
    caller: str
    opened_at: datetime | None
    facts: Mapping[str, str]
    """Columns that only add words."""

    @property
    def id(self) -> str:
        """The same in every export, whatever zone it is read in; other columns of old records may change meanwhile."""
        told = "\x1f".join((self.state, self.priority or "", self.by, self.to))
        digest = blake2b(told.encode(), digest_size=6).hexdigest()
        return f"{self.number}:{self.mod}:{self.wall:%Y%m%dT%H%M%S}:{digest}"


class Unusable(Exception):
    """Why a row cannot be used."""


def read_row(line: int, cells: Mapping[str, str], zone: ZoneInfo, latest: datetime) -> Row:
    """The record. Raises Unusable with the reason why it cannot be used."""
    number, state, priority = known(cells["number"]), known(cells["incident_state"]), known(cells["priority"])
    if not is_number(number):
        raise Unusable(say.no_number(cells["number"]))
    if state.casefold() not in _STATES:
        raise Unusable(say.unknown_state(cells["incident_state"]))
    if not re.fullmatch("[0-9]{1,9}", cells["sys_mod_count"]):
        raise Unusable(say.no_order(cells["sys_mod_count"]))
    if priority and not re.fullmatch("[1-5]( ?-.*)?", priority):
        raise Unusable(say.unknown_priority(priority))
    wall, opened = _wall(cells["sys_updated_at"]), _wall(cells["opened_at"])
    if wall is None:
        raise Unusable(say.no_date(cells["sys_updated_at"]))
    at, opened_at = _instant(wall, zone), _instant(opened, zone) if opened else None
    if at > latest:
        raise Unusable(say.in_future(cells["sys_updated_at"]))
    return Row(
        line=line,
        number=number,
        mod=int(cells["sys_mod_count"]),
        wall=wall,
        at=at,
        state=_STATES[state.casefold()],
        priority=_PRIORITIES[priority[0]] if priority else None,
        by=known(cells["sys_updated_by"]),
        to=known(cells["assigned_to"]),
        caller=known(cells["caller_id"]),
        opened_at=opened_at if opened_at and opened_at <= latest else None,
        facts={k: v for k, cell in cells.items() if k not in COLUMNS and (v := known(cell))},
    )


def is_number(number: str) -> bool:
    """Whether it can name an incident."""
    return len(number) <= NUMBER_LIMIT and not words.is_blank(number)


def known(cell: str) -> str:
    """What the cell says, with single spaces and no longer than a name; "" where it is empty or a question mark."""
    said = " ".join(cell.split())[:CELL_LIMIT]
    return "" if said == "?" else said


def _wall(cell: str) -> datetime | None:
    """The local time that is written there, carried as if it were UTC."""
    for form in _DATES:
        try:
            wall = datetime.strptime(cell, form).replace(tzinfo=UTC)
        except ValueError:
            continue
        return wall if wall.year in _YEARS else None
    return None


def _instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """A local time as an instant: the first of two, and past a gap by the gap's length (fold 0 does both)."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
