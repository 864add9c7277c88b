"""What people write, change, take away and react to, as calls of the front door.

Slack tells each at least once, and sometimes under two names: the desk hears a message once, by its reference.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from adapters.slack.acting import Act, Acting
from adapters.slack.emoji import Emoji
from adapters.slack.files import SlackFiles
from adapters.slack.incoming import called, plain, shared, users_in
from adapters.slack.pictures import characters
from adapters.slack.places import PLATFORM, instant, place_of, ref_of, thread_of
from adapters.slack.reading import Reading
from adapters.slack.team import Team
from bot.commands import REGISTRY, Kind, split_verb
from bot.desk import front, hearing
from bot.desk.context import Heard, Refusal
from bot.desk.conversations import direct
from bot.desk.files import stayed
from bot.desk.homes import moves_to
from bot.desk.linking import typed
from bot.domain.mentions import called as called_so
from bot.domain.people import DESK
from bot.messages import refusals
from bot.messages.model import Answer
from bot.ports import DirectoryEdit, InboxId, MessageRef, Place

log = logging.getLogger("steward.slack")

PLAIN = frozenset(("", "file_share", "thread_broadcast", "me_message"))
"""Subtypes that are somebody's words."""
CHANNELS = 500
"""In so many channels at once events are heard one after the other, as they came."""
REFUSED_FOR = 24 * 3600.0
"""Seconds for which a stranger, told once that the desk does not know them, is left in peace."""

UNDER_WAY = frozenset(("sending", "ambiguous"))
"""The states of messages that may have arrived without the desk's knowing of it."""
LOOK, LOOKS = 0.2, 50
"""Seconds between two looks whether it knows by now, and how many."""

Raw = Mapping[str, Any]


class Listening:
    """Hears the events of one workspace."""

    def __init__(self, acting: Acting, reading: Reading, files: SlackFiles, emoji: Emoji) -> None:
        self._acting, self._reading, self._files, self._emoji = acting, reading, files, emoji
        self._desk = acting.desk
        self._turns: OrderedDict[str, asyncio.Lock] = OrderedDict()
        self._refused: dict[str, float] = {}
        self._called: OrderedDict[str, None] = OrderedDict()

    async def message(self, body: Raw) -> None:
        """A message, a change of one, or its end."""
        event: Raw = body["event"]
        channel, subtype = str(event.get("channel", "")), str(event.get("subtype") or "")
        async with self._turn(channel):
            match subtype:
                case "message_changed":
                    await self._changed(body, channel, event)
                case "message_deleted":
                    await self._deleted(body, channel, str(event.get("deleted_ts", "")), event.get("previous_message"))
                case _ if subtype in PLAIN:
                    await self._said(body, channel, event)
                case _:
                    log.debug("an event of no concern: %s", subtype)

    async def mention(self, body: Raw) -> None:
        """The desk is named in a message; in most channels that is told as a message, too."""
        event: Raw = body["event"]
        async with self._turn(str(event.get("channel", ""))):
            await self._said(body, str(event.get("channel", "")), event)

    async def reaction(self, body: Raw) -> None:
        """An emoji is put on a message."""
        event: Raw = body["event"]
        item = event.get("item") or {}
        emoji = self._emoji.named(str(event.get("reaction", "")))
        if emoji is None or item.get("type") != "message":
            return
        channel, ts = str(item.get("channel", "")), str(item.get("ts", ""))
        team = await self._acting.teams.team()
        if event.get("user") == team.user:
            return
        raw = await self._reading.message(place_of(team.workspace, channel), ts)
        if raw is None:
            return
        heard = await self.heard(team, channel, raw)
        act = await self._acting.act(str(event.get("user", "")), channel, heard.ref.place.thread)
        if not act.person:
            return  # an emoji is never an error
        answer = await front.react(self._desk, act.person, emoji, heard, event=self._event(body))
        self._acting.later(act, answer)

    async def heard(self, team: Team, channel: str, raw: Raw) -> Heard:
        """A message as the desk hears it. Raises Refusal for a file that is another one than was told."""
        ref = ref_of(team.workspace, channel, raw)
        if team.wrote(dict(raw)):
            return Heard(ref, DESK.id, self._at(ref), str(raw.get("text") or ""))
        user = str(raw.get("user") or "")
        author = (await self._acting.people.known(team.workspace, user) if user else None) or ""
        source = await self._desk.store.source(ref)
        files = raw.get("files") or ()
        kept = await self._files.taken(author, files, source.files if source else ()) if author and files else ()
        edited = instant(str((raw.get("edited") or {}).get("ts", "")))
        text = await self.words(team, shared(raw))
        return Heard(ref, author, self._at(ref), text, kept, edited)

    async def words(self, team: Team, text: str, *, command: bool = False) -> str:
        """Somebody's text as plain words. Who is known is named so that the desk, and whoever reads it on another
        platform, knows whom it means; others as Slack names them, without calling anybody. Where a command takes a
        person, that is one word: whoever has no account yet goes by what the desk calls the only one of that name, else
        by their first name."""
        short = command and _takes_a_person(text)
        names: dict[str, str] = {}
        strangers = set[str]()
        people = (await self._desk.store.directory()).people
        for user in users_in(text)[:50]:
            if user == team.user:
                names[user] = self._desk.rules.name
            elif person := await self._desk.store.identify(PLATFORM, team.workspace, user):
                known = people.get(person) if not command else None
                names[user] = called_so(known, people.values()) if known else person
            elif profile := await self._acting.people.profile(user):
                names[user] = await self._one_word(profile.name) if short else profile.name
                strangers.add(user)
        return characters(plain(text, names.get, () if short else strangers))

    async def _one_word(self, name: str) -> str:
        people = (await self._desk.store.directory()).people.values()
        alike = [each.id for each in people if each.active and each.name.casefold() == name.casefold()]
        return alike[0] if len(alike) == 1 else (name.split() or [name])[0]

    async def _said(self, body: Raw, channel: str, event: Raw) -> None:
        team = await self._acting.teams.team()
        user = str(event.get("user") or "")
        if not user or not channel or team.wrote(dict(event)) or event.get("bot_id"):
            return
        ref = ref_of(team.workspace, channel, event)
        place = ref.place
        await self._known(place, event, team)
        asked = called(str(event.get("text") or ""), team.user)
        direct_talk = event.get("channel_type") == "im" or channel.startswith("D")
        conversation = await hearing.conversation_of(self._desk.store, place)
        if conversation is None and asked is None and not direct_talk:
            return  # a channel that is nothing to the desk
        act = await self._acting.act(user, channel, place.thread)
        linked = typed(asked if asked is not None else str(event.get("text") or "") if direct_talk else "")
        if linked is not None:
            await self._command(act, ref, linked, seen=not direct_talk)
            return
        if not act.person:
            # A message that names the desk is told twice, as a message and as a mention.
            if asked is None or self._first(ref):
                await self._stranger(act, always=asked is not None or direct_talk)
            return
        if asked is not None:
            await self._command(act, ref, asked)
            return
        if direct_talk and conversation is None:
            await self._meet(act.person, place)
        await self._hear(body, act, team, channel, event, direct_talk=direct_talk)

    async def _hear(self, body: Raw, act: Act, team: Team, channel: str, event: Raw, *, direct_talk: bool) -> None:
        try:
            heard = await self.heard(team, channel, event)
        except Refusal as no:
            self._acting.later(act, refusals.refused(str(no)))
            return
        heard = replace(heard, direct=direct_talk)
        answer = await front.hear(self._desk, act.person, heard, event=self._event(body))
        self._acting.later(act, answer)
        self._acting.later(act, await stayed(self._desk, heard))

    async def _command(self, act: Act, ref: MessageRef, text: str, *, seen: bool = False) -> None:
        """`@steward resolve`: in threads, where Slack knows no commands."""
        if not self._first(ref):
            return
        key = f"{ref.place.channel}/{ref.message}"
        try:
            words = await self.words(act.team, text, command=True)
            newcomer = await self._acting.newcomer(act, words, seen=seen)
            answer = await front.run_text(
                self._desk, act.person, words, place=act.place, event=act.event(f"called:{key}"), newcomer=newcomer
            )
        except BaseException:
            self._called.pop(key, None)  # it is told again
            raise
        self._acting.later(act, answer)

    def _first(self, ref: MessageRef) -> bool:
        """Whether it is the first time that this message asks the desk for something."""
        key = f"{ref.place.channel}/{ref.message}"
        if key in self._called:
            return False
        self._called[key] = None
        while len(self._called) > CHANNELS:
            self._called.popitem(last=False)
        return True

    async def _changed(self, body: Raw, channel: str, event: Raw) -> None:
        raw, before = event.get("message") or {}, event.get("previous_message") or {}
        if raw.get("subtype") == "tombstone":
            # A message from which a thread hangs leaves a stone in its place.
            await self._deleted(body, channel, str(raw.get("ts", "")), before)
            return
        team = await self._acting.teams.team()
        user = str(raw.get("user") or "")
        if not user or team.wrote(raw) or raw.get("bot_id") or not raw.get("ts"):
            return
        ref = ref_of(team.workspace, channel, raw)
        if await hearing.conversation_of(self._desk.store, ref.place) is None:
            return
        asks = called(str(raw.get("text") or ""), team.user) is not None
        if asks and await self._desk.store.source(ref) is None:
            return  # it was a command, and was carried out as it read
        act = await self._acting.act(user, channel, ref.place.thread)
        if not act.person:
            return
        try:
            heard = await self.heard(team, channel, raw)
        except Refusal as no:
            self._acting.later(act, refusals.refused(str(no)))
            return
        answer: Answer = await front.edited(self._desk, act.person, heard, event=self._event(body))
        self._acting.later(act, answer)

    async def _deleted(self, body: Raw, channel: str, ts: str, before: Any) -> None:
        team = await self._acting.teams.team()
        raw: Raw = before if isinstance(before, Mapping) else {}
        if not ts or team.wrote(dict(raw)):
            return
        ref = MessageRef(place_of(team.workspace, channel, thread_of({**raw, "ts": ts})), ts)
        source = await self._desk.store.source(ref)
        if source is None and await hearing.conversation_of(self._desk.store, ref.place) is None:
            return
        actor = source.author if source else await self._acting.people.known(team.workspace, str(raw.get("user") or ""))
        if actor:
            # Slack lets an author delete, and whoever it made an administrator; it does not say which of them did.
            await front.deleted(self._desk, actor, ref, event=self._event(body))

    async def _known(self, place: Place, event: Raw, team: Team) -> None:
        """Where a thread hangs from a message of the desk's own: wait until it knows whose, as long as it is still to
        see which of its messages arrived. Whoever reads one may answer sooner than the desk writes where it stands."""
        if place.thread is None or event.get("parent_user_id") != team.user:
            return
        for _ in range(LOOKS):
            if await self._desk.store.conversation_at(place) is not None:
                return
            if not UNDER_WAY & (await self._desk.store.outbox_states()).keys():
                return
            await asyncio.sleep(LOOK)

    async def _stranger(self, act: Act, *, always: bool) -> None:
        now = asyncio.get_running_loop().time()
        key = f"{act.user}/{act.place.channel if act.place else ''}"
        if not always and self._refused.get(key, 0.0) > now:
            return
        if len(self._refused) > CHANNELS:
            self._refused = {each: until for each, until in self._refused.items() if until > now}
        self._refused[key] = now + REFUSED_FOR
        profile = await self._acting.people.profile(act.user)
        if profile is not None and profile.human:
            directory = await self._desk.store.directory()
            self._acting.later(act, refusals.refused(refusals.stranger(directory)))

    async def _meet(self, person: str, place: Place) -> None:
        """The first words with somebody in person: from now on the desk speaks with them here."""
        there, known = await self._desk.store.binding(direct(person)), (await self._desk.store.directory()).people
        if person in known and moves_to(PLATFORM, known[person], there):
            home = Place(place.platform, place.workspace, place.channel)
            await self._desk.store.edit_directory(DirectoryEdit(bindings=((direct(person), home),)))

    def _event(self, body: Raw) -> InboxId | None:
        id = body.get("event_id")
        return InboxId(PLATFORM, f"event:{id}") if id else None

    def _at(self, ref: MessageRef) -> Any:
        return instant(ref.message) or self._desk.now()

    def _turn(self, channel: str) -> asyncio.Lock:
        """Events of one channel are heard one after the other, in the order in which they came."""
        lock = self._turns.setdefault(channel, asyncio.Lock())
        self._turns.move_to_end(channel)
        while len(self._turns) > CHANNELS:
            name, oldest = next(iter(self._turns.items()))
            if oldest.locked():
                break
            del self._turns[name]
        return lock


def _takes_a_person(text: str) -> bool:
    asked = REGISTRY.find(split_verb(text)[0])
    return asked is not None and any(param.kind is Kind.PERSON for param in asked.params)
