"""What can be set, for each client and for the team; every field has a default that a small firm can live with.

Each is stored as JSON with its defaults left in, so that a new field needs no migration.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, TypeVar

from bot.domain.cadence import read_rule
from bot.domain.calendar import zone
from bot.domain.recurrence import RuleError, day_of, time_of_day, weekdays
from bot.domain.refusal import Declined

S = TypeVar("S", "ClientSettings", "TeamSettings")


class SettingError(Declined, ValueError):
    """A setting that cannot be kept; the message names the mend."""


class Hours(StrEnum):
    """In which hours something counts."""

    BUSINESS = "business"
    """The client's service hours."""
    WALL = "wall"
    """Day and night, whatever the calendar."""


@dataclass(frozen=True)
class ClientSettings:
    """How the desk treats one client's requests. Days called open are days on which the client's calendar opens."""

    plan: str = ""
    """What the client has bought, such as “premium”, where policies are chosen by it; empty for none."""
    auto_open: bool = False
    """Each plain message in the client's channel becomes a request by itself."""
    auto_close_days: int = 3
    """Open days after a resolution until it closes without an answer."""
    reopen_days: int = 14
    """Calendar days after closing in which a message reopens (rule 15)."""
    closed: bool = False
    """No new requests are opened: the agreement is over. What is open is finished."""
    name_party: bool = False
    """Tell the client the name of the third party that we wait for; otherwise they read “a third party”."""
    on_call: str = ""
    """Who is called at any hour when the client says that it is urgent: `lead`, or a person's id; empty for nobody."""
    by_turn: bool = False
    """A new request goes at once to whoever of the team is here and has the most room."""
    rating: bool = True
    """The requester is asked how it was after a closing."""
    rating_days: int = 14
    """Calendar days for which a person is not asked again."""
    lead_after: int = 15
    """Minutes after a breach until the leads hear of it; 0 tells them at once."""
    manager_after: int = 30
    """Minutes after a breach until the managers hear of it."""
    ladder_hours: Hours = Hours.BUSINESS
    """Whether those minutes count in the client's service hours or on the wall."""
    tell_late_fix: bool = True
    """The client is told once when a solution takes longer than promised, as they are of a promised reply."""
    handle_minutes: int = 30
    """Minutes of service hours that somebody who says “I'll handle it” has by default."""
    silent_after: int = 120
    """Minutes of service hours without a sign of whoever has it until they are asked for one, and no fewer than half of
    the reply's target; 0 for never."""
    offer_after: int = 60
    """Minutes of service hours after that until the team is asked whether somebody takes it over."""
    nudge_days: int = 1
    """Open days after a question until the client is reminded of it; 0 for never."""
    nudge_again_days: int = 3
    """Open days after the question until it is reminded again; 0 for never."""
    set_aside_days: int = 5
    """Open days after the question until the request is set aside; 0 for never."""
    wait_close_days: int = 10
    """Open days after the question until what was set aside closes; 0 for never."""
    flood_alerts: int = 5
    """Alerts in one place within `flood_minutes`; more of them become one message. P1 and urgent ones never do."""
    flood_minutes: int = 10
    quiet_from: str = "22:00"
    """When direct messages to the team begin to wait, in each reader's own zone; P1 and urgent ones never wait."""
    quiet_until: str = "07:00"
    """When they come; the same time as `quiet_from` for no quiet hours."""

    review_rule: str = ""
    """How often the service is reviewed with the client: “every month, first Thursday”, or an RRULE; empty: never."""
    review_at: str = "10:00"
    """When, in the client's zone."""
    review_from: str = ""
    """The day from which “every second week” and a COUNT are counted, as 2026-06-01; empty: 2024-01-01."""
    review_host: str = ""
    """Who of the team hosts it, by id; empty: the first manager."""
    keep_days: int = 0
    """Calendar days after a request ended for which its words are kept; 0 for ever."""

    def __post_init__(self) -> None:
        within("lead_after", self.lead_after, 0, 10_080)
        within("manager_after", self.manager_after, self.lead_after, 10_080)
        within("handle_minutes", self.handle_minutes, 5, 480)
        within("silent_after", self.silent_after, 0, 2_400)
        within("offer_after", self.offer_after, 5, 2_400)
        within("nudge_days", self.nudge_days, 0, 30)
        within("nudge_again_days", self.nudge_again_days, 0, 30)
        within("set_aside_days", self.set_aside_days, 0, 60)
        if self.wait_close_days:
            within("wait_close_days", self.wait_close_days, self.set_aside_days + 1, 120)
        within("flood_alerts", self.flood_alerts, 1, 100)
        within("flood_minutes", self.flood_minutes, 1, 120)
        for name in ("quiet_from", "quiet_until"):
            ruled(name, time_of_day, getattr(self, name))
        if self.review_rule:
            ruled("review_rule", read_rule, self.review_rule)
        ruled("review_at", time_of_day, self.review_at)
        ruled("review_from", day_of, self.review_from)
        if self.keep_days:
            # Who comes back to a request must find what it was about.
            within("keep_days", self.keep_days, max(self.reopen_days, 1), 36_500)
        within("auto_close_days", self.auto_close_days, 1, 60)
        within("reopen_days", self.reopen_days, 0, 365)
        within("rating_days", self.rating_days, 0, 365)


@dataclass(frozen=True)
class TeamSettings:
    """How the desk treats its own team. Times of day are local to `zone`."""

    zone: str = "UTC"
    holidays_of: str = ""
    """The calendar whose holidays are the team's days off, by name; empty for none."""
    digest: bool = True
    """Tell the team each morning what is late, at risk, unowned, waiting and stale."""
    digest_at: str = "09:00"
    digest_days: str = "mon-fri"
    digest_in: str = "triage"
    """Where it is posted: `triage` or `alerts`, which no client reads."""
    digest_lines: int = 5
    """How many requests of each group it names; the others are counted."""
    digest_quiet: bool = True
    """Say so in one line when there is nothing to tell."""
    digest_people: bool = False
    """Tell each of the team their own work by direct message too."""
    stale_days: int = 3
    """Open days without a word or a note after which the digest calls a request stale."""
    risk_hours: int = 4
    """Hours before its deadline from which the overview calls a request at risk."""
    quiet_days: int = 3
    """Calendar days without a public word after which the overview calls a request quiet."""
    overview_lines: int = 5
    """How many requests of each part the overview names; the others are counted."""
    free_lines: int = 10
    """How many requests without an owner stand below one's own work."""

    def __post_init__(self) -> None:
        zone(self.zone)
        ruled("digest_at", time_of_day, self.digest_at)
        ruled("digest_days", weekdays, self.digest_days)
        if self.digest_in not in ("triage", "alerts"):
            raise SettingError(f"digest_in is “{self.digest_in}”; choose triage or alerts, which no client reads.")
        within("digest_lines", self.digest_lines, 1, 20)
        within("stale_days", self.stale_days, 1, 60)
        within("risk_hours", self.risk_hours, 1, 168)
        within("quiet_days", self.quiet_days, 1, 60)
        within("overview_lines", self.overview_lines, 1, 20)
        within("free_lines", self.free_lines, 0, 20)


def within(name: str, value: int, low: int, high: int) -> None:
    """Raises SettingError unless low ≤ value ≤ high."""
    if not low <= value <= high:
        raise SettingError(f"{name} is {value}; choose a number from {low} to {high}.")


def ruled(name: str, read: Callable[[str], object], value: str) -> None:
    """Raises SettingError where the value cannot be read."""
    try:
        read(value)
    except RuleError as error:
        raise SettingError(f"{name}: {error}") from error


def changed(settings: S, values: dict[str, Any]) -> S:
    """The settings with these values instead. Raises SettingError for an unknown name and for what does not fit."""
    known = {each.name for each in fields(settings)}
    for name in values:
        if name not in known:
            raise SettingError(f"There is no setting “{name}”. Known ones: {', '.join(sorted(known))}.")
    return replace(settings, **values)
