"""Words that stand in one place and are meant for another, or count as something else than they were taken for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from bot.commands import Kind, Spec, Who, command
from bot.desk import hearing, intake, mirroring
from bot.desk.changing import step
from bot.desk.context import Context, Refusal
from bot.desk.conversations import team_thread
from bot.desk.verbs.common import RequestArg
from bot.desk.verbs.common import said as checked
from bot.domain import classes, said
from bot.domain import request as domain
from bot.domain import text as words
from bot.domain.events import MessageClass, Replied
from bot.messages import answers, forms, refusals
from bot.messages.model import Answer, Form
from bot.ports import Change, MessageRef, Source

MessageArg = Annotated[str, Spec("The message")]


async def _send_form(context: Context, args: Mapping[str, Any]) -> Form:
    """What will be sent, to be confirmed."""
    source = await _own(context, str(args.get("message", "")))
    request = await context.find(source.request)
    return forms.send(request.ref, source.ref.message, source.text, [file.name for file in source.files])


@command(who=Who.STAFF, label="Send to client", on_message="Send to client", on_note=True, form=_send_form, hidden=True)
async def send(
    context: Context,
    message: MessageArg,
    text: Annotated[str, Spec("What the client will read", Kind.TEXT)],
) -> Answer:
    """Send your own message of the team's thread to the client, with its files."""
    source = await _own(context, message)
    request = await context.find(source.request)
    entries = await context.desk.store.history(request.number)
    if any(isinstance(saying.entry.event, Replied) for saying in said.written_in(entries, source.key)):
        raise Refusal(refusals.sent_already(request.ref), show=request.number)
    text = "" if source.files and words.is_blank(text) else checked(text, "Your reply")
    (fact,) = domain.reply(request, text=text)
    # Words that were changed on the way are a reply of their own: later edits of the message are not the client's.
    key = source.key if text == source.text else ""
    reply = Replied(fact.text, fact.cls, message=key, files=source.files) if isinstance(fact, Replied) else fact
    done = step(
        context.directory,
        context.desk.rules,
        request,
        (reply,),
        at=context.at,
        by=context.actor,
        written_in=team_thread(request.number),
    )
    return await context.commit(
        Change((done.change,), done.outbox), Answer(answers.replied(done.request, context.directory))
    )


@command(who=Who.STAFF, label="Correct what it counts as", hidden=True)
async def recount(
    context: Context,
    request: RequestArg,
    entry: Annotated[str, Spec("Which message, by its number in the history")],
    to: Annotated[MessageClass, Spec("What it counts as")],
) -> Answer:
    """Say that a message was only thanks, or that it needs an answer; the clocks follow from its own time."""
    found = await context.find(request)
    if not entry.isdecimal() or len(entry) > 9:
        raise Refusal(refusals.no_message())
    entries = await context.desk.store.history(found.number)
    events = classes.recount(found, entries, int(entry), MessageClass(to), context.directory.calendars)
    done = step(context.directory, context.desk.rules, found, events, at=context.at, by=context.actor)
    drafts = await mirroring.again(context, done, entries)
    answer = Answer(answers.recounted(done.request, context.directory, MessageClass(to)))
    return await context.commit(Change((done.change,), (*done.outbox, *drafts.values())), answer)


@command(who=Who.STAFF, label="It was meant for them", hidden=True)
async def meant(context: Context, message: MessageArg) -> Answer:
    """What looked like a slip was a reply: it counts, at the time it was written."""
    source = await _slip(context, message)
    return await hearing.meant(context, source)


@command(who=Who.STAFF, label="Delete it", hidden=True)
async def unsay(context: Context, message: MessageArg) -> Answer:
    """Take away a slip that you typed where the client reads."""
    source = await _slip(context, message)
    return await mirroring.unsay(context, source)


@command(who=Who.STAFF, label="Keep it among the team", hidden=True)
async def inside(context: Context, message: MessageArg) -> Answer:
    """Move a slip that you typed where the client reads into a note for the team."""
    source = await _slip(context, message)
    return await mirroring.inside(context, source)


async def _slip(context: Context, message: str) -> Source:
    """The actor's own message there that the desk took for a slip, and that is nobody's request's yet."""
    source = await _found(context, message)
    if source.author != context.actor.id:
        raise Refusal(refusals.not_your_message(context.directory.name_of(source.author)))
    if not source.slip or source.deleted:
        raise Refusal(refusals.decided())
    return source


async def _own(context: Context, message: str) -> Source:
    """The actor's own message in a request's private thread."""
    source = await _found(context, message)
    if source.author != context.actor.id:
        raise Refusal(refusals.not_your_words(context.directory.name_of(source.author)))
    where = await hearing.conversation_of(context.desk.store, source.ref.place)
    if source.request is None or source.deleted or where != team_thread(source.request):
        raise Refusal(refusals.no_note())
    return source


async def _found(context: Context, message: str) -> Source:
    ref: MessageRef | None = context.message.ref if context.message else None
    if ref is None and message and context.place is not None:
        ref = intake.ref_at(context.place, words.clean(message))
    source = await context.desk.store.source(ref) if ref else None
    if source is None:
        raise Refusal(refusals.no_message())
    return source
