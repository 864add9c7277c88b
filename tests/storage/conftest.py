"""The contract suite runs on both databases: `store` here is each in turn."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from store_builders import DIRECTORY

from storage import SqlStore, open_store


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database, of each kind in turn."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest_asyncio.fixture
async def store(url: str) -> AsyncIterator[SqlStore]:
    """A store with a client, a few people, hours and a policy."""
    opened = await open_store(url)
    try:
        await opened.edit_directory(DIRECTORY)
        yield opened
    finally:
        await opened.close()
