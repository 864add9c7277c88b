"""How Slack says no, and how the fake says that a person cannot do that."""

from __future__ import annotations

from typing import Any


class SlackError(Exception):
    """An answer with `ok: false`."""

    def __init__(self, error: str, *messages: str, **extra: Any) -> None:
        super().__init__(error, *messages)
        self.error = error
        self.messages = list(messages)
        self.extra = extra

    def body(self) -> dict[str, Any]:
        """As it goes over the wire."""
        answer: dict[str, Any] = {"ok": False, "error": self.error, **self.extra}
        if self.messages:
            answer["response_metadata"] = {"messages": [f"[ERROR] {message}" for message in self.messages]}
        return answer


class RateLimited(SlackError):
    """A 429 with Retry-After."""

    def __init__(self, seconds: int) -> None:
        super().__init__("ratelimited")
        self.seconds = seconds


class CannotDo(Exception):
    """Slack's own screen would not let that person do it: no such button, no command in a thread, not a member."""


class NotAnswered(Exception):
    """The app did not acknowledge in time, or with what Slack does not take; the person is told that it failed."""
