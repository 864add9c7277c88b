"""What a message has beside its first post: the posts in which it goes on, and the files it brought. Where the words
change or are taken away, all of it must follow; so the first post's metadata names it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.slack.reading import KEY

POSTS, FILES, NAME, PENDING = "posts", "files", "name", "pending"
"""What it is called in the metadata. Its values are texts: Slack takes any kind, others may not."""
_MOST = 5000
"""Of so many messages it is remembered what they have; of others Slack is asked."""


@dataclass(frozen=True)
class Trail:
    """`key` is the message's own; `posts` are timestamps; `files` are Slack's ids by ours, a text's by a sum of it
    and its name."""

    key: str = ""
    posts: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict[str, str])
    name: str = ""
    """Whose it stands under; empty for the desk's own."""
    pending: tuple[str, ...] = ()
    """Slack's ids of files that were about to be shown: whether they are, nobody knows who finds them here."""

    def __bool__(self) -> bool:
        return bool(self.posts or self.files or self.pending)

    def carried(self) -> dict[str, str]:
        """As the metadata has it."""
        files = "\n".join(f"{theirs} {ours}" for ours, theirs in self.files.items())
        return {
            KEY: self.key,
            **({NAME: self.name} if self.name else {}),
            **({POSTS: " ".join(self.posts)} if self.posts else {}),
            **({FILES: files} if files else {}),
            **({PENDING: " ".join(self.pending)} if self.pending else {}),
        }

    @classmethod
    def of(cls, message: Mapping[str, Any]) -> Trail:
        """As a message of the desk's tells it."""
        carried = (message.get("metadata") or {}).get("event_payload") or {}
        pairs = (line.partition(" ") for line in str(carried.get(FILES) or "").splitlines())
        files = {ours: theirs for theirs, _, ours in pairs if ours}
        posts = tuple(str(carried.get(POSTS) or "").split())
        pending = tuple(str(carried.get(PENDING) or "").split())
        return cls(str(carried.get(KEY) or ""), posts, files, str(carried.get(NAME) or ""), pending)


class Trails:
    """What is remembered of late messages, by channel and timestamp, the latest last."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str], Trail] = OrderedDict()

    def get(self, channel: str, ts: str) -> Trail | None:
        """None for a message of which nothing is remembered."""
        return self._known.get((channel, ts))

    def put(self, channel: str, ts: str, trail: Trail) -> None:
        """Remember it."""
        self._known[channel, ts] = trail
        self._known.move_to_end((channel, ts))
        if len(self._known) > _MOST:
            self._known.popitem(last=False)
