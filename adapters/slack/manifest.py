"""The app as Slack is told of it, to be pasted when it is made. It asks for what the code uses, with its reasons."""

from __future__ import annotations

from typing import Any

from adapters.slack.places import EVENTS as PATH
from adapters.slack.places import REDIRECT
from adapters.slack.shortcuts import GLOBAL_SHORTCUTS, MESSAGE_SHORTCUTS, SHORTCUT
from adapters.slack.wiring import EVENTS
from bot.commands import REGISTRY

MESSAGES = ("message.channels", "message.groups", "message.im")
"""Messages by the kind of their channel."""

SCOPES = {
    "app_mentions:read": "commands by mention, in threads, where Slack knows no others",
    "channels:history": "what people write in public channels, and what was missed while it was away",
    "channels:join": "goes into a public channel that a setting or a form names",
    "channels:read": "finds channels by name, and who is in them",
    "chat:write": "speaks",
    "chat:write.customize": "a reply carries the name and picture of the person it is from",
    "commands": "the command, and the entries in Slack's menus",
    "files:read": "files that people attach",
    "files:write": "files that are passed on, and reports",
    "groups:history": "what people write in private channels into which it was invited",
    "groups:read": "finds private channels that it is in, and who is in them",
    "groups:write": "makes a private channel for a client, asks its people in, and takes out who is nobody any more",
    "im:history": "what people write to it in person",
    "im:read": "knows which conversations are in person",
    "im:write": "writes to people in person",
    "reactions:read": "emoji that mean something: a ticket, eyes, a check mark",
    "usergroups:read": "who is on the team, or a client's, by user group",
    "users:read": "names, time zones, and whose guest or member somebody is",
}
"""Every scope, and why."""


def manifest(*, name: str, command: str, url: str = "", pages: str = "") -> dict[str, Any]:
    """With a `url`, where the desk can be reached, events come over HTTP; without one, over Socket Mode. `pages` is
    where its pages are, by which further workspaces install the app; Slack sends people to https alone."""
    address = f"{url.rstrip('/')}{PATH}" if url else ""
    events = sorted({*MESSAGES, *EVENTS} - {"message"})
    whole = pages.startswith("https://")
    redirect: dict[str, Any] = {"redirect_urls": [f"{pages.rstrip('/')}{REDIRECT}"]} if whole else {}
    to: dict[str, Any] = {"request_url": address} if address else {}
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": name[:35],
            "description": "A support desk: requests, who has them, and when you hear next.",
            "background_color": "#1f3a5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": name[:80], "always_online": True},
            "shortcuts": [
                *(_shortcut(verb, label, "message") for verb, label in MESSAGE_SHORTCUTS.items()),
                *(_shortcut(verb, label, "global") for verb, label in GLOBAL_SHORTCUTS.items()),
            ],
            "slash_commands": [
                {
                    "command": command,
                    "description": "Raise a request, see yours, work on one",
                    "usage_hint": "new | my | show 42 | help",
                    # Mentions of people come as their ids, and not as names that anybody may bear.
                    "should_escape": True,
                    **({"url": address} if address else {}),
                }
            ],
        },
        "oauth_config": {**redirect, "scopes": {"bot": sorted(SCOPES)}},
        "settings": {
            "event_subscriptions": {**to, "bot_events": events},
            "interactivity": {"is_enabled": True, **to},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not address,
            "token_rotation_enabled": False,
        },
    }


def _shortcut(verb: str, label: str, kind: str) -> dict[str, str]:
    command = REGISTRY.find(verb)
    description = command.help if command is not None else label
    return {"name": label, "type": kind, "callback_id": f"{SHORTCUT}{verb}", "description": description[:150]}
