"""What a message has room for: so many files, each so large, and all of them together."""

from __future__ import annotations

import pytest

from bot.domain.files import COUNT_LIMIT, SIZE_LIMIT, WHOLE_LIMIT, Attachment, fits, left

LARGE = Attachment("f", "dump.bin", "application/octet-stream", SIZE_LIMIT)
SMALL = Attachment("g", "log.txt", "text/plain", 1)


@pytest.mark.parametrize(
    ("others", "size", "there_is_room"),
    [
        ((), SIZE_LIMIT, True),
        ((), SIZE_LIMIT + 1, False),
        ((SMALL,) * (COUNT_LIMIT - 1), 1, True),
        ((SMALL,) * COUNT_LIMIT, 1, False),
        ((LARGE,) * (WHOLE_LIMIT // SIZE_LIMIT - 1), SIZE_LIMIT, True),
        ((*(LARGE,) * (WHOLE_LIMIT // SIZE_LIMIT - 1), SMALL), SIZE_LIMIT, False),
        ((left("a", "", SIZE_LIMIT),) * (COUNT_LIMIT + 1), SIZE_LIMIT, True),
    ],
    ids=["one", "too large", "the last", "too many", "together", "too large together", "what stays takes no room"],
)
def test_a_file_has_room_beside_the_others(others: tuple[Attachment, ...], size: int, there_is_room: bool):
    """By its own size, by how many there are, and by what all of them have together."""
    assert fits(others, size) is there_is_room
