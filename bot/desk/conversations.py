"""The names of logical conversations: what the desk calls the places where people talk, wherever they are bound."""

from __future__ import annotations

from bot.domain.request import Request

TRIAGE = "triage"
ALERTS = "alerts"


def client_channel(key: str) -> str:
    """The client's channel."""
    return f"client:{key}"


def client_thread(number: int) -> str:
    """The request's thread in the client's channel."""
    return f"request:{number}:client"


def team_thread(number: int) -> str:
    """The request's private thread under its card."""
    return f"request:{number}:team"


def direct(person: str) -> str:
    """The direct conversation with a person."""
    return f"dm:{person}"


def private_thread(number: int) -> str:
    """A private request's thread in its requester's direct conversation."""
    return f"request:{number}:private"


def over(conversation: str, number: int) -> str:
    """Where a conversation was that goes on elsewhere: what is written there is nobody's any more."""
    return f"{conversation}:over:{number}"


def client_side(request: Request) -> str:
    """Where the client's side of a request talks: its thread in the client's channel, or the private one."""
    return private_thread(request.number) if request.private else client_thread(request.number)


def request_of(conversation: str | None) -> int | None:
    """The number of the request whose thread that is."""
    parts = (conversation or "").split(":")
    return int(parts[1]) if parts[0] == "request" and len(parts) == 3 else None
