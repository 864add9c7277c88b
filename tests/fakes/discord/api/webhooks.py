"""Webhooks, which write under any name; and the same routes with an interaction's token, for what is said later."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from fakes.discord import sending
from fakes.discord.component_rules import BUTTON, SELECTS, walk
from fakes.discord.discord_messages import EPHEMERAL, Message
from fakes.discord.discord_things import FORUM, NEWS, TEXT, Channel, User, Webhook
from fakes.discord.errors import DiscordError, check, invalid
from fakes.discord.interacting import Interaction
from fakes.discord.message_rules import BODY, HOOKED
from fakes.discord.permissions import P
from fakes.discord.routes import Given, route

MOST = 15
"""In one channel."""
NOT_IN_A_NAME = ("discord", "clyde")
WITH_TOKEN = "/webhooks/{webhook_id}/{webhook_token}"


# --- making them ------------------------------------------------------------------------------------


@route("POST", "/channels/{channel_id}/webhooks")
async def create(given: Given) -> Any:
    """One more in a channel."""
    channel = given.world.channel(given.at["channel_id"], P.MANAGE_WEBHOOKS)
    if channel.type not in (TEXT, NEWS, FORUM):
        raise DiscordError(50024)
    body = given.fields("name", "avatar")
    check(_name(body.get("name"), "name"))
    if sum(hook.channel is channel for hook in given.world.webhooks.values()) >= MOST:
        raise DiscordError(30007)
    app = given.world.app
    made = Webhook(given.world.id(), uuid4().hex * 2, channel, body["name"], app.user, app.id)
    given.world.webhooks[made.id] = made
    given.discord.deeds.webhooks(made)
    return made.seen()


@route("GET", "/channels/{channel_id}/webhooks")
async def of_channel(given: Given) -> Any:
    """Those of a channel; of another app's no token is told."""
    channel = given.world.channel(given.at["channel_id"], P.MANAGE_WEBHOOKS)
    return [_seen(given, hook) for hook in given.world.webhooks.values() if hook.channel is channel]


@route("GET", "/guilds/{guild_id}/webhooks")
async def of_guild(given: Given) -> Any:
    """Those of a guild."""
    guild = given.world.guild(given.at["guild_id"])
    if not given.discord.may_in(guild) & P.MANAGE_WEBHOOKS:
        raise DiscordError(50013)
    return [_seen(given, hook) for hook in given.world.webhooks.values() if hook.channel.guild is guild]


def _seen(given: Given, hook: Webhook) -> dict[str, Any]:
    told = hook.seen()
    if hook.application_id != given.world.app.id:
        del told["token"], told["url"]
    return told


@route("GET", "/webhooks/{webhook_id}")
async def one(given: Given) -> Any:
    """One of them."""
    return _seen(given, _managed(given))


@route("PATCH", "/webhooks/{webhook_id}")
async def change(given: Given) -> Any:
    """It is called otherwise, or writes elsewhere."""
    hook, body = _managed(given), given.fields("name", "avatar", "channel_id")
    check(_name(body["name"], "name") if "name" in body else {})
    hook.name = body.get("name", hook.name)
    if "channel_id" in body:
        hook.channel = given.world.channel(body["channel_id"], P.MANAGE_WEBHOOKS)
    given.discord.deeds.webhooks(hook)
    return hook.seen()


@route("DELETE", "/webhooks/{webhook_id}")
async def delete(given: Given) -> Any:
    """It is gone."""
    given.discord.drop_webhook(_managed(given))


@route("GET", WITH_TOKEN, token=False)
async def one_by_token(given: Given) -> Any:
    """The same for who has its token."""
    told = _hook(given).seen()
    del told["user"]
    return told


@route("DELETE", WITH_TOKEN, token=False)
async def delete_by_token(given: Given) -> Any:
    """It is gone."""
    given.discord.drop_webhook(_hook(given))


def _managed(given: Given) -> Webhook:
    hook = given.world.webhooks.get(given.at["webhook_id"])
    if hook is None:
        raise DiscordError(10015)
    given.world.channel(hook.channel.id, P.MANAGE_WEBHOOKS)
    return hook


def _hook(given: Given) -> Webhook:
    hook = given.world.webhooks.get(given.at["webhook_id"])
    if hook is None:
        raise DiscordError(10015)
    if hook.token != given.at["webhook_token"]:
        raise DiscordError(50027)
    return hook


def _interaction(given: Given) -> Interaction | None:
    if given.at["webhook_id"] != given.world.app.id:
        return None
    found = given.discord.interactions.by_token(given.at["webhook_token"])
    if found is None:
        raise DiscordError(10015)
    return found


def _name(name: Any, field: str) -> dict[str, str]:
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= 80:
        return {field: "Must be between 1 and 80 in length."}
    for word in NOT_IN_A_NAME:
        if word in name.lower():
            return {field: f'Username cannot contain "{word}"'}
    return {}


# --- writing with them ------------------------------------------------------------------------------


@route("POST", WITH_TOKEN, bucket="webhook", token=False)
async def execute(given: Given) -> Any:
    """A message, under the webhook's name or any other; or one more answer to a person."""
    if at := _interaction(given):
        body = given.fields(*HOOKED)
        check({name: "Not in an answer." for name in ("username", "avatar_url", "thread_name") if body.get(name)})
        return _told(given, given.discord.answering.more(at, _message(body), given.files))
    hook, body = _hook(given), given.fields(*HOOKED)
    message = _make(given, hook, body)
    return _told(given, message) if given.query.get("wait") in ("1", "true") else None


def _message(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name in BODY}


def _make(given: Given, hook: Webhook, body: dict[str, Any]) -> Message:
    discord, name = given.discord, body.get("username") or hook.name
    check(_name(name, "username"))
    avatar = body.get("avatar_url")
    if avatar and not str(avatar).startswith(("http://", "https://")):
        raise invalid("avatar_url", "Not a well formed URL.")
    if (body.get("flags") or 0) & EPHEMERAL:
        raise invalid("flags", "A webhook writes for all.")
    channel = _where(given, hook, body)
    _components(given, hook, body.get("components") or [])
    author = User(hook.id, name, bot=True, avatar=str(avatar) if avatar else hook.avatar)
    message = sending.make(discord, channel or hook.channel, _message(body), given.files, known=BODY, author=author)
    message.webhook, message.application_id, message.member = hook, hook.application_id, None
    if channel is None:
        forum_post = {"name": body["thread_name"], "applied_tags": body.get("applied_tags") or []}
        discord.threads.begin_post(hook.channel, discord.app.user, forum_post, message)
        return message
    return discord.deeds.add(message)


def _where(given: Given, hook: Webhook, body: dict[str, Any]) -> Channel | None:
    """The channel or one of its threads; None for a new post in a forum."""
    if thread_id := given.query.get("thread_id"):
        thread = hook.channel.home.threads.get(thread_id)
        if thread is None or thread.parent is not hook.channel:
            raise DiscordError(10003)
        given.discord.open_thread(thread, to_write=False)
        return thread
    if hook.channel.type != FORUM:
        if body.get("thread_name"):
            raise DiscordError(220003)
        return hook.channel
    if not body.get("thread_name"):
        raise DiscordError(220001)
    return None


def _components(given: Given, hook: Webhook, components: Any) -> None:
    """What can be pressed is for webhooks of an app; others need `with_components` to have any."""
    if not components or hook.application_id is not None:
        return
    if given.query.get("with_components") not in ("1", "true"):
        raise invalid("components", "Without with_components they are left out.")
    if isinstance(components, list) and any(part.get("type") in (BUTTON, *SELECTS) for _, part in walk(components)):
        raise invalid("components", "A webhook of no app has nothing to press.")


def _find(given: Given) -> Message:
    """The message in the path, of the webhook or of the interaction."""
    id = given.at["message_id"]
    if at := _interaction(given):
        return given.discord.answering.one(at, id)
    hook = _hook(given)
    where = hook.channel
    if thread_id := given.query.get("thread_id"):
        where = hook.channel.home.threads.get(thread_id)
        if where is None or where.parent is not hook.channel:
            raise DiscordError(10003)
    found = where.messages.get(id)
    if found is None or found.webhook is not hook:
        raise DiscordError(10008)
    return found


def _told(given: Given, message: Message) -> dict[str, Any]:
    return message.seen(given.world.app.id, given.world.link)


@route("GET", WITH_TOKEN + "/messages/{message_id}", bucket="webhook", token=False)
async def read(given: Given) -> Any:
    """What it said."""
    return _told(given, _find(given))


@route("PATCH", WITH_TOKEN + "/messages/{message_id}", bucket="webhook", token=False)
async def edit(given: Given) -> Any:
    """It says it otherwise."""
    message, body = _find(given), given.fields(*BODY)
    if message.webhook is None:
        given.discord.answering.change(message, body, given.files)
    else:
        given.discord.open_thread(message.channel, to_write=False)
        _components(given, message.webhook, body.get("components") or [])
        sending.rewrite(given.discord, message, body, given.files, BODY)
        given.discord.deeds.change(message)
    return _told(given, message)


@route("DELETE", WITH_TOKEN + "/messages/{message_id}", bucket="webhook", token=False)
async def take_back(given: Given) -> Any:
    """It takes it back."""
    message = _find(given)
    if message.only_for is None:
        given.discord.open_thread(message.channel, to_write=False)
        given.discord.deeds.remove(message)
    else:
        message.gone = True
        message.channel.ephemerals.remove(message)
        given.discord.changed()
