"""conversations.*: which there are, who is in them, what was said there."""

from __future__ import annotations

import re
from typing import Any

from fakes.slack.calls import Given, method
from fakes.slack.errors import SlackError
from fakes.slack.slack_things import SCOPE_OF, Channel, Message

TYPES = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
READ = tuple(f"{kind}:read" for kind in ("channels", "groups", "im", "mpim"))
HISTORY = tuple(f"{kind}:history" for kind in ("channels", "groups", "im", "mpim"))
NAME = re.compile(r"[^\W_A-Z]([^\WA-Z]|-)*|[-_]+", re.UNICODE)
READING = "cursor latest oldest inclusive limit include_all_metadata"


@method("conversations.info", "channel! include_num_members include_locale", tier=3, scopes=READ, reads=True)
async def info(given: Given) -> dict[str, Any]:
    """What is known of one."""
    channel = given.channel(read="read")
    return {"channel": channel.seen_from(given.installation, count=given.flag("include_num_members"))}


@method("conversations.list", "types cursor limit exclude_archived team_id", tier=2, scopes=READ, reads=True)
async def listed(given: Given) -> dict[str, Any]:
    """Those it may know of: all public ones, the others as a member."""
    return _list(given, given.installation.user.id, mine=False)


@method("users.conversations", "user types cursor limit exclude_archived team_id", tier=3, scopes=READ, reads=True)
async def of_user(given: Given) -> dict[str, Any]:
    """Those that somebody is in: the app itself where nobody is named."""
    user = given.args.get("user") or given.installation.user.id
    given.world.visible(given.installation, user)
    return _list(given, user, mine=True)


def _list(given: Given, user: str, *, mine: bool) -> dict[str, Any]:
    wanted = (given.text("types") or "public_channel").replace(" ", "").split(",")
    if set(wanted) - TYPES.keys():
        raise SlackError("invalid_types")
    kinds = {TYPES[name] for name in wanted}
    for kind in kinds:
        given.scope(f"{SCOPE_OF[kind]}:read")
    found: list[Channel] = []
    for channel in given.world.channels.values():
        visible = channel.kind == "public" or given.installation.user.id in channel.members
        if not visible or given.installation.team not in channel.teams or channel.kind not in kinds:
            continue
        if not (mine and user not in channel.members) and not (given.flag("exclude_archived") and channel.archived):
            found.append(channel)
    page, cursor = given.page(found)
    told = [channel.seen_from(given.installation, count=not mine) for channel in page]
    return {"channels": told, "response_metadata": {"next_cursor": cursor}}


@method("conversations.members", "channel! cursor limit", tier=4, scopes=READ, reads=True)
async def members(given: Given) -> dict[str, Any]:
    """Who is in it."""
    page, cursor = given.page(given.channel(read="read").members)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


@method("conversations.history", f"channel! {READING}", tier=3, scopes=HISTORY, reads=True)
async def history(given: Given) -> dict[str, Any]:
    """What was said, the newest first; replies only where they were sent to the channel too."""
    channel = given.channel(read="history", member=True)
    said = [m for m in channel.messages.values() if not m.is_reply or m.broadcast]
    page, cursor = given.page(_between(given, said)[::-1], default=100)
    told = _told(given, page)
    return {"messages": told, "pin_count": 0, **_more(cursor)}


@method("conversations.replies", f"channel! ts! {READING}", tier=3, scopes=HISTORY, reads=True)
async def replies(given: Given) -> dict[str, Any]:
    """A thread, its first message before all others, on every page."""
    channel = given.channel(read="history", member=True)
    first = given.message(channel, "ts", "thread_not_found")
    said = [first] if first.is_reply else [first, *_between(given, channel.replies(first.ts))]
    page, cursor = given.page(said, default=1000, most=1000)
    if page and page[0] is not first:
        page = [first, *page]
    return {"messages": _told(given, page), **_more(cursor)}


def _told(given: Given, page: list[Message]) -> list[dict[str, Any]]:
    metadata = given.flag("include_all_metadata")
    team = given.installation.team
    return [given.world.told(message, team, metadata=metadata) for message in page]


def _more(cursor: str) -> dict[str, Any]:
    more: dict[str, Any] = {"has_more": bool(cursor)}
    return more | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def _between(given: Given, said: list[Message]) -> list[Message]:
    oldest, latest = _ts(given, "oldest"), _ts(given, "latest")
    inclusive = given.flag("inclusive")
    found: list[Message] = []
    for message in said:
        at = _number(message.ts)
        early = oldest is not None and (at < oldest or (at == oldest and not inclusive))
        late = latest is not None and (at > latest or (at == latest and not inclusive))
        if not early and not late:
            found.append(message)
    return found


def _ts(given: Given, name: str) -> int | None:
    value = given.args.get(name)
    if value in (None, "", "now"):
        return None
    if not re.fullmatch(r"\d+(\.\d+)?", str(value)):
        raise SlackError(f"invalid_ts_{name}")
    return _number(str(value)) or None


def _number(ts: str) -> int:
    seconds, _, micros = ts.partition(".")
    return int(seconds) * 1_000_000 + int(micros[:6].ljust(6, "0") or 0)


@method("conversations.open", "users channel return_im prevent_creation", tier=3, scopes=("im:write", "mpim:write"))
async def opened(given: Given) -> dict[str, Any]:
    """The direct conversation with one or several people."""
    world, installation = given.world, given.installation
    if given.args.get("channel"):
        return {"channel": {"id": given.channel().id}, "no_op": True, "already_open": True}
    users = given.args.get("users")
    ids = users.replace(" ", "").split(",") if isinstance(users, str) else users
    if not ids or not isinstance(ids, list):
        raise SlackError("users_list_not_supplied")
    if len(ids) > 8:
        raise SlackError("too_many_users")
    people = [world.visible(installation, id) for id in ids]
    given.scope("im:write" if len(people) == 1 else "mpim:write")
    if any(person.team is not installation.team for person in people):
        raise SlackError("user_not_visible", "an app cannot write to people of another workspace directly")
    if any(person.deleted for person in people):
        raise SlackError("user_disabled")
    if any(person.bot_id for person in people):
        raise SlackError("cannot_dm_bot")
    channel = world.direct(installation.user, *people, team=installation.team)
    told = channel.seen_from(installation) if given.flag("return_im") else {"id": channel.id}
    return {"channel": told}


@method("conversations.create", "name! is_private team_id", tier=2, scopes=("channels:manage", "groups:write"))
async def created(given: Given) -> dict[str, Any]:
    """A new channel, with the app in it."""
    world, installation, name = given.world, given.installation, given.text("name")
    private = given.flag("is_private")
    given.scope("groups:write" if private else "channels:manage")
    if len(name) > 80:
        raise SlackError("invalid_name_maxlength")
    if not NAME.fullmatch(name):
        raise SlackError("invalid_name_specials")
    if any(channel.name == name and installation.team in channel.teams for channel in world.channels.values()):
        raise SlackError("name_taken")
    user, now = installation.user, int(world.times.now())
    kind, team = "private" if private else "public", installation.team
    channel = Channel(world.id("C", name), kind, name, team, [team], user.id, now, [user.id])
    world.channels[channel.id] = channel
    given.slack.deeds.notice(channel, user, "channel_join", f"<@{user.id}> has joined the channel")
    if not private:
        told = {"id": channel.id, "name": name, "created": now, "creator": user.id}
        given.slack.deeds.of_team({"type": "channel_created", "channel": told}, team)
    return {"channel": channel.seen_from(installation)}


@method("conversations.join", "channel!", tier=3, scopes=("channels:join",))
async def joined(given: Given) -> dict[str, Any]:
    """The app goes into a public channel."""
    channel = given.channel(write=True)
    if channel.kind != "public":
        raise SlackError("method_not_supported_for_channel_type")
    answer: dict[str, Any] = {}
    if given.installation.user.id in channel.members:
        answer = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    else:
        given.slack.deeds.join(channel, given.installation.user)
    return {"channel": channel.seen_from(given.installation), **answer}


@method(
    "conversations.invite",
    "channel! users! force",
    tier=3,
    scopes=("channels:manage", "groups:write", "channels:write.invites", "groups:write.invites"),
)
async def invited(given: Given) -> dict[str, Any]:
    """The app brings people in."""
    channel = given.channel(write=True, member=True)
    if channel.kind in ("im", "mpim"):
        raise SlackError("method_not_supported_for_channel_type")
    kind = (
        ("channels:manage", "channels:write.invites")
        if channel.kind == "public"
        else ("groups:write", "groups:write.invites")
    )
    given.scope(*kind)
    users = given.args["users"]
    people = [given.world.user(id) for id in (users.replace(" ", "").split(",") if isinstance(users, str) else users)]
    problems = [_why_not(given, channel, person.id) for person in people]
    if any(problems):
        raise SlackError(next(problem for problem in problems if problem))
    for person in people:
        given.slack.deeds.join(channel, person, inviter=given.installation.user.id)
    return {"channel": channel.seen_from(given.installation)}


def _why_not(given: Given, channel: Channel, id: str) -> str:
    person = given.world.users[id]
    if person is given.installation.user:
        return "cant_invite_self"
    if person.id in channel.members:
        return "already_in_channel"
    if person.team not in channel.teams:
        return "user_not_found"
    if person.guest == "single":
        return "ura_max_channels"
    return "cant_invite" if person.deleted else ""


@method("conversations.kick", "channel! user!", tier=3, scopes=("channels:manage", "groups:write"))
async def kicked(given: Given) -> dict[str, Any]:
    """The app takes somebody out."""
    channel = given.channel(write=True, member=True)
    given.scope("channels:manage" if channel.kind == "public" else "groups:write")
    person = given.world.user(given.args["user"])
    if person is given.installation.user:
        raise SlackError("cant_kick_self")
    if person.id not in channel.members:
        raise SlackError("not_in_channel")
    given.slack.deeds.leave(channel, person)
    return {}


@method(
    "conversations.setTopic",
    "channel! topic!",
    tier=2,
    scopes=("channels:manage", "groups:write", "channels:write.topic", "groups:write.topic"),
)
async def set_topic(given: Given) -> dict[str, Any]:
    """What stands at the channel's head."""
    channel = given.channel(write=True, member=True)
    topic = given.text("topic")
    if len(topic) > 250:
        raise SlackError("too_long")
    user = given.installation.user
    if topic != channel.topic:
        channel.topic = topic
        given.slack.deeds.notice(
            channel, user, "channel_topic", f"<@{user.id}> set the channel topic: {topic}", topic=topic
        )
    return {"channel": channel.seen_from(given.installation)}


@method("conversations.setPurpose", "channel! purpose!", tier=2, scopes=("channels:manage", "groups:write"))
async def set_purpose(given: Given) -> dict[str, Any]:
    """What the channel is for."""
    channel = given.channel(write=True, member=True)
    purpose = given.text("purpose")
    if len(purpose) > 250:
        raise SlackError("too_long")
    channel.purpose = purpose
    return {"channel": channel.seen_from(given.installation)}


@method("conversations.leave", "channel!", tier=3, scopes=("channels:manage", "groups:write"))
async def left(given: Given) -> dict[str, Any]:
    """The app goes."""
    channel = given.channel(write=True)
    if given.installation.user.id not in channel.members:
        return {"not_in_channel": True}
    given.slack.deeds.leave(channel, given.installation.user)
    return {}


@method("conversations.archive", "channel!", tier=2, scopes=("channels:manage", "groups:write"))
async def archived(given: Given) -> dict[str, Any]:
    """Nobody writes there any more."""
    channel = given.channel(member=True)
    if channel.archived:
        raise SlackError("already_archived")
    given.slack.deeds.archive(channel, given.installation.user)
    return {}


@method(
    "conversations.mark", "channel! ts!", tier=3, scopes=("channels:manage", "groups:write", "im:write", "mpim:write")
)
async def marked(given: Given) -> dict[str, Any]:
    """Read until there."""
    given.message(given.channel(member=True))
    return {}
