"""Words of the team's that seem not meant for the client who reads them: nothing comes of it unless they say so."""

from __future__ import annotations

from dataclasses import replace

from bot.commands import REGISTRY, Kind, UsageError, parse
from bot.desk import slips
from bot.desk.asides import is_aside
from bot.desk.context import Context
from bot.desk.files import shown
from bot.domain.names import read_ref
from bot.domain.request import Request
from bot.messages import refusals
from bot.messages import slips as say
from bot.messages.model import Action, Answer
from bot.ports import Change, Source


def typed_in(context: Context, text: str, request: Request | None) -> slips.Typed | None:
    """The command that somebody of the team wrote as a message."""
    return slips.typed_in(
        text,
        REGISTRY.commands.values(),
        context.directory,
        word=context.desk.rules.command,
        number=request.number if request else None,
        clients=tuple(context.directory.clients),
    )


def doubt(context: Context, source: Source, client: str, request: Request | None) -> Answer | None:
    """What its author is asked; None where it is a reply like any other."""
    name, message = context.client(client).name, source.ref.message
    typed = typed_in(context, source.text, request)
    if typed is not None and not (typed.verb == "note" and typed.rest):
        return Answer(say.command(name, message, source.text.strip(), *_way(context, typed, request)))
    if typed is None and not is_aside(source.text, context.directory, author=context.actor.id, client=client):
        return None
    return Answer(say.aside(name, message, request))


async def hold(context: Context, source: Source, asked: Answer) -> Answer:
    """Nothing is done or posted, and its author alone is told."""
    files = shown(source.files, context.conversation)
    return await context.commit(Change(sources=(replace(source, slip=True),), shown_files=files), asked)


def note_in(context: Context, text: str, request: Request) -> str:
    """The words as a note: without the verb, where they were written as a command."""
    typed = typed_in(context, text, request)
    if typed is None or typed.command is None or typed.command.name != "note":
        return text
    return str(parse(typed.command, typed.rest, here=request.number).get("text", text))


def _way(context: Context, typed: slips.Typed, request: Request | None) -> tuple[Action | None, str]:
    """The button that runs it, or who may instead."""
    command, word = typed.command, context.desk.rules.command
    if command is None or command.hidden:
        return None, refusals.unknown_verb(typed.verb, None, word)
    if not command.who.allows(context.actor):
        return None, refusals.not_for_you(command.label, command.who, context.directory, context.actor)
    try:
        args = parse(command, typed.rest, here=request.number if request else None)
    except UsageError:
        args = {}
    label = command.label
    if request is not None and any(param.kind is Kind.REQUEST for param in command.params):
        named = read_ref(str(args.setdefault("request", request.number)))
        label += f": {request.ref if named and named.number == request.number else args['request']}"
    return Action(command.name, label, args, "primary", staff_only=True), ""
