"""Asking the desk that runs here: on SQLite it alone may read its file."""

from __future__ import annotations

import httpx

_PATIENCE = 5.0
"""Seconds until a desk that does not answer counts as one that does not run."""


async def running(address: str, token: str) -> str | None:
    """What the desk at that address says of the name in the token: empty for somebody it knows, else a sentence.

    None where no desk answers there: it does not run, or something else has its port.
    """
    try:
        # The machine's own proxy settings are for the world outside.
        async with httpx.AsyncClient(timeout=_PATIENCE, trust_env=False) as client:
            answer = await client.get(f"{address}/login/known", params={"token": token})
        return str(answer.json()["words"]) if answer.status_code == 200 else None
    except (httpx.HTTPError, httpx.InvalidURL, LookupError, TypeError, ValueError):
        return None


def unsure(person: str) -> str:
    """Nobody could be asked."""
    return f"Whether the desk knows “{person}” could not be asked now: if it does not, the link will say so."
