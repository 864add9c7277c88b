"""What Slack refuses, method by method, by its own names: a line for each."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import pytest
from fakes.slack.fake_slack import FakeSlack
from fakes.slack.person import Person
from fakes.slack.slack_things import Channel, Message
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

Args = dict[str, Any]


@dataclass
class Land:
    """What the lines speak of, by `$name`."""

    ann: Person
    gone: Person
    kim: Person
    help: Channel
    news: Channel
    old: Channel
    dm: Channel
    said: Message
    reply: Message
    joined: Message
    stone: Message

    def fill(self, args: Args) -> Args:
        """The lines with ids for names."""
        return {name: self._id(value) for name, value in args.items()}

    def _id(self, value: Any) -> Any:
        if not isinstance(value, str) or not value.startswith("$"):
            return value
        named = getattr(self, value[1:])
        return named.ts if isinstance(named, Message) else named.id


@pytest.fixture
def land(slack: FakeSlack) -> Land:
    """Channels that the app is in, and is not in; people of all sorts; messages that can and cannot be touched."""
    app = slack.app.installations[slack.team.id]
    ann, gone = slack.person("Ann Lee"), slack.person("Gone Girl")
    gone.user.deleted = True
    kim = slack.person("Kim Oh", team=slack.workspace("Globex"))
    help, news = slack.channel("help", ann, app), slack.channel("news", ann)
    slack.app.events.clear()
    said = ann.say(help, "first")
    reply = ann.say(help, "reply", thread=said)
    stone = ann.say(help, "to be deleted")
    ann.say(help, "reply", thread=stone)
    ann.delete(stone)
    joined = slack.deeds.notice(help, ann.user, "channel_join", "joined")
    old = slack.channel("old", ann, app)
    old.archived = True
    return Land(ann, gone, kim, help, news, old, ann.dm_channel, said, reply, joined, stone)


SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}}

LINES: list[tuple[str, Args, str]] = [
    ("chat.postMessage", {}, "invalid_arguments"),
    ("chat.postMessage", {"channel": "$news", "text": 7}, "invalid_arguments"),
    ("chat.postMessage", {"channel": "$help", "text": "x", "thread_ts": "$reply"}, "thread_not_found"),
    ("chat.postMessage", {"channel": "$help", "text": "x", "thread_ts": "$joined"}, "cannot_reply_to_message"),
    ("chat.postMessage", {"channel": "$gone", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": "$kim", "text": "x"}, "user_not_found"),
    ("chat.postMessage", {"channel": "$help", "text": "x", "blocks": [{"type": "x"}]}, "invalid_blocks"),
    ("chat.postMessage", {"channel": "$help", "text": "x", "attachments": "x"}, "invalid_arguments"),
    ("chat.postMessage", {"channel": "$help", "text": "x", "attachments": {"a": 1}}, "invalid_attachments"),
    ("chat.postMessage", {"channel": "$help", "text": "x", "attachments": [{}] * 101}, "too_many_attachments"),
    ("chat.postMessage", {"channel": "$help", "text": "x", "attachments": [{"blocks": [{}]}]}, "invalid_blocks"),
    ("chat.postMessage", {"channel": "$help", "text": "x", "metadata": {"a": 1}}, "invalid_metadata_format"),
    ("chat.postMessage", {"channel": "$help", "text": "x", "username": "x" * 81}, "invalid_arguments"),
    (
        "chat.postMessage",
        {
            "channel": "$help",
            "text": "x",
            "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2999}}] * 5,
        },
        "msg_blocks_too_long",
    ),
    ("chat.postEphemeral", {"channel": "$news", "user": "$ann", "text": "x"}, "not_in_channel"),
    ("chat.postEphemeral", {"channel": "$old", "user": "$ann", "text": "x"}, "is_archived"),
    ("chat.update", {"channel": "$help", "ts": "$stone", "text": "x"}, "cant_update_message"),
    ("chat.delete", {"channel": "$help", "ts": "$stone"}, "cant_delete_message"),
    ("chat.getPermalink", {"channel": "$help", "message_ts": "1.1"}, "message_not_found"),
    ("conversations.list", {"types": "secret"}, "invalid_types"),
    ("conversations.list", {"limit": "many"}, "invalid_arguments"),
    ("conversations.list", {"limit": 1000}, "invalid_limit"),
    ("conversations.history", {"channel": "$help", "oldest": "yesterday"}, "invalid_ts_oldest"),
    ("conversations.replies", {"channel": "$help", "ts": "1.1"}, "thread_not_found"),
    ("conversations.open", {}, "users_list_not_supplied"),
    ("conversations.open", {"users": ",".join(f"U{n}" for n in range(9))}, "too_many_users"),
    ("conversations.open", {"users": "U0NOBODY"}, "user_not_found"),
    ("conversations.open", {"users": "$gone"}, "user_disabled"),
    ("conversations.join", {"channel": "$dm"}, "method_not_supported_for_channel_type"),
    ("conversations.invite", {"channel": "$dm", "users": "$ann"}, "method_not_supported_for_channel_type"),
    ("conversations.invite", {"channel": "$help", "users": "$gone"}, "cant_invite"),
    ("conversations.invite", {"channel": "$help", "users": "$kim"}, "user_not_found"),
    ("conversations.setTopic", {"channel": "$help", "topic": "x" * 251}, "too_long"),
    ("conversations.setPurpose", {"channel": "$help", "purpose": "x" * 251}, "too_long"),
    ("conversations.archive", {"channel": "$old"}, "already_archived"),
    ("conversations.mark", {"channel": "$help", "ts": "1.1"}, "message_not_found"),
    ("users.info", {"user": ["U0"]}, "user_not_found"),
    ("team.info", {"team": "T0NONE"}, "team_not_found"),
    ("bots.info", {"bot": "B0NONE"}, "bot_not_found"),
    ("reactions.add", {"channel": "$old", "timestamp": "1.1", "name": "eyes"}, "is_archived"),
    ("views.open", {"trigger_id": "1", "view": {}}, "invalid_trigger_id"),
    ("views.update", {"view": {"type": "home", "blocks": []}}, "invalid_arguments"),
    ("views.publish", {"user_id": "$kim", "view": {"type": "home", "blocks": []}}, "invalid_arguments"),
    ("files.getUploadURLExternal", {"filename": "a", "length": "long"}, "invalid_arguments"),
    ("files.getUploadURLExternal", {"filename": "a", "length": 2_000_000_000}, "file_upload_size_restricted"),
    ("files.completeUploadExternal", {"files": {}}, "invalid_arguments"),
    ("files.completeUploadExternal", {"files": [{"id": "F0"}], "channels": "C0"}, "invalid_arguments"),
    ("files.info", {"file": "F0"}, "file_not_found"),
    ("oauth.v2.access", {"code": "x", "client_id": "1.2", "client_secret": "y"}, "invalid_client_id"),
    ("api.test", {"error": "my_error"}, "my_error"),
    ("nowhere.atAll", {}, "unknown_method"),
]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("method", "args", "error"), [pytest.param(*line, id=f"{line[0]} {line[2]}") for line in LINES]
)
async def test_it_is_refused(client: AsyncWebClient, land: Land, method: str, args: Args, error: str):
    """With the error that Slack has for it. Methods that only read take a form, the others JSON."""
    reads = method.endswith((".list", ".info", ".history", ".replies", "Permalink", "URLExternal"))
    given = land.fill(args)
    with pytest.raises(SlackApiError) as refused:
        await (client.api_call(method, params=given) if reads else client.api_call(method, json=given))
    assert refused.value.response["error"] == error


@pytest.mark.asyncio
async def test_a_method_that_reads_takes_no_json(client: AsyncWebClient, land: Land):
    """What it was given is not even looked at."""
    with pytest.raises(SlackApiError) as refused:
        await client.api_call("users.info", json={"user": land.ann.id})
    assert refused.value.response["response_metadata"]["messages"] == ["[ERROR] missing required field: user"]


@pytest.mark.asyncio
async def test_what_is_there_is_told(slack: FakeSlack, client: AsyncWebClient, land: Land):
    """The rest of the methods, where nothing is wrong."""
    bot = slack.app.installations[slack.team.id]
    assert (await client.bots_info(bot=bot.bot_id))["bot"]["user_id"] == bot.user.id
    assert (await client.team_info())["team"]["domain"] == "acme"
    assert (await client.api_test())["ok"]
    mine = await client.users_conversations(types="public_channel,im", exclude_archived=True)
    assert [channel["id"] for channel in mine["channels"]] == [land.help.id, land.dm.id]
    assert (await client.conversations_open(channel=land.dm.id))["already_open"]
    assert (await client.conversations_open(users=land.ann.id, return_im=True))["channel"]["user"] == land.ann.id
    assert (await client.conversations_join(channel=land.news.id))["channel"]["is_member"]
    assert (await client.conversations_join(channel=land.news.id))["warning"] == "already_in_channel"
    await client.conversations_setPurpose(channel=land.news.id, purpose="News")
    await client.conversations_mark(channel=land.help.id, ts=land.said.ts)
    await client.conversations_leave(channel=land.news.id)
    assert (await client.conversations_leave(channel=land.news.id))["not_in_channel"]
    assert (await client.auth_revoke(test=True))["revoked"] is False
    assert (await client.auth_revoke())["revoked"] is True


@pytest.mark.asyncio
async def test_a_body_that_is_no_call(slack: FakeSlack, client: AsyncWebClient):
    """Is told apart: no JSON, no object, of no kind that Slack reads; a token in a form counts."""
    kinds = {"invalid_json": (b"{", "application/json"), "json_not_object": (b"[]", "application/json")}
    kinds["invalid_post_type"] = (b"x", "text/plain")
    async with aiohttp.ClientSession() as session:
        for error, (body, kind) in kinds.items():
            async with session.post(f"{slack.api_url}auth.test", data=body, headers={"Content-Type": kind}) as answer:
                assert (await answer.json())["error"] == error
        async with session.post(f"{slack.api_url}auth.test", data={"token": client.token}) as answer:
            assert (await answer.json())["ok"] is True


@pytest.mark.asyncio
async def test_other_faults(slack: FakeSlack, client: AsyncWebClient, land: Land):
    """A page of HTML for an answer; nobody there; an upload that fails; an event that is lost, or comes late."""
    client.retry_handlers.clear()
    slack.faults.add("auth.test", garbage=True)
    with pytest.raises(SlackApiError):
        await client.auth_test()
    slack.faults.add("upload", status=500)
    with pytest.raises(SlackRequestError):
        await client.files_upload_v2(filename="a.txt", content="abc", channel=land.help.id)
    slack.faults.clock_off = 3600
    dated = parsedate_to_datetime((await client.auth_test()).headers["Date"])
    assert abs(dated.timestamp() - slack.times.wall() - 3600) < 60
    slack.faults.away = True
    with pytest.raises(aiohttp.ClientError):
        await client.auth_test()
    slack.faults.clear()
    slack.app.events.add("message.channels")
    slack.faults.lose = lambda event: event["text"] == "lost"
    slack.faults.late = lambda event: 5.0 if event["text"] == "late" else 0.0
    land.ann.say(land.help, "lost")
    land.ann.say(land.help, "late")
    land.ann.say(land.help, "in time")
    await slack.until(lambda: slack.record.told[2].lost)
    assert [told.lost for told in slack.record.told] == [True, False, True]
    slack.times.skip(5)
    await slack.heard()
