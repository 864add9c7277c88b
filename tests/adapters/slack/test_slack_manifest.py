"""The manifest asks for what the code uses, no more and no less; the other tests run with nothing else."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from fakes.slack.manifest import problems_of

import adapters.slack
from adapters.slack.manifest import SCOPES, manifest
from adapters.slack.shortcuts import GLOBAL_SHORTCUTS, MESSAGE_SHORTCUTS
from bot.desk.front import REGISTRY

FOLDER = Path(inspect.getfile(adapters.slack)).parent
CALLS = {
    "chat_postMessage": "chat:write",
    "files_getUploadURLExternal": "files:write",
    "usergroups_users_list": "usergroups:read",
    "users_info": "users:read",
    "conversations_open": "im:write",
    "conversations_join": "channels:join",
    "conversations_create": "groups:write",
    "conversations_list": "channels:read",
    "conversations_history": "channels:history",
}
"""One call that needs each scope."""
TOLD = {"app_mentions:read", "commands", "reactions:read", "im:history", "im:read", "groups:history", "groups:read"}
"""Scopes of what is only told, or told of other kinds of channels."""
GIVEN = {"files:read", "chat:write.customize"}
"""Scopes of an address and of an argument."""


@pytest.mark.parametrize("url", ["", "https://desk.example.org/"])
def test_slack_would_take_it(url: str):
    """Names, lengths, scopes of each event, addresses where there must be some."""
    made = manifest(name="Acme's very own desk for help and support", command="/help-me", url=url)
    assert problems_of(made) == []
    assert made["settings"]["socket_mode_enabled"] is not bool(url)
    told = made["settings"]["event_subscriptions"].get("request_url", "")
    assert told == ("https://desk.example.org/slack/events" if url else "")


def test_each_scope_is_used_and_has_its_reason():
    """Administrators approve every one: none is asked for in advance."""
    source = "".join(path.read_text() for path in FOLDER.glob("*.py"))
    used = {scope for call, scope in CALLS.items() if re.search(rf"\.{call}\b", source)}
    assert used | TOLD | GIVEN == set(SCOPES)
    assert all(reason[0].islower() or reason.startswith("a ") for reason in SCOPES.values())


def test_each_entry_of_a_menu_is_a_command():
    """Of those the desk offers on a message none is forgotten."""
    assert all(REGISTRY.find(verb) for verb in (*MESSAGE_SHORTCUTS, *GLOBAL_SHORTCUTS))
    offered = {each.name for each in REGISTRY.commands.values() if each.on_message and not each.on_note}
    assert offered <= set(MESSAGE_SHORTCUTS)


def test_the_reasons_are_in_the_docs():
    """docs/slack.md tells an administrator what each scope is for, in the code's own words and order."""
    text = (FOLDER.parents[1] / "docs" / "slack.md").read_text()
    rows = re.findall(r"^\| `([\w:.]+)` \| (.+) \|$", text.split("## Why it asks")[1], re.MULTILINE)
    assert rows == list(SCOPES.items())
