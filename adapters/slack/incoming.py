"""What people wrote in Slack, as plain words: its own markup for mentions, links and dates is read back."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

_MARK = re.compile(r"<([^<>\n]{1,3000})>")
_USER = re.compile(r"@([UW][A-Za-z0-9_-]{1,40})")

Names = Callable[[str], str | None]
"""What a user is called; None for somebody nobody knows."""


def users_in(text: str) -> list[str]:
    """The users that a text mentions, each once."""
    return list(dict.fromkeys(found[1] for mark in _MARK.finditer(text) if (found := _USER.match(mark[1]))))


def plain(text: str, names: Names, strangers: Collection[str] = ()) -> str:
    """The words as their writer saw them; a link keeps its address beside its label. Strangers are named without the
    sign that calls somebody: elsewhere another one may be called so."""
    if "&" not in text and "<" not in text:
        return text
    return html.unescape(_MARK.sub(lambda mark: _read(mark[1], names, strangers), text))


def shared(raw: Mapping[str, Any]) -> str:
    """The words of a message, and of those that were passed on with it: Slack tells of these beside."""
    passed_on = [each for each in raw.get("attachments") or () if isinstance(each, Mapping) and each.get("is_share")]
    said = (str(each.get("text") or each.get("fallback") or "") for each in passed_on)
    return "\n".join(filter(None, (str(raw.get("text") or ""), *said)))


def called(text: str, bot: str) -> str | None:
    """What follows a mention of the desk with which a text begins; None where it does not."""
    found = re.match(rf"\s*<@{re.escape(bot)}(?:\|[^<>]*)?>[,:]*\s*(.*)", text, re.DOTALL)
    return found[1] if found else None


def _read(mark: str, names: Names, strangers: Collection[str]) -> str:
    target, _, label = mark.partition("|")
    if found := _USER.fullmatch(target):
        name = names(found[1]) or label or "somebody"
        return f"{'' if found[1] in strangers else '@'}{name.removeprefix('@')}"
    if target.startswith("#"):
        return f"#{label or target[1:]}"
    if target.startswith("!"):
        kind = target[1:].partition("^")[0]
        return label or f"@{kind}"
    address = target.removeprefix("mailto:").removeprefix("tel:")
    bare = re.sub(r"^https?://|/$", "", address)
    return address if not label or re.sub(r"/$", "", label) in (address, bare) else f"{label} ({address})"
