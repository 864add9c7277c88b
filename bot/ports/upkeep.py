"""Looking after the database: backups, bringing one back, moving a desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.ports.change import Draft


@dataclass(frozen=True)
class Restored:
    """A desk that was brought back. All instants are desk time."""

    at: datetime
    since: datetime
    """From when on the desk does not know what happened: the backup was made then, or something was last written."""
    pending: int
    """Messages that may have been sent meanwhile: they are looked for before they go."""
    last_number: int
    """The newest request number the backup knows."""
    next_number: int
    """The number of the next request; those between may have been given by the desk that was lost."""


@dataclass(frozen=True)
class Lost:
    """What the latest restore left behind. Instants are desk time."""

    at: datetime
    since: datetime
    """The desk does not know what happened from here until `at`."""
    first: int
    last: int
    """Numbers of requests that may have been opened in that time."""


@dataclass(frozen=True)
class BroughtBack:
    """What a restore did."""

    restored: Restored
    kept: str
    """Where what was there before is kept; empty where nothing was, or where it was not this that put it there."""
    wrong: tuple[str, ...]
    """What is wrong with what came back, a line each."""


@dataclass(frozen=True)
class Backup:
    """A backup that was made and looked at."""

    file: str
    size: int
    """Bytes."""
    release: str
    """The schema's."""
    requests: int
    last_at: datetime | None
    """When something was last written into a history; None where there is none."""
    seconds: float


@dataclass(frozen=True)
class Copied:
    """A desk that was moved, and compared row by row."""

    tables: int
    rows: int
    there: int
    """Rows that an earlier, cut short copy had brought already."""
    digest: str
    """Of all rows, the same on both sides."""
    seconds: float


Progress = Callable[[int, int], None]
"""Told how many of how many are done."""
Tell = Callable[[Restored], Draft]
"""What the team reads of it."""


class Upkeep(Protocol):
    """The database's own work. Each raises errors in a line that names the mend, and leaves what was there."""

    async def back_up(self, url: str, file: Path, *, now: datetime, force: bool, progress: Progress) -> Backup:
        """Copy the database into a file, beside whatever desk runs on it; an existing one is replaced with `force`."""
        ...

    async def restore(
        self, url: str, file: Path, *, now: datetime, tell: Tell, first_number: int, progress: Progress
    ) -> BroughtBack:
        """Put a backup in the place of what is there, which is kept. Request numbers go on at `first_number` or
        later."""
        ...

    async def mark_restored(self, url: str, *, now: datetime, tell: Tell, first_number: int) -> BroughtBack:
        """Say that the database was brought back by other means."""
        ...

    async def copy(self, source: str, target: str, *, progress: Progress) -> Copied:
        """Move a desk to another database, and compare every row; a copy that was cut short goes on."""
        ...
