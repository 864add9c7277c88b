"""How people name a request: 42, #42, ACME-42 or acme-42."""

from __future__ import annotations

import re
from dataclasses import dataclass

_REF = re.compile(r"^#?(?:([A-Za-z][A-Za-z0-9]{0,11})-)?(\d{1,12})$", re.ASCII)


@dataclass(frozen=True)
class NamedRequest:
    """A request as somebody wrote it: 42, #42, ACME-42 or acme-42. The key, where given, must be its client's."""

    number: int
    key: str | None

    def __str__(self) -> str:
        return f"{self.key}-{self.number}" if self.key else str(self.number)


def read_ref(word: str) -> NamedRequest | None:
    """The request that a word names; None where it names none."""
    match = _REF.match(word.strip())
    return NamedRequest(int(match[2]), match[1].upper() if match[1] else None) if match else None


def target_word(words: str) -> str:
    """What names the request in which another one goes on: `into 40`, `with ACME-40`, `40`."""
    return re.sub(r"^(?:into|in|with)\s+", "", words.strip(), flags=re.IGNORECASE)
