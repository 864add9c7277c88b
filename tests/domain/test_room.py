"""Who has room: limits, leave in each one's own zone, and turns."""

from __future__ import annotations

from datetime import date

import pytest
from histories import t
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.capacity import Load, away, full, in_turn, next_in_turn
from bot.domain.people import Person, Role
from bot.domain.work import CapacityError, Leave, Work, back, with_leave

JAN = {n: date(2026, 1, n) for n in range(1, 32)}


def one(id: str, limit: int = 0, *leave: Leave, zone: str = "UTC") -> Person:
    return Person(id, id.title(), Role.ENGINEER, zone, work=Work(limit, leave))


def test_a_leave_is_whole_days_of_the_persons_own_zone():
    """In Auckland the 12th begins half a day before London's, and ends before it."""
    kim = one("kim", 0, Leave(JAN[12], JAN[13]), zone="Pacific/Auckland")
    assert away(kim, t("11 11:00")) == Leave(JAN[12], JAN[13])
    assert away(kim, t("11 10:59")) is None
    assert away(kim, t("13 10:59")) is not None
    assert away(kim, t("13 11:00")) is None


def test_leaves_that_touch_become_one_and_past_ones_are_forgotten():
    """In order; a gap of a day keeps them apart."""
    work = Work(5, (Leave(JAN[1], JAN[2]), Leave(JAN[12], JAN[14]), Leave(JAN[20], JAN[21])))
    joined = with_leave(work, Leave(JAN[15], JAN[18]), JAN[10])
    assert joined == Work(5, (Leave(JAN[12], JAN[18]), Leave(JAN[20], JAN[21])))
    assert with_leave(joined, Leave(JAN[19], JAN[19]), JAN[10]).leave == (Leave(JAN[12], JAN[21]),)
    assert back(joined, JAN[13]) == (Work(5, (Leave(JAN[20], JAN[21]),)), (Leave(JAN[12], JAN[18]),))


def test_whoever_is_here_takes_back_what_was_planned():
    """All that is to come, and nothing where there is nothing."""
    planned = Work(5, (Leave(JAN[1], JAN[2]), Leave(JAN[12], JAN[14]), Leave(JAN[20], JAN[21])))
    assert back(planned, JAN[5]) == (Work(5), planned.leave[1:])
    assert back(Work(5), JAN[5]) == (Work(5), ())


@pytest.mark.parametrize("make", [lambda: Leave(JAN[2], JAN[1]), lambda: Work(-1), lambda: Work(501)])
def test_what_cannot_be_kept_says_so(make):
    """A leave that ends before it begins, a limit that is none."""
    with pytest.raises(CapacityError):
        make()


def test_the_one_with_the_most_room_is_next():
    """Measured by their limit; who is away or full is passed over; where nobody has room there is none."""
    sam, kim, ann = one("sam", 10), one("kim", 2), one("ann", 10, Leave(JAN[12], JAN[12]))
    now = t("12 10:00")
    assert in_turn([sam, kim, ann], {"sam": Load(4), "kim": Load(1)}, at=now, number=1) == sam
    assert in_turn([sam, kim, ann], {"sam": Load(6), "kim": Load(1)}, at=now, number=1) == kim
    assert in_turn([kim, ann], {"kim": Load(2)}, at=now, number=1) is None
    assert not full(one("x"), 999)
    assert full(kim, 2)


@given(st.integers(2, 5), st.integers(1, 40))
def test_equals_take_turns(people: int, requests: int):
    """However many come, no two differ by more than one."""
    team = [one(f"p{n}") for n in range(people)]
    loads: dict[str, Load] = {}
    for number in range(requests):
        person = in_turn(team, loads, at=t("12 10:00"), number=number)
        assert person is not None
        loads[person.id] = Load(loads.get(person.id, Load(0)).open + 1)
    assert max(loads.values()).open - min(loads.get(p.id, Load(0)).open for p in team) <= 1


def test_who_has_less_that_is_open_or_late_is_next_also_without_limits():
    """Open requests first, and late ones twice; an engineer who is late with something goes before no lead."""
    sam, kim, priya = one("sam"), one("kim"), one("priya")
    now = t("12 10:00")

    def chosen(**loads: Load) -> str | None:
        found = next_in_turn([sam, kim], [priya], loads, at=now, number=2)
        return found.id if found else None

    assert chosen(sam=Load(3), kim=Load(2), priya=Load(0)) == "kim"
    assert chosen(sam=Load(3), kim=Load(2, 1)) == "sam"
    assert chosen(sam=Load(2, 1), kim=Load(2, 2), priya=Load(5)) == "sam"
    assert chosen(sam=Load(3, 1), kim=Load(2, 1), priya=Load(5)) == "kim"
    assert chosen(sam=Load(3, 1), kim=Load(2, 2), priya=Load(1)) == "priya"
    limited = one("ann", 5)
    assert next_in_turn([limited], [priya], {"ann": Load(4, 2)}, at=now, number=1) == limited  # a limit says their room
    assert next_in_turn([limited], [priya], {"ann": Load(5)}, at=now, number=1) == priya
    assert next_in_turn([limited], [], {"ann": Load(5)}, at=now, number=1) is None
