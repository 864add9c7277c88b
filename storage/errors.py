"""What can go wrong with a database. Each message is one line and names the mend; none repeats a password."""

from __future__ import annotations


def reason(error: BaseException) -> str:
    """In one line what a driver says in many; SQLAlchemy wraps the driver's error in the statement and a link."""
    return " ".join(str(getattr(error, "orig", None) or error).split()) or type(error).__name__


class StorageError(Exception):
    """The database cannot be used as it is."""


class BadUrl(StorageError):
    """The setting names no database this release knows."""


class CannotOpen(StorageError):
    """The database is named well, but it cannot be reached or is none."""


class Failed(StorageError):
    """An open database does not do what it should: it is damaged, full or away. The cause is the driver's error."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__(
            f"The database failed ({reason(cause)}): see that it runs and has room, then have it checked with "
            "`steward db check`."
        )


class Damaged(StorageError, LookupError):
    """A row that each database of this release has is gone."""


class SchemaOutdated(StorageError):
    """The tables are of another release: behind this one, or ahead of it."""


class NotYet(StorageError):
    """The database is no desk's that may run: a backup nobody said was brought back, or a copy that was cut short."""


class NotCopied(StorageError):
    """A backup, a restored desk or a copy could not be made; what was there before is as it was."""
