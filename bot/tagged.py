"""Dataclasses read out of plain values, where a field `t` tells which of several kinds one is.

msgspec reads everything but such unions of dataclasses; what holds none is left to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import is_dataclass
from functools import cache, partial
from types import UnionType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

import msgspec

Reader = Callable[[Any], Any]


@cache
def reader(hint: Any) -> Reader:
    """What makes a value of that type of what JSON has. It raises ValueError for what does not fit, such as a tag that
    names nothing known; fields that are not known are passed over."""
    if not _tells_kinds(hint):
        return partial(msgspec.convert, type=hint)
    args = get_args(hint)
    if _is_union(hint):
        return partial(_one_of, {each.t: reader(each) for each in args})
    if get_origin(hint) is tuple:
        return partial(_each, reader(args[0]))
    return partial(_made, hint, {name: reader(each) for name, each in get_type_hints(hint).items()})


def _is_union(hint: Any) -> bool:
    return get_origin(hint) in (UnionType, Union) and all(is_dataclass(each) for each in get_args(hint))


@cache
def _tells_kinds(hint: Any) -> bool:
    """Whether a tag has to be looked at somewhere in a value of that type."""
    if _is_union(hint):
        return True
    if get_origin(hint) is tuple:
        return _tells_kinds(get_args(hint)[0])
    return isinstance(hint, type) and is_dataclass(hint) and any(map(_tells_kinds, get_type_hints(hint).values()))


def _one_of(readers: dict[str, Reader], value: Any) -> Any:
    tag = cast(dict[str, Any], value).get("t") if isinstance(value, dict) else None
    if not isinstance(tag, str) or tag not in readers:
        raise ValueError(f"“{tag}” is none of {', '.join(readers)}.")
    return readers[tag](value)


def _each(read: Reader, value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise ValueError(f"A list is expected, not {type(value).__name__}.")
    return tuple([read(one) for one in cast(list[Any], value)])


def _made(cls: type[Any], readers: dict[str, Reader], value: Any) -> Any:
    if not isinstance(value, dict):
        raise ValueError(f"The fields of a {cls.__name__} are expected, not {type(value).__name__}.")
    given = cast(dict[str, Any], value)
    try:
        return cls(**{name: readers[name](each) for name, each in given.items() if name in readers})
    except TypeError as error:  # a field is missing
        raise ValueError(f"{cls.__name__}: {error}") from error
