"""What people write, change, take away and react to, as calls of the front door.

The gateway tells each once, or twice after it was lost: the desk hears a message once, by its reference. Nothing is
acknowledged, so whatever fails here is read again from history (history.py).
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import discord

from adapters.discord.acting import Act, Acting
from adapters.discord.channels import Channel
from adapters.discord.emoji import Emoji
from adapters.discord.gone import Lost
from adapters.discord.heard import called, plain, shown, users_in
from adapters.discord.hooks import Hooks
from adapters.discord.places import DIRECT, PLATFORM, place_of
from adapters.discord.reading import Reading
from adapters.discord.rooms import Rooms
from bot.desk import front, hearing, locking, reopening
from bot.desk.context import Heard, Refusal
from bot.desk.conversations import direct
from bot.desk.files import stayed
from bot.desk.homes import moves_to
from bot.desk.linking import typed
from bot.domain.mentions import called as called_so
from bot.domain.people import DESK
from bot.messages import refusals
from bot.messages.model import Answer
from bot.ports import DirectoryEdit, InboxId, MessageRef, Place, Refused

log = logging.getLogger("steward.discord")

PLAIN = frozenset((discord.MessageType.default, discord.MessageType.reply))
"""Kinds of messages that are somebody's words."""
CHANNELS = 500
"""In so many channels at once events are heard one after the other, as they came."""
REFUSED_FOR = 24 * 3600.0
"""Seconds for which a stranger, told once that the desk does not know them, is left in peace."""
LONG_AGO = timedelta(days=365)
"""How far back a message may be from."""


class Listening:
    """Hears events."""

    def __init__(
        self,
        acting: Acting,
        rooms: Rooms,
        reading: Reading,
        hooks: Hooks,
        emoji: Emoji,
        lost: Lost,
        *,
        apart: Callable[[discord.Guild], Awaitable[object]],
    ) -> None:
        """`apart` is told of a server in which something may have been missed."""
        self._lost, self._apart = lost, apart
        self._acting, self._rooms, self._reading = acting, rooms, reading
        self._hooks, self._emoji, self._desk = hooks, emoji, acting.desk
        self._turns: OrderedDict[int, asyncio.Lock] = OrderedDict()
        self._refused: dict[str, float] = {}

    def handlers(self) -> dict[str, Callable[..., Awaitable[object]]]:
        """By discord.py's names of the events."""
        return {
            "message": self._guarded(self.message),
            "raw_message_edit": self._guarded(self.edited),
            "raw_message_delete": self._guarded(self.deleted),
            "raw_bulk_message_delete": self._guarded(self.swept),
            "raw_reaction_add": self._guarded(self.reacted),
            "raw_thread_update": self._guarded(self.thread_changed),
            "thread_create": self._guarded(self.thread_came),
            "raw_thread_delete": self._guarded(self.thread_gone),
            "guild_channel_update": self._guarded(self.channel_changed),
            "guild_channel_create": self._guarded(self.channel_came),
            "guild_channel_delete": self._guarded(self.channel_gone),
            "webhooks_update": self._guarded(self.hooks_changed),
            "guild_join": self._guarded(self.server_came),
            "guild_remove": self._guarded(self.server_gone),
        }

    # --- words ------------------------------------------------------------------------------------------

    async def message(self, message: discord.Message) -> None:
        """Somebody wrote something."""
        async with self._turn(message.channel.id):
            if await self._is_somebodys(message):
                await self._said(message)

    async def edited(self, payload: discord.RawMessageUpdateEvent) -> None:
        """A message has changed: by its author, or as Discord adds a preview to it."""
        async with self._turn(payload.channel_id):
            message = payload.message
            if not await self._is_somebodys(message) or message.edited_at is None:
                return
            place = (await self._acting.channels.get(payload.channel_id)).place
            if await hearing.conversation_of(self._desk.store, place) is None:
                return
            asks = called(message.content, await self._acting.wire.me()) is not None
            if asks and await self._desk.store.source(MessageRef(place, str(message.id))) is None:
                return  # it was a command, and was carried out as it read
            act = await self._acting.act(message.author, place)
            if not act.person:
                return
            try:
                heard = await self.heard(message)
            except Refusal as no:
                self._acting.later(act, refusals.refused(str(no)))
                return
            event = InboxId(PLATFORM, f"edit:{message.id}:{message.edited_at.timestamp():.6f}")
            answer: Answer = await front.edited(self._desk, act.person, heard, event=event)
            self._acting.later(act, answer)

    async def deleted(self, payload: discord.RawMessageDeleteEvent) -> None:
        """A message is gone. Discord does not say who took it away."""
        async with self._turn(payload.channel_id):
            await self._gone(payload.channel_id, payload.message_id)

    async def swept(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Many are, at once: a moderator's work, or a bot's."""
        async with self._turn(payload.channel_id):
            for id in sorted(payload.message_ids):
                await self._gone(payload.channel_id, id)

    async def reacted(self, payload: discord.RawReactionActionEvent) -> None:
        """An emoji is put on a message."""
        emoji = self._emoji.named(payload.emoji.name or "")
        if emoji is None or payload.user_id == await self._acting.wire.me():
            return
        channel = await self._acting.channels.get(payload.channel_id)
        if channel.is_direct or await hearing.conversation_of(self._desk.store, channel.place) is None:
            return
        who: Any = payload.member
        if who is None or who.bot:
            return
        act = await self._acting.act(who, channel.place)
        if not act.person:
            return  # an emoji is never an error
        message = await self._reading.message(channel.place, payload.message_id)
        if message is None:
            return
        heard = await self.heard(message)
        event = InboxId(PLATFORM, f"emoji:{message.id}:{payload.user_id}:{emoji}:{self._desk.now().timestamp():.0f}")
        answer = await front.react(self._desk, act.person, emoji, heard, event=event)
        self._acting.later(act, answer)

    async def heard(self, message: discord.Message) -> Heard:
        """A message as the desk hears it. Raises Refusal for a file that is another one than was told."""
        channel = await self._acting.channels.get(message.channel.id)
        ref = MessageRef(channel.place, str(message.id))
        if await self._is_ours(message):
            return Heard(ref, DESK.id, message.created_at, message.content)
        author = await self._acting.people.known(message.author) or ""
        source = await self._desk.store.source(ref)
        kept = ()
        files = [*message.attachments, *(file for each in message.message_snapshots for file in each.attachments)]
        if author and files:
            kept = await self._acting.files.taken(author, files, source.files if source else (), message.jump_url)
        text = await self.words(shown(message))
        if channel.parent_forum and message.id == channel.id:
            text = f"{channel.name}\n{text}".strip()  # a post's title is the first of its words
        return Heard(ref, author, self._written(message), text, kept, message.edited_at)

    def _written(self, message: discord.Message) -> datetime:
        """When, as its id says; what looks older than anybody goes back is of now, and late for nothing."""
        now = self._desk.now()
        return message.created_at if now - message.created_at < LONG_AGO else now

    async def words(self, text: str, *, command: bool = False) -> str:
        """Somebody's text as plain words. Who is known is named so that the desk, and whoever reads it on another
        platform, knows whom it means, for a `command` by what it takes; others as Discord names them, without calling
        anybody."""
        names: dict[str, str] = {}
        strangers = set[str]()
        people = (await self._desk.store.directory()).people
        me, client = await self._acting.wire.me(), await self._acting.wire.client()
        for user in users_in(text)[:50]:
            if int(user) == me:
                names[user] = self._desk.rules.name
            elif person := await self._acting.people.person_of(user):
                known = people.get(person) if not command else None
                names[user] = called_so(known, people.values()) if known else person
            else:
                strangers.add(user)
                if (name := await self._acting.people.stranger(user)) is not None:
                    names[user] = name
        strangers = set[str]() if command else strangers
        return plain(text, names.get, lambda id: getattr(client.get_channel(int(id)), "name", None), strangers)

    async def _said(self, message: discord.Message) -> None:
        channel = await self._acting.channels.get(message.channel.id)
        place = channel.place
        asked = called(message.content, await self._acting.wire.me())
        conversation = await hearing.conversation_of(self._desk.store, place)
        if conversation is None and asked is None and not channel.is_direct:
            return  # a channel that is nothing to the desk
        act = await self._acting.act(message.author, place)
        linked = typed(asked if asked is not None else message.content if channel.is_direct else "")
        if linked is not None:
            await self._command(act, message, linked, seen=not channel.is_direct)
            return
        if not act.person:
            await self._stranger(act, always=asked is not None or channel.is_direct)
            return
        if asked is not None:
            await self._command(act, message, asked)
            return
        if channel.is_direct and conversation is None:
            await self._meet(act.person, place)
        await self._hear(act, channel, message)

    async def _hear(self, act: Act, channel: Channel, message: discord.Message) -> None:
        try:
            heard = await self.heard(message)
        except Refusal as no:
            self._acting.later(act, refusals.refused(str(no)))
            return
        heard = replace(heard, direct=channel.is_direct)
        event = InboxId(PLATFORM, f"message:{message.id}")
        conversation = await self._desk.store.conversation_at(channel.place)
        if channel.parent_forum and message.id == channel.id and conversation is None:
            # Whoever begins a post in a client's forum asks for something: there is nothing to offer.
            answer = await front.run(
                self._desk, act.person, "turn", {}, place=heard.ref.place, event=event, message=heard
            )
        else:
            answer = await front.hear(self._desk, act.person, heard, event=event)
        self._acting.later(act, answer)
        self._acting.later(act, await stayed(self._desk, heard))

    async def _command(self, act: Act, message: discord.Message, asked: str, *, seen: bool = False) -> None:
        event = InboxId(PLATFORM, f"message:{message.id}")
        text = await self.words(asked, command=True)
        newcomer = self._acting.newcomer(act, text, seen=seen)
        answer = await front.run_text(self._desk, act.person, text, place=act.place, event=event, newcomer=newcomer)
        self._acting.later(act, answer)

    async def _gone(self, channel_id: int, id: int) -> None:
        try:
            channel = await self._acting.channels.get(channel_id)
        except Refused:
            return  # with its channel: what the desk knew of it stays
        ref = MessageRef(channel.place, str(id))
        source = await self._desk.store.source(ref)
        if source is not None:
            event = InboxId(PLATFORM, f"gone:{id}")
            await front.deleted(self._desk, source.author, ref, event=event)

    async def _is_somebodys(self, message: discord.Message) -> bool:
        if message.webhook_id is not None or message.author.bot or message.type not in PLAIN:
            return False
        return message.author.id != await self._acting.wire.me()

    async def _is_ours(self, message: discord.Message) -> bool:
        wire = self._acting.wire
        by_hook = message.webhook_id is not None and message.application_id == await wire.app()
        return by_hook or message.author.id == await wire.me()

    async def _stranger(self, act: Act, *, always: bool) -> None:
        now = asyncio.get_running_loop().time()
        key = f"{act.who.id}/{act.place.channel if act.place else ''}"
        if not always and self._refused.get(key, 0.0) > now:
            return
        if len(self._refused) > CHANNELS:
            self._refused = {each: until for each, until in self._refused.items() if until > now}
        self._refused[key] = now + REFUSED_FOR
        directory = await self._desk.store.directory()
        self._acting.later(act, refusals.refused(refusals.stranger(directory)))

    async def _meet(self, person: str, place: Place) -> None:
        """The first words with somebody in person: from now on the desk speaks with them here."""
        there, known = await self._desk.store.binding(direct(person)), (await self._desk.store.directory()).people
        own = there is not None and there.platform == PLATFORM and there.workspace == DIRECT
        if own or (person in known and moves_to(PLATFORM, known[person], there)):
            home = place_of(DIRECT, place.channel)
            if there != home:
                await self._desk.store.edit_directory(DirectoryEdit(bindings=((direct(person), home),)))

    # --- channels ---------------------------------------------------------------------------------------

    async def thread_changed(self, payload: discord.RawThreadUpdateEvent) -> None:
        """It may be called otherwise, or locked."""
        self._acting.channels.forget(payload.thread_id)
        if payload.data.get("thread_metadata", {}).get("locked"):
            place = place_of(payload.guild_id, payload.parent_id, payload.thread_id)
            await locking.thread_locked(self._desk, place)

    async def thread_came(self, thread: discord.Thread) -> None:
        """One was begun, or the desk was let into one."""
        await self._acting.channels.keep(thread)

    async def thread_gone(self, payload: discord.RawThreadDeleteEvent) -> None:
        """Somebody deleted one, or a post."""
        async with self._turn(payload.thread_id):
            self._acting.channels.forget(payload.thread_id)
            place = place_of(payload.guild_id, payload.parent_id, payload.thread_id)
            if await self._desk.store.conversation_at(place) is None:
                return
            # discord.py tells the same of the threads of a channel that is deleted, and those go on nowhere.
            if await self._lost.thread(place) is not None:
                await reopening.thread_gone(self._desk, place)

    async def channel_changed(self, before: Any, after: Any) -> None:
        """It may be called otherwise, or seen by others."""
        self._acting.channels.forget(after.id)
        self._rooms.look_again()

    async def channel_came(self, channel: Any) -> None:
        """What is bound to its name may be bound to it now."""
        self._rooms.look_again()

    async def channel_gone(self, channel: Any) -> None:
        """It is not there any more."""
        self._acting.channels.forget(channel.id)
        await reopening.channel_gone(self._desk, place_of(channel.guild.id, channel.id), channel.name)

    async def hooks_changed(self, channel: Any) -> None:
        """Somebody made a webhook there, or took one away."""
        self._hooks.forget(channel.id)

    async def server_came(self, guild: discord.Guild) -> None:
        """The desk was invited into a server, or into one that it was put out of."""
        log.info("the desk is in the server %s now", guild.id)
        self._rooms.look_again()
        await self._apart(guild)

    async def server_gone(self, guild: discord.Guild) -> None:
        """It was put out of one."""
        await self._apart(guild)
        await reopening.put_out(self._desk, PLATFORM, str(guild.id), guild.name or "")

    def _guarded(self, heard: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
        async def guarded(*told: Any) -> None:
            try:
                await heard(*told)
            except Refused as no:
                log.info("something in a channel that the desk does not see: %s", no)
            except Exception:
                log.exception("something that Discord told could not be heard")
                self._acting.missed()

        return guarded

    def _turn(self, channel: int) -> asyncio.Lock:
        """Events of one channel are heard one after the other, in the order in which they came."""
        lock = self._turns.setdefault(channel, asyncio.Lock())
        self._turns.move_to_end(channel)
        while len(self._turns) > CHANNELS:
            name, oldest = next(iter(self._turns.items()))
            if oldest.locked():
                break
            del self._turns[name]
        return lock
