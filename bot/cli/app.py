"""The command line: what can be typed, with help that teaches, and errors as one clear line."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import click

from bot.cli.apply import apply_command, export_command
from bot.cli.db import db_commands
from bot.cli.doctor import Outside, doctor_command
from bot.cli.erase import erase_command
from bot.cli.export_data import export_data_command
from bot.cli.import_ import import_command
from bot.cli.outbox import outbox_commands
from bot.cli.report import report_command
from bot.cli.sla import sla_command
from bot.cli.slack import InstallLink, Manifest, install_link_command, manifest_command
from bot.cli.token import token_commands
from bot.cli.why import why_command
from bot.config import ConfigError, Settings, load
from bot.ports import Place, Store, StoreBusy, Upkeep


class OpenStore(Protocol):
    """Takes the desk's memory at a URL and brings it to this release; without `make` only one that is there."""

    def __call__(self, url: str, *, make: bool = True) -> Awaitable[Store]:
        """Raises StoreBusy while a desk has it, in a line that names the mend."""
        ...


@dataclass(frozen=True)
class Factories:
    """What the composition root hands to the commands."""

    open_store: OpenStore
    read_store: Callable[[str], Awaitable[Store]]
    """The same to read from, beside a desk that runs: it never writes, and never waits for the file."""
    run: Callable[[Settings], Coroutine[Any, Any, None]]
    demo: Callable[[Settings, bool], Coroutine[Any, Any, None]]
    login: Callable[[Settings, str], Coroutine[Any, Any, str]]
    upgrade: Callable[[str, bool], Coroutine[Any, Any, str]]
    upkeep: Callable[[], Upkeep]
    """Backups, bringing one back, moving a desk."""
    home: Callable[[str], Place]
    """Where a channel of that name is made, on the platform the desk brings itself."""
    outside: Outside
    """What is to be found of the platforms that the desk is in."""
    slack_manifest: Manifest
    """The app that Slack is told of, at that address or, without one, over Socket Mode."""
    install_link: InstallLink
    """A link by which a client's workspace, by its key, or one of the team's lets the desk in."""
    errors: Callable[[], tuple[type[Exception], ...]]
    """What the adapters and the storage raise with a line that is fit to show."""


class _Stopped(Exception):
    """SIGTERM came."""


async def _stoppable(work: Coroutine[Any, Any, Any]) -> Any:
    """Do it, and let SIGTERM end it as Ctrl+C does: what it opened is closed, what it made for itself is removed.

    A desk that serves sets a handler of its own meanwhile, which lets open requests end.
    """
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)
    told = False

    def stop() -> None:
        nonlocal told
        told = True
        task.cancel()

    # Windows has no loop signal handlers; a thread that is not the main one hears no signal.
    with suppress(NotImplementedError, RuntimeError):
        loop.add_signal_handler(signal.SIGTERM, stop)
    try:
        return await task
    except asyncio.CancelledError:
        if told:
            raise _Stopped from None
        raise


class _Kind(click.Group):
    """A group whose errors are one line and whose commands come in the order they were declared."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


def build(factories: Factories) -> click.Group:
    """The command line over these factories."""

    def finish(work: Coroutine[Any, Any, Any]) -> Any:
        try:
            return asyncio.run(_stoppable(work))
        except _Stopped:
            # As the shell has it for whoever was told to end.
            raise click.exceptions.Exit(128 + signal.SIGTERM) from None
        except (ConfigError, StoreBusy, *factories.errors()) as error:
            raise click.ClickException(str(error)) from None
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            raise click.ClickException(
                f"{where}{error.strerror or error}. See that the folder is there, has room and may be written."
            ) from None
        except KeyboardInterrupt:
            raise click.exceptions.Exit(130) from None

    def settings(**options: Any) -> Settings:
        try:
            return load(**options)
        except ConfigError as error:
            raise click.ClickException(str(error)) from None

    @click.group(cls=_Kind, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
    @click.version_option(package_name="steward", message="steward %(version)s")
    def steward() -> None:
        """A support desk that lives in chat.

        \b
        First look:     steward demo          a desk with an invented client's month
        For real:       steward run           the desk; it prints a link to sign in
        Let people in:  steward login NAME    a sign-in link for one person
        Count:          steward report        how promises were kept; also as CSV
        As a file:      steward export FILE   then edit it, and: steward apply FILE
        Promises:       steward sla           policies, and what an edit would change on open requests
        Explain:        steward why ACME-42   the story of a request's clocks: why a time is what it is
        Is it well?     steward doctor        each finding with its mend
        Not sent?       steward outbox list   what could not be sent; send it again, or leave it
        Programs:       steward token add NAME --service NAME --role engineer   a token for the API
        Hand over:      steward export-data OUT --client NAME   one client's requests, as CSV and JSON
        Forget:         steward erase NAME    a person's name and words; figures stay
        Keep it:        steward db backup FILE   while it runs; db restore FILE brings it back
        In Slack:       steward slack manifest   the app to paste there
        In Discord:     steward doctor        with DISCORD_TOKEN set: the link that invites the app
        Bring history:  steward import servicenow FILE.csv --client NAME --zone ZONE

        Settings come from steward.toml (or the file STEWARD_CONFIG names) and from STEWARD_… in the environment,
        such as STEWARD_DATA_DIR (./var) and STEWARD_DATABASE_URL (sqlite:///var/steward.db).
        """

    @steward.command()
    @click.option("--host", help="Address to listen on; 127.0.0.1 by default, so that only this machine reaches it.")
    @click.option(
        "--port", type=click.IntRange(0, 65535), help="Port; 8080 by default, PORT in the environment sets it."
    )
    @click.option("--data-dir", type=click.Path(path_type=Path), help="Where everything is kept; ./var by default.")
    @click.option(
        "--role", type=click.Choice(("all", "intake", "worker")), help="What this process does; all by default."
    )
    def run(host: str | None, port: int | None, data_dir: Path | None, role: str | None) -> None:
        """Run the desk, with its browser workspace.

        It prints its address and a one-time link with which the manager signs in. Stop it with Ctrl+C or SIGTERM:
        what was acknowledged is kept, what was not sent yet goes out at the next start.

        On PostgreSQL any number of processes may share a desk, with one STEWARD_SECRET. Each does all there is to do;
        or some take in what people write (intake: pages, API, events), behind a load balancer that asks GET /healthz,
        and others fire timers and send (worker: no pages). Whichever dies, the others go on. See docs/scale.md.

        \b
        steward run
        steward run --port 9000 --data-dir /srv/steward
        steward run --role intake --port 8081
        steward run --role worker
        """
        finish(factories.run(settings(host=host, port=port, data_dir=data_dir, role=role)))

    @steward.command()
    @click.option(
        "--port", type=click.IntRange(0, 65535), help="Port; 8080 by default, PORT in the environment sets it."
    )
    @click.option("--empty", is_flag=True, help="The people and the client only, without the month of requests.")
    def demo(port: int | None, empty: bool) -> None:
        """Try the desk with an invented client's month.

        It has a simulated clock, and three people to act as. Everything lives in a temporary folder and is gone when it
        stops. It listens on this machine only.

        \b
        steward demo            then open the address it prints; skip time with the strip at the top
        steward demo --empty    start from nothing
        """
        finish(factories.demo(settings(port=port, host="127.0.0.1"), empty))

    @steward.command()
    @click.argument("name")
    @click.option("--data-dir", type=click.Path(path_type=Path), help="The running desk's folder; ./var by default.")
    def login(name: str, data_dir: Path | None) -> None:
        """Make a sign-in link for one person.

        NAME is the one they have in commands, such as sam for @sam. The link works once, within 10 minutes. Run it on
        the desk's machine, with the desk running.

        \b
        steward login sam
        """
        click.echo(finish(factories.login(settings(data_dir=data_dir), name)))

    steward.add_command(report_command(factories.read_store, settings, finish))
    steward.add_command(apply_command(factories.open_store, factories.read_store, settings, factories.home, finish))
    steward.add_command(export_command(factories.read_store, settings, finish))
    steward.add_command(sla_command(factories.read_store, settings, factories.home, finish))
    steward.add_command(why_command(factories.read_store, settings, finish))
    steward.add_command(doctor_command(factories.read_store, settings, finish, factories.errors, factories.outside))
    steward.add_command(erase_command(factories.open_store, factories.read_store, settings, finish))
    steward.add_command(export_data_command(factories.read_store, settings, finish))

    @steward.group(name="token", cls=_Kind)
    def token() -> None:
        """Let programs work with requests over the API.

        Each acts as a person or a service; docs/api.md says what it can do. To add or revoke one on SQLite, stop the
        desk first, or use /desk token in chat.

        \b
        steward token add ci --service ci --role engineer --expires 90d
        """

    for each in token_commands(factories.open_store, factories.read_store, settings, finish):
        token.add_command(each)

    @steward.group(name="outbox", cls=_Kind)
    def outbox() -> None:
        """See what could not be sent, and decide about it.

        A manager can do the same in chat, with /desk unsent. docs/reliability.md says when a message is given up.

        \b
        steward outbox list
        steward outbox resend 17
        steward outbox drop 18
        """

    for each in outbox_commands(factories.open_store, factories.read_store, settings, finish):
        outbox.add_command(each)

    @steward.group(name="slack", cls=_Kind)
    def slack() -> None:
        """Set up the desk's app in Slack.

        \b
        steward slack manifest
        steward slack install-link ACME
        """

    slack.add_command(install_link_command(factories.install_link, factories.read_store, settings, finish))
    slack.add_command(manifest_command(factories.slack_manifest, settings))

    @steward.group(name="import", cls=_Kind)
    def import_() -> None:
        """Bring the history of another system.

        \b
        steward import servicenow log.csv --client "Acme Ltd" --zone Europe/London
        """

    import_.add_command(import_command(factories.open_store, settings, finish))

    @steward.group(cls=_Kind)
    def db() -> None:
        """Look after the database.

        It is a SQLite file in ./var, or what STEWARD_DATABASE_URL names.

        \b
        steward db check          is it whole?
        steward db backup FILE    a copy, while the desk runs
        steward db restore FILE   bring it back; nothing is sent twice
        steward db copy A B       move the desk to another database
        """

    for each in db_commands(factories.upgrade, factories.read_store, factories.upkeep, settings, finish):
        db.add_command(each)

    return steward
