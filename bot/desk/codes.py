"""Codes that somebody types from a screen: drawn at random, and kept as a digest alone."""

from __future__ import annotations

import hashlib
import secrets

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without those that look alike."""


def drawn() -> str:
    """A new one, as it is shown."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(10))
    return f"{letters[:5]}-{letters[5:]}"


def digest(purpose: str, code: str) -> str:
    """What is kept of it, however it is typed; one for another purpose is another one."""
    bare = "".join(letter for letter in code.upper() if letter in _LETTERS)
    return hashlib.sha256(f"steward {purpose} {bare}".encode()).hexdigest()
