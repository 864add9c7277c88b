"""What was chosen in a form that Discord itself asks for, people and files, as the desk has it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import aiohttp
import discord

from adapters.discord.acting import Act, Acting
from adapters.discord.events import Listening
from adapters.discord.fields import FILES, PEOPLE
from bot.desk.context import Refusal
from bot.desk.files import whole
from bot.domain.files import Attachment
from bot.messages import refusals

log = logging.getLogger("steward.discord")


async def filled_in(
    acting: Acting, listening: Listening, act: Act, data: Mapping[str, Any]
) -> tuple[Mapping[str, Any], str]:
    """The data of a form that was sent, with a `value` in each such field, and what is wrong with a file."""
    wrong = ""
    there: Mapping[str, Any] = (data.get("resolved") or {}).get("attachments") or {}
    parts: list[Mapping[str, Any]] = []
    for part in data.get("components") or ():
        field: dict[str, Any] = dict(part.get("component") or {})
        chosen = [str(each) for each in field.get("values") or ()]
        if field.get("type") == PEOPLE:
            named = await listening.words(" ".join(f"<@{user}>" for user in chosen), command=True)
            part = {**part, "component": _with(field, named)}
        elif field.get("type") == FILES:
            files = [await _attachment(acting, there[id]) for id in chosen if id in there]
            try:
                kept = ",".join(each.id for each in await _kept(acting, act, files))
            except Refusal as no:
                kept, wrong = "", str(no)
            except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
                log.warning("a file of a form could not be fetched: %s", error)
                kept, wrong = "", refusals.file_not_fetched(", ".join(each.filename for each in files))
            part = {**part, "component": _with(field, kept)}
        parts.append(part)
    return {**data, "components": parts}, wrong


def _with(field: Mapping[str, Any], value: str) -> dict[str, Any]:
    return {name: each for name, each in field.items() if name != "values"} | {"value": value}


async def _attachment(acting: Acting, told: Any) -> discord.Attachment:
    return discord.Attachment(data=told, state=(await acting.wire.client())._connection)


async def _kept(acting: Acting, act: Act, files: list[discord.Attachment]) -> tuple[Attachment, ...]:
    kept = await acting.files.taken(act.person, files) if act.person and files else ()
    whole(kept)
    return kept
