"""Taking a person, and words that are to go, out of whatever else the desk has kept: texts, and messages as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from bot.domain.erasure import ERASED, SOMEBODY, Subject

SHORT = 8
"""Characters below which words are looked for only where they stand alone: “ok” is in too many others."""
CUT = 20
"""Characters before an ellipsis by which a shortened text is known again."""

_MARKS = frozenset({"t", "role", "style", "tone", "kind", "status", "priority", "command", "purpose", "media_type"})
"""What a message's own form is made of: never a person's id, though it may read like one."""


@dataclass(frozen=True)
class Scrubber:
    """What is to go: a person, words, and the titles of requests by number."""

    subject: Subject | None = None
    words: frozenset[str] = frozenset()
    titles: frozenset[int] = frozenset()
    _long: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        long = {word for word in self.words if len(word) >= SHORT}
        # What a desk's line shows of a text of several lines is one line.
        long |= {" ".join(word.split()) for word in long}
        object.__setattr__(self, "_long", tuple(sorted(long, key=lambda word: (-len(word), word))))

    def text(self, text: str, *, near: bool = True) -> str:
        """The text without the words, and without the name."""
        if text in self.words:
            return ERASED
        for word in self._long:
            if word in text:
                text = text.replace(word, ERASED)
        head = text.partition("…")[0][-CUT:]
        if "…" in text and len(head) == CUT and any(head in word for word in self._long):
            return ERASED
        return self.subject.scrub(text, near=near) if self.subject else text

    def json(self, text: str) -> str:
        """The same for a message or a record that is kept as JSON; what is no JSON is a text."""
        if not text:
            return text
        try:
            before = json.loads(text)
        except ValueError:
            return self.text(text)
        after = self._walk(before, "")
        return text if after == before else json.dumps(after, ensure_ascii=False)

    def _walk(self, value: Any, key: str) -> Any:
        if isinstance(value, str):
            if key in _MARKS:
                return value
            return self.subject.alias if self.subject and value == self.subject.id else self.text(value)
        if isinstance(value, list):
            return [self._walk(each, key) for each in cast("list[Any]", value)]
        if not isinstance(value, dict):
            return value
        given = cast("dict[str, Any]", value)
        found = {name: self._walk(each, name) for name, each in given.items()}
        if self.subject and given.get("person") == self.subject.id and "name" in given:
            found["name"] = SOMEBODY
            if given.get("t") == "relay":
                found |= {"text": ERASED, "files": []}
        if self.subject and given.get("by") == self.subject.id:
            found |= {name: ERASED for name in ("words", "text") if given.get(name)}
        if given.get("number") in self.titles and "title" in given:
            found["title"] = ERASED
        return found


def needles(subject: Subject, accounts: Iterable[str], words: Iterable[str]) -> tuple[str, ...]:
    """What must be found nowhere afterwards: the name, how they are mentioned, their accounts, and all they wrote that
    is long enough to be theirs alone."""
    own = {subject.name, f"@{subject.id}", f'"{subject.id}"', f"dm:{subject.id}", *accounts} - {"", subject.id}
    return tuple(sorted(own | {word for word in words if len(word) >= SHORT}))
