"""Setting up a client in few steps: who, how soon, targets, people, then all of it at once. Each step remembers the
others; nothing is made before the last."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from bot.commands import Kind, Spec, Who, command
from bot.desk import holidays, plan
from bot.desk.bootstrap import channel_of
from bot.desk.context import Context, Refusal
from bot.desk.conversations import client_channel
from bot.desk.plan.document import after
from bot.desk.plan.sections import KEY
from bot.desk.plan.service import service_of
from bot.desk.roster import NAME_LIMIT, RosterError, free_id, key_for, namesake, read_people
from bot.desk.targets import read_targets, say_targets
from bot.desk.templates import LEVELS, Level, targets_of
from bot.desk.zones import common, zone_named
from bot.domain import text as words
from bot.domain.calendar import CalendarError
from bot.domain.hours import read_hours, say_hours
from bot.domain.people import Client, Role
from bot.domain.policy import PolicyError, Priority
from bot.messages import refusals
from bot.messages import setup as say
from bot.messages.model import Answer, Form
from bot.ports import BROWSER, Draft, Op, Place

_CHANNEL = re.compile(r"[a-z0-9][a-z0-9_-]{1,59}")
_NONE = ("none", "no", "-")

Answers = dict[str, str]


@command(who=Who.MANAGER, label="Set up a client", example="setup")
async def setup(
    context: Context,
    code: Annotated[str, Spec("The code the desk printed; a manager needs none")] = "",
    step: Annotated[str, Spec("The step that is answered")] = "",
    back: Annotated[bool, Spec("To the step before")] = False,
    values: Annotated[Mapping[str, str] | None, Spec("The answers so far", Kind.VALUES)] = None,
) -> Answer:
    """Set up a client in five short steps: hours, targets, channel, people."""
    answers = {name: words.clean(value) for name, value in (values or {}).items()}
    if step not in say.STEPS:
        return Answer(form=_form(context, 1, answers))
    number = say.STEPS.index(step) + 1
    if back:
        return Answer(form=_form(context, max(1, number - 1), answers))
    for earlier in range(1, number + 1):
        # All steps before it, too: somebody may have taken the name meanwhile.
        if errors := await _wrong(context, earlier, answers):
            return Answer(form=_form(context, earlier, answers, errors))
    if number < len(say.STEPS):
        return Answer(form=_form(context, number + 1, answers))
    return await _create(context, answers)


def first_form(context: Context) -> Form:
    """Where the wizard begins."""
    return _form(context, 1, {})


def _form(context: Context, number: int, answers: Answers, errors: Mapping[str, str] | None = None) -> Form:
    match number:
        case 1:
            zone = context.actor.zone if context.actor.zone != "UTC" else context.directory.team.zone
            inputs = say.client_inputs(answers, zone, common())
            intro = "Five short steps; you can go back at any time, and nothing is made before the last."
        case 2:
            said = _said(context, answers)
            inputs = say.service_inputs(answers, channel_of(_key(context, answers)), asked=not said)
            intro = say.service_intro(said)
        case 3:
            level = Level(answers["level"])
            if answers.get("targets_for") != level:
                # Another level than the one they were written for: its own targets again.
                answers = {name: value for name, value in answers.items() if name not in list(Priority)}
            lines = {p: answers.get(p.value, say_targets(targets_of(level)[p])) for p in Priority}
            inputs = say.target_inputs(lines)
            answers = {**answers, "targets_for": level.value}
            intro = f"{LEVELS[level]} promises this. Change what your agreement says otherwise."
        case 4:
            inputs = say.people_inputs(answers)
            team = context.directory.staff()
            known = f"Your team so far: {', '.join(say.with_role(p) for p in team)}." if team else ""
            name = answers.get("name", "the client")
            intro = f"Who raises requests for {name}, and who of yours works on them? {known}".strip()
        case _:
            inputs = ()
            intro = _summary(context, answers)
    shown = {each.name for each in inputs}
    remembered = {name: value for name, value in answers.items() if name not in shown}
    return say.step(number, inputs, remembered, intro=intro, errors=errors)


async def _wrong(context: Context, number: int, answers: Answers) -> dict[str, str]:
    """What of that step does not fit, by its input."""
    match number:
        case 1:
            return _wrong_client(context, answers)
        case 2:
            return await _wrong_service(context, answers)
        case 3:
            return {p.value: error for p in Priority if (error := _error(read_targets, answers.get(p.value, "")))}
        case 4:
            error = _error(read_people, answers.get("people", "")) or _somebody_elses(context, answers)
            return {"people": error} if error else {}
        case _:
            return {}


def _wrong_client(context: Context, answers: Answers) -> dict[str, str]:
    errors: dict[str, str] = {}
    name = _name(answers)
    if words.is_blank(name) or len(name) > NAME_LIMIT:
        errors["name"] = f"Write a name of 1 to {NAME_LIMIT} characters."
    elif name.casefold() in (client.name.casefold() for client in context.directory.clients.values()):
        errors["name"] = say.other_name(context.directory, name)
    key = _key(context, answers)
    if not KEY.fullmatch(key):
        errors["key"] = refusals.bad_key(key)
    elif key in context.directory.clients:
        errors["key"] = refusals.key_taken(key, context.directory.clients[key].name)
    if error := _error(zone_named, answers.get("zone", "")):
        errors["zone"] = error
    elif error := _error(_region, answers):
        errors["region"] = error
    return errors


async def _wrong_service(context: Context, answers: Answers) -> dict[str, str]:
    errors: dict[str, str] = {}
    if answers.get("level") not in list(Level):
        errors["level"] = "Choose gold, silver or bronze."
    if error := _error(read_hours, answers.get("hours", "")):
        errors["hours"] = error
    channel = _channel(context, answers)
    if _said(context, answers):
        if taken := await context.desk.store.conversation_at(_place(context, channel)):
            raise Refusal(say.said_channel_taken(channel, taken))
    elif not _CHANNEL.fullmatch(channel):
        errors["channel"] = "Use small letters, digits and dashes, such as client-acme."
    elif taken := await context.desk.store.conversation_at(_place(context, channel)):
        errors["channel"] = f"{channel} is in use already ({taken}). Choose another name."
    return errors


def _somebody_elses(context: Context, answers: Answers) -> str:
    """Who of the list is here already as something else; those of the team may be named again as what they are."""
    for name, role in read_people(answers.get("people", "")):
        known = namesake(name, context.directory.people.values())
        if known is not None and (known.role is Role.CLIENT or known.role is not role):
            return say.here_already(known, context.directory, context.desk.rules.command)
    return ""


def _error(read: Any, said: Any) -> str:
    try:
        read(said)
    except (CalendarError, PolicyError, RosterError) as error:
        return str(error)
    return ""


def _name(answers: Answers) -> str:
    return " ".join(answers.get("name", "").split())


def _key(context: Context, answers: Answers) -> str:
    return answers.get("key", "").upper() or key_for(_name(answers), set(context.directory.clients))


def _said(context: Context, answers: Answers) -> str:
    """The channel that the settings name for it, by its id or name; empty where it is asked for."""
    platform = context.place.platform if context.place else ""
    return context.desk.channel_said(platform, _key(context, answers))


def _channel(context: Context, answers: Answers) -> str:
    return _said(context, answers) or answers.get("channel", "").lower().lstrip("#")


def _region(answers: Answers) -> str:
    said = answers.get("region", "")
    if said.lower() in _NONE:
        return ""
    return holidays.region(said) if said else holidays.country_of(zone_named(answers["zone"]))


def _place(context: Context, channel: str) -> Place:
    if context.place is None:
        raise Refusal(refusals.not_here())
    return Place(context.place.platform, context.place.workspace, channel)


def _document(context: Context, answers: Answers) -> plan.Doc:
    """What the answers ask for, as a file would say it."""
    country, _, part = _region(answers).partition("-")
    # By a name, also where the settings have an id: the chat then knows in which of its workspaces that is.
    said = _said(context, answers)
    place = _place(context, channel_of(_key(context, answers)) if said else _channel(context, answers))
    zone = zone_named(answers["zone"])
    client: plan.Doc = {
        "name": _name(answers),
        "zone": zone,
        "channel": f"{place.platform}/{place.workspace}/{place.channel}",
        "level": answers["level"],
        "hours": answers["hours"],
        "holidays": {"country": country, "subdivision": part},
        "targets": {p.value: read_targets(answers[p.value]) for p in Priority},
    }
    key, people = _key(context, answers), dict[str, Any]()
    taken = set(context.directory.people)
    for name, role in read_people(answers.get("people", "")):
        if namesake(name, context.directory.people.values()):
            continue  # of the team already, as just that
        id = free_id(name, taken)
        taken.add(id)
        own = {"client": key, "zone": zone} if role is Role.CLIENT else {"zone": context.actor.zone}
        people[id] = {"name": name, "role": role.value, **own}
    return {"clients": {key: client}, **({"people": people} if people else {})}


def _summary(context: Context, answers: Answers) -> str:
    key = _key(context, answers)
    client = Client(key, _name(answers), zone_named(answers["zone"]))
    here = context.directory.people.values()
    people = [
        f"{name} ({role.value}{', on your team already' if namesake(name, here) else ''})"
        for name, role in read_people(answers.get("people", ""))
    ]
    return say.summary(
        client,
        say_hours(read_hours(answers["hours"])),
        _region(answers),
        LEVELS[Level(answers["level"])],
        {p: answers[p.value] for p in Priority},
        people,
    )


async def _create(context: Context, answers: Answers) -> Answer:
    """All of it in one transaction, with a welcome in the client's channel."""
    store = context.desk.store
    world = plan.World(context.directory, await store.bindings(), await store.identities())
    try:
        edit = plan.wanted(world, _document(context, answers), context.at, lambda name: _place(context, name))
    except plan.BadPlan as bad:
        raise Refusal(str(bad.problems[0])) from bad
    done = after(world, edit).directory
    key = _key(context, answers)
    client, service = done.clients[key], service_of(done, key)
    calendar = done.calendar_of(key)
    if service is None or calendar is None:
        raise Refusal(refusals.unexpected())
    hello = say.welcome(
        client,
        done.staff(Role.ENGINEER, Role.LEAD),
        say_hours(service.hours),
        say.promises(service.promises[0].targets),
        context.desk.rules.command,
        None if calendar.is_open(context.at) else calendar.next_open(context.at),
    )
    draft = Draft(f"welcome:{key}", Op.POST, client_channel(key), hello)
    links = context.desk.sign_in is not None
    lists = context.place is not None and context.place.platform != BROWSER
    notices = [say.overlap(one, other) for _, one, other in plan.overlaps(world, edit)]
    channel, command = say.channel_named(_channel(context, answers)), context.desk.rules.command
    answer = say.created(client, edit.people, channel, command, links=links, lists=lists, notices=notices)
    return await context.edit(replace(edit, outbox=(draft,)), Answer(answer))
