"""A command is declared once: its name, help, arguments and who may come from one decorated function.

Chat adapters build their native commands, completions and help from this registry; nothing platform-specific is in it.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from bot.domain.events import Event
from bot.domain.names import read_ref
from bot.domain.people import Person, Role
from bot.domain.refusal import Declined
from bot.messages.model import Answer, Arg, Form


class Who(StrEnum):
    """Who may use a command. Deny by default: a command names one of these."""

    ALL = "all"
    CLIENT = "client"
    STAFF = "staff"
    LEAD = "lead"
    MANAGER = "manager"

    def allows(self, person: Person) -> bool:
        """Whether that person may, now."""
        if not person.active:
            return False
        match self:
            case Who.ALL:
                return person.role is Role.CLIENT or person.is_staff
            case Who.CLIENT:
                return person.role is Role.CLIENT
            case Who.STAFF:
                return person.is_staff
            case Who.LEAD:
                return person.role in (Role.LEAD, Role.MANAGER)
            case Who.MANAGER:
                return person.role is Role.MANAGER


class Kind(StrEnum):
    """What an argument holds."""

    REQUEST = "request"
    """A request's number; implied in a request's thread."""
    WORD = "word"
    TEXT = "text"
    """The rest of the line; last."""
    PERSON = "person"
    CLIENT = "client"
    CHOICE = "choice"
    FLAG = "flag"
    VALUES = "values"
    """Whatever else a form asked for, by the inputs' names, empty ones too; never typed. At most one, for forms whose
    inputs are known only when they are shown."""


@dataclass(frozen=True)
class Spec:
    """How an argument is written: put into `Annotated[str, Spec("…")]`.

    `suggest` names what completes it, and of free text what it begins with: "moment" is a time, "request" a request.
    """

    help: str
    kind: Kind | None = None
    suggest: str = ""
    option: bool = False
    """Typed as `--name VALUE`, wherever it stands."""


@dataclass(frozen=True)
class Param:
    """An argument of a command, as read from its signature."""

    name: str
    help: str
    kind: Kind
    required: bool
    choices: tuple[str, ...] = ()
    suggest: str = ""
    option: bool = False


class UsageError(Declined):
    """The words do not fit the command; the message says how they would."""


Handler = Callable[..., Awaitable[Answer]]
FormBuilder = Callable[[Any, Mapping[str, Any]], Awaitable[Form]]
"""From the Context and the arguments there are, the form that asks for the others."""


@dataclass(frozen=True)
class Command:
    """One verb of the desk."""

    name: str
    who: Who
    help: str
    """One line, for menus and completions."""
    params: tuple[Param, ...]
    run: Handler
    label: str
    """What its button says."""
    example: str = ""
    aliases: tuple[str, ...] = ()
    form: FormBuilder | None = None
    """Makes the modal that asks for what was not given."""
    on_message: str = ""
    """The label of its entry in a message's own menu; empty for none."""
    on_note: bool = False
    """Whether that menu is of a message in a request's private thread, and not of a client's message."""
    emoji: tuple[str, ...] = ()
    """Reactions that mean it."""
    hidden: bool = False
    """Only for buttons; not in menus and help."""
    fact: type[Event] | None = None
    """What it records of a request. Where that cannot happen any more, nobody is asked by a form first."""

    @property
    def arguments(self) -> tuple[tuple[str, str], ...]:
        """What it takes, each with its sentence."""
        return tuple((p.name, p.help) for p in self.params if p.kind is not Kind.VALUES)

    @property
    def group(self) -> str:
        """The file that declares it: verbs of one file belong together in menus."""
        return getattr(self.run, "__module__", "").rsplit(".", 1)[-1]

    @property
    def usage(self) -> str:
        """How it is typed: `reply [REQUEST] TEXT`."""
        words = [self.name]
        for p in self.params:
            if p.kind is Kind.VALUES:
                continue
            if p.kind is Kind.FLAG:
                words.append(f"[--{p.name}]")
            elif p.option:
                words.append(f"[--{p.name} {p.name.upper()}]")
            else:
                name = p.name.upper()
                words.append(name if p.required and p.kind is not Kind.REQUEST else f"[{name}]")
        return " ".join(words)


@dataclass
class Registry:
    """All commands, by name."""

    commands: dict[str, Command] = field(default_factory=dict[str, Command])

    def add(self, command: Command) -> None:
        """Raises ValueError for a name or alias that is taken: two verbs must not share a word."""
        for name in (command.name, *command.aliases):
            if self.find(name):
                raise ValueError(f"the command “{name}” is declared twice")
        self.commands[command.name] = command

    def find(self, name: str) -> Command | None:
        """The command of that name or alias, however it is cased."""
        name = name.lower()
        return self.commands.get(name) or next((c for c in self.commands.values() if name in c.aliases), None)

    def visible_to(self, person: Person) -> list[Command]:
        """What a person's menu shows, in order of declaration."""
        return [c for c in self.commands.values() if c.who.allows(person) and not c.hidden]

    def for_emoji(self, emoji: str) -> Command | None:
        """The command that a reaction means; skin tones and presentation selectors do not matter."""
        bare = re.sub("[\U0001f3fb-\U0001f3ff\ufe0f]", "", emoji)
        return next((c for c in self.commands.values() if bare in c.emoji), None)


REGISTRY = Registry()


def command(
    *,
    who: Who,
    label: str = "",
    example: str = "",
    name: str = "",
    aliases: Sequence[str] = (),
    form: FormBuilder | None = None,
    on_message: str = "",
    on_note: bool = False,
    emoji: Sequence[str] = (),
    hidden: bool = False,
    fact: type[Event] | None = None,
) -> Callable[[Handler], Handler]:
    """Declare a use case as a command. Its first parameter is the Context; the others are its arguments."""

    def declare(run: Handler) -> Handler:
        verb = name or getattr(run, "__name__", "").rstrip("_").replace("_", "-")
        REGISTRY.add(
            Command(
                name=verb,
                who=who,
                help=(inspect.getdoc(run) or "").split("\n")[0],
                params=_params(run),
                run=run,
                label=label or verb.replace("-", " ").capitalize(),
                example=example,
                aliases=tuple(aliases),
                form=form,
                on_message=on_message,
                on_note=on_note,
                emoji=tuple(emoji),
                hidden=hidden,
                fact=fact,
            )
        )
        return run

    return declare


def _params(run: Handler) -> tuple[Param, ...]:
    hints = get_type_hints(run, include_extras=True)
    params: list[Param] = []
    for name, parameter in list(inspect.signature(run).parameters.items())[1:]:
        hint = hints[name]
        base, spec = (hint, Spec(name)) if get_origin(hint) is not Annotated else (get_args(hint)[0], get_args(hint)[1])
        choices: tuple[str, ...] = ()
        options = [base, *get_args(base)]
        enum = next((o for o in options if isinstance(o, type) and issubclass(o, StrEnum)), None)
        kind = spec.kind or (Kind.FLAG if base is bool else Kind.CHOICE if enum else Kind.WORD)
        if enum:
            choices = tuple(member.value for member in enum)
        required = parameter.default is inspect.Parameter.empty
        params.append(Param(name.rstrip("_"), spec.help, kind, required, choices, spec.suggest, spec.option))
    return tuple(params)


# --- reading what people type ---------------------------------------------------------------------

_NUMBER = re.compile(r"[#+-]*\d[\d.,]*")
"""What is meant to be a request's number where one is needed, whether or not it is one."""
_SMART = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "—": "--"})


def split_verb(text: str) -> tuple[str, str]:
    """The first word and the rest."""
    return _first_word(text)[0].lower(), _first_word(text)[1]


def _first_word(text: str) -> tuple[str, str]:
    """Up to the first white space of any kind: people paste line breaks and hard spaces too."""
    word, *rest = text.split(maxsplit=1)[:2] or [""]
    return word, rest[0].strip() if rest else ""


def parse(command: Command, text: str, *, here: int | None = None) -> dict[str, Any]:
    """The arguments in the words after the verb. What is missing is left out: the caller asks for it with a form.

    `here` is the request whose thread it is typed in, where a bare number is to be read as what follows the request
    ("reply 2 servers were restarted") unless it is that request's own; without it, it names the request.
    `bot.desk.naming` weighs both. Raises UsageError for a choice that is none and for words left over.
    """
    args: dict[str, Any] = {}
    rest = text.strip()
    flags = {p.name for p in command.params if p.kind is Kind.FLAG}
    for flag in flags:
        pattern = re.compile(rf"(?:^|\s)(?:--|—){re.escape(flag)}(?=\s|$)", re.IGNORECASE)
        if pattern.search(rest):
            args[flag] = True
            rest = pattern.sub(" ", rest, count=1).strip()
    for option in (p for p in command.params if p.option):
        # Of several values each may stand after a comma: --with @lee, @kim
        value = r"\S+?(?:\s*,\s*\S+?)*"
        found = re.search(rf"(?:^|\s)(?:--|—){re.escape(option.name)}[\s=]+({value})(?=\s|$)", rest, re.IGNORECASE)
        if found:
            args[option.name] = found[1].translate(_SMART).strip("\"'")
            rest = f"{rest[: found.start()]} {rest[found.end() :]}".strip()
    for param in command.params:
        if param.kind in (Kind.FLAG, Kind.VALUES) or param.option:
            continue
        if param.kind is Kind.TEXT:
            if rest:
                # To a search, quotes say that words stand together.
                args[param.name] = rest if param.suggest == "search" else _unquote(rest)
                rest = ""
            continue
        word, after = _first_word(rest)
        if not word:
            continue
        if param.kind is Kind.REQUEST:
            ref = read_ref(word)
            if ref is None and here is None and param.required and _NUMBER.fullmatch(word):
                raise UsageError(f"“{word[:40]}” is no request number. It goes: {command.usage}")
            if ref is None or (here is not None and word.isdecimal() and ref.number != here):
                continue
            args[param.name] = str(ref)
        elif param.kind is Kind.CHOICE:
            chosen = next((c for c in param.choices if c.lower() == word.lower()), None)
            if chosen is None:
                alike = any(len(c) == len(word) and c[0].lower() == word[0].lower() for c in param.choices)
                if not param.required and not alike:
                    continue
                raise UsageError(f"“{word}” is not one of {', '.join(param.choices)}.")
            args[param.name] = chosen
        else:
            args[param.name] = word.translate(_SMART).strip("\"'")
        rest = after
    if rest:
        raise UsageError(f"I did not understand “{rest}”. It goes: {command.usage}")
    return args


def _unquote(text: str) -> str:
    """Words in one pair of quotes, straight or smart, lose them."""
    straight = text.translate(_SMART)
    if len(text) >= 2 and straight[0] == straight[-1] == '"' and '"' not in straight[1:-1]:
        return text[1:-1].strip()
    return text


def arguments(command: Command, given: Mapping[str, Arg | str]) -> dict[str, Any]:
    """What a button or form gave, kept to the command's own arguments; empty values count as not given."""
    names = {p.name: p for p in command.params if p.kind is not Kind.VALUES}
    args: dict[str, Any] = {}
    if rest := next((p for p in command.params if p.kind is Kind.VALUES), None):
        args[rest.name] = {name: str(value) for name, value in given.items() if name not in names}
    for name, value in given.items():
        param = names.get(name)
        if param is None or value == "":
            continue
        if param.kind is Kind.FLAG:
            args[name] = str(value).lower() in ("true", "1", "on", "yes")
        elif param.kind is Kind.CHOICE:
            if str(value) not in param.choices:
                raise UsageError(f"“{value}” is not one of {', '.join(param.choices)}.")
            args[name] = str(value)
        else:
            args[name] = str(value)
    return args
