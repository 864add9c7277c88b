"""A ServiceNow audit log as it stands in its file: read, checked row by row, and put in order. Nothing is decided here.

The columns are those of the UCI data set 498. A row that cannot be read, or contradicts its incident, is refused alone.
"""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.desk.importing.rows import COLUMNS, NUMBER_LIMIT, CannotImport, Row, Unusable, is_number, known, read_row
from bot.domain import text as words
from bot.domain.policy import Priority
from bot.messages import imported as say


@dataclass(frozen=True)
class Refused:
    """What was not imported: a row, or a whole incident (then the line is its first)."""

    line: int
    number: str
    reason: str


@dataclass(frozen=True)
class Incident:
    """One incident's usable rows, in order, each dated at its opening or later."""

    number: str
    line: int
    opened_at: datetime
    caller: str
    rows: tuple[Row, ...]

    @property
    def priority(self) -> Priority | None:
        """The priority it was opened with: the first that the log knows."""
        return next((row.priority for row in self.rows if row.priority), None)


@dataclass(frozen=True)
class Log:
    """What a file holds."""

    incidents: tuple[Incident, ...]
    refused_rows: tuple[Refused, ...]
    refused_incidents: tuple[Refused, ...]


def read_log(path: Path, zone: ZoneInfo, *, latest: datetime) -> Log:
    """The whole log; its local times are of that zone, and none lies after `latest`. Raises CannotImport."""
    rows: dict[str, dict[str, Row]] = {}
    lines: dict[str, int] = {}
    refused: list[Refused] = []
    for line, cells, trouble in _records(path):
        number = known(cells.get("number", ""))
        try:
            if trouble:
                raise Unusable(trouble)
            row = read_row(line, cells, zone, latest)
        except Unusable as error:
            refused.append(Refused(line, number[:NUMBER_LIMIT], str(error)))
        else:
            rows.setdefault(number, {}).setdefault(row.id, row)  # the same record twice says nothing new
        if is_number(number):
            lines.setdefault(number, line)
    why = {refusal.number: refusal.reason for refusal in reversed(refused)}
    incidents: list[Incident] = []
    without: list[Refused] = []
    for number, line in lines.items():
        usable = sorted(rows.get(number, {}).values(), key=lambda row: (row.mod, row.at, row.line))
        opened_at = next((row.opened_at for row in usable if row.opened_at), None)
        kept, strays = _in_order(usable, opened_at) if opened_at else ([], [])
        refused += strays
        if kept and opened_at:
            caller = next((row.caller for row in usable if row.caller), "")
            incidents.append(Incident(number, line, opened_at, caller, tuple(kept)))
        elif usable and opened_at is None:
            without.append(Refused(line, number, say.no_opening()))
        else:
            without.append(Refused(line, number, say.no_rows(strays[0].reason if strays else why[number])))
    refused.sort(key=lambda refusal: refusal.line)
    return Log(tuple(sorted(incidents, key=lambda i: (i.opened_at, i.line))), tuple(refused), tuple(without))


# --- the file -----------------------------------------------------------------------------------------------------


def _records(path: Path) -> Iterator[tuple[int, dict[str, str], str]]:
    """Each record's first line, its cleaned cells, and what is wrong with its shape."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            if not head.strip():
                raise CannotImport(say.empty(path))
            separator = max(",;\t", key=head.count)
            names = [name.strip().casefold() for name in next(csv.reader([head], delimiter=separator))]
            if missing := [name for name in COLUMNS if name not in names]:
                raise CannotImport(say.missing_columns(path, missing))
            reader = csv.reader(file, delimiter=separator)
            line = 2
            for record in reader:
                if record:
                    cells = dict(zip(names, map(words.clean, record), strict=False))
                    wrong = say.wrong_length(len(record), len(names)) if len(record) != len(names) else ""
                    yield line, cells, wrong
                line = reader.line_num + 2  # the header is not the reader's
    except UnicodeDecodeError as error:
        raise CannotImport(say.not_text(path)) from error
    except csv.Error as error:
        raise CannotImport(say.not_csv(path, str(error))) from error
    except OSError as error:
        raise CannotImport(say.unreadable(path, error.strerror or type(error).__name__)) from error


# --- one incident -------------------------------------------------------------------------------------------------


def _in_order(rows: Sequence[Row], opened_at: datetime) -> tuple[list[Row], list[Refused]]:
    """The rows, given by modification count, whose dates agree with the opening and each other; and the others.

    As few as possible are refused: one wrong date must not cost the rows after it.
    """
    later = [row for row in rows if row.at >= opened_at]
    kept = [later[i] for i in _longest_rise([row.at for row in later])]
    ids = {row.id for row in kept}
    strays = [
        Refused(row.line, row.number, say.before_opening() if row.at < opened_at else say.out_of_order(row.mod))
        for row in rows
        if row.id not in ids
    ]
    return kept, strays


def _longest_rise(values: Sequence[datetime]) -> list[int]:
    """The positions of a longest part that never falls."""
    ends: list[datetime] = []
    """The smallest end of a rise of each length; `places` says where it lies, `before` what comes before each value."""
    places: list[int] = []
    before: list[int | None] = []
    for i, value in enumerate(values):
        length = bisect_right(ends, value)
        before.append(places[length - 1] if length else None)
        ends[length : length + 1], places[length : length + 1] = [value], [i]
    rise: list[int] = []
    at = places[-1] if places else None
    while at is not None:
        rise.append(at)
        at = before[at]
    return rise[::-1]
