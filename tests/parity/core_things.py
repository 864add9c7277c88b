"""Everything that a face must be able to show, from the core's own registries: each command, each message and each form
that a function of `bot/messages` makes, called with values made from its annotations. What is new there is here."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args, get_origin, get_type_hints

from made_by_type import BARE, NOW, called_with, made

import bot.messages
from bot.commands import REGISTRY, Command, Kind
from bot.desk import front
from bot.desk.plan.service import Service
from bot.desk.verbs import DECLARED, editing
from bot.desk.verbs.asks import generic_form
from bot.domain.calendar import Calendar
from bot.domain.events import Opened, Status
from bot.domain.fact import Event
from bot.domain.files import Attachment
from bot.domain.hooks import Hook
from bot.domain.people import Client, Directory, Person, Role
from bot.domain.playbooks import FormField, RequestKind, SavedReply
from bot.domain.recurring import Recurring
from bot.domain.settings import ClientSettings, TeamSettings
from bot.domain.standing import Request
from bot.domain.tokens import Token
from bot.messages import model
from bot.messages import settings as words_of_settings
from bot.messages.menu import Explained
from bot.messages.model import Action, Answer, Card, Form, Input, Message
from bot.ports import Chat

assert DECLARED
DANA = Person("dana", "Dana Reyes", Role.CLIENT, "Europe/London", "ACME")
SAM = Person("sam", "Sam Ito", Role.ENGINEER, "Europe/London")
LEE = Person("lee", "Lee Moss", Role.MANAGER, "Europe/London")
ACME = Client("ACME", "Acme", "Europe/London")
OFFICE = Calendar("office", "Europe/London", (((9 * 3600, 17 * 3600),),) * 7)
DIRECTORY = Directory(
    clients={"ACME": ACME},
    people={each.id: each for each in (DANA, SAM, LEE)},
    calendars={"some calendar": OFFICE, OFFICE.ref: OFFICE},
)

_QUESTIONS = (FormField("Which?", required=True), FormField("Why?", long=True), FormField("Colour", options=("red",)))
KNOWN: dict[Any, Any] = {
    ClientSettings: ClientSettings(),
    TeamSettings: TeamSettings(),
    Person: LEE,
    Client: ACME,
    Directory: DIRECTORY,
    RequestKind: RequestKind("laptop", "New laptop", fields=_QUESTIONS),
    SavedReply: SavedReply("restart", "Hello {requester}"),
    Hook: Hook("crm", "https://crm.example/hook", "secret"),
    Recurring: Recurring("backups", "ACME", "Check backups", "FREQ=WEEKLY;BYDAY=MO", NOW.date(), "Europe/London"),
    Token: Token("crm-sync", "lee", Role.MANAGER, "", "lee", NOW),
    Attachment: Attachment("f1", "log.txt", "text/plain", 3000),
    Service: Service("Europe/London"),
    Action: Action("show", "Open it", {"request": "3"}),
    Explained: REGISTRY.commands["next"],
}
"""What no annotation tells how to make, since it checks itself."""
KNOWN[Event] = made(Opened, known=KNOWN)


def _asked(known: Mapping[Any, Any]) -> Request:
    return replace(made(Request, known=known), requester="dana", owner="sam" if known is KNOWN else None)


FULL = {**KNOWN, Request: _asked(KNOWN)}
SPARE = {**KNOWN, bool: False, BARE: True}
SPARE[Request] = _asked(SPARE)

_SHOWN = words_of_settings.Shown(next(iter(words_of_settings.TEAM)), "5", "10")
TOLD: dict[str, dict[str, Any]] = {
    "doctor.report": {"findings": [("warning", "clock", "It is late.", "Set it.")]},
    "settings.page": {"table": words_of_settings.TEAM, "shown": [_SHOWN]},
    "settings.form": {"table": words_of_settings.TEAM, "shown": [_SHOWN]},
}
"""What some makers are told that must fit together."""

_MESSAGES = get_args(Message)


@dataclass(frozen=True)
class Maker:
    """A function of the core that makes something for people to see, and one thing that it made."""

    name: str
    """Its module and its own name."""
    about: str
    """The first line of its docstring."""
    made: Message | Form


@cache
def makers() -> tuple[Maker, ...]:
    """Of every message and every form."""
    return tuple(maker for name, function in _functions() for maker in _made(name, function))


def messages() -> list[Maker]:
    """Those of messages for people; what programs alone read is none."""
    return [each for each in makers() if not isinstance(each.made, Form | model.Notice)]


@cache
def forms() -> tuple[Maker, ...]:
    """Those of forms, and the forms that a command without one of its own has for what it was not given."""
    found = [each for each in makers() if isinstance(each.made, Form)]
    found += [Maker(f"asks.{name}", form.intro, form) for name, form in _generic()]
    found += [Maker(f"editing.{name}", form.title, form) for name, form in _edited()]
    return tuple(found)


def _functions() -> Iterator[tuple[str, Any]]:
    for room in pkgutil.iter_modules(bot.messages.__path__):
        module = importlib.import_module(f"bot.messages.{room.name}")
        for name, function in vars(module).items():
            if inspect.isfunction(function) and function.__module__ == module.__name__:
                yield f"{room.name}.{name}", function


def _made(name: str, function: Any) -> Iterator[Maker]:
    """What it makes where everything is there and so, and where nothing is that need not be."""
    wanted = get_type_hints(function).get("return")
    later = get_origin(wanted) is Callable
    answers = get_type_hints(function)["return"] if not later else get_args(wanted)[-1]
    if not _is_seen(answers):
        return
    about = (inspect.getdoc(function) or "").split("\n")[0]
    before = None
    # A card shows each state that a request can be in.
    states = [{**FULL, Request: replace(FULL[Request], status=state)} for state in Status] if answers is Card else []
    for known in (FULL, SPARE, *states):
        made_it = called_with(function, known, **TOLD.get(name, {}))
        if later:
            made_it = made_it(*(made(each, "", 1, known) for each in get_args(wanted)[0]))
        if isinstance(made_it, Answer):
            made_it = made_it.message
        if isinstance(made_it, tuple):
            made_it = Form("setup", name, made_it, "Next")
        if made_it is not None and made_it != before:
            yield Maker(name, about, made_it)
        before = made_it


def _is_seen(answers: Any) -> bool:
    """Whether somebody sees what it answers: a message, a form, an answer, or the fields of a form."""
    if get_origin(answers) is tuple:
        return get_args(answers)[0] is Input
    kinds = (answers, *get_args(answers))
    return any(isinstance(kind, type) and issubclass(kind, (*_MESSAGES, Form, Answer)) for kind in kinds)


def _generic() -> Iterator[tuple[str, Form]]:
    for command in REGISTRY.commands.values():
        missing = [p for p in command.params if p.required and p.kind is not Kind.REQUEST]
        if missing and command.form is None:
            yield command.name, generic_form(command, {}, missing)


def _edited() -> Iterator[tuple[str, Form]]:
    """The forms of `bot/desk/verbs/editing.py`: each function there that makes fields."""
    context = SimpleNamespace(directory=DIRECTORY)
    for name, function in vars(editing).items():
        if inspect.isfunction(function) and function.__module__ == editing.__name__ and name.endswith("_inputs"):
            given = {"context": context} if "context" in inspect.signature(function).parameters else {}
            yield name.strip("_"), Form(_COMMANDS[name], name, called_with(function, FULL, **given), "Save")


_COMMANDS = {"_service_inputs": "edit-client", "_target_inputs": "edit-client", "_person_inputs": "edit-person"}


def unmade() -> set[str]:
    """Where a form is made by nothing that is looked at here."""
    found: set[str] = set()
    for path in sorted(Path(bot.messages.__path__[0]).parent.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        if path.parent.name != "messages" and any(_makes_a_form(node) for node in ast.walk(tree)):
            found.add(path.name)
    return found - {"asks.py", "editing.py", "codec.py"}


def _makes_a_form(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Form"


def commands() -> list[Command]:
    """All of them."""
    return list(REGISTRY.commands.values())


def doors() -> set[str]:
    """What a face can ask of the desk: the functions of `bot/desk/front.py`."""
    return {name for name in front.__all__ if name.islower()}


def sent() -> set[str]:
    """What the desk asks of a face: the calls of its port."""
    return {name for name in vars(Chat) if not name.startswith("_")}
