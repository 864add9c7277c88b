"""Socket Mode: one socket gets each event, what nobody acknowledges is told again, nothing waits for who is away."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from fakes.slack.errors import NotAnswered
from fakes.slack.fake_slack import FakeSlack
from fakes.slack.person import Person
from fakes.slack.record import Told
from fakes.slack.slack_things import Channel
from fakes.slack.sockets import Gone
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient


class Listener:
    """The SDK's own client; acknowledges all that comes, or nothing."""

    def __init__(self, slack: FakeSlack) -> None:
        client = AsyncWebClient(base_url=slack.api_url)
        self.client = SocketModeClient(slack.app.app_token, web_client=client, ping_interval=0.2)
        self.client.socket_mode_request_listeners.append(self._received)
        self.client.on_message_listeners.append(self._message)
        self.acks, self.answer = True, None
        self.requests: list[SocketModeRequest] = []
        self.frames: list[dict[str, Any]] = []

    async def _message(self, message: aiohttp.WSMessage) -> None:
        self.frames.append(json.loads(message.data))

    async def _received(self, client: Any, request: SocketModeRequest) -> None:
        self.requests.append(request)
        if self.acks:
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, self.answer))


@pytest_asyncio.fixture
async def listener(slack: FakeSlack) -> AsyncIterator[Listener]:
    """One that is connected."""
    made = Listener(slack)
    await made.client.connect()
    await slack.sockets.connected()
    try:
        yield made
    finally:
        await made.client.close()


async def as_time_goes_by(slack: FakeSlack, so: Callable[[], Any]) -> None:
    """Until that is so: a minute goes by only after what was told had a moment to come, however slow the machine is."""
    for _ in range(100):
        with suppress(TimeoutError):
            await slack.until(so, within=0.05)
            return
        slack.times.skip(60)
    raise AssertionError("it does not come to that, however long it takes")


@pytest.mark.asyncio
async def test_an_envelope_is_as_slacks(slack: FakeSlack, listener: Listener, ann: Person, help: Channel):
    """Hello comes first; an event has its team, its authorization and its try; only questions want an answer."""
    ann.say(help, "hi")
    await slack.heard()
    assert listener.frames[0]["type"] == "hello"
    await slack.sockets.open[0].ping()
    request = listener.requests[0]
    assert (request.type, request.retry_attempt, request.accepts_response_payload) == ("events_api", 0, False)
    assert request.payload["authorizations"][0]["team_id"] == request.payload["team_id"] == slack.team.id
    assert request.payload["event"]["channel_type"] == "channel"
    await ann.slash(help, "/desk")
    assert listener.requests[1].accepts_response_payload is True


@pytest.mark.asyncio
async def test_what_is_not_acknowledged_is_told_again(slack: FakeSlack, listener: Listener, ann: Person, help: Channel):
    """After three seconds, a minute, five more, with the try and its reason, by one event_id; then it is lost."""
    listener.acks = False
    ann.say(help, "hi")
    for tries in range(1, 5):
        await as_time_goes_by(slack, lambda tries=tries: len(listener.requests) >= tries)
    await as_time_goes_by(slack, lambda: slack.record.lost)
    assert [request.retry_attempt for request in listener.requests] == [0, 1, 2, 3]
    assert listener.requests[1].retry_reason == "timeout"
    assert len({request.payload["event_id"] for request in listener.requests}) == 1
    assert slack.record.lost


@pytest.mark.asyncio
async def test_a_late_acknowledgement_is_none(slack: FakeSlack, listener: Listener, ann: Person, help: Channel):
    """The person was told that it failed, and the record says so."""
    listener.acks = False
    asking = asyncio.ensure_future(ann.slash(help, "/desk"))
    await slack.until(lambda: listener.requests)
    slack.times.skip(3)
    with pytest.raises(NotAnswered):
        await asking
    await listener.client.send_socket_mode_response(SocketModeResponse(listener.requests[0].envelope_id))
    await slack.until(lambda: slack.record.complaints)


@pytest.mark.asyncio
async def test_each_event_goes_to_one_socket(slack: FakeSlack, listener: Listener, ann: Person, help: Channel):
    """In turn, where there are several."""
    second = Listener(slack)
    await second.client.connect()
    await slack.sockets.connected(2)
    try:
        for n in range(4):
            ann.say(help, f"{n}")
        await slack.heard()
        assert (len(listener.requests), len(second.requests)) == (2, 2)
    finally:
        await second.client.close()


@pytest.mark.asyncio
async def test_nothing_is_kept_while_nobody_is_connected(slack: FakeSlack, ann: Person, help: Channel):
    """An event is lost; a command fails for who typed it."""
    ann.say(help, "hello?")
    await slack.until(lambda: slack.record.lost)
    with pytest.raises(NotAnswered):
        await ann.slash(help, "/desk")


@pytest.mark.asyncio
async def test_what_came_for_nobody_may_come_late(slack: FakeSlack, ann: Person, help: Channel):
    """A minute after, when somebody is connected again: as a retry, though it is the first that they hear of it."""
    slack.limits.keeps_for_nobody = True
    ann.say(help, "hello?")
    await slack.until(lambda: slack.record.told[0].tries == 1)
    made = Listener(slack)
    await made.client.connect()
    await slack.sockets.connected()
    try:
        await as_time_goes_by(slack, lambda: made.requests)
        assert made.requests[0].retry_attempt > 0
        await slack.heard()
    finally:
        await made.client.close()


@pytest.mark.asyncio
async def test_a_cut_socket_is_made_anew_and_told_what_it_did_not_acknowledge(
    slack: FakeSlack, listener: Listener, ann: Person, help: Channel
):
    """The SDK connects again by itself; what was on its way comes once more."""
    listener.acks = False
    ann.say(help, "hi")
    await slack.until(lambda: listener.requests)
    slack.sockets.cut()
    await slack.until(lambda: not slack.sockets.open)
    listener.acks = True
    await slack.sockets.connected()
    slack.times.skip(3)
    await slack.heard()
    assert [request.retry_attempt for request in listener.requests] == [0, 1]
    assert not slack.record.lost


@pytest.mark.asyncio
async def test_a_socket_is_asked_to_make_room(slack: FakeSlack, listener: Listener, ann: Person, help: Channel):
    """It is asked to; the SDK connects anew, and what comes then is heard."""
    before = slack.sockets.open[0]
    await slack.sockets.refresh(warn=False)
    await slack.until(lambda: before not in slack.sockets.open and slack.sockets.open)
    ann.say(help, "hi")
    await slack.heard()
    assert listener.requests
    assert [frame["reason"] for frame in listener.frames if frame["type"] == "disconnect"] == ["refresh_requested"]


@pytest.mark.asyncio
async def test_who_stays_is_closed(slack: FakeSlack):
    """Warned first, then asked; it gets nothing more, and ten seconds later it is closed."""
    url = (await AsyncWebClient(base_url=slack.api_url).apps_connections_open(app_token=slack.app.app_token))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as ws:
        await ws.receive_json()
        await slack.sockets.refresh()
        assert [(await ws.receive_json())["reason"] for _ in range(2)] == ["warning", "refresh_requested"]
        with pytest.raises(Gone):
            await slack.sockets.ask(Told("events_api", {}, 0), answers=False)
        slack.times.skip(10)
        assert (await ws.receive()).type == aiohttp.WSMsgType.CLOSE


@pytest.mark.asyncio
async def test_a_dead_socket_is_noticed_by_its_pings(slack: FakeSlack, listener: Listener):
    """Who hears no pong for four pings connects again."""
    dead = slack.sockets.open[0]
    dead.deaf = dead.mute = True
    listener.client.last_ping_pong_time = 1.0
    await slack.until(lambda: len(slack.sockets.open) == 2 or dead not in slack.sockets.open)


@pytest.mark.asyncio
async def test_an_address_is_good_once(slack: FakeSlack):
    """And for half a minute; it takes the app's own token, and Socket Mode."""
    client = AsyncWebClient(base_url=slack.api_url)
    url = (await client.apps_connections_open(app_token=slack.app.app_token))["url"]
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url) as ws:
            assert (await ws.receive_json())["num_connections"] == 1
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)
    late = (await client.apps_connections_open(app_token=slack.app.app_token))["url"]
    slack.times.skip(31)
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(late)
    slack.app.app_token_scopes = {"authorizations:read"}
    with pytest.raises(SlackApiError, match="missing_scope"):
        await client.apps_connections_open(app_token=slack.app.app_token)
    slack.app.app_token_scopes = {"connections:write"}
    slack.app.socket_mode = False
    with pytest.raises(SlackApiError, match="access_denied"):
        await client.apps_connections_open(app_token=slack.app.app_token)


@pytest.mark.asyncio
async def test_there_may_be_so_many_sockets(slack: FakeSlack, listener: Listener):
    """The one too many is told so."""
    slack.limits.sockets = 1
    url = (await AsyncWebClient(base_url=slack.api_url).apps_connections_open(app_token=slack.app.app_token))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as ws:
        assert (await ws.receive_json())["reason"] == "too_many_websockets"


@pytest.mark.asyncio
async def test_what_is_acknowledged_can_be_told_twice(slack: FakeSlack, listener: Listener, ann: Person, help: Channel):
    """At least once, as Slack promises no more."""
    slack.faults.tell_twice = True
    ann.say(help, "hi")
    await slack.heard()
    await slack.until(lambda: len(listener.requests) == 2)
    assert listener.requests[0].payload == listener.requests[1].payload
