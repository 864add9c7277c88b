"""Linking accounts: codes that are kept by their digest, wrong tries, and whose an account was before."""

from __future__ import annotations

from datetime import datetime

from bot.ports import Account
from storage.instants import micros
from storage.transactions import accounts
from storage.transactions.accounts import named
from storage.tx import Tx, ask, one


def put_code(person: str, digest: str, expires_at: datetime) -> Tx[None]:
    """Keep the digest of a person's code (machine time) instead of the one before."""
    yield from ask("put_link_code", person=person, digest=digest, expires_at=micros(expires_at))


def whose_code(digest: str, at: datetime) -> Tx[str | None]:
    """Whose code it is (machine time)."""
    row = yield from one("link_code_of", digest=digest, at=micros(at))
    return None if row is None else row["person"]


def use_code(digest: str, at: datetime) -> Tx[bool]:
    """Use it up (machine time); those that are too old go as well."""
    used = yield from one("use_link_code", digest=digest, at=micros(at))
    yield from ask("forget_link_codes", at=micros(at))
    return used is not None


def missed(who: str, at: datetime, until: datetime) -> Tx[int]:
    """Count a wrong try (machine time); those whose time is over are forgotten."""
    yield from ask("forget_link_tries", at=micros(at))
    row = yield from one("miss_link_code", who=who, until=micros(until))
    return row["tries"] if row else 0


def tries(who: str, at: datetime) -> Tx[int]:
    """How many wrong tries count (machine time)."""
    row = yield from one("link_tries", who=who, at=micros(at))
    return row["tries"] if row else 0


def former(account: Account) -> Tx[tuple[str, ...]]:
    """Whose an account was before, the last one first."""
    rows = yield from ask("former_owners", **named(account))
    return tuple(row["person"] for row in rows)


def give(account: Account, person: str) -> Tx[None]:
    """The account is that person's from now on; whose it was before is remembered."""
    yield from accounts.depart(account, but=person)
    yield from accounts.not_by_list(account)
    yield from ask("remember_owner", **named(account), but=person)
    yield from ask("forget_owner", **named(account), person=person)
    yield from ask("put_identity", **named(account), person=person)


def part(account: Account) -> Tx[None]:
    """The account is nobody's from now on; whose it was before is remembered."""
    yield from accounts.depart(account)
    yield from accounts.not_by_list(account)
    yield from ask("remember_owner", **named(account), but="")
    yield from ask("drop_identity", **named(account))
