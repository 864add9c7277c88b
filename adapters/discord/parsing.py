"""What comes over the gateway as discord.py reads it: an event that it cannot read is left, and the connection stays.

By itself it would end the connection, and the next one by the same event, should it be told again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

log = logging.getLogger("steward.discord")

Parse = Callable[[Any], None]

PLAIN = ("id", "channel_id", "guild_id", "author", "member", "content", "timestamp", "edited_timestamp", "type")
PLAIN += ("flags", "attachments", "mention_everyone", "mention_roles", "webhook_id", "application_id", "nonce")
"""What is read of a message of which not all can be read."""
NEEDED = ("READY", "RESUMED")
"""Without them nothing is there: they end the connection, which is begun anew."""
LACKING: Mapping[str, Mapping[str, Any]] = {
    "INTERACTION_CREATE": {"version": 1, "attachment_size_limit": 10 * 1024 * 1024},
}
"""What discord.py asks of an event though nothing of the desk's needs it, and not everybody tells."""


def forgiving(parsers: dict[str, Parse], missed: Callable[[], None]) -> None:
    """Have them go on; `missed` is called for what could not be read, since history may have it."""
    for name, parse in parsers.items():
        if name not in NEEDED:
            parsers[name] = partial(_parsed, name, parse, missed)


def reading(state: Any) -> None:
    """The same of messages that are asked for: one that cannot be read whole must not hide all those around it."""
    whole = state.create_message

    def made(*, channel: Any, data: dict[str, Any]) -> Any:
        try:
            return whole(channel=channel, data=data)
        except Exception:
            log.exception("a message of Discord's cannot be read whole; its words are")
            plain = {name: data[name] for name in PLAIN if name in data}
            nothing = {"attachments": (), "embeds": (), "components": (), "mentions": (), "mention_roles": ()}
            defaults = {"tts": False, "pinned": False, "mention_everyone": False, "edited_timestamp": None}
            return whole(channel=channel, data={**nothing, **defaults, **plain})

    state.create_message = made


def _parsed(name: str, parse: Parse, missed: Callable[[], None], data: Any) -> None:
    try:
        if isinstance(data, dict):
            for field, value in LACKING.get(name, {}).items():
                data.setdefault(field, value)
        parse(data)
    except Exception:
        log.exception("something that Discord told (%s) cannot be read; it is left", name)
        missed()
