"""Holds what a bot sent to Discord's own description of its API, where that is at hand: a folder with
`discord-openapi.json` in it, which DISCORD_SCHEMAS names. The project has none; its own rules are in the fake."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
from fakes.discord.record import Call

ROOT = Path(__file__).parents[3]
FILE = Path(os.environ.get("DISCORD_SCHEMAS", ROOT.parent / "shared" / "reference")) / "discord-openapi.json"

IDS = re.compile(r"(^|_)ids?$|^(messages|applied_tags|users|roles)$")
BITS = ("allow", "deny", "permissions", "default_member_permissions")


def problems_of_calls(calls: Iterable[Call]) -> list[str]:
    """What Discord's description would not let through of what was answered well: nothing where it is not at hand."""
    found: list[str] = []
    for call in calls:
        if call.given is None or call.status >= 400:
            continue
        if check := _check(_plain(call.route)):
            wrong = check.iter_errors(as_described(call.given))
            found += [f"{call.route} {error.instance_path}: {error.message}" for error in wrong]
    return found


def as_described(given: Any, key: str = "") -> Any:
    """discord.py's ways made the description's: ids are texts, permissions are numbers."""
    if isinstance(given, dict):
        part = "type" in given and BITS[0] not in given
        return {name: value if name == "id" and part else as_described(value, name) for name, value in given.items()}
    if isinstance(given, list):
        return [as_described(one, key) for one in given]
    if key in BITS and isinstance(given, str):
        return int(given)
    if IDS.search(key) and isinstance(given, int) and not isinstance(given, bool):
        return str(given)
    return given


def _plain(route: str) -> str:
    return re.sub(r"\{\w+\}", "{}", route)


@cache
def _described() -> dict[str, Any]:
    return json.loads(FILE.read_text()) if FILE.is_file() else {"paths": {}}


@cache
def _check(route: str) -> jsonschema_rs.Draft202012Validator | None:
    """What that route takes, by its name without those of what stands in its path."""
    for path, methods in _described()["paths"].items():
        for method, operation in methods.items():
            if _plain(f"{method.upper()} {path}") == route and "requestBody" in operation:
                schema = operation["requestBody"]["content"]["application/json"]["schema"]
                whole = {"allOf": [schema], "components": _described()["components"]}
                return jsonschema_rs.Draft202012Validator(whole)
    return None
