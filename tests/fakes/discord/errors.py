"""How Discord says no, and how the fake says that a person cannot do that."""

from __future__ import annotations

from typing import Any

WORDS = {
    10003: "Unknown Channel",
    10004: "Unknown Guild",
    10007: "Unknown Member",
    10008: "Unknown Message",
    10011: "Unknown Role",
    10013: "Unknown User",
    10014: "Unknown Emoji",
    10015: "Unknown Webhook",
    10062: "Unknown interaction",
    10063: "Unknown application command",
    30007: "Maximum number of webhooks reached (15)",
    40001: "Unauthorized",
    40005: "Request entity too large",
    40060: "Interaction has already been acknowledged.",
    50001: "Missing Access",
    50003: "Cannot execute action on a DM channel",
    50005: "Cannot edit a message authored by another user",
    50006: "Cannot send an empty message",
    50007: "Cannot send messages to this user",
    50008: "Cannot send messages in a non-text channel",
    50013: "Missing Permissions",
    50016: "Provided too few or too many messages to delete.",
    50021: "Cannot execute action on a system message",
    50024: "Cannot execute action on this channel type",
    50027: "Invalid Webhook Token",
    50034: "A message provided was too old to bulk delete",
    50035: "Invalid Form Body",
    50083: "Thread is archived",
    50109: "The request body contains invalid JSON.",
    160004: "A thread has already been created for this message",
    160005: "Thread is locked",
    160006: "Maximum number of active threads reached",
    220001: "Webhooks posted to forum channels must have a thread_name or thread_id",
    220003: "Webhooks can only create threads in forum channels",
    240000: "Message blocked by automatic moderation",
}
"""By Discord's own numbers."""

STATUS = {40001: 401, 40005: 413, 50001: 403, 50013: 403, 50005: 403, 50007: 403, 50003: 403, 50021: 403, 50027: 401}
"""Of those that are not 404 (what is unknown) or 400."""


class DiscordError(Exception):
    """An answer with a `code`."""

    def __init__(self, code: int, *, say: str = "", status: int = 0, errors: dict[str, Any] | None = None) -> None:
        self.code = code
        self.message = say or WORDS.get(code, "Error")
        self.status = status or STATUS.get(code, 404 if 10000 <= code < 20000 else 400)
        self.errors = errors
        super().__init__(code, self.message, errors)

    def body(self) -> dict[str, Any]:
        """As it goes over the wire."""
        answer: dict[str, Any] = {"message": self.message, "code": self.code}
        return answer | ({"errors": self.errors} if self.errors else {})


class RateLimited(DiscordError):
    """A 429."""

    def __init__(self, seconds: float, *, everywhere: bool = False, scope: str = "user") -> None:
        super().__init__(0, say="You are being rate limited.", status=429)
        self.seconds, self.everywhere, self.scope = round(seconds, 3), everywhere, scope

    def body(self) -> dict[str, Any]:
        """As it goes over the wire."""
        return {"message": self.message, "retry_after": self.seconds, "global": self.everywhere}


class CannotDo(Exception):
    """Discord's own screen would not let that person do it: no such button, a channel they do not see."""


class NotAnswered(Exception):
    """The app did not answer in time: Discord shows “The application did not respond”."""


def invalid(where: str, say: str, code: str = "INVALID") -> DiscordError:
    """50035, with what is wrong at `where`: `content`, `components.0.custom_id`."""
    return several({where: say}, code)


def several(problems: dict[str, str], code: str = "INVALID") -> DiscordError:
    """The same for each place."""
    errors: dict[str, Any] = {}
    for where, say in problems.items():
        at = errors
        for part in where.split(".") if where else []:
            at = at.setdefault(part, {})
        at.setdefault("_errors", []).append({"code": code, "message": say})
    return DiscordError(50035, errors=errors)


def check(problems: dict[str, str]) -> None:
    """Refuse where there are any."""
    if problems:
        raise several(problems)
