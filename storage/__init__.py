"""The desk's memory on SQLite or PostgreSQL. `open_store(url)` is the way in, `read_store(url)` the one beside it."""

from storage.errors import BadUrl, CannotOpen, Failed, NotCopied, NotYet, SchemaOutdated, StorageError
from storage.open import open_store, read_store, upgrade_database
from storage.store import SqlStore

__all__ = [
    "BadUrl",
    "CannotOpen",
    "Failed",
    "NotCopied",
    "NotYet",
    "SchemaOutdated",
    "SqlStore",
    "StorageError",
    "open_store",
    "read_store",
    "upgrade_database",
]
