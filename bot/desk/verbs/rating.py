"""How was it? The requester's word after closing, and somebody who gets in touch about a low one."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from bot.commands import Kind, Spec, Who, command
from bot.desk.context import Context
from bot.desk.verbs import asks
from bot.desk.verbs.common import RequestArg, do, said
from bot.domain import rating
from bot.messages import answers
from bot.messages import rating as say
from bot.messages.model import Answer


class Score(StrEnum):
    """How it was; or no word on it."""

    POOR = "1"
    WEAK = "2"
    FAIR = "3"
    GOOD = "4"
    GREAT = "5"
    SKIP = "skip"


@command(who=Who.CLIENT, label="How was it?", example="rate 42 5")
async def rate(
    context: Context, request: RequestArg, score: Annotated[Score, Spec("1 (poor) to 5 (great), or skip")]
) -> Answer:
    """Say how our help was, once a request is closed."""
    found = await context.find(request)
    if Score(score) is Score.SKIP:
        return await do(context, found, rating.skip_rating(found, by=context.actor), say.thanks)
    return await do(context, found, rating.rate(found, by=context.actor, score=int(score)), say.thanks)


@command(who=Who.CLIENT, label="Say why", example="rate-why 42 Quick and kind.", form=asks.about(say.why), hidden=True)
async def rate_why(context: Context, request: RequestArg, text: Annotated[str, Spec("Why", Kind.TEXT)]) -> Answer:
    """Say why you rated it so."""
    found = await context.find(request)
    events = rating.explain_rating(found, by=context.actor, text=said(text, "Your word"))
    return await do(context, found, events, answers.done("has your word on it. Thank you."))


@command(
    who=Who.LEAD,
    label="Follow up a rating",
    example="follow-up 42 Called Dana; we agreed on a weekly check.",
    form=asks.about(say.follow_up),
)
async def follow_up(
    context: Context, request: RequestArg, text: Annotated[str, Spec("What came of it", Kind.TEXT)]
) -> Answer:
    """Record that you got in touch about a low rating."""
    found = await context.find(request)
    events = rating.follow_up(found, text=said(text, "What came of it"))
    return await do(context, found, events, answers.done("has your follow-up; it is at hand in the next review."))
