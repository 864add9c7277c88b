"""Bring the history of another system: a ServiceNow audit log becomes requests with their whole past.

Doing it twice adds nothing, and an import that was cut off goes on where it stopped: each row is an inbound event.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from bot.clock import SimulatedClock, SystemClock
from bot.desk.context import Desk, Rules
from bot.desk.importing.log import Refused, read_log
from bot.desk.importing.people import Cast, checked_name, client_of
from bot.desk.importing.replay import Replay
from bot.desk.importing.report import Report, breaches, medians
from bot.desk.importing.rows import CannotImport
from bot.desk.zones import zone_named
from bot.domain.calendar import CalendarError
from bot.domain.calendar import zone as zone_of
from bot.ports import DirectoryEdit, Store

__all__ = ["CannotImport", "Refused", "Report", "import_servicenow"]

Progress = Callable[[int, int], None]
"""Told how many acts of how many are done."""


async def import_servicenow(
    open_store: Callable[[], Awaitable[Store]],
    file: Path,
    *,
    client: str,
    zone: str,
    progress: Progress = lambda done, total: None,
) -> Report:
    """Replay an audit log for a client, its local times being of that zone. Opens the store once the file is read.

    Raises CannotImport where the file, the client's name or the zone cannot be used. Refused rows are in the report.
    """
    name = checked_name(client)
    try:
        zone = zone_named(zone)
        log = read_log(file, zone_of(zone), latest=SystemClock().now())
    except CalendarError as error:
        raise CannotImport(str(error)) from error
    store = await open_store()
    try:
        directory = await store.directory()
        of, edit = client_of(name, zone, directory)
        cast = Cast(of, zone)
        edit = replace(edit, people=cast.missing(log, directory))
        if log.incidents and edit != DirectoryEdit():
            await store.edit_directory(edit)
            directory = await store.directory()
        clock = SimulatedClock(min((i.opened_at for i in log.incidents), default=SystemClock().now()))
        replay = Replay(Desk(store, clock, Rules(silent=True), suppressed=True), clock, directory, cast)
        await replay.run(log.incidents, progress)
        refused = (*log.refused_rows, *replay.refused)
        return Report(
            client=of.key,
            requests_added=replay.added,
            requests_refused=len(log.refused_incidents),
            events_added=replay.events,
            rows_refused=len(refused),
            breaches=breaches(replay.requests),
            medians=medians(replay.requests, directory.calendars),
            refused=tuple(sorted((*refused, *log.refused_incidents), key=lambda r: r.line)),
        )
    finally:
        await store.close()
