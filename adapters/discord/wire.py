"""The connection: a client that is logged in, for what is asked and sent, and the gateway, over which events come.

discord.py resumes and connects anew by itself; what it gives up is begun anew here. A client that has ended is good for
nothing more, so whoever needs one asks for the present one each time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.at_the_socket import asking
from adapters.discord.failing import locked_out, meaning, waited_for
from adapters.discord.parsing import forgiving, reading
from adapters.discord.urgent import Urgent
from bot.ports import RateLimited, Workers

log = logging.getLogger("steward.discord")

# Nobody wants to hear at each start that the desk cannot speak aloud.
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False

FIRST, MOST = 1.0, 60.0
"""Seconds between tries to log in or connect at all."""
PAUSE = 5.0
"""Seconds between two new sessions, as Discord has it."""
READY = 2.0
"""Seconds without another server after which all of them are there."""
LOOK = 2.0
"""Seconds between two looks whether this process is the one that listens."""
GONE = 120.0
"""Seconds without Discord after which another process of the desk may try."""
WAIT = 5.0
"""Seconds for which discord.py may wait for its turn within a call; who would wait longer is told so."""

OFFICE = "discord"
"""What one process of a desk has at a time: it listens, and the others only send."""

Handler = Callable[..., Awaitable[object]]


class Once(RuntimeError):
    """Discord had trouble with a call that must not be made again before somebody has looked."""


def intents_of(*, content: bool = True) -> discord.Intents:
    """The least that the desk works with; what people write somebody must switch on."""
    return discord.Intents(
        guilds=True, guild_messages=True, guild_reactions=True, dm_messages=True, message_content=content
    )


class Client(discord.AutoShardedClient):
    """discord.py's, which hands its events over by name."""

    def __init__(
        self, handlers: Mapping[str, Handler], missed: Callable[[], None], gateway_url: str, pause: float, **how: Any
    ) -> None:
        super().__init__(**how)
        forgiving(self._connection.parsers, missed)
        reading(self._connection)
        self._pause = pause
        if gateway_url:
            asked = self.http.get_bot_gateway

            async def pointed() -> tuple[int, str, Any]:
                """How many shards there are Discord says; where, the settings."""
                count, _, limit = await asked()
                return count, gateway_url, limit

            setattr(self.http, "get_bot_gateway", pointed)  # noqa: B010  # an assignment would be no method's type
        for name, handler in handlers.items():
            setattr(self, f"on_{name}", handler)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Discord takes one new session each so many seconds."""
        if not initial:
            await asyncio.sleep(self._pause)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """An event that could not be heard; who hears them sees to it that it is read again."""
        log.exception("something that Discord told (%s) could not be heard", event_method)


class _Plain(logging.Filter):
    """A connection that is lost is nothing that anybody must read a page about."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always, in one line."""
        if record.exc_info and isinstance(record.exc_info, tuple):
            record.msg, record.args = f"{record.getMessage()} ({record.exc_info[1]})", None
        record.exc_info, record.levelno, record.levelname = None, logging.WARNING, "WARNING"
        return True


_PLAIN = _Plain()


class Wire:
    """Keeps one client. `handlers` are called with discord.py's events, by their names, as soon as it has begun."""

    def __init__(self, token: str, *, api_base: str = "", gateway_url: str = "") -> None:
        self._token, self._gateway_url = token, gateway_url
        logging.getLogger("discord.shard").addFilter(_PLAIN)
        logging.getLogger("discord.client").setLevel(logging.WARNING)  # how it logs in is nobody's question
        if api_base:
            Route.BASE = api_base
        if gateway_url:
            DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)
        self.handlers: dict[str, Handler] = {}
        self.items: tuple[type[discord.ui.DynamicItem[Any]], ...] = ()
        """What can be pressed, whenever it was posted."""
        self.ready_timeout, self.first, self.pause = READY, FIRST, PAUSE
        self.lost: Callable[[], None] = lambda: None
        """Told when events may be missed: the session is gone, or never was."""
        self.urgent = Urgent()
        self.workers: Workers | None = None
        """The processes of the desk, of which one listens; None where this is all there is."""
        self.there = asyncio.Event()
        """Set while events come in."""
        self._down = set[int]()
        """The shards that are away; only while all of them are there the desk hears everything."""
        self._all_began = False
        self._content = True
        self._client: Client | None = None
        self._logging_in = asyncio.Lock()
        self._running: asyncio.Task[None] | None = None
        self._opened = False
        self._not_before = 0.0
        self._gone_since: float | None = None

    def open(self) -> None:
        """From now on calls can be made."""
        self._opened = True

    async def client(self) -> Client:
        """The client, logged in. Raises RateLimited where Discord lets nobody in now, and what else its port may."""
        if self._client is not None:
            return self._client
        if not self._opened:
            raise RuntimeError("the connection to Discord is not open")
        now = asyncio.get_running_loop().time()
        if now < self._not_before:
            raise RateLimited(self._not_before - now, everywhere=True)
        async with self._logging_in:
            if self._client is None:
                try:
                    self._client = await self._log_in()
                except RateLimited as wait:
                    self._not_before = now + wait.seconds
                    raise
        return self._client

    async def me(self) -> int:
        """The id of the app's bot."""
        user = (await self.client()).user
        if user is None:
            raise RuntimeError("Discord did not say who the desk is there")
        return user.id

    async def app(self) -> int:
        """The id of the app, which its webhooks' messages carry; older bots have another one than their app."""
        return (await self.client()).application_id or await self.me()

    def start(self) -> None:
        """Connect, and stay so."""
        self._running = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """No more events; calls can still be made."""
        if self._running is not None:
            self._running.cancel()
            with suppress(asyncio.CancelledError):
                await self._running
            self._running = None
            await self._hand_over()
        self.there.clear()

    async def close(self) -> None:
        """Let go of the connections."""
        self._opened = False
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _log_in(self) -> Client:
        client = Client(
            self._events(),
            lambda: self.lost(),
            self._gateway_url,
            self.pause,
            intents=intents_of(content=self._content),
            allowed_mentions=discord.AllowedMentions.none(),
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            guild_ready_timeout=self.ready_timeout,
            http_trace=asking(_traced()),
        )
        client.add_dynamic_items(*self.items)
        # What it takes as an argument it takes from thirty seconds on only; the relay gives a call twenty-five.
        client.http.max_ratelimit_timeout = WAIT
        try:
            await client.login(self._token)
        except discord.LoginFailure as error:
            await client.close()
            raise locked_out(str(error)) from error
        except discord.DiscordException as error:
            await client.close()
            raise meaning(error) from error
        except BaseException:
            await client.close()
            raise
        return client

    def _events(self) -> dict[str, Handler]:
        own = {
            "ready": self._ready,
            "shard_ready": self._shard_ready,
            "shard_resumed": self._resumed,
            "shard_disconnect": self._disconnected,
        }
        return {**self.handlers, **own}

    async def _run(self) -> None:
        pause = self.first
        while True:
            await self._chosen()
            told = 0.0
            watching: asyncio.Task[None] | None = None
            try:
                client = await self.client()
                began = asyncio.get_running_loop().time()
                watching = asyncio.create_task(self._watch(client))
                await client.connect(reconnect=True)
                if asyncio.get_running_loop().time() - began > MOST:
                    pause = self.first
            except asyncio.CancelledError:
                raise
            except discord.PrivilegedIntentsRequired:
                self._less()
            except RateLimited as wait:
                told = wait.seconds
                log.info("Discord lets nobody in for %.0f s", told)
            except Exception as error:
                log.error("Discord cannot be connected to; it is tried again in %.0f s: %s", pause, error)
            finally:
                if watching is not None:
                    watching.cancel()
            await self._let_go()
            await self._hand_over()
            await asyncio.sleep(max(pause, told))
            pause = min(pause * 2, MOST)

    async def _let_go(self) -> None:
        self.there.clear()
        self.lost()
        self._gone_since, self._all_began = None, False
        self._down.clear()
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _chosen(self) -> None:
        """Until this process is the one that listens."""
        waits = False
        while not await self._has_office():
            if not waits:
                log.info("another process of this desk listens to Discord; this one does once that is gone")
            waits = True
            await asyncio.sleep(LOOK)

    async def _watch(self, client: Client) -> None:
        """Listen no more where another process does by now, or where one may come through that is not cut off."""
        while True:
            await asyncio.sleep(LOOK)
            gone = self._gone_since is not None and asyncio.get_running_loop().time() - self._gone_since > GONE
            if gone or not await self._has_office(unsure=True):
                log.warning("this process listens to Discord no more: %s", "it is cut off" if gone else "another does")
                await client.close()
                return

    async def _has_office(self, *, unsure: bool = False) -> bool:
        """`unsure` is what holds while the database does not say: what two hear counts once."""
        try:
            return self.workers is None or await self.workers.hold(OFFICE)
        except Exception as error:
            log.info("whether this process listens to Discord cannot be told: %s", error)
            return unsure

    async def _hand_over(self) -> None:
        if self.workers is not None:
            try:
                await self.workers.let_go(OFFICE)
            except Exception as error:
                log.info("that this process listens to Discord no more cannot be told: %s", error)

    def _less(self) -> None:
        """Commands, buttons and what mentions the desk come without the intent too; it is asked for again by and by."""
        self._content = not self._content
        if not self._content:
            log.error("what people write cannot be read: switch on Message Content Intent on the app's page, Bot")

    async def _ready(self) -> None:
        """Every shard has a session; discord.py says so once all have a new one."""
        self._all_began = True
        await self._begun()

    async def _shard_ready(self, shard: int) -> None:
        """A new session of one shard. Where the others went on with theirs that is all that discord.py says."""
        self._down.discard(shard)
        client = self._client
        if self._all_began and client is not None and len(client.shards) > 1:
            await self._begun()

    async def _begun(self) -> None:
        """A new session: what was told before it is to be read."""
        self.lost()
        self._all_there()
        await self._tell("begun")

    async def _resumed(self, shard: int) -> None:
        """The same session: all that came meanwhile was told by now."""
        self._down.discard(shard)
        if self._all_began:
            self._all_there()

    def _all_there(self) -> None:
        if not self._down:
            self._gone_since = None
            self.there.set()

    async def _disconnected(self, shard: int) -> None:
        self._down.add(shard)
        if self._gone_since is None:
            self._gone_since = asyncio.get_running_loop().time()
        self.there.clear()

    async def _tell(self, name: str) -> None:
        if (handler := self.handlers.get(name)) is not None:
            await handler()


def _traced() -> aiohttp.TraceConfig:
    """discord.py makes a call again where Discord had trouble with it. A message with a nonce may be made again; what
    has none, webhooks' messages and threads, might stand there twice."""
    trace = aiohttp.TraceConfig()

    async def ended(
        session: aiohttp.ClientSession, context: SimpleNamespace, told: aiohttp.TraceRequestEndParams
    ) -> None:
        if told.response.status == 429 and not {"webhooks", "callback"}.isdisjoint(told.url.path.split("/")):
            # With these it waits for as long as it is told to, within the call.
            seconds = waited_for(told.response.headers.get("Retry-After"))
            if seconds > WAIT:
                raise RateLimited(seconds)
        if told.method == "POST" and told.response.status >= 500 and _is_once(told.url.path):
            raise Once(f"Discord answered {told.response.status}")

    trace.on_request_end.append(ended)
    return trace


def _is_once(path: str) -> bool:
    parts = path.rstrip("/").split("/")
    hook = len(parts) > 2 and parts[-3] == "webhooks"
    # The first answer to what somebody used is told again by who knows what becomes of it (responding.py).
    return hook or parts[-1] in ("threads", "webhooks", "callback")
