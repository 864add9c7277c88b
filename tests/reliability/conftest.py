"""What the tests of the desk that dies share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from trial import Mother

from storage import SqlStore, open_store


@pytest.fixture(scope="session")
def mother() -> Iterator[Mother]:
    """Makes the desks that are killed; hers end with her. What she imports takes seconds."""
    with Mother() as made:
        yield made


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database, of each kind in turn."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest_asyncio.fixture
async def any_store(any_url: str) -> AsyncIterator[SqlStore]:
    """An empty store, on each database in turn."""
    opened = await open_store(any_url)
    try:
        yield opened
    finally:
        await opened.close()
