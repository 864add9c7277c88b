"""What `steward import` says: about a file it cannot use, a row it refuses, and at the end."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.messages.words import hours

# --- the file ------------------------------------------------------------------------------------------------------


def empty(path: Path) -> str:
    """Nothing in it."""
    return f"{path} is empty. Export the audit log again, with its header line."


def missing_columns(path: Path, missing: Sequence[str]) -> str:
    """Not an audit log, or not all of it."""
    return f"{path} has no column {', '.join(missing)}. Export the incident audit log with its header line."


def not_text(path: Path) -> str:
    """Bytes that are no UTF-8."""
    return f"{path} is not a UTF-8 text file. Export it as CSV (UTF-8)."


def not_csv(path: Path, why: str) -> str:
    """Text that is no CSV."""
    return f"{path} is not a CSV file ({why}). Export it as CSV (UTF-8)."


def unreadable(path: Path, why: str) -> str:
    """Missing, a folder, or not ours to read."""
    return f"{path} cannot be read ({why}). Name a CSV file that you may read."


def no_client_name() -> str:
    """`--client` without a name in it."""
    return "Name the client that the log is about, for example: --client “Acme Ltd”."


def long_client_name(limit: int) -> str:
    """`--client` with a whole text in it."""
    return f"The client's name is too long; use at most {limit} characters."


def busy(number: str) -> str:
    """Somebody kept changing the same request."""
    return f"{number} is being changed by somebody else. Run the same command again; it goes on where it stopped."


def lost(number: str, request: int) -> str:
    """The desk remembers an import whose request is gone."""
    return f"{number} was imported as request {request}, which is gone. Restore the database from a backup."


# --- a row, or an incident ----------------------------------------------------------------------------------------


def wrong_length(found: int, wanted: int) -> str:
    """More or fewer fields than the header."""
    return f"it has {found} fields where the header has {wanted}"


def no_number(cell: str) -> str:
    """No incident is named."""
    return f"“{cell[:40]}” is no incident number"


def unknown_state(cell: str) -> str:
    """A state that no request can have."""
    return f"“{cell[:40]}” is no incident state"


def unknown_priority(cell: str) -> str:
    """Neither a priority nor a question mark."""
    return f"“{cell[:40]}” is no priority; it begins with 1 to 5"


def no_order(cell: str) -> str:
    """It cannot be put in order."""
    return f"“{cell[:40]}” is no modification count (sys_mod_count)"


def no_date(cell: str) -> str:
    """When it happened is not known."""
    return f"“{cell[:40]}” is no date (sys_updated_at); they are written 29-02-2016 01:23"


def in_future(cell: str) -> str:
    """It has not happened yet."""
    return f"{cell[:40]} (sys_updated_at) has not come yet"


def before_opening() -> str:
    """Its date and the opening's cannot both be true."""
    return "it is dated before the incident was opened (opened_at)"


def out_of_order(mod: int) -> str:
    """Its date and its place cannot both be true."""
    return f"its date contradicts its place among the incident's rows (sys_mod_count {mod})"


def already_later(ref: str) -> str:
    """The desk knows what came after it."""
    return f"{ref} has a later history in the desk already"


def no_opening() -> str:
    """When the incident was opened is not known."""
    return "no row says when it was opened (opened_at)"


def no_rows(why: str) -> str:
    """All its rows are refused."""
    return f"none of its rows can be used: {why}"


# --- what the imported requests say -------------------------------------------------------------------------------


SYSTEM = "ServiceNow"
UNKNOWN_CALLER = "Unknown caller"
UNKNOWN_STAFF = "Somebody at ServiceNow"
REOPENED = "reopened in ServiceNow"
RESUMED = "work went on in ServiceNow"
CLOSED = "closed in ServiceNow"
REPRIORITISED = "changed in ServiceNow"


def title(number: str, subject: Sequence[str]) -> str:
    """What an incident is about, as far as its log says."""
    return f"{number}: {', '.join(subject)}" if subject else number


def details(number: str, facts: Sequence[tuple[str, str]]) -> str:
    """What else its first row says."""
    return "\n".join((f"Imported from {SYSTEM}, {number}.", *(f"{name}: {value}" for name, value in facts)))


# --- on the terminal --------------------------------------------------------------------------------------------------

SHOWN = 20
"""Refusals that are listed before the rest is only counted."""


def summary(client: str, added: int, events: int, requests_refused: int, rows_refused: int) -> str:
    """What was done, in a line."""
    done = f"{_count(added, 'request')} and {_count(events, 'event')} added to {client}" if events else "Nothing to add"
    return f"{done}; {_count(requests_refused, 'request')} and {_count(rows_refused, 'row')} refused."


def figures(rows: Sequence[tuple[str, int, int | None, int | None]]) -> list[str]:
    """Breaches and medians by priority, as a table."""
    table = [("Priority", "Breaches", "First response", "Resolution")]
    table += [(priority, str(count), _span(first), _span(fix)) for priority, count, first, fix in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*table, strict=True)]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in table]
    return [*lines, "(Medians, in service time.)"]


def refusals(refused: Sequence[tuple[int, str, str]]) -> list[str]:
    """The first of them, a line each."""
    lines = [f"line {line}, {number or 'no number'}: {reason}" for line, number, reason in refused[:SHOWN]]
    more = len(refused) - SHOWN
    return [*lines, f"… and {more} more (use --json for all)"] if more > 0 else lines


def interrupted() -> str:
    """Ctrl+C."""
    return "Interrupted. What was read so far is kept; the same command goes on from there."


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _span(minutes: int | None) -> str:
    return "–" if minutes is None else hours(minutes * 60)
