"""`steward erase`: a person's name and words, for good; and the look at what is left, which anybody can repeat."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

import click

from bot.cli.progress import progress
from bot.clock import SystemClock
from bot.config import Settings
from bot.desk import erasing
from bot.desk.context import Desk, Refusal
from bot.domain.erasure import Subject
from bot.domain.people import Role
from bot.messages import erasing as say
from bot.ports import Store, StoreBusy

OpenStore = Callable[..., Awaitable[Store]]
Finish = Callable[[Coroutine[Any, Any, Any]], Any]


def erase_command(
    open_store: OpenStore, read_store: OpenStore, settings: Callable[..., Settings], finish: Finish
) -> click.Command:
    """The command, over what opens a database to write or to read, the settings, and what runs a coroutine."""

    @click.command("erase")
    @click.argument("name", required=False)
    @click.argument("words", nargs=-1)
    @click.option("--verify", is_flag=True, help="Erase nothing; look for NAME and the WORDS everywhere.")
    @click.option("--log", "listed", is_flag=True, help="Erase nothing; list the erasures on record.")
    @click.option("--yes", is_flag=True, help="Do it without asking.")
    @click.option("--data-dir", type=click.Path(path_type=Path), help="The desk's folder; ./var by default.")
    def erase(name: str | None, words: tuple[str, ...], verify: bool, listed: bool, yes: bool, data_dir: Path | None):
        """Erase a person's name and words for good.

        Who did what and when stays, and so does every figure. NAME is theirs in commands, such as dana. It shows how
        much would go and asks. At its end it looks through every text column of every table; --verify does that again,
        for whatever WORDS you name, and exits with 1 where something is found. To erase on SQLite, stop the desk first,
        or use /desk erase in chat.

        \b
        steward erase dana
        steward erase dana --verify "Dana Reyes" U024BE7LH
        """
        if name is None and not listed:
            raise click.UsageError("Name a person, such as: steward erase dana")

        async def work() -> bool:
            now = settings(data_dir=data_dir)
            try:
                store = await (read_store(now.url) if verify or listed else open_store(now.url, make=False))
            except StoreBusy as busy:
                raise click.ClickException(f"{busy} In its chat that is {now.command} erase @{name}.") from None
            try:
                if listed:
                    return await _list(store)
                person = (name or "").lower().removeprefix("@")
                return await (_verify(store, person, words) if verify else _erase(store, person, yes=yes))
            except Refusal as no:
                raise click.ClickException(str(no)) from None
            finally:
                await store.close()

        if not finish(work()):
            raise click.exceptions.Exit(1)

    return erase


async def _list(store: Store) -> bool:
    directory = await store.directory()
    records = await store.erasing.records()
    for each in records:
        click.echo(say.record(each, "the desk" if each.by == "desk" else directory.name_of(each.by)))
    if not records:
        click.echo("Nothing was erased so far.")
    return True


async def _verify(store: Store, id: str, words: tuple[str, ...]) -> bool:
    known = (await store.directory()).people.get(id)
    subject = Subject(id, known.name if known else "", "")
    left = await erasing.verify(store, subject, words)
    for text in say.found(left):
        click.echo(text)
    return not left


async def _erase(store: Store, id: str, *, yes: bool) -> bool:
    whom = await erasing.named(store, id)
    managers = [manager.id for manager in (await store.directory()).staff(Role.MANAGER)]
    if managers == [id]:
        raise Refusal(say.last_manager())
    if not yes:
        click.echo(say.extent(await store.erasing.extent(id)) + f" of {whom.subject.name} lose their words and name.")
        click.echo("Who did what and when stays, under “somebody”. Nobody can take this back.")
        if not sys.stdin.isatty():
            raise click.ClickException("Nothing was done. Add --yes where nobody can be asked.")
        if click.prompt(f"Type {whom.subject.name} to erase it") != whom.subject.name:
            raise click.ClickException("That is not the name; nothing was done.")
    with progress("Erasing") as show:
        done = await erasing.erase(Desk(store, SystemClock()), whom, progress=show)
    click.echo(f"Erased: {say.rows(done.changed)} changed.")
    for text in say.found(done.remains):
        click.echo(text)
    return True
