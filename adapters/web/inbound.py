"""What people do, as calls of the desk's front door. The browser gives each act an id, so that a retry acts once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from adapters.web.catchup import event_of, heard_of
from adapters.web.chat import PLATFORM, place_of
from adapters.web.demo import SKIPS, Skip
from adapters.web.door import signed_in
from adapters.web.live import Changed, Moved
from adapters.web.render import EMOJI
from adapters.web.state import Web, body_of, kind, log, missing, number
from adapters.web.times import iso
from bot.desk import front
from bot.desk.context import Heard, Rules
from bot.desk.publishing import ALERTS
from bot.domain.people import Person
from bot.domain.text import TEXT_LIMIT, clean, is_blank
from bot.messages import refusals
from bot.messages.model import Answer, Arg
from bot.ports import Channel, ChannelKind, InboxId

MESSAGE_LIMIT = TEXT_LIMIT
"""Characters of a message: what the desk would refuse is refused before it stands where others read it."""

_STRAY = re.compile(r"\s*(/\w[\w-]*)(?=\s|$)")
"""A word that looks like a command; a path such as /etc/hosts does not."""

_ACT = re.compile(r"[0-9A-Za-z-]{8,64}")


@signed_in
async def send(request: Request, web: Web, person: Person) -> Response:
    """The composer: words for the conversation, or a command for the desk."""
    data = await body_of(request)
    channel, thread = await _place(web, person, request.path_params["channel"], data.get("thread"))
    act, place = _act(data), place_of(channel.id, thread)
    text = _text(data.get("text"))
    before = await _before(web, person)
    command = command_in(text, web.desk.rules)
    if command is not None:
        answer = await front.run_text(web.desk, person.id, command, place=place, event=_event(person, act))
        return await _answered(web, person, answer, before)
    if stray := _STRAY.match(text):
        # Most likely misspelt: what was meant for the desk alone is not shown to everybody.
        words = f"“{stray[1][:40]}” is no command here. Type {web.desk.rules.command} help."
        return await _answered(web, person, refusals.refused(words), before, keep=True)
    posted, new = await web.workspace.add(
        channel.id,
        at=web.desk.now(),
        thread=thread,
        author=person.id,
        text=text,
        key=f"user:{person.id}:{act}",
    )
    if not new and (posted.author, posted.channel, posted.thread) != (person.id, channel.id, thread):
        raise kind(409, "This message was sent before. Reload the page to see it.")
    web.hub.publish(Changed(channel.id, posted.id, thread))
    # Also after a retry: the first try may have died between the two, and the event's id makes it once.
    event = event_of(posted)
    try:
        answer = await front.hear(web.desk, person.id, heard_of(posted), event=event)
        await web.workspace.heard(posted.id)
    except Exception:
        # The words are in the conversation already; sending them again would not mend this.
        log.exception("hearing message %s failed", posted.id)
        answer = refusals.refused(refusals.unexpected())
    return await _answered(web, person, answer, before, message=posted.id)


@signed_in
async def act(request: Request, web: Web, person: Person) -> Response:
    """A button, a submitted form, or an entry of a message's menu."""
    data = await body_of(request)
    channel, thread = await _place(web, person, data.get("channel"), data.get("thread"))
    name, args = data.get("command"), data.get("args", {})
    if not isinstance(name, str) or not isinstance(args, dict):
        raise kind(400, "This button is broken. Reload the page and try again.")
    message: Heard | None = None
    if (id := number(data.get("message"))) is not None:
        found = await web.access.message(person, id)
        if found is None or found[0].id != channel.id or found[1].deleted:
            raise missing()
        message = heard_of(found[1])
    before = await _before(web, person)
    answer = await front.run(
        web.desk,
        person.id,
        clean(name),
        _args(args),
        place=message.ref.place if message else place_of(channel.id, thread),
        event=_event(person, _act(data)),
        message=message,
    )
    return await _answered(web, person, answer, before)


@signed_in
async def react(request: Request, web: Web, person: Person) -> Response:
    """An emoji is put (`on`) or taken away. The wish is said, not "toggle", so that a retry changes nothing."""
    data = await body_of(request)
    found = await web.access.message(person, number(data.get("message")) or 0)
    if found is None or found[1].deleted:
        raise missing()
    channel, posted = found
    emoji, on = data.get("emoji"), data.get("on") is True
    there = {reaction.emoji: reaction.people for reaction in posted.reactions}
    if not isinstance(emoji, str) or emoji not in (*EMOJI, *there):
        raise kind(400, "That emoji is not one of ours. Choose one from the picker.")
    if (person.id in there.get(emoji, ())) != on:
        await web.workspace.react(posted.id, person.id, emoji)
        web.hub.publish(Changed(channel.id, posted.id, posted.thread))
    if not on:
        return JSONResponse({})
    before = await _before(web, person)
    answer = await front.react(web.desk, person.id, emoji, heard_of(posted), event=_event(person, _act(data)))
    return await _answered(web, person, answer, before)


@signed_in
async def read(request: Request, web: Web, person: Person) -> Response:
    """The channel was looked at: its messages and its newest thread are read."""
    data = await body_of(request)
    channel, _ = await _place(web, person, data.get("channel"), None)
    latest = await web.workspace.messages(channel.id)
    newest = max((m.id for m in latest), default=0)
    threads = [m for m in latest if m.last_reply_at is not None]
    if threads:
        root = max(threads, key=lambda m: m.last_reply_at or m.at)
        replies = await web.workspace.messages(channel.id, thread=root.id, limit=1)
        newest = max(newest, *(m.id for m in replies), 0)
    await web.workspace.mark_read(person.id, channel.id, max(newest, web.hub.latest(channel.id)))
    return JSONResponse({})


@signed_in
async def complete(request: Request, web: Web, person: Person) -> Response:
    """What can follow in the composer; each entry replaces all that was typed."""
    asked = request.query_params
    channel, thread = await _place(web, person, asked.get("channel"), asked.get("thread"))
    typed, word = asked.get("text", "")[:500].lstrip(), web.desk.rules.command
    place = place_of(channel.id, thread)
    if typed and word.startswith(typed.lower()):
        found = await front.complete(web.desk, person.id, "", place=place)
        before, show = word, f"{word} "
    else:
        called = _called(typed, web.desk.rules)
        if called is None or not called["gap"]:
            return JSONResponse({"suggestions": []})
        rest, before, show = called["rest"], called["call"], ""
        trailing = " " if rest and typed[-1].isspace() and not rest[-1].isspace() else ""
        found = await front.complete(web.desk, person.id, rest + trailing, place=place)
    suggestions = [{"insert": f"{before} {s.insert}", "label": show + s.label, "help": s.help} for s in found]
    return JSONResponse({"suggestions": suggestions})


@signed_in
async def skip(request: Request, web: Web, person: Person) -> Response:
    """The demo's clock moves on."""
    data = await body_of(request)
    known: dict[str, Skip] = {name: name for name, _ in SKIPS}
    chosen = known.get(str(data.get("kind")))
    if web.demo is None or chosen is None:
        raise missing()
    said = await web.demo.skip(chosen)
    web.hub.publish(Moved())
    return JSONResponse({"said": said, "now": iso(web.desk.now())})


# --- reading what a page sent -----------------------------------------------------------------------------------------


def command_in(text: str, rules: Rules) -> str | None:
    """What follows the desk's command word or a mention of the desk; None where the text is for people."""
    called = _called(text, rules)
    return called["rest"] if called else None


def _called(text: str, rules: Rules) -> re.Match[str] | None:
    # A name may have several words: @help desk, claim 42.
    name = r"\s+".join(map(re.escape, rules.name.split()))
    call = rf"(?P<call>{re.escape(rules.command)}|@{name}[,:]*)"
    return re.match(rf"{call}(?:(?P<gap>\s+)|$)(?P<rest>.*)", text.lstrip(), re.IGNORECASE | re.DOTALL)


def _text(value: Any) -> str:
    text = clean(value) if isinstance(value, str) else ""
    if is_blank(text):
        raise kind(400, "There is nothing to send yet. Write a few words first.")
    if len(text) > MESSAGE_LIMIT:
        raise kind(
            413,
            f"A message can have {MESSAGE_LIMIT:,} characters; yours has {len(text):,}. "
            "Nothing was sent and your words are still here: shorten them, or send them in parts.",
        )
    return text


def _args(given: dict[str, Any]) -> dict[str, Arg]:
    args: dict[str, Arg] = {}
    for name, value in given.items():
        if not isinstance(value, str | int | bool):
            raise kind(400, "This button is broken. Reload the page and try again.")
        args[clean(name)] = clean(value) if isinstance(value, str) else value
    return args


def _act(data: dict[str, Any]) -> str:
    act = data.get("id")
    if not isinstance(act, str) or not _ACT.fullmatch(act):
        raise kind(400, "This page is out of date. Reload it and try again; what you typed is kept.")
    return act


def _event(person: Person, act: str) -> InboxId:
    """The person is part of it: an answer is kept under this id, and nobody may fetch another's by naming theirs."""
    return InboxId(PLATFORM, f"web:act:{person.id}:{act}")


async def _read_own(web: Web, person: Person, before: Before) -> None:
    """What somebody's own act brought about is no news to them, where they were up to date. What is for them alone, and
    alerts, may have come by the clock meanwhile: those stay."""
    after = await web.workspace.unread(person.id)
    alerts = await web.desk.store.binding(ALERTS)
    for channel in await web.access.channels(person):
        news = channel.kind is ChannelKind.DIRECT or (alerts is not None and alerts.channel == channel.id)
        if after.get(channel.id) and not before.unread.get(channel.id) and not news:
            await web.workspace.mark_read(person.id, channel.id, web.hub.latest(channel.id))


async def _place(web: Web, person: Person, channel: object, thread: object) -> tuple[Channel, int | None]:
    found = await web.access.channel(person, channel) if isinstance(channel, str) else None
    root = number(thread)
    if found is None or (root is not None and await web.access.root(person, found.id, root) is None):
        raise missing()
    return found, root


@dataclass(frozen=True)
class Before:
    """How things stood when somebody acted."""

    unread: Mapping[str, int]
    directory: int


async def _before(web: Web, person: Person) -> Before:
    return Before(await web.workspace.unread(person.id), (await web.desk.store.directory()).version)


async def _answered(web: Web, person: Person, answer: Answer, before: Before, **more: object) -> Response:
    await web.acted()
    if (await web.desk.store.directory()).version != before.directory:
        # A channel more, or another name: every page shows it.
        web.hub.publish(Moved())
    await _read_own(web, person, before)
    me = await web.reader(person)
    return JSONResponse({**web.render.answer(me, answer), "now": iso(me.now), **more})
