"""Frozen dataclasses, made fast: a burst of deadlines and the telling of a history make thousands of them."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def frozen(cls: type[T]) -> type[T]:
    """`dataclass(frozen=True)`, whose instances are made in a third of its time.

    Python's own passes each field through `object.__setattr__`; nothing is frozen yet while it is made, so that its
    dictionary can be filled as it is. Raises TypeError for a class with slots, which has none, and for a field that
    is not given by its place, such as one with `init=False` or `kw_only=True`.
    """
    made = dataclass(frozen=True)(cls)
    if "__slots__" in vars(cls) or any(vars(each).get("__slots__") for each in made.__mro__[1:]):
        raise TypeError(f"{cls.__name__} has slots.")
    takes, fills, known = ["self"], ["own = self.__dict__"], {"MISSING": MISSING}
    for each in fields(made):  # pyright: ignore[reportArgumentType] -- it has just become one
        name, default, factory = each.name, each.default, each.default_factory
        if not each.init or each.kw_only or name in ("self", "own", "MISSING"):
            raise TypeError(
                f"{cls.__name__}.{name} is no field that can be filled so; dataclass(frozen=True) takes it."
            )
        given = name
        if factory is not MISSING:
            known[f"_make_{name}"], default = factory, MISSING  # pyright: ignore[reportArgumentType]
            given = f"_make_{name}() if {name} is MISSING else {name}"
        known[f"_{name}"] = default
        takes.append(name if default is MISSING and factory is MISSING else f"{name}=_{name}")
        fills.append(f"own['{name}'] = {given}")
    if hasattr(made, "__post_init__"):
        fills.append("self.__post_init__()")
    source = f"def __init__({', '.join(takes)}):\n    " + "\n    ".join(fills)
    exec(source, known)  # noqa: S102 -- of the fields' own names, as dataclasses do it
    made.__init__ = known["__init__"]  # pyright: ignore[reportAttributeAccessIssue]
    return made
