"""How a message of the bot comes to be, wherever it is sent from: a channel, a webhook, an answer to somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fakes.discord.component_rules import media_of, walk
from fakes.discord.discord_messages import V2, Attachment, Message
from fakes.discord.discord_things import Channel, User
from fakes.discord.errors import DiscordError, check, invalid
from fakes.discord.mentions import read
from fakes.discord.message_rules import check_message
from fakes.discord.routes import Upload

if TYPE_CHECKING:
    from fakes.discord.fake_discord import FakeDiscord


def make(
    discord: FakeDiscord,
    channel: Channel,
    given: dict[str, Any],
    files: dict[str, Upload],
    *,
    known: set[str],
    author: User | None = None,
    replies_to: Message | None = None,
) -> Message:
    """Checked and made, and nowhere yet. `author` is the bot where it is nobody else."""
    attachments = attached(discord, given, files, [])
    check_message(given, known, discord.limits, {file.filename for file in attachments})
    world = discord.world
    who = author or world.app.user
    message = Message(world.id(), channel, who, (given.get("content") or "").strip(), world.now())
    message.member = channel.guild.members.get(who.id) if channel.guild else None
    message.embeds = [{"type": "rich", **embed} for embed in given.get("embeds") or []]
    message.attachments, message.tts = attachments, bool(given.get("tts"))
    message.flags = given.get("flags") or 0
    message.components = numbered(discord, message, given.get("components") or [])
    message.application_id = world.app.id
    if given.get("nonce") is not None:
        message.nonce = given["nonce"]
    message.replies_to = replies_to
    ping(discord, message, given.get("allowed_mentions"), None if author else world.app.user)
    return message


def rewrite(
    discord: FakeDiscord, message: Message, given: dict[str, Any], files: dict[str, Upload], known: set[str]
) -> None:
    """Checked, and said otherwise: what is not given stays as it is."""
    attachments = attached(discord, given, files, message.attachments)
    check_message(given, known, discord.limits, {f.filename for f in attachments}, was=message.flags, edit=True)
    flags = given.get("flags")
    if flags is not None:
        if message.flags & V2 and not flags & V2:
            raise invalid("flags", "IS_COMPONENTS_V2 cannot be taken away from a message.")
        if flags & V2 and not message.flags & V2 and (left := _still(message, given)):
            raise invalid(left, "Cannot be used together with the flag IS_COMPONENTS_V2.")
        message.flags = message.flags & ~(1 << 2 | V2) | flags & (1 << 2 | V2)
    message.attachments = attachments
    if "content" in given:
        message.content = (given["content"] or "").strip()
    if "embeds" in given:
        message.embeds = [{"type": "rich", **embed} for embed in given["embeds"] or []]
    if "components" in given:
        message.components = numbered(discord, message, given["components"] or [])
    if "content" in given or "components" in given:
        ping(discord, message, given.get("allowed_mentions"), message.author)


def _still(message: Message, given: dict[str, Any]) -> str:
    for name in ("content", "embeds"):
        if getattr(message, name) and given.get(name, True):
            return name
    return ""


def attached(discord: FakeDiscord, given: Any, files: dict[str, Upload], before: list[Attachment]) -> list[Attachment]:
    """What hangs on it then: what `attachments` keeps of what was there, and each file that came, by its number."""
    said = given.get("attachments") if isinstance(given, dict) else None
    if said is None:
        if files:
            raise invalid("attachments", "Each file is named there by its number.")
        return list(before)
    found: list[Attachment] = []
    wrong: dict[str, str] = {}
    for n, one in enumerate(said):
        id = str(one.get("id"))
        if upload := files.get(id):
            if len(upload.content) > discord.limits.file_bytes:
                raise DiscordError(40005)
            name = str(one.get("filename") or upload.filename)
            found.append(Attachment(discord.world.id(), name, upload.content, one.get("description") or None))
        elif kept := next((file for file in before if file.id == id), None):
            found.append(kept)
        else:
            wrong[f"attachments.{n}.id"] = "There is no such file."
    named = {str(one.get("id")) for one in said}
    wrong |= {f"files.{n}": "Not named in attachments." for n in files.keys() - named}
    check(wrong)
    return found


def numbered(discord: FakeDiscord, message: Message, components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The components as they come back: each with a number, and shown files with their addresses."""
    used = {part.get("id") for _, part in walk(components)}
    next_number = 1
    links = {f"attachment://{f.filename}": discord.world.link(message.channel, f) for f in message.attachments}
    for _, part in walk(components):
        if not part.get("id"):
            while next_number in used:
                next_number += 1
            part["id"] = next_number
            used.add(next_number)
        for url in list(media_of(part)):
            _show(part, url, links.get(url, url))
    return components


def _show(part: dict[str, Any], url: str, link: str) -> None:
    for holder in (part, *(part.get("items") or ())):
        for name in ("media", "file"):
            if isinstance(holder.get(name), dict) and holder[name].get("url") == url:
                holder[name] = {"url": link, "proxy_url": link, "loading_state": 2}


def words_of(message: Message) -> str:
    """All text in it that can mention somebody."""
    shown = [part["content"] for _, part in walk(message.components) if part.get("type") == 10]
    return "\n".join([message.content, *shown])


def ping(discord: FakeDiscord, message: Message, allowed: Any, author: User | None) -> None:
    """Whom it pings, and who is merely named."""
    replied = message.replies_to.author if message.replies_to else None
    found = read(discord.world, message.channel, author, words_of(message), allowed, replied)
    message.mentions, message.mention_roles, message.mention_everyone = found.users, found.roles, found.everyone
