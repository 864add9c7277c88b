"""Frozen dataclasses with other values, made fast: following a history makes thousands of them."""

from __future__ import annotations

from dataclasses import fields as fields_of
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


def replace(thing: T, **fields: Any) -> T:
    """A copy with these fields changed, as `dataclasses.replace` makes it and in a tenth of its time.

    For classes that check nothing when they are made: `__post_init__` is not called. Raises TypeError for a field that
    there is not.
    """
    known = _fields(type(thing))
    if not fields.keys() <= known:
        raise TypeError(f"{type(thing).__name__} has no {', '.join(sorted(fields.keys() - known))}")
    copy = object.__new__(type(thing))
    # What was read may leave a default to its class.
    copy.__dict__.update(thing.__dict__, **fields)
    return copy


@cache
def _fields(cls: type[Any]) -> frozenset[str]:
    return frozenset(each.name for each in fields_of(cls))
