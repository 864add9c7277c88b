"""Setting up, in words: the wizard's forms, the welcome in a client's channel, what editors read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.people import Client, Directory, Person, Role
from bot.domain.policy import ClockKind, Priority
from bot.messages.model import Action, Arg, Form, Input, Line, Option, Said, Text, When, Who, line, strong
from bot.messages.words import ROLE, hours

STEPS = ("client", "service", "targets", "people", "create")
LEVELS = (
    Option("gold", "Gold: answers within an hour or two"),
    Option("silver", "Silver: answers within half a day"),
    Option("bronze", "Bronze: answers within a day"),
)
PRIORITY = {
    Priority.P1: "P1, everyone is stopped",
    Priority.P2: "P2, a team is stopped",
    Priority.P3: "P3, one person is stopped",
    Priority.P4: "P4, nobody is stopped",
}
HOURS_HINT = "Such as Mon-Fri 09:00-17:00, or Mon-Fri 09:00-12:30, 13:30-17:00; Sat 10:00-14:00, or 24/7."
ICS_HINT = (
    "Paste what is in an .ics file of closed days, to add them: all-day events close their dates, others their times. "
    "What repeats is written out for this year and the next two."
)
REGION_HINT = "A country such as GB or Germany, or a part of it such as GB-ENG; none for no holidays."
_IN_SHORT = "First reply / next reply / solved."
TARGETS_HINT = (
    "First reply / next reply / solved, in service time, such as 30m / 1h / 4h. 1d is 8 hours; none sets no target."
)


def step(
    number: int,
    inputs: tuple[Input, ...],
    remembered: Mapping[str, Arg],
    *,
    intro: str,
    errors: Mapping[str, str] | None = None,
) -> Form:
    """One step of the wizard; what was answered in the others rides along."""
    last = number == len(STEPS)
    return Form(
        "setup",
        f"Set up a client: {number} of {len(STEPS)}",
        inputs,
        "Create" if last else "Next",
        {**remembered, "step": STEPS[number - 1]},
        intro=intro,
        errors=errors or {},
        back="" if number == 1 else "Back",
    )


def client_inputs(answers: Mapping[str, str], zone: str, zones: Sequence[str]) -> tuple[Input, ...]:
    """Who the client is, and where."""
    known = tuple(Option(name, name) for name in zones)
    return (
        Input(
            "name",
            "The client's name",
            required=True,
            value=answers.get("name", ""),
            hint="Such as Acme Ltd.",
            limit=80,
        ),
        Input(
            "key", "Key", value=answers.get("key", ""), hint="Short, for ACME-42. Empty: made from the name.", limit=10
        ),
        Input(
            "zone",
            "Time zone",
            required=True,
            value=answers.get("zone", zone),
            hint="Where they are, such as Europe/London or America/New_York.",
            options=known,
            limit=60,
        ),
        Input(
            "region",
            "Public holidays",
            value=answers.get("region", ""),
            hint=f"{REGION_HINT} Empty: those of the zone's country.",
            limit=60,
        ),
    )


def service_intro(said: str) -> str:
    """What the second step is about; `said` is the channel that the settings name, and that is not asked for."""
    intro = "When somebody answers, and how soon. The next step shows the targets, to edit."
    return f"{intro} They write to you in {channel_named(said)}, as the settings say." if said else intro


def channel_named(channel: str) -> str:
    """A channel as people know it, by its name or, as the settings may have it, by its id."""
    return f"#{channel}" if channel.islower() else channel


def said_channel_taken(channel: str, taken: str) -> str:
    """The settings name one channel for two things."""
    return (
        f"{channel_named(channel)} is in use already ({taken}). Name another one in the settings, and start the desk."
    )


def service_inputs(answers: Mapping[str, str], channel: str, *, asked: bool = True) -> tuple[Input, ...]:
    """When somebody answers, and how soon; where, unless that is settled."""
    where = (
        Input(
            "channel",
            "Their channel",
            required=True,
            value=answers.get("channel", channel),
            hint="Where they write to you; it is made if it is not there.",
            limit=60,
        ),
    )
    return (
        Input("level", "Service level", "choice", True, answers.get("level", "silver"), options=LEVELS),
        Input(
            "hours", "Opening hours", required=True, value=answers.get("hours", "Mon-Fri 09:00-17:00"), hint=HOURS_HINT
        ),
        *(where if asked else ()),
    )


def target_inputs(values: Mapping[Priority, str]) -> tuple[Input, ...]:
    """The targets, a priority a line."""
    hints = {Priority.P1: TARGETS_HINT}
    return tuple(Input(p.value, PRIORITY[p], value=values[p], hint=hints.get(p, _IN_SHORT)) for p in Priority)


def with_role(person: Person) -> str:
    """Somebody of the team, and what they are there."""
    return f"{person.name} ({ROLE[person.role]})"


def people_inputs(answers: Mapping[str, str]) -> tuple[Input, ...]:
    """Who is who."""
    hint = "One a line, with what they are: Dana Reyes, client. Roles: client, engineer, lead, manager."
    return (Input("people", "People", "area", value=answers.get("people", ""), hint=hint),)


def summary(
    client: Client, hours: str, region: str, level: str, targets: Mapping[Priority, str], people: Sequence[str]
) -> str:
    """All that Create will make, before it does."""
    rows = [
        f"{client.name} ({client.key}), in {client.zone}.",
        f"Open {hours}; public holidays: {region or 'none'}.",
        f"{level}: " + "; ".join(f"{p.value} {text}" for p, text in targets.items()),
        "People: " + (", ".join(people) if people else "nobody new; add them later with add-person"),
        "Nothing is made until you press Create.",
    ]
    return "\n".join(rows)


def welcome(
    client: Client,
    team: Sequence[Person],
    opens: str,
    promise: Sequence[tuple[str, str]],
    command: str,
    closed: datetime | None,
) -> Said:
    """The first words in a client's channel: what to type, who answers, when, how soon."""
    who: list[Line] = []
    if team:
        names = [line(Who(p.id, p.name)) for p in team[:5]]
        joined = names[0]
        for index, name in enumerate(names[1:], 2):
            joined = line(*joined, " and " if index == len(names) else ", ", *name)
        who = [line(*joined, " answer" + ("s" if len(names) == 1 else "") + " here.")]
    later: Line = line(" We open next ", When(closed, "full"), ".") if closed else ()
    rows: list[Line] = [
        line("Welcome. This is where ", strong(client.name), " and our team work together."),
        line("To ask for something just write, then put 🎫 on it or press “Turn into request”;"),
        line(f"or type {command} new and a few words."),
        line("You get a number, who has it, and when you hear next. Add anything in its thread."),
        *who,
        line(f"We are open {opens} ({client.zone}).", *later),
    ]
    if promise:
        rows.append(line("A person replies: " + "; ".join(f"{text} when {stopped}" for stopped, text in promise) + "."))
    rows.append(line(f"{command} help shows the rest."))
    return Said("welcome", tuple(rows), (Action("new", "New request", {}, "primary", client_only=True),))


STOPPED = {
    Priority.P1: "everyone is stopped",
    Priority.P2: "a team is stopped",
    Priority.P3: "one person is stopped",
    Priority.P4: "nobody is stopped",
}


def promises(targets: Mapping[Priority, Mapping[ClockKind, int]]) -> list[tuple[str, str]]:
    """How soon somebody first replies, for each priority that has a target."""
    return [
        (STOPPED[priority], f"within {hours(clocks[ClockKind.FIRST_RESPONSE])}")
        for priority in Priority
        if ClockKind.FIRST_RESPONSE in (clocks := targets.get(priority, {}))
    ]


def created(
    client: Client,
    people: Sequence[Person],
    channel: str,
    command: str,
    *,
    links: bool,
    lists: bool = False,
    notices: Sequence[str] = (),
) -> Said:
    """It is there; how people come in, and what to look at once more. In a chat there may be `lists` of who does."""
    rows = [line(strong(client.name), f" is set up; its channel {channel} has a welcome that explains everything.")]
    if people:
        rows.append(line("Let people in, each by a link, or in a chat by a code, that works once and for minutes:"))
    actions: list[Action] = []
    for person in people:
        rows.append(line(strong(person.name), f", {ROLE[person.role]}: steward login {person.id}"))
        if links:
            actions.append(Action("invite", f"Link for {person.name}", {"person": person.id}))
    if not any(person.role is Role.CLIENT for person in people):
        listed = "whoever is on your list for it comes in with their first word, others by " if lists else ""
        rows.append(line(f"Nobody of {client.name} is in yet: {listed}{command} add-person client NAME."))
    rows += [line(notice) for notice in notices]
    rows.append(line(f"Change any of it: {command} edit-client {client.key}, {command} settings {client.key}."))
    return Said("setup", tuple(rows), tuple(actions[:20]), tone="good")


def link(person: Person, address: str, code: str) -> Said:
    """A sign-in link to hand over, a code that makes them known in a chat, or both."""
    rows: list[Line] = []
    if address:
        rows.append(
            line("A sign-in link for ", strong(person.name), ", good once and for 10 minutes. Hand it to nobody else:")
        )
        rows.append(line(address))
    if code:
        rows.append(
            line("In a chat ", strong(person.name), " writes this to me, directly, once and within 15 minutes:")
        )
        rows.append(line(Text(f"link {code}", secret=True)))
        rows.append(line("Whoever writes it is them from then on: hand it to nobody else."))
    rows.append(line("If it runs out before they use it, make another; the old one lets nobody in."))
    return Said("link", tuple(rows))


def no_links(person: Person) -> str:
    """Links are made elsewhere."""
    return f"Links are not made here. On the desk's machine run: steward login {person.id}"


def service_page(client: Client, rows: Sequence[tuple[str, str]], *, open_requests: bool, single: bool) -> Said:
    """What a client is promised, with a button for each part."""
    lines = [
        line(strong(f"{client.name} ({client.key})")),
        *(line(f"{label}: ", strong(value)) for label, value in rows),
    ]
    if open_requests:
        lines.append(line("A change of hours, holidays or targets counts for new requests; open ones keep theirs."))
    actions = (
        Action("edit-client", "Name, zone, hours", {"client": client.key, "part": "service"}),
        *((Action("edit-client", "Targets", {"client": client.key, "part": "targets"}),) if single else ()),
        Action("sla", "Policies", {"client": client.key}),
        Action("settings", "Settings", {"subject": client.key}),
    )
    return Said("settings", tuple(lines), actions)


KEPT = "New requests are promised this; open ones keep the hours and targets they were promised."


def edited(title: str, changes: Sequence[tuple[str, str, str]], *, versions: bool, notices: Sequence[str] = ()) -> Said:
    """What was changed, and what to look at once more."""
    if not changes:
        return Said("setup", (line(f"{title}: everything stays as it was."),))
    lines = [
        line(f"{path}: {before or '(nothing)'} → ", strong(after or "(nothing)")) for path, before, after in changes
    ]
    if versions:
        lines.append(line(KEPT))
    lines += [line(notice) for notice in notices]
    return Said("setup", (line(strong(title)), *lines), tone="good")


def overlap(one: str, other: str, client: str = "") -> str:
    """Two windows that were written down and overlap: told to whoever set them, since it may be a slip."""
    whose = f"{client}: " if client else ""
    return f"{whose}{one} and {other} overlap; they count once, as one window. If that was a slip, set the hours again."


def last_manager(name: str) -> str:
    """Somebody must manage the desk."""
    return f"{name} is the only manager left. Make somebody else a manager first."


def has_private(name: str, refs: Sequence[str]) -> str:
    """Private requests go on with the person who raised them."""
    theirs = ", ".join(refs[:5])
    return f"{name} has private requests open ({theirs}). Close them, or add a second person for the other client."


def needs_code(command: str) -> str:
    """Whoever sets a desk up that has no client yet, and has not shown that they run it."""
    return (
        f"Write the code behind it, as in {command} setup AB12C-D34EF. It is printed where the desk was started. "
        "If you do not run this desk, ask whoever does to add you."
    )


def wrong_code() -> str:
    """A stranger with a code that does not fit."""
    return (
        "That code does not fit. It is printed where the desk was started, and works once, for 24 hours. "
        "If you do not run this desk, ask whoever does to add you."
    )


def spent_code() -> str:
    """Too many tries."""
    return "That code does not fit either; after five tries there is a new one, in the log where the desk was started."


def other_name(directory: Directory, name: str) -> str:
    """Two clients of one name."""
    taken = next(c for c in directory.clients.values() if c.name.casefold() == name.casefold())
    return f"{taken.name} is here already, with the key {taken.key}. Give this one a name that tells them apart."


def here_already(person: Person, directory: Directory, command: str) -> str:
    """Somebody of that name is somebody else's, or something else."""
    edit = f"{command} edit-person @{person.id}"
    other = "If you mean somebody else, write a name that tells them apart."
    if person.role is Role.CLIENT:
        client = directory.clients.get(person.client or "")
        whose = f"belongs to {client.name}" if client else "is a client's person"
        return (
            f"{person.name} already {whose}, and a person belongs to one client. Take the line out; once this client "
            f"is set up, {edit} moves them. {other}"
        )
    role = ROLE[person.role]
    return f"{person.name} is on your team already ({role}). Take the line out; {edit} changes what they are. {other}"
