"""`steward outbox`: what could not be sent, seen and decided on the desk's own machine."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

import click

from bot.clock import SystemClock
from bot.config import Settings
from bot.desk import unsent as letters
from bot.messages import unsent as say
from bot.ports import Store, StoreBusy

OpenStore = Callable[..., Awaitable[Store]]
Finish = Callable[[Coroutine[Any, Any, Any]], Any]

_data_dir = click.option("--data-dir", type=click.Path(path_type=Path), help="The desk's folder; ./var by default.")
MOST = 100_000
"""How many are sent again at a time."""
_number = click.IntRange(min=1, max=2**31)
_numbers = click.argument("numbers", nargs=-1, required=True, type=_number)


def outbox_commands(
    open_store: OpenStore, read_store: OpenStore, settings: Callable[..., Settings], finish: Finish
) -> list[click.Command]:
    """The commands of the group, over what opens a database to write or to read, the settings, and what runs a
    coroutine."""

    @click.command("list")
    @_data_dir
    def list_(data_dir: Path | None) -> None:
        """List what could not be sent.

        Where each was to go, what it is, and why it could not. The desk may run meanwhile. Exits with 0 also where
        there are some: `steward doctor` is what warns.

        \b
        steward outbox list
        """

        async def work() -> None:
            store = await read_store(settings(data_dir=data_dir).url)
            try:
                found, directory = await store.unsent.all(), await store.directory()
                older = await store.unsent.count() - len(found)
            finally:
                await store.close()
            for each in found:
                click.echo(say.in_a_terminal(letters.shown(directory, each)))
            if older > 0:
                click.echo(say.and_older(older))
            if found:
                click.echo("Send one again, or leave it: steward outbox resend NUMBER, steward outbox drop NUMBER")
            else:
                click.echo(say.NOTHING)

        finish(work())

    def decide(data_dir: Path | None, numbers: tuple[int, ...] | None, again: bool) -> None:
        """None for all there are."""

        async def work() -> list[int]:
            now = settings(data_dir=data_dir)
            try:
                store = await open_store(now.url, make=False)
            except StoreBusy as busy:
                raise click.ClickException(f"{busy} In its chat that is {now.command} unsent.") from None
            try:
                gone: list[int] = []
                some = [each.id for each in await store.unsent.all(MOST)] if numbers is None else numbers
                if not some:
                    click.echo(say.NOTHING)
                for number in dict.fromkeys(some):
                    machine = SystemClock().machine()
                    done = (
                        store.unsent.resend(number, machine)
                        if again
                        else store.unsent.leave(number, say.left_by("whoever runs the desk"))
                    )
                    if await done:
                        click.echo(say.terminal_again(number) if again else say.terminal_left(number))
                    else:
                        gone.append(number)
                return gone
            finally:
                await store.close()

        if gone := finish(work()):
            named = ", ".join(map(str, gone))
            raise click.ClickException(f"No message waits under {named}: see steward outbox list.")

    @click.command("resend")
    @click.argument("numbers", nargs=-1, type=_number)
    @click.option("--all", "all_", is_flag=True, help="All that could not be sent.")
    @_data_dir
    def resend(numbers: tuple[int, ...], all_: bool, data_dir: Path | None) -> None:
        """Have messages sent after all.

        They go when the desk runs next; what may have arrived is looked for first. On SQLite stop the desk before, or
        type /desk unsent in its chat.

        \b
        steward outbox resend 17 18
        steward outbox resend --all
        """
        if bool(numbers) == all_:
            raise click.UsageError("Name the messages by their numbers in steward outbox list, or use --all.")
        decide(data_dir, None if all_ else numbers, again=True)

    @click.command("drop")
    @_numbers
    @_data_dir
    def drop(numbers: tuple[int, ...], data_dir: Path | None) -> None:
        """Leave messages unsent.

        Each is kept in the database, with the reason.

        \b
        steward outbox drop 17
        """
        decide(data_dir, numbers, again=False)

    return [list_, resend, drop]
