"""What Discord allows: how often, how long, how much. The defaults are Discord's own, at their narrow end."""

from __future__ import annotations

from dataclasses import dataclass, field

BUCKETS = {
    "send": (5, 5.0),
    "edit": (5, 5.0),
    "delete": (5, 1.0),
    "react": (1, 0.25),
    "webhook": (5, 2.0),
    "callback": (1000, 1.0),
    "other": (50, 1.0),
}
"""Calls in so many seconds, for each channel, guild or webhook."""


@dataclass
class Limits:
    """A test may change any of them; `Limits(paced=False)` for stories in which pace does not matter."""

    answer_within: float = 3.0
    """Seconds to answer an interaction, or to defer it."""
    token_lives: float = 900.0
    """How long an interaction's token is good."""
    nonce_lives: float = 180.0
    """How long a nonce is remembered: Discord says a few minutes."""
    paced: bool = True
    buckets: dict[str, tuple[int, float]] = field(default_factory=lambda: dict(BUCKETS))
    everywhere: int = 50
    """Calls a second of one bot, whatever they are."""
    renames: tuple[int, float] = (2, 600.0)
    """How often in so many seconds a channel's or a thread's name or topic may change."""
    text: int = 2000
    texts: int = 4000
    """Characters of all TextDisplays of a message."""
    components: int = 40
    files: int = 10
    file_bytes: int = 10 << 20
    page: int = 100
    link_lives: float = 86400.0
    """How long the address of an attachment is good."""
    active_threads: int = 1000
    commands: int = 100
    heartbeat: float = 41.25
    """Seconds between two heartbeats."""
    session_lives: float = 300.0
    """How long a session can be resumed after its socket was lost."""
    replay: int = 1000
    """How many events are kept for a session that resumes."""
    sends_a_minute: int = 120
    """What a socket may send in a minute."""
    identifies: int = 1000
    """IDENTIFYs a day."""
    identify_every: float = 5.0
    """Seconds between two of them; of a shard, that is."""
    concurrency: int = 1
    shard_above: int = 2500
    """Guilds on one socket, from which on Discord wants more of them."""
    shards: int = 1
    """How many are advised."""
