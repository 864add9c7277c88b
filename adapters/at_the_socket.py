"""What aiohttp asks before it writes: whether the message is still this process's to send (`bot/ports/lease.py`)."""

from __future__ import annotations

from types import SimpleNamespace

import aiohttp

from bot.ports.lease import in_time, still_mine


def asking(trace: aiohttp.TraceConfig | None = None) -> aiohttp.TraceConfig:
    """For a session's `trace_configs`, that one or a new one.

    Against their names, aiohttp calls both right before it writes, once it has a connection: the first with the
    headers, the other with each piece of the body. A call that is broken off in between is not whole, and is not done.
    """
    trace = trace or aiohttp.TraceConfig()

    async def headers(
        session: aiohttp.ClientSession, context: SimpleNamespace, told: aiohttp.TraceRequestHeadersSentParams
    ) -> None:
        await still_mine()

    async def piece(
        session: aiohttp.ClientSession, context: SimpleNamespace, told: aiohttp.TraceRequestChunkSentParams
    ) -> None:
        in_time()

    trace.on_request_headers_sent.append(headers)
    trace.on_request_chunk_sent.append(piece)
    return trace
