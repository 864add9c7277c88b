"""What a token may: never more than its person may by now, of one client where it says so, and only for so long."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.people import Client, Directory, Person, Role
from bot.domain.playbooks import SavedReply
from bot.domain.tokens import Token, TokenError, end_of, narrowed

NOW = datetime(2026, 6, 9, 9, tzinfo=UTC)
PEOPLE = (
    Person("sam", "Sam Ito", Role.ENGINEER),
    Person("dana", "Dana", Role.CLIENT, "Europe/London", "ACME"),
    Person("mia", "Mia", Role.CLIENT, "Europe/Paris", "GLOBEX"),
    Person("gone", "Gone", Role.LEAD, active=False),
)
DESK = Directory(
    clients={key: Client(key, key.title(), "Europe/London") for key in ("ACME", "GLOBEX")},
    people={person.id: person for person in PEOPLE},
    replies={"x": SavedReply("x", "Hi", "GLOBEX"), "y": SavedReply("y", "Hi")},
)


def token(holder: str, role: Role = Role.ENGINEER, client: str = "") -> Token:
    return Token("t", holder, role, client, "lee", NOW)


def test_a_persons_token_may_at_most_what_they_may():
    """A lead's token of somebody who is an engineer by now is an engineer's; a lower role stays lower."""
    sam = token("sam", Role.LEAD).person(DESK)
    assert sam == replace(PEOPLE[0], via="t")
    lead = replace(DESK, people={"sam": replace(PEOPLE[0], role=Role.LEAD)})
    assert (found := token("sam").person(lead)) is not None
    assert found.role is Role.ENGINEER


@pytest.mark.parametrize(
    "made",
    [
        token("gone", Role.LEAD),
        token("nobody"),
        token("dana", Role.CLIENT, "GLOBEX"),
        token("sam", Role.CLIENT),
        token("api:ci", client="OLD"),
    ],
)
def test_by_some_tokens_nobody_acts(made: Token):
    """Who has left, never was, moved to another client, or is a client by word only; a client there is no more."""
    assert made.person(DESK) is None


def test_a_service_is_who_its_token_says():
    """Of one client, or the team's; its name is all it has beside."""
    ours = token("api:ci").person(DESK)
    theirs = token("api:app", Role.CLIENT, "ACME").person(DESK)
    assert ours
    assert theirs
    assert (ours.name, ours.is_staff, ours.inside, ours.kept_to, ours.client) == ("ci", True, True, None, None)
    assert (theirs.zone, theirs.is_staff, theirs.kept_to, theirs.client) == ("Europe/London", False, "ACME", "ACME")


def test_the_team_kept_to_one_client_reads_what_the_client_may():
    """It acts as the team, and stands outside."""
    sam = token("sam", client="ACME").person(DESK)
    assert sam
    assert (sam.is_staff, sam.inside, sam.kept_to) == (True, False, "ACME")
    known = narrowed(DESK, "ACME")
    assert list(known.clients) == ["ACME"]
    assert list(known.people) == ["sam", "dana", "gone"]
    assert list(known.replies) == ["y"]
    assert PEOPLE[1].kept_to == "ACME"
    assert PEOPLE[0].kept_to is None


def test_it_is_over_at_its_end_and_once_revoked():
    """At the very instant."""
    ends = replace(token("sam"), expires_at=NOW + timedelta(hours=1))
    assert not ends.over(NOW)
    assert ends.over(NOW + timedelta(hours=1))
    assert replace(token("sam"), revoked_at=NOW).over(NOW)
    assert not token("sam").over(NOW + timedelta(days=9999))


@pytest.mark.parametrize(
    ("words", "end"),
    [
        ("", None),
        ("Never", None),
        ("none", None),
        ("12h", NOW + timedelta(hours=12)),
        ("90 days", NOW + timedelta(days=90)),
        ("2w", NOW + timedelta(weeks=2)),
        ("2027-01-31", datetime(2027, 1, 31, tzinfo=UTC)),
    ],
)
def test_when_it_ends_is_said_in_words(words: str, end: datetime | None):
    """A length, a day, or never."""
    assert end_of(words, NOW) == end


@pytest.mark.parametrize("words", ["soon", "90", "-1d", "99999d", "2027-13-01", "٩d"])
def test_an_end_that_is_none(words: str):
    """It is named with what would do."""
    with pytest.raises(TokenError, match="Say 90d"):
        end_of(words, NOW)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": "CI"}, "small letters"),
        ({"holder": "api:"}, "A service's name"),
        ({"role": Role.DESK}, "is one of client"),
        ({"holder": "api:x", "role": Role.CLIENT}, "name the client"),
        ({"expires_at": NOW}, "over before it begins"),
    ],
)
def test_a_token_that_cannot_be(change: dict[str, object], says: str):
    """Refused with the mend."""
    with pytest.raises(TokenError, match=says):
        replace(token("sam"), **change)  # pyright: ignore[reportArgumentType]
