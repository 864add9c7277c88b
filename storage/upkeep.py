"""`bot.ports.Upkeep` over both databases."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from bot.ports import Backup, BroughtBack, Copied
from bot.ports.upkeep import Progress, Tell
from storage import backup, moving, restoring


class SqlUpkeep:
    """Backups, bringing one back, moving a desk."""

    async def back_up(self, url: str, file: Path, *, now: datetime, force: bool, progress: Progress) -> Backup:
        """Copy the database into a file, beside whatever desk runs on it."""
        return await backup.back_up(url, file, now=now, force=force, progress=progress)

    async def restore(
        self, url: str, file: Path, *, now: datetime, tell: Tell, first_number: int, progress: Progress
    ) -> BroughtBack:
        """Put a backup in the place of what is there, which is kept."""
        return await restoring.restore(url, file, now=now, tell=tell, first_number=first_number, progress=progress)

    async def mark_restored(self, url: str, *, now: datetime, tell: Tell, first_number: int) -> BroughtBack:
        """Say that the database was brought back by other means."""
        return await restoring.mark_restored(url, now=now, tell=tell, first_number=first_number)

    async def copy(self, source: str, target: str, *, progress: Progress) -> Copied:
        """Move a desk to another database, and compare every row."""
        return await moving.copy(source, target, progress=progress)
