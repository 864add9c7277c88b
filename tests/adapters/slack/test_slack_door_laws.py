"""Laws of the HTTP door, by made-up posts: what Slack did not sign is not looked at, and nothing is answered 500."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from copy import deepcopy
from typing import Any
from urllib.parse import urlencode

import pytest
import pytest_asyncio
from fakes.slack.fake_slack import FakeSlack
from fakes.slack.limits import Limits
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from slack_house import House
from test_slack_door import EVENT, NOW, App, Clock, asked, chunked, signed

from adapters.slack.door import Door
from storage import SqlStore

JSON, FORM = b"application/json", b"application/x-www-form-urlencoded"

STAMPS = st.one_of(
    st.sampled_from([b"", b"NaN", b"inf", b"-1", b"0", b"1e9", b" 1780995600", b"1780995600 ", b"\xd9\xa1" * 10]),
    st.integers(-(10**13), 10**13).map(lambda n: str(n).encode()),
    st.integers(-400, 400).map(lambda off: str(int(NOW.timestamp()) + off).encode()),
    st.binary(max_size=30),
)
HEADS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                b"x-slack-signature",
                b"x-slack-request-timestamp",
                b"content-type",
                b"content-length",
                b"x-slack-retry-num",
            ]
        ),
        st.binary(max_size=80) | st.just(b"v0=" + b"0" * 64) | STAMPS | st.sampled_from([JSON, FORM]),
    ),
    max_size=6,
)


@settings(max_examples=100)
@given(HEADS, st.binary(max_size=200) | st.just(EVENT), st.integers(1, 300), st.sampled_from(["POST", "GET", "PUT"]))
def test_without_the_right_signature_nothing_is_looked_at(
    heads: list[tuple[bytes, bytes]], body: bytes, size: int, method: str
):
    """Whatever headers there are, twice or odd, and whatever body, in however many pieces: a refusal, and the desk is
    not touched."""
    app = App()
    status = asyncio.run(asked(Door(app, "a secret for tests", Clock(NOW)), heads, chunked(body, size), method))  # type: ignore[arg-type]
    assert status in ((401, 400, 413) if method == "POST" else (405,))
    assert app.heard == []


@settings(max_examples=100)
@given(st.data())
def test_a_signature_is_for_each_byte_and_for_its_time_alone(data: st.DataObject):
    """The right one with one bit changed somewhere, in the body, the time or the signature: 401; as it was it comes
    in."""
    app = App()
    door = Door(app, "a secret for tests", Clock(NOW))  # type: ignore[arg-type]
    right = {name.encode(): value for name, value in signed(EVENT).items()}
    assert asyncio.run(asked(door, list(right.items()), chunked(EVENT, 7))) == 200
    which = data.draw(st.sampled_from([b"body", b"x-slack-signature", b"x-slack-request-timestamp"]))
    given = right | {b"body": EVENT}
    at, bit = data.draw(st.integers(0, len(given[which]) - 1)), data.draw(st.integers(0, 7))
    wrong = bytearray(given[which])
    wrong[at] ^= 1 << bit
    given[which] = bytes(wrong)
    body = given.pop(b"body")
    assert asyncio.run(asked(door, list(given.items()), chunked(body, 50))) == 401
    assert len(app.heard) == 1


def event(**event: Any) -> dict[str, Any]:
    """What Slack tells."""
    head = {"token": "t", "team_id": "T", "api_app_id": "A", "type": "event_callback", "event_id": "Ev1"}
    return {**head, "event_time": 1, "authorizations": [{"team_id": "T", "user_id": "U"}], "event": event}


def shapes(house: House) -> list[tuple[bytes, Any]]:
    """One of each kind that Slack posts, as it would."""
    acme, dana, ts = house.acme.id, house.dana.id, "1780995600.000100"
    message = {"type": "message", "user": dana, "text": "Hello 🏽", "ts": ts, "team": house.team}
    user = {"id": dana, "team_id": house.team}
    pressed = {"type": "button", "action_id": "desk:my:1", "block_id": "b", "value": '{"c":"my"}', "action_ts": ts}
    view = {"id": "V1", "hash": "h", "type": "modal", "callback_id": "desk:form", "private_metadata": '{"c":"new"}'}
    view |= {
        "state": {"values": {"title|00000000|0": {"x": {"type": "plain_text_input", "value": "Hi"}}}},
        "blocks": [],
    }
    act = {"user": user, "team": {"id": house.team}, "trigger_id": "1.2.3", "api_app_id": "A", "token": "t"}
    at = {"channel": {"id": acme, "name": "acme"}, "message": message, "response_url": "http://127.0.0.1:9/x"}
    command = {"command": "/desk", "text": "my", "user_id": dana, "channel_id": acme, "team_id": house.team}
    return [
        (JSON, event(**message, channel=acme, channel_type="channel")),
        (
            JSON,
            event(**message, channel=acme, thread_ts="1780995500.000100", files=[{"id": "F1", "name": "a", "size": 1}]),
        ),
        (JSON, event(type="app_mention", user=dana, text="<@U1> my", ts=ts, channel=acme)),
        (
            JSON,
            event(type="message", subtype="message_changed", channel=acme, message=message, previous_message=message),
        ),
        (JSON, event(type="message", subtype="message_deleted", channel=acme, deleted_ts=ts, previous_message=message)),
        (
            JSON,
            event(
                type="reaction_added", user=dana, reaction="ticket", item={"type": "message", "channel": acme, "ts": ts}
            ),
        ),
        (JSON, event(type="app_home_opened", user=dana, tab="home", channel="D1")),
        (JSON, event(type="member_joined_channel", user=dana, channel=acme)),
        (JSON, event(type="subteam_members_changed", subteam_id="S1")),
        (JSON, event(type="never_heard_of", user=dana)),
        (JSON, {"type": "url_verification", "challenge": "c", "token": "t"}),
        (JSON, {"type": "app_rate_limited", "team_id": "T"}),
        (FORM, {**command, "trigger_id": "1.2.3", "response_url": "http://127.0.0.1:9/x"}),
        (FORM, {**command, "command": "/other"}),
        (
            FORM,
            {
                "payload": {
                    "type": "block_actions",
                    "actions": [pressed],
                    "container": {"channel_id": acme},
                    **act,
                    **at,
                }
            },
        ),
        (FORM, {"payload": {"type": "block_actions", "actions": [pressed], "view": view, **act}}),
        (FORM, {"payload": {"type": "view_submission", "view": view, **act}}),
        (FORM, {"payload": {"type": "view_closed", "view": view, **act}}),
        (
            FORM,
            {"payload": {"type": "message_action", "callback_id": "desk-shortcut:turn", "message_ts": ts, **act, **at}},
        ),
        (FORM, {"payload": {"type": "shortcut", "callback_id": "desk-shortcut:new", **act}}),
        (FORM, {"payload": {"type": "block_suggestion", "action_id": "desk:x", "value": "", **act}}),
        (FORM, {"payload": {"type": "nothing_known"}}),
    ]


ODD = (
    None, True, 0, -1, 1.5, 10**18, "", " ", "\x00", "a\x00b", "\ud83d", "🏽", "\u202e", "x" * 5000, [], {}, [None],
    [[]], {"id": None}, {"id": {}}, {"id": ""}, [{}], "<@U1>", "U' OR 1=1 --", "../../etc", "1780995600.000100",
    "9" * 400, "-1.0", '{"c":"nothing"}', '{"c":{}}', '{"c":"my","a":[1]}', '{"c":"new","k":1,"o":2}',
    "[" * 900 + "]" * 900,
)  # fmt: skip


def places(part: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to each part of it."""
    inside = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    return [way, *(deeper for name, value in inside for deeper in places(value, (*way, name)))]


def put(whole: Any, way: tuple[Any, ...], value: Any, *, gone: bool) -> Any:
    """The same with another value there, or with none."""
    made = deepcopy(whole)
    part = made
    for name in way[:-1]:
        part = part[name]
    if gone:
        del part[way[-1]]
    else:
        part[way[-1]] = value
    return made


def packed(kind: bytes, body: Any) -> bytes:
    """As it goes over the wire."""
    if kind == JSON:
        return json.dumps(body).encode()
    fields = {name: value if isinstance(value, str) else json.dumps(value) for name, value in body.items()}
    return urlencode(fields, errors="replace").encode()


@pytest_asyncio.fixture
async def posted(store: SqlStore) -> Any:
    """A desk that is posted to, and its Slack."""
    async with FakeSlack(limits=Limits(paced=False)) as slack:
        slack.app.socket_mode = False
        house = House(store, slack)
        await house.furnish()
        async with house.desk() as desk:
            yield house, desk


@pytest.mark.asyncio
async def test_whatever_slack_signed_is_never_answered_500(posted: Any):
    """Each kind of payload with a part of another type, empty, gone, of half a character or far too long: taken (200)
    or refused (400), and never 500 or 503; the desk goes on."""
    house, desk = posted
    loop, door = asyncio.get_running_loop(), desk.face.door
    secret, made = house.slack.app.signing_secret.encode(), shapes(house)
    seen = set[int]()

    async def post(kind: bytes, body: bytes) -> int:
        stamp = str(int(house.clock.machine().timestamp())).encode()
        digest = hmac.new(secret, b"v0:" + stamp + b":" + body, hashlib.sha256).hexdigest().encode()
        heads = [
            (b"x-slack-request-timestamp", stamp),
            (b"x-slack-signature", b"v0=" + digest),
            (b"content-type", kind),
        ]
        return await asked(door, heads, chunked(body, 1 << 16))

    @settings(max_examples=60, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(st.data())
    def law(data: st.DataObject) -> None:
        kind, body = made[data.draw(st.integers(0, len(made) - 1))]
        way = data.draw(st.sampled_from(places(body)[1:]))
        wrong = put(body, way, data.draw(st.sampled_from(ODD)), gone=data.draw(st.booleans()))
        status = asyncio.run_coroutine_threadsafe(post(kind, packed(kind, wrong)), loop).result(20)
        assert status in (200, 400), (kind, wrong)
        seen.add(status)

    for kind, body in made[:-1]:
        assert await post(kind, packed(kind, body)) in (200, 400), body
    await asyncio.to_thread(law)
    assert seen == {200, 400}
    assert await post(made[0][0], packed(*made[0])) == 200
