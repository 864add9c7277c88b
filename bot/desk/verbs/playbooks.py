"""What the team has worked out once: kinds of request, checklists, saved replies."""

from __future__ import annotations

from typing import Annotated

from bot.commands import Kind, Spec, Who, command
from bot.desk.context import Context, Refusal
from bot.desk.verbs import asks
from bot.desk.verbs.common import RequestArg, client_key, do
from bot.domain import checklist as steps
from bot.domain import text as words
from bot.domain.events import ChecklistSet
from bot.domain.playbooks import RequestKind, SavedReply, checked, read_fields, read_lines
from bot.domain.policy import Priority
from bot.messages import refusals, saved
from bot.messages.model import Answer
from bot.ports import DirectoryEdit

Known = Annotated[str, Spec("The key of the one that is changed")]
ForClient = Annotated[str, Spec("A client's key; empty for every client", Kind.CLIENT)]
Gone = Annotated[bool, Spec("Take it away")]


@command(who=Who.STAFF, label="Checklist", example="checklist 42")
async def checklist(
    context: Context,
    request: RequestArg,
    steps: Annotated[str, Spec("Its steps, one a line", Kind.TEXT)] = "",
    edit: Annotated[bool, Spec("Change the steps")] = False,
) -> Answer:
    """The steps a request takes, and which are done."""
    found = await context.find(request)
    lines = checked(read_lines(words.clean(steps)))
    if edit and not lines:
        return Answer(form=saved.steps(found))
    if not lines:
        return Answer(saved.checklist(found, context.directory))
    return await do(context, found, (ChecklistSet(lines),), saved.checklist)


@command(who=Who.STAFF, label="Tick a step", example="tick 42 2")
async def tick(
    context: Context,
    request: RequestArg,
    step: Annotated[str, Spec("The step's number")],
    undo: Annotated[bool, Spec("It is to be done after all")] = False,
) -> Answer:
    """A step of the checklist is done."""
    found = await context.find(request)
    number = int(step) if step.isascii() and step.isdecimal() else 0
    return await do(context, found, steps.tick(found, number, done=not undo), saved.checklist)


@command(name="saved", who=Who.STAFF, label="Saved replies", example="saved")
async def saved_replies(context: Context) -> Answer:
    """The replies the team has saved, to start from."""
    replies = sorted(context.directory.replies.values(), key=lambda reply: reply.key)
    lead = Who.LEAD.allows(context.actor)
    return Answer(saved.replies(replies, context.desk.rules.command, may_edit=lead))


@command(who=Who.LEAD, label="Save a reply", example="save-reply ask-logs Hi {requester}, please send us the log.")
async def save_reply(
    context: Context,
    key: Annotated[str, Spec("Its name, such as ask-logs")] = "",
    text: Annotated[str, Spec("What it says, with placeholders such as {requester}", Kind.TEXT)] = "",
    client: ForClient = "",
    known: Known = "",
    gone: Gone = False,
) -> Answer:
    """Keep words you often write, under a name."""
    name = key.strip().lower()
    there = context.directory.replies.get(known or name)
    if gone:
        if there is None:
            raise Refusal(refusals.no_saved_reply(name, sorted(context.directory.replies)))
        return await context.edit(DirectoryEdit(gone=(("reply", there.key),)), Answer(saved.kept("gone.", there.key)))
    if words.is_blank(text):
        return Answer(form=saved.save_reply(there, name, sorted(context.directory.clients)))
    reply = SavedReply(name, words.clean(text), client_key(context, client))
    gone_keys = (("reply", known),) if known and known != name else ()
    said = saved.kept(f"saved. Use it with {context.desk.rules.command} use 42 {name}, or in the Reply form.", name)
    return await context.edit(DirectoryEdit(replies=(reply,), gone=gone_keys), Answer(said))


@command(who=Who.STAFF, label="Use a saved reply", example="use 42 ask-logs")
async def use(context: Context, request: RequestArg, key: Annotated[str, Spec("Which saved reply")]) -> Answer:
    """Open the reply form with a saved reply in it, to read and change before it goes."""
    return Answer(form=await asks.reply(context, {"request": request, "saved": key.lower()}))


@command(who=Who.STAFF, label="Kinds of request", example="kinds")
async def kinds(context: Context) -> Answer:
    """The kinds of request clients choose from, and what each asks."""
    found = {k.key: k for key in (*context.directory.clients, "") for k in context.directory.kinds_for(key)}
    return Answer(saved.kinds(list(found.values()), may_edit=Who.LEAD.allows(context.actor)))


@command(who=Who.LEAD, label="Kind of request", example="kind new-laptop")
async def kind(
    context: Context,
    key: Annotated[str, Spec("Its key, such as new-laptop")] = "",
    label: Annotated[str, Spec("What clients choose", Kind.TEXT)] = "",
    questions: Annotated[str, Spec("What it asks, one a line")] = "",
    steps: Annotated[str, Spec("Its checklist, one step a line")] = "",
    priority: Annotated[Priority | None, Spec("Where nobody says who is stopped")] = None,
    client: ForClient = "",
    known: Known = "",
    gone: Gone = False,
) -> Answer:
    """A kind of request with its own questions and checklist."""
    name = key.strip().lower()
    every = {k.key: k for c in (*context.directory.clients, "") for k in context.directory.kinds_for(c)}
    there = every.get(known or name)
    if gone and there is not None:
        off = RequestKind(there.key, there.label, there.client, active=False)
        return await context.edit(DirectoryEdit(kinds=(off,)), Answer(saved.kept("no longer offered.", there.key)))
    if words.is_blank(label):
        return Answer(form=saved.kind(there, name, sorted(context.directory.clients)))
    made = RequestKind(
        name,
        " ".join(words.clean(label).split()),
        client_key(context, client),
        read_fields(words.clean(questions)),
        read_lines(words.clean(steps)),
        Priority(priority) if priority else None,
    )
    edits = (made,)
    if known and known != name and there is not None:
        edits = (made, RequestKind(there.key, there.label, there.client, active=False))
    return await context.edit(DirectoryEdit(kinds=edits), Answer(saved.kept("clients can choose it now.", name)))
