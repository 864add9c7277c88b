"""Which workspaces the desk is in: the settings' own, and those that installed the app, as the store has them.

Who came and went is read from the store, so that several processes of one desk agree; each keeps what it made of a
token until the store has another one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackApiError

from adapters.slack.failing import FINAL, LockedOut, code_of
from adapters.slack.places import PLATFORM, place_of
from adapters.slack.workspace import Config, SlackWorkspace
from bot.desk import connecting
from bot.desk.context import Desk
from bot.messages import connecting as say
from bot.ports import Installation, Place, RateLimited, Refused
from bot.ports.installations import TEAM
from bot.sealing import CannotOpen, Seal

log = logging.getLogger("steward.slack")

FRESH = 1.0
"""Seconds for which it is believed who is there; what this process changes itself it sees at once."""
SKEW = timedelta(seconds=5)
"""That much Slack's clock and ours may differ."""
HELD = 60.0
"""Seconds until it is tried again to send where a token cannot be read."""


class Workspaces:
    """Makes what a token needs, and lets go of it."""

    def __init__(
        self, config: Config, desk: Desk, seal: Seal | None, elsewhere: Callable[[str], Place] | None = None
    ) -> None:
        """Without a `seal` there is but the settings' own."""
        self._config, self._desk, self._seal, self._elsewhere = config, desk, seal, elsewhere
        self.own = (
            SlackWorkspace(
                config,
                desk,
                left=self._left,
                settled_elsewhere=self._has_its_own,
                here=self._is_not_gone,
                homes=self._homes,
            )
            if config.bot_token
            else None
        )
        self._live: dict[str, SlackWorkspace] = {}
        self._rows: dict[str, Installation] = {}
        self._unreadable: set[str] = set()
        self._until = 0.0
        self._reading = asyncio.Lock()
        self._closing: set[asyncio.Task[None]] = set()
        self._open = False

    @property
    def here(self) -> Sequence[SlackWorkspace]:
        """Those that can be spoken in, the settings' own first."""
        return [*([self.own] if self.own else []), *self._live.values()]

    def open(self) -> None:
        """From now on calls can be made."""
        self._open = True
        for workspace in self.here:
            workspace.open()

    async def stop(self) -> None:
        """Answers when what is under way in each has ended."""
        await asyncio.gather(*(workspace.stop() for workspace in self.here))

    async def close(self) -> None:
        """Let go of all connections."""
        await asyncio.gather(*self._closing, return_exceptions=True)
        for workspace in self.here:
            await workspace.close()

    # --- which is which -------------------------------------------------------------------------------------

    async def of(self, id: str) -> SlackWorkspace:
        """The one of that id, to speak in. Raises Refused where the desk is not in there, with the mend, and
        RateLimited where it can be read by no key for now."""
        found = await self.find(id)
        if found is not None:
            return found
        if id in self._unreadable:
            raise RateLimited(HELD, everywhere=True)
        row = self._rows.get(id)
        raise Refused(say.gone_reason(row) if row else say.never_there(PLATFORM, id))

    async def find(self, id: str) -> SlackWorkspace | None:
        """The one of that id; None where the desk is not in there."""
        await self.refresh()
        if id in self._live:
            return self._live[id]
        # Which the settings' own is, Slack alone can say; it is asked once.
        if self.own is not None and (await self.own.teams.team()).workspace == id:
            return self.own
        await self.refresh(now=True)
        return self._live.get(id)

    async def of_channel(self, channel: str, told: SlackWorkspace) -> SlackWorkspace:
        """The one in which a channel is bound that workspaces share; the one that was `told` of it, where it is in
        none."""
        for workspace in (told, *(each for each in self.here if each is not told)):
            place = place_of((await workspace.teams.team()).workspace, channel)
            if await self._desk.store.conversation_at(place) is not None:
                return workspace
        return told

    async def refresh(self, *, now: bool = False) -> None:
        """As the store has them by now."""
        loop = asyncio.get_running_loop()
        if self._seal is None or not self._open or (loop.time() < self._until and not now):
            return
        async with self._reading:
            rows = {each.workspace: each for each in await self._desk.store.installations.all()}
            self._rows = {id: row for id, row in rows.items() if row.platform == PLATFORM}
            self._until = loop.time() + FRESH
            self._unreadable &= {id for id, row in self._rows.items() if row.here}
            for id, workspace in list(self._live.items()):
                row = self._rows.get(id)
                if row is None or not row.here or row.made_at != _row_of(workspace).made_at:
                    self._let_go(id)
            for id, row in self._rows.items():
                if row.here and id not in self._live:
                    await self._take_up(row)

    def _has_its_own(self, client: str) -> bool:
        """Whether a client's channel is in a workspace of their own."""
        return any(row.side == client and row.here for row in self._rows.values())

    def _homes(self) -> dict[str, set[str]]:
        """The workspaces of clients, by whose they are: wherever their people meet the desk, they are that client's."""
        found: dict[str, set[str]] = {}
        for row in self._rows.values():
            if row.side != TEAM and row.here:
                found.setdefault(row.side, set()).add(row.workspace)
        return found

    def _is_not_gone(self, id: str) -> bool:
        """Whether nothing says that a workspace let the desk out."""
        return id not in self._rows or self._rows[id].here

    async def _take_up(self, row: Installation) -> None:
        seal = self._sealing()
        try:
            token = seal.open(f"{row.platform}/{row.workspace}", row.secret)
        except CannotOpen as no:
            if row.workspace not in self._unreadable:
                log.error("the token of %s (%s) cannot be read: %s", row.name, row.workspace, no)
            self._unreadable.add(row.workspace)
            return
        self._unreadable.discard(row.workspace)
        if not seal.is_current(row.secret):
            await self._desk.store.installations.reseal(row, self.sealed(row.workspace, token))
        made = SlackWorkspace(
            self._config_of(row, token),
            self._desk,
            left=self._left,
            installation=row,
            settled_elsewhere=self._has_its_own if row.side == TEAM else lambda key: False,
            here=self._is_not_gone,
            homes=self._homes if row.side == TEAM else dict,
        )
        made.open()
        self._live[row.workspace] = made
        log.info("in %s (%s), %s", row.name, row.workspace, row.side or "the team's")

    def _config_of(self, row: Installation, token: str) -> Config:
        """What counts there. In a client's workspace all are that client's people: no list lets anybody in there for
        the team or for another client, and no channel of theirs is looked for."""
        own = self._config
        if row.side == TEAM:
            first = self.own is None and not any(_row_of(each).side == TEAM for each in self._live.values())
            return replace(own, bot_token=token, channels=own.channels if first else {})
        people = {*own.clients.get(row.side, ()), row.workspace}
        channels = {row.side: own.channels[row.side]} if row.side in own.channels else {}
        return replace(own, bot_token=token, staff=(), clients={row.side: people}, channels=channels)

    def _let_go(self, id: str) -> None:
        workspace = self._live.pop(id)

        async def close() -> None:
            await workspace.stop()
            await workspace.close()

        task = asyncio.create_task(close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def sealed(self, id: str, token: str) -> str:
        """A workspace's token as it is kept."""
        return self._sealing().close(f"{PLATFORM}/{id}", token)

    def _sealing(self) -> Seal:
        if self._seal is None:
            raise RuntimeError("no other workspace can be here: there is no key to keep its token with")
        return self._seal

    # --- coming and going -----------------------------------------------------------------------------------

    async def came(self, row: Installation) -> None:
        """It was kept just now: what waited for it goes, and managers hear of it."""
        await self.refresh(now=True)
        if (there := self._live.get(row.workspace)) is not None:
            try:
                await there.rooms.go_back()
            except Exception as error:
                log.warning("the desk does not find its channels in %s yet: %s", row.name, error)
        await connecting.came(self._desk, row)

    async def still_here(self) -> Sequence[SlackWorkspace]:
        """Those that are there, asked of Slack: who took the app out while nobody listened is found now."""
        await self.refresh(now=True)
        await asyncio.gather(*(self._asked(workspace) for workspace in self._live.values()))
        return self.here

    async def _asked(self, workspace: SlackWorkspace) -> bool:
        """Whether the token is good for all that can be told."""
        try:
            await workspace.client.auth_test()
        except SlackApiError as error:
            if code_of(error) in FINAL:
                await self._lose(_row_of(workspace), code_of(error))
                return False
        except Exception as error:
            log.info("whether the desk is in %s still cannot be asked yet: %s", _row_of(workspace).name, error)
        return True

    async def locked_out(self, workspace: SlackWorkspace, out: LockedOut) -> None:
        """Its token was refused. Raises Refused where it is good for nothing for ever."""
        row = workspace.installation
        if row is not None and out.code in FINAL and not await self._asked(workspace):
            raise Refused(say.gone_reason(row)) from out

    async def _left(self, workspace: SlackWorkspace, body: Mapping[str, Any]) -> None:
        """Slack tells that the app was taken out, or that its token is good no more."""
        event: Mapping[str, Any] = body["event"]
        kind, row = str(event.get("type")), workspace.installation
        if kind == "tokens_revoked" and not (event.get("tokens") or {}).get("bot"):
            return  # some person's, of which the desk has none
        if row is None:
            log.error("the app was taken out of the workspace of SLACK_BOT_TOKEN (%s): install it again", kind)
            return
        told = datetime.fromtimestamp(int(body.get("event_time") or 0), UTC)
        if told < row.made_at - SKEW and await self._asked(workspace):
            log.info("%s was told late: %s is in again since", kind, row.name)
            return
        await self._lose(row, kind)

    async def _lose(self, row: Installation, why: str) -> None:
        await self.refresh(now=True)
        there = self._rows.get(row.workspace)
        if there is None or not there.here or there.made_at != row.made_at:
            return  # by the other of the two events of one uninstallation, or in another process
        log.error("the desk is out of %s (%s): %s; its token is deleted", row.name, row.workspace, why)
        # Told first: whoever dies in between is told once more, and says it once.
        await connecting.went(self._desk, row, self._elsewhere)
        await self._desk.store.installations.gone(row, self._desk.clock.machine(), why)
        await self.refresh(now=True)


def _row_of(workspace: SlackWorkspace) -> Installation:
    if workspace.installation is None:
        raise RuntimeError("the settings' own workspace was not installed from a link")
    return workspace.installation
