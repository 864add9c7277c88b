"""What could not be sent, for those who may see it."""

from __future__ import annotations

import re

from bot.desk.context import Context, Refusal, may_see
from bot.desk.conversations import request_of
from bot.domain.people import Directory
from bot.messages import unsent as say
from bot.messages.model import Message, Relay, Said, plain
from bot.ports import Letter, Op

_SLOT = re.compile(r"^[^:]+-(\d+):")
_OPS = {Op.DELETE: "taking a message away", Op.OPEN_THREAD: "opening a thread"}
_WORDS = 80
MOST = 50
"""How many are listed at a time."""


async def visible(context: Context) -> tuple[list[Letter], int, int]:
    """The newest, as far as the actor may see them, how many of these are others', and how many older ones follow."""
    store = context.desk.store.unsent
    letters = await store.all(MOST)
    older = await store.count() - len(letters) if len(letters) == MOST else 0
    seen = [letter for letter in letters if await _may(context, letter)]
    return seen, len(letters) - len(seen), max(older, 0)


async def _may(context: Context, letter: Letter) -> bool:
    number = request_of(letter.conversation)
    if number is None and letter.slot and (found := _SLOT.match(letter.slot)):
        number = int(found[1])
    if number is None:
        # What is nobody's request tells of the whole desk: not for whoever is kept to one client.
        only = context.actor.only
        return only is None or letter.conversation == f"client:{only}"
    request = await context.desk.store.request(number) if number < 2**31 else None
    return request is not None and may_see(context.actor, request)


async def one(context: Context, name: str) -> Letter:
    """The letter of that number. Raises Refusal where there is none that the actor may see."""
    name = name.strip()
    number = int(name) if name.isascii() and name.isdigit() and len(name) < 20 else 0
    letter = await context.desk.store.unsent.one(number)
    if letter is not None and await _may(context, letter):
        return letter
    raise Refusal(say.none_such(name, context.desk.rules.command))


def shown(directory: Directory, letter: Letter) -> say.Shown:
    """As a person reads it. Of what one person alone was to read, nobody else reads the words."""
    kind, _, rest = letter.conversation.partition(":")
    private = kind == "dm"
    where = {
        "dm": f"to {directory.name_of(rest)}",
        "client": f"{rest}'s channel",
        "hook": f"the webhook {rest}",
        "request": f"a thread of request {rest.partition(':')[0]}",
    }.get(kind, f"the {kind} channel")
    what = _OPS.get(letter.op) or _what(letter.body, private)
    return say.Shown(letter.id, where, what, letter.reason, letter.attempts, letter.since)


def _what(body: Message | None, private: bool) -> str:
    words = ""
    if isinstance(body, Said):
        words = plain(body.lines[0]) if body.lines and not private else body.purpose
    elif isinstance(body, Relay):
        words = f"words of {body.name}" if private else f"{body.name}: {body.text}"
    elif body is not None:
        words = f"a {body.t}"
    words = " ".join(words.split())
    return f"“{words[:_WORDS]}{'…' if len(words) > _WORDS else ''}”"
