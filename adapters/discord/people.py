"""Who is who in Discord: whom the desk knows, and whom it takes in by the lists of its settings.

Somebody is one account everywhere in Discord; what they may be to the desk follows from their id, their roles, and the
servers they are in. Nobody is known by a name alone, which people choose for themselves: whoever else a manager added
writes the code that they were given.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import discord

from adapters.discord.failing import meaning
from adapters.discord.places import DIRECT, PLATFORM, is_id, place_of
from adapters.discord.wire import Wire
from bot.desk.context import Desk
from bot.desk.newcomer import Newcomer
from bot.desk.taking_in import STAFF, take_in
from bot.domain.text import clean
from bot.ports import CannotTell, LetIn, Place, Refused

log = logging.getLogger("steward.discord")

FRESH = 300.0
"""Seconds for which it is believed what servers somebody is in, and as what."""
HOUR = 3600.0
MOST = 2000
"""So many strangers' names are remembered for that long."""
SERVERS = 50
"""In so many servers somebody is looked for who speaks to the desk directly."""


@dataclass(frozen=True)
class Profile:
    """What Discord says of somebody, where they act."""

    user: str
    name: str
    server: str
    ids: frozenset[str]
    """Their roles, and the servers they are in."""
    human: bool
    picture: str = ""


def profile_of(who: discord.abc.User) -> Profile:
    """As an event or a call tells of them."""
    name = " ".join(clean(str(who.display_name or who.name or "")).split()) or "Somebody"
    server, ids = DIRECT, frozenset[str]()
    if isinstance(who, discord.Member):
        server = str(who.guild.id)
        ids = frozenset((server, *(str(role.id) for role in who.roles)))
    human = not who.bot and not getattr(who, "system", False)
    return Profile(str(who.id), name[:80], server, ids, human, str(who.display_avatar.url))


class People:
    """Knows people by their ids; asks Discord for the others."""

    def __init__(
        self,
        wire: Wire,
        desk: Desk,
        *,
        staff: Collection[str] = (),
        clients: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        self._wire, self._desk = wire, desk
        self._lists: dict[str, frozenset[str]] = {
            **{key: frozenset(ids) for key, ids in (clients or {}).items()},
            STAFF: frozenset(staff),
        }
        self._everywhere: dict[str, tuple[float, Profile]] = {}
        self._pictures: dict[str, tuple[float, str]] = {}
        self._strangers: OrderedDict[str, tuple[float, str | None]] = OrderedDict()
        self._taking = asyncio.Lock()
        self._users = set[str]()
        """Of the lists, who are people."""

    async def known(self, who: discord.abc.User) -> str | None:
        """The desk's person behind a user who acts; somebody of the lists is taken in. None for everybody else."""
        user = str(who.id)
        if (person := await self.person_of(user)) is not None:
            return person
        profile = profile_of(who)
        if not profile.human:
            return None
        async with self._taking:
            if (person := await self.person_of(user)) is not None:
                return person
            if profile.server == DIRECT:
                profile = await self._looked_up(profile)
            side = self._side(profile)
            if side is None:
                return None
            newcomer = Newcomer(PLATFORM, profile.server, profile.user, profile.name)
            return await take_in(self._desk, newcomer, side, place=await self.open(user))

    async def person_of(self, user: str) -> str | None:
        """The desk's person behind a user's id, in whichever server the desk met them."""
        found = (
            person
            for platform, _, account, person in await self._desk.store.identities()
            if platform == PLATFORM and account == user
        )
        return next(found, None)

    async def user_of(self, person: str) -> str | None:
        """The user that a person of the desk is; None for who has no account there."""
        return (await self.users()).get(person)

    async def users(self) -> dict[str, str]:
        """The users of all people of the desk who have an account there, by the person."""
        accounts = await self._desk.store.identities()
        return {person: user for platform, _, user, person in accounts if platform == PLATFORM and is_id(user)}

    async def stranger(self, user: str) -> str | None:
        """What somebody whom the desk does not know is called; None where Discord does not say. It is asked once an
        hour: anybody may write whatever ids they like."""
        now = asyncio.get_running_loop().time()
        until, name = self._strangers.get(user, (0.0, None))
        if until > now:
            return name
        client = await self._wire.client()
        try:
            name = (client.get_user(int(user)) or await client.fetch_user(int(user))).display_name
        except discord.DiscordException as error:
            log.info("who %s is cannot be told: %s", user, error)
            name = None
        self._strangers[user] = (now + HOUR, name)
        self._strangers.move_to_end(user)
        while len(self._strangers) > MOST:
            self._strangers.popitem(last=False)
        return name

    async def picture(self, person: str) -> str:
        """The address of a person's picture; empty where there is none."""
        user = await self.user_of(person)
        if user is None:
            return ""
        now = asyncio.get_running_loop().time()
        kept = self._pictures.get(user)
        if kept is None or kept[0] < now:
            try:
                found = await (await self._wire.client()).fetch_user(int(user))
                kept = (now + FRESH, str(found.display_avatar.url))
            except discord.DiscordException as error:
                log.info("of %s there is no picture: %s", user, error)
                kept = (now + FRESH, "")
            self._pictures[user] = kept
        return kept[1]

    async def open(self, user: str) -> Place | None:
        """The direct conversation with them; None where Discord opens none."""
        try:
            client = await self._wire.client()
            channel = await client.create_dm(discord.Object(int(user)))
            return place_of(DIRECT, channel.id)
        except discord.HTTPException as error:
            log.warning("no direct conversation with %s can be opened: %s", user, error)
            return None

    def _side(self, profile: Profile) -> str | None:
        """Whose they are, by what names them most closely: themselves, a role, their server. Of two lists that name
        them alike a client's counts, since it lets them see less. None where no list does."""
        roles = profile.ids - {profile.server}
        for names in (frozenset((profile.user,)), roles, profile.ids):
            found = [side for side, ids in self._lists.items() if ids & names]
            if found:
                return found[0]
        return None

    async def side_now(self, listed: LetIn) -> str | None:
        """Whose they are by the lists now, for who came in by one. Raises CannotTell where a list of theirs names what
        is not there any more, which may be a mistake; and what else the desk's port to a chat may raise."""
        user, client, ids = listed.account[2], await self._wire.client(), set[str]()
        guilds = client.guilds[:SERVERS]
        if not guilds or any(guild.unavailable for guild in guilds):
            raise RuntimeError("Discord has not told of all servers")
        for guild in guilds:
            try:
                ids |= profile_of(await guild.fetch_member(int(user))).ids
            except discord.NotFound:
                continue
            except discord.DiscordException as error:
                what = meaning(error)
                if not isinstance(what, Refused):
                    raise what from error
                raise CannotTell(f"the server {guild.id} does not say who is in it") from error
        side = self._side(Profile(user, "", DIRECT, frozenset(ids), human=True))
        if side != listed.side:
            known = {str(guild.id) for guild in client.guilds}
            known |= {str(role.id) for guild in client.guilds for role in guild.roles}
            for id in sorted(self._lists.get(listed.side, frozenset()) - known):
                await self._insist_on(id)
        return side

    async def _insist_on(self, id: str) -> None:
        """Raise CannotTell where that is nobody, and no role or server that the desk sees."""
        if id in self._users:
            return
        try:
            await (await self._wire.client()).fetch_user(int(id))
        except discord.NotFound:
            raise CannotTell(f"there is no role, server or person {id} (any more)") from None
        except discord.DiscordException as error:
            raise meaning(error) from error
        self._users.add(id)

    async def _looked_up(self, profile: Profile) -> Profile:
        """Somebody who speaks to the desk directly is somebody in the servers that they share."""
        now = asyncio.get_running_loop().time()
        kept = self._everywhere.get(profile.user)
        if kept is not None and kept[0] > now:
            return kept[1]
        named = frozenset[str]().union(*self._lists.values())
        ids, server = set[str](), DIRECT
        if named:
            client = await self._wire.client()
            for guild in client.guilds[:SERVERS]:
                try:
                    there = profile_of(await guild.fetch_member(int(profile.user)))
                except discord.NotFound:
                    continue
                except discord.DiscordException as error:
                    what = meaning(error)
                    if not isinstance(what, Refused):
                        raise what from error
                    continue
                ids |= there.ids
                server = server if server != DIRECT else there.server
        found = Profile(profile.user, profile.name, server, frozenset(ids), profile.human, profile.picture)
        self._everywhere[profile.user] = (now + FRESH, found)
        return found
