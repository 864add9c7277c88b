"""What can be set, for each client and for the team; every field has a default that a small firm can live with.

Each is stored as JSON with its defaults left in, so that a new field needs no migration.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, TypeVar

from bot.domain.calendar import zone

S = TypeVar("S", "ClientSettings", "TeamSettings")


class SettingError(ValueError):
    """A setting that cannot be kept; the message names the mend."""


@dataclass(frozen=True)
class ClientSettings:
    """How the desk treats one client's requests. Days called open are days on which the client's calendar opens."""

    auto_open: bool = False
    """Each plain message in the client's channel becomes a request by itself."""
    auto_close_days: int = 3
    """Open days after a resolution until it closes without an answer."""
    reopen_days: int = 14
    """Calendar days after closing in which a message reopens (rule 15)."""

    def __post_init__(self) -> None:
        within("auto_close_days", self.auto_close_days, 1, 60)
        within("reopen_days", self.reopen_days, 0, 365)


@dataclass(frozen=True)
class TeamSettings:
    """How the desk treats its own team. Times of day are local to `zone`."""

    zone: str = "UTC"

    def __post_init__(self) -> None:
        zone(self.zone)


def within(name: str, value: int, low: int, high: int) -> None:
    """Raises SettingError unless low ≤ value ≤ high."""
    if not low <= value <= high:
        raise SettingError(f"{name} is {value}; choose a number from {low} to {high}.")


def changed(settings: S, values: dict[str, Any]) -> S:
    """The settings with these values instead. Raises SettingError for an unknown name and for what does not fit."""
    known = vars(settings)
    for name in values:
        if name not in known:
            raise SettingError(f"There is no setting “{name}”. Known ones: {', '.join(sorted(known))}.")
    return replace(settings, **values)
