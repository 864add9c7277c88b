"""What a bot is told when it comes: itself, its guilds, and members when it asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fakes.discord.discord_things import Channel, Guild
from fakes.discord.intents import GUILDS, MEMBERS, PRESENCES
from fakes.discord.permissions import sees
from fakes.discord.sessions import Session

if TYPE_CHECKING:
    from fakes.discord.fake_discord import FakeDiscord

CHUNK = 1000


class Ready:
    """Tells each session."""

    def __init__(self, discord: FakeDiscord) -> None:
        self._discord = discord

    def greet(self, session: Session) -> None:
        """READY, then each guild."""
        world, gateway = self._discord.world, self._discord.gateway
        app = world.app
        mine = [g for g in world.guilds.values() if app.id in g.members and session.concerns(g.id)]
        ready: dict[str, Any] = {
            "v": 10,
            "user": app.user.seen() | {"email": None, "verified": True, "mfa_enabled": True, "flags": 0},
            "user_settings": {},
            "guilds": [{"id": guild.id, "unavailable": True} for guild in mine],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self._discord.gateway_url,
            "shard": [session.shard, session.shards],
            "application": {"id": app.id, "flags": app.flags},
            "private_channels": [],
            "relationships": [],
            "presences": [],
            "_trace": ["[]"],
        }
        gateway.tell_session(session, "READY", ready)
        for guild in mine:
            if session.intents & GUILDS and not guild.unavailable:
                gateway.tell_session(session, "GUILD_CREATE", self.guild(guild, session) | {"unavailable": False})

    def guild(self, guild: Guild, session: Session) -> dict[str, Any]:
        """All of it, as GUILD_CREATE tells it: of a guild's members only the bot, unless it asked for more."""
        me = self._discord.app.id
        many = bool(session.intents & MEMBERS and session.intents & PRESENCES)
        members = guild.members.values() if many else [guild.members[me]]
        return guild.seen() | {
            "joined_at": guild.members[me].joined,
            "large": len(guild.members) > 250,
            "member_count": len(guild.members),
            "voice_states": [],
            "members": [member.seen() for member in members],
            "channels": [channel.seen(me) for channel in guild.channels.values()],
            "threads": [thread.seen(me) for thread in self.active(guild)],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }

    def active(self, guild: Guild) -> list[Channel]:
        """The threads that are not archived, and that the bot sees."""
        me = self._discord.app.id
        return [thread for thread in guild.threads.values() if not thread.archived and sees(thread, me)]

    def members(self, session: Session, asked: dict[str, Any]) -> None:
        """Op 8: the members of a guild in pieces, those whose names begin so, or those of these ids."""
        guild = self._discord.world.guilds.get(str(asked.get("guild_id")))
        ids, query, limit = asked.get("user_ids"), asked.get("query"), asked.get("limit") or 0
        if guild is None or self._discord.app.id not in guild.members:
            return
        if ids is None and query == "" and limit == 0 and not session.intents & MEMBERS:
            self._discord.record.complaints.append("all members were asked for without the intent")
            return
        found = list(guild.members.values())
        missing: list[str] = []
        if ids is not None:
            wanted = [str(id) for id in (ids if isinstance(ids, list) else [ids])]
            found = [guild.members[id] for id in wanted if id in guild.members]
            missing = [id for id in wanted if id not in guild.members]
        elif query:
            found = [m for m in found if m.shown_name.lower().startswith(query.lower())]
        found = found[:limit] if limit else found
        pieces = [found[n : n + CHUNK] for n in range(0, len(found), CHUNK)] or [[]]
        for n, piece in enumerate(pieces):
            told: dict[str, Any] = {"guild_id": guild.id, "members": [member.seen() for member in piece]}
            told |= {"chunk_index": n, "chunk_count": len(pieces), "not_found": missing}
            told |= {"nonce": asked["nonce"]} if "nonce" in asked else {}
            self._discord.gateway.tell_session(session, "GUILD_MEMBERS_CHUNK", told)
