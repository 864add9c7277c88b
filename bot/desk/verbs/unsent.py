"""What could not be sent: see it, send it again, or leave it."""

from __future__ import annotations

from typing import Annotated

from bot.commands import Spec, Who, command
from bot.desk import unsent as letters
from bot.desk.context import Context, Refusal
from bot.messages import unsent as say
from bot.messages.model import Answer


@command(who=Who.MANAGER, label="What was not sent", example="unsent")
async def unsent(
    context: Context,
    letter: Annotated[str, Spec("The message's number in the list")] = "",
    again: Annotated[bool, Spec("Send it again, or all without a number; each is looked for first")] = False,
    leave: Annotated[bool, Spec("Do not send it")] = False,
) -> Answer:
    """See messages that could not be sent: where, what and why; send one again, or leave it."""
    store = context.desk.store.unsent
    if again and not letter:
        seen, *_ = await letters.visible(context)
        sent = [await store.resend(each.id, context.desk.clock.machine()) for each in seen]
        return Answer(say.all_again(sum(sent)))
    if letter and (again or leave):
        found = await letters.one(context, letter)
        reason = say.left_by(context.actor.name)
        done = store.resend(found.id, context.desk.clock.machine()) if again else store.leave(found.id, reason)
        if not await done:
            raise Refusal(say.none_such(letter, context.desk.rules.command))
        others = bool((await letters.visible(context))[0])
        return Answer(say.again(found.id, others) if again else say.left(found.id, others))
    seen, hidden, older = await letters.visible(context)
    return Answer(say.listed([letters.shown(context.directory, each) for each in seen], hidden, older))
