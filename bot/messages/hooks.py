"""Webhooks, as a manager reads them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.hooks import Hook
from bot.messages.model import Action, Form, Input, Line, Option, Said, Text, line, strong


def listed(found: Sequence[Hook], command: str) -> Said:
    """All hooks; the secrets stay where they are."""
    add = Action("webhook", "Add a webhook", {}, "primary")
    if not found:
        teach = line("No webhook yet. One tells another system of every request and every clock, as it happens.")
        return Said("webhooks", (teach,), (add,))
    lines: list[Line] = []
    for hook in found:
        whose = f" of {hook.client}" if hook.client else ""
        lines.append(line(strong(hook.key), f"  {hook.url}, told of {' and '.join(hook.about)}{whose}"))
    lines.append(line(f"{command} webhook NAME --test sends one a message; --gone takes it away."))
    return Said("webhooks", tuple(lines), (add,))


def form(key: str, clients: Sequence[str]) -> Form:
    """Where to, and what of."""
    options = tuple(Option(client, client) for client in clients)
    return Form(
        "webhook",
        "A webhook",
        (
            Input("key", "Name", required=True, value=key, hint="Such as ci.", limit=30),
            Input("url", "Address", required=True, hint="Beginning with https://.", limit=500),
            Input(
                "about",
                "Told of",
                "choice",
                options=(
                    Option("request,sla", "Requests and clocks"),
                    Option("sla", "Clocks"),
                    Option("request", "Requests"),
                ),
            ),
            Input("client", "Only of one client", "choice", options=options),
        ),
        "Save",
        intro="It gets a secret of its own, by which it knows that a message is ours.",
    )


def added(hook: Hook, *, fresh: bool, command: str) -> Said:
    """The secret is shown once."""
    lines: list[Line] = [line(strong(hook.key), f" is told of {' and '.join(hook.about)} from now on.")]
    if fresh:
        lines.append(line("Its secret, shown only now: ", Text(hook.secret, strong=True, secret=True)))
    lines.append(line(f"Try it with {command} webhook {hook.key} --test."))
    return Said("webhooks", tuple(lines), tone="good")


def gone(hook: Hook) -> Said:
    """No more."""
    return Said("webhooks", (line(strong(hook.key), " is told nothing any more."),), tone="good")


def tested(hook: Hook) -> Said:
    """On its way."""
    return Said("webhooks", (line("A message is on its way to ", strong(hook.key), "."),), tone="good")
