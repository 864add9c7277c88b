"""A client's policies in chat: in order, in words, each with what it is for; edited in three short steps, and shown
against the open requests before anything is applied."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from bot.commands import Kind, Spec, Who, command
from bot.desk import applying, plan
from bot.desk.context import Context, Refusal
from bot.desk.plan.document import after
from bot.desk.plan.policies import POLICIES, write_policy, write_terms
from bot.desk.plan.service import Promise, Service, service_of
from bot.desk.targets import read_targets, say_targets
from bot.desk.verbs.common import client_named
from bot.domain import text as words
from bot.domain.calendar import CalendarError
from bot.domain.hours import read_hours, say_hours
from bot.domain.people import Client
from bot.domain.policy import Match, PolicyError, Priority
from bot.messages import policies as say
from bot.messages import setup as setup_words
from bot.messages.model import Answer, Form, Input, Said
from bot.ports import DirectoryEdit

Answers = dict[str, str]


class SlaAct(StrEnum):
    """What to do about a client's policies."""

    EDIT = "edit"
    ADD = "add"
    UP = "up"
    REMOVE = "remove"
    OPEN = "open"


_BY_STEP = (
    ("name", "kinds", "priorities", "tags", "plans"),
    tuple(p.value for p in Priority),
    ("hours", "holidays", "warn_percents", "pause_statuses", "pause_reply_clocks"),
)
_LISTS = ("kinds", "priorities", "tags", "plans")
_APPLY = len(say.STEPS)


@command(who=Who.LEAD, label="Policies", example="sla ACME")
async def sla(
    context: Context,
    client: Annotated[str, Spec("The client's key", Kind.CLIENT)] = "",
    do: Annotated[SlaAct | None, Spec("What to do; without it they are shown")] = None,
    policy: Annotated[str, Spec("Which policy, by its name", Kind.TEXT)] = "",
    step: Annotated[str, Spec("The step that is answered", option=True)] = "",
    back: Annotated[bool, Spec("To the step before")] = False,
    values: Annotated[Mapping[str, str] | None, Spec("The answers so far", Kind.VALUES)] = None,
) -> Answer:
    """See and change a client's policies, in order; a change shows first what it does to open requests."""
    found = client_named(context, client)
    service = service_of(context.directory, found.key)
    if service is None:
        raise Refusal(say.nothing_promised(found, context.desk.rules.command))
    if do is None:
        return Answer(await _page(context, found))
    act = SlaAct(do)
    editor = _Editor(context, found, service, act, _named(service, policy, act))
    answers = {name: words.clean(value).strip() for name, value in (values or {}).items()}
    if act not in (SlaAct.EDIT, SlaAct.ADD):
        return await editor.confirm(answers, sent=step == say.STEPS[-1])
    answers = editor.usual() | answers
    if step not in say.STEPS:
        return Answer(form=editor.form(1, answers))
    number = say.STEPS.index(step) + 1
    if back:
        return Answer(form=editor.form(max(1, number - 1), answers))
    errors = editor.errors(answers)
    for earlier in range(1, min(number, _APPLY - 1) + 1):
        wrong = {name: said for name, said in errors.items() if name in _BY_STEP[earlier - 1]}
        if wrong:
            return Answer(form=editor.form(earlier, answers, wrong))
    if number < _APPLY - 1:
        return Answer(form=editor.form(number + 1, answers))
    return await editor.confirm(answers, sent=number == _APPLY)


def page(context: Context, client: Client, others: int = 0) -> Said:
    """A client's policies in words; `others` open requests were promised otherwise."""
    service = service_of(context.directory, client.key) or Service(client.zone)
    rows: list[tuple[str, str, list[str]]] = []
    for place, promise in enumerate(service.promises):
        own = promise.own
        off = "" if own is None or own.holidays else ", on days off too"
        said = [f"Open {say_hours(own.hours)} ({own.zone}){off}"] if own else []
        said += [
            f"{p.value}: {say_targets(promise.targets.get(p, {})) or 'nothing promised'}"
            for p in promise.match.priorities or Priority
        ]
        rows.append((promise.name, say.match(promise.match, first=place == 0), said))
    return say.page(client, rows, client.settings.plan, others)


async def _page(context: Context, client: Client) -> Said:
    now = context.directory
    found = await applying.preview(context.desk.store, now, now, context.at, [client.key])
    return page(context, client, len(found.changed))


def _named(service: Service, word: str, act: SlaAct) -> int:
    """The place of the policy named; the end for a new one, 0 where none is needed."""
    names = [promise.name for promise in service.promises]
    if act is SlaAct.ADD:
        return len(names)
    if act is SlaAct.OPEN or (len(names) == 1 and not word.strip()):
        return 0
    wanted = " ".join(word.split()).casefold()
    place = next((index for index, name in enumerate(names) if name.casefold() == wanted), None)
    if place is None:
        raise Refusal(say.which_policy(word.strip(), names))
    if act is SlaAct.UP and place == 0:
        raise Refusal(say.first_already(names[place]))
    if act is SlaAct.REMOVE and len(names) == 1:
        raise Refusal(say.last_one(names[place]))
    return place


class _Editor:
    """One change of a client's policies, from the answers to the edit."""

    def __init__(self, context: Context, client: Client, service: Service, act: SlaAct, place: int) -> None:
        self.context, self.client, self.service, self.act, self.place = context, client, service, act, place
        names = [promise.name for promise in service.promises]
        self.name = names[place] if place < len(names) else ""

    # --- the form -------------------------------------------------------------------------------------

    def usual(self) -> Answers:
        """The answers as they stand; a new policy starts from the targets of the first."""
        promise = self.service.promises[0 if self.act is SlaAct.ADD else self.place]
        there = promise if self.act is SlaAct.EDIT else Promise("", promise.targets)
        match = there.match
        return {
            "name": there.name,
            **{name: ", ".join(str(value) for value in getattr(match, name)) for name in _LISTS},
            **{p.value: say_targets(there.targets.get(p, {})) for p in Priority},
            "hours": say_hours(there.own.hours) if there.own else "",
            "holidays": "yes" if there.own is None or there.own.holidays else "no",
            "warn_percents": ", ".join(str(percent) for percent in there.warn_percents),
            "pause_statuses": ", ".join(there.pause_statuses),
            "pause_reply_clocks": "yes" if there.pause_reply_clocks else "no",
        }

    def form(self, number: int, answers: Answers, errors: Mapping[str, str] | None = None, intro: str = "") -> Form:
        """One step; the answers of the others ride along."""
        inputs: tuple[Input, ...]
        match number:
            case 1:
                kinds = [kind.key for kind in self.context.directory.kinds_for(self.client.key)]
                inputs = say.for_inputs(answers, kinds)
            case 2:
                inputs = setup_words.target_inputs({p: answers[p.value] for p in Priority})
            case 3:
                inputs = say.hours_inputs(answers)
            case _:
                inputs = say.scope_input() if self.act is not SlaAct.OPEN else ()
        shown = {each.name for each in inputs}
        args: dict[str, Any] = {name: value for name, value in answers.items() if name not in shown}
        args |= {"client": self.client.key, "do": self.act.value, "policy": self.name}
        if self.act not in (SlaAct.EDIT, SlaAct.ADD):
            args["policy_step"] = "only"
        title = f"{self.client.name}, {self.name or ('a new policy' if self.act is SlaAct.ADD else 'open requests')}"
        return say.step(title, number, inputs, args, intro, errors or {})

    # --- the edit -------------------------------------------------------------------------------------

    def errors(self, answers: Answers) -> dict[str, str]:
        """What does not fit, by input."""
        entry, errors = self._entry(answers)
        _, wrong = self._edit(self._entries(entry))
        for path, said in wrong:
            _, _, rest = path.partition(f"{POLICIES}.")
            named = rest.removeprefix(f"{entry.get('name', '')}.") if entry.get("name") else rest.partition(".")[2]
            name = "kinds" if named == "for" or named == rest else named.removeprefix("for.").removeprefix("targets.")
            name = name.partition(".")[0]
            known = [input for step in _BY_STEP for input in step]
            errors.setdefault("P1" if name == "targets" else name if name in known else "name", said)
        return errors

    async def confirm(self, answers: Answers, *, sent: bool) -> Answer:
        """What it changes on open requests, and the choice; once chosen, the change."""
        edit = DirectoryEdit()
        if self.act is not SlaAct.OPEN:
            entry, _ = self._entry(answers) if self.act in (SlaAct.EDIT, SlaAct.ADD) else ({}, {})
            made, wrong = self._edit(self._entries(entry))
            if made is None:
                raise Refusal(wrong[0][1])
            edit = made
        context, world = self.context, plan.World(self.context.directory)
        changes = [
            (each.path.removeprefix(f"clients.{self.client.key}."), plan.say(each.before), plan.say(each.after))
            for each in plan.differences(world, edit)
        ]
        if self.act is not SlaAct.OPEN and not changes:
            return Answer(say.changed(self.client, (), None))
        version = str(context.directory.version)
        if not sent or answers.get("seen") != version:
            done = after(world, edit).directory
            found = await applying.preview(context.desk.store, context.directory, done, context.at, [self.client.key])
            intro = (say.AGAIN if sent else "") + say.preview(found, context.actor.zone, context.at)
            return Answer(form=self.form(_APPLY, {**answers, "seen": version, "scope": say.NEW}, intro=intro))
        apply = self.act is SlaAct.OPEN or answers.get("scope") == say.OPEN
        notices = [setup_words.overlap(one, other) for _, one, other in plan.overlaps(world, edit)]
        alone = Answer(say.changed(self.client, changes, None, notices))
        if self.act is not SlaAct.OPEN:
            await context.edit(edit, alone)
        if not apply:
            return alone
        desk = context.desk
        moved = await applying.carry_out(
            desk.store, desk.rules, [self.client.key], lambda: context.at, by=context.actor
        )
        return Answer(say.changed(self.client, changes, moved, notices))

    def _entry(self, answers: Answers) -> tuple[plan.Doc, dict[str, str]]:
        """The policy's table in the document, and what cannot be read, by input."""
        errors: dict[str, str] = {}
        entry: plan.Doc = {"name": " ".join(answers["name"].split())}
        if self.act is SlaAct.EDIT:  # no step asks for these: they stay
            there = write_terms(self.service.promises[self.place])
            entry |= {name: there[name] for name in ("warn_before", "bot_counts")}
        wanted = {name: listed for name in _LISTS if (listed := _listed(answers[name]))}
        entry["for"] = wanted
        targets: dict[str, Any] = {}
        for priority in Priority:
            try:
                targets[priority.value] = read_targets(answers[priority.value])
            except PolicyError as error:
                errors[priority.value] = str(error)
        entry["targets"] = targets
        if answers["hours"]:
            try:
                read_hours(answers["hours"])
                own = self.service.promises[self.place].own if self.act is SlaAct.EDIT else None
                entry |= {"hours": answers["hours"], "holidays": answers["holidays"] != "no"}
                entry |= {"hours_zone": own.zone} if own else {}
            except CalendarError as error:
                errors["hours"] = str(error)
        percents = _listed(answers["warn_percents"].replace("%", ""))
        if all(percent.isdecimal() for percent in percents):
            entry["warn_percents"] = [int(percent) for percent in percents]
        else:
            errors["warn_percents"] = "Write whole percents with commas between, such as 50, 75."
        pauses = [status.lower().replace("-", "_").replace(" ", "_") for status in _listed(answers["pause_statuses"])]
        entry["pause_statuses"] = pauses
        entry["pause_reply_clocks"] = answers["pause_reply_clocks"] == "yes"
        return entry, errors

    def _entries(self, entry: plan.Doc) -> list[plan.Doc]:
        """All policies of the client as they will be, in order."""
        entries = [write_policy(promise, say_hours) for promise in self.service.promises]
        match self.act:
            case SlaAct.EDIT:
                entries[self.place] = entry
            case SlaAct.ADD:
                entries.insert(self._room(entry), entry)
            case SlaAct.UP:
                entries.insert(self.place - 1, entries.pop(self.place))
            case SlaAct.REMOVE:
                entries.pop(self.place)
            case SlaAct.OPEN:
                pass
        return entries

    def _room(self, entry: plan.Doc) -> int:
        """Where a new one goes: before those that would take all its requests, otherwise last."""
        if not entry.get("for"):
            return len(self.service.promises)
        whole = (index for index, each in enumerate(self.service.promises) if each.match == Match())
        return next(whole, len(self.service.promises))

    def _edit(self, entries: list[plan.Doc]) -> tuple[DirectoryEdit | None, list[tuple[str, str]]]:
        """The edit, or what is wrong, by path."""
        doc: plan.Doc = {"clients": {self.client.key: {POLICIES: entries}}}
        try:
            return plan.wanted(plan.World(self.context.directory), doc, self.context.at), []
        except plan.BadPlan as bad:
            return None, [(problem.path, problem.words) for problem in bad.problems]


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
