"""Later edits: a client's name, hours, holidays and targets; who a person is; and a link to let them in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from bot.commands import Kind, Spec, Who, command
from bot.desk import holidays, linking, plan
from bot.desk.context import Context, Refusal
from bot.desk.plan.service import Service, service_of
from bot.desk.targets import read_targets, say_targets
from bot.desk.verbs.common import client_named, somebody
from bot.desk.verbs.policies import page as policy_page
from bot.desk.zones import common, zone_named
from bot.domain.calendar import CalendarError, zone
from bot.domain.days import DayError, read_day
from bot.domain.hours import say_hours, say_windows
from bot.domain.people import Client, Person, Role
from bot.domain.policy import PolicyError, Priority
from bot.messages import setup as say
from bot.messages.model import Answer, Form, Input, Option
from bot.messages.settings import WAS
from bot.ports import BROWSER, DirectoryEdit, RequestQuery, SettingChange

_PARTS = ("service", "targets")
_YES, _NO = "yes", "no"
_FIELDS = {
    "holidays.country": "region",
    "holidays.subdivision": "region",
    "holidays.dates": "dates",
    "holidays.ics": "ics",
    "level": "level",
}
ICS_LIMIT = 60_000
"""Characters of a calendar file that is pasted; a longer one goes through `steward apply`."""


@command(who=Who.MANAGER, label="Edit a client", example="edit-client ACME")
async def edit_client(
    context: Context,
    client: Annotated[str, Spec("The client's key", Kind.CLIENT)] = "",
    part: Annotated[str, Spec("service or targets")] = "",
    values: Annotated[Mapping[str, str] | None, Spec("What it should be", Kind.VALUES)] = None,
) -> Answer:
    """See and change what a client is promised: hours, holidays, targets; its name and zone."""
    found = client_named(context, client)
    service = service_of(context.directory, found.key) or Service(found.zone)
    if part not in _PARTS:
        open_ones = await context.desk.store.requests(RequestQuery(client=found.key, limit=1))
        rows = _rows(found, service)
        return Answer(say.service_page(found, rows, open_requests=bool(open_ones), single=service.single))
    if part == "targets" and not service.single:
        return Answer(policy_page(context, found))
    inputs = _service_inputs(found, service) if part == "service" else _target_inputs(service)
    args = {"client": found.key, "part": part}
    if not values:
        return Answer(form=_form("edit-client", f"{found.name}: {part}", inputs, args))
    entry, errors = _entry(_asked(values, inputs), context.at.astimezone(zone(found.zone)).date())
    if "ics" in entry.get("holidays", {}):  # what a file closes comes to the days and breaks that are there
        entry["holidays"].setdefault("dates", sorted(service.dates))
        entry["breaks"] = {str(day): [say_windows([w]) for w in windows] for day, windows in service.breaks.items()}
    if not errors:
        edit, errors = await _wanted(context, {"clients": {found.key: entry}}, f"clients.{found.key}")
        if edit is not None:
            return await _done(context, edit, found.name, f"clients.{found.key}")
    return Answer(form=_form("edit-client", f"{found.name}: {part}", inputs, args, values, errors))


@command(who=Who.MANAGER, label="Edit a person", example="edit-person @dana")
async def edit_person(
    context: Context,
    person: Annotated[str, Spec("Who", Kind.PERSON, suggest="everybody")],
    values: Annotated[Mapping[str, str] | None, Spec("What they should be", Kind.VALUES)] = None,
) -> Answer:
    """Change somebody's name, role, client or zone, or note that they have left."""
    found = context.directory.people.get(person.strip().lstrip("@").lower()) or somebody(
        person, context.directory.people.values()
    )
    inputs = _person_inputs(context, found)
    args = {"person": found.id}
    if not values:
        return Answer(form=_form("edit-person", found.name, inputs, args))
    asked = _asked(values, inputs)
    entry: dict[str, Any] = {k: v for k, v in asked.items() if k != "active"}
    if "active" in asked:
        entry["active"] = asked["active"] == _YES
    if entry.get("role", found.role) != Role.CLIENT:
        entry["client"] = ""
    errors = _zone_errors(entry)
    if not errors:
        edit, errors = await _wanted(context, {"people": {found.id: entry}}, f"people.{found.id}")
        if edit is not None:
            return await _done(context, edit, found.name, f"people.{found.id}")
    return Answer(form=_form("edit-person", found.name, inputs, args, values, errors))


@command(who=Who.MANAGER, label="Let somebody in", example="invite @dana")
async def invite(
    context: Context, person: Annotated[str, Spec("Whom to let in", Kind.PERSON, suggest="everybody")]
) -> Answer:
    """Make a link with which somebody signs in, and a code that makes them known in a chat; hand them over."""
    desk, found = context.desk, somebody(person, context.directory.people.values())
    in_chat = any(platform != BROWSER for platform, *_ in await desk.store.identities())
    if desk.sign_in is None and not in_chat:
        raise Refusal(say.no_links(found))
    # On record, since either is as good as being that person; never kept, and so no answer of an inbox event.
    what = " and ".join([*(["a link"] if desk.sign_in else []), *(["a code"] if in_chat else [])])
    made = SettingChange(context.at, context.actor.id, f"people.{found.id}.sign_in", "", f"{what} was made")
    await desk.store.edit_directory(DirectoryEdit(changes=(made,)))
    address = desk.sign_in(found.id) if desk.sign_in else ""
    return Answer(say.link(found, address, await linking.new_code(desk, found) if in_chat else ""))


# --- what forms ask, and what was answered ----------------------------------------------------------------------


def _rows(client: Client, service: Service) -> list[tuple[str, str]]:
    """What a client is promised, in words."""
    rows = [
        ("Zone", client.zone),
        ("Open", say_hours(service.hours) + (f" ({service.zone})" if service.zone != client.zone else "")),
        ("Public holidays", service.region or "none"),
    ]
    if service.dates:
        rows.append(("Closed too on", _dates(service.dates)))
    if service.annual:
        rows.append(
            ("Closed every year on", ", ".join(f"{month:02}-{day:02}" for month, day in sorted(service.annual)))
        )
    rows += [(f"Break on {day}", say_windows(windows)) for day, windows in sorted(service.breaks.items())]
    rows += [(f"On {day}", say_windows(windows)) for day, windows in sorted(service.special.items())]
    if not service.single:
        return [*rows, ("Policies", ", then ".join(promise.name for promise in service.promises))]
    promise = service.promises[0]
    rows.append(("Level", promise.name))
    rows += [
        (f"{p.value} first reply / next reply / solved", say_targets(promise.targets.get(p, {})) or "nothing promised")
        for p in Priority
    ]
    return rows


def _service_inputs(client: Client, service: Service) -> tuple[Input, ...]:
    zones = tuple(Option(name, name) for name in common())
    return (
        Input("name", "Name", required=True, value=client.name, limit=80),
        Input("zone", "Time zone", required=True, value=client.zone, options=zones, limit=60),
        Input("hours", "Opening hours", required=True, value=say_hours(service.hours), hint=say.HOURS_HINT),
        Input("region", "Public holidays", value=service.region or "none", hint=say.REGION_HINT, limit=60),
        Input(
            "dates",
            "Closed too on",
            value=_dates(service.dates),
            hint="Dates such as 24 Dec, 2026-12-31; empty for none.",
        ),
        Input("ics", "Closed days from a calendar file", "area", hint=say.ICS_HINT, limit=ICS_LIMIT),
    )


def _dates(days: Iterable[date]) -> str:
    return ", ".join(day.isoformat() for day in sorted(days))


def _target_inputs(service: Service) -> tuple[Input, ...]:
    promise = service.promises[0]
    lines = {p: say_targets(promise.targets.get(p, {})) for p in Priority}
    level = Input("level", "Level's name", required=True, value=promise.name, limit=40)
    return (level, *say.target_inputs(lines))


def _person_inputs(context: Context, person: Person) -> tuple[Input, ...]:
    roles = tuple(Option(r.value, r.value.capitalize()) for r in Role if r is not Role.DESK)
    clients = tuple(Option(c.key, c.name) for c in context.directory.clients.values())
    zones = tuple(Option(name, name) for name in common())
    here = (Option(_YES, "Here"), Option(_NO, "Has left: may not sign in, and is in no list"))
    return (
        Input("name", "Name", required=True, value=person.name, limit=80),
        Input("role", "Role", "choice", True, person.role.value, options=roles),
        Input("client", "Client", "choice", value=person.client or "", hint="For a client's person.", options=clients),
        Input("zone", "Time zone", required=True, value=person.zone, options=zones, limit=60),
        Input("active", "Are they here?", "choice", True, _YES if person.active else _NO, options=here),
    )


def _form(
    command: str,
    title: str,
    inputs: tuple[Input, ...],
    args: Mapping[str, str],
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> Form:
    """The form; shown again, it holds what was typed. It remembers how things stood when it was shown first."""
    typed = typed or {}
    was = {f"{WAS}{each.name}": typed.get(f"{WAS}{each.name}", each.value) for each in inputs}
    shown = tuple(replace(each, value=typed.get(each.name, each.value)) for each in inputs)
    return Form(command, title, shown, "Save", {**args, **was}, errors=errors or {})


def _asked(values: Mapping[str, str], inputs: tuple[Input, ...]) -> dict[str, str]:
    """What was changed in the form: what was left alone is nobody's wish."""
    return {
        each.name: values[each.name].strip()
        for each in inputs
        if each.name in values and values[each.name].strip() != values.get(f"{WAS}{each.name}", each.value)
    }


def _entry(asked: Mapping[str, str], today: date) -> tuple[dict[str, Any], dict[str, str]]:
    """A client's table in the document, and what cannot be read, by input."""
    entry: dict[str, Any] = {name: asked[name] for name in ("name", "zone", "hours", "level") if name in asked}
    errors = _zone_errors(entry)
    if "region" in asked:
        try:
            said = asked["region"]
            country, _, part = ("" if said.lower() in ("none", "no", "-") else holidays.region(said)).partition("-")
            entry["holidays"] = {"country": country, "subdivision": part}
        except CalendarError as error:
            errors["region"] = str(error)
    if "dates" in asked:
        try:
            days = [read_day(day, today) for day in asked["dates"].split(",") if day.strip()]
            entry.setdefault("holidays", {})["dates"] = days
        except DayError as no:
            errors["dates"] = f"{no} Put commas between several."
    if asked.get("ics"):
        entry.setdefault("holidays", {})["ics"] = asked["ics"]
    for priority in Priority:
        if priority.value in asked:
            try:
                entry.setdefault("targets", {})[priority.value] = read_targets(asked[priority.value])
            except PolicyError as error:
                errors[priority.value] = str(error)
    return entry, errors


def _zone_errors(entry: dict[str, Any]) -> dict[str, str]:
    if "zone" in entry:
        try:
            entry["zone"] = zone_named(entry["zone"])
        except CalendarError as error:
            return {"zone": str(error)}
    return {}


async def _wanted(context: Context, doc: plan.Doc, path: str) -> tuple[DirectoryEdit | None, dict[str, str]]:
    """The edit, or what is wrong by input."""
    world = replace(await plan.world_of(context.desk.store), directory=context.directory)
    try:
        return plan.wanted(world, doc, context.at), {}
    except plan.BadPlan as bad:
        errors: dict[str, str] = {}
        for problem in bad.problems:
            name = problem.path.removeprefix(f"{path}.") if problem.path.startswith(f"{path}.") else "name"
            errors.setdefault(_FIELDS.get(name, name.split(".")[0]), problem.words)
        return None, errors


async def _done(context: Context, edit: DirectoryEdit, title: str, path: str) -> Answer:
    changes = [
        (each.path.removeprefix(f"{path}."), plan.say(each.before), plan.say(each.after))
        for each in plan.differences(plan.World(context.directory), edit)
    ]
    notices = [say.overlap(one, other) for _, one, other in plan.overlaps(plan.World(context.directory), edit)]
    answer = Answer(say.edited(title, changes, versions=bool(edit.policies), notices=notices))
    return await context.edit(edit, answer) if changes else answer
