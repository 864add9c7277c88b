"""The workspaces that let the desk in, and who is being asked whether theirs does."""

from __future__ import annotations

from datetime import datetime

from bot.ports import Asking, Installation, Kept
from storage.instants import instant, instant_or_none, micros
from storage.transactions import once
from storage.tx import Row, Tx, ask, one


def every() -> Tx[tuple[Installation, ...]]:
    """Every one there is or was, the oldest first."""
    return tuple(_installation(row) for row in (yield from ask("all_installations")))


def keep(made: Installation, link: str, link_until: datetime) -> Tx[Kept]:
    """Keep it, and use its link up; or say why not, and change nothing."""
    there = yield from one("side_of_installation", platform=made.platform, workspace=made.workspace)
    if there is not None and there["side"] != made.side:
        return Kept.OTHERS
    if not (yield from once.use_token(link, made.made_at, link_until)):
        return Kept.SPENT
    row = yield from one(
        "put_installation",
        platform=made.platform,
        workspace=made.workspace,
        name=made.name,
        side=made.side,
        secret=made.secret,
        made_at=micros(made.made_at),
    )
    return Kept.KEPT if row is not None else Kept.OTHERS


def gone(was: Installation, at: datetime, why: str) -> Tx[bool]:
    """Its token is deleted; False where that one is not there any more."""
    row = yield from one(
        "lose_installation",
        platform=was.platform,
        workspace=was.workspace,
        made_at=micros(was.made_at),
        at=micros(at),
        why=why,
    )
    return row is not None


def reseal(was: Installation, secret: str) -> Tx[bool]:
    """The same token, encrypted anew."""
    row = yield from one(
        "reseal_installation", platform=was.platform, workspace=was.workspace, before=was.secret, secret=secret
    )
    return row is not None


def spent(link: str) -> Tx[bool]:
    """Whether that link was used."""
    return (yield from one("token_was_used", token=link)) is not None


def begin(state: str, browser: str, asking: Asking, at: datetime, expires_at: datetime) -> Tx[None]:
    """Somebody is on their way; who did not come back in time is forgotten."""
    yield from ask("forget_oauth_states", at=micros(at))
    yield from ask(
        "put_oauth_state",
        digest=state,
        browser=browser,
        side=asking.side,
        link=asking.link,
        link_until=micros(asking.link_until),
        expires_at=micros(expires_at),
    )


def take(state: str, browser: str, at: datetime) -> Tx[Asking | None]:
    """They came back; the state is good no more."""
    row = yield from one("take_oauth_state", digest=state, browser=browser, at=micros(at))
    return None if row is None else Asking(row["side"], row["link"], instant(row["link_until"]))


def _installation(row: Row) -> Installation:
    return Installation(
        row["platform"],
        row["workspace"],
        row["name"],
        row["side"],
        row["secret"],
        instant(row["made_at"]),
        instant_or_none(row["gone_at"]),
        row["gone"],
    )
