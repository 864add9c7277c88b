"""What a request is, in the team's words: its tags and its kind. By these another policy may match (rule 13)."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from bot.commands import Kind, Spec, Who, command
from bot.desk.context import Context, Refusal
from bot.desk.verbs.common import RequestArg, do
from bot.domain import promising
from bot.messages import answers, refusals
from bot.messages.model import Answer

Word = Annotated[str, Spec("The tag, such as vip", Kind.TEXT)]


@command(who=Who.STAFF, label="Tag", example="tag 42 vip")
async def tag(context: Context, request: RequestArg, text: Word) -> Answer:
    """Give a request a tag; a policy may be for requests with it."""
    found = await context.find(request)
    say = partial(answers.labelled, was=found)
    return await do(context, found, promising.tag(found, text=text), say)


@command(who=Who.STAFF, label="Untag", example="untag 42 vip")
async def untag(context: Context, request: RequestArg, text: Word) -> Answer:
    """Take a tag off a request."""
    found = await context.find(request)
    say = partial(answers.labelled, was=found)
    return await do(context, found, promising.untag(found, text=text), say)


@command(who=Who.STAFF, label="Change the kind", example="change-kind 42 question")
async def change_kind(
    context: Context, request: RequestArg, to: Annotated[str, Spec("The kind, by its key or label", Kind.TEXT)]
) -> Answer:
    """Say what kind of request it is."""
    found = await context.find(request)
    kinds = context.directory.kinds_for(found.client)
    wanted = " ".join(to.split()).casefold()
    named = next((each for each in kinds if wanted in (each.key, each.label.casefold())), None)
    if named is None:
        raise Refusal(refusals.no_kind(to, [each.key for each in kinds]))
    say = partial(answers.labelled, was=found)
    return await do(context, found, promising.change_kind(found, to=named.key), say)
