"""What can go wrong before a store is open. Each message is one line and names the mend; none repeats a password."""

from __future__ import annotations


class StorageError(Exception):
    """The database cannot be used as it is."""


class BadUrl(StorageError):
    """The setting names no database this release knows."""


class CannotOpen(StorageError):
    """The database is named well, but it cannot be reached or is none."""


class SchemaOutdated(StorageError):
    """The tables are of another release: behind this one, or ahead of it."""
