"""The link by which a server lets the app in, with all that it asks for there."""

from __future__ import annotations

PERMISSIONS = {
    "view_channel": "View Channels",
    "read_message_history": "Read Message History",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "create_public_threads": "Create Public Threads",
    "create_private_threads": "Create Private Threads",
    "manage_threads": "Manage Threads",
    "manage_webhooks": "Manage Webhooks",
    "manage_messages": "Manage Messages",
    "attach_files": "Attach Files",
    "embed_links": "Embed Links",
    "manage_channels": "Manage Channels",
}
"""What it asks for, by discord.py's names and by Discord's own; docs/discord.md says why."""


def invite_link(app: int) -> str:
    """Whoever opens it chooses a server, and reads what the app may do there."""
    import discord

    permissions = discord.Permissions(**dict.fromkeys(PERMISSIONS, True))
    return discord.utils.oauth_url(app, permissions=permissions, scopes=("bot", "applications.commands"))
