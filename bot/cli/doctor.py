"""`steward doctor`: the desk's own checks, and those of its settings, its folder and its database."""

from __future__ import annotations

import json
import shutil
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from bot.clock import SystemClock
from bot.config import Settings
from bot.desk.doctor import examine
from bot.desk.findings import Finding, Level
from bot.messages.doctor import text
from bot.ports import Store

_MB = 1024 * 1024
Outside = Callable[[Settings, Store | None], Awaitable[list[Finding]]]
"""Looks at the platforms that the desk is in; before its first start it has no store."""
LITTLE = 1024 * _MB
"""Less free space than this is worth a word; a tenth of it is an error."""
LONG_WAL = 256 * _MB
"""SQLite's log beside the database is folded in long before it is so long, unless somebody reads for hours."""


def doctor_command(
    read_store: Any,
    settings: Callable[..., Settings],
    finish: Callable[[Coroutine[Any, Any, Any]], Any],
    errors: Callable[[], tuple[type[Exception], ...]],
    outside: Outside,
) -> click.Command:
    """`steward doctor`."""

    @click.command("doctor")
    @click.option("--json", "as_json", is_flag=True, help="For programs: a list of level, about, what, mend.")
    @click.option("--data-dir", type=click.Path(path_type=Path), help="The desk's folder; ./var by default.")
    def doctor(as_json: bool, data_dir: Path | None) -> None:
        """See whether the desk is well.

        It looks at settings, disk, database, clock, channels, people, hours and timers, and at Slack and Discord where
        the desk is there: tokens, scopes or permissions, channels, lists. Each finding says what mends it. Exits with 1
        where there is an error. The desk may run meanwhile; in chat it is /desk doctor, in Discord /desk-admin doctor.

        \b
        steward doctor
        """
        found: list[Finding] = finish(_examine(read_store, settings(data_dir=data_dir), errors, outside))
        if as_json:
            click.echo(json.dumps([asdict(each) for each in found], ensure_ascii=False, indent=2))
        else:
            click.echo(text([(f.level.value, f.about, f.what, f.mend) for f in found]))
        if any(each.level is Level.ERROR for each in found):
            raise click.exceptions.Exit(1)

    return doctor


async def _examine(
    read_store: Any, settings: Settings, errors: Callable[[], tuple[type[Exception], ...]], outside: Outside
) -> list[Finding]:
    found = _of_settings(settings)
    try:
        store: Store = await read_store(settings.url)
    except errors() as error:
        return [*found, _without_store(settings, str(error)), *await outside(settings, None)]
    try:
        wrong = await store.check()
        found += [Finding(Level.ERROR, "database", each, "keep a copy, then bring back a backup") for each in wrong]
        if not wrong:
            found.append(Finding(Level.OK, "database", "It is whole, of this release, and agrees with its history."))
        found += await examine(store, SystemClock().now(), settings.command)
        return [*found, *await outside(settings, store)]
    finally:
        await store.close()


def _without_store(settings: Settings, error: str) -> Finding:
    """What it means that the database cannot be opened. Who looks before the first start, as the guides say, has made
    no mistake."""
    folder = settings.data_dir
    if not settings.database_url and not any((folder / name).exists() for name in ("secret", "steward.db")):
        what = f"There is no desk in {folder}/ yet."
        return Finding(Level.WARNING, "database", what, "steward run makes one; where yours is elsewhere, --data-dir")
    mend = "steward db upgrade" if "db upgrade" in error else "steward run makes a desk, steward db check looks at one"
    return Finding(Level.ERROR, "database", error, mend)


def _of_settings(settings: Settings) -> list[Finding]:
    """The settings, the folder, the room on its disk."""
    found = [Finding(Level.OK, "settings", f"They can be read; the data is in {settings.data_dir}/.")]
    if settings.host in ("0.0.0.0", "::") and not settings.public_url:  # noqa: S104  # compared with, not bound
        what = "It listens to everybody, and has no public_url: links lead to 127.0.0.1, and other hosts are refused."
        found.append(Finding(Level.WARNING, "settings", what, "STEWARD_PUBLIC_URL=https://desk.example.org"))
    folder = settings.data_dir
    if not folder.is_dir():
        return found
    secret = folder / "secret"
    if secret.exists() and secret.stat().st_mode & 0o077:
        what = f"{secret} can be read by others: whoever has it can sign in as anybody."
        found.append(Finding(Level.ERROR, "settings", what, f"chmod 600 {secret}"))
    for file in folder.glob("*.db"):
        if file.stat().st_mode & 0o007:
            what = f"{file} can be read by everybody on this machine: all that clients wrote is in it."
            found.append(Finding(Level.WARNING, "settings", what, f"chmod 600 {file}*"))
    free = shutil.disk_usage(folder).free
    if free < LITTLE:
        level = Level.ERROR if free < LITTLE // 10 else Level.WARNING
        what = f"{free // _MB} MB are free on the disk of {folder}/."
        found.append(Finding(level, "disk", what, "make room, or move it: STEWARD_DATA_DIR"))
    else:
        found.append(Finding(Level.OK, "disk", f"{free // _MB:,} MB are free."))
    for wal in folder.glob("*.db-wal"):
        if wal.stat().st_size > LONG_WAL:
            what = f"{wal} has grown to {wal.stat().st_size // _MB} MB."
            found.append(
                Finding(Level.WARNING, "disk", what, "stop what reads the database for long, restart the desk")
            )
    return found
