"""What is said when a workspace lets the desk in, and when it is out: who must do what next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.people import Directory
from bot.domain.text import clean
from bot.messages.model import Action, Line, Said, When, line, strong
from bot.ports import Installation
from bot.ports.installations import TEAM

WORKSPACE = "workspace"
"""The occasion of all that is said here."""


def gone_reason(row: Installation) -> str:
    """Why nothing can be sent there, as whoever looks at what was not sent reads it."""
    return (
        f"{_named(row)} let me out: nothing can be said there before it lets me in again. "
        f"A manager makes a link for that: {_connect(row)}. What waited goes then."
    )


def waits_for(reason: str, row: Installation) -> bool:
    """Whether something was not sent because that workspace had let the desk out."""
    return reason.startswith(f"{_named(row)} let me out:")


def never_there(platform: str, workspace: str) -> str:
    """Nothing can be sent to a workspace that never let the desk in."""
    return (
        f"I am not in the workspace {workspace} of {platform.title()}: bind the conversation to a channel of one that "
        "I am in, or have a manager make a link for that one: connect."
    )


def went(row: Installation, directory: Directory, at: datetime, command: str) -> Said:
    """Managers hear that a workspace let the desk out."""
    whose = _whose(row, directory)
    if row.side == TEAM:
        lost = line("What is said to our team there does not arrive; what I have for each of you is in my workspace.")
    else:
        lost = line(f"{whose} hears nothing from us there, and I hear nothing from them. Call them where it is urgent.")
    return Said(
        WORKSPACE,
        (
            line(strong(_named(row)), f", {whose}'s, let me out at ", When(at), "."),
            lost,
            line(
                f"Next: make a link ({command} {_connect(row)}) and give it to whoever may install apps there. "
                "Channels and people stay known, and what waited goes when I am in again."
            ),
        ),
        _buttons(row),
        tone="bad",
    )


def came(row: Installation, directory: Directory, again: int, name: str) -> Said:
    """Managers hear that a workspace let the desk in."""
    whose = _whose(row, directory)
    lines: list[Line] = [line(strong(_named(row)), f", {whose}'s, let me in.")]
    if again:
        what = "A message that waited goes" if again == 1 else f"{again} messages that waited go"
        lines.append(line(f"{what} now."))
    if row.side != TEAM:
        lines.append(
            line(
                f"Next, unless they did before: somebody there invites me into the channel where they will ask "
                f"(/invite @{name}). The first one becomes {whose}'s channel, and its people are {whose}'s people."
            )
        )
    else:
        lines.append(line("Who is on the team there is for the settings to say: slack_staff."))
    return Said(WORKSPACE, tuple(lines), tone="good")


def link(made: str, side: str, directory: Directory) -> Said:
    """The link, to whoever asked for it."""
    whose = directory.clients[side].name if side else "the team"
    who = f"whoever may install apps in {whose}'s workspace" if side else "whoever may install apps in your workspace"
    return Said(
        "connect",
        (
            line(f"A link for {whose}, good once and for a week. Give it to {who}, and to nobody else:"),
            line(made),
            line(
                "They press Allow, and read what happens next. From then on everybody in that workspace counts as "
                f"{whose}'s."
                if side
                else "They press Allow, and read what happens next. Who is on the team stays what the settings say."
            ),
        ),
    )


def listed(rows: Sequence[Installation], directory: Directory, command: str) -> Said:
    """Which workspaces there are, and how to add one."""
    lines = [
        line(
            strong(_named(row)),
            f", {_whose(row, directory)}'s: ",
            *(("in since ", When(row.made_at)) if row.gone_at is None else ("out since ", When(row.gone_at))),
            ".",
        )
        for row in rows
    ]
    if not rows:
        lines = [line("No workspace has installed me yet.")]
    keys = sorted(directory.clients)
    buttons = [Action("connect", f"Link for {key}", {"client": key}) for key in keys[:5]]
    return Said(
        "connect",
        (*lines, line(f"A link by which one lets me in: {command} connect {keys[0] if keys else 'ACME'}.")),
        (*buttons, Action("connect", "Link for our team", {"team": True})),
    )


def not_set_up() -> str:
    """Nobody can let the desk in by a link."""
    return (
        "Other workspaces cannot let me in yet. Whoever runs me sets SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and "
        "STEWARD_ENCRYPTION_KEY first: docs/slack.md, Many workspaces."
    )


def no_client(name: str, keys: Sequence[str]) -> str:
    """A link is for somebody."""
    return f"There is no client “{clean(name)[:40]}”. Its key is one of: {', '.join(keys) or 'none yet'}."


def not_yours(only: str) -> str:
    """Whoever is kept to one client lets no other's workspace in."""
    return f"You work for {only} alone here; a link for somebody else is another manager's to make."


def welcome(name: str, client: str) -> Said:
    """The first words in the channel that became a client's."""
    return Said(
        WORKSPACE,
        (
            line(f"Hello, this is {name}. From now on this is where {client} reaches our team."),
            line("Write what you need, and put 🎫 on the message or use its menu: a person of our team answers here."),
        ),
    )


def _named(row: Installation) -> str:
    return f"{row.name} ({row.platform.title()} {row.workspace})"


def _whose(row: Installation, directory: Directory) -> str:
    if row.side == TEAM:
        return "our team"
    client = directory.clients.get(row.side)
    return client.name if client else row.side


def _connect(row: Installation) -> str:
    return f"connect {row.side}" if row.side else "connect --team"


def _buttons(row: Installation) -> tuple[Action, ...]:
    args = {"client": row.side} if row.side else {"team": True}
    return (Action("connect", "Make a link", args),)
