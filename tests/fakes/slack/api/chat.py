"""chat.*: messages come, are changed and go."""

from __future__ import annotations

import json
from typing import Any

from fakes.slack.block_kit import problems_of_message, text_of
from fakes.slack.calls import Given, method
from fakes.slack.errors import SlackError
from fakes.slack.slack_things import Channel, Installation, Message

WORDS = "channel! text blocks attachments metadata thread_ts username icon_url icon_emoji link_names parse mrkdwn"
POSTING = f"{WORDS} reply_broadcast unfurl_links unfurl_media client_msg_id"


@method("chat.postMessage", POSTING, tier=0, scopes=("chat:write",))
async def post(given: Given) -> dict[str, Any]:
    """A message, into a channel or to a person."""
    channel = _place(given)
    content = content_of(given)
    thread = _thread(given, channel)
    given.slack.pacing.post(channel.id, given.installation.team.id)
    message = by_app(given.installation, given.world.stamp(), channel, **content)
    message.thread_ts, message.broadcast = thread, given.flag("reply_broadcast")
    _costume(given, message)
    given.slack.deeds.add(message)
    return {"channel": channel.id, "ts": message.ts, "message": message.seen(given.world.base, metadata=True)}


@method("chat.postEphemeral", f"{WORDS} user!", tier=4, scopes=("chat:write",))
async def post_ephemeral(given: Given) -> dict[str, Any]:
    """A message that one person alone sees, until they reload."""
    channel = given.channel(member=True, write=True)
    user = given.world.visible(given.installation, given.args["user"])
    if user.id not in channel.members:
        raise SlackError("user_not_in_channel")
    content = content_of(given)
    message = by_app(given.installation, given.world.stamp(), channel, **content)
    message.thread_ts, message.only_for, message.metadata = _thread(given, channel), user.id, None
    _costume(given, message)
    channel.ephemerals.append(message)
    return {"message_ts": message.ts}


@method(
    "chat.update",
    "channel! ts! text blocks attachments metadata link_names parse reply_broadcast file_ids",
    tier=3,
    scopes=("chat:write",),
)
async def update(given: Given) -> dict[str, Any]:
    """One of its own messages in other words. Blocks go with a new text alone; metadata stays until it is replaced."""
    channel = given.channel(member=True, write=True)
    message = given.message(channel)
    if message.app_id != given.installation.app.id or message.subtype == "tombstone":
        raise SlackError("cant_update_message")
    content = content_of(given)

    def rewrite(changed: Message) -> None:
        changed.text = content["text"]
        changed.blocks = content["blocks"]
        if "attachments" in given.args:
            changed.attachments = content["attachments"]
        if "metadata" in given.args:
            changed.metadata = content["metadata"]
        if not content["blocks"]:
            changed.edited = {"user": given.installation.user.id, "ts": given.world.stamp()}

    given.slack.deeds.change(message, rewrite)
    seen = message.seen(given.world.base, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": seen}


@method("chat.delete", "channel! ts!", tier=3, scopes=("chat:write",))
async def delete(given: Given) -> dict[str, Any]:
    """One of its own messages goes."""
    channel = given.channel(member=True)
    message = given.message(channel)
    if message.app_id != given.installation.app.id or message.subtype == "tombstone":
        raise SlackError("cant_delete_message")
    given.slack.deeds.remove(message)
    return {"channel": channel.id, "ts": message.ts}


@method("chat.getPermalink", "channel! message_ts!", tier=0, reads=True)
async def permalink(given: Given) -> dict[str, Any]:
    """Where people find a message."""
    channel = given.channel()
    message = given.message(channel, "message_ts")
    return {"channel": channel.id, "permalink": link_to(given.installation, message)}


def link_to(installation: Installation, message: Message) -> str:
    """The message's address in that workspace."""
    link = f"https://{installation.team.domain}.slack.com/archives/{message.channel.id}/p{message.ts.replace('.', '')}"
    return f"{link}?thread_ts={message.thread_ts}&cid={message.channel.id}" if message.is_reply else link


def by_app(installation: Installation, ts: str, channel: Channel, **content: Any) -> Message:
    """A message that the app wrote."""
    app, user = installation.app, installation.user
    profile = {"id": user.bot_id, "app_id": app.id, "user_id": user.id, "name": app.name, "deleted": False}
    profile |= {"updated": 1700000000, "team_id": installation.team.id, "icons": {"image_36": user.picture}}
    return Message(
        ts,
        channel,
        user=user.id,
        team=installation.team.id,
        app_id=app.id,
        bot_id=user.bot_id,
        bot_profile=profile,
        **content,
    )


def content_of(given: Given) -> dict[str, Any]:
    """What a message says, found good."""
    text = given.text("text")
    blocks = given.json("blocks", "invalid_blocks_format")
    attachments = given.json("attachments") or []
    metadata = given.json("metadata", "invalid_metadata_format")
    problem_in_content(text, blocks, attachments, given)
    if metadata:
        _check_metadata(metadata, given.slack.limits.metadata)
    return {"text": text, "blocks": _with_ids(blocks or [], given), "attachments": attachments, "metadata": metadata}


def problem_in_content(text: str, blocks: Any, attachments: Any, given: Given) -> None:
    """Raises Slack's error for what is wrong with it. A text is wanted always: blocks alone cannot be read aloud."""
    limits = given.slack.limits
    if not text.strip():
        raise SlackError("no_text", "blocks need a text beside them, for notifications and screen readers")
    if len(text) > limits.text:
        raise SlackError("msg_too_long")
    given.slack.look_for_strangers(text, blocks)
    if blocks:
        if limits.strict and (problems := problems_of_message(blocks)):
            raise SlackError("invalid_blocks", *problems)
        if text_of(blocks) > limits.blocks_text:
            raise SlackError("msg_blocks_too_long")
    if not isinstance(attachments, list):
        raise SlackError("invalid_attachments")
    if len(attachments) > 100:
        raise SlackError("too_many_attachments")
    for attachment in attachments:
        if problems := problems_of_message(attachment.get("blocks") or []):
            raise SlackError("invalid_blocks", *problems)


def _with_ids(blocks: list[dict[str, Any]], given: Given) -> list[dict[str, Any]]:
    """Slack gives a block that has no id one of its own, new each time."""
    return [{**block, "block_id": block.get("block_id") or given.world.id("b").lower()} for block in blocks]


def _check_metadata(metadata: Any, most: int) -> None:
    if not isinstance(metadata, dict) or metadata.keys() - {"event_type", "event_payload", "entities"}:
        raise SlackError("invalid_metadata_format")
    if not isinstance(metadata.get("event_type"), str) or not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata)) > most:
        raise SlackError("metadata_too_large")


def _place(given: Given) -> Channel:
    """A channel by its id; a person's id means the direct conversation with them."""
    world, installation = given.world, given.installation
    where = given.args["channel"]
    if isinstance(where, str) and where in world.users:
        user = world.visible(installation, where)
        if user.bot_id or user.deleted or user.team is not installation.team:
            raise SlackError("channel_not_found")
        if not installation.app.messages_tab:
            raise SlackError("messages_tab_disabled")
        return world.direct(installation.user, user, team=installation.team)
    channel = given.channel(write=True)
    public = channel.kind == "public" and "chat:write.public" in installation.scopes and not channel.shared
    if installation.user.id not in channel.members and not public:
        raise SlackError("not_in_channel")
    return channel


def _thread(given: Given, channel: Channel) -> str | None:
    thread = given.text("thread_ts")
    if not thread:
        return None
    parent = channel.messages.get(thread)
    if parent is None or parent.is_reply:
        raise SlackError("thread_not_found", "thread_ts must be the ts of the first message of a thread")
    if (parent.subtype or "") in ("channel_join", "group_join", "channel_leave", "channel_topic"):
        raise SlackError("cannot_reply_to_message")
    return thread


def _costume(given: Given, message: Message) -> None:
    """Somebody's name and picture on the app's message: such a one carries no user."""
    name, url, emoji = (given.text(arg) for arg in ("username", "icon_url", "icon_emoji"))
    if not (name or url or emoji):
        return
    given.scope("chat:write.customize")
    if len(name) > 80:
        raise SlackError("invalid_arguments", "must be less than 81 characters [json-pointer:/username]")
    message.subtype, message.user, message.username = "bot_message", None, name or given.installation.app.name
    message.icons = {"emoji": emoji} if emoji else {"image_48": url} if url else None
