"""Threads: begun from a message, from a channel or in a forum; who is in them; the archived ones."""

from __future__ import annotations

from typing import Any

from fakes.discord import sending
from fakes.discord.api.messages import seen, text_channel
from fakes.discord.discord_things import FORUM, Channel
from fakes.discord.errors import DiscordError, check
from fakes.discord.message_rules import BODY
from fakes.discord.permissions import PRIVATE_THREAD, P, invites
from fakes.discord.routes import Given, route

NAMED = ("name", "auto_archive_duration", "rate_limit_per_user")


@route("POST", "/channels/{channel_id}/messages/{message_id}/threads")
async def from_message(given: Given) -> Any:
    """One below a message."""
    channel = text_channel(given)
    message = given.world.message(channel, given.at["message_id"])
    thread = given.discord.threads.begin_from(message, given.world.app.user, given.fields(*NAMED))
    return thread.seen(given.world.app.id)


@route("POST", "/channels/{channel_id}/threads")
async def from_channel(given: Given) -> Any:
    """One in a channel, or a post in a forum."""
    channel, discord, me = given.world.channel(given.at["channel_id"]), given.discord, given.world.app.user
    if channel.type != FORUM:
        body = given.fields(*NAMED, "type", "invitable")
        # Without a type Discord makes a private one, which nobody means.
        check({} if "type" in body else {"type": "This field is required"})
        return discord.threads.begin(channel, me, body, body["type"]).seen(me.id)
    # discord.py names a type here, too, which Discord passes over.
    body = given.fields(*NAMED, "applied_tags", "message", "type")
    message = body.get("message")
    check({} if isinstance(message, dict) else {"message": "This field is required"})
    first = sending.make(discord, channel, message or {}, given.files, known=BODY)
    thread = discord.threads.begin_post(channel, me, body, first)
    return thread.seen(me.id) | {"message": seen(given, first)}


def _thread(given: Given) -> Channel:
    thread = given.world.channel(given.at["channel_id"])
    if not thread.is_thread:
        raise DiscordError(50024)
    return thread


@route("PUT", "/channels/{channel_id}/thread-members/@me")
async def join(given: Given) -> Any:
    """The bot goes in."""
    thread = _thread(given)
    given.discord.threads.open(thread, given.world.app.user, to_write=False)
    if given.world.app.id not in thread.thread_members:
        given.discord.deeds.thread_member(thread, given.world.app.user)


@route("PUT", "/channels/{channel_id}/thread-members/{user_id}")
async def add(given: Given) -> Any:
    """Somebody is brought in."""
    thread, user = _thread(given), given.world.user(given.at["user_id"])
    given.world.need(thread, P.SEND_MESSAGES_IN_THREADS)
    given.discord.threads.open(thread, given.world.app.user, to_write=False)
    if not invites(thread, given.world.app.id):
        raise DiscordError(50013)
    if user.id not in thread.home.members:
        raise DiscordError(10007)
    if not given.discord.may(thread.parent or thread, user.id) & P.VIEW_CHANNEL:
        raise DiscordError(50001, say="Missing Access (who is brought in does not see the channel)")
    if user.id not in thread.thread_members:
        given.discord.deeds.thread_member(thread, user)


@route("DELETE", "/channels/{channel_id}/thread-members/@me")
async def leave(given: Given) -> Any:
    """The bot goes."""
    _out(given, given.world.app.id)


@route("DELETE", "/channels/{channel_id}/thread-members/{user_id}")
async def remove(given: Given) -> Any:
    """Somebody is put out."""
    thread = _thread(given)
    if not (thread.type == PRIVATE_THREAD and thread.owner_id == given.world.app.id):
        given.world.need(thread, P.MANAGE_THREADS)
    _out(given, given.at["user_id"])


def _out(given: Given, user_id: str) -> None:
    thread = _thread(given)
    given.discord.threads.open(thread, given.world.app.user, to_write=False)
    if user_id in thread.thread_members:
        given.discord.deeds.thread_member(thread, given.world.user(user_id), gone=True)


@route("GET", "/channels/{channel_id}/thread-members/{user_id}")
async def member(given: Given) -> Any:
    """Whether somebody is in it."""
    thread = _thread(given)
    if given.at["user_id"] not in thread.thread_members:
        raise DiscordError(10007)
    return thread.thread_member(given.at["user_id"])


@route("GET", "/channels/{channel_id}/thread-members")
async def members(given: Given) -> Any:
    """Who is in it."""
    thread = _thread(given)
    return [thread.thread_member(id) for id in thread.thread_members]


@route("GET", "/channels/{channel_id}/threads/archived/public")
async def archived_public(given: Given) -> Any:
    """What is over, the last one first."""
    return _archived(given, private=False)


@route("GET", "/channels/{channel_id}/threads/archived/private")
async def archived_private(given: Given) -> Any:
    """The private ones, for moderators."""
    given.world.channel(given.at["channel_id"], P.MANAGE_THREADS)
    return _archived(given, private=True)


@route("GET", "/channels/{channel_id}/users/@me/threads/archived/private")
async def archived_mine(given: Given) -> Any:
    """The private ones that the bot is in."""
    return _archived(given, private=True, mine=True)


def _archived(given: Given, *, private: bool, mine: bool = False) -> dict[str, Any]:
    channel, me = given.world.channel(given.at["channel_id"], P.READ_MESSAGE_HISTORY), given.world.app.id
    before, limit = given.query.get("before", "9"), given.number("limit", 50, 100)
    found = [t for t in channel.home.threads.values() if t.parent is channel and t.archived and t.private == private]
    if mine:
        found = sorted((t for t in found if me in t.thread_members and t.id < before), key=lambda t: -int(t.id))
    else:
        found = sorted((t for t in found if t.archive_time < before), key=lambda t: t.archive_time, reverse=True)
    members = [thread.thread_member(me) for thread in found[:limit] if me in thread.thread_members]
    return {
        "threads": [thread.seen(me) for thread in found[:limit]],
        "members": members,
        "has_more": len(found) > limit,
    }
