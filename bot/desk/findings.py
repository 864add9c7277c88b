"""What a look at a desk finds, and how bad it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is."""

    ERROR = "error"
    WARNING = "warning"
    OK = "ok"


@dataclass(frozen=True)
class Finding:
    """What was looked at, what was found, and what mends it: a command to type, empty where all is well."""

    level: Level
    about: str
    what: str
    mend: str = ""
