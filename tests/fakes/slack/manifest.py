"""What Slack takes of an app's manifest, and what the app is then."""

from __future__ import annotations

import re
from typing import Any

from fakes.slack.deeds import SCOPES
from fakes.slack.slack_things import App

BOT_SCOPES = frozenset(
    """
    app_mentions:read assistant:write bookmarks:read bookmarks:write calls:read calls:write canvases:read canvases:write
    channels:history channels:join channels:manage channels:read channels:write.invites channels:write.topic chat:write
    chat:write.customize chat:write.public commands conversations.connect:manage conversations.connect:read
    conversations.connect:write dnd:read emoji:read files:read files:write groups:history groups:read groups:write
    groups:write.invites groups:write.topic im:history im:read im:write incoming-webhook links:read links:write
    metadata.message:read mpim:history mpim:read mpim:write pins:read pins:write reactions:read reactions:write
    reminders:read reminders:write remote_files:read remote_files:share remote_files:write team:read usergroups:read
    usergroups:write users.profile:read users:read users:read.email users:write
    """.split()  # noqa: SIM905 - a list of words would be five times as long
)

KNOWN = {
    "": {"_metadata", "display_information", "features", "oauth_config", "settings"},
    "display_information": {"name", "description", "background_color", "long_description"},
    "features": {"app_home", "bot_user", "shortcuts", "slash_commands", "unfurl_domains"},
    "features.app_home": {"home_tab_enabled", "messages_tab_enabled", "messages_tab_read_only_enabled"},
    "features.bot_user": {"display_name", "always_online"},
    "oauth_config": {"redirect_urls", "scopes", "token_management_enabled"},
    "oauth_config.scopes": {"bot", "user"},
    "settings": {
        "allowed_ip_address_ranges",
        "event_subscriptions",
        "interactivity",
        "org_deploy_enabled",
        "socket_mode_enabled",
        "token_rotation_enabled",
    },
    "settings.event_subscriptions": {"request_url", "bot_events", "user_events"},
    "settings.interactivity": {"is_enabled", "request_url", "message_menu_options_url"},
}
COMMAND = {"command", "description", "should_escape", "url", "usage_hint"}
SHORTCUT = {"name", "type", "callback_id", "description"}
LENGTHS = {
    "display_information.name": 35,
    "display_information.description": 140,
    "display_information.long_description": 4000,
    "features.bot_user.display_name": 80,
}


def read_manifest(manifest: dict[str, Any], app: App) -> None:
    """The app is what it says; ValueError tells all that Slack would not take."""
    if problems := problems_of(manifest):
        raise ValueError("; ".join(problems))
    settings, features = manifest.get("settings", {}), manifest.get("features", {})
    app.name = manifest["display_information"]["name"]
    app.scopes = set(manifest["oauth_config"]["scopes"]["bot"])
    app.redirect_urls = list(manifest["oauth_config"].get("redirect_urls", []))
    app.events = set(settings.get("event_subscriptions", {}).get("bot_events", []))
    app.socket_mode = settings.get("socket_mode_enabled", False)
    app.interactive = settings.get("interactivity", {}).get("is_enabled", False)
    app.commands = {command["command"]: command for command in features.get("slash_commands", [])}
    app.shortcuts = {shortcut["name"]: shortcut for shortcut in features.get("shortcuts", [])}
    home = features.get("app_home", {})
    app.home = home.get("home_tab_enabled", False)
    app.messages_tab = home.get("messages_tab_enabled", True) and not home.get("messages_tab_read_only_enabled", False)


def problems_of(manifest: dict[str, Any]) -> list[str]:
    """What Slack would not take, or what would not work."""
    found = [f"{path or 'the manifest'} knows no {name}" for path, name in _unknown(manifest)]
    for path, most in LENGTHS.items():
        value = _at(manifest, path)
        if value is not None and not 1 <= len(value) <= most:
            found.append(f"{path} has {len(value)} characters, not 1 to {most}")
    if not _at(manifest, "display_information.name"):
        found.append("display_information.name is missing")
    colour = _at(manifest, "display_information.background_color")
    if colour is not None and not re.fullmatch(r"#([0-9a-fA-F]{3}){1,2}", colour):
        found.append("display_information.background_color is no colour")
    long = _at(manifest, "display_information.long_description")
    if long is not None and len(long) < 175:
        found.append(f"display_information.long_description has {len(long)} characters, and needs 175")
    return found + _scopes(manifest) + _commands(manifest) + _shortcuts(manifest) + _addresses(manifest)


def _scopes(manifest: dict[str, Any]) -> list[str]:
    scopes = _at(manifest, "oauth_config.scopes.bot") or []
    events = _at(manifest, "settings.event_subscriptions.bot_events") or []
    found = [f"there is no scope {scope}" for scope in scopes if scope not in BOT_SCOPES]
    found += [f"there is no event {event}" for event in events if event not in SCOPES]
    for event in events:
        if (any_of := SCOPES.get(event)) and not any_of & set(scopes):
            found.append(f"{event} needs {' or '.join(sorted(any_of))}")
    for what, given in (("scope", scopes), ("event", events)):
        found += [f"the {what} {one} is there twice" for one in sorted({o for o in given if given.count(o) > 1})]
    asks = _at(manifest, "features.slash_commands") or _at(manifest, "features.shortcuts")
    return found + (
        ["slash_commands and shortcuts need the scope commands"] if asks and "commands" not in scopes else []
    )


def _commands(manifest: dict[str, Any]) -> list[str]:
    found: list[str] = []
    for command in _at(manifest, "features.slash_commands") or []:
        name = str(command.get("command"))
        found += [f"{name} knows no {key}" for key in command.keys() - COMMAND]
        if not re.fullmatch(r"/[^\s/A-Z]{1,31}", name):
            found.append(f"{name} is no name of a command")
        if not 1 <= len(command.get("description", "")) <= 2000:
            found.append(f"{name} has no description")
        if len(command.get("usage_hint", "")) > 1000:
            found.append(f"the usage_hint of {name} is too long")
    return found


def _shortcuts(manifest: dict[str, Any]) -> list[str]:
    found: list[str] = []
    shortcuts = _at(manifest, "features.shortcuts") or []
    if shortcuts and not _at(manifest, "settings.interactivity.is_enabled"):
        found.append("shortcuts need settings.interactivity")
    if len(shortcuts) > 10:
        found.append(f"there are {len(shortcuts)} shortcuts, and may be 10")
    for shortcut in shortcuts:
        name = str(shortcut.get("name"))
        found += [f"the shortcut {name} knows no {key}" for key in shortcut.keys() - SHORTCUT]
        found += [f"the shortcut {name} has no {key}" for key in SHORTCUT - shortcut.keys()]
        if shortcut.get("type") not in ("message", "global"):
            found.append(f"the shortcut {name} is of no type")
        if len(name) > 24 or len(shortcut.get("description", "")) > 150 or len(shortcut.get("callback_id", "")) > 255:
            found.append(f"the shortcut {name} is too long: 24 characters, and 150 for its description")
    ids = [shortcut.get("callback_id") for shortcut in shortcuts]
    return found + (["two shortcuts have the same callback_id"] if len(set(ids)) < len(ids) else [])


def _addresses(manifest: dict[str, Any]) -> list[str]:
    found: list[str] = []
    if _at(manifest, "settings.socket_mode_enabled"):
        return found
    for path in ("event_subscriptions", "interactivity"):
        if _at(manifest, f"settings.{path}") and not _at(manifest, f"settings.{path}.request_url"):
            found.append(f"settings.{path}.request_url is missing, since Socket Mode is off")
    for command in _at(manifest, "features.slash_commands") or []:
        if not command.get("url"):
            found.append(f"{command.get('command')} has no url, since Socket Mode is off")
    return found


def _unknown(manifest: dict[str, Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for path, known in KNOWN.items():
        here = _at(manifest, path) if path else manifest
        if isinstance(here, dict):
            found += [(path, name) for name in sorted(here.keys() - known)]
    return found


def _at(manifest: Any, path: str) -> Any:
    for step in path.split("."):
        manifest = manifest.get(step) if isinstance(manifest, dict) else None
    return manifest
