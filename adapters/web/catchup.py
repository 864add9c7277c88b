"""Messages that stand in the workspace and that the desk was never told of: a crash came between the two."""

from __future__ import annotations

import logging

from adapters.web.chat import PLATFORM, ref_of
from bot.desk import front
from bot.desk.context import Desk, Heard
from bot.domain.people import DESK
from bot.ports import InboxId, Posted, Workspace

log = logging.getLogger("steward.web")

BATCH = 200


def heard_of(posted: Posted) -> Heard:
    """A message of the workspace, as the desk hears it."""
    return Heard(ref_of(posted), posted.author or DESK.id, posted.at, posted.text)


def event_of(posted: Posted) -> InboxId:
    """The event that a message is; told twice, it is handled once."""
    return InboxId(PLATFORM, f"web:msg:{posted.id}")


async def catch_up(desk: Desk, workspace: Workspace) -> int:
    """Tell the desk of what it missed, in order; answers how many. One that fails holds up no other."""
    told = 0
    for posted in await workspace.unheard(BATCH):
        try:
            if posted.author is not None:
                await front.hear(desk, posted.author, heard_of(posted), event=event_of(posted))
        except Exception:
            log.exception("message %s could not be heard; it is tried again", posted.id)
            continue
        await workspace.heard(posted.id)
        told += 1
    return told
