"""Ending a request, and taking that back."""

from __future__ import annotations

from typing import Annotated

from bot.commands import Kind, Spec, Who, command
from bot.desk.context import Context, Refusal
from bot.desk.verbs import asks
from bot.desk.verbs.common import RequestArg, do, said, take
from bot.domain import request as domain
from bot.domain import text as words
from bot.domain.events import Cancelled, Closed, Reopened, Resolved, ResolveUndone
from bot.messages import answers, forms, refusals, saved
from bot.messages.model import Answer
from bot.ports import Change

MaybeWords = Annotated[str, Spec("A word about it", Kind.TEXT)]


@command(
    who=Who.STAFF,
    label="Resolve",
    example="resolve 42 Restarted the export.",
    form=asks.about(forms.resolve),
    fact=Resolved,
)
async def resolve(
    context: Context,
    request: RequestArg,
    text: Annotated[str, Spec("What was done", Kind.TEXT)],
    sure: Annotated[bool, Spec("Though steps of its checklist are open")] = False,
) -> Answer:
    """Say what was done; a minute later the client is asked whether it works."""
    return await _resolve(context, request, said(text, "What was done"), sure=sure)


@command(who=Who.STAFF, label="Resolve", emoji=("✅",), hidden=True, fact=Resolved)
async def done(
    context: Context,
    request: RequestArg,
    sure: Annotated[bool, Spec("Though steps of its checklist are open")] = False,
) -> Answer:
    """Resolve at once, as the ✅ reaction does; what was done can be added by a reply."""
    return await _resolve(context, request, "", sure=sure)


async def _resolve(context: Context, request: str, summary: str, *, sure: bool) -> Answer:
    found = await context.find(request)
    after = take(context, found, domain.resolve(found, summary=summary))
    if not sure and any(not step.done_by for step in found.checklist):
        return Answer(saved.unfinished(found, summary))
    return await context.commit(
        Change((after.change,), after.outbox),
        Answer(answers.resolved(after.request, context.desk.rules.undo)),
    )


@command(who=Who.STAFF, label="Undo resolve", example="undo 42", fact=ResolveUndone)
async def undo(context: Context, request: RequestArg) -> Answer:
    """Take a resolve back before the client has heard of it."""
    found = await context.find(request)
    return await do(context, found, domain.undo_resolve(found), answers.done("is as it was; the client heard nothing."))


@command(who=Who.CLIENT, label="Yes, it works", example="works 42")
async def works(context: Context, request: RequestArg) -> Answer:
    """Confirm that it is solved; the request closes."""
    found = await context.find(request)
    return await do(context, found, domain.works(found), answers.done("is closed. Thank you for telling us."))


@command(
    who=Who.CLIENT, label="Not yet", example="not-yet 42 it still fails", form=asks.about(forms.not_yet), fact=Reopened
)
async def not_yet(
    context: Context, request: RequestArg, text: Annotated[str, Spec("What still goes wrong", Kind.TEXT)]
) -> Answer:
    """Say that it is not solved; the request is open again."""
    found = await context.find(request)
    days = context.client(found.client).settings.reopen_days
    if not domain.may_reopen(found, at=context.at, days=days):
        raise Refusal(refusals.too_late(found.ref, days), show=found.number)
    text = said(text, "What still goes wrong")
    return await do(context, found, domain.reopen(found, reason="it does not work yet", text=text))


Sure = Annotated[bool, Spec("Do it without asking for a reason")]


@command(who=Who.STAFF, label="Reopen", example="reopen 42 it came back", fact=Reopened)
async def reopen(context: Context, request: RequestArg, text: MaybeWords = "", sure: Sure = False) -> Answer:
    """Open a resolved or closed request again."""
    found = await context.find(request)
    events = domain.reopen(found, reason=words.clean(text) or "the team reopened it")
    if not text and not sure:
        take(context, found, events)  # what may not be reopened is refused before anybody is asked why
        return Answer(form=forms.reopen(found.ref))
    return await do(context, found, events, answers.done("is open again."))


@command(who=Who.STAFF, label="Close", example="close 42 done by phone", fact=Closed)
async def close(context: Context, request: RequestArg, text: MaybeWords = "", sure: Sure = False) -> Answer:
    """Close without asking the client again."""
    found = await context.find(request)
    events = domain.close(found, reason=words.clean(text))
    if not text and not sure:
        return Answer(form=forms.close(found.ref))
    return await do(context, found, events, answers.done("is closed; the client was told."))


@command(
    who=Who.ALL, label="Not a request", example="not-a-request 42 opened twice", aliases=("cancel",), fact=Cancelled
)
async def not_a_request(context: Context, request: RequestArg, text: MaybeWords = "", sure: Sure = False) -> Answer:
    """Set aside what is no request; nothing is owed on it any more."""
    found = await context.find(request)
    if not context.actor.is_staff and found.requester != context.actor.id:
        raise Refusal(refusals.not_yours(found.ref, context.directory.name_of(found.requester)))
    events = domain.cancel(found, reason=words.clean(text) or "not a request")
    if not text and not sure:
        return Answer(form=forms.cancel(found.ref, for_staff=context.actor.is_staff))
    return await do(context, found, events, answers.done("is set aside as no request."))
