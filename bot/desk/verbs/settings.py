"""Settings of each client and of the team: shown in words, edited by form, and who changed what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

from bot.commands import Kind, Spec, Who, command
from bot.desk.context import Context, Refusal
from bot.desk.plan.values import as_text, from_text, merged, names, options, plain
from bot.domain.people import Client, Directory, Role
from bot.domain.settings import ClientSettings, TeamSettings
from bot.messages import settings as say
from bot.messages.model import Answer
from bot.ports import DirectoryEdit

TEAM = "team"


@command(who=Who.STAFF, label="Settings", example="settings ACME")
async def settings(
    context: Context,
    subject: Annotated[str, Spec("A client's key, or team", Kind.CLIENT)] = "",
    history: Annotated[bool, Spec("Who changed what")] = False,
) -> Answer:
    """See how the desk treats a client or the team; managers edit it."""
    here = subject or (context.conversation or "").removeprefix("client:")
    if not subject and here not in context.directory.clients:
        clients = [(client.key, client.name) for client in _sorted(context.directory)]
        return Answer(say.overview(clients, context.desk.rules.command))
    client = _client(context.directory, here)
    if history:
        return await _history(context, client)
    return Answer(page(context.directory, client, edits=context.actor.role is Role.MANAGER))


@command(who=Who.MANAGER, label="Edit settings", hidden=True)
async def change_settings(
    context: Context,
    subject: Annotated[str, Spec("A client's key, or team", Kind.CLIENT)],
    group: Annotated[str, Spec("Which of them")] = "",
    values: Annotated[Mapping[str, str] | None, Spec("The new values", Kind.VALUES)] = None,
) -> Answer:
    """Change settings; they count at once."""
    client = _client(context.directory, subject)
    now = client.settings if client else context.directory.team
    table, title = _table(client), _title(client)
    shown = say.groups(table, _shown(now)).get(group) or _shown(now)
    given = {name: text for name, text in (values or {}).items() if name in names(type(now))}
    if not given:
        return Answer(form=say.form(subject, title, group, table, shown))
    before = {each.name: each.text for each in _shown(now)}
    # Only what was changed: what somebody else changed meanwhile, in another field, stays theirs.
    was = {name: (values or {}).get(say.WAS + name, before[name]) for name in given}
    asked = {name: from_text(type(now), name, text) for name, text in given.items() if text.strip() != was[name]}
    after, wrong = merged(client.settings, asked) if client else merged(context.directory.team, asked)
    if wrong:
        typed = [replace(e, text=given.get(e.name, e.text), before=was.get(e.name, e.text)) for e in shown]
        return Answer(form=say.form(subject, title, group, table, typed, wrong))
    changes = [(table[e.name], before[e.name], e.text) for e in _shown(after) if e.text != before[e.name]]
    answer = Answer(say.changed(title, changes))
    if not changes:
        return answer
    if client is not None and isinstance(after, ClientSettings):
        return await context.edit(DirectoryEdit(clients=(replace(client, settings=after),)), answer)
    return await context.edit(DirectoryEdit(team=after if isinstance(after, TeamSettings) else None), answer)


def page(directory: Directory, client: Client | None, *, edits: bool) -> say.Said:
    """All settings of that client, or of the team."""
    now = client.settings if client else directory.team
    subject = client.key if client else TEAM
    return say.page(subject, _title(client), _table(client), _shown(now), edits=edits)


def _shown(settings: ClientSettings | TeamSettings) -> list[say.Shown]:
    kind = type(settings)
    now, default = plain(settings), plain(kind())
    table = say.CLIENT if isinstance(settings, ClientSettings) else say.TEAM
    return [
        say.Shown(name, as_text(now[name]), as_text(default[name]), options(kind, name) or tuple(table[name].choices))
        for name in names(kind)
    ]


def _table(client: Client | None) -> Mapping[str, say.Setting]:
    return say.CLIENT if client else say.TEAM


def _title(client: Client | None) -> str:
    return say.title_of(client.name) if client else say.TEAM_TITLE


def _client(directory: Directory, word: str) -> Client | None:
    """The client that a word names; None for the team. Raises Refusal for a word that names neither."""
    wanted = word.strip().casefold()
    if wanted == TEAM:
        return None
    for client in directory.clients.values():
        if wanted in (client.key.casefold(), client.name.casefold()):
            return client
    raise Refusal(say.no_subject(word, sorted(directory.clients)))


def _sorted(directory: Directory) -> list[Client]:
    return sorted(directory.clients.values(), key=lambda client: client.name.casefold())


async def _history(context: Context, client: Client | None) -> Answer:
    path = f"clients.{client.key}" if client else TEAM
    found = await context.desk.store.setting_changes(path)
    changes = [
        say.Changed(
            each.at,
            context.directory.name_of(each.by) if each.by in context.directory.people else each.by,
            each.path.removeprefix(f"{path}."),
            say.word(each.before),
            say.word(each.after),
        )
        for each in found
    ]
    return Answer(say.history(client.name if client else "The team", changes))
