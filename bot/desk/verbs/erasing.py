"""Erasing one person, for good."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from bot.commands import Kind, Spec, Who, command
from bot.desk import erasing
from bot.desk.context import Context, Refusal
from bot.domain.people import Role
from bot.messages import erasing as say
from bot.messages.model import Answer, Form


async def _form(context: Context, args: Mapping[str, Any]) -> Form:
    person = _whom(context, str(args["person"])) if "person" in args else context.actor
    _check(context, person.id)
    return say.form(person, await context.desk.store.erasing.extent(person.id))


@command(who=Who.MANAGER, label="Erase a person", example="erase @dana", form=_form)
async def erase(
    context: Context,
    person: Annotated[str, Spec("Who, such as @dana", Kind.PERSON)],
    confirm: Annotated[str, Spec("Their whole name, to confirm", Kind.TEXT)],
) -> Answer:
    """Erase a person's name and words for good; figures stay."""
    whom = _whom(context, person)
    _check(context, whom.id)
    if " ".join(confirm.split()) != " ".join(whom.name.split()):
        found = await context.desk.store.erasing.extent(whom.id)
        return Answer(form=say.form(whom, found, error=say.not_confirmed(whom.name)))
    named = await erasing.named(context.desk.store, whom.id)
    done = await erasing.erase(context.desk, named, by=context.actor, compact=False)
    return Answer(say.done(done.changed, done.remains))


def _whom(context: Context, word: str):
    """Also somebody who has left. By their name in commands only: a guess must not erase anybody."""
    person = context.directory.people.get(word.strip().lstrip("@").lower())
    if person is None:
        raise Refusal(say.nobody(word))
    return person


def _check(context: Context, id: str) -> None:
    if id == context.actor.id:
        raise Refusal(say.yourself())
    if [manager.id for manager in context.directory.staff(Role.MANAGER)] == [id]:
        raise Refusal(say.last_manager())
