"""Frozen dataclasses that are made fast are like Python's own in all else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace

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
