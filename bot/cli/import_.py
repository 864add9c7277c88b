"""`steward import servicenow`: reads the log, shows how far it is, and says what came of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, Protocol

import click

from bot.cli.progress import progress
from bot.desk.importing import CannotImport, Report, import_servicenow
from bot.domain.policy import ClockKind, Priority
from bot.messages import imported as say
from bot.ports import Store


class HasUrl(Protocol):
    """The settings, as far as an import needs them."""

    @property
    def url(self) -> str:
        """The database's address."""
        ...


def import_command(
    open_store: Callable[[str], Awaitable[Store]],
    settings: Callable[..., HasUrl],
    finish: Callable[[Coroutine[Any, Any, Any]], Any],
) -> click.Command:
    """The command, over the factory that opens a database, the settings, and what runs a coroutine to its end."""

    @click.command(name="servicenow")
    @click.argument("file", type=click.Path(path_type=Path))
    @click.option("--client", required=True, help="The client it is about, by key or name; made where there is none.")
    @click.option("--zone", required=True, help="The time zone of the log's times, such as Europe/London, or London.")
    @click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON, with every refusal.")
    @click.option("--data-dir", type=click.Path(path_type=Path), help="The desk's folder; ./var by default.")
    def servicenow(file: Path, client: str, zone: str, as_json: bool, data_dir: Path | None) -> None:
        """Replay a ServiceNow incident audit log (CSV) as requests.

        Nobody is told anything: no message leaves, and no deadline of the past rings. A row that cannot be is refused
        by itself, with its line and the reason. Doing it again adds nothing; after an interruption it goes on.

        \b
        steward import servicenow incident_event_log.csv --client "Acme Ltd" --zone Europe/London
        """
        url = settings(data_dir=data_dir).url

        async def work() -> Report:
            with progress("Replaying", quiet=as_json) as show:
                try:
                    return await import_servicenow(
                        lambda: open_store(url), file, client=client, zone=zone, progress=show
                    )
                except CannotImport as error:
                    raise click.ClickException(str(error)) from None
                except asyncio.CancelledError:
                    click.echo(f"\n{say.interrupted()}", err=True)
                    raise

        report = finish(work())
        if as_json:
            click.echo(json.dumps(report.as_json(), indent=2, ensure_ascii=False))
            return
        for line in _told(report):
            click.echo(line)

    return servicenow


def _told(report: Report) -> Iterator[str]:
    yield say.summary(
        report.client, report.requests_added, report.events_added, report.requests_refused, report.rows_refused
    )
    yield ""
    yield from say.figures(
        [
            (
                str(priority),
                report.breaches[priority],
                report.medians[priority][ClockKind.FIRST_RESPONSE],
                report.medians[priority][ClockKind.RESOLUTION],
            )
            for priority in Priority
        ]
    )
    if report.refused:
        yield ""
        yield from say.refusals([(r.line, r.number, r.reason) for r in report.refused])
