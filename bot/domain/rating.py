"""How was it? One word from the requester for each resolution, and somebody who gets in touch about a low one."""

from __future__ import annotations

from bot.domain.events import FollowedUp, Rated, RatingExplained, RatingSkipped, Status
from bot.domain.parts import LOW
from bot.domain.people import Person
from bot.domain.request import Decision, NotAllowed, Request


def rate(request: Request, *, by: Person, score: int) -> Decision:
    """How it was, by its requester, once a resolution; nobody rates their own work."""
    _rates(request, by)
    if request.rating and request.rating.score:
        raise NotAllowed(f"You gave {request.ref} {request.rating.score} of 5 already; thank you. Write here for more.")
    return (Rated(score),)


def skip_rating(request: Request, *, by: Person) -> Decision:
    """They would rather not say."""
    _rates(request, by)
    if request.rating and (request.rating.score or request.rating.skipped):
        raise NotAllowed(f"That is settled for {request.ref} already; there is nothing more to do.")
    return (RatingSkipped("they would rather not say"),)


def explain_rating(request: Request, *, by: Person, text: str) -> Decision:
    """Why they rated it so; the latest word counts."""
    _rates(request, by)
    if request.rating is None or not request.rating.score:
        raise NotAllowed(f"Rate {request.ref} first, from 1 (poor) to 5 (great).")
    return (RatingExplained(text),)


def _rates(request: Request, by: Person) -> None:
    if by.id != request.requester or by.is_staff:
        raise NotAllowed(f"Only the person who raised {request.ref} can say how it was.")
    if request.status is not Status.CLOSED or request.rating is None:
        raise NotAllowed(f"{request.ref} is not closed as solved; you can rate it once it is.")


def follow_up(request: Request, *, text: str) -> Decision:
    """Somebody got in touch about a low rating. Raises NotAllowed where there is none, or somebody did already."""
    rating = request.rating
    if rating is None or not 0 < rating.score <= LOW:
        raise NotAllowed(f"{request.ref} has no low rating to follow up.")
    if rating.followed_up_by:
        raise NotAllowed(f"Somebody got in touch about {request.ref} already; see its history.")
    return (FollowedUp(text),)
