"""What opening a PostgreSQL database takes."""

from __future__ import annotations

import asyncpg

from storage.postgres.runner import connect

ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError)
"""What the driver raises."""
ABSENT = asyncpg.InvalidCatalogNameError
"""And what for a database that the server does not have."""

# In the desk's own schema alone; where that is not there yet, nothing is.
_IS_THERE = "SELECT to_regclass(quote_ident(current_schema()) || '.alembic_version')"


async def release(dsn: str, query: str) -> str | None:
    """What the query says of the release that a database is at; None for one without any tables of Steward's."""
    connection = await asyncpg.connect(dsn)
    try:
        return None if await connection.fetchval(_IS_THERE) is None else await connection.fetchval(query)
    finally:
        await connection.close()


__all__ = ["ABSENT", "ERRORS", "connect", "release"]
