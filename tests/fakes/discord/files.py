"""Where attachments are downloaded: by the signed address alone, and as long as it is good."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import quote

from aiohttp import web
from fakes.discord.record import Call

if TYPE_CHECKING:
    from fakes.discord.fake_discord import FakeDiscord


async def download(discord: FakeDiscord, request: web.Request) -> web.StreamResponse:
    """One file."""
    at, ends = request.path, request.query.get("ex", "0")
    call = Call("download", at, discord.times.now(), dict(request.match_info))
    discord.record.calls.append(call)
    if fault := discord.faults.strike("download", at):
        call.meant = True
        await asyncio.sleep(fault.delay)
        if fault.drop and request.transport:
            call.dropped = True
            request.transport.abort()
        if fault.drop or fault.status:
            call.status = fault.status
            return web.Response(status=fault.status or 502)
    file = discord.world.files.get(request.match_info["file_id"])
    good = request.query.get("hm") == discord.world.signed(at, ends) and int(ends, 16) > discord.times.machine()
    if file is None or not good:
        call.status = 404
        return web.Response(status=404, text="This content is no longer available.")
    call.status = 200
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.filename)}"}
    headers["Content-Type"] = file.content_type or "application/octet-stream"
    return web.Response(body=file.content, headers=headers)
