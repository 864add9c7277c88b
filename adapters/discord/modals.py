"""Forms as Discord's, and what was filled in as a command again.

A form of Discord's has room for five parts, stands beside no error, and cannot follow another one at once. So a longer
form goes step by step, with a message for its reader alone in between, which has the buttons; so does a form that comes
back with what is wrong. What was written stays.

How it is called, for a form that the desk answers:

- `modal(form, drafts)` where something was used and nothing is answered yet; None for a form that asks nothing, which
  is offered like all others:
- `offer(form, drafts)` is that message.
- `submitted(data, drafts)` reads the `data` of a form that was sent: a `Pressed` to run, or a `Said` to answer.
- `kept(answer, data, drafts)` is what the desk then answers, with what was typed where the desk refuses.
- `turned(pressed, drafts)` reads what was pressed in an offer (`pressed.command == FORM`): a modal to open, too.

What a short form needs stands in its own id. Of others a draft is kept, for a day; where that is gone, whoever wrote
gets their words back, to begin anew.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from adapters.discord.drafts import Drafts
from adapters.discord.fields import answer, asked, filled, plain, typed_of, values_of
from adapters.discord.layout import text
from adapters.discord.limits import FIELDS, HINT, TEXT, TITLE
from adapters.discord.markdown import texts, words
from adapters.discord.pressing import Component, Pressed, read, sign_of, signed, written
from bot.messages import filling
from bot.messages.flowing import short, width
from bot.messages.model import Action, Answer, Arg, Form, Line, Said, line, strong

FORM = "desk-form"
"""Stands for a command where something is done with a form: its step is opened, it is sent as it is, or turned back."""
_SEND, _BACK = "send", "back"
_OWN = "."
"""What the names of a form's own arguments begin with there."""


@dataclass(frozen=True)
class Modal:
    """A form to be opened, as Discord is told it."""

    given: Mapping[str, Any]


def modal(form: Form, drafts: Drafts, step: int = 0, draft: str = "") -> Modal | None:
    """That step of the form; None for one that asks nothing, or says more above a field than has room there: it is
    offered first."""
    steps = steps_of(form)
    if not steps or (_beyond(form) and not draft):
        return None
    alone = len(steps) == 1 and all(map(plain, form.inputs))
    id = written(Pressed(form.command, dict(form.args))) if alone and not draft else None
    id = signed(id, secrets.token_hex(4)) if id is not None else None
    if id is None:
        draft = drafts.keep(form, draft)
        id = _id(form, draft, step) or ""
    title = " ".join(form.title.split()) or "…"
    number = f" ({step + 1} of {len(steps)})" if len(steps) > 1 else ""
    parts = list(steps[step])
    return Modal({"custom_id": id, "title": short(title, TITLE - len(number)) + number, "components": parts})


def offer(form: Form, drafts: Drafts, draft: str = "", step: int = 0) -> Said:
    """What somebody reads before a form, or between two steps of it: what is wrong, what is still asked, and how it
    goes on."""
    steps = steps_of(form)
    draft = drafts.keep(form, draft)
    lines: list[Line] = [line(strong(" ".join(form.title.split()) or "…"))]
    lines += [line(form.intro)] if form.intro and step == 0 else []
    lines += [line(each) for each in _beyond(form)] if step == 0 else []
    labels = {each.name: each.label for each in form.inputs}
    wrong = [f"{labels.get(name, name)}: {said}" for name, said in form.errors.items()]
    lines += [line(f"⚠️ {each}") for each in wrong]
    if wrong:
        step = next((n for n, each in enumerate(steps) if any(_asks(each, name) for name in form.errors)), 0)
        lines.append(line(filling.still_there()))
    left = [each for each in form.inputs if any(_asks(part, each.name) for part in steps[step:])]
    if step and not wrong:
        lines.append(line(filling.still_asked(step, len(steps), [each.label for each in left])))
    actions: list[Action] = []
    if steps:
        actions.append(_does(filling.fill_in(step, wrong=bool(wrong)), form, draft, str(step), "primary"))
    if not steps or (step and not wrong and not any(each.required and not each.value for each in left)):
        actions.append(_does(form.submit, form, draft, _SEND, "plain" if steps else "primary"))
    if step and not wrong:
        actions.append(_does(filling.CHANGE, form, draft, str(step - 1)))
    if form.back:
        actions.append(_does(form.back, form, draft, _BACK))
    return Said("form", tuple(lines), tuple(actions), "warn" if wrong else "plain")


def submitted(data: Mapping[str, Any], drafts: Drafts) -> Pressed | Said | None:
    """What somebody sent: a command with all the answers, or what stands between this step and the next. None for what
    is no form of ours."""
    asked_for, values = read(str(data.get("custom_id", ""))), values_of(data)
    if asked_for is None:
        return None
    if asked_for.command != FORM:
        return Pressed(asked_for.command, {**asked_for.args, **values})
    draft, step = str(asked_for.args.get("draft", "")), asked_for.args.get("do")
    form = drafts.find(draft)
    if form is None:
        return _lost(_within(asked_for), values)
    form = replace(filled(form, values), errors={})
    if isinstance(step, int) and step + 1 < len(steps_of(form)):
        return offer(form, drafts, draft, step + 1)
    drafts.keep(form, draft)
    return _sent(form)


def turned(pressed: Pressed, drafts: Drafts) -> Modal | Pressed | Said:
    """What a button of an offer does: a step of the form to be opened, or the command to be run."""
    draft, does = str(pressed.args.get("draft", "")), pressed.args.get("do")
    form = drafts.find(draft)
    if form is None:
        again = _within(pressed)
        return again if again is not None else _lost(None, {})
    if isinstance(does, int) and does < len(steps_of(form)):
        opened = modal(form, drafts, does, draft)
        return opened if opened is not None else offer(form, drafts, draft)
    sent = _sent(form)
    return Pressed(sent.command, {**sent.args, "back": True}) if does == _BACK else sent


def kept(answer: Answer, data: Mapping[str, Any], drafts: Drafts) -> Answer:
    """What the desk answered to a form that was sent; where it refuses, with what was typed, for Discord has closed the
    form."""
    said = answer.message
    if not isinstance(said, Said) or said.purpose != "refusal":
        return answer
    draft = draft_in(data)
    if (form := drafts.find(draft)) is not None:
        used = read(str(data.get("custom_id", "")))
        step = used.args.get("do", 0) if used is not None else 0
        change = _does(filling.CHANGE, form, draft, str(step), "primary")
        return replace(answer, message=replace(said, actions=(change, *said.actions)))
    return returned(answer, data)


def returned(answer: Answer, data: Mapping[str, Any]) -> Answer:
    """A refusal with what somebody had typed, for Discord has closed the form."""
    said = answer.message
    if not isinstance(said, Said):
        return answer
    return replace(answer, message=replace(said, lines=(*said.lines, *filling.written(typed_of(data).values()))))


def draft_in(data: Mapping[str, Any]) -> str:
    """The draft of which something that was used is a step; empty for all others."""
    used = read(str(data.get("custom_id", "")))
    return str(used.args.get("draft", "")) if used is not None and used.command == FORM else ""


def sent_as(data: Mapping[str, Any], asked: Pressed) -> str:
    """By what a form counts once that was sent: who read no answer sends it again, and a button is pressed twice. What
    was changed in between is another. Empty for what is sent from no form."""
    which = draft_in(data) or sign_of(str(data.get("custom_id", "")))
    said = json.dumps([asked.command, sorted(asked.args.items())])
    return f"sent:{which}:{hashlib.sha256(said.encode()).hexdigest()[:16]}" if which else ""


def opening(form: Form) -> list[Component]:
    """What stands above the first field."""
    title = " ".join(form.title.split())
    lines = [title] if width(title) > TITLE else []
    lines += [form.intro] if form.intro else []
    return [text(each) for each in texts([row for each in lines for row in words(each)], TEXT)]


def steps_of(form: Form) -> list[list[Component]]:
    """The parts of each step. What stands above a field is in the same step; an introduction that would make a step
    more is said in the offers alone, or beside a field."""
    each = [parts[-FIELDS:] for given in form.inputs for parts in _grouped(asked(given))]
    if not each:
        return []
    above = opening(form)
    if above and sum(map(len, each)) == FIELDS and len(above) == 1:
        free = next((parts[-1] for parts in each if "description" not in parts[-1]), None)
        if (
            free is not None
            and width(" ".join(form.intro.split())) <= HINT
            and above == opening(replace(form, title=""))
        ):
            free["description"] = " ".join(form.intro.split())
            above = []
    found: list[list[Component]] = [above]
    for parts in each:
        if len(found[-1]) + len(parts) > FIELDS:
            found.append([])
        found[-1] += parts
    return found


def _beyond(form: Form) -> list[str]:
    """What is to be said above fields, and has no room in their step."""
    long = [given for given in form.inputs if any(len(parts) > FIELDS for parts in _grouped(asked(given)))]
    return [said for given in long for said in (given.label, *(f"• {option.label}" for option in given.options))]


def _grouped(parts: list[Component]) -> list[list[Component]]:
    """Each field with what stands above it."""
    found: list[list[Component]] = [[]]
    for part in parts:
        found[-1].append(part)
        if "component" in part:
            found.append([])
    return [each for each in found if each]


def _asks(parts: list[Component], name: str) -> bool:
    return any(part.get("component", {}).get("custom_id", "").partition("|")[0] == name for part in parts)


def _sent(form: Form) -> Pressed:
    answers = {each.name: answer(each) for each in form.inputs if asked(each)}
    return Pressed(form.command, {**form.args, **answers})


def _does(label: str, form: Form, draft: str, does: str, style: Any = "plain") -> Action:
    step: Arg = int(does) if does.isdecimal() else does
    args: dict[str, Arg] = {"draft": draft, "do": step}
    more = {**args, "run": form.command, **{f"{_OWN}{name}": value for name, value in form.args.items()}}
    return Action(FORM, label, more if written(Pressed(FORM, more)) else args, style)


def _id(form: Form, draft: str, step: int) -> str | None:
    return written(Pressed(FORM, dict(_does("", form, draft, str(step)).args)))


def _within(pressed: Pressed) -> Pressed | None:
    """What brings the form anew, where the draft is gone."""
    command = pressed.args.get("run")
    args = {name.removeprefix(_OWN): value for name, value in pressed.args.items() if name.startswith(_OWN)}
    return Pressed(str(command), args) if command else None


def _lost(again: Pressed | None, values: Mapping[str, str]) -> Said:
    """The words of somebody whose form is not known any more."""
    lines = [*filling.lost(again=again is not None), *filling.written(values.values())]
    actions = (Action(again.command, filling.ANEW, dict(again.args), "primary"),) if again else ()
    return Said("refusal", tuple(lines), actions, "warn")
