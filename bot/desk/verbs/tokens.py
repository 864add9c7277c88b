"""Tokens of the API: which program acts as whom."""

from __future__ import annotations

from typing import Annotated

from bot.commands import Kind, Spec, Who, command
from bot.desk import tokens as desk_tokens
from bot.desk.context import Context, Refusal
from bot.domain.tokens import ORDER, TokenError
from bot.messages import tokens as say
from bot.messages.model import Answer


@command(who=Who.MANAGER, label="Tokens", example="tokens")
async def tokens(context: Context) -> Answer:
    """Which programs may work with requests, and as whom."""
    found, desk = await desk_tokens.in_force(context.desk), context.desk
    return Answer(say.listed(found, context.directory, desk.clock.machine(), desk.rules.command))


@command(who=Who.MANAGER, label="New token", example="token ci --service ci --role engineer --expires 90d")
async def token(
    context: Context,
    name: Annotated[str, Spec("A short name, such as ci")] = "",
    for_: Annotated[str, Spec("The person as whom it acts", Kind.PERSON, suggest="everybody", option=True)] = "",
    service: Annotated[str, Spec("Or the service as which it acts, by its name", option=True)] = "",
    role: Annotated[str, Spec("How much it may: client, engineer, lead or manager", option=True)] = "",
    client: Annotated[str, Spec("The only client it sees, by its key", Kind.CLIENT, option=True)] = "",
    expires: Annotated[str, Spec("Until when: 90d, 2027-01-31 or never", option=True)] = "",
    revoke: Annotated[bool, Spec("End it at once")] = False,
) -> Answer:
    """Let a program act as a person or under a name of its own; the token is shown once."""
    desk, directory = context.desk, context.directory
    if revoke:
        return Answer(say.revoked(await desk_tokens.revoke(desk, name, context.actor)))
    typed = {"name": name, "for": for_, "service": service, "role": role, "client": client}
    if expires:
        typed["expires"] = expires
    error = ""
    if name and (for_ or service):
        asked = desk_tokens.Asked(name, for_, service, role, client, expires)
        try:
            # Never kept as the answer of an event: whoever could read that would hold it.
            made, secret = await desk_tokens.make(desk, asked, context.actor)
            return Answer(say.made(made, secret, directory, desk.rules.command))
        except (Refusal, TokenError) as no:
            error = str(no)
    elif name:
        error = say.whose()
    people = sorted((p for p in directory.people.values() if p.active), key=lambda p: p.name)
    roles = [each for each in ORDER if ORDER.index(each) <= ORDER.index(context.actor.role)]
    return Answer(form=say.form(people, sorted(directory.clients), roles, typed, error))
