"""Accounts: whom a list of the settings let in, and who is to be taken out of where a platform let them in."""

from __future__ import annotations

from datetime import datetime

from bot.domain.people import Person
from bot.ports import Account, LetIn
from storage.instants import instant_or_none, micros_or_none
from storage.tx import Tx, ask


def let_in(account: Account, side: str) -> Tx[None]:
    """A list let it in, as that side's."""
    yield from ask("let_in", **named(account), side=side)


def not_by_list(account: Account) -> Tx[None]:
    """Whoever has it from now on was not let in by a list."""
    yield from ask("not_by_list", **named(account))


def everybody(platform: str) -> Tx[tuple[LetIn, ...]]:
    """Whom lists let in there."""
    rows = yield from ask("all_let_in", platform=platform)
    return tuple(
        LetIn(
            (row["platform"], row["workspace"], row["user_id"]),
            row["person"],
            row["side"],
            instant_or_none(row["missing_since"]),
            bool(row["out"]),
        )
        for row in rows
    )


def missing(account: Account, since: datetime | None) -> Tx[None]:
    """Since when no list names it any more (machine time); with None one does."""
    yield from ask("mark_missing", **named(account), since=micros_or_none(since))


def let_out(account: Account) -> Tx[None]:
    """It is put out, since no list names it any more."""
    yield from ask("let_out", **named(account))


def depart(account: Account, but: str = "") -> Tx[None]:
    """It is to be taken out, unless it is that person's."""
    yield from ask("depart", **named(account), but=but)


def depart_all_of(person: str) -> Tx[None]:
    """The same of all that a person has, who has left; what was said to them in a chat is changed there no more."""
    yield from ask("depart_all_of", person=person)
    yield from ask("forget_direct_slots", own=f"%dm:{person}", shared=f"%:private:{person}")


def depart_moved(person: Person) -> Tx[None]:
    """The same of somebody who stays, where they are another client's from now on, or have another role: of what they
    may read no more. To be asked for before that is written."""
    yield from ask("depart_moved", person=person.id, role=person.role.value, client=person.client or "")


def departures(platform: str) -> Tx[tuple[Account, ...]]:
    """Who is to be taken out there."""
    rows = yield from ask("departures", platform=platform)
    return tuple((platform, row["workspace"], row["user_id"]) for row in rows)


def departed(account: Account) -> Tx[None]:
    """It is out."""
    yield from ask("departed", **named(account))


def forget_slots(platform: str, pattern: str) -> Tx[None]:
    """What stands there under such names is changed there no more."""
    yield from ask("forget_slots_like", platform=platform, pattern=pattern)


def named(account: Account) -> dict[str, str]:
    """As columns."""
    platform, workspace, user = account
    return {"platform": platform, "workspace": workspace, "user_id": user}
