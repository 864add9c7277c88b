"""A store to read from: on both databases it cannot write, whatever is asked of it."""

from __future__ import annotations

import pytest
from store_builders import opening

from bot.ports import Change
from storage import Failed, SqlStore, read_store

pytestmark = pytest.mark.asyncio


async def test_who_reads_cannot_write(url: str, store: SqlStore) -> None:
    """Beside the owner, and alone with the database."""
    await store.commit(Change(requests=(opening(1),)))
    for _ in range(2):
        reader = await read_store(url)
        try:
            with pytest.raises(Failed, match=r"read-?only"):
                await reader.commit(Change(requests=(opening(2),)))
            with pytest.raises(Failed, match=r"read-?only"):
                await reader.reserve_number()
            assert await reader.request(1) == opening(1).request
            assert await reader.request(2) is None
        finally:
            await reader.close()
        await store.close()
