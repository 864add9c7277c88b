"""Which request a number means that is typed in another one's thread.

There the request need not be named, so `reply 24 hours is fine` and `reply 24 hello` begin alike. `ACME-24` and `#24`
always name a request. A bare number does where only that makes sense by the verb's own grammar (`next 24 16:00`,
`merge 25 into 26`, `priority 24 P1 …`); where both do, nothing is done and both are offered. The number of a day in
words (`next 24 Dec`) names no request, in a thread or elsewhere.
"""

from __future__ import annotations

import re
from typing import Any

from bot.commands import Command, Kind, UsageError, parse
from bot.desk.context import Context, Refusal, may_see
from bot.domain import moments
from bot.domain.events import Status
from bot.domain.merging import OPEN
from bot.domain.names import read_ref, target_word
from bot.domain.request import Request
from bot.messages import naming, refusals
from bot.messages.model import Answer
from bot.ports import RequestQuery

_GRAMMAR = ("moment", "request")
"""Free text that begins with what can be told from other words."""

_OFFERED = 5
_NONE = 0
"""No request's number."""

Args = dict[str, Any]


async def read(context: Context, command: Command, rest: str) -> Args | Answer:
    """The arguments in the words after the verb, or both ways to read them. Raises UsageError where they fit none."""
    if command.name == "new":
        args = parse(command, rest)
        title = str(args.get("title", ""))
        if (typed := re.match(r"private\s*[:–—-]\s*(?=\S)", title, re.IGNORECASE)) and not args.get("private"):
            return Answer(naming.private_or_not(title, {**args, "title": title[typed.end() :], "private": "yes"}, args))
        return args
    here = context.thread_request
    if (dated := _dated(command, rest)) is not None:
        if here is None:
            raise Refusal(refusals.which_request(context.desk.rules.command, f"{command.name} 42 {rest.strip()}"))
        return dated
    if here is None:
        args = parse(command, rest)
        return await _last_to_rate(context, args) if command.name == "rate" else args
    named, implied = _tried(command, rest, None), _tried(command, rest, here)
    if named is None or "request" not in named or (implied and "request" in implied):
        return parse(command, rest, here=here)  # no number, or one that says by itself whose it is
    if implied is None:
        return named
    if not any(p.kind is Kind.TEXT and p.suggest not in _GRAMMAR for p in command.params):
        fits, other = _fits(command, named), _fits(command, implied)
        if fits != other or not fits:
            return implied if other else named
    elif _chosen(command, named) and not _chosen(command, implied):
        return named
    meant = await _visible(context, int(named["request"]))
    thread = await context.find(None)
    if meant is None or meant.number == thread.number:
        return named if meant else implied
    return Answer(naming.which(command.name, command.label, meant, named, thread, implied))


async def _last_to_rate(context: Context, args: Args) -> Args:
    """A rating alone is of the request closed last whose asker was asked how it was, and has not said so yet."""
    score = str(args.get("request", ""))
    if "score" in args or not re.fullmatch("[1-5]", score):
        return args
    query = RequestQuery(
        viewer=context.actor, requester=context.actor.id, statuses=(Status.CLOSED,), client=context.actor.client
    )
    found = await context.desk.store.requests(query)
    waiting = [each for each in found if (r := each.rating) and r.asked and not r.score and not r.skipped]
    last = max(waiting, key=lambda each: (each.ended_at or each.opened_at, each.number), default=None)
    return {**args, "request": str(last.number), "score": score} if last else args


async def what_is_urgent(context: Context, args: Args) -> Answer:
    """Words that name no request: one of the person's own open ones, or something new, and the words go with it."""
    query = RequestQuery(
        viewer=context.actor, requester=context.actor.id, statuses=OPEN, client=context.actor.client, limit=_OFFERED
    )
    return Answer(naming.what_is_urgent(await context.desk.store.requests(query), args))


def _dated(command: Command, rest: str) -> Args | None:
    """The arguments where the number is the first word of a day, and what follows it alone would be none."""
    when = next((p.name for p in command.params if p.suggest == "moment"), None)
    named, day = _tried(command, rest, None), _tried(command, rest, _NONE)
    if when is None or named is None or day is None or "request" not in named or "request" in day:
        return None
    return day if _begins("moment", day[when]) and not _begins("moment", named.get(when, "")) else None


def _tried(command: Command, rest: str, here: int | None) -> Args | None:
    try:
        return parse(command, rest, here=here)
    except UsageError:
        return None


def _fits(command: Command, args: Args) -> bool:
    """Whether all is there that the verb needs, and its words begin as they should."""
    for param in command.params:
        if param.name not in args:
            if param.required and param.kind is not Kind.REQUEST:
                return False
        elif (param.kind is Kind.TEXT and not _begins(param.suggest, args[param.name])) or (
            param.kind is Kind.PERSON and str(args[param.name]).isdecimal()
        ):
            return False
    return True


def _begins(grammar: str, text: str) -> bool:
    match grammar:
        case "moment":
            return moments.begins(re.sub(r"^(?:until|by|for)\s+", "", text.strip(), flags=re.IGNORECASE))
        case "request":
            return read_ref(target_word(text)) is not None
        case _:
            return True


def _chosen(command: Command, args: Args) -> bool:
    return any(p.kind is Kind.CHOICE and p.name in args for p in command.params)


async def _visible(context: Context, number: int) -> Request | None:
    """The request of that number; None, too, for one they may not see: then it is a word like any other."""
    found = await context.desk.store.request(number) if number < 2**31 else None
    return found if found is not None and may_see(context.actor, found) else None
