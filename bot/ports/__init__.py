"""What the desk needs from outside, as protocols: a store, the chats, and what the browser's chat keeps.

Every instant is aware and in UTC. `now` is desk time, `machine` is machine time (bot/clock.py); columns and arguments
say which.
"""

from bot.ports.change import (
    AlreadyHandled,
    Change,
    Conflict,
    Decide,
    Draft,
    Flood,
    InboxId,
    Op,
    RequestChange,
    Reused,
    ReviewChange,
    Source,
    StoreBusy,
    Stuck,
    Timer,
    Turn,
    Urgency,
)
from bot.ports.chat import Chat, Dead, RateLimited, Refused, RetryAt, Sending, SendResult, Sent, Unclear
from bot.ports.files import Files, StoredFile
from bot.ports.places import MessageRef, Place
from bot.ports.store import (
    CodeTry,
    DirectoryEdit,
    Happened,
    Page,
    RecentQuery,
    RequestQuery,
    SettingChange,
    Store,
    Told,
    ToldQuery,
)
from bot.ports.tokens import Tokens
from bot.ports.upkeep import Backup, BroughtBack, Copied, Lost, Restored, Upkeep
from bot.ports.workers import Workers
from bot.ports.workspace import Channel, ChannelKind, Posted, Reaction, Unread, Workspace

__all__ = [
    "AlreadyHandled",
    "Backup",
    "BroughtBack",
    "Change",
    "Channel",
    "ChannelKind",
    "Chat",
    "CodeTry",
    "Conflict",
    "Copied",
    "Dead",
    "Decide",
    "DirectoryEdit",
    "Draft",
    "Files",
    "Flood",
    "Happened",
    "InboxId",
    "Lost",
    "MessageRef",
    "Op",
    "Page",
    "Place",
    "Posted",
    "RateLimited",
    "Reaction",
    "RecentQuery",
    "Refused",
    "RequestChange",
    "RequestQuery",
    "Restored",
    "RetryAt",
    "Reused",
    "ReviewChange",
    "SendResult",
    "Sending",
    "Sent",
    "SettingChange",
    "Source",
    "Store",
    "StoreBusy",
    "StoredFile",
    "Stuck",
    "Timer",
    "Tokens",
    "Told",
    "ToldQuery",
    "Turn",
    "Unclear",
    "Unread",
    "Upkeep",
    "Urgency",
    "Workers",
    "Workspace",
]
