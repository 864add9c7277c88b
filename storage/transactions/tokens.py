"""The API's tokens: kept by their digest, so that nobody who reads the database holds one."""

from __future__ import annotations

from datetime import datetime

from bot.domain.people import Role
from bot.domain.tokens import Token
from storage.instants import instant, instant_or_none, micros, micros_or_none
from storage.tx import Row, Tx, ask, one


def add(token: Token, digest: str) -> Tx[bool]:
    """Keep it; False where there is, or was, another of that name."""
    row = yield from one(
        "add_token",
        name=token.name,
        digest=digest,
        holder=token.holder,
        role=token.role.value,
        client=token.client,
        made_by=token.made_by,
        made_at=micros(token.made_at),
        expires_at=micros_or_none(token.expires_at),
    )
    return row is not None


def every() -> Tx[tuple[Token, ...]]:
    """Every one there is or was, by name."""
    return tuple(_token(row) for row in (yield from ask("all_tokens")))


def find(digest: str) -> Tx[Token | None]:
    """The one with that digest."""
    row = yield from one("token_of", digest=digest)
    return None if row is None else _token(row)


def use(name: str, at: datetime) -> Tx[None]:
    """It was used then."""
    yield from ask("token_used", name=name, at=micros(at))


def revoke(name: str, at: datetime) -> Tx[bool]:
    """It is good no more; False where there is none that was."""
    return (yield from one("revoke_token", name=name, at=micros(at))) is not None


def _token(row: Row) -> Token:
    return Token(
        row["name"],
        row["holder"],
        Role(row["role"]),
        row["client"],
        row["made_by"],
        instant(row["made_at"]),
        instant_or_none(row["expires_at"]),
        instant_or_none(row["used_at"]),
        instant_or_none(row["revoked_at"]),
    )
