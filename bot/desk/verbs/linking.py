"""One person on several platforms: a code for another account, the accounts there are, and where to be spoken with."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from bot.commands import Spec, Who, command
from bot.desk import linking
from bot.desk.context import Context, Refusal
from bot.desk.conversations import direct
from bot.domain.people import Role
from bot.messages import linking as say
from bot.messages import refusals
from bot.messages.model import Answer
from bot.ports import BROWSER, DirectoryEdit


@command(who=Who.ALL, label="Link an account", example="link")
async def link(
    context: Context,
    code: Annotated[str, Spec("A code from another platform, or here: to be written to on this one")] = "",
) -> Answer:
    """Be the same person on another platform, by a code; see your accounts."""
    desk = context.desk
    if code.strip().lower() == linking.HERE:
        return await _here(context)
    if code.strip():
        # Where a platform knows whose account it is, a code never comes so far (`front.run_text`).
        raise Refusal(say.wrong_code(desk.rules.command))
    accounts = linking.real(await desk.store.identities(), context.actor.id)
    there = await desk.store.binding(direct(context.actor.id))
    home = context.actor.home or (there.platform if there else "")
    named = [(platform, linking.name_of((platform, w, user))) for platform, w, user in accounts]
    # Never kept as the answer of an event: whoever could read that would hold the code.
    return Answer(say.code(await linking.new_code(desk, context.actor), named, home, desk.rules.command))


async def _here(context: Context) -> Answer:
    if context.place is None:
        raise Refusal(refusals.not_here())
    platform, store = context.place.platform, context.desk.store
    person = context.directory.people[context.actor.id]
    accounts = linking.real(await store.identities(), person.id)
    if platform != BROWSER and all(each[0] != platform for each in accounts):
        raise Refusal(say.not_known_here(platform, context.desk.rules.command))
    there = await store.binding(direct(person.id))
    moved = there is None or there.platform != platform
    # Where they are is opened by the next message; what stands elsewhere stays, and is changed where it stands.
    unbound = (direct(person.id),) if moved and there else ()
    edit = DirectoryEdit(people=(replace(person, home=platform),), unbound=unbound)
    return await context.edit(edit, Answer(say.here(platform, moved=moved)))


@command(who=Who.ALL, label="Unlink an account", example="unlink slack/T024BE7LH/U012AB3CD")
async def unlink(context: Context, account: Annotated[str, Spec("One of your accounts, as link shows it")]) -> Answer:
    """Take an account away that is not yours, or no longer; a manager can for everybody."""
    accounts = await context.desk.store.identities()
    own, word = linking.real(accounts, context.actor.id), account.strip()
    found = [each for each in own if linking.name_of(each) == word or each[0] == word.lower()]
    if len({(platform, user) for platform, _, user in found}) == 1:
        found = found[:1]
    person = context.directory.people[context.actor.id]
    if not found and context.actor.role is Role.MANAGER:
        for platform, workspace, user, whose in accounts:
            if linking.name_of((platform, workspace, user)) == word and whose in context.directory.people:
                found, person = [(platform, workspace, user)], context.directory.people[whose]
    if len(found) != 1:
        raise Refusal(say.no_account(word, [linking.name_of(each) for each in own]))
    return await linking.unlink(context, found[0], person)
