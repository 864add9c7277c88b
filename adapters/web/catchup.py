"""Messages that stand in the workspace and that the desk was never told of: a crash came between the two."""

from __future__ import annotations

import logging
import zlib

from adapters.web.chat import PLATFORM, ref_of
from bot.desk.context import Desk, Heard
from bot.domain.people import DESK
from bot.messages.model import Answer
from bot.ports import InboxId, Posted, Workspace

log = logging.getLogger("steward.web")

BATCH = 200


def heard_of(posted: Posted) -> Heard:
    """A message of the workspace, as the desk hears it."""
    return Heard(ref_of(posted), posted.author or DESK.id, posted.at, posted.text, posted.files, posted.edited_at)


def event_of(posted: Posted) -> InboxId:
    """The event that a message is, or its latest edit, or its end; told twice, it is handled once."""
    # With the words: desk time may stand still between two edits.
    edit = f":{posted.edited_at.isoformat()}:{zlib.crc32(posted.text.encode()):x}" if posted.edited_at else ""
    return InboxId(PLATFORM, f"web:msg:{posted.id}{':gone' if posted.deleted else edit}")


async def tell(desk: Desk, workspace: Workspace, posted: Posted) -> Answer:
    """Tell the desk of a message as it is now, and remember that it knows."""
    # With the first message come all commands; a start that missed nothing needs none.
    from bot.desk import front

    author, event = posted.author or DESK.id, event_of(posted)
    if posted.deleted:
        answer = await front.deleted(desk, author, ref_of(posted), event=event)
    elif posted.edited_at is not None:
        answer = await front.edited(desk, author, heard_of(posted), event=event)
    else:
        answer = await front.hear(desk, author, heard_of(posted), event=event)
    await workspace.heard(posted.id)
    return answer


async def catch_up(desk: Desk, workspace: Workspace) -> int:
    """Tell the desk of what it missed, in order; answers how many. One that fails holds up no other."""
    told = 0
    for posted in await workspace.unheard(BATCH):
        try:
            await tell(desk, workspace, posted)
        except Exception:
            log.exception("message %s could not be heard; it is tried again", posted.id)
            continue
        told += 1
    return told
