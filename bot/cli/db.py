"""`steward db`: looking after the database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from bot.cli.progress import progress
from bot.clock import SystemClock
from bot.config import Settings
from bot.desk.restoring import note
from bot.messages.restoring import lasted, some
from bot.ports import BroughtBack, Copied, Store, Upkeep

_data_dir = click.option("--data-dir", type=click.Path(path_type=Path), help="The desk's folder; ./var by default.")
_numbers_from = click.option(
    "--numbers-from",
    type=click.IntRange(min=1),
    default=1,
    help="Requests go on at this number, where you know it to be higher than what is left out by itself.",
)
_FILE = click.Path(dir_okay=False, path_type=Path)


def db_commands(
    upgrade_database: Callable[[str, bool], Coroutine[Any, Any, str]],
    read_store: Callable[[str], Awaitable[Store]],
    upkeep: Callable[[], Upkeep],
    settings: Callable[..., Settings],
    finish: Callable[[Coroutine[Any, Any, Any]], Any],
) -> list[click.Command]:
    """The commands of the group, in the order in which they are listed."""

    @click.command()
    @_data_dir
    def check(data_dir: Path | None) -> None:
        """See whether it is whole, and agrees with its history.

        The desk may run meanwhile. Each finding says what mends it. Exits with 0 where all is well, and with 1 where
        something was found or the database cannot be opened.

        \b
        steward db check
        """

        async def look() -> tuple[str, ...]:
            store = await read_store(settings(data_dir=data_dir).url)
            try:
                with progress("Checking") as step:
                    return await store.check(step)
            finally:
                await store.close()

        problems = finish(look())
        for problem in problems:
            click.echo(problem)
            click.echo(f"  → {mend(problem)}")
        if problems:
            raise click.ClickException(f"{len(problems)} found. Make a backup before you change anything.")
        click.echo("The database is whole, and every request is what its history says.")

    @click.command()
    @click.option("--rows", is_flag=True, help="Make every request's row anew of its history, too.")
    @_data_dir
    def upgrade(rows: bool, data_dir: Path | None) -> None:
        """Bring the database's tables to this release.

        `steward run` does it by itself; doing it twice changes nothing. --rows mends rows that `steward db check` finds
        to differ from their histories; on SQLite stop the desk first, and make a backup in any case.

        \b
        steward db upgrade
        steward db upgrade --rows
        """
        click.echo(finish(upgrade_database(settings(data_dir=data_dir).url, rows)))

    @click.command()
    @click.argument("file", type=_FILE)
    @click.option("--force", is_flag=True, help="Replace FILE where it is there; only a whole backup does.")
    @_data_dir
    def backup(file: Path, force: bool, data_dir: Path | None) -> None:
        """Copy the database into FILE, while the desk runs.

        The copy is of one instant, is looked at, and only then gets its name. On PostgreSQL it is made by pg_dump.
        Exits with 1 where there is no whole backup. Keep the file `secret` of the data folder too: without it
        everybody signs in once more.

        \b
        steward db backup /backups/steward-$(date +%F).db
        """
        now = settings(data_dir=data_dir)

        async def work() -> Any:
            with progress("Copying") as step:
                return await upkeep().back_up(now.url, file, now=SystemClock().now(), force=force, progress=step)

        made = finish(work())
        last = f", the last entry of {_said(made.last_at)}" if made.last_at else ""
        click.echo(
            f"{made.file}: {_size(made.size)}, {some(made.requests, 'request')}{last}, schema {made.release}, made in "
            f"{made.seconds:.1f} s and found whole."
        )
        click.echo(f"Keep {now.data_dir / 'secret'} too, apart from it. Try it once: docs/backup.md has a drill.")

    @click.command()
    @click.argument("file", type=_FILE)
    @_numbers_from
    @_data_dir
    def restore(file: Path, numbers_from: int, data_dir: Path | None) -> None:
        """Bring a backup back. Stop the desk first.

        What is there now is kept beside it, under another name. The desk then goes on from the backup: it looks for
        what it may have sent meanwhile before it sends anything again, leaves out the request numbers that may have
        been given, and says in the triage channel which time is lost. Exits with 1 where nothing was changed.

        \b
        steward db restore /backups/steward-2026-06-09.db
        """
        now = settings(data_dir=data_dir)

        async def work() -> BroughtBack:
            with progress("Copying") as step:
                return await upkeep().restore(
                    now.url,
                    file,
                    now=SystemClock().now(),
                    tell=note(now.command),
                    first_number=numbers_from,
                    progress=step,
                )

        done: BroughtBack = finish(work())
        click.echo(f"{file} is the desk's database now.")
        if done.kept:
            click.echo(f"What was there before is kept in {done.kept}; remove it once you miss nothing.")
        _tell(done)

    @click.command()
    @_numbers_from
    @_data_dir
    def restored(numbers_from: int, data_dir: Path | None) -> None:
        """Say that the database was brought back by other means.

        After pg_restore, a snapshot of a disk, or a copied file: with it the desk sends nothing twice, gives no request
        number twice, and tells the team which time is lost. Stop every process of the desk first.

        \b
        steward db restored       after: pg_restore …
        """
        now = settings(data_dir=data_dir)
        done: BroughtBack = finish(
            upkeep().mark_restored(now.url, now=SystemClock().now(), tell=note(now.command), first_number=numbers_from)
        )
        click.echo("The database is marked as brought back.")
        _tell(done)

    @click.command()
    @click.argument("source")
    @click.argument("target")
    def copy(source: str, target: str) -> None:
        """Move a desk from the database SOURCE to TARGET.

        Both are URLs as in STEWARD_DATABASE_URL: a file to PostgreSQL, back, or from one schema to another. Stop the
        desk first; SOURCE is only read. TARGET must hold no desk; its tables are made. Every row is compared in the
        end. A copy that was cut short goes on when it is run again. A password is better given by PGPASSWORD or
        ~/.pgpass. Exits with 1 where the two are not the same.

        \b
        steward db copy sqlite:///var/steward.db postgresql://steward@db.example.org/steward
        """

        async def work() -> Copied:
            with progress("Copying and comparing") as step:
                return await upkeep().copy(source, target, progress=step)

        done: Copied = finish(work())
        there = f" ({done.there:,} of them were there already)" if done.there else ""
        click.echo(
            f"{done.rows:,} rows of {done.tables} tables{there}, every one the same on both sides, in "
            f"{done.seconds:.1f} s; digest {done.digest}."
        )
        click.echo(
            "Next: set STEWARD_DATABASE_URL to the target, steward run, and keep the source until you miss nothing."
        )

    return [check, upgrade, backup, restore, restored, copy]


def mend(problem: str) -> str:
    """What is to be done about a finding of the check."""
    if "db upgrade" in problem:
        return "steward db upgrade"
    if any(words in problem for words in ("its history makes it", "repeat its state", "not indexed")):
        return "its history counts, and is whole: steward db upgrade --rows, and report it, since it is a fault of ours"
    if "cannot be replayed" in problem:
        return "look at its history in the last whole backup, restored elsewhere (docs/backup.md), and report it"
    return "see that the disk is well, keep a copy, and bring the last backup back: steward db restore FILE"


def _tell(done: BroughtBack) -> None:
    new = done.restored
    click.echo(
        f"Lost is what happened from {_said(new.since)} until {_said(new.at)}: {lasted(new.at - new.since)}. The team "
        "reads of it in the triage channel."
    )
    click.echo(
        f"To be looked for before they are sent: {some(new.pending, 'message')}, and what falls due at the start."
    )
    click.echo(f"Requests go on at number {new.next_number}; the last one known is {new.last_number}.")
    for line in done.wrong:
        click.echo(f"Look at this: {line}")
    click.echo("Next: steward run, then look through the chats since then and log what is missing.")


def _said(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _size(count: int) -> str:
    return f"{count / 1_000_000:,.1f} MB" if count >= 100_000 else f"{count / 1000:,.1f} kB"
