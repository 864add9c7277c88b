"""Which form asks for what a verb was not given: looks up what the form shows, and checks that its asker may see it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.commands import Command, Kind, Param, Who
from bot.desk.context import Context, Refusal
from bot.messages import capacity, forms, refusals, saved
from bot.messages.model import Form, Input, Option

Args = Mapping[str, Any]


def about(form: Callable[[str], Form]) -> Callable[[Context, Args], Awaitable[Form]]:
    """A form about one request: the one named, or this thread's."""

    async def build(context: Context, args: Args) -> Form:
        return form((await context.find(args.get("request"))).ref)

    return build


async def new(context: Context, args: Args) -> Form:
    """Raise a request."""
    own = context.directory.people_of(context.actor.client or "")
    colleagues = [person for person in own if person.id != context.actor.id]
    return forms.new(args, context.directory.kinds_for(context.actor.client or ""), colleagues)


async def reply(context: Context, args: Args) -> Form:
    """Answer the client; a saved reply that was chosen stands there to be read and changed."""
    found = await context.find(args.get("request"))
    key, replies = str(args.get("saved", "")), context.directory.replies_for(found.client)
    chosen = next((each for each in replies if each.key == key), None)
    if key and chosen is None:
        raise Refusal(refusals.no_saved_reply(key, [each.key for each in replies]))
    if chosen is None:
        return forms.reply(found.ref, replies)
    return forms.reply(found.ref, text=saved.words(chosen, found, context.directory, context.actor))


async def log(context: Context, args: Args, errors: Mapping[str, str] | None = None) -> Form:
    """Who called, when, and what they said."""
    people = [p for key in context.directory.clients for p in context.directory.people_of(key)]
    return forms.log(people, context.directory.clients, context.actor.zone, args, errors)


async def assign(context: Context, args: Args) -> Form:
    """Hand it to somebody of the team."""
    return forms.assign((await context.find(args.get("request"))).ref, context.directory.staff())


async def away(context: Context, args: Args) -> Form:
    """When somebody is away; a lead chooses whom."""
    lead = Who.LEAD.allows(context.actor)
    return capacity.away_form(
        context.directory.staff() if lead else [context.actor], context.actor, str(args.get("person", "")).lstrip("@")
    )


async def limit(context: Context, args: Args) -> Form:
    """How much somebody takes on."""
    return capacity.limit_form(context.directory.staff(), context.actor, str(args.get("person", "")).lstrip("@"))


async def add_client(context: Context, args: Args) -> Form:
    """A client, with the manager's own zone to start from."""
    return forms.add_client(str(args.get("key", "")), context.actor.zone)


async def add_person(context: Context, args: Args) -> Form:
    """Somebody of a client, or of the team; what was said already stands there."""
    return forms.add_person(args, list(context.directory.clients.values()))


def generic_form(command: Command, args: Mapping[str, Any], missing: list[Param]) -> Form:
    """A form for a command that has none of its own: one input for each argument that is missing."""
    inputs = tuple(
        Input(
            p.name,
            p.help,
            "choice" if p.choices else "area" if p.kind is Kind.TEXT else "line",
            required=True,
            options=tuple(Option(c, c.capitalize()) for c in p.choices),
        )
        for p in missing
    )
    # A question such as “How was it?” is what the form is about, not what pressing its button does.
    submit = "Send" if command.label.endswith("?") else command.label
    return Form(command.name, command.label, inputs, submit, dict(args), intro=command.help)
