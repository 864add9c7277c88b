"""What people do, as calls of the desk's front door. The browser gives each act an id, so that a retry acts once."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from adapters.web.access import people_in
from adapters.web.acting import answered, before, event_for, place_in
from adapters.web.catchup import heard_of, tell
from adapters.web.chat import place_of
from adapters.web.demo import SKIPS, Skip
from adapters.web.door import signed_in
from adapters.web.files import files_of, shown_in
from adapters.web.live import Changed, Moved
from adapters.web.render import EMOJI
from adapters.web.state import Web, body_of, kind, log, missing, number
from adapters.web.typed import act_of, args_of, command_in, stray_in, text_of
from bot.desk import front
from bot.desk.context import Heard
from bot.domain import mentions
from bot.domain.people import Person
from bot.domain.text import clean
from bot.messages import refusals
from bot.messages.times import iso

WITH_FILES = "A command takes no files. Send them as a message of their own, then give the command."


@signed_in
async def send(request: Request, web: Web, person: Person) -> Response:
    """The composer: words for the conversation, or a command for the desk."""
    data = await body_of(request)
    channel, thread = await place_in(web, person, request.path_params["channel"], data.get("thread"))
    act, place = act_of(data), place_of(channel.id, thread)
    files = await files_of(web, person, data.get("files"))
    text = text_of(data.get("text"), may_be_empty=bool(files))
    stood = await before(web, person)
    command = command_in(text, web.desk.rules)
    if command is not None and files:
        # A command has no place for them; what was chosen is not lost.
        return await answered(web, person, refusals.refused(WITH_FILES), stood, keep=True)
    if command is not None:
        event, itself = event_for(person, act), web.accounts.newcomer(request, person, command)
        answer = await front.run_text(web.desk, person.id, command, place=place, event=event, newcomer=itself)
        return await answered(web, person, answer, stood)
    if stray := stray_in(text):
        # Most likely misspelt: what was meant for the desk alone is not shown to everybody.
        words = f"“{stray[:40]}” is no command here. Type {web.desk.rules.command} help."
        return await answered(web, person, refusals.refused(words), stood, keep=True)
    posted, new = await web.workspace.add(
        channel.id,
        at=web.desk.now(),
        thread=thread,
        author=person.id,
        text=text,
        key=f"user:{person.id}:{act}",
        mentions=mentions.named(text, people_in(await web.desk.store.directory(), channel)),
        files=files,
    )
    if not new and (posted.author, posted.channel, posted.thread) != (person.id, channel.id, thread):
        raise kind(409, "This message was sent before. Reload the page to see it.")
    web.hub.publish(Changed(channel.id, posted.id, thread))
    await shown_in(web, posted)
    # Also after a retry: the first try may have died between the two, and the event's id makes it once.
    try:
        answer = await tell(web.desk, web.workspace, posted)
    except Exception:
        # The words are in the conversation already; sending them again would not mend this.
        log.exception("hearing message %s failed", posted.id)
        answer = refusals.refused(refusals.unexpected())
    return await answered(web, person, answer, stood, message=posted.id)


@signed_in
async def act(request: Request, web: Web, person: Person) -> Response:
    """A button, a submitted form, or an entry of a message's menu."""
    data = await body_of(request)
    channel, thread = await place_in(web, person, data.get("channel"), data.get("thread"))
    name, args = data.get("command"), data.get("args", {})
    if not isinstance(name, str) or not isinstance(args, dict):
        raise kind(400, "This button is broken. Reload the page and try again.")
    message: Heard | None = None
    if (id := number(data.get("message"))) is not None:
        found = await web.access.message(person, id)
        if found is None or found[0].id != channel.id or found[1].deleted:
            raise missing()
        message = heard_of(found[1])
    stood = await before(web, person)
    answer = await front.run(
        web.desk,
        person.id,
        clean(name),
        args_of(args),
        place=message.ref.place if message else place_of(channel.id, thread),
        event=event_for(person, act_of(data)),
        message=message,
    )
    return await answered(web, person, answer, stood)


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
    stood = await before(web, person)
    answer = await front.react(web.desk, person.id, emoji, heard_of(posted), event=event_for(person, act_of(data)))
    return await answered(web, person, answer, stood)


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
