"""Emoji that Slack sends by their names (`:tada:`), as the characters that they are everywhere else.

A workspace's own emoji are pictures of its own, which no character shows, and so they stay names; in code Slack shows
none, and there a name is a name.
"""

from __future__ import annotations

import re
from functools import cache

_SEVERAL = re.compile(r"(?<![\w:])(?::[a-z0-9+-][a-z0-9_+'-]{0,99}:)+(?![\w:])")
_NAME = re.compile(r":([a-z0-9+-][a-z0-9_+'-]*):(?::skin-tone-([2-6]):)?")
_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
_TONES = 0x1F3FB - 2
_FLAG = 0x1F1E6 - ord("a")
_OTHERWISE = {"simple_smile": "🙂", "knife_fork_plate": "🍽️"}
"""What only Slack calls so."""


def characters(text: str) -> str:
    """The text with a character for each name that Slack has for one."""
    if ":" not in text:
        return text
    parts = _CODE.split(text)
    parts[::2] = [_SEVERAL.sub(lambda found: _NAME.sub(_drawn, found[0]), part) for part in parts[::2]]
    return "".join(parts)


def _drawn(found: re.Match[str]) -> str:
    drawn = _character(found[1])
    if drawn is None:
        return found[0]
    if not found[2]:
        return drawn
    return drawn[0] + chr(_TONES + int(found[2])) + drawn[1:].removeprefix("\ufe0f")


@cache
def _character(name: str) -> str | None:
    import emoji  # its table is large, and most of what people write has none

    flag = re.fullmatch(r"flag-([a-z])([a-z])", name)
    if flag:
        drawn = "".join(chr(_FLAG + ord(letter)) for letter in flag.groups())
        return drawn if emoji.is_emoji(drawn) else None
    if name in _OTHERWISE:
        return _OTHERWISE[name]
    person = re.sub(r"^(fe)?male-", lambda found: "woman_" if found[1] else "man_", name)
    for called in (name, person.replace("-", "_"), name.removeprefix("large_")):
        drawn = emoji.emojize(f":{called}:", language="alias")
        if emoji.is_emoji(drawn):
            return drawn
    return None
