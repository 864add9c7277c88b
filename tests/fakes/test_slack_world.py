"""Channels, people, files, other workspaces: who knows of what, who may do what, and what the app hears of it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from bolt_app import BoltApp
from fakes.slack.browsing import Browser
from fakes.slack.errors import CannotDo
from fakes.slack.fake_slack import FakeSlack
from fakes.slack.in_thread import slack_in_thread
from fakes.slack.manifest import problems_of
from fakes.slack.person import Person
from fakes.slack.slack_things import Channel, Installation
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import SimulatedClock


@pytest.fixture
def app(slack: FakeSlack) -> Installation:
    """The app in Acme."""
    return slack.app.installations[slack.team.id]


async def error_of(call: Any) -> str:
    """Why it is refused."""
    with pytest.raises(SlackApiError) as error:
        await call
    return error.value.response["error"]


def told(slack: FakeSlack, kind: str, subtype: str | None = None) -> list[dict[str, Any]]:
    """The events of that kind that the app was told of, or would have been."""
    events = [one.payload["event"] for one in slack.record.told]
    return [event for event in events if event["type"] == kind and event.get("subtype") == subtype]


@pytest.mark.asyncio
async def test_edits_and_deletions_are_told_with_what_was_there(slack: FakeSlack, ann: Person, help: Channel):
    """The thread's first message leaves a stone where others have answered."""
    first = ann.say(help, "first")
    reply = ann.say(help, "reply", thread=first)
    ann.edit(first, "First!")
    event = told(slack, "message", "message_changed")[0]
    assert (event["message"]["text"], event["previous_message"]["text"]) == ("First!", "first")
    assert event["message"]["edited"]["user"] == ann.id
    ann.delete(first)
    event = told(slack, "message", "message_changed")[1]
    assert (event["message"]["subtype"], event["message"]["user"]) == ("tombstone", "USLACKBOT")
    ann.delete(reply)
    event = told(slack, "message", "message_deleted")[0]
    assert (event["deleted_ts"], event["previous_message"]["thread_ts"]) == (reply.ts, first.ts)
    with pytest.raises(CannotDo):
        ann.edit(reply, "again")


@pytest.mark.asyncio
async def test_a_mention_is_told_twice(slack: FakeSlack, ann: Person, help: Channel, app: Installation):
    """Once as a message, once as a mention, by ids of their own."""
    ann.say(help, f"@{app.user.handle} resolve")
    assert told(slack, "message")[0]["text"] == f"<@{app.user.id}> resolve"
    assert told(slack, "app_mention")[0]["ts"] == told(slack, "message")[0]["ts"]
    assert len({one.payload["event_id"] for one in slack.record.told}) == 2


@pytest.mark.asyncio
async def test_the_app_hears_nothing_of_where_it_is_not(slack: FakeSlack, ann: Person, app: Installation):
    """Nor of what it did not subscribe to, nor of what it has no scope for; invited it hears of itself."""
    secret = slack.channel("secret", ann, private=True)
    ann.say(secret, "hush")
    assert slack.record.told == []
    ann.invite_app(secret)
    assert told(slack, "member_joined_channel")[0]["user"] == app.user.id
    app.scopes.discard("groups:history")
    slack.app.events.discard("reaction_added")
    ann.react(ann.say(secret, "hush"), "eyes")
    assert told(slack, "message") == told(slack, "reaction_added") == []


@pytest.mark.asyncio
async def test_reactions(slack: FakeSlack, client: AsyncWebClient, ann: Person, help: Channel, app: Installation):
    """Each once a person; those of the app are told to it as everybody's."""
    said = ann.say(help, "hi")
    await client.reactions_add(channel=help.id, timestamp=said.ts, name="eyes")
    again = client.reactions_add(channel=help.id, timestamp=said.ts, name="eyes")
    assert await error_of(again) == "already_reacted"
    assert await error_of(client.reactions_add(channel=help.id, timestamp=said.ts, name=":eyes:")) == "invalid_name"
    assert told(slack, "reaction_added")[0]["user"] == app.user.id
    got = await client.reactions_get(channel=help.id, timestamp=said.ts)
    assert got["message"]["reactions"] == [{"name": "eyes", "users": [app.user.id], "count": 1}]
    await client.reactions_remove(channel=help.id, timestamp=said.ts, name="eyes")
    assert await error_of(client.reactions_remove(channel=help.id, timestamp=said.ts, name="eyes")) == "no_reaction"


@pytest.mark.asyncio
async def test_people_are_found_page_by_page(slack: FakeSlack, client: AsyncWebClient, ann: Person, app: Installation):
    """A guest is one, a bot is one, Slackbot says it is none; an address is told to who may see it; of other workspaces
    nobody is known."""
    slack.person("Gus Guest", guest="single")
    stranger = slack.person("Kim Oh", team=slack.workspace("Globex"))
    found, cursor = [], ""
    while not found or cursor:
        page = await client.users_list(limit=2, cursor=cursor)
        found += page["members"]
        cursor = page["response_metadata"]["next_cursor"]
    assert [(m["name"], m["is_bot"], m["is_ultra_restricted"]) for m in found] == [
        ("slackbot", False, False),
        ("steward", True, False),
        ("ann", False, False),
        ("gus", False, True),
    ]
    assert (await client.users_lookupByEmail(email="ANN@acme.example"))["user"]["id"] == ann.id
    assert await error_of(client.users_lookupByEmail(email="kim@globex.example")) == "users_not_found"
    assert await error_of(client.users_info(user=stranger.id)) == "user_not_found"
    assert await error_of(client.users_list(cursor="nonsense")) == "invalid_cursor"
    app.scopes.discard("users:read.email")
    user = (await client.users_info(user=ann.id))["user"]
    assert ("email" in user["profile"], user["tz"]) == (False, "Europe/London")


@pytest.mark.asyncio
async def test_usergroups(slack: FakeSlack, client: AsyncWebClient, ann: Person):
    """Who is in one, and that it changed."""
    group = slack.usergroup("support", ann)
    assert (await client.usergroups_list(include_users=True))["usergroups"][0]["users"] == [ann.id]
    slack.regroup(group)
    assert (await client.usergroups_users_list(usergroup=group.id))["users"] == []
    assert told(slack, "subteam_members_changed")[0]["removed_users"] == [ann.id]
    assert told(slack, "subteam_updated")[0]["subteam"]["users"] == []
    assert await error_of(client.usergroups_users_list(usergroup="S0")) == "no_such_subteam"


@pytest.mark.asyncio
async def test_channels_are_made_and_filled(slack: FakeSlack, client: AsyncWebClient, ann: Person):
    """With a name that Slack takes, and people who may be there."""
    made = (await client.conversations_create(name="acme-1", is_private=True))["channel"]
    for name, error in [
        ("acme-1", "name_taken"),
        ("Acme 1", "invalid_name_specials"),
        ("a" * 81, "invalid_name_maxlength"),
    ]:
        assert await error_of(client.conversations_create(name=name)) == error
    await client.conversations_invite(channel=made["id"], users=[ann.id])
    assert (await client.conversations_members(channel=made["id"]))["members"][1] == ann.id
    assert await error_of(client.conversations_invite(channel=made["id"], users=ann.id)) == "already_in_channel"
    gus = slack.person("Gus Guest", guest="single")
    assert await error_of(client.conversations_invite(channel=made["id"], users=gus.id)) == "ura_max_channels"
    await client.conversations_setTopic(channel=made["id"], topic="Printer")
    listed = await client.conversations_list(types="private_channel")
    assert [channel["topic"]["value"] for channel in listed["channels"]] == ["Printer"]
    await client.conversations_archive(channel=made["id"])
    assert await error_of(client.chat_postMessage(channel=made["id"], text="x")) == "is_archived"
    assert await error_of(client.conversations_join(channel=made["id"])) == "is_archived"


@pytest.mark.asyncio
async def test_a_direct_message_opens_its_channel(slack: FakeSlack, client: AsyncWebClient, ann: Person):
    """The same one each time; to a person's id, too; none to a bot."""
    opened = (await client.conversations_open(users=ann.id))["channel"]["id"]
    posted = await client.chat_postMessage(channel=ann.id, text="Hello")
    assert posted["channel"] == opened == ann.dm_channel.id
    ann.dm("hi")
    assert told(slack, "message")[-1]["channel_type"] == "im"
    bot = slack.app.installations[slack.team.id].user.id
    assert await error_of(client.conversations_open(users=bot)) == "cannot_dm_bot"
    slack.app.messages_tab = False
    with pytest.raises(CannotDo):
        ann.dm("hi")


@pytest.mark.asyncio
async def test_a_file_goes_up_in_three_steps(slack: FakeSlack, client: AsyncWebClient, ann: Person, help: Channel):
    """By the SDK's own way; it is shown in the channel, and can be fetched with the token alone."""
    await client.files_upload_v2(filename="a.txt", content="abc", channel=help.id, initial_comment="Look")
    assert [seen.text for seen in ann.sees(help)] == ["Look\n[a.txt]"]
    file = ann.sees(help)[0].message.files[0].seen(slack.url)
    async with aiohttp.ClientSession() as session:
        async with session.get(file["url_private"], headers={"Authorization": f"Bearer {client.token}"}) as answer:
            assert await answer.read() == b"abc"
        async with session.get(file["url_private"]) as answer:
            assert (answer.status, "Sign in" in await answer.text()) == (200, True)
        async with session.get(file["url_private"], allow_redirects=False) as answer:
            assert answer.status == 302
    await client.files_delete(file=file["id"])
    assert "[a.txt]" not in ann.sees(help)[0].text


@pytest.mark.asyncio
async def test_a_file_that_is_not_whole(slack: FakeSlack, client: AsyncWebClient, help: Channel):
    """An address takes the length that was announced, and a file is complete once it has its content."""
    asked = await client.files_getUploadURLExternal(filename="a.txt", length=3)
    complete = client.files_completeUploadExternal(files=[{"id": asked["file_id"]}], channel_id=help.id)
    assert await error_of(complete) == "file_update_failed"
    async with aiohttp.ClientSession() as session, session.post(asked["upload_url"], data=b"abcd") as answer:
        assert answer.status == 400
    assert await error_of(client.files_completeUploadExternal(files=[{"id": "F0"}])) == "file_not_found"


@pytest.mark.asyncio
async def test_what_people_attach_is_told_with_the_message(
    slack: FakeSlack, client: AsyncWebClient, ann: Person, help: Channel
):
    """And taken back by itself."""
    said = ann.say(help, "see", files={"a.txt": b"abc"})
    event = told(slack, "message", "file_share")[0]
    assert event["files"][0]["name"] == "a.txt"
    assert (await client.files_info(file=event["files"][0]["id"]))["file"]["size"] == 3
    ann.delete_file(said, "a.txt")
    assert told(slack, "message", "message_changed")[0]["message"]["files"][0]["mode"] == "tombstone"


@pytest.mark.asyncio
async def test_a_channel_of_two_workspaces(slack: FakeSlack, client: AsyncWebClient, ann: Person, app: Installation):
    """An outsider is known by it and by their own workspace; their files are told by the id alone; an app does
    not write to them directly."""
    globex = slack.workspace("Globex")
    kim = slack.person("Kim Oh", team=globex)
    shared = slack.channel("both", ann, kim, app, team=globex, shared_with=[slack.team])
    kim.say(shared, "help", files={"a.txt": b"abc"})
    payload = slack.record.told[0].payload
    assert payload["is_ext_shared_channel"] is True
    assert (payload["team_id"], payload["authorizations"][0]["team_id"]) == (globex.id, slack.team.id)
    assert (payload["event"]["user_team"], payload["event"]["files"][0]["file_access"]) == (
        globex.id,
        "check_file_info",
    )
    user = (await client.users_info(user=kim.id))["user"]
    assert (user["team_id"], "is_admin" in user, "email" in user["profile"]) == (globex.id, False, False)
    said = (await client.conversations_history(channel=shared.id))["messages"][0]
    assert (said["user_team"], said["user_profile"]["real_name"]) == (globex.id, "Kim Oh")
    info = (await client.conversations_info(channel=shared.id))["channel"]
    assert (info["is_ext_shared"], info["conversation_host_id"]) == (True, globex.id)
    assert (await client.team_info(team=globex.id))["team"]["name"] == "Globex"
    assert await error_of(client.conversations_open(users=kim.id)) == "user_not_visible"


@pytest.mark.asyncio
async def test_a_personas_message_has_no_user(slack: FakeSlack, client: AsyncWebClient, ann: Person, help: Channel):
    """It is a bot's, under another name; that takes a scope."""
    posted = await client.chat_postMessage(
        channel=help.id, text="Hello", username="Bob", icon_url="https://x.example/b.png"
    )
    assert (posted["message"]["subtype"], "user" in posted["message"]) == ("bot_message", False)
    assert ann.sees(help)[0].author == "Bob"
    slack.app.installations[slack.team.id].scopes.discard("chat:write.customize")
    assert await error_of(client.chat_postMessage(channel=help.id, text="x", username="Bob")) == "missing_scope"


@pytest.mark.asyncio
async def test_what_people_read(slack: FakeSlack, client: AsyncWebClient, ann: Person, help: Channel):
    """Names for ids, the label of a link, a date in words."""
    text = f"<@{ann.id}> in <#{help.id}>: <https://x.example|here> at <!date^1700000000^{{time}}|22:13 UTC> &amp; more"
    await client.chat_postMessage(channel=help.id, text=text)
    assert ann.sees(help)[0].text == "@ann in #help: here at 22:13 UTC & more"
    assert ann.find("22:13", help)
    with pytest.raises(CannotDo):
        ann.find("nowhere", help)


@pytest.mark.asyncio
async def test_a_permalink_leads_into_the_thread(client: AsyncWebClient, ann: Person, help: Channel):
    """As people copy it."""
    first = ann.say(help, "first")
    reply = ann.say(help, "reply", thread=first)
    told_link = (await client.chat_getPermalink(channel=help.id, message_ts=reply.ts))["permalink"]
    digits = reply.ts.replace(".", "")
    link = f"https://acme.slack.com/archives/{help.id}/p{digits}?thread_ts={first.ts}&cid={help.id}"
    assert told_link == link


@pytest.mark.asyncio
async def test_an_app_is_installed_by_its_pages(slack: FakeSlack, tmp_path: Path):
    """Bolt's own flow: the page asks for the scopes, a code is good once, a wrong state is refused; the token works."""
    globex = slack.workspace("Globex")
    kim = slack.person("Kim Oh", team=globex)
    bolt = BoltApp(slack, socket_mode=False)
    bolt.serve_oauth(tmp_path)
    try:
        await bolt.start()
        async with Browser(slack, kim, bolt.url) as browser:
            asked = await browser.open(f"{bolt.url}/slack/install")
            assert "requesting permission" in asked.text
            done = await browser.allow(asked)
            assert (done.status, "Success" in done.text or "Thank" in done.text) == (200, True)
        token = slack.app.installations[globex.id].token
        assert (await AsyncWebClient(token, base_url=slack.api_url).auth_test())["team_id"] == globex.id
        code = done.url.query["code"]
        again = AsyncWebClient(base_url=slack.api_url).oauth_v2_access(
            client_id=slack.app.client_id, client_secret=slack.app.client_secret, code=code
        )
        assert await error_of(again) == "code_already_used"
        async with Browser(slack, kim, bolt.url) as browser:
            asked = await browser.open(f"{bolt.url}/slack/install")
            assert "access_denied" in (await browser.deny(asked)).text
            with pytest.raises(CannotDo):
                await browser.allow(await browser.open(f"{slack.url}/oauth/v2/authorize?client_id=1.2"))
            for wrong in ("redirect_uri=https://evil.example", "scope=admin"):
                page = await browser.open(f"{slack.url}/oauth/v2/authorize?client_id={slack.app.client_id}&{wrong}")
                assert page.status == 400
    finally:
        await bolt.stop()


@pytest.mark.asyncio
async def test_a_code_is_exchanged_by_the_app_alone(slack: FakeSlack, ann: Person):
    """With its secret, for the same address, within ten minutes."""
    client = AsyncWebClient(base_url=slack.api_url)

    async def exchange(code: str, secret: str = slack.app.client_secret, url: str | None = None) -> str:
        call = client.oauth_v2_access(client_id=slack.app.client_id, client_secret=secret, code=code, redirect_uri=url)
        return await error_of(call)

    code = slack.codes.make(ann, {"chat:write"}, "https://desk.example/")
    assert await exchange(code, "guess") == "bad_client_secret"
    assert await exchange("guess") == "invalid_code"
    assert await exchange(code, url="https://evil.example/") == "bad_redirect_uri"
    slack.times.skip(601)
    assert await exchange(code) == "invalid_code"


@pytest.mark.asyncio
async def test_an_app_that_is_taken_out_hears_of_it(slack: FakeSlack, ann: Person, help: Channel, app: Installation):
    """Its token goes with it, and it is in no channel any more."""
    client = AsyncWebClient(app.token, base_url=slack.api_url)
    mismatch = client.apps_uninstall(client_id="1.2", client_secret=slack.app.client_secret)
    assert await error_of(mismatch) == "client_id_token_mismatch"
    await client.apps_uninstall(client_id=slack.app.client_id, client_secret=slack.app.client_secret)
    assert [one.payload["event"]["type"] for one in slack.record.told] == ["tokens_revoked", "app_uninstalled"]
    assert "authorizations" not in slack.record.told[0].payload
    assert app.user.id not in help.members


@pytest.mark.asyncio
async def test_what_else_happens_in_a_channel(slack: FakeSlack, ann: Person, help: Channel):
    """Another bot writes, a link is shown, people come, go and leave, the channel gets another name and an end: all of
    it is told, as Slack tells it."""
    jira = slack.person("Jira", bot=True)
    jira.join(help)
    jira.say(help, "A ticket")
    assert (told(slack, "message")[0]["bot_id"], "client_msg_id" in told(slack, "message")[0]) == (
        jira.user.bot_id,
        False,
    )
    slack.deeds.unfurl(ann.say(help, "https://x.example"), "An example", "https://x.example")
    assert "edited" not in told(slack, "message", "message_changed")[0]["message"]
    bob = slack.person("Bob Ray")
    slack.welcome(bob)
    assert told(slack, "team_join")[0]["user"]["id"] == bob.id
    bob.join(help)
    bob.leave(help)
    bob.change(deleted=True)
    assert told(slack, "user_change")[0]["user"]["deleted"] is True
    ann.rename(help, "assist")
    ann.archive(help)
    assert told(slack, "channel_rename")[0]["channel"]["name"] == "assist"
    assert told(slack, "channel_archive")[0]["channel"] == help.id
    assert [event["user"] for event in told(slack, "message", "channel_join")] == [jira.id, bob.id]
    with pytest.raises(CannotDo):
        ann.say(help, "anybody?")


@pytest.mark.asyncio
async def test_a_mention_of_nobody_is_complained_of(
    slack: FakeSlack, client: AsyncWebClient, ann: Person, help: Channel
):
    """Slack would show the bare id, and say nothing."""
    await client.chat_postMessage(channel=help.id, text=f"<@{ann.id}> <#{help.id}|help>")
    assert slack.record.complaints == []
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "<!subteam^S0NONE>"}}]
    await client.chat_postMessage(channel=help.id, text="<@U0NOBODY>", blocks=blocks)
    assert len(slack.record.complaints) == 2


@pytest.mark.asyncio
async def test_messages_are_stamped_by_the_clock_that_is_given():
    """Each later than the one before it, though that clock stands still; deadlines go on, and can be skipped."""
    clock = SimulatedClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    async with FakeSlack(clock=clock) as slack:
        ann = slack.person("Ann Lee")
        help = slack.channel("help", ann)
        start = int(clock.now().timestamp())
        assert [ann.say(help, "x").ts for _ in range(2)] == [f"{start}.000000", f"{start}.000001"]
        clock.move_by(timedelta(hours=1))
        assert ann.say(help, "x").ts == f"{start + 3600}.000000"
        slept = asyncio.ensure_future(slack.times.sleep(3600))
        await asyncio.sleep(0)
        slack.times.skip(3600)
        await asyncio.wait_for(slept, 1)


def test_a_program_that_blocks_has_its_slack_in_another_thread():
    """The SDK's client without asyncio connects to it."""
    with slack_in_thread() as far:
        installed = far.slack.install()
        ann = far.slack.person("Ann Lee")
        help = far.slack.channel("help", ann, installed)
        far.do(lambda: ann.say(help, "hi"))
        client = WebClient(installed.token, base_url=far.slack.api_url)
        assert client.conversations_history(channel=help.id)["messages"][0]["text"] == "hi"
        far.run(far.slack.until(lambda: far.slack.record.lost))


@pytest.mark.asyncio
async def test_an_app_is_as_its_manifest_says(slack: FakeSlack):
    """Scopes, events, commands and shortcuts; what does not fit together is all said at once."""
    manifest = {
        "display_information": {"name": "Desk"},
        "features": {
            "slash_commands": [{"command": "/help", "description": "Help", "should_escape": True}],
            "shortcuts": [{"name": "Turn", "type": "message", "callback_id": "turn", "description": "Turn it"}],
        },
        "oauth_config": {"scopes": {"bot": ["commands", "channels:history"]}},
        "settings": {
            "socket_mode_enabled": True,
            "interactivity": {"is_enabled": True},
            "event_subscriptions": {"bot_events": ["message.channels"]},
        },
    }
    slack.use_manifest(manifest)
    assert (slack.app.scopes, slack.app.events) == ({"commands", "channels:history"}, {"message.channels"})
    assert list(slack.app.commands) == ["/help"]


def test_all_that_is_wrong_with_a_manifest_is_said_at_once():
    """What Slack's page would say one after the other, and what would not work though it is taken."""
    shortcut = {"name": "x" * 25, "type": "other", "callback_id": "a", "colour": 1}
    manifest = {
        "display_information": {"background_color": "blue", "long_description": "short", "description": "x" * 141},
        "features": {
            "slash_commands": [{"command": "Help", "usage_hint": "x" * 1001, "colour": 1}],
            "shortcuts": [shortcut] * 11,
        },
        "oauth_config": {"scopes": {"bot": ["chanels:history", "chat:write", "chat:write"]}},
        "settings": {"extra": True, "event_subscriptions": {"bot_events": ["message.channels", "nothing"]}},
    }
    found = "; ".join(problems_of(manifest))
    for said in (
        "settings knows no extra",
        "name is missing",
        "is no colour",
        "needs 175",
        "description has 141",
        "there is no scope chanels:history",
        "there is no event nothing",
        "message.channels needs channels:history",
        "chat:write is there twice",
        "need the scope commands",
        "Help is no name",
        "Help has no description",
        "Help knows no colour",
        "usage_hint of Help",
        "shortcuts need settings.interactivity",
        "11 shortcuts",
        "of no type",
        "has no description",
        "too long",
        "same callback_id",
        "event_subscriptions.request_url is missing",
        "Help has no url",
    ):
        assert said in found
