"""What Slack allows: how often, how long, how much. The defaults are Slack's own, at their narrow end."""

from __future__ import annotations

from dataclasses import dataclass, field

TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
"""Calls a minute of a method in a workspace, by tier."""


@dataclass
class Limits:
    """A test may change any of them; `Limits(paced=False)` for stories in which pace does not matter."""

    ack_within: float = 3.0
    """Seconds to acknowledge an event, a command, a press or a form."""
    trigger_lives: float = 3.0
    ticket_lives: float = 30.0
    """How long the address of a socket may be used."""
    sockets: int = 10
    disconnects_after: float = 10.0
    """How long a socket stays open after it was asked to disconnect."""
    retries: tuple[float, ...] = (0.0, 60.0, 300.0)
    """Seconds before an event is told again, each time."""
    keeps_for_nobody: bool = False
    """Socket Mode: whether an event that came while nobody was connected is told when its retries are due, perhaps long
    after it was read from history; no promise of Slack's, but it does so. Otherwise it is lost at once."""
    response_url_uses: int = 5
    response_url_lives: float = 1800.0
    code_lives: float = 600.0
    """How long an OAuth code may be exchanged."""
    paced: bool = True
    strict: bool = True
    """Whether each message's blocks are held to the SDK's models and the schemas: milliseconds, which a measurement of
    an app on the same machine leaves out."""
    calls_burst: int = 10
    """How many calls of a method are answered at once, however few a minute it has: ten sockets can be opened."""
    posts_burst: int = 5
    """Messages a channel takes at once before it takes one a second."""
    posts_a_minute: int = 300
    """What a workspace takes of one app."""
    tiers: dict[int, int] = field(default_factory=lambda: dict(TIERS))
    text: int = 4000
    """Characters of a message's text. Slack takes more and cuts or splits it, which nobody wants to rely on."""
    blocks_text: int = 13000
    """Characters of all of a message's blocks; undocumented, a little more than this ends in msg_blocks_too_long."""
    metadata: int = 8000
    view_bytes: int = 250_000
    modals: int = 3
    page: int = 999
    file_bytes: int = 1_000_000_000
