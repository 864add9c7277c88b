"""The steps by which a schema becomes the next release, as Alembic wants them; one file each in `versions`."""

from pathlib import Path

MIGRATIONS = Path(__file__).parent
