"""Who is meant by an @name: somebody, exactly one, or nobody."""

from __future__ import annotations

import pytest

from bot.domain.mentions import called, handles, named, pattern
from bot.domain.people import Person, Role

SAM, SAMUEL = Person("sam", "Sam Ito", Role.ENGINEER), Person("sam-2", "Sam Bell", Role.ENGINEER)
DANA, TWIN = Person("dana", "Dana Reyes", Role.CLIENT), Person("dana-3", "Dana Reyes", Role.CLIENT)
BLANK = Person("blank", " ", Role.CLIENT)
ALL = (SAM, SAMUEL, DANA, TWIN, BLANK)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("@Sam Ito, please", ["sam"]),
        ("@sam bell and @SAM: ITO", ["sam-2", "sam"]),
        ("@sam @sam-2 @sam", ["sam", "sam-2"]),
        ("@Dana Reyes", ["dana"]),
        ("mail sam@sam.example or a/@sam", []),
        ("@samantha @sam-other", []),
        ("nobody", []),
    ],
)
def test_who_is_named(text: str, ids: list[str]):
    """By id, by whole name, by a first name that only one has; an id goes before a name that reads the same."""
    assert named(text, ALL) == ids


def test_a_name_that_two_have_names_neither():
    """The first “Dana” is an id, the whole name is nobody's alone."""
    assert "dana reyes" not in handles(ALL)
    assert named("@Dana Reyes", (TWIN, DANA)) == ["dana"]
    assert named("@Dana Reyes", (TWIN, Person("d4", "Dana Reyes", Role.CLIENT))) == []
    assert pattern(()) is None


@pytest.mark.parametrize("person", ALL, ids=lambda p: p.id)
def test_whoever_is_called_so_is_meant(person: Person):
    """Whatever others are called: what names somebody names them, and as shortly as can be."""
    assert named(f"@{called(person, ALL)}: look", ALL) == [person.id]
    assert called(SAM, ALL) == "Sam"
    assert called(SAMUEL, ALL) == "Sam Bell"
    assert called(TWIN, ALL) == "dana-3"
