"""What is odd on its way in: frames of a socket that are none of Slack's, words with half characters in them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from fakes.slack.sockets import Gone
from slack_house import House

from bot.ports import RequestQuery

FRAMES = {
    "nothing": "",
    "no JSON": "hello?",
    "broken JSON": '{"type": "events_api", "envelope_id": "1", "payload": {',
    "a list": '[{"type": "disconnect"}]',
    "a number": "42",
    "null": "null",
    "no type": '{"envelope_id": "e1"}',
    "no payload": '{"type": "events_api", "envelope_id": "e2"}',
    "null for a payload": '{"type": "events_api", "envelope_id": "e3", "payload": null}',
    "a list for a payload": '{"type": "events_api", "envelope_id": "e4", "payload": [1]}',
    "an odd hello": '{"type": "hello", "connection_info": null}',
    "an odd farewell": '{"type": "warning", "said": "disconnect", "deep": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "deep": '{"type": "events_api", "envelope_id": "e5", "payload": ' + '{"a":' * 50_000 + "1" + "}" * 50_000 + "}",
    "an envelope's number": '{"type": 1, "envelope_id": 7, "payload": {"type": "event_callback"}}',
}

PAYLOADS: dict[str, Any] = {
    "words": "hello",
    "empty": {},
    "an event that is none": {"type": "event_callback", "event": "message"},
    "an event of no kind": {"type": "event_callback", "event": {}},
    "an unknown event": {"type": "event_callback", "event": {"type": "never_heard_of"}},
    "a message without a time": {"type": "event_callback", "event": {"type": "message", "user": "U1", "channel": "C1"}},
    "a message of lists": {"type": "event_callback", "event": {"type": "message", "user": [], "channel": {}, "ts": []}},
    "no actions": {"type": "block_actions", "actions": None, "user": {"id": "U1"}},
    "an unknown command": {"command": "/other", "user_id": "U1", "channel_id": "C1", "text": "my"},
    "a form of nothing": {"type": "view_submission", "view": None, "user": None},
    "somebody's number": {"type": "shortcut", "callback_id": "desk-shortcut:my", "user": 7, "team": 7},
}


@pytest.mark.asyncio
async def test_frames_that_are_none_of_slacks_do_no_harm(house: House):
    """Whatever comes over the socket, the next message is heard; an envelope that cannot be read is acknowledged, since
    it would be no better the second time."""
    async with house.desk() as desk:
        (socket,) = house.slack.sockets.open
        for frame in FRAMES.values():
            await socket._ws.send_str(frame)
        await socket._ws.send_bytes(b"\x00\xff disconnect")
        for name, payload in PAYLOADS.items():
            envelope = {"type": "events_api", "envelope_id": name, "payload": payload, "retry_reason": {"a": 1}}
            try:
                async with asyncio.timeout(3):
                    await socket.ask(envelope)
            except (Gone, TimeoutError):
                pytest.fail(f"{name} was not acknowledged")
        message = house.dana.say(house.acme, "Our export fails")
        house.dana.react(message, "ticket")
        await desk.until(lambda: [m for m in house.sam.sees(house.triage) if "Our export fails" in m.text])
        assert house.slack.sockets.open == [socket]


@pytest.mark.asyncio
async def test_an_envelope_that_comes_twice_counts_once(house: House):
    """Slack tells at least once, over whichever socket: the same event under another envelope is one message."""
    async with house.desk() as desk:
        message = house.dana.say(house.acme, "Our export fails")
        await house.slack.heard()
        (told,) = [each for each in house.slack.record.told if each.payload.get("event", {}).get("type") == "message"]
        await house.slack.sockets.event(told)
        house.dana.react(message, "ticket")
        await desk.until(lambda: [m for m in house.sam.sees(house.triage) if "Our export fails" in m.text])
        await desk.settled()
        assert [await house.store.request(n) is not None for n in (1, 2)] == [True, False]
        assert sum("Our export fails" in m.text for m in house.sam.sees(house.triage)) == 1


ODD = "Export \ud83d fails 🏽 \u202egnp.exe\u202c \x00 now \x1b[31m\r\nFrom: boss"


@pytest.mark.asyncio
async def test_half_characters_lose_nobodys_words(either_way: House):
    """Half an emoji, a lone skin tone, a right-to-left override, NUL and control characters: the message is heard, and
    all that can be shown of it arrives."""
    house = either_way
    async with house.desk() as desk:
        message = house.dana.say(house.acme, ODD)
        await house.slack.heard()
        house.dana.react(message, "ticket")
        card = (await desk.until(lambda: [m for m in house.sam.sees(house.triage) if "fails" in m.text]))[0]
        await desk.settled()
        (request,) = await house.store.requests(RequestQuery())
        for word in ("Export", "fails", "🏽", "now", "boss"):
            assert word in request.title + request.details, word
        house.dana.say(house.acme, f"Again: {ODD}", thread=message)
        await desk.until(lambda: any("Again" in m.text for m in house.sam.thread(card.message)))
        shown = "".join(m.text for m in (*house.sam.thread(card.message), *house.sam.sees(house.triage)))
        assert {"\ud83d", "\x00", "\u202e", "\x1b"}.isdisjoint(request.title + request.details + shown)


@pytest.mark.asyncio
async def test_a_command_that_the_settings_call_otherwise_is_answered_with_its_name(either_way: House):
    """The app in Slack has another name for it than the desk: whoever types it reads which to type, instead of Slack's
    own word that it failed."""
    house = either_way
    house.slack.app.commands["/steward"] = house.slack.app.commands["/desk"]
    async with house.desk():
        assert "Please type /desk instead" in (await house.dana.slash(house.acme, "/steward new Export fails")).text
        assert await house.store.requests(RequestQuery()) == ()
