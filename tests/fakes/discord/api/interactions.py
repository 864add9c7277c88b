"""The app's first answer to what a person did."""

from __future__ import annotations

from typing import Any

from fakes.discord.discord_messages import EPHEMERAL, LOADING
from fakes.discord.routes import Given, route


@route("POST", "/interactions/{interaction_id}/{interaction_token}/callback", bucket="callback", token=False)
async def answer(given: Given) -> Any:
    """Within three seconds, and once."""
    at = given.discord.interactions.to_answer(given.at["interaction_id"], given.at["interaction_token"])
    made = given.discord.answering.first(at, given.body, given.files)
    if given.query.get("with_response") not in ("1", "true"):
        return None
    told: dict[str, Any] = {"id": at.id, "type": at.kind, "channel_id": at.channel.id}
    told |= {"guild_id": at.channel.guild.id} if at.channel.guild else {}
    answer: dict[str, Any] = {"interaction": told}
    if message := made.message:
        told["response_message_id"] = message.id
        told["response_message_loading"] = bool(message.flags & LOADING)
        told["response_message_ephemeral"] = bool(message.flags & EPHEMERAL)
        seen = message.seen(given.world.app.id, given.world.link)
        answer["resource"] = {"type": made.kind, "message": seen}
    return answer
