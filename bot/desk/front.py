"""The desk's front door: every platform's event comes in here as who, where and what, and leaves as one person's
answer.

Identity is resolved on the server for every call, permission is checked before any use case runs, an event is handled
once,
and a conflict runs the use case again.
"""

from __future__ import annotations

import asyncio
import difflib
import keyword
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.codec import message_to_show
from bot.commands import REGISTRY, Command, Kind, Who, arguments, split_verb
from bot.desk import hearing, linking, mirroring, naming
from bot.desk.claiming import claim
from bot.desk.completing import suggest, values
from bot.desk.context import Busy, Context, Desk, Forbidden, Heard, Refusal, Stranger, may_see
from bot.desk.fitting import answer_for
from bot.desk.newcomer import Newcomer
from bot.desk.verbs import DECLARED
from bot.desk.verbs.asks import generic_form
from bot.domain.names import read_ref
from bot.domain.people import Person, Role
from bot.domain.refusal import Declined
from bot.domain.request import NotAllowed, Over, check
from bot.domain.tokens import Token, narrowed
from bot.messages import naming as naming_words
from bot.messages import over, refusals
from bot.messages.model import NOTHING, Answer, Arg
from bot.ports import AlreadyHandled, Conflict, InboxId, MessageRef, Place

_TRIES = 60
"""How often a use case runs again after a conflict before its person is asked to: each try lets somebody through, of
this process or of another one, and words that stand in a chat must not be dropped."""
_PAUSE = 0.05
"""Seconds to wait at most between tries, drawn by lot, so that those who collide part."""


_MEANT = {"promise": "next", "holidays": "settings", "ask": "ask-client"}
"""What people type for verbs that are called otherwise; `ask` is a verb of the client's people alone."""


@dataclass(frozen=True)
class Suggestion:
    """One completion: what is inserted, and what explains it."""

    insert: str
    label: str
    help: str = ""


async def run_text(
    desk: Desk,
    actor: str,
    text: str,
    *,
    place: Place | None = None,
    event: InboxId | None = None,
    newcomer: Newcomer | None = None,
) -> Answer:
    """What somebody typed after the command's name (`claim 42`); a bare call is the menu for their role.

    A `newcomer`, whom the platform knows and the desk does not, may only claim the desk, `setup CODE`, or be one more
    account of somebody, `link CODE`. So may who is known: somebody of the team, taken in before anybody managed it.
    """
    verb, rest = split_verb(text)
    if newcomer is not None and verb == "setup":
        directory = await desk.store.directory()
        person = directory.people.get(actor)
        asked = bool(rest) or not directory.clients
        if person is None or (asked and person.is_staff and person.role is not Role.MANAGER):
            return await claim(desk, newcomer, rest, place, person, event)
    if newcomer is not None and verb == "link" and linking.is_code(rest):
        return await linking.link(desk, newcomer, actor, rest, event)

    async def act(context: Context) -> Answer:
        command, words = REGISTRY.find(verb or "help"), rest
        if command is None and not rest and read_ref(verb) is not None:
            command, words = REGISTRY.find("show"), verb  # a number alone: they want to see it
        if command is None:
            names = [c.name for c in REGISTRY.visible_to(context.actor)]
            near = [_MEANT[verb]] if _MEANT.get(verb) in names else difflib.get_close_matches(verb, names, n=1)
            raise Refusal(refusals.unknown_verb(verb, near[0] if near else None, desk.rules.command))
        asked = REGISTRY.find(_MEANT.get(verb, ""))
        if asked is not None and not command.who.allows(context.actor) and asked.who.allows(context.actor):
            meant = await naming.read(context, asked, words)
            if isinstance(meant, Answer):
                return meant
            if "request" not in meant and context.thread_request:
                meant = {**meant, "request": str(context.thread_request)}
            return Answer(naming_words.meant(verb, asked.name, asked.label, meant, desk.rules.command))
        _permit(context, command)
        args = await naming.read(context, command, words)
        return args if isinstance(args, Answer) else await _kindly(context, command, args)

    return await _answer(desk, actor, act, place=place, event=event)


async def run(
    desk: Desk,
    actor: str,
    name: str,
    args: Mapping[str, Arg],
    *,
    place: Place | None = None,
    event: InboxId | None = None,
    message: Heard | None = None,
) -> Answer:
    """A button, a submitted form or a message's shortcut: the command by name, its arguments as they were given."""
    return await _answer(desk, actor, _command(desk, name, args, _kindly), place=place, event=event, message=message)


async def run_for(
    desk: Desk, token: Token, name: str, args: Mapping[str, Arg], *, event: InboxId | None = None
) -> Answer:
    """The same for a program with a token. It is told by what is raised why it may not, rather than in words alone:
    a Refusal, of a kind of its own where that matters, NotAllowed, another Declined, or Reused."""
    return await _attempt(desk, token, _command(desk, name, args, _run), event=event)


async def context_for(desk: Desk, token: Token) -> Context:
    """What whoever holds the token may look with. Raises Stranger where it is nobody's any more."""
    context = await _context(desk, token)
    if context is None:
        raise Stranger(refusals.stranger(await desk.store.directory()))
    return context


_Run = Callable[[Context, Command, dict[str, Any]], Awaitable[Answer]]


def _command(desk: Desk, name: str, args: Mapping[str, Arg], run: _Run) -> Callable[[Context], Awaitable[Answer]]:
    async def act(context: Context) -> Answer:
        command = REGISTRY.find(name)
        if command is None:
            raise Refusal(refusals.unknown_verb(name, None, desk.rules.command))
        _permit(context, command)
        return await run(context, command, arguments(command, args))

    return act


async def hear(desk: Desk, actor: str, heard: Heard, *, event: InboxId | None = None) -> Answer:
    """A message that somebody wrote: words for a request, a new one, or nothing to the desk."""
    return await _answer(desk, actor, lambda c: hearing.hear(c, heard), place=heard.ref.place, event=event)


async def edited(desk: Desk, actor: str, heard: Heard, *, event: InboxId | None = None) -> Answer:
    """Somebody changed a message they wrote; `heard` is the whole message as it reads now, with the instant it was
    written as `at`, the one it was changed as `edited_at`, and all files it still has.

    Every copy of it follows, and the history keeps what it said before. Call it however often and in whatever order the
    platform tells: an edit that came before its message is heard as the message.
    """
    return await _answer(desk, actor, lambda c: mirroring.edited(c, heard), place=heard.ref.place, event=event)


async def deleted(
    desk: Desk, actor: str | None, ref: MessageRef, *, event: InboxId | None = None, moderator: bool = False
) -> Answer:
    """A message that somebody wrote is gone; every copy of it is blanked, and the history keeps its words for the team.

    `actor` is who deleted it, None where the platform does not say, which is taken to be its author. `moderator` says
    that the platform lets the actor delete others' messages; without it only the author can.
    """
    if actor is None:
        source = await desk.store.source(ref)
        actor = source.author if source else ""
    return await _answer(
        desk,
        actor,
        lambda c: mirroring.deleted(c, ref, moderator=moderator),
        place=ref.place,
        event=event,
        left=await linking.went(desk, actor),
    )


async def react(desk: Desk, actor: str, emoji: str, heard: Heard, *, event: InboxId | None = None) -> Answer:
    """A reaction somebody put on a message: the command it means, on the request it stands for; else nothing."""

    async def act(context: Context) -> Answer:
        command = REGISTRY.for_emoji(emoji)
        if command is None or not command.who.allows(context.actor):
            return NOTHING  # an emoji is never an error
        if command.on_message:
            return await _kindly(context, command, {})
        number = context.thread_request or await hearing.request_at(desk.store, heard.ref)
        return await _kindly(context, command, {"request": str(number)}) if number else NOTHING

    return await _answer(desk, actor, act, place=heard.ref.place, event=event, message=heard)


async def complete(desk: Desk, actor: str, text: str, *, place: Place | None = None) -> list[Suggestion]:
    """What can follow the words typed after the command's name, for this person, here."""
    context = await _context(desk, actor, place=place)
    if context is None:
        return []
    verb, space, rest = text.lstrip().partition(" ")
    if not space:
        return [
            Suggestion(c.name + " ", c.name, c.help)
            for c in REGISTRY.visible_to(context.actor)
            if c.name.startswith(verb.lower()) or any(a.startswith(verb.lower()) for a in c.aliases if verb)
        ]
    command = REGISTRY.find(verb)
    if command is None or not command.who.allows(context.actor):
        return []
    return [Suggestion(*found) for found in await suggest(context, command, rest)]


async def offered(
    desk: Desk, actor: str, name: str, param: str, typed: str, *, place: Place | None = None
) -> list[Suggestion]:
    """The same for one argument by its name, where each has a field of its own."""
    context = await _context(desk, actor, place=place)
    command = REGISTRY.find(name)
    if context is None or command is None or not command.who.allows(context.actor):
        return []
    found = next((each for each in command.params if each.name == param), None)
    return [Suggestion(*each) for each in await values(context, found, typed)] if found is not None else []


# --- how every call goes --------------------------------------------------------------------------


async def _answer(
    desk: Desk,
    actor: str,
    act: Callable[[Context], Awaitable[Answer]],
    *,
    place: Place | None,
    event: InboxId | None,
    message: Heard | None = None,
    left: bool = False,
) -> Answer:
    try:
        return await _attempt(desk, actor, act, place=place, event=event, message=message, left=left)
    except Declined as no:
        return refusals.refused(str(no), no.show if isinstance(no, Refusal) else 0)


async def _attempt(
    desk: Desk,
    actor: str | Token,
    act: Callable[[Context], Awaitable[Answer]],
    *,
    place: Place | None = None,
    event: InboxId | None = None,
    message: Heard | None = None,
    left: bool = False,
) -> Answer:
    person: Person | None = None

    async def once() -> Answer:
        nonlocal person
        context = await _context(desk, actor, place=place, event=event, message=message, left=left)
        if context is None:
            raise Stranger(refusals.stranger(await desk.store.directory()))
        person = context.actor
        if event and (before := await desk.store.handled(event)) is not None:
            raise AlreadyHandled(before)
        return answer_for(await _alike(context, act), person)

    try:
        # An event's answer is its actor's: nobody fetches another's by naming its id.
        whose = actor.holder if isinstance(actor, Token) else actor
        event = replace(event, event_id=f"{whose}/{event.event_id}") if event else None
        try:
            return await once()
        except Conflict:
            return await _in_turn(desk, place, once)
    except AlreadyHandled as seen:
        answer = Answer(message_to_show(seen.result)) if seen.result else NOTHING
        return answer_for(answer, person) if person else answer


async def _in_turn(desk: Desk, place: Place | None, once: Callable[[], Awaitable[Answer]]) -> Answer:
    """Again and again, with nobody of this process beside it who was overtaken there, too."""
    async with desk.turns.at(place):
        for _ in range(_TRIES):
            try:
                return await once()
            except Conflict:
                await asyncio.sleep(random.uniform(0, _PAUSE))  # noqa: S311  # no secret, only a lot
    raise Busy(refusals.busy())


async def _alike(context: Context, act: Callable[[Context], Awaitable[Answer]]) -> Answer:
    """What the act answers. Where it wrote nothing, and the same event was handled beside it, told twice at once, then
    what was answered there: it saw that one's work, and must not refuse it as done."""
    try:
        answer = await act(context)
    except Declined:
        await _not_meanwhile(context)
        raise
    await _not_meanwhile(context)
    return answer


async def _not_meanwhile(context: Context) -> None:
    event = context.event
    if event and event not in context.written and (before := await context.desk.store.handled(event)) is not None:
        raise AlreadyHandled(before)


async def _context(
    desk: Desk,
    actor: str | Token,
    *,
    place: Place | None = None,
    event: InboxId | None = None,
    message: Heard | None = None,
    left: bool = False,
) -> Context | None:
    directory = await desk.store.directory()
    if isinstance(actor, Token):
        person = None if actor.over(desk.clock.machine()) else actor.person(directory)
        if person and person.is_staff and person.only:
            directory = narrowed(directory, person.only)
    else:
        person = directory.people.get(actor)
    if person is None or not (person.active or left):
        return None
    conversation = await hearing.conversation_of(desk.store, place) if place else None
    return Context(desk, person, desk.now(), directory, place, conversation, event, message)


def _permit(context: Context, command: Command) -> None:
    if not command.who.allows(context.actor):
        raise Forbidden(refusals.not_for_you(command.label, command.who, context.directory, context.actor))


async def _kindly(context: Context, command: Command, args: dict[str, Any]) -> Answer:
    """Run it; where a request stands otherwise than its button knew, the answer is how it stands, who has it, and what
    is next: one answer for every verb."""
    named = args.get("request", "")  # before it is taken to be implied by the thread
    try:
        return await _run(context, command, args)
    except NotAllowed as no:
        if not any(p.kind is Kind.REQUEST for p in command.params):
            raise
        found = await context.find(named)
        into = await context.desk.store.request(found.merged_into) if found.merged_into else None
        seen = into if into and may_see(context.actor, into) else None
        reason = "" if isinstance(no, Over) else str(no)
        return Answer(over.refused(found, context.directory, context.actor, context.at, reason, seen))


async def _run(context: Context, command: Command, args: dict[str, Any]) -> Answer:
    """Run it with all it needs; ask with a form for what is missing."""
    if command.fact is not None and (args.get("request") or context.thread_request):
        check(await context.find(args.get("request")), command.fact)
    missing = [
        p
        for p in command.params
        if p.required and p.name not in args and not (p.kind is Kind.REQUEST and context.thread_request)
    ]
    for param in missing:
        if param.kind is Kind.REQUEST:
            if command.name == "urgent" and args.get("text"):
                return await naming.what_is_urgent(context, args)
            raise Refusal(refusals.which_request(context.desk.rules.command, command.example or "show 42"))
    if missing:
        if command.form is not None:
            return Answer(form=await command.form(context, args))
        form = generic_form(command, args, missing)
        if args.get("request"):
            found = await context.find(args["request"])
            form = replace(form, title=f"{command.label} {found.ref}", intro=f"{found.title}\n{command.help}")
        return Answer(form=form)
    for param in command.params:
        if param.kind is Kind.REQUEST and param.required:
            args.setdefault(param.name, "")  # implied by the thread
    # A word that Python keeps for itself has an underscore in the signature.
    return await command.run(context, **{f"{n}_" if keyword.iskeyword(n) else n: v for n, v in args.items()})


__all__ = [
    "DECLARED",
    "REGISTRY",
    "Suggestion",
    "Who",
    "complete",
    "context_for",
    "deleted",
    "edited",
    "hear",
    "offered",
    "react",
    "run",
    "run_for",
    "run_text",
]
