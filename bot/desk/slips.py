"""The public-slip guard: words for the desk or the team that somebody typed where the client reads them.

A command is known by what calls for one, or by a verb with what it takes. What engineers write to clients begins with
the same words now and then ("reply to come tomorrow", "note that …", "close to a fix"), so a verb alone is not enough:
it takes what follows it in a command, the request's own number, a person of the team, a priority. Words for a colleague
are `asides`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.commands import Command, Kind, Who, split_verb
from bot.domain.names import read_ref
from bot.domain.people import Directory

_CALLED = re.compile(r"(?:[/!][\w-]+)(?=\s|$)")
"""A word that calls for a program: /note, !resolve."""

_ALONE = frozenset({"claim", "assign", "resolve", "note", "priority", "reopen"})
"""Verbs that say nothing to anybody else when they stand alone; "done", "close" and "next" do."""


@dataclass(frozen=True)
class Typed:
    """A command that was written as a message: its verb, None where there is none of that name, and what follows it."""

    verb: str
    command: Command | None
    rest: str


def typed_in(
    text: str,
    commands: Iterable[Command],
    directory: Directory,
    *,
    word: str,
    number: int | None,
    clients: Sequence[str],
) -> Typed | None:
    """The command that the words plainly are; None for words. `word` is what people type before a verb, `number` the
    request whose thread it is, `clients` are the keys that a request's name may begin with.
    """
    text, first, rest, verbs = _read(text, commands)
    if first.casefold() == word.casefold():
        verb, rest = split_verb(rest)
        return Typed(verb, verbs.get(verb or "help"), rest)
    if _CALLED.match(first):
        verb = first[1:].casefold()
        return Typed(verb, verbs[verb], rest) if verb in verbs else None
    command = verbs.get(first.casefold())
    if command is None or command.who in (Who.ALL, Who.CLIENT):
        return None
    if not rest:
        plain = command.name in _ALONE and first.isalpha()
    else:
        named, _, more = rest.partition(" ")
        ref = read_ref(named)
        plain = (
            "-" in command.name  # nobody's prose begins with ask-client
            or (
                ref is not None
                and (ref.number == number if ref.key is None else ref.key in clients)
                and (not more.strip() or len(command.params) > 1)
            )
            or _fits(command, rest.split(), directory)
        )
    return Typed(first.casefold(), command, rest) if plain else None


def verb_in(text: str, commands: Iterable[Command], clients: Sequence[str]) -> tuple[Command, str, int] | None:
    """The verb that plain words begin with, what follows it, and the request that they name; None for other words.

    For words among colleagues, where a verb alone, or one without a number, is prose.
    """
    _, first, rest, verbs = _read(text, commands)
    command = verbs.get(first.removeprefix("/").removeprefix("!").casefold())
    takes = command is not None and not command.hidden and any(p.kind is Kind.REQUEST for p in command.params)
    ref = read_ref(rest.split(maxsplit=1)[0]) if rest else None
    if command is None or not takes or ref is None or (ref.key is not None and ref.key not in clients):
        return None
    return command, rest, ref.number


def _read(text: str, commands: Iterable[Command]) -> tuple[str, str, str, dict[str, Command]]:
    """The words, the first of them, the others, and every verb by name."""
    text = text.strip().strip("`").strip()
    first, _, rest = text.partition(" ") if " " in text else (text, "", "")
    return text, first, rest.strip(), {name: c for c in commands for name in (c.name, *c.aliases)}


def _fits(command: Command, words: Sequence[str], directory: Directory) -> bool:
    """Whether the words are what the verb takes, without the request that the thread implies."""
    kinds = [p for p in command.params if p.kind in (Kind.PERSON, Kind.CHOICE) and p.name == "to"]
    if not kinds:
        return False
    to = words[0].casefold()
    if kinds[0].kind is Kind.CHOICE:
        return to in {choice.casefold() for choice in kinds[0].choices}
    names = {name for p in directory.staff() for name in (p.id.casefold(), p.name.split()[0].casefold())}
    return len(words) <= 2 and to.lstrip("@") in names
