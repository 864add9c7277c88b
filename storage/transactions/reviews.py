"""Service reviews, written under the version that the writer saw; and the occurrences of recurring requests."""

from __future__ import annotations

from bot.codec import review_from_json, review_to_json
from bot.domain.recurring import Run
from bot.domain.review import Review
from bot.ports import Conflict, ReviewChange
from storage.instants import instant, micros
from storage.tx import BIGGEST, Tx, ask, one


def of_client(client: str, limit: int) -> Tx[tuple[Review, ...]]:
    """A client's reviews, the newest first."""
    rows = yield from ask("reviews_of", client=client, limit=min(max(limit, 0), BIGGEST))
    return tuple(review_from_json(row["body"]) for row in rows)


def planned() -> Tx[tuple[Review, ...]]:
    """Every client's planned review, the next one first."""
    return tuple(review_from_json(row["body"]) for row in (yield from ask("planned_reviews")))


def write(change: ReviewChange) -> Tx[None]:
    """Raises Conflict where the stored version is not the expected one, or another review is planned."""
    review = change.review
    columns = {
        "client": review.client,
        "number": review.number,
        "state": review.state.value,
        "planned_at": micros(review.planned_at),
        "version": review.version,
        "body": review_to_json(review),
    }
    if change.expected:
        row = yield from one("update_review", expected=change.expected, **columns)
    else:
        row = yield from one("insert_review", **columns)
    if row is None:
        raise Conflict(f"review {review.number} of {review.client} is no longer at version {change.expected}")


def add_run(run: Run) -> Tx[None]:
    """Raises Conflict where that occurrence was recorded before."""
    row = yield from one("add_run", entry=run.entry, at=micros(run.at), request=run.request)
    if row is None:
        raise Conflict(f"{run.entry} came already at {run.at}")


def runs_of(entry: str, limit: int) -> Tx[tuple[Run, ...]]:
    """The latest occurrences of a recurring request, the newest first."""
    rows = yield from ask("runs_of", entry=entry, limit=min(max(limit, 0), BIGGEST))
    return tuple(Run(row["entry"], instant(row["at"]), row["request"]) for row in rows)
