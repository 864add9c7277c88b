"""Who sees a request of a client: decisions that make one private, and share a private one."""

from __future__ import annotations

from bot.domain.events import MadePrivate, Shared
from bot.domain.people import Person
from bot.domain.request import Decision, NotAllowed, Request


def may_change_audience(request: Request, person: Person) -> bool:
    """Who may make it private, or share it: its requester and the team."""
    return person.is_staff or person.id == request.requester


def make_private(request: Request) -> Decision:
    """Seen by its requester, stakeholders and the team from now on. Raises NotAllowed where it is so already."""
    if request.private:
        raise NotAllowed(f"{request.ref} is private already.")
    return (MadePrivate(),)


def share(request: Request, *, to: Person) -> Decision:
    """Let one more person of the client see it. Raises NotAllowed where they can already, or never may."""
    if to.client != request.client or not to.active:
        raise NotAllowed(f"{to.name} does not belong to {request.client}, so {request.ref} is not shown to them.")
    if not request.private:
        raise NotAllowed(f"{request.ref} is not private: everybody of {request.client} can see it already.")
    if to.id == request.requester or to.id in request.stakeholders:
        raise NotAllowed(f"{to.name} sees {request.ref} already.")
    return (Shared(to.id),)
