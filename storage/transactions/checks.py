"""The auditor's questions: is the database sound, and is every request what its history makes it?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime

from bot.codec import message_from_json, request_from_json
from bot.domain.events import Entry
from bot.domain.indexing import searchable
from bot.domain.people import Directory
from bot.domain.request import replay
from bot.domain.sla import Calendars
from storage.instants import instant_or_none, micros
from storage.transactions import directory, requests, timers
from storage.tx import Row, Tx, ask, one

PAGE = 100
"""How many requests one transaction looks at: the desk works on between two pages."""

_COUNTERS = ("directory", "request")


def integrity() -> Tx[tuple[str, ...]]:
    """What the database itself finds wrong."""
    rows = yield from ask("integrity")
    return tuple(f"The database: {row['line']}" for row in rows if row["line"] != "ok")


def shape() -> Tx[tuple[str, ...]]:
    """Tables, columns and counters that are not there; while any is missing, no more can be asked."""
    from storage.schema import metadata  # loaded where the database is checked, not at each start

    rows = yield from ask("columns")
    there: dict[str, set[str]] = {}
    for row in rows:
        there.setdefault(row["table_name"], set()).add(row["column_name"])
    wrong: list[str] = []
    for table in metadata.sorted_tables:
        columns = [column.name for column in table.columns if column.name not in there.get(table.name, ())]
        if table.name not in there:
            wrong.append(f"The table {table.name} is missing.")
        elif columns:
            wrong.append(f"The table {table.name} lacks columns: {', '.join(columns)}.")
    for name in () if wrong else _COUNTERS:
        if (yield from one("counter_value", name=name)) is None:
            wrong.append(f"The counter “{name}” is missing.")
    return tuple(wrong)


def requests_in_all() -> Tx[int]:
    """How many requests there are to look at."""
    row = yield from one("requests_in_all")
    return row["requests"] if row else 0


def page(
    after: int, cached: Directory | None, *, limit: int = PAGE, ended: bool = True
) -> Tx[tuple[int | None, tuple[str, ...]]]:
    """What is wrong with the next requests after that number, or with those that have not `ended`; and the last number
    seen, None at the end."""
    snapshot = yield from directory.current(cached)
    rows = yield from ask("request_page", after=after, limit=limit, ended=int(ended))
    wrong: list[str] = []
    for row in rows:
        entries = yield from ask("entries", request=row["number"])
        # Whatever a damaged row or history raises is a finding, never the end of the audit.
        try:
            wrong.extend(_findings(row, requests.entries_from(entries), snapshot.calendars))
        except Exception as error:
            name = f"{row['client']}-{row['number']}"
            wrong.append(f"{name} cannot be replayed: {type(error).__name__}: {error}")
    return (rows[-1]["number"] if rows else None), tuple(wrong)


def _findings(row: Row, entries: tuple[Entry, ...], calendars: Calendars) -> Iterator[str]:
    name = f"{row['client']}-{row['number']}"
    stored, replayed = request_from_json(row["state"]), replay(entries, calendars)
    differing = [each.name for each in fields(replayed) if getattr(stored, each.name) != getattr(replayed, each.name)]
    if differing:
        yield f"{name} is not what its history makes it: {', '.join(differing)}."
    columns = requests.columns(stored, entries, calendars)
    wrong = [column for column, value in columns.items() if column != "state" and row[column] != value]
    if wrong:
        yield f"{name} has columns that do not repeat its state: {', '.join(wrong)}."
    if (row["public"], row["team"]) != searchable(stored, entries):
        yield f"{name} is not indexed by the words of its history."


def messages(after: int) -> Tx[tuple[int | None, tuple[str, ...]]]:
    """Which of the next messages after that id, of those that are still to be sent, cannot be read; and the last id
    seen, None at the end."""
    rows = yield from ask("waiting_bodies", after=after, limit=PAGE)
    wrong: list[str] = []
    for row in rows:
        try:
            message_from_json(row["body"])
        except ValueError as error:
            wrong.append(f"A message to {row['conversation']} (outbox row {row['id']}) cannot be sent: {error}")
    return (rows[-1]["id"] if rows else None), tuple(wrong)


def overdue(before: datetime) -> Tx[tuple[int, datetime | None]]:
    """How many timers should have fired before that instant (desk time), and when the oldest of them was due; one that
    could not be decided and was put off counts from its first time."""
    row = yield from one("overdue_timers", before=micros(before))
    late, since = (row["late"], instant_or_none(row["since"])) if row else (0, None)
    put_off = [timer.due_at for timer in (yield from timers.stuck()) if timer.due_at < before]
    return late + len(put_off), min([*put_off, *([since] if since else [])], default=None)


def waiting(now: datetime, limit: int) -> Tx[tuple[tuple[int, str], ...]]:
    """The oldest messages that may go by now (desk time), each as its id and its conversation."""
    rows = yield from ask("waiting_to_leave", now=micros(now), limit=limit)
    return tuple((row["id"], row["conversation"]) for row in rows)
