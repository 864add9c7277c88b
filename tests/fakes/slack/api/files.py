"""files.*: in three steps up, by one address down."""

from __future__ import annotations

import mimetypes
from typing import Any
from uuid import uuid4

from fakes.slack.api.chat import by_app
from fakes.slack.block_kit import problems_of_message
from fakes.slack.calls import Given, method
from fakes.slack.errors import SlackError
from fakes.slack.slack_things import File


@method(
    "files.getUploadURLExternal", "filename! length! alt_txt snippet_type", tier=4, scopes=("files:write",), reads=True
)
async def upload_url(given: Given) -> dict[str, Any]:
    """Room for a file of that length."""
    world, installation, name = given.world, given.installation, given.text("filename")
    try:
        length = int(given.args["length"])
    except (TypeError, ValueError):
        raise SlackError("invalid_arguments", "must be a number [json-pointer:/length]") from None
    if not 0 < length <= given.slack.limits.file_bytes:
        raise SlackError("file_upload_size_restricted" if length > 0 else "invalid_arguments")
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    file = File(world.id("F"), installation.team, installation.user.id, name, length, mimetype=kind)
    file.created, file.alt_txt = int(world.times.now()), given.args.get("alt_txt")
    world.files[file.id] = file
    key = uuid4().hex
    given.slack.uploads[key] = file
    return {"upload_url": f"{given.slack.url}/upload/v1/{key}", "file_id": file.id}


@method(
    "files.completeUploadExternal",
    "files! channel_id channels thread_ts initial_comment blocks",
    tier=4,
    scopes=("files:write",),
)
async def complete(given: Given) -> dict[str, Any]:
    """The files are whole, and are shown in a channel as one message."""
    entries = given.json("files")
    if not isinstance(entries, list) or not entries:
        raise SlackError("invalid_arguments", "must be an array [json-pointer:/files]")
    if given.args.get("channels"):
        raise SlackError("invalid_arguments", "name one channel by channel_id [json-pointer:/channels]")
    files = [_whole(given, entry) for entry in entries]
    if given.args.get("channel_id"):
        channel = given.channel("channel_id", member=True, write=True)
        thread = given.text("thread_ts") or None
        if thread and (thread not in channel.messages or channel.messages[thread].is_reply):
            raise SlackError("thread_not_found")
        blocks, text = given.json("blocks") or [], given.text("initial_comment")
        if problems := problems_of_message(blocks):
            raise SlackError("invalid_blocks", *problems)
        given.slack.pacing.post(channel.id, given.installation.team.id)
        message = by_app(given.installation, given.world.stamp(), channel, text=text, blocks=blocks)
        message.thread_ts, message.files = thread, files
        given.slack.deeds.add(message)
    for file in files:
        file.complete = True
    return {"files": [file.seen(given.world.base) for file in files]}


def _whole(given: Given, entry: Any) -> File:
    file = given.world.files.get(entry.get("id", "")) if isinstance(entry, dict) else None
    if file is None or file.user != given.installation.user.id:
        raise SlackError("file_not_found")
    if file.content is None:
        raise SlackError("file_update_failed", "nothing was uploaded to its address")
    if file.complete:
        raise SlackError("file_already_completed")
    file.title = entry.get("title") or file.name
    return file


@method("files.info", "file! count cursor limit page", tier=4, scopes=("files:read",), reads=True)
async def info(given: Given) -> dict[str, Any]:
    """What is known of one, where the app is in a channel with it."""
    file = _visible(given)
    shares = [given.world.channels[id] for id in file.channels]
    told = file.seen(given.world.base) | {"channels": [c.id for c in shares if c.kind == "public"]}
    told |= {"groups": [c.id for c in shares if c.kind == "private"], "ims": [c.id for c in shares if c.kind == "im"]}
    return {"file": told, "comments": [], "response_metadata": {"next_cursor": ""}}


@method("files.delete", "file!", tier=3, scopes=("files:write",))
async def delete(given: Given) -> dict[str, Any]:
    """One of its own goes, from wherever it was shown."""
    file = _visible(given)
    if file.user != given.installation.user.id:
        raise SlackError("cant_delete_file")
    given.slack.delete_file(file)
    return {}


def _visible(given: Given) -> File:
    file = given.world.files.get(given.text("file"))
    if file is None or not can_see(given, file):
        raise SlackError("file_not_found")
    if file.deleted:
        raise SlackError("file_deleted")
    return file


def can_see(given: Given, file: File) -> bool:
    """Whether the app may: it is its own, or stands in a channel that it is in."""
    me = given.installation.user.id
    return file.user == me or any(me in given.world.channels[id].members for id in file.channels)
