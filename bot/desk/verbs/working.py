"""Working a request: who has it, what is said to whom, how pressing it is, and waiting."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from bot.commands import Kind, Spec, Who, command
from bot.desk.context import Context, Refusal
from bot.desk.rota import load_of, next_person
from bot.desk.verbs import asks
from bot.desk.verbs.common import RequestArg, do, said, somebody, speak
from bot.domain import request as domain
from bot.domain.events import AskedClient, Assigned, PriorityChanged, Replied, Resumed
from bot.domain.policy import Impact, Priority, Urgency, priority_of
from bot.messages import answers, forms, refusals
from bot.messages.model import Answer

Words = Annotated[str, Spec("The words", Kind.TEXT)]


@command(who=Who.STAFF, example="claim 42", emoji=("👀",), fact=Assigned)
async def claim(context: Context, request: RequestArg) -> Answer:
    """Take a request and start working on it."""
    found = await context.find(request)
    if context.actor.id not in context.directory.people:
        raise Refusal(refusals.no_owner(context.actor.name))
    load = await load_of(context, context.actor, but=found)
    say = partial(answers.claimed, load=load, command=context.desk.rules.command)
    return await do(context, found, domain.claim(found, by=context.actor), say)


@command(who=Who.STAFF, label="Assign", example="assign 42 @sam", form=asks.assign, fact=Assigned)
async def assign(
    context: Context,
    request: RequestArg,
    to: Annotated[str, Spec("Who takes it; “team” puts it back, “next” is who has room", Kind.PERSON, suggest="staff")],
) -> Answer:
    """Hand a request to somebody of the team, to who has room, or back to the team."""
    found = await context.find(request)
    word, had = to.strip().lstrip("@").casefold(), None
    if word == "next":
        chosen = await next_person(context, found.number, but=found.owner)
        if chosen is None:
            raise Refusal(refusals.nobody_has_room(context.desk.rules.command))
        person, had = chosen
    else:
        person = None if word == "team" else somebody(to, context.directory.staff())
    load = await load_of(context, person, but=found)
    say = partial(answers.assigned, load=load, command=context.desk.rules.command, had=had)
    return await do(context, found, domain.assign(found, to=person), say)


@command(
    who=Who.STAFF, label="Reply", example="reply 42 We found it; a fix comes today.", form=asks.reply, fact=Replied
)
async def reply(
    context: Context,
    request: RequestArg,
    text: Words,
    saved: Annotated[str, Spec("A saved reply to start from")] = "",
) -> Answer:
    """Answer the client, under your own name."""
    found = await context.find(request)
    text = said(text, "Your reply")
    return await speak(context, found, domain.reply(found, text=text), answers.replied)


@command(who=Who.STAFF, label="Note", example="note 42 The disk was full again.", form=asks.about(forms.note))
async def note(context: Context, request: RequestArg, text: Words) -> Answer:
    """Write something down for the team; the client never sees it."""
    found = await context.find(request)
    if (context.conversation or "").startswith("client:") or (context.thread_request and not context.in_team_thread):
        raise Refusal(refusals.note_in_public(found.ref))
    return await do(context, found, (domain.NoteAdded(said(text, "Your note")),), answers.done("has your note."))


@command(who=Who.STAFF, label="Priority", example="priority 42 P1 the whole floor is down", fact=PriorityChanged)
async def priority(
    context: Context,
    request: RequestArg,
    to: Annotated[Priority | None, Spec("Set it directly; needs a reason")] = None,
    reason: Annotated[str, Spec("Why", Kind.TEXT)] = "",
    impact: Annotated[Impact | None, Spec("Who is stopped?")] = None,
    urgency: Annotated[Urgency | None, Spec("How soon does it matter?")] = None,
) -> Answer:
    """Set how pressing it is: impact × urgency, or directly with a reason."""
    found = await context.find(request)
    form = partial(forms.priority, found.ref, now=found.priority, impact=found.stopped)
    if to is None and impact is None:
        return Answer(form=form())
    if to is not None and not reason.strip():
        return Answer(form=form(to=str(to), errors={"reason": refusals.why_override()}))
    level = Priority(to) if to else priority_of(Impact(impact or ""), Urgency(urgency or Urgency.NORMAL))
    why = said(reason.strip() or f"impact {impact}, urgency {urgency or Urgency.NORMAL}", "The reason")
    return await do(context, found, domain.prioritise(found, to=level, reason=why), answers.prioritised)


@command(
    who=Who.STAFF,
    label="Ask client",
    example="ask-client 42 Which format?",
    form=asks.about(forms.ask_client),
    fact=AskedClient,
)
async def ask_client(context: Context, request: RequestArg, text: Words) -> Answer:
    """Ask the client something and wait for the answer; the resolution clock pauses."""
    found = await context.find(request)
    question = said(text, "Your question")
    return await speak(context, found, domain.ask_client(found, question=question), partial(answers.asked, found))


@command(who=Who.STAFF, label="Go on", example="resume 42", fact=Resumed)
async def resume(context: Context, request: RequestArg) -> Answer:
    """Go on without waiting any longer."""
    found = await context.find(request)
    return await do(context, found, domain.resume(found, reason="the team goes on"), answers.done("goes on."))
