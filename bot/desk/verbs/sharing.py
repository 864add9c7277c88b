"""Who of a client sees a request: private ones, and whom they are shared with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from bot.commands import Kind, Spec, Who, command
from bot.desk.context import Context, Refusal
from bot.desk.conversations import client_channel, client_thread
from bot.desk.files import shown
from bot.desk.verbs.common import RequestArg, do, somebody, take
from bot.domain import sharing as decide
from bot.domain.request import Request
from bot.domain.said import sayings
from bot.messages import forms, refusals
from bot.messages import sharing as say
from bot.messages.model import Answer, Form
from bot.ports import Change, Draft, Op, Urgency


def _check(context: Context, request: Request) -> Request:
    if not decide.may_change_audience(request, context.actor):
        name = context.directory.name_of(request.requester)
        raise Refusal(refusals.not_yours_to_share(request.ref, name))
    return request


@command(who=Who.ALL, label="Make private", example="private 42")
async def private(
    context: Context, request: RequestArg, sure: Annotated[bool, Spec("Do it without asking again")] = False
) -> Answer:
    """From now on only its requester, those it is shared with and the team see it."""
    found = _check(context, await context.find(request))
    events = decide.make_private(found)
    if not sure:
        return Answer(form=forms.private(found.ref, stands_in_channel=True))
    after = take(context, found, events)
    gone = await _taken_away(context, found)
    answer = Answer(say.made_private(after.request, context.directory))
    return await context.commit(
        Change((after.change,), (*gone, *after.outbox), hidden_files=await _hidden(context, found)), answer
    )


async def _taken_away(context: Context, request: Request) -> list[Draft]:
    """What the desk wrote in the client's channel is deleted, after all that is still on its way there."""
    thread = client_thread(request.number)
    slots = [(slot, thread) for slot in await context.desk.store.slots_in(thread)]
    root = f"{request.ref}:root"
    if await context.desk.store.placed([root]):
        slots.append((root, client_channel(request.client)))
    return [
        Draft(f"{slot}:private:{request.version}", Op.DELETE, where, slot=slot, urgency=Urgency.DIGEST)
        for slot, where in slots
    ]


async def _hidden(context: Context, request: Request) -> tuple[tuple[str, str], ...]:
    """Files that the desk carried into the channel are no longer read from there."""
    said = sayings(await context.desk.store.history(request.number)).values()
    carried = [file for saying in said if not getattr(saying.entry.event, "message", "") for file in saying.files]
    return shown(carried, client_thread(request.number))


async def _share_form(context: Context, args: Mapping[str, Any]) -> Form:
    found = _check(context, await context.find(args.get("request")))
    seen = {found.requester, *found.stakeholders}
    return forms.share(found.ref, [p for p in context.directory.people_of(found.client) if p.id not in seen])


@command(who=Who.ALL, label="Share", example="share 42 @lee", form=_share_form)
async def share(
    context: Context,
    request: RequestArg,
    person: Annotated[str, Spec("Who of the client may see it too", Kind.PERSON, suggest="people")],
) -> Answer:
    """Let one more person of the client see a private request."""
    found = _check(context, await context.find(request))
    to = somebody(person, context.directory.people_of(found.client))
    return await do(context, found, decide.share(found, to=to), say.shared_with(to))
