"""What is asked where a number could be a request or a word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.request import Request
from bot.messages.model import Action, Line, Quote, Said, line
from bot.messages.words import ref


def which(
    command: str, label: str, named: Request, words: Mapping[str, Any], here: Request, all_words: Mapping[str, Any]
) -> Said:
    """To the one who typed it in the thread of `here`: nothing is done before they press which one was meant."""
    first = Action(command, f"{label}: {named.ref}", {**words, "request": named.number}, "primary")
    other = Action(command, f"{label}: {here.ref}", {**all_words, "request": here.number})
    lines: list[Line] = [
        line(f"Is {named.number} a request here, or the first word of what you say? Nothing is done yet."),
        line(ref(named), f", “{named.title}”", *_says(words)),
        *_quoted(words),
        line(ref(here), f", “{here.title}”, whose thread this is", *_says(all_words)),
        *_quoted(all_words),
        line(f"With {named.ref} or #{named.number} I need not ask."),
    ]
    return Said("which", tuple(lines), (first, other), tone="warn")


def meant(typed: str, verb: str, label: str, words: Mapping[str, Any], command: str) -> Said:
    """To one of the team who typed a verb of the client's people: theirs is a press away."""
    lines: list[Line] = [
        line(
            f"{command} {typed} is how the client's people raise a request. Did you mean {verb}? Nothing is done yet."
        ),
        *_quoted(words),
    ]
    return Said("which", tuple(lines), (Action(verb, label, dict(words), "primary"),), tone="warn")


def private_or_not(title: str, private: Mapping[str, Any], as_it_is: Mapping[str, Any]) -> Said:
    """To the one who typed “private:” before a new request: nobody sees it before they press."""
    said = line("Did you mean a private one, which only you and our team see? Nobody has seen it yet.")
    actions = (Action("new", "Private", dict(private), "primary"), Action("new", "As it is", dict(as_it_is)))
    return Said("which", (said, (Quote(title),)), actions, tone="warn")


def what_is_urgent(own: Sequence[Request], args: Mapping[str, Any]) -> Said:
    """To the one who said that something is urgent, and not which: nothing is done, nor lost, before they press."""
    text = _text(args)
    actions = (
        *(Action("urgent", f"{each.ref}, {each.title[:40]}", {**args, "request": each.number}) for each in own),
        Action("new", "Something new", {"title": text}, "plain" if own else "primary"),
    )
    asks = "Which of yours is urgent?" if own else "None of yours is open. Shall it be a new request?"
    said = line(f"{asks} Nothing is done yet; your words go with what you press.")
    return Said("which", (said, (Quote(text),)), actions, tone="warn")


def _says(args: Mapping[str, Any]) -> tuple[str, ...]:
    return (":",) if _text(args) else (", by form.",)


def _quoted(args: Mapping[str, Any]) -> tuple[Line, ...]:
    text = _text(args)
    return ((Quote(text),),) if text else ()


def _text(args: Mapping[str, Any]) -> str:
    return " ".join(str(value) for name, value in args.items() if name != "request" and not isinstance(value, bool))
