"""What people read of a desk that was brought back from a backup: what is lost, and what to do about it."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.messages.model import Action, Said, When, line, strong
from bot.ports.upkeep import Restored


def told(done: Restored, command: str) -> Said:
    """The team's: the time that was lost, where its traces are, and what is theirs to do again."""
    again = f"; so far that is {some(done.pending, 'message')}" if done.pending else ""
    lost = f" ({lasted(done.at - done.since)})"
    gap = f"{done.last_number + 1} to {done.next_number - 1}"
    return Said(
        "restored",
        (
            line(
                strong("I was brought back from a backup."), " I know nothing of what happened from ", When(done.since)
            ),
            line(
                "until ",
                When(done.at),
                f"{lost}. What was said then still stands in other chats; in the browser's it is gone.",
            ),
            line(f"· Look through the clients' channels, or ask them, and log what I lack: {command} log @name: …"),
            line("· Do again what was done since then: who came and who left, tokens that were revoked, erasures."),
            line(f"· Requests go on at number {done.next_number}; {gap} may have been given in the time I lost."),
            line(f"What I may have sent in that time I look for before I send it{again}."),
        ),
        (Action("doctor", "Look at everything"),),
        tone="warn",
    )


def finding(at: datetime, since: datetime) -> str:
    """The doctor's line."""
    return (
        f"It was brought back from a backup on {at:%Y-%m-%d %H:%M} UTC, and knows nothing of what happened since "
        f"{since:%Y-%m-%d %H:%M} UTC ({lasted(at - since)})."
    )


def lasted(span: timedelta) -> str:
    """A span in its two largest units."""
    minutes = max(round(span.total_seconds() / 60), 0)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{some(days, 'day')} {hours} h" if hours else some(days, "day")
    return f"{hours} h {rest} min" if hours else f"{rest} min"


def some(count: int, what: str) -> str:
    """A count with its noun."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"
