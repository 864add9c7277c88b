"""A slash command as somebody types it: which one is meant, whether they may, and what its options become."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from fakes.discord.command_rules import (
    ATTACHMENT,
    BOOLEAN,
    CHANNEL,
    GROUP,
    INTEGER,
    MENTIONABLE,
    NUMBER,
    ROLE,
    SLASH,
    STRING,
    SUBCOMMAND,
    USER,
)
from fakes.discord.discord_messages import Attachment
from fakes.discord.discord_things import Channel, Role, User
from fakes.discord.errors import CannotDo
from fakes.discord.looking import Looking
from fakes.discord.permissions import ALL, P, may

if TYPE_CHECKING:
    from fakes.discord.fake_discord import FakeDiscord

Part = dict[str, Any]


class Resolved:
    """What ids stand for, as the app is told beside them."""

    def __init__(self, discord: FakeDiscord, channel: Channel) -> None:
        self._discord, self._channel = discord, channel
        self.told: dict[str, dict[str, Any]] = {}

    def user(self, user: User) -> str:
        """Somebody, and what they may do here."""
        self.told.setdefault("users", {})[user.id] = user.seen()
        if self._channel.guild and (member := self._channel.guild.members.get(user.id)):
            seen = member.seen(user=False, permissions=may(self._channel, user.id))
            self.told.setdefault("members", {})[user.id] = seen
        return user.id

    def role(self, role: Role) -> str:
        """A role."""
        self.told.setdefault("roles", {})[role.id] = role.seen()
        return role.id

    def channel(self, channel: Channel, user: User) -> str:
        """A channel or a thread."""
        seen = channel.seen(self._discord.app.id) | {"permissions": str(int(may(channel, user.id)))}
        self.told.setdefault("channels", {})[channel.id] = seen
        return channel.id

    def file(self, name: str, content: bytes) -> str:
        """A file that is sent along."""
        world = self._discord.world
        made = Attachment(world.id(), name, content)
        seen = made.seen(world.link(self._channel, made)) | {"ephemeral": True}
        self.told.setdefault("attachments", {})[made.id] = seen
        return made.id


def offered(discord: FakeDiscord, user: User, channel: Channel) -> Iterator[Part]:
    """What somebody is offered there, of all kinds: a guild's own before what is registered everywhere."""
    app, guild = discord.app, channel.guild
    seen: set[tuple[Any, Any]] = set()
    own = list(app.guild_commands.get(guild.id, {}).values()) if guild else []
    for command in [*own, *app.commands.values()]:
        key = command["type"], command["name"]
        contexts = command["contexts"] or ([0, 1] if command["dm_permission"] else [0])
        if key in seen or (0 if guild else 1) not in contexts:
            continue
        seen.add(key)
        if guild is None:
            yield command
            continue
        mine = may(channel, user.id)
        bits = command["default_member_permissions"]
        needed = P(0) if bits is None else P(int(bits) & int(ALL)) or P.ADMINISTRATOR
        if mine & P.USE_APPLICATION_COMMANDS and (mine & needed == needed or mine & P.ADMINISTRATOR):
            yield command


def named(discord: FakeDiscord, user: User, channel: Channel, kind: int, name: str) -> Part:
    """The one of that name."""
    there = [command for command in offered(discord, user, channel) if command["type"] == kind]
    found = next((command for command in there if command["name"] == name), None)
    if found is None:
        raise CannotDo(f"there is no “{name}”; there are: {', '.join(command['name'] for command in there)}")
    return found


def typed_command(discord: FakeDiscord, user: User, channel: Channel, line: str) -> tuple[Part, list[Part], Part]:
    """`/desk new`: the command, the way into it, and the part that has the options."""
    first, *rest = line.removeprefix("/").split()
    command = named(discord, user, channel, SLASH, first)
    part, way = command, list[Part]()
    for name in rest:
        inner = {o["name"]: o for o in part.get("options") or () if o["type"] in (SUBCOMMAND, GROUP)}
        if name not in inner:
            raise CannotDo(f"/{first} has no “{name}”; there are: {', '.join(inner)}")
        part = inner[name]
        way.append(part)
    if any(option["type"] in (SUBCOMMAND, GROUP) for option in part.get("options") or ()):
        raise CannotDo(f"{line} needs one of: {', '.join(option['name'] for option in part['options'])}")
    return command, way, part


def data_of(command: Part, way: list[Part], options: list[Part], resolved: Resolved | None = None) -> Part:
    """As the app is told of it."""
    inner = options
    for part in reversed(way):
        inner = [{"type": part["type"], "name": part["name"], "options": inner}]
    told: Part = {"id": command["id"], "name": command["name"], "type": command["type"], "options": inner}
    told |= {"guild_id": command["guild_id"]} if "guild_id" in command else {}
    return told | ({"resolved": resolved.told} if resolved and resolved.told else {})


def options_of(
    part: Part, given: dict[str, Any], resolved: Resolved, user: User, *, partly: bool = False
) -> list[Part]:
    """What was put into each; `partly` while it is still being typed."""
    there = {option["name"]: option for option in part.get("options") or ()}
    if unknown := given.keys() - there.keys():
        raise CannotDo(f"there is no option “{', '.join(sorted(unknown))}”; there are: {', '.join(there)}")
    missing = [name for name, option in there.items() if option.get("required") and given.get(name) is None]
    if missing and not partly:
        raise CannotDo(f"these must be given: {', '.join(missing)}")
    found = [(there[name], value) for name, value in given.items() if value is not None]
    return [{"type": o["type"], "name": o["name"], "value": _value(o, value, resolved, user)} for o, value in found]


def _value(option: Part, given: Any, resolved: Resolved, user: User) -> Any:
    kind, name = option["type"], option["name"]
    if choices := option.get("choices"):
        values = {choice["name"]: choice["value"] for choice in choices}
        if given not in values:
            raise CannotDo(f"“{name}” has the choices {', '.join(values)}")
        return values[given]
    if kind in (USER, MENTIONABLE) and isinstance(given, Looking):
        return resolved.user(given.user)
    if kind in (ROLE, MENTIONABLE) and isinstance(given, Role):
        return resolved.role(given)
    if kind == CHANNEL and isinstance(given, Channel):
        if given.type not in (option.get("channel_types") or [given.type]):
            raise CannotDo(f"#{given.name} is not of the kind that “{name}” takes")
        return resolved.channel(given, user)
    if kind == ATTACHMENT and isinstance(given, dict) and len(given) == 1:
        return resolved.file(*next(iter(given.items())))
    wanted: Any = {STRING: str, INTEGER: int, BOOLEAN: bool, NUMBER: (int, float)}.get(kind, ())
    if not isinstance(given, wanted) or (kind != BOOLEAN and isinstance(given, bool)):
        raise CannotDo(f"“{name}” does not take {given!r}")
    size: Any = len(given) if isinstance(given, str) else given
    least, most = (option.get(f"{end}_{'length' if kind == STRING else 'value'}") for end in ("min", "max"))
    if (least is not None and size < least) or size > (most if most is not None else 6000 if kind == STRING else 2**53):
        raise CannotDo(f"“{name}” is between {least} and {most}")
    return given
