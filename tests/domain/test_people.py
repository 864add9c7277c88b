"""Who is who."""

from __future__ import annotations

from dataclasses import replace

import pytest
from histories import DANA, PRIYA, SAM

from bot.domain.people import DESK, Directory, Person, Role
from bot.domain.policy import Policy

LEE = Person("lee", "Lee", Role.LEAD)
GONE = Person("gus", "Gus", Role.ENGINEER, active=False)
OTHER = Person("otto", "Otto", Role.CLIENT, client="OTHER")
ANNA = Person("anna", "Anna", Role.CLIENT, client="ACME")
PEOPLE = (SAM, PRIYA, LEE, DANA, ANNA, OTHER, GONE, replace(DANA, id="old", name="Old", active=False))
DIRECTORY = Directory(people={p.id: p for p in PEOPLE})


@pytest.mark.parametrize(
    ("role", "is_staff"),
    [(Role.CLIENT, False), (Role.ENGINEER, True), (Role.LEAD, True), (Role.MANAGER, True), (Role.DESK, False)],
)
def test_staff_are_people_of_the_team(role: Role, is_staff: bool):
    """Neither clients nor the desk itself answer for the team (rule 5)."""
    assert role.is_staff is is_staff


def test_who_left_is_no_longer_staff():
    """What counts is who somebody is now."""
    assert SAM.is_staff
    assert not GONE.is_staff
    assert not DANA.is_staff


def test_people_are_found_by_id():
    """The desk is somebody; nobody, and somebody unknown, is none."""
    assert DIRECTORY.person("sam") is SAM
    assert DIRECTORY.person("desk") is DESK
    assert DIRECTORY.person("nobody") is None
    assert DIRECTORY.person(None) is None


def test_everybody_has_a_name_to_show():
    """Also those who have left the directory."""
    assert DIRECTORY.name_of("sam") == "Sam"
    assert DIRECTORY.name_of("desk") == "Steward"
    assert DIRECTORY.name_of("nobody") == "somebody"
    assert DIRECTORY.name_of(None) == "somebody"


def test_the_team_is_listed_by_name():
    """Active people only, of any role or of the roles asked for."""
    assert DIRECTORY.staff() == [LEE, PRIYA, SAM]
    assert DIRECTORY.staff(Role.LEAD, Role.MANAGER) == [LEE, PRIYA]
    assert DIRECTORY.staff(Role.CLIENT) == []


def test_a_clients_people_are_listed_by_name():
    """Their own active ones, nobody else's."""
    assert DIRECTORY.people_of("ACME") == [ANNA, DANA]
    assert DIRECTORY.people_of("NONE") == []


def test_names_come_apart_into_their_words():
    """Every word of an active person's name, in lower case; those of people who left are not known any more."""
    directory = Directory(people={"x": Person("x", "Ada King-Noel LOVELACE", Role.ENGINEER), GONE.id: GONE})
    assert directory.name_words() == {"ada", "king-noel", "lovelace"}


def test_a_client_is_promised_nothing_before_it_has_a_policy():
    """One of another client is none of its own; each version of its own is told apart."""
    first = Policy("Gold", "ACME", "always@1", {})
    directory = replace(DIRECTORY, versions={p.ref: p for p in (first, replace(first, version=2))})
    assert {policy.version for policy in directory.promises_to("ACME")} == {1, 2}
    assert directory.promises_to("OTHER") == ()
