"""`steward report`: the figures of a time on a terminal, or as CSV and JSON for other programs."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import textwrap
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TextIO
from zoneinfo import ZoneInfo

import click

from bot.cli.progress import Progress, progress
from bot.clock import SystemClock
from bot.desk.report_rows import BY, REQUEST_COLUMNS, Record, as_json, group_columns, group_rows, request_rows
from bot.desk.reporting import count, report, window_of
from bot.desk.zones import zone_named
from bot.domain.calendar import CalendarError
from bot.domain.people import Client, Directory
from bot.domain.period import Period, PeriodError, read_period
from bot.domain.report import Window
from bot.messages import report as say
from bot.messages.model import Row, Sheet, When, plain
from bot.ports import Store
from bot.tabular import CsvFile, columns, cut

_WIDE = 80
"""Columns of a terminal."""
_LINE = "{:<14} {:<2} {:<14} {:<12} {}\n"


class HasUrl(Protocol):
    """The settings, as far as a report needs them."""

    @property
    def url(self) -> str:
        """The database's address."""
        ...


@dataclass(frozen=True)
class Wanted:
    """What was asked for on the command line."""

    client: str
    period: str
    zone: str
    by: str
    format: str
    rows: bool
    bom: bool


@dataclass(frozen=True)
class Asked:
    """The same, looked up in the desk."""

    store: Store
    directory: Directory
    client: Client | None
    period: Period
    window: Window

    @property
    def key(self) -> str | None:
        """The client's key; None for all."""
        return self.client.key if self.client else None


def report_command(
    read_store: Callable[..., Awaitable[Store]],
    settings: Callable[..., HasUrl],
    finish: Callable[[Coroutine[Any, Any, Any]], Any],
) -> click.Command:
    """The command, over the factory that opens a database, the settings, and what runs a coroutine to its end."""

    @click.command(name="report")
    @click.option("--client", default="", help="One client, by key or name; all by default.")
    @click.option("--period", default="", help="Such as “this month”, 2026-05, q2, “last 30d”; last month by default.")
    @click.option(
        "--zone", default="", help="The zone of its days, such as Tokyo; by default the client's, or the team's."
    )
    @click.option("--by", type=click.Choice(BY), help="One table by these; in CSV one line each.")
    @click.option("--rows", is_flag=True, help="One line a request instead of figures.")
    @click.option("--format", "format_", type=click.Choice(["text", "csv", "json"]), default="text", show_default=True)
    @click.option("--bom", is_flag=True, help="Begin CSV with a byte order mark, so that Excel reads it as UTF-8.")
    @click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="A file to write instead.")
    @click.option("--data-dir", type=click.Path(path_type=Path), help="The desk's folder; ./var by default.")
    def command(
        client: str,
        period: str,
        zone: str,
        by: str | None,
        rows: bool,
        format_: str,
        bom: bool,
        out: Path | None,
        data_dir: Path | None,
    ) -> None:
        """Tell how promises were kept, and what is open.

        docs/reports.md says what each figure is. The desk may run meanwhile; in chat it is /desk report.

        \b
        steward report
        steward report --client ACME --period q2
        steward report --period 2026-05 --rows --format csv --bom --out may.csv
        """
        url = settings(data_dir=data_dir).url
        wanted = Wanted(client, period, zone, by or "", format_, rows, bom)
        try:
            # All of it or nothing: a report that was cut off must not look like a whole one.
            with tempfile.TemporaryDirectory(dir=out.parent if out else None) as folder:
                draft = Path(folder) / "report"
                with draft.open("w", encoding="utf-8", newline="") as file:
                    finish(_work(read_store, url, wanted, file))
                if out is not None:
                    os.replace(draft, out)
                    return
                with draft.open("rb") as file:
                    shutil.copyfileobj(file, sys.stdout.buffer)
        except BrokenPipeError:
            raise  # whoever read it has enough; click ends quietly
        except OSError as error:
            where = f"{out.parent}: " if out else ""
            raise click.ClickException(
                f"{where}{error.strerror}. See that the folder is there, has room and may be written."
            ) from None

    return command


async def _work(read_store: Callable[..., Awaitable[Store]], url: str, wanted: Wanted, file: TextIO) -> None:
    store = await read_store(url)
    try:
        asked = await _look_up(store, wanted)
        with progress("Counting") as show:
            if wanted.rows:
                await _write_rows(asked, wanted, file, show)
            else:
                await _write_figures(asked, wanted, file, show)
    finally:
        await store.close()


async def _look_up(store: Store, wanted: Wanted) -> Asked:
    directory = await store.directory()
    word = wanted.client.strip().casefold()
    known = directory.clients.values()
    client = next((c for c in known if word in (c.key.casefold(), c.name.casefold())), None)
    if word and client is None:
        raise click.ClickException(say.no_client(wanted.client, sorted(directory.clients)))
    now = SystemClock().now()
    try:
        home = client.zone if client else directory.team.zone
        period = read_period(wanted.period, now, zone_named(wanted.zone) if wanted.zone else home)
    except (PeriodError, CalendarError) as error:
        raise click.ClickException(str(error)) from None
    return Asked(store, directory, client, period, window_of(period, now))


async def _write_figures(asked: Asked, wanted: Wanted, file: TextIO, show: Progress) -> None:
    total, done = await count(asked.store, asked.window, asked.key), 0

    def each(_: object) -> None:
        nonlocal done
        done += 1
        show(done, max(total, done))

    found = await report(asked.store, asked.directory, asked.window, client=asked.key, each=each)
    match wanted.format:
        case "json":
            json.dump(as_json(found, asked.period, asked.directory, asked.key), file, indent=2, ensure_ascii=False)
            file.write("\n")
        case "csv":
            by = wanted.by or BY[0]
            table = CsvFile(file, group_columns(by), bom=wanted.bom)
            for row in group_rows(found, by, asked.period, asked.directory):
                table.write(row)
        case _:
            again = 'steward report --period "this month"'
            sheet = say.sheet(found, asked.period, asked.client, asked.directory, for_staff=True, again=again)
            file.writelines(f"{line}\n" for line in as_text(sheet, wanted.by, ZoneInfo(asked.period.zone)))


def as_text(sheet: Sheet, by: str, zone: ZoneInfo) -> Iterator[str]:
    """The sheet in lines of at most 80 columns; with `by`, only those of its tables."""
    yield from (sheet.title, "")
    for line in sheet.lines:
        yield from textwrap.wrap(plain(line), _WIDE)
    wanted = {"": None, "target": ("Promises", "Service time taken")}.get(by, (f"By {by}",))
    for table in sheet.tables:
        if wanted is None or table.title in wanted:
            yield from ("", table.title)
            yield from columns([table.columns, *((row.head, *row.cells) for row in table.rows)], most=_WIDE)
    if sheet.rows and not by:
        yield from ("", sheet.rows_title)
        yield from columns([_oldest(row, zone) for row in sheet.rows], most=_WIDE)
    for note in sheet.notes:
        yield from ("", *textwrap.wrap(plain(note), _WIDE))


def _oldest(row: Row, zone: ZoneInfo) -> tuple[str, ...]:
    days = [f"{span.at.astimezone(zone):%Y-%m-%d}" for span in row.note if isinstance(span, When)]
    return f"{row.ref} {row.title}", *days, row.status, row.owner


async def _write_rows(asked: Asked, wanted: Wanted, file: TextIO, show: Progress) -> None:
    match wanted.format:
        case "csv":
            sheet = CsvFile(file, REQUEST_COLUMNS, bom=wanted.bom)
            async for row in _rows(asked, show):
                sheet.write(row)
        case "json":
            before = "[\n"
            async for row in _rows(asked, show):
                file.write(before + json.dumps(row, ensure_ascii=False))
                before = ",\n"
            file.write("\n]\n" if before == ",\n" else "[]\n")
        case _:
            file.write(_LINE.format("Request", "", "First response", "Resolution", "Title"))
            async for row in _rows(asked, show):
                told = (row["ref"], row["priority"], row["first_response_verdict"], row["resolution_verdict"])
                words = [str(cell or "–").replace("_", " ") for cell in told]
                file.write(_LINE.format(*words, cut(str(row["title"]), _WIDE - 46)))


async def _rows(asked: Asked, show: Progress) -> AsyncIterator[Record]:
    total, done = await count(asked.store, asked.window, asked.key), 0

    def each() -> None:
        nonlocal done
        done += 1
        show(done, max(total, done))

    zone = ZoneInfo(asked.period.zone)
    async for row in request_rows(asked.store, asked.directory, asked.window, zone, client=asked.key, each=each):
        yield row
