"""The rules of messages, that the real SDK meets: each is one that Slack has, or one that keeps an app from relying on
what Slack does without a word."""

from __future__ import annotations

import json
from collections.abc import Awaitable
from typing import Any

import aiohttp
import pytest
from fakes.slack.fake_slack import FakeSlack
from fakes.slack.person import Person
from fakes.slack.slack_things import Channel
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient


async def refused(call: Awaitable[Any]) -> dict[str, Any]:
    """What Slack answers to a call that it refuses."""
    with pytest.raises(SlackApiError) as error:
        await call
    return error.value.response.data


@pytest.mark.asyncio
async def test_a_post_is_in_the_history_with_its_metadata(client: AsyncWebClient, help: Channel):
    """Metadata is told only to who asks for it; a message that is deleted is gone."""
    metadata = {"event_type": "steward", "event_payload": {"key": "k1"}}
    posted = await client.chat_postMessage(channel=help.id, text="Hello", metadata=metadata)
    told = await client.conversations_history(channel=help.id, include_all_metadata=True)
    assert told["messages"][0]["metadata"] == metadata
    assert "metadata" not in (await client.conversations_history(channel=help.id))["messages"][0]
    await client.chat_delete(channel=help.id, ts=posted["ts"])
    assert (await client.conversations_history(channel=help.id))["messages"] == []


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"channel": "C0NOWHERE"}, "channel_not_found"),
        ({"text": ""}, "no_text"),
        ({"text": "x" * 4001}, "msg_too_long"),
        ({"thread_ts": "1.000001"}, "thread_not_found"),
        ({"metadata": {"event_type": "e"}}, "invalid_metadata_schema"),
        ({"metadata": {"event_type": "e", "event_payload": {"x": "y" * 9000}}}, "metadata_too_large"),
        ({"blocks": "[{"}, "invalid_blocks_format"),
        ({"colour": "red"}, "invalid_arguments"),
    ],
)
async def test_what_slack_does_not_post(client: AsyncWebClient, help: Channel, given: dict[str, Any], error: str):
    """Each is refused by its own name, and nothing is in the channel."""
    call = client.api_call("chat.postMessage", json={"channel": help.id, "text": "Hello", **given})
    assert (await refused(call))["error"] == error
    assert not help.messages


@pytest.mark.asyncio
async def test_who_is_not_in_a_channel(slack: FakeSlack, client: AsyncWebClient, ann: Person):
    """Of a private channel the app does not even know; a public one it sees, and writes there only as its member or
    by chat:write.public; it reads there as a member alone."""
    private, public = slack.channel("secret", ann, private=True), slack.channel("news", ann)
    slack.app.installations[slack.team.id].scopes.discard("chat:write.public")
    assert (await refused(client.chat_postMessage(channel=private.id, text="x")))["error"] == "channel_not_found"
    assert (await refused(client.chat_postMessage(channel=public.id, text="x")))["error"] == "not_in_channel"
    assert (await refused(client.conversations_history(channel=public.id)))["error"] == "not_in_channel"
    assert (await client.conversations_info(channel=public.id))["channel"]["is_member"] is False


@pytest.mark.asyncio
async def test_a_missing_scope_is_named(slack: FakeSlack, client: AsyncWebClient, help: Channel):
    """What is lacking, and what there is."""
    slack.app.installations[slack.team.id].scopes = {"channels:read"}
    answer = await refused(client.chat_postMessage(channel=help.id, text="x"))
    assert (answer["error"], answer["needed"], answer["provided"]) == ("missing_scope", "chat:write", "channels:read")


@pytest.mark.asyncio
async def test_a_channel_takes_one_message_a_second(slack: FakeSlack, client: AsyncWebClient, help: Channel):
    """After a short burst it says in how many seconds; another channel is not concerned."""
    other = slack.channel("other", slack.app.installations[slack.team.id])
    for n in range(5):
        await client.chat_postMessage(channel=help.id, text=f"{n}")
    with pytest.raises(SlackApiError) as limited:
        await client.chat_postMessage(channel=help.id, text="too many")
    assert limited.value.response.status_code == 429
    assert limited.value.response.headers["Retry-After"] == "1"
    await client.chat_postMessage(channel=other.id, text="here")
    slack.times.skip(1)
    await client.chat_postMessage(channel=help.id, text="now")


@pytest.mark.asyncio
async def test_a_method_has_its_calls_a_minute(slack: FakeSlack, client: AsyncWebClient):
    """Of the second tier twenty, each a workspace."""
    slack.limits.tiers[2] = slack.limits.calls_burst = 2
    for _ in range(2):
        await client.users_list()
    assert (await refused(client.users_list()))["error"] == "ratelimited"
    slack.times.skip(30)
    await client.users_list()


@pytest.mark.asyncio
async def test_only_its_own_messages_are_changed(client: AsyncWebClient, help: Channel, ann: Person):
    """Neither edited nor deleted: what somebody else said."""
    said = ann.say(help, "mine")
    assert (await refused(client.chat_update(channel=help.id, ts=said.ts, text="x")))["error"] == "cant_update_message"
    assert (await refused(client.chat_delete(channel=help.id, ts=said.ts)))["error"] == "cant_delete_message"
    assert (await refused(client.chat_update(channel=help.id, ts="1.1", text="x")))["error"] == "message_not_found"


@pytest.mark.asyncio
async def test_an_update_without_blocks_takes_them_away_and_keeps_metadata(client: AsyncWebClient, help: Channel):
    """As in Slack, where an old button would stay otherwise."""
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "Card"}}]
    metadata = {"event_type": "steward", "event_payload": {"key": "k1"}}
    posted = await client.chat_postMessage(channel=help.id, text="Card", blocks=blocks, metadata=metadata)
    await client.chat_update(channel=help.id, ts=posted["ts"], text="Only words")
    message = help.messages[posted["ts"]]
    assert (message.text, message.blocks, message.metadata) == ("Only words", [], metadata)


@pytest.mark.asyncio
async def test_a_thread_is_read_from_its_first_message(client: AsyncWebClient, help: Channel, ann: Person):
    """Replies are not in the channel's history, unless they were sent there too; pages carry the first one each."""
    first = ann.say(help, "first")
    for n in range(3):
        ann.say(help, f"reply {n}", thread=first)
    shown = ann.say(help, "look", thread=first, broadcast=True)
    assert [m["text"] for m in (await client.conversations_history(channel=help.id))["messages"]] == ["look", "first"]
    page = await client.conversations_replies(channel=help.id, ts=first.ts, limit=3)
    assert [m["text"] for m in page["messages"]] == ["first", "reply 0", "reply 1"]
    rest = await client.conversations_replies(
        channel=help.id, ts=first.ts, limit=3, cursor=page["response_metadata"]["next_cursor"]
    )
    assert [m["text"] for m in rest["messages"]] == ["first", "reply 2", "look"]
    assert rest["has_more"] is False
    since = await client.conversations_history(channel=help.id, oldest=first.ts)
    assert [m["ts"] for m in since["messages"]] == [shown.ts]


@pytest.mark.asyncio
async def test_arguments_come_as_json_or_as_a_form(client: AsyncWebClient, help: Channel):
    """A form carries blocks and metadata as JSON inside; the record shows both alike."""
    blocks = [{"type": "divider"}]
    await client.api_call("chat.postMessage", data={"channel": help.id, "text": "a", "blocks": json.dumps(blocks)})
    await client.api_call("chat.postMessage", json={"channel": help.id, "text": "b", "blocks": blocks})
    assert [m.blocks[0]["type"] for m in help.messages.values()] == ["divider", "divider"]


@pytest.mark.asyncio
async def test_whose_token(slack: FakeSlack, client: AsyncWebClient):
    """None, a wrong one, one of another kind and one that was revoked are told apart."""
    told = await client.auth_test()
    assert (told["team_id"], told["bot_id"]) == (slack.team.id, slack.app.installations[slack.team.id].bot_id)
    for token, error in [
        ("", "not_authed"),
        ("xoxb-no", "invalid_auth"),
        (slack.app.app_token, "not_allowed_token_type"),
    ]:
        assert (await refused(AsyncWebClient(token, base_url=slack.api_url).auth_test()))["error"] == error
    slack.uninstall()
    assert (await refused(client.auth_test()))["error"] == "token_revoked"


@pytest.mark.asyncio
async def test_a_private_answer_is_one_persons_alone(
    slack: FakeSlack, client: AsyncWebClient, help: Channel, ann: Person
):
    """Nobody else sees it, it is in no history, and a reload takes it away; who is not in the channel gets none."""
    bob, cid = slack.person("Bob Ray"), slack.person("Cid Fox")
    help.members.append(bob.id)
    slack.channel("elsewhere", cid)
    await client.chat_postEphemeral(channel=help.id, user=ann.id, text="For you")
    assert [seen.text for seen in ann.sees(help)] == ["For you"]
    assert bob.sees(help) == []
    assert (await client.conversations_history(channel=help.id))["messages"] == []
    ann.reload()
    assert ann.sees(help) == []
    answer = await refused(client.chat_postEphemeral(channel=help.id, user=cid.id, text="x"))
    assert answer["error"] == "user_not_in_channel"


@pytest.mark.asyncio
async def test_faults(slack: FakeSlack, client: AsyncWebClient, help: Channel):
    """Each is one call's: refused, broken, or done without an answer, which the history shows."""
    slack.faults.add("chat.postMessage", status=429, retry_after=7)
    with pytest.raises(SlackApiError) as limited:
        await client.chat_postMessage(channel=help.id, text="x")
    assert limited.value.response.headers["Retry-After"] == "7"
    slack.faults.add("chat.postMessage", status=503)
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel=help.id, text="x")
    slack.faults.add(error="internal_error")
    assert (await refused(client.chat_postMessage(channel=help.id, text="x")))["error"] == "internal_error"
    client.retry_handlers.clear()
    slack.faults.add("chat.postMessage", drop=True)
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=help.id, text="never came")
    slack.faults.add("chat.postMessage", drop_answer=True)
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=help.id, text="came")
    assert [m.text for m in help.messages.values()] == ["came"]
    assert [c.dropped for c in slack.record.of("chat.postMessage")] == [False, False, False, True, True]
