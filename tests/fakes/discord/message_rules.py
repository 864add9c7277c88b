"""The rules of a message that a bot sends: something to show, nothing too long, nothing that Discord does not know."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from fakes.discord.component_rules import problems_of_components
from fakes.discord.discord_messages import EPHEMERAL, SILENT, SUPPRESS_EMBEDS, V2
from fakes.discord.errors import DiscordError, check
from fakes.discord.limits import Limits
from fakes.discord.mentions import problems as problems_of_mentions

BODY = {"content", "tts", "embeds", "allowed_mentions", "components", "attachments", "flags", "poll"}
SENT = BODY | {"nonce", "enforce_nonce", "message_reference", "sticker_ids"}
HOOKED = BODY | {"username", "avatar_url", "thread_name", "applied_tags"}
LIMITS = Limits()
EMBED = {"title": 256, "description": 4096}


def check_message(
    given: Any, known: set[str], limits: Limits, files: set[str], *, was: int = 0, edit: bool = False
) -> None:
    """Refuse what Discord would."""
    if not isinstance(given, dict):
        raise DiscordError(50109)
    check(problems_of_message(given, files, limits, known, was=was, edit=edit))
    shows = any(given.get(name) for name in ("components", "embeds")) or files
    if not edit and not (given.get("content") or "").strip() and not shows:
        raise DiscordError(50006)


def problems_of_message(
    given: dict[str, Any],
    files: Set[str] = frozenset(),
    limits: Limits = LIMITS,
    known: Set[str] = SENT,
    *,
    was: int = 0,
    edit: bool = False,
) -> dict[str, str]:
    """What Discord would refuse in it, by place; `files` are the names of what hangs on it, `was` its flags before."""
    wrong = {key: "unknown field" for key in given.keys() - known}
    flags = given.get("flags") or 0
    allowed = SUPPRESS_EMBEDS | V2 | (0 if edit else SILENT | EPHEMERAL)
    if not isinstance(flags, int) or flags & ~allowed:
        wrong["flags"] = f"Only these can be set: {allowed:b}"
        flags = 0
    v2 = bool((flags | was) & V2)
    wrong |= _content(given, limits, v2=v2)
    wrong |= problems_of_mentions(given.get("allowed_mentions"))
    wrong |= _embeds(given.get("embeds") or [])
    if len(files) > limits.files:
        wrong["attachments"] = f"Must be {limits.files} or fewer in length."
    if components := given.get("components"):
        wrong |= problems_of_components(components, v2=v2, files=files, most=limits.components, texts=limits.texts)
    elif v2 and (not edit or "components" in given):
        wrong["components"] = "A message of Components V2 has components."
    return wrong


def _content(given: dict[str, Any], limits: Limits, *, v2: bool) -> dict[str, str]:
    wrong: dict[str, str] = {}
    content = given.get("content")
    if content is not None and not isinstance(content, str):
        return {"content": "Could not interpret as string."}
    if len(content or "") > limits.text:
        wrong["content"] = f"Must be {limits.text} or fewer in length."
    if v2:
        for name in ("content", "embeds", "poll", "sticker_ids"):
            if given.get(name):
                wrong[name] = "Cannot be used together with the flag IS_COMPONENTS_V2."
    nonce = given.get("nonce")
    if nonce is not None and len(str(nonce)) > 25:
        wrong["nonce"] = "Must be 25 or fewer in length."
    return wrong


def _embeds(embeds: list[dict[str, Any]]) -> dict[str, str]:
    wrong: dict[str, str] = {}
    total = 0
    if len(embeds) > 10:
        wrong["embeds"] = "Must be 10 or fewer in length."
    for n, embed in enumerate(embeds):
        fields = embed.get("fields") or []
        texts = {name: embed.get(name) or "" for name in EMBED}
        texts["footer.text"] = (embed.get("footer") or {}).get("text") or ""
        texts["author.name"] = (embed.get("author") or {}).get("name") or ""
        for name, text in texts.items():
            total += len(text)
            if len(text) > EMBED.get(name, 2048 if name == "footer.text" else 256):
                wrong[f"embeds.{n}.{name}"] = "Too long."
        if len(fields) > 25:
            wrong[f"embeds.{n}.fields"] = "Must be 25 or fewer in length."
        for m, field in enumerate(fields):
            name, value = field.get("name") or "", field.get("value") or ""
            total += len(name) + len(value)
            if not 1 <= len(name) <= 256 or not 1 <= len(value) <= 1024:
                wrong[f"embeds.{n}.fields.{m}"] = "A name has 1 to 256 characters, a value 1 to 1024."
    if total > 6000:
        wrong["embeds"] = f"{total} characters in all embeds; there may be 6000."
    return wrong
