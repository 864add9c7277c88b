"""Clients, people, hours and promises: small, slow-moving, read as one snapshot."""

from __future__ import annotations

from bot.codec import (
    calendar_from_json,
    calendar_to_json,
    entry_to_json,
    hook_from_json,
    kind_from_json,
    policy_from_json,
    policy_to_json,
    recurring_from_json,
    reply_from_json,
    settings_from_json,
    settings_to_json,
    work_from_json,
    work_to_json,
)
from bot.domain.people import Client, Directory, Person, Role
from bot.domain.settings import ClientSettings, TeamSettings
from bot.ports import Conflict, DirectoryEdit, SettingChange
from storage.instants import instant, micros
from storage.transactions import accounts, linking, outbox
from storage.transactions.once import next_value, remember_event
from storage.transactions.places import bind
from storage.tx import Tx, ask, one

KIND, REPLY, HOOK, RECURRING = "kind", "reply", "hook", "recurring"
"""What the catalogue holds."""

_VERSION = "directory"
"""The counter that says which snapshot is current."""


def current(cached: Directory | None) -> Tx[Directory]:
    """The current snapshot: the cached one while its version still is the database's."""
    # The version is read first: an edit that lands in between is then read twice, never missed.
    row = yield from one("counter_value", name=_VERSION)
    version: int = row["value"] if row else 0
    if cached is not None and cached.version == version:
        return cached
    clients = yield from ask("all_clients")
    people = yield from ask("all_people")
    calendars = [calendar_from_json(row["body"]) for row in (yield from ask("all_calendars"))]
    policies = yield from ask("all_policies")
    team = yield from one("team_settings")
    catalogue = yield from ask("all_catalogue")
    return Directory(
        version=version,
        clients={
            row["key"]: Client(
                key=row["key"],
                name=row["name"],
                zone=row["zone"],
                settings=settings_from_json(ClientSettings, row["settings"]),
            )
            for row in clients
        },
        people={
            row["id"]: Person(
                id=row["id"],
                name=row["name"],
                role=Role(row["role"]),
                zone=row["zone"],
                client=row["client"],
                active=bool(row["active"]),
                work=work_from_json(row["work"]),
                home=row["home"],
            )
            for row in people
        },
        calendars={calendar.ref: calendar for calendar in calendars},
        versions={policy.ref: policy for policy in (policy_from_json(row["body"]) for row in policies)},
        kinds={row["key"]: kind_from_json(row["body"]) for row in catalogue if row["kind"] == KIND},
        replies={row["key"]: reply_from_json(row["body"]) for row in catalogue if row["kind"] == REPLY},
        hooks={row["key"]: hook_from_json(row["body"]) for row in catalogue if row["kind"] == HOOK},
        recurring={row["key"]: recurring_from_json(row["body"]) for row in catalogue if row["kind"] == RECURRING},
        team=settings_from_json(TeamSettings, team["settings"]) if team else TeamSettings(),
    )


def edit(edit: DirectoryEdit) -> Tx[None]:
    """Set all of it and make a new snapshot. A person's client and an identity's person must exist, or come along."""
    if edit.inbox is not None:
        yield from remember_event(edit.inbox, edit.result, edit.at)
    # First, so that two edits at once queue here instead of meeting in the middle.
    version = yield from next_value(_VERSION)
    if edit.expected is not None and version != edit.expected + 1:
        raise Conflict("somebody else changed the directory meanwhile")
    for client in edit.clients:
        yield from ask(
            "put_client",
            key=client.key,
            name=client.name,
            zone=client.zone,
            settings=settings_to_json(client.settings),
        )
    if edit.team is not None:
        yield from ask("put_team", settings=settings_to_json(edit.team))
    for kind, key in edit.gone:
        yield from ask("drop_catalogue", kind=kind, key=key)
    catalogue = ((KIND, edit.kinds), (REPLY, edit.replies), (HOOK, edit.hooks), (RECURRING, edit.recurring))
    for kind, entries in catalogue:
        for entry in entries:
            yield from ask("put_catalogue", kind=kind, key=entry.key, body=entry_to_json(entry))
    for person in edit.people:
        yield from accounts.depart_moved(person)
        yield from ask(
            "put_person",
            id=person.id,
            name=person.name,
            role=person.role.value,
            zone=person.zone,
            client=person.client,
            active=person.active,
            work=work_to_json(person.work),
            home=person.home,
        )
    for calendar in edit.calendars:
        body = calendar_to_json(calendar)
        yield from ask("put_calendar", name=calendar.name, version=calendar.version, body=body)
    for policy in edit.policies:
        body = policy_to_json(policy)
        yield from ask("put_policy", client=policy.client, name=policy.name, version=policy.version, body=body)
    for platform, workspace, user, person_id in edit.identities:
        yield from linking.give((platform, workspace, user), person_id)
    for *account, side in edit.let_in:
        yield from accounts.let_in((account[0], account[1], account[2]), side)
    for account in edit.let_out:
        yield from accounts.let_out(account)
    for account in edit.parted:
        yield from linking.part(account)
    for person in edit.people:
        if not person.active:
            yield from accounts.depart_all_of(person.id)
    for platform, pattern in edit.forgotten:
        yield from accounts.forget_slots(platform, pattern)
    for conversation in edit.unbound:
        yield from ask("unbind", conversation=conversation)
    for conversation, place in edit.bindings:
        yield from bind(conversation, place)
    for change in edit.changes:
        yield from ask(
            "add_setting_change",
            at=micros(change.at),
            actor=change.by,
            path=change.path,
            before=change.before,
            after=change.after,
        )
    for draft in edit.outbox:
        yield from outbox.write(draft)


def setting_changes(path: str, limit: int) -> Tx[tuple[SettingChange, ...]]:
    """What was changed, the newest first; of one path and what is below it, or of all."""
    rows = yield from ask("setting_changes", path=path, below=f"{path}." if path else "", limit=limit)
    return tuple(
        SettingChange(instant(row["at"]), row["actor"], row["path"], row["before"], row["after"]) for row in rows
    )


def identities() -> Tx[tuple[tuple[str, str, str, str], ...]]:
    """Every platform's user: platform, workspace, user id, person's id."""
    rows = yield from ask("all_identities")
    return tuple((row["platform"], row["workspace"], row["user_id"], row["person"]) for row in rows)


def identify(platform: str, workspace: str, user: str) -> Tx[str | None]:
    """The person behind a platform's user, None for a stranger."""
    row = yield from one("identify", platform=platform, workspace=workspace, user_id=user)
    return None if row is None else row["person"]
