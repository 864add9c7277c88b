"""Working through a checklist."""

from __future__ import annotations

from bot.domain.events import StepDone
from bot.domain.request import Decision, NotAllowed, Request


def tick(request: Request, step: int, *, done: bool) -> Decision:
    """A step of the checklist, counted from 1 as people do, is done, or not after all."""
    if not 1 <= step <= len(request.checklist):
        there = len(request.checklist)
        raise NotAllowed(
            f"{request.ref} has {there} steps; name one from 1 to {there}." if there else _no_steps(request)
        )
    if bool(request.checklist[step - 1].done_by) is done:
        raise NotAllowed(f"Step {step} of {request.ref} is {'done' if done else 'open'} already.")
    return (StepDone(step - 1, done),)


def _no_steps(request: Request) -> str:
    return f"{request.ref} has no checklist yet; write its steps first, one a line."
