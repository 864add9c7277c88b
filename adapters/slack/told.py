"""What Slack tells once, by the name that it counts once by, and as it is kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

COMMAND, PRESS, SHORTCUT, FORM, EVENT = "command", "press", "shortcut", "form", "event"
ACTS = (COMMAND, PRESS, SHORTCUT)
"""What people do, one thing at a time, and whose answer may come a moment later."""
KEPT = "kept"
"""What a kept body is known by: that which its id was made of is left out of it."""
OPENS = ("token", "trigger_id", "response_url", "response_urls")
"""What is good for a moment, and to whoever has it."""

Body = Mapping[str, Any]


def payload(body: Body) -> str:
    """As it is kept, without what opens anything."""
    return json.dumps({name: value for name, value in body.items() if name not in OPENS})


def named(body: Body) -> tuple[str, str]:
    """What was delivered, and the id by which it counts once; empty for what does no harm when it is told again, or
    never."""
    try:
        return _named(body)
    except (AttributeError, KeyError, StopIteration, TypeError):
        return "", ""  # not as Slack's are: Bolt's listeners say so


def _named(body: Body) -> tuple[str, str]:
    trigger = str(body.get("trigger_id") or "")
    if body.get("command"):
        return (COMMAND, _id(body, COMMAND, trigger)) if trigger or KEPT in body else ("", "")
    match body.get("type"):
        case "event_callback" if body.get("event_id"):
            return EVENT, _plain(EVENT, str(body["event_id"]))
        case "block_actions":
            return PRESS, _id(body, PRESS, trigger or str(next(iter(body["actions"]))["action_ts"]))
        case "shortcut" | "message_action":
            return SHORTCUT, _id(body, SHORTCUT, trigger)
        case "view_submission":
            return FORM, _plain(FORM, f"{body['view']['id']}:{body['view'].get('hash')}")
        case _:
            return "", ""


def _id(body: Body, kind: str, made_of: str) -> str:
    kept = body.get(KEPT)
    return str(kept) if kept else _hashed(kind, made_of)


def _plain(kind: str, id: str) -> str:
    """Slack's own id where every column takes it: what is kept together must not fail by one that none takes."""
    return f"{kind}:{id}" if len(id) <= 200 and id.isascii() and id.isprintable() else _hashed(kind, id)


def _hashed(kind: str, made_of: str) -> str:
    return f"{kind}:{hashlib.sha256(made_of.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"
