"""`steward token`: the API's tokens on the desk's own machine."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from bot.clock import SystemClock
from bot.config import Settings
from bot.desk import tokens
from bot.desk.context import Desk, Refusal
from bot.domain.tokens import TokenError
from bot.messages import tokens as say
from bot.ports import Store, StoreBusy

OpenStore = Callable[..., Awaitable[Store]]
Finish = Callable[[Coroutine[Any, Any, Any]], Any]
T = TypeVar("T")

_data_dir = click.option("--data-dir", type=click.Path(path_type=Path), help="The desk's folder; ./var by default.")


def token_commands(
    open_store: OpenStore, read_store: OpenStore, settings: Callable[..., Settings], finish: Finish
) -> list[click.Command]:
    """The commands of the group, over what opens a database to write or to read, the settings, and what runs a
    coroutine."""

    def on_desk(data_dir: Path | None, work: Callable[[Desk], Awaitable[T]], *, reads: bool = False) -> T:
        async def opened() -> T:
            now = settings(data_dir=data_dir)
            try:
                store = await (read_store(now.url) if reads else open_store(now.url, make=False))
            except StoreBusy as busy:
                raise click.ClickException(f"{busy} In its chat that is {now.command} token.") from None
            try:
                return await work(Desk(store, SystemClock()))
            except (Refusal, TokenError) as no:
                raise click.ClickException(str(no)) from None
            finally:
                await store.close()

        return finish(opened())

    @click.command("add")
    @click.argument("name")
    @click.option("--for", "person", default="", help="The person as whom it acts, by their name in commands.")
    @click.option("--service", default="", help="Or the service as which it acts, by a name of yours.")
    @click.option("--role", default="", help="How much it may: client, engineer, lead or manager.")
    @click.option("--client", default="", help="The only client it sees, by its key.")
    @click.option("--expires", default="", help="Until when: 90d, 2027-01-31 or never; never by default.")
    @_data_dir
    def add(name: str, person: str, service: str, role: str, client: str, expires: str, data_dir: Path | None) -> None:
        """Make a token and print it, once.

        The desk keeps a digest of it alone.

        \b
        steward token add ci --service ci --role engineer --expires 90d
        steward token add sams-script --for sam --client ACME
        """

        async def work(desk: Desk) -> None:
            asked = tokens.Asked(name, person, service, role, client, expires)
            made, secret = await tokens.make(desk, asked)
            click.echo(f"{made.name} acts as {say.means(made, await desk.store.directory())}.", err=True)
            click.echo("The token, shown only now:", err=True)
            click.echo(secret)

        on_desk(data_dir, work)

    @click.command("list")
    @_data_dir
    def list_(data_dir: Path | None) -> None:
        """List the tokens that are in force.

        As whom each acts, when it was used last, and until when it is good.

        \b
        steward token list
        """

        async def work(desk: Desk) -> None:
            directory, found = await desk.store.directory(), await tokens.in_force(desk)
            for token in found:
                ends = f", until {_day(token.expires_at)}" if token.expires_at else ""
                used = f"used {_day(token.used_at)}" if token.used_at else "never used"
                over = " (expired)" if token.over(desk.clock.machine()) else ""
                click.echo(f"{token.name}: {say.means(token, directory)}, {used}{ends}{over}")
            if not found:
                click.echo("There is no token. Make one: steward token add NAME --service NAME --role engineer")

        on_desk(data_dir, work, reads=True)

    @click.command("revoke")
    @click.argument("name")
    @_data_dir
    def revoke(name: str, data_dir: Path | None) -> None:
        """End a token at once. What was done with it stays, and its name is not given again.

        \b
        steward token revoke ci
        """

        async def work(desk: Desk) -> None:
            click.echo(f"{await tokens.revoke(desk, name)} is good no more.")

        on_desk(data_dir, work)

    return [add, list_, revoke]


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
