"""Messages of channels, threads and direct conversations."""

from __future__ import annotations

from typing import Any

from fakes.discord import sending
from fakes.discord.deeds import reference_to
from fakes.discord.discord_messages import EPHEMERAL, REPLY, SYSTEM, Message
from fakes.discord.discord_things import DM, Channel
from fakes.discord.errors import DiscordError, invalid
from fakes.discord.message_rules import BODY, SENT
from fakes.discord.permissions import P
from fakes.discord.routes import Given, route

TWO_WEEKS = 14 * 86400


def seen(given: Given, message: Message, *, nonce: bool = False) -> dict[str, Any]:
    """As an answer carries it. Who may read what others say is decided by the portal's switch, intents or not."""
    content = given.discord.readable(message)
    return message.seen(given.world.app.id, given.world.link, content=content, nonce=nonce)


def text_channel(given: Given, *needed: P) -> Channel:
    """The one in the path, into which one can write."""
    channel = given.world.channel(given.at["channel_id"], *needed)
    if not channel.holds_messages:
        raise DiscordError(50008)
    return channel


def writable(given: Given, channel: Channel, *, files: bool = False, embeds: bool = False) -> None:
    """Refuse where the bot cannot write there."""
    needed = [P.SEND_MESSAGES_IN_THREADS if channel.is_thread else P.SEND_MESSAGES]
    needed += [P.ATTACH_FILES] if files else []
    needed += [P.EMBED_LINKS] if embeds else []
    given.world.need(channel, *needed)
    given.discord.open_thread(channel)
    if channel.type == DM:
        for person in channel.recipients.values():
            if not person.bot and (not person.takes_dms or not any(given.world.shared(person))):
                raise DiscordError(50007)


@route("POST", "/channels/{channel_id}/messages", bucket="send")
async def send(given: Given) -> Any:
    """A message. The same nonce again within minutes is the same message."""
    channel, discord = text_channel(given), given.discord
    body = given.body if isinstance(given.body, dict) else {}
    writable(given, channel, files=bool(given.files), embeds=bool(body.get("embeds")))
    if (body.get("flags") or 0) & EPHEMERAL:
        raise invalid("flags", "What one person alone sees is an answer to an interaction.")
    if body.get("enforce_nonce") and (before := discord.nonces.known(body.get("nonce"))):
        if before.channel is not channel:
            discord.record.complaints.append(
                f"nonce {before.nonce} is sent into two channels: the second one got nothing"
            )
        return seen(given, before, nonce=True)
    first = _replied(given, channel, body.get("message_reference"))
    message = sending.make(discord, channel, body, given.files, known=SENT, replies_to=first)
    if first is not None:
        message.type, message.reference = REPLY, reference_to(first)
    if body.get("nonce") is not None:
        discord.nonces.keep(message)
    discord.deeds.add(message)
    return seen(given, message, nonce=True)


def _replied(given: Given, channel: Channel, reference: Any) -> Message | None:
    if not reference:
        return None
    if reference.get("type"):
        raise invalid("message_reference", "The fake forwards nothing.")
    first = channel.messages.get(given.world.text(reference.get("message_id")))
    if first is None:
        if reference.get("fail_if_not_exists", True):
            raise invalid("message_reference", "Unknown message", "REPLIES_UNKNOWN_MESSAGE")
        return None
    if first.type in SYSTEM:
        raise invalid("message_reference", "Cannot reply to a system message", "REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE")
    given.world.need(channel, P.READ_MESSAGE_HISTORY)
    return first


@route("GET", "/channels/{channel_id}/messages")
async def history(given: Given) -> Any:
    """A page of them, the newest first; nothing where the bot may not read back."""
    channel = text_channel(given)
    if channel.guild and not given.discord.may(channel) & P.READ_MESSAGE_HISTORY:
        return []
    limit = given.number("limit", 50, given.discord.limits.page)
    said = sorted(channel.messages.values(), key=lambda message: int(message.id))
    if "around" in given.query:
        at = int(given.query["around"])
        older = [message for message in said if int(message.id) <= at][-(limit // 2 + 1) :]
        found = older + [message for message in said if int(message.id) > at][: limit // 2]
    elif "after" in given.query:
        found = [message for message in said if int(message.id) > int(given.query["after"])][:limit]
    else:
        before = int(given.query.get("before", 1 << 63))
        found = [message for message in said if int(message.id) < before][-limit:]
    return [seen(given, message) for message in reversed(found)]


@route("GET", "/channels/{channel_id}/messages/{message_id}")
async def one(given: Given) -> Any:
    """One of them."""
    channel = text_channel(given, P.READ_MESSAGE_HISTORY)
    return seen(given, given.world.message(channel, given.at["message_id"]))


@route("PATCH", "/channels/{channel_id}/messages/{message_id}", bucket="edit")
async def edit(given: Given) -> Any:
    """The bot says it otherwise."""
    channel = text_channel(given)
    message = given.world.message(channel, given.at["message_id"])
    if message.author.id != given.world.app.id or message.type in SYSTEM:
        raise DiscordError(50005)
    given.discord.open_thread(channel, to_write=False)
    sending.rewrite(given.discord, message, given.body or {}, given.files, BODY)
    given.discord.deeds.change(message)
    return seen(given, message)


@route("DELETE", "/channels/{channel_id}/messages/{message_id}", bucket="delete")
async def delete(given: Given) -> Any:
    """It is taken back: its own, or by a moderator anybody's."""
    channel = text_channel(given)
    message = given.world.message(channel, given.at["message_id"])
    if message.author.id != given.world.app.id:
        if channel.type == DM:
            raise DiscordError(50003)
        given.world.need(channel, P.MANAGE_MESSAGES)
    given.discord.open_thread(channel, to_write=False)
    given.discord.deeds.remove(message)


@route("POST", "/channels/{channel_id}/messages/bulk-delete")
async def delete_many(given: Given) -> Any:
    """Two to a hundred of the last two weeks."""
    channel = text_channel(given, P.MANAGE_MESSAGES)
    ids = [given.world.text(id) for id in given.fields("messages").get("messages") or []]
    if not 2 <= len(ids) <= 100 or len(set(ids)) < len(ids):
        raise DiscordError(50016)
    old = given.world.at(given.world.times.now() - TWO_WEEKS)
    if any(int(id) < old for id in ids):
        raise DiscordError(50034)
    if there := [channel.messages[id] for id in ids if id in channel.messages]:
        given.discord.deeds.remove_all(there)


@route("POST", "/channels/{channel_id}/typing")
async def typing(given: Given) -> Any:
    """The bot is seen writing."""
    channel = text_channel(given)
    writable(given, channel)


@route("GET", "/channels/{channel_id}/messages/pins")
async def pins(given: Given) -> Any:
    """What is kept at hand, the last one first."""
    channel = text_channel(given, P.READ_MESSAGE_HISTORY)
    kept = [m for m in reversed(channel.messages.values()) if m.pinned][: given.number("limit", 50, 50)]
    return {"items": [{"pinned_at": channel.last_pin, "message": seen(given, m)} for m in kept], "has_more": False}


@route("PUT", "/channels/{channel_id}/messages/pins/{message_id}")
async def pin(given: Given) -> Any:
    """Kept at hand: up to 250."""
    _pin(given, pinned=True)


@route("DELETE", "/channels/{channel_id}/messages/pins/{message_id}")
async def unpin(given: Given) -> Any:
    """No longer."""
    _pin(given, pinned=False)


def _pin(given: Given, *, pinned: bool) -> None:
    channel = text_channel(given, P.PIN_MESSAGES)
    message = given.world.message(channel, given.at["message_id"])
    given.discord.open_thread(channel, to_write=False)
    if message.type in SYSTEM:
        raise DiscordError(50021)
    if message.pinned != pinned:
        given.discord.deeds.pin(message, given.world.app.user, pinned=pinned)
