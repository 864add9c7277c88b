"""Webhooks: who outside is told what happens here."""

from __future__ import annotations

import base64
import secrets
from typing import Annotated

from bot.commands import Kind, Spec, Who, command
from bot.desk.context import Context, Refusal
from bot.desk.hooks import conversation
from bot.desk.verbs.common import client_key
from bot.domain.hooks import SECRET_PREFIX, Hook
from bot.messages import hooks as say
from bot.messages import refusals
from bot.messages.model import Answer, Notice
from bot.ports import Change, DirectoryEdit, Draft, Op, Place

PLATFORM, WORKSPACE = "webhook", "desk"
"""Where hooks are, to the desk's memory."""


@command(who=Who.MANAGER, label="Webhooks", example="webhooks")
async def webhooks(context: Context) -> Answer:
    """Who outside is told what happens here."""
    found = sorted(context.directory.hooks.values(), key=lambda hook: hook.key)
    return Answer(say.listed(found, context.desk.rules.command))


@command(who=Who.MANAGER, label="Add a webhook", example="webhook ci https://ci.example.org/desk")
async def webhook(
    context: Context,
    key: Annotated[str, Spec("A short name, such as ci")] = "",
    url: Annotated[str, Spec("Its address, beginning with https://")] = "",
    about: Annotated[str, Spec("request, sla, or both with a comma")] = "",
    client: Annotated[str, Spec("A client's key; empty for every client", Kind.CLIENT)] = "",
    gone: Annotated[bool, Spec("Take it away")] = False,
    test: Annotated[bool, Spec("Send it a message now")] = False,
) -> Answer:
    """Tell an address outside what happens here, signed with a secret of its own."""
    name = key.strip().lower()
    there = context.directory.hooks.get(name)
    if (gone or test) and there is None:
        raise Refusal(refusals.no_hook(name, sorted(context.directory.hooks)))
    if gone and there is not None:
        return await context.edit(DirectoryEdit(gone=(("hook", name),)), Answer(say.gone(there)))
    if test and there is not None:
        body = Notice("test", context.at, {"said": "Steward can reach you."})
        id = f"hook:{name}:test:{context.at.isoformat()}"
        return await context.commit(
            Change(outbox=(Draft(id, Op.POST, conversation(name), body),)), Answer(say.tested(there))
        )
    if not url.strip():
        return Answer(form=say.form(name, sorted(context.directory.clients)))
    wanted = tuple(word.strip() for word in about.split(",") if word.strip()) or ("request", "sla")
    # The address may change under the same secret: whoever receives it need not learn a new one.
    hook = Hook(name, url.strip(), there.secret if there else _new_secret(), wanted, client_key(context, client))
    place = Place(PLATFORM, WORKSPACE, name)
    edit = DirectoryEdit(hooks=(hook,), bindings=((conversation(name), place),))
    return await context.edit(edit, Answer(say.added(hook, fresh=there is None, command=context.desk.rules.command)))


def _new_secret() -> str:
    """A secret to sign with, 32 random bytes, as the Standard Webhooks convention writes it."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
