"""What people should not send, by each way in and across: kept whole, shown as words on both platforms, and nobody is
called by it. Nothing is cut: what is too long is divided, comes as a file, or is refused with how much fits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from bad_words import BAD, FILES, NAMES, OWN, bare, missing
from bridge_discord import DiscordSide
from bridge_sides import DANA, SAM, Bridge
from bridge_slack import SlackSide
from discord_checks import injected as injected_in_discord
from discord_checks import seen, texts
from fakes.discord.schemas import problems_of_calls
from fakes.slack.screen import Seen
from slack_checks import injected as injected_in_slack
from slack_checks import markup

from adapters.discord.failing import UNKNOWN_CHANNEL
from adapters.slack.pacing import Pace
from bot.domain.events import Replied
from bot.domain.text import TEXT_LIMIT, clean, file_name
from bot.ports import DirectoryEdit, Place, RequestQuery

pytestmark = pytest.mark.asyncio

Said = list[tuple[str, Place]]
"""Words, and where they are to be read by now."""


def typed(bridge: Bridge, side: Any, most: int) -> dict[str, str]:
    """What somebody can type there at all: a platform's own signs for calls are calls there, and no words."""
    own = OWN.get(side.platform, ())
    return {name: text for name, text in BAD.items() if len(text) <= most and name not in own}


def most(side: Any) -> int:
    """Characters that a person can send at once."""
    return side.discord.limits.text if isinstance(side, DiscordSide) else 40_000


async def by_message(bridge: Bridge) -> Said:
    """Written in the request's thread; the team reads it in theirs."""
    theirs, ours, said = await bridge.theirs(), await bridge.ours(), list[tuple[str, Place]]()
    for name, text in typed(bridge, bridge.client, most(bridge.client)).items():
        ref = await bridge.client.say("dana", text, theirs)
        source = await bridge.until(lambda ref=ref: bridge.store.source(ref))
        assert bare(source.text) == bare(clean(text)), name
        said.append((text, ours))
    return said


async def by_edit(bridge: Bridge) -> Said:
    """A message that said something else before."""
    theirs, ours, said = await bridge.theirs(), await bridge.ours(), list[tuple[str, Place]]()
    refs = {name: await bridge.client.say("dana", f"Before {name}", theirs) for name in BAD}
    await bridge.settled()
    for name, text in typed(bridge, bridge.client, most(bridge.client)).items():
        await bridge.client.rewrite("dana", refs[name], text)
        said.append((text, ours))
    return said


async def by_form(bridge: Bridge) -> Said:
    """A reply of the team's, typed into a form: the client reads it in their thread, the team its copy."""
    card = await bridge.read(bridge.team, "sam", await bridge.triage(), "The export fails")
    said: Said = []
    for text in typed(bridge, bridge.team, 2900).values():
        await bridge.team.press("sam", "Reply", card.ref, text)
        said += [(text, await bridge.theirs()), (text, await bridge.ours())]
    kept = [bare(entry.event.text) for entry in await bridge.store.history(1) if isinstance(entry.event, Replied)]
    assert kept == [bare(clean(text)) for text in typed(bridge, bridge.team, 2900).values()]
    return said


async def by_command(bridge: Bridge) -> Said:
    """The title and the words of a new request: its card, and its receipt where the client is."""
    channel, triage, said = await bridge.channel(), await bridge.triage(), list[tuple[str, Place]]()
    bad = typed(bridge, bridge.client, 2000)
    for text in bad.values():
        await asks(bridge.client, "dana", channel, text)
    for request in await bridge.store.requests(RequestQuery(limit=100)):
        if request.number > 1:
            said += [
                (request.title, triage),
                (request.title, channel),
                (request.details, await bridge.ours(request.number)),
            ]
    whole = {bare(request.details or request.title) for request in await bridge.store.requests(RequestQuery(limit=100))}
    assert {bare(clean(text)) for text in bad.values()} <= whole
    return said


async def by_file_name(bridge: Bridge) -> Said:
    """What a file is called, where it is shown: harmless, with what it really ends in."""
    theirs, ours, said = await bridge.theirs(), await bridge.ours(), list[tuple[str, Place]]()
    for name in FILES.values():
        ref = await bridge.client.say("dana", "Here", theirs, {name: name.encode()})
        source = await bridge.until(lambda ref=ref: bridge.store.source(ref))
        (file,) = source.files
        # Discord keeps no spaces and no signs in a name: what it calls the file is what counts.
        side: Any = bridge.client
        called = name if side.platform == "slack" else side._message(ref).attachments[0].filename
        assert file.name == file_name(called)
        said.append((file.name, ours))
    return said


async def by_name(bridge: Bridge) -> Said:
    """What somebody is called, above their words and in the desk's: each reader knows who it is."""
    theirs, ours, said = await bridge.theirs(), await bridge.ours(), list[tuple[str, Place]]()
    for number, name in enumerate(NAMES.values()):
        await bridge.store.edit_directory(DirectoryEdit(people=(replace(DANA, name=name), replace(SAM, name=name))))
        for who, side in (("dana", "client"), ("sam", "team")):
            ref = await bridge.client.say(who, f"from the {side} {number}", theirs)
            await bridge.until(lambda ref=ref: bridge.store.source(ref))
        said += [(f"from the client {number} {name}", ours), (f"from the team {number} {name}", ours)]
    return said


async def asks(side: Any, who: str, at: Place, text: str) -> None:
    """The command for a new request, typed in a channel."""
    person, channel = side.people[who], side._channel(at)
    if isinstance(side, DiscordSide):
        await person.slash(channel, "/desk new", title=text)
    else:
        await person.slash(channel, f"/desk new {text}")


WAYS: dict[str, Callable[[Bridge], Awaitable[Said]]] = {
    "message": by_message,
    "edit": by_edit,
    "form": by_form,
    "command": by_command,
    "file": by_file_name,
    "name": by_name,
}


@pytest.mark.timeout(180)  # so many words take a machine with other work a while
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "bridge", [("slack", "discord"), ("discord", "slack")], indirect=True, ids=lambda pair: "-to-".join(pair)
)
async def test_whatever_somebody_sends_is_kept_and_shown_as_words(bridge: Bridge, way: str):
    """Each of it reads on the other platform as it was meant, and neither platform was handed anything that it would
    refuse, take for markup, or call somebody by."""
    at_once(bridge)
    await bridge.raised()
    await shown(bridge, await WAYS[way](bridge))
    harmless(bridge)


def at_once(bridge: Bridge) -> None:
    """Nobody waits for a turn: how long a message waits is another test's matter."""
    for side in (bridge.client, bridge.team):
        if isinstance(side, SlackSide):
            side.chat._pace = side.chat._reading._pace = Pace(map(lambda turn: 1000.0 * turn, count()).__next__)


async def shown(bridge: Bridge, said: Said) -> None:
    """All of it can be read where it should be, in one message or several, or in a file beside its beginning."""
    left = list(said)

    async def look() -> bool:
        # Only what was not there the last time: who looks must not take the time of those who write.
        left[:] = unread(bridge, left)
        return not left

    try:
        await bridge.until(look, within=90)
    except TimeoutError:
        pytest.fail(f"not to be read: {[text[:60] for text, _ in left[:5]]}")
    assert unread(bridge, said) == []


def unread(bridge: Bridge, said: Said) -> Said:
    """What of it is not to be read, with all its words, where it should be."""
    there = {at: "\n".join(map(bare, read(_side(bridge, at), at))) for at in {at for _, at in said}}
    return [(text, at) for text, at in said if missing(clean(text), there[at])]


def _side(bridge: Bridge, at: Place) -> Any:
    return bridge.client if bridge.client.platform == at.platform else bridge.team


def read(side: Any, at: Place) -> Iterable[str]:
    """All that stands there, as a person reads it."""
    if isinstance(side, DiscordSide):
        for message in side._channel(at).messages.values():
            yield from (seen(text) for text in texts(message.components))
            yield message.shown_name
            for file in message.attachments:
                yield from (file.filename, file.content.decode(errors="replace"))
    if isinstance(side, SlackSide):
        channel = side._channel(at)
        for message in channel.replies(at.thread) if at.thread else channel.messages.values():
            on_screen = Seen(message, side.slack.world)
            yield from (on_screen.text, on_screen.author)
            for file in message.files:
                yield from (file.name, (file.content or b"").decode(errors="replace"))


def harmless(bridge: Bridge) -> None:
    """Everything that either platform was sent is as it takes it, is no markup where it is somebody's words, and calls
    nobody but whom the desk itself speaks to."""
    for side in (bridge.client, bridge.team):
        if isinstance(side, DiscordSide):
            record = side.discord.record
            # A thread is opened once Discord says that it is not there yet.
            assert [call for call in record.refused if call.code != UNKNOWN_CHANNEL] == []
            assert problems_of_calls(record.calls) == []
            for channel in side.discord.world.channels.values():
                for message in channel.messages.values():
                    if message.application_id or message.webhook:
                        assert (message.mention_everyone, message.mention_roles) == (False, [])
                        assert injected_in_discord(texts(message.components)) == []
        if isinstance(side, SlackSide):
            record = side.slack.record
            assert record.refused == []
            assert record.complaints == []
            for channel in side.slack.world.channels.values():
                for message in channel.messages.values():
                    if message.bot_id:
                        assert injected_in_slack([message.text, *markup(list(message.blocks))]) == []


@pytest.mark.parametrize("bridge", [("slack", "discord")], indirect=True, ids=["slack-to-discord"])
async def test_more_than_a_message_holds_is_refused_with_how_much_fits(bridge: Bridge):
    """40,000 characters, which Slack lets somebody send: nothing is taken of it, and they alone are told why."""
    await bridge.raised()
    theirs = await bridge.theirs()
    slack: Any = bridge.client
    ref = await bridge.client.say("dana", "y" * 40_000, theirs)

    async def told() -> bool:
        lines = slack.people["dana"].thread(slack._message(ref))
        return any(line.alone and f"{TEXT_LIMIT:,}" in line.text for line in lines)

    await bridge.until(told)
    assert await bridge.store.source(ref) is None
    harmless(bridge)
