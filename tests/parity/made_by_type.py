"""One value of any type that the desk's code asks for, made from its annotations alone."""

from __future__ import annotations

import types
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from inspect import Parameter, signature
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

NOW = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)
DEEP = 6
"""How far values within values are made where they might as well be left out."""

BARE = "bare"
"""Among what is known: that whatever may be nothing is nothing."""

T = TypeVar("T")

PLAIN: dict[Any, Any] = {
    int: 3,
    float: 1.5,
    bool: True,
    bytes: b"x",
    datetime: NOW,
    date: NOW.date(),
    time: time(9, 30),
    timedelta: timedelta(minutes=90),
    ZoneInfo: ZoneInfo("Europe/London"),
    Any: "anything",
    object: "anything",
    type(None): None,
    None: None,
}
WORDS: dict[str, str] = {
    "zone": "Europe/London",
    "time_zone": "Europe/London",
    "ref": "ACME-3",
    "client": "ACME",
    "side": "ACME",
    "command": "show",
    "verb": "show",
    "key": "ACME",
}
"""Texts that must be of a certain make, by what they are called."""


def made(wanted: Any, called: str = "", deep: int = 0, known: Mapping[Any, Any] | None = None) -> Any:
    """A value of that type. `known` are values that no annotation tells how to make, by their type; `called` is what it
    is for, which a text says."""
    known = known or {}
    if isinstance(wanted, type | types.UnionType) and wanted in known:
        return known[wanted]
    if wanted is str:
        return WORDS.get(called, f"some {called.replace('_', ' ')}".strip())
    if (isinstance(wanted, type) and wanted in PLAIN) or wanted in (Any, None):
        return PLAIN[wanted]
    origin, args = get_origin(wanted), get_args(wanted)
    if origin is Annotated:
        return made(args[0], called, deep, known)
    if origin is Literal:
        return args[0]
    if origin in (Union, types.UnionType):
        if type(None) in args and (deep >= DEEP or known.get(BARE)):
            return None
        return made(next(each for each in args if each is not type(None)), called, deep, known)
    if origin is tuple:
        each = args[:1] if args[1:] == (Ellipsis,) else args
        return tuple(made(one, called, deep + 1, known) for one in each)
    if origin in (Sequence, Collection, Iterable, list):
        return [made(args[0], called, deep + 1, known)]
    if origin in (set, frozenset):
        return origin({made(args[0], called, deep + 1, known)})
    if origin is Counter or wanted is Counter:
        return Counter({made(args[0], called, deep + 1, known): 2})
    if origin in (Mapping, dict):
        keys = list(args[0]) if isinstance(args[0], type) and issubclass(args[0], Enum) else [made(args[0], "key")]
        # Whichever other key is looked up has a value too.
        more = defaultdict(lambda: made(args[1], called, deep + 1, known))
        return more if args[1] is Any else more | {key: made(args[1], called, deep + 1, known) for key in keys}
    if origin is Callable or getattr(origin, "__name__", "") == "Callable":
        return lambda *given, **named: made(args[-1], called, deep + 1, known)
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return next(iter(wanted))
    if isinstance(wanted, type) and issubclass(wanted, tuple):
        return wanted(*(made(hint, name, deep + 1, known) for name, hint in get_type_hints(wanted).items()))
    if is_dataclass(wanted):
        hints = get_type_hints(wanted, include_extras=True)
        return wanted(
            **{
                f.name: made(hints[f.name], f.name, deep + 1, known)
                for f in fields(wanted)
                if f.init and (deep < DEEP or (f.default is MISSING and f.default_factory is MISSING))
            }
        )
    raise TypeError(f"nothing says how to make {wanted!r}, for {called!r}")


def called_with(function: Callable[..., T], known: Mapping[Any, Any] | None = None, **given: Any) -> T:
    """What the function answers to values made for each thing that it asks for; `given` ones are as they are."""
    hints = get_type_hints(function, include_extras=True)
    first: list[Any] = []
    rest: dict[str, Any] = {}
    for name, parameter in signature(function).parameters.items():
        value = given[name] if name in given else made(hints[name], name, 1, known)
        if parameter.kind is Parameter.KEYWORD_ONLY:
            rest[name] = value
        elif parameter.kind is not Parameter.VAR_KEYWORD:
            first.append(value)
    return function(*first, **rest)
