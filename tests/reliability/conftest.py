"""One mother for all desks that are killed: what she imports takes seconds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from trial import Mother


@pytest.fixture(scope="session")
def mother() -> Iterator[Mother]:
    """Makes the desks; hers end with her."""
    with Mother() as made:
        yield made
