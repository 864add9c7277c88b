"""`steward apply` and `steward export`: the desk's clients, people and settings as a file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import click

from bot.cli.progress import progress
from bot.clock import SystemClock
from bot.config import ConfigError, Settings
from bot.desk import applying, closures, plan
from bot.desk.context import Rules
from bot.desk.plan import file
from bot.messages import policies
from bot.messages import setup as say
from bot.ports import Conflict, DirectoryEdit, Place, Store, StoreBusy

BY = "file"
"""Who changed it, on record."""

_FILE = click.Path(path_type=Path, dir_okay=False, allow_dash=True)

Finish = Callable[[Coroutine[Any, Any, Any]], Any]


def apply_command(
    open_store: Any, read_store: Any, settings: Callable[..., Settings], home: Callable[[str], Place], finish: Finish
):  # click's own type
    """`steward apply FILE`, over what opens a database to write and to read."""

    @click.command("apply")
    @click.argument("path", metavar="FILE", type=_FILE)
    @click.option("--yes", is_flag=True, help="Do it without asking.")
    @click.option("--dry-run", is_flag=True, help="Only show what would change.")
    @click.option(
        "--apply-to-open",
        "to_open",
        is_flag=True,
        help="Let the open requests of its clients have its promises, too.",
    )
    @click.option("--data-dir", type=click.Path(path_type=Path), help="The desk's folder; ./var by default.")
    def apply(path: Path, yes: bool, dry_run: bool, to_open: bool, data_dir: Path | None) -> None:
        """Make the desk what a file says.

        It shows what would change, asks, and does it all at once or not at all. What the file does not speak of stays
        as it is; nothing is deleted. Applying twice changes nothing. `steward export` writes a file to start from.
        Requests that are open keep what they were promised, unless you add --apply-to-open; `steward sla preview FILE`
        shows what that would change.

        \b
        steward apply desk.toml
        steward apply desk.toml --dry-run
        """
        opened = read_store if dry_run else open_store
        finish(_apply(opened, settings(data_dir=data_dir), home, path, yes=yes, dry_run=dry_run, to_open=to_open))

    return apply


def export_command(read_store: Any, settings: Callable[..., Settings], finish: Finish):  # click's own type
    """`steward export FILE`."""

    @click.command("export")
    @click.argument(
        "path", metavar="[FILE]", default="-", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True)
    )
    @click.option("--force", is_flag=True, help="Write over a file that is there.")
    @click.option("--data-dir", type=click.Path(path_type=Path), help="The desk's folder; ./var by default.")
    def export(path: Path, force: bool, data_dir: Path | None) -> None:
        """Write the desk's clients, people and settings into a file.

        There is a comment on each field. Edit it and bring it back with `steward apply`. Requests are not in it.
        Without FILE it is printed.

        \b
        steward export desk.toml
        """
        text = finish(_export(read_store, settings(data_dir=data_dir)))
        if str(path) == "-":
            click.echo(text, nl=False)
            return
        if path.exists() and not force:
            raise click.ClickException(f"{path} is there already. Name another file, or add --force to write over it.")
        try:
            path.write_text(text, "utf-8")
        except OSError as error:
            raise click.ClickException(f"{path}: {error.strerror}. Name a file that can be written.") from None
        click.echo(f"Written to {path}. Edit it, then: steward apply {path}")

    return export


async def _export(read_store: Any, settings: Settings) -> str:
    store: Store = await read_store(settings.url)
    try:
        return file.dump(plan.export(await plan.world_of(store)), plan.SECTIONS)
    finally:
        await store.close()


async def _apply(
    opens: Any,
    settings: Settings,
    home: Callable[[str], Place],
    path: Path,
    *,
    yes: bool,
    dry_run: bool,
    to_open: bool,
) -> None:
    try:
        doc = _document(path)
        store: Store = await _opened(opens, settings)
        try:
            await _carry_out(store, doc, home, path, settings, yes=yes, dry_run=dry_run, to_open=to_open)
        finally:
            await store.close()
    except plan.BadPlan as bad:
        for problem in bad.problems:
            click.echo(f"  {problem}", err=True)
        count = "that" if len(bad.problems) == 1 else f"these {len(bad.problems)}"
        raise ConfigError(f"{path} was not applied; nothing was changed. Mend {count} and apply it again.") from None


async def _carry_out(
    store: Store,
    doc: plan.Doc,
    home: Callable[[str], Place],
    path: Path,
    settings: Settings,
    *,
    yes: bool,
    dry_run: bool,
    to_open: bool,
) -> None:
    at = SystemClock().now()
    world = await plan.world_of(store)
    edit = plan.wanted(world, doc, at, home)
    left = plan.unspoken(world, doc)
    changes = plan.differences(world, edit)
    moved = await _moved(store, world, edit, named(doc), at) if to_open else None
    if not changes and not (moved and (moved.changed or moved.same)):
        click.echo(f"The desk is what {path} says already; nothing to change.")
        return _tell(left)
    click.echo(f"{path} would change:" if dry_run or not yes else f"{path} changes:")
    for line in lines(world, edit):
        click.echo(f"  {line}")
    for client, one, other in plan.overlaps(world, edit):
        click.echo(say.overlap(one, other, client))
    _tell(left)
    if moved is not None:
        for effect in moved.changed:
            click.echo(f"  {policies.effect_line(effect, world.directory.team.zone, at)}")
        click.echo(policies.summary(moved))
    elif any(world.directory.policies_of(policy.client) for policy in edit.policies):
        click.echo("Requests that are open keep the hours and targets they were promised.")
    if dry_run:
        click.echo("Nothing was changed (--dry-run).")
        return None
    if not yes and not _asked():
        click.echo("Nothing was changed.")
        return None
    edit = plan.audited(world.directory, edit, BY, at)
    try:
        await store.edit_directory(replace(edit, expected=world.directory.version))
    except Conflict:
        raise ConfigError("Somebody changed the desk meanwhile; nothing was done. Apply the file again.") from None
    if moved is not None:
        with progress("Applying to open requests") as tell:
            count = await applying.carry_out(
                store, Rules(command=settings.command), named(doc), SystemClock().now, name=BY, tell=tell
            )
        click.echo(f"{count} open request{'' if count == 1 else 's'} got the promises of {path}.")
    click.echo(f"Done: {len(changes)} values set. People sign in by: steward login NAME")
    return None


async def _moved(
    store: Store, world: plan.World, edit: DirectoryEdit, clients: list[str], at: datetime
) -> applying.Preview:
    """What the open requests get."""
    with progress("Looking at open requests") as tell:
        after = plan.after(world, edit).directory
        return await applying.preview(store, world.directory, after, at, clients, tell=tell)


def named(doc: plan.Doc) -> list[str]:
    """The keys of the clients that a document speaks of."""
    clients: Any = doc.get("clients")
    return [str(key).upper() for key in cast(dict[str, Any], clients)] if isinstance(clients, dict) else []


def document(path: Path) -> plan.Doc:
    """A file as a document. Raises ConfigError for one that cannot be read."""
    try:
        return _document(path)
    except plan.BadPlan as bad:
        raise ConfigError(f"{path}: {bad}") from None


def _document(path: Path) -> plan.Doc:
    return _with_calendars(file.load(_read(path)), path.parent)


def lines(world: plan.World, edit: DirectoryEdit) -> list[str]:
    """What the edit changes, readable: a new client or person in one line, everything else value by value."""
    before, after = plan.export(world), plan.export(plan.after(world, edit))
    keyed = {section.name for section in plan.SECTIONS if section.keyed}
    said: list[str] = []
    for each in plan.differences(world, edit):
        section, _, rest = each.path.partition(".")
        key = rest.partition(".")[0]
        if section in keyed and key not in before.get(section, {}):
            plain = [plan.say(v) for v in after[section][key].values() if isinstance(v, str | int) and v is not False]
            line = f"+ {section}.{key}: {', '.join(plain)}"
        else:
            line = f"~ {each.path}: {plan.say(each.before) or '(nothing)'} → {plan.say(each.after) or '(nothing)'}"
        if line not in said:
            said.append(line)
    return said


def _tell(left: list[str]) -> None:
    if left:
        some = ", ".join(left[:8]) + (f" and {len(left) - 8} more" if len(left) > 8 else "")
        click.echo(f"Not in the file, and left as they are: {some}.")
        click.echo(
            "(Nothing is deleted by leaving it out: set active = false for a person, closed = true for a client.)"
        )


def _asked() -> bool:
    if not sys.stdin.isatty():
        raise ConfigError("Nothing was changed: nobody is here to ask. Add --yes to apply it without asking.")
    return click.confirm("Do it?")


def _read(path: Path) -> str:
    try:
        return sys.stdin.read() if str(path) == "-" else path.read_text("utf-8")
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is not written in UTF-8. Save it as UTF-8.") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}. `steward export {path}` writes one.") from None


def _with_calendars(doc: plan.Doc, folder: Path) -> plan.Doc:
    """The document with each calendar file that it names beside it in place of the name."""
    problems: list[plan.Problem] = []
    clients = cast(dict[str, Any], doc.get("clients")) if isinstance(doc.get("clients"), dict) else {}
    for key, client in clients.items():
        off = client.get("holidays") if isinstance(client, dict) else None  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
        named: Any = cast(dict[str, Any], off).get("ics") if isinstance(off, dict) else None
        if not isinstance(named, str) or not named or closures.is_content(named):
            continue
        mend = ""
        try:
            there = folder / named
            if there.stat().st_size > closures.LIMIT:
                mend = f"{named} is larger than {closures.LIMIT:,} bytes. Export only the closed days."
            else:
                cast(dict[str, Any], off)["ics"] = there.read_text("utf-8-sig")
        except UnicodeDecodeError:
            mend = f"{named} is not written in UTF-8. Export it again as .ics."
        except OSError as error:
            mend = f"{named} cannot be read: {error.strerror}. Name a file as seen from the folder of this one."
        if mend:
            problems.append(plan.Problem(f"clients.{key}.holidays.ics", mend))
    if problems:
        raise plan.BadPlan(problems)
    return doc


async def _opened(opens: Any, settings: Settings) -> Store:
    try:
        return await opens(settings.url)
    except StoreBusy as busy:
        word = settings.command
        raise ConfigError(
            f"{busy} While it runs, change it in chat: {word} settings, {word} edit-client, {word} edit-person; "
            "add --dry-run to see what the file would change."
        ) from None
