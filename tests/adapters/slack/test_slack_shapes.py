"""Payloads that are signed and yet not as Slack's are: nothing is done, nothing breaks, and nothing is a 500."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from slack_house import House

TEAM = {"team_id": "T0ACME00003", "api_app_id": "A1", "type": "event_callback", "event_id": "Ev1"}
EVENTS: dict[str, Any] = {
    "nothing in it": {},
    "a message of nobody": {"type": "message"},
    "a message without a time": {"type": "message", "channel": "C1", "user": "U1", "text": "hello"},
    "a message whose time is none": {"type": "message", "channel": "C1", "user": "U1", "text": "hello", "ts": "soon"},
    "text that is a list": {"type": "message", "channel": "C1", "user": "U1", "text": ["a"], "ts": "1.2"},
    "an edit before its message": {"type": "message", "subtype": "message_changed", "channel": "C1"},
    "an edit of a text": {"type": "message", "subtype": "message_changed", "channel": "C1", "message": "gone"},
    "a deletion of nothing": {"type": "message", "subtype": "message_deleted", "channel": "C1"},
    "an emoji on nothing": {"type": "reaction_added", "reaction": "ticket", "user": "U1"},
    "an emoji on a text": {"type": "reaction_added", "reaction": "ticket", "user": "U1", "item": "it"},
    "an emoji on a message that is nowhere": {
        "type": "reaction_added",
        "reaction": "ticket",
        "user": "U1",
        "item": {"type": "message", "channel": "C0NOWHERE", "ts": "1.2"},
    },
    "a home of nobody": {"type": "app_home_opened"},
    "somebody left nowhere": {"type": "member_left_channel"},
    "a group without a name": {"type": "subteam_members_changed"},
    "an event that nobody knows": {"type": "the_moon_rose"},
}
FORMS: dict[str, Any] = {
    "no type": {},
    "a press of nothing": {"type": "block_actions"},
    "a press by a text": {"type": "block_actions", "user": "U1", "actions": "all"},
    "another app's button": {"type": "block_actions", "user": {"id": "U1"}, "actions": [{"action_id": "x"}]},
    "a button without a value": {"type": "block_actions", "user": {"id": "U1"}, "actions": [{"action_id": "desk:x:1"}]},
    "a form of nothing": {"type": "view_submission", "user": {"id": "U1"}},
    "a form without memory": {
        "type": "view_submission",
        "user": {"id": "U1"},
        "view": {"callback_id": "desk:form", "type": "modal", "private_metadata": "{", "state": {"values": {}}},
    },
    "an entry that is none": {"type": "message_action", "callback_id": "desk-shortcut:", "user": {"id": "U1"}},
    "a message that is a text": {
        "type": "message_action",
        "callback_id": "desk-shortcut:turn",
        "user": {"id": "U1"},
        "channel": {"id": "C1"},
        "message": "it",
    },
}


@pytest.mark.asyncio
async def test_no_shape_breaks_the_door(house: House):
    """Each gets an answer that is not 500, nobody is told anything, and the desk goes on hearing what is as it should
    be. Nothing that they name is there."""
    face_config = house.config(signing_secret="secret", app_token="")
    async with house.desk_of(face_config) as desk:
        url = house.slack.app.request_url
        async with httpx.AsyncClient() as client:
            for name, event in EVENTS.items():
                body = json.dumps({**TEAM, "event": event}).encode()
                answer = await client.post(url, content=body, headers=house.signed(body, "application/json"))
                assert answer.status_code in (200, 400, 404, 503), (name, answer.status_code)
            for name, payload in FORMS.items():
                body = urlencode({"payload": json.dumps(payload)}).encode()
                kind = "application/x-www-form-urlencoded"
                answer = await client.post(url, content=body, headers=house.signed(body, kind))
                assert answer.status_code in (200, 400, 404), (name, answer.status_code)
            body = urlencode({"command": "/desk", "text": "new Hello"}).encode()
            answer = await client.post(url, content=body, headers=house.signed(body, kind))
            assert answer.status_code < 500, answer.status_code
        await desk.face.own.acting.stop()
        assert await house.store.request(1) is None
