"""The door for what was written while the desk was not listening: after a reconnect, history is read and heard.

A platform that pushes events keeps none for who is away, or forgets some. A mark says up to when everything of a
platform was heard; what was written since, and a while before, is read again and told to the front door, where a
message is heard once however often and by whichever way it comes. Edits and deletions in that while are found by
comparing.
"""

from __future__ import annotations

import logging
import zlib
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.desk import front, reopening
from bot.desk.context import Desk, Heard
from bot.domain.text import clean
from bot.messages.model import NOTHING, Answer
from bot.ports import Gone, InboxId, Place, Source

log = logging.getLogger("steward.backfill")

OVERLAP = timedelta(hours=1)
"""How long before the mark history is read again, for edits and deletions, and for what a platform told late."""
MARGIN = timedelta(minutes=2)
"""While connected, everything older than this is taken for heard: events take a moment to come in."""
QUIET = timedelta(days=30)
"""A request that ended, and where nothing happened for so long before, is not listened for."""
AGAIN, MOST = timedelta(minutes=1), timedelta(minutes=30)
"""A place that could not be read is tried again at the next look, then twice as late each time, at most so late."""
GIVEN_UP = timedelta(days=1)
"""A place that cannot be read for so long, as where the desk was taken out, keeps the mark back no longer. It is tried
on as long as this process lives."""


class History(Protocol):
    """What a platform keeps of what people wrote, told by its adapter."""

    async def since(self, place: Place, at: datetime) -> Sequence[Heard]:
        """All that stands there (in a channel, with its threads that no request has, or in one thread) written at `at`
        or later, as it reads now, by people whom the desk knows; the desk's own messages are left out.

        Raises Gone for a thread that was deleted, and whatever it likes where it cannot tell all of it: what is missing
        from the answer was deleted.
        """
        ...


@dataclass(frozen=True)
class Caught:
    """How a catching up went: what was heard, changed and taken away, and the places that could not be read."""

    heard: int = 0
    edited: int = 0
    deleted: int = 0
    behind: tuple[Place, ...] = ()


@dataclass(frozen=True)
class _Behind:
    """A place of which something is not heard yet: since when, when that failed first and last, and when it is tried
    again (desk time)."""

    since: datetime
    first: datetime
    last: datetime
    tries: int
    again: datetime


Show = Callable[[Heard, Answer], Awaitable[object]]
"""What the adapter does with an answer that is for the author alone."""


class Backfill:
    """One connection's to a platform's workspace: the adapter says when it is there, and calls `look` each minute."""

    def __init__(
        self, desk: Desk, history: History, *, platform: str, workspace: str, show: Show | None = None
    ) -> None:
        self._desk, self._history, self._show = desk, history, show
        self._platform, self._workspace = platform, workspace
        self._mark = f"heard:{platform}/{workspace}"
        self._whole, self._gaps = False, 0
        self._behind: dict[Place, _Behind] = {}

    def disconnected(self) -> None:
        """From now on something may be missed."""
        self._whole = False
        self._gaps += 1

    async def connected(self) -> Caught:
        """Events come in again: hear what was missed. A second call does no harm; where it failed `look` goes on."""
        self._whole, gaps, now = False, self._gaps, self._desk.now()
        mark = await self._desk.store.mark(self._mark)
        # The first time there is nothing to make up for: the desk was not there to be told.
        caught = Caught() if mark is None else await self._catch_up(await self._every(mark - OVERLAP))
        await self._move(now)
        self._whole = gaps == self._gaps  # another one may have begun meanwhile
        return caught

    async def look(self) -> Caught:
        """Each minute while connected: what could not be read before is tried again, and the mark follows the clock."""
        if not self._whole:
            return await self.connected()
        now = self._desk.now()
        again = {place: behind.since for place, behind in self._behind.items() if behind.again <= now}
        caught = await self._catch_up(again) if again else Caught()
        await self._move(now - MARGIN)
        return caught

    async def _every(self, since: datetime) -> dict[Place, datetime]:
        """All places to be read, each with since when: those that are behind already, since they are."""
        places = await self._desk.store.places_of(self._platform, self._workspace, since - QUIET)
        self._behind = {place: behind for place, behind in self._behind.items() if place in places}
        return {place: min(self._behind[place].since, since) if place in self._behind else since for place in places}

    async def _move(self, at: datetime) -> None:
        """The mark goes on, up to what is not heard yet."""
        now = self._desk.now()
        held = [each.since + OVERLAP for each in self._behind.values() if now - each.first < GIVEN_UP]
        await self._desk.store.put_mark(self._mark, min([at, *held]))

    def _is_behind(self, place: Place, since: datetime) -> None:
        now, before = self._desk.now(), self._behind.get(place)
        tries, first = (before.tries + 1, before.first) if before else (0, now)
        wait = min(AGAIN * (2 ** min(tries, 16) - 1), MOST)
        if before is not None and before.last - first < GIVEN_UP <= now - first:
            log.error("%s could not be read for a day: see that I am let in there; since %s is not heard", place, since)
        self._behind[place] = _Behind(since, first, now, tries, now + wait)

    async def _catch_up(self, places: Mapping[Place, datetime]) -> Caught:
        missed: list[tuple[datetime, int, Heard, str]] = []
        behind: list[Place] = []
        for place, since in places.items():
            # Before history is read: what is heard meanwhile stands in it no more than what was taken away.
            known = await self._desk.store.sources_since(place, since)
            try:
                there = await self._history.since(place, since)
            except Gone as gone:
                # Nobody took back what they wrote in it: it stays in every copy, and goes on in another thread.
                await reopening.thread_gone(self._desk, gone.thread or place)
                continue
            except Exception as error:  # one place that cannot be read must not keep the others unheard
                log.warning("what was written in %s cannot be read yet: %s", place, error)
                behind.append(place)
                continue
            missed += await self._compared(known, there)
        # In the order in which it was written, wherever: a request is raised before it is spoken of in its thread.
        missed.sort(key=lambda each: each[:2])
        counted = Counter[str]()
        for _, _, heard, what in missed:
            try:
                answer = await self._tell(heard, what)
            except Exception:
                log.exception("message %s could not be heard; it is tried again", heard.ref)
                behind.append(_read_as(heard.ref.place, places))
                continue
            counted[what] += 1
            if self._show is not None and answer != NOTHING:
                await self._show(heard, answer)
        caught = Caught(**counted, behind=tuple(dict.fromkeys(behind)))
        for place, since in places.items():
            if place in caught.behind:
                self._is_behind(place, since)
            else:
                self._behind.pop(place, None)
        if caught.heard or caught.edited or caught.deleted:
            log.warning(
                "while I was away from %s: %d messages, %d edits, %d deletions; heard now",
                self._platform, caught.heard, caught.edited, caught.deleted,
            )  # fmt: skip
        return caught

    async def _compared(
        self, sources: Sequence[Source], there: Sequence[Heard]
    ) -> list[tuple[datetime, int, Heard, str]]:
        """What the desk does not know of a place yet, each with its time and what it is; `sources` are what it knew of
        it before what stands `there` was read."""
        known = {source.key: source for source in sources}
        found: list[tuple[datetime, int, Heard, str]] = []
        for heard in there:
            source = known.pop(_key(heard), None) or await self._desk.store.source(heard.ref)
            if source is None:
                found.append((heard.at, 0, heard, "heard"))
            elif not source.deleted and (clean(heard.text), heard.files) != (source.text, source.files):
                found.append((heard.edited_at or heard.at, 1, heard, "edited"))
        for source in known.values():
            if not source.deleted:
                gone = Heard(source.ref, source.author, source.at, "")
                found.append((source.at, 2, gone, "deleted"))
        return found

    async def _tell(self, heard: Heard, what: str) -> Answer:
        ref = heard.ref
        # With the words, since a platform may not say when they were changed, and with what stood there before: who
        # goes back to words that were there once has changed them again.
        source = await self._desk.store.source(ref) if what == "edited" else None
        edit = f":{source.revision}:{zlib.crc32(clean(heard.text).encode()):x}" if source else ""
        event = InboxId(ref.place.platform, f"missed:{what}:{ref.place.channel}:{ref.message}{edit}")
        if what == "heard":
            return await front.hear(self._desk, heard.author, heard, event=event)
        if what == "edited":
            return await front.edited(self._desk, heard.author, heard, event=event)
        return await front.deleted(self._desk, heard.author, ref, event=event)


def unchanged(source: Source) -> Heard:
    """A message that stands there and that nobody hears any more, since its writer is a stranger by now, say: it is
    neither gone nor another."""
    return Heard(source.ref, source.author, source.at, source.text, source.files, source.edited_at)


def _read_as(place: Place, places: Mapping[Place, datetime]) -> Place:
    """The place by which a message was read: its thread, or the channel that the thread is in."""
    return place if place in places else replace(place, thread=None)


def _key(heard: Heard) -> str:
    place = heard.ref.place
    return "/".join((place.platform, place.workspace, place.channel, heard.ref.message))
