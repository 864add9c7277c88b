"""What could not be sent, for those who may see it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.desk.context import Context, Desk, Refusal, may_see
from bot.desk.conversations import direct, request_of
from bot.domain.people import Directory
from bot.domain.request import Request
from bot.messages import unsent as say
from bot.messages.model import Message, Ref, Relay, Said, plain
from bot.ports import Draft, Letter, Op, Urgency

_SLOT = re.compile(r"^[^:]+-(\d+):")
_OPS = {Op.DELETE: "taking a message away", Op.OPEN_THREAD: "opening a thread"}
_WORDS = 80
NAMED = 5
"""How many are named to an owner at a time."""
MOST = 50
"""How many are listed at a time."""


async def visible(context: Context) -> tuple[list[Letter], int, int]:
    """The newest, as far as the actor may see them, how many of these are others', and how many older ones follow."""
    store = context.desk.store.unsent
    letters = await store.all(MOST)
    older = await store.count() - len(letters) if len(letters) == MOST else 0
    seen = [letter for letter in letters if await _may(context, letter)]
    return seen, len(letters) - len(seen), max(older, 0)


def about(letter: Letter) -> int | None:
    """The number of the request that it is of; None where it is of none."""
    number = request_of(letter.conversation)
    if number is None and letter.slot and (found := _SLOT.match(letter.slot)):
        number = int(found[1])
    return number if number is not None and number < 2**31 else None


async def _may(context: Context, letter: Letter) -> bool:
    number = about(letter)
    if number is None:
        # What is nobody's request tells of the whole desk: not for whoever is kept to one client.
        only = context.actor.only
        return only is None or letter.conversation == f"client:{only}"
    request = await context.desk.store.request(number)
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
    private = letter.conversation.startswith("dm:")
    what = _OPS.get(letter.op) or _what(letter.body, private)
    return say.Shown(letter.id, where(directory, letter), what, letter.reason, letter.attempts, letter.since)


def where(directory: Directory, letter: Letter) -> str:
    """Where it was to go."""
    kind, _, rest = letter.conversation.partition(":")
    return {
        "dm": f"to {directory.name_of(rest)}",
        "client": f"{rest}'s channel",
        "hook": f"the webhook {rest}",
        "request": f"a thread of request {rest.partition(':')[0]}",
    }.get(kind, f"the {kind} channel")


async def told_owners(desk: Desk, letters: Sequence[Letter]) -> tuple[Draft, ...]:
    """Who has a request hears which of its messages did not arrive: once for each heap of them, however often it is
    looked, since the newest is in the key. Managers see all; an owner reads no list, and believes it was sent."""
    directory = await desk.store.directory()
    heaps: dict[str, list[tuple[Letter, Request]]] = {}
    for letter in letters:
        number = about(letter)
        request = None if number is None else await desk.store.request(number)
        if request is not None and request.owner and letter.conversation != direct(request.owner):
            heaps.setdefault(request.owner, []).append((letter, request))
    drafts: list[Draft] = []
    for owner, heap in heaps.items():
        named = [
            (Ref(request.number, request.ref), where(directory, letter), letter.reason)
            for letter, request in heap[:NAMED]
        ]
        body = say.to_owner(named, len(heap) - len(named), desk.rules.command)
        key = f"audit:undelivered:{owner}:{max(letter.id for letter, _ in heap)}"
        drafts.append(Draft(key, Op.POST, direct(owner), body, urgency=Urgency.ALERT))
    return tuple(drafts)


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
