"""What the desk needs from outside, as protocols: a store, the chats, and what the browser's chat keeps.

Every instant is aware and in UTC. `now` is desk time, `machine` is machine time (bot/clock.py); columns and arguments
say which.
"""

from bot.ports.accounts import Accounts, LetIn
from bot.ports.audit import Audit
from bot.ports.change import (
    AlreadyHandled,
    Change,
    Conflict,
    Decide,
    Draft,
    Flood,
    InboxId,
    Mend,
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
from bot.ports.chat import (
    Astray,
    CannotTell,
    Chat,
    Dead,
    Dropped,
    Gone,
    KeepsKeys,
    NotThere,
    Paused,
    RateLimited,
    Refused,
    Repeat,
    RetryAt,
    Sending,
    SendResult,
    Sent,
    Unclear,
    Unreachable,
)
from bot.ports.deliveries import Deliveries, Delivery
from bot.ports.edits import DirectoryEdit, SettingChange
from bot.ports.face import Face
from bot.ports.files import Files, StoredFile
from bot.ports.form_drafts import FormDrafts
from bot.ports.installations import Asking, Installation, Installations, Kept
from bot.ports.linking import Account, Linking
from bot.ports.places import BROWSER, MessageRef, Place
from bot.ports.store import (
    CodeTry,
    Happened,
    Page,
    RecentQuery,
    RequestQuery,
    Store,
    Told,
    ToldQuery,
)
from bot.ports.tokens import Tokens
from bot.ports.unsent import Letter, Unsent
from bot.ports.upkeep import Backup, BroughtBack, Copied, Lost, Restored, Upkeep
from bot.ports.workers import Workers
from bot.ports.workspace import Channel, ChannelKind, Posted, Reaction, Unread, Workspace

__all__ = [
    "BROWSER",
    "Account",
    "Accounts",
    "AlreadyHandled",
    "Asking",
    "Astray",
    "Audit",
    "Backup",
    "BroughtBack",
    "CannotTell",
    "Change",
    "Channel",
    "ChannelKind",
    "Chat",
    "CodeTry",
    "Conflict",
    "Copied",
    "Dead",
    "Decide",
    "Deliveries",
    "Delivery",
    "DirectoryEdit",
    "Draft",
    "Dropped",
    "Face",
    "Files",
    "Flood",
    "FormDrafts",
    "Gone",
    "Happened",
    "InboxId",
    "Installation",
    "Installations",
    "KeepsKeys",
    "Kept",
    "LetIn",
    "Letter",
    "Linking",
    "Lost",
    "Mend",
    "MessageRef",
    "NotThere",
    "Op",
    "Page",
    "Paused",
    "Place",
    "Posted",
    "RateLimited",
    "Reaction",
    "RecentQuery",
    "Refused",
    "Repeat",
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
    "Unreachable",
    "Unread",
    "Unsent",
    "Upkeep",
    "Urgency",
    "Workers",
    "Workspace",
]
