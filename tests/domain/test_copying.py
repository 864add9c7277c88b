"""Copies of frozen dataclasses."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from dataclasses import replace as slowly

import pytest
from histories import Story, terms

from bot.domain import alarms, attention, clocks, parts, standing
from bot.domain.copying import replace


def test_a_copy_is_what_the_standard_library_makes():
    """The same class and values, equal and of the same hash, and the first is left alone."""
    clock = Story(terms(first_response=60)).state.clocks[0]
    copy = replace(clock, cycle=7, reported=True)
    assert copy == slowly(clock, cycle=7, reported=True)
    assert (type(copy), clock.cycle, clock.reported) == (type(clock), 1, False)


def test_a_field_that_there_is_not_is_refused():
    """A slip of the pen is no silent extra."""
    with pytest.raises(TypeError, match="Clock has no cycel, kindd"):
        replace(Story(terms(first_response=60)).state.clocks[0], cycel=2, kindd=3)


@pytest.mark.parametrize("module", [alarms, attention, clocks, parts, standing])
def test_what_is_copied_checks_nothing_when_it_is_made(module: object):
    """Its checks would be passed over: such a class is copied by the standard library."""
    made = [each for each in vars(module).values() if isinstance(each, type) and each.__module__ == module.__name__]
    for each in made:
        if is_dataclass(each):
            assert not hasattr(each, "__post_init__"), each
            assert all(field.init for field in fields(each)), each
