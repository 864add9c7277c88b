"""The gateway: sockets that bots open, and the sessions that outlive them. What goes wrong is done here, too:

discord.gateway.cut()                      # every socket is gone, as when a network fails; sessions can be resumed
await discord.gateway.close(4000)          # the same with a close code
discord.gateway.reconnect()                # Discord asks for it (op 7), and closes soon after
discord.gateway.invalidate(resumable=…)    # op 9; without resumable the session is gone
discord.gateway.zombie = True              # sockets stay open, and nothing comes any more, no acknowledgement either
discord.gateway.refuses_resume = True      # whoever resumes is told to begin anew
discord.gateway.forget()                   # the same for what is known now: what was said meanwhile is lost
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aiohttp import WSCloseCode, WSMsgType, web
from fakes.discord.intents import KNOWN, PRIVILEGED, wanted
from fakes.discord.record import Told
from fakes.discord.sessions import Session, Wire
from fakes.waiting import PATIENCE

if TYPE_CHECKING:
    from fakes.discord.fake_discord import FakeDiscord

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME, RECONNECT, MEMBERS, INVALID, HELLO, ACK = (
    0,
    1,
    2,
    3,
    4,
    6,
    7,
    8,
    9,
    10,
    11,
)
Build = Callable[["Session"], dict[str, Any]]


class Gateway:
    """All sessions, and the sockets they speak through."""

    def __init__(self, discord: FakeDiscord) -> None:
        self._discord = discord
        self.sessions: list[Session] = []
        self.open: list[Wire] = []
        """Sockets, whether they have a session or not."""
        self.zombie = False
        self.refuses_resume = False
        self.identified: list[float] = []
        """When."""
        self._last_of: dict[int, float] = {}

    # --- what is told -------------------------------------------------------------------------------

    def tell(self, name: str, data: dict[str, Any] | Build, guild: str | None, *, own: bool = False) -> None:
        """An event, to the session that it concerns: of a guild its shard's, of a direct conversation the first's."""
        for session in self.sessions:
            if session.concerns(guild) and wanted(name, session.intents, direct=guild is None, own=own):
                self.tell_session(session, name, data(session) if callable(data) else data)

    def tell_session(self, session: Session, name: str, data: dict[str, Any]) -> None:
        """The same to one of them."""
        if self._discord.faults.lose(name, data):
            return
        for _ in range(2 if self._discord.faults.tell_twice(name) else 1):
            seq = session.push(name, data)
            self._discord.record.told.append(Told(name, data, self._discord.times.now(), session.shard, seq))
        self._discord.changed()

    def sessions_of(self, guild: str | None) -> list[Session]:
        """Those that are connected now and told of that guild: each that a bot has, though it be twice the same
        shard."""
        return [s for s in self.sessions if s.wire is not None and s.concerns(guild)]

    async def connected(self, many: int = 1, within: float = PATIENCE) -> None:
        """Until so many sessions are there and told of all their guilds."""
        await self._discord.until(lambda: sum(s.wire is not None for s in self.sessions) >= many, within)

    async def quiet(self) -> None:
        """Until all that was told is on its way."""
        await self._discord.until(lambda: all(wire.idle for wire in self.open))

    # --- what goes wrong ----------------------------------------------------------------------------

    def cut(self) -> None:
        """No socket is there any more, and nobody said so."""
        for wire in self.open[:]:
            wire.abort()

    async def close(self, code: int = 4000) -> None:
        """Discord closes them."""
        for wire in self.open[:]:
            await wire.close(code)

    def reconnect(self) -> None:
        """Discord asks them to come back."""
        for wire in self.open:
            wire.send({"op": RECONNECT, "d": None})

    def ask_heartbeat(self) -> None:
        """Discord wants one at once."""
        for wire in self.open:
            wire.send({"op": HEARTBEAT, "d": None})

    def invalidate(self, *, resumable: bool = False) -> None:
        """Their sessions are no good, or not for the moment."""
        for wire in self.open:
            wire.send({"op": INVALID, "d": resumable})
        if not resumable:
            self.forget()

    def forget(self) -> None:
        """No session that is known now can be resumed."""
        self.sessions.clear()

    async def end(self) -> None:
        """All is over."""
        for wire in self.open[:]:
            await wire.close(WSCloseCode.GOING_AWAY)

    # --- a socket -----------------------------------------------------------------------------------

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One of them, from its opening to its end."""
        query = request.query
        if self._discord.faults.away:
            if request.transport:
                request.transport.abort()
            return web.Response()
        socket = web.WebSocketResponse(max_msg_size=1 << 20, timeout=1.0)
        await socket.prepare(request)
        wire = Wire(self, request, socket, self._discord.times.wall())
        if query.get("v") != "10" or query.get("encoding") != "json" or not wire.speaks:
            wire.end()
            await socket.close(code=4012)
            return socket
        self.open.append(wire)
        hello = {"heartbeat_interval": round(self._discord.limits.heartbeat * 1000), "_trace": ["[]"]}
        wire.send({"op": HELLO, "d": hello})
        watch = asyncio.ensure_future(self._watch(wire))
        try:
            async for message in socket:
                wire.beat_at = self._discord.times.wall() if message.type == WSMsgType.TEXT else wire.beat_at
                if message.type != WSMsgType.TEXT or not await self._heard(wire, message.data):
                    break
        finally:
            watch.cancel()
            self._gone(wire)
        return socket

    async def _watch(self, wire: Wire) -> None:
        """A client that sends no heartbeats is let go."""
        patience = self._discord.limits.heartbeat * 1.5
        while True:
            await asyncio.sleep(patience / 3)
            if self._discord.times.wall() - wire.beat_at > patience:
                await wire.close(4009)
                return

    def _gone(self, wire: Wire) -> None:
        if wire in self.open:
            self.open.remove(wire)
        wire.end()
        for session in self.sessions[:]:
            if session.wire is wire:
                session.wire, session.left = None, self._discord.times.machine()
                if not wire.let_go and wire.socket.close_code in (1000, 1001):
                    self.sessions.remove(session)
        self._discord.changed()

    async def _heard(self, wire: Wire, text: str) -> bool:
        """What a client sent; False where that ends the socket."""
        if len(text.encode()) > 4096:
            return await wire.close(4002)
        now = self._discord.times.wall()
        wire.sent = [at for at in wire.sent if now - at < 60] + [now]
        if len(wire.sent) > self._discord.limits.sends_a_minute:
            return await wire.close(4008)
        try:
            said = json.loads(text)
            op, data = said["op"], said.get("d")
        except (ValueError, KeyError, TypeError):
            return await wire.close(4002)
        if op == HEARTBEAT:
            wire.beats += 1
            wire.send({"op": ACK})
            return True
        if op == IDENTIFY:
            return await self._identify(wire, data)
        if op == RESUME:
            return await self._resume(wire, data)
        session = next((s for s in self.sessions if s.wire is wire), None)
        if session is None:
            return await wire.close(4003)
        if op == MEMBERS:
            self._discord.ready.members(session, data)
            return True
        return True if op in (PRESENCE, VOICE) else await wire.close(4001)

    async def _identify(self, wire: Wire, data: dict[str, Any]) -> bool:
        discord, shard = self._discord, data.get("shard") or [0, 1]
        if any(session.wire is wire for session in self.sessions):
            return await wire.close(4005)
        if data.get("token") != discord.app.token:
            return await wire.close(4004)
        if len(shard) != 2 or not 0 <= shard[0] < shard[1]:
            return await wire.close(4010)
        mine = sum(discord.app.id in guild.members for guild in discord.world.guilds.values())
        if shard[1] == 1 and mine > discord.limits.shard_above:
            return await wire.close(4011)
        intents = data.get("intents")
        if not isinstance(intents, int) or intents & ~KNOWN:
            return await wire.close(4013)
        if any(intents & bit and name not in discord.app.privileged for name, bit in PRIVILEGED.items()):
            return await wire.close(4014)
        if not self._identify_in_time(shard[0]):
            wire.send({"op": INVALID, "d": False})
            return True
        discord.threads.settle_all()
        session = Session(shard[0], shard[1], intents, discord.limits.replay)
        self.sessions = [s for s in self.sessions if s.wire is not None or s.shard != shard[0]] + [session]
        session.wire = wire
        discord.ready.greet(session)
        return True

    def _identify_in_time(self, shard: int) -> bool:
        """Whether one may identify now: so often a day, and not one after the other."""
        limits, now = self._discord.limits, self._discord.times.machine()
        key = shard % limits.concurrency
        self.identified.append(now)
        if not limits.paced:
            return True
        early = now - self._last_of.get(key, -limits.identify_every) < limits.identify_every
        if early or self.identifies_left < 0:
            return False
        self._last_of[key] = now
        return True

    @property
    def identifies_left(self) -> int:
        """How many there may still be today."""
        now = self._discord.times.machine()
        return self._discord.limits.identifies - sum(now - at < 86400 for at in self.identified)

    async def _resume(self, wire: Wire, data: dict[str, Any]) -> bool:
        discord = self._discord
        if data.get("token") != discord.app.token:
            return await wire.close(4004)
        session = next((s for s in self.sessions if s.id == data.get("session_id")), None)
        seq = data["seq"] if isinstance(data.get("seq"), int) else -1
        if session and seq > session.seq:
            return await wire.close(4007)
        late = (
            session and session.wire is None and discord.times.machine() - session.left > discord.limits.session_lives
        )
        if session is None or late or self.refuses_resume or not session.remembers(seq):
            if session:
                self.sessions.remove(session)
            wire.send({"op": INVALID, "d": False})
            return True
        if session.wire is not None:
            session.wire.abort()
        session.wire = wire
        session.replay(seq)
        session.push("RESUMED", {"_trace": ["[]"]})
        discord.changed()
        return True
