"""Frozen dataclasses that are made fast are like Python's own in all else."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy, deepcopy
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from pickle import dumps, loads

import pytest

from bot.domain.frozen import frozen


@frozen
class Quick:
    """All that a field can have."""

    name: str
    count: int = 1
    seen: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        if self.count < 0:
            raise ValueError("less than nothing")


@dataclass(frozen=True)
class Plain:
    """The same, as Python makes it."""

    name: str
    count: int = 1
    seen: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, slots=True)
class Slotted:
    """A parent that has no dictionary for its field."""

    name: str


MAKES: list[Callable[[type[Quick] | type[Plain]], Quick | Plain]] = [
    lambda cls: cls("a"),
    lambda cls: cls("a", 2, ["x"]),
    lambda cls: cls(name="a", seen=["x"]),
    lambda cls: replace(cls("a"), count=3),
]


@pytest.mark.parametrize("make", MAKES)
def test_it_holds_what_pythons_own_holds(make: Callable[[type[Quick] | type[Plain]], Quick | Plain]) -> None:
    """By position, by name, by default and by copy."""
    assert vars(make(Quick)) == vars(make(Plain))
    assert make(Quick) == make(Quick)
    assert [each.name for each in fields(Quick)] == [each.name for each in fields(Plain)]


def test_nothing_of_it_changes() -> None:
    """Not a field; and what a default makes is each one's own."""
    one, other = Quick("a"), Quick("a")
    with pytest.raises(FrozenInstanceError):
        one.count = 2  # pyright: ignore[reportAttributeAccessIssue]
    one.seen.append("x")
    assert other.seen == []


def test_what_is_wrong_is_refused() -> None:
    """What the class checks, what must be given, what it does not know; and a class that has no place for it."""
    with pytest.raises(ValueError, match="less than nothing"):
        Quick("a", -1)
    with pytest.raises(TypeError, match="name"):
        Quick()  # pyright: ignore[reportCallIssue]
    with pytest.raises(TypeError, match="size"):
        Quick("a", size=1)  # pyright: ignore[reportCallIssue]
    with pytest.raises(TypeError, match="has slots"):

        @frozen
        class Slim:  # pyright: ignore[reportUnusedClass]
            __slots__ = ("a",)
            a: int


def test_what_it_cannot_fill_is_refused():
    """A field that is not given by its place, one called as what fills it, and a parent that has slots."""
    with pytest.raises(TypeError, match=r"Late\.count is no field"):

        @frozen
        class Late:  # pyright: ignore[reportUnusedClass]
            count: int = field(default=1, init=False)

    with pytest.raises(TypeError, match=r"Apart\.count is no field"):

        @frozen
        class Apart:  # pyright: ignore[reportUnusedClass]
            count: int = field(default=1, kw_only=True)

    with pytest.raises(TypeError, match=r"Named\.own is no field"):

        @frozen
        class Named:  # pyright: ignore[reportUnusedClass]
            own: int

    with pytest.raises(TypeError, match="has slots"):

        @frozen
        class Heir(Slotted):  # pyright: ignore[reportUnusedClass]
            count: int


def test_it_is_copied_and_sent_like_any_other():
    """By all that copies without making anew."""
    made = Quick("a", 2, ["x"])
    assert copy(made) == deepcopy(made) == loads(dumps(made)) == made  # noqa: S301 -- its own
