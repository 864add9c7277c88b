"""What Discord makes of what somebody types: `@ann`, `@role`, `#help` become mentions."""

from __future__ import annotations

import re

from fakes.discord.discord_things import Channel, Member, User
from fakes.discord.discord_world import World

TYPED = re.compile(r"(?<![\w<])([@#])([\w-]+(?: [\w-]+)?)")


def typed(text: str, world: World, channel: Channel) -> str:
    """The text as it is sent. The app goes by its name, people by theirs or by their first."""
    guild = channel.guild

    def sent(found: re.Match[str]) -> str:
        for name in (found[2], found[2].split(" ")[0]):
            rest = found[2][len(name) :]
            if found[1] == "#":
                there = guild.channels.values() if guild else ()
                ids = [f"<#{one.id}>" for one in there if one.name == name]
            else:
                people = guild.members.values() if guild else map(_alone, channel.recipients.values())
                ids = [f"<@{one.user.id}>" for one in people if name.lower() in _names(one)]
                ids += [f"<@&{role.id}>" for role in guild.roles.values() if role.name == name] if guild else []
            if ids:
                return ids[0] + rest
        return found[0]

    return TYPED.sub(sent, text)


def _alone(user: User) -> Member:
    """Somebody as they are called where there is no guild."""
    return Member(user, "")


def _names(one: Member) -> set[str]:
    shown = one.shown_name.lower()
    return {shown, shown.split(" ")[0], one.user.username.lower()}
