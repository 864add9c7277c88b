"""What an error of Slack's means to the desk: wait, it will never do, or nobody knows whether it was done."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.ports import Gone, NotThere, Place, RateLimited, Refused

log = logging.getLogger("steward.slack")

T = TypeVar("T")

LOCKED_OUT = frozenset(
    (
        "account_inactive",
        "invalid_auth",
        "not_authed",
        "token_expired",
        "token_revoked",
        "no_auth",
        "org_login_required",
    )
)
"""The token is good for nothing: once it is mended, what waited goes out."""
LOCKED_FOR = 60.0
"""Seconds until it is tried again."""
CONNECTS = "SLACK_APP_TOKEN=xapp-… with connections:write, from Basic Information; Socket Mode must be on"
"""What mends a token that opens no connection."""
FINAL = frozenset(("account_inactive", "invalid_auth", "token_revoked"))
"""Of these, what stays so: an installation with such a token is over."""
UNCLEAR = frozenset(("internal_error", "fatal_error", "service_unavailable", "request_timeout", "accesslimited"))
"""Slack's own trouble: it may have been done."""
TRIES, LONGEST = 3, 60.0
"""How often, and for how many seconds at a time, an answer for one person waits for Slack."""
GONE = frozenset(("message_not_found", "thread_not_found"))
"""What was to be changed is not there."""

_MENDS = {
    "channel_not_found": "invite the app to the channel, or bind another one",
    "not_in_channel": "invite the app to the channel",
    "is_archived": "unarchive the channel, or bind another one",
    "missing_scope": "add the scope to the app, and install it again",
    "restricted_action": "let the app post in the channel (its posting permissions)",
    "ekm_access_denied": "an administrator of Slack must let the app in",
    "message_not_found": "somebody deleted it",
    "cant_update_message": "somebody deleted it, or it is not the desk's own any more",
    "user_not_found": "the person has left Slack",
    "user_disabled": "the person has left Slack",
    "cannot_dm_bot": "the account is a bot's",
}


class LockedOut(RateLimited):
    """The token is taken no more. Whose token can be mended waits; an installation may be over."""

    def __init__(self, code: str) -> None:
        super().__init__(LOCKED_FOR, everywhere=True)
        self.code = code

    def __str__(self) -> str:
        return f"Slack says {self.code}"


def code_of(error: SlackApiError) -> str:
    """Slack's own word for what went wrong; empty where it said none."""
    response = getattr(error, "response", None)
    data = getattr(response, "data", response)
    return str(data.get("error") or "") if isinstance(data, Mapping) else ""


def unconnected(error: Exception) -> str:
    """Why Slack opens no connection, in a line that names the mend where it is the app's token."""
    code = code_of(error) if isinstance(error, SlackApiError) else ""
    if code in LOCKED_OUT or code in ("not_allowed_token_type", "missing_scope"):
        return f"Slack does not take the app's token ({code}). {CONNECTS}"
    return f"Slack says {code}" if code else str(error) or type(error).__name__


def meaning(error: SlackApiError) -> Exception:
    """The error as the desk knows it."""
    code, response = code_of(error), getattr(error, "response", None)
    status, headers = _status(response), getattr(response, "headers", None) or {}
    if status == 429 or code == "ratelimited":
        return RateLimited(_seconds(headers))
    if code in LOCKED_OUT:
        log.error("Slack lets the desk in no more (%s): mend SLACK_BOT_TOKEN, or install the app again", code)
        return LockedOut(code)
    if not code or code in UNCLEAR or status >= 500:
        return RuntimeError(f"Slack answered {code or status or 'nothing that can be read'}")
    data = getattr(response, "data", response)
    needed = f" ({data['needed']})" if isinstance(data, Mapping) and data.get("needed") else ""
    kind = NotThere if code in ("message_not_found", "cant_update_message") else Refused
    return kind(f"Slack says {code}{needed}: {_MENDS.get(code, 'a person must look')}")


def part(answer: Mapping[str, Any] | AsyncSlackResponse, *names: str) -> Any:
    """What stands there in an answer of Slack's. Raises SlackApiError where it does not: whether it was done nobody
    knows then."""
    found: Any = answer
    for name in names:
        found = found.get(name) if isinstance(found, Mapping | AsyncSlackResponse) else None
    if not found:
        raise SlackApiError(f"Slack's answer holds no {names[0]}", {"ok": False})
    return found


@contextmanager
def understood() -> Iterator[None]:
    """Within it Slack's errors are the desk's."""
    try:
        yield
    except SlackApiError as error:
        raise meaning(error) from error


async def patiently(call: Callable[[], Awaitable[T]]) -> T:
    """Its answer, once Slack lets it be asked: for what somebody waits for, and no queue keeps. Raises as the call
    does."""
    for _ in range(TRIES):
        try:
            return await call()
        except (SlackApiError, RateLimited) as error:
            wait = meaning(error) if isinstance(error, SlackApiError) else error
            if not isinstance(wait, RateLimited) or wait.everywhere or wait.seconds > LONGEST:
                raise
        log.info("Slack asks to wait %.0f s", wait.seconds)
        await asyncio.sleep(wait.seconds)
    return await call()


def _status(response: Any) -> int:
    status = getattr(response, "status_code", None) or getattr(response, "status", None)
    return status if isinstance(status, int) else 0


def _seconds(headers: Mapping[str, Any]) -> float:
    said = next((value for name, value in headers.items() if str(name).lower() == "retry-after"), "")
    try:
        return float(said[0] if isinstance(said, list) else said)
    except (TypeError, ValueError):
        return 1.0


def deleted(error: SlackApiError, thread: Place) -> Gone:
    """The error as the desk knows it, where somebody deleted all of that thread."""
    return Gone(f"Slack says {code_of(error)}: somebody deleted the thread", thread)
