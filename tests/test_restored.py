"""A desk brought back from a backup: nothing is posted twice, nothing owed is missing, no number is given twice."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from bot.desk import front, reminders
from bot.desk.context import Desk, Rules
from bot.desk.conversations import ALERTS, TRIAGE, client_channel
from bot.desk.restoring import note
from bot.domain.calendar import weekly
from bot.domain.people import Client, Person, Role
from bot.domain.policy import ClockKind, Policy, Priority
from bot.domain.settings import TeamSettings
from bot.messages.model import Message, Said, plain
from bot.outbox import Relay
from bot.ports import BroughtBack, DirectoryEdit, InboxId, MessageRef, Place, Refused
from storage import NotYet, SqlStore, open_store
from storage.upkeep import SqlUpkeep

pytestmark = pytest.mark.asyncio

MONDAY = datetime(2026, 6, 8, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Clock:
    """Both times, moved together."""

    def __init__(self) -> None:
        self.at = MONDAY

    def now(self) -> datetime:
        return self.at

    def machine(self) -> datetime:
        return self.at


@dataclass
class Post:
    """A message as it stands on the platform."""

    channel: str
    name: str
    text: str
    gone: bool = False


class Platform:
    """A chat that outlives the desk: it keeps what was posted, and finds a message that still stands by its name."""

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self.lose_answers = False

    async def post(self, place: Place, message: Message, *, key: str) -> MessageRef:
        self.posts.append(Post(place.channel, key, text_of(message)))
        if self.lose_answers:
            raise ConnectionResetError("gone")
        return MessageRef(place, str(len(self.posts)))

    async def edit(self, ref: MessageRef, message: Message) -> None:
        post = self.posts[int(ref.message) - 1]
        if post.gone:
            raise Refused("it was deleted")
        post.text = text_of(message)

    async def delete(self, ref: MessageRef) -> None:
        self.posts[int(ref.message) - 1].gone = True

    async def open_thread(self, ref: MessageRef, title: str) -> Place:
        return Place("fake", "w", ref.place.channel, ref.message)

    async def direct(self, user: str) -> Place:
        return Place("fake", "w", f"direct-{user}")

    async def find(self, place: Place, key: str) -> MessageRef | None:
        for id, post in enumerate(self.posts, 1):
            if post.name == key and post.channel == place.channel and not post.gone:
                return MessageRef(place, str(id))
        return None

    def standing(self, channel: str) -> list[str]:
        """What people see there."""
        return [post.text for post in self.posts if post.channel == channel and not post.gone]


def text_of(message: Message) -> str:
    """The words; what is no text of the desk's own by its type."""
    if not isinstance(message, Said):
        return repr(message)
    return " ".join(plain(line) for line in message.lines)


class Life:
    """A desk that runs, until it is lost."""

    def __init__(self, store: SqlStore, platform: Platform, clock: Clock) -> None:
        self.store, self.platform, self.clock = store, platform, clock
        self.desk = Desk(store, clock, Rules())
        self.relay = Relay(store, {"fake": platform}, clock, home="fake")

    async def starts(self) -> None:
        """What a runtime does before it lets anybody in."""
        await self.wake()
        await self.store.caught_up(self.clock.now())

    async def wake(self) -> None:
        """Fire, send, and send again what was looked for."""
        await reminders.fire(self.desk)
        for _ in range(4):
            await self.relay.drain()

    async def until(self, at: datetime, step: timedelta = MINUTE) -> None:
        """Live on, minute by minute."""
        while self.clock.at < at:
            self.clock.at = min(self.clock.at + step, at)
            await self.wake()

    async def says(self, who: str, text: str) -> str:
        """Somebody types a command in the triage channel."""
        answer = await front.run_text(self.desk, who, text, place=Place("fake", "w", "triage"))
        await self.wake()
        return text_of(answer.message) if answer.message else ""


@asynccontextmanager
async def living(url: str, platform: Platform, clock: Clock) -> AsyncIterator[Life]:
    store = await open_store(url)
    try:
        yield Life(store, platform, clock)
    finally:
        await store.close()


HOURS = weekly(
    "always", "UTC", {day: [("00:00", "24:00")] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
)
POLICY = Policy(
    name="standard",
    client="ACME",
    calendar=HOURS.ref,
    targets={p: {ClockKind.FIRST_RESPONSE: 3600, ClockKind.RESOLUTION: 36_000} for p in Priority},
)
FURNITURE = DirectoryEdit(
    clients=(Client("ACME", "Acme", "UTC"),),
    people=(
        Person("dana", "Dana", Role.CLIENT, "UTC", "ACME"),
        Person("sam", "Sam", Role.ENGINEER, "UTC"),
        Person("lee", "Lee", Role.MANAGER, "UTC"),
    ),
    calendars=(HOURS,),
    policies=(POLICY,),
    team=TeamSettings(),
    bindings=(
        (TRIAGE, Place("fake", "w", "triage")),
        (ALERTS, Place("fake", "w", "alerts")),
        (client_channel("ACME"), Place("fake", "w", "acme")),
    ),
)


def quiet(done: int, total: int) -> None:
    """Nobody watches."""


async def lived(url: str, backup: str, platform: Platform, clock: Clock, *, lost: Sequence[str] = ()) -> None:
    """A desk with two requests, backed up at 9:20 and lost at 10:10, when one breach was told and the other to come."""
    step = 5 * MINUTE if backup.startswith("postgresql") else MINUTE
    async with living(url, platform, clock) as life:
        await life.store.edit_directory(FURNITURE)
        await life.starts()
        await life.says("sam", "log @dana by phone: the export fails")
        await life.until(MONDAY + 18 * MINUTE)
        await life.says("sam", "log @dana by phone: the import fails")
        await life.until(MONDAY + 20 * MINUTE)
        if not backup.startswith("postgresql"):
            await SqlUpkeep().back_up(url, Path(backup), now=clock.at, force=False, progress=quiet)
    if backup.startswith("postgresql"):
        await duplicate(url, backup)
    async with living(url, platform, clock) as life:
        # From here on everything is lost.
        for words in lost:
            await life.says("sam", words)
        await life.until(MONDAY + 70 * MINUTE, step)
        await life.says("sam", "log @dana by phone: another one, which the backup does not know")
    assert [text.split(",")[0] for text in platform.standing("alerts")] == ["ACME-1"]
    clock.at = MONDAY + 90 * MINUTE


async def duplicate(url: str, to: str) -> None:
    """PostgreSQL's own copy of a database, which knows of no backup."""
    connection = await asyncpg.connect(url)
    name, copy = await connection.fetchval("SELECT current_database()"), to.split("/")[3].split("?")[0]
    await connection.close()
    server = await asyncpg.connect(url.replace(f"/{name}", "/postgres"))
    try:
        await server.execute(f"CREATE DATABASE {copy} TEMPLATE {name}")
    finally:
        await server.close()


def new_of(platform: Platform, before: int) -> set[str]:
    """What people see that was posted since then: where, and how it begins."""
    return {f"{post.channel}: {post.text.split(',')[0][:36]}" for post in platform.posts[before:] if not post.gone}


BACK = "triage: I was brought back from a backup. I "
OWED = {
    "alerts: ACME-2",
    "direct-lee: ACME-2",
    "acme: We promised a reply on ACME-2 by 202",
}
"""What falls due after the loss, and nobody has told."""


def lose(url: str) -> Path:
    """The file is gone."""
    path = Path(url.removeprefix("sqlite:///"))
    path.unlink()
    return path


@pytest.mark.parametrize("lost", [(), ("note 1 seen", "note 1 seen again", "note 2 this too")])
async def test_a_restored_desk_says_nothing_twice_and_owes_nothing(
    sqlite_url: str, tmp_path: Path, lost: Sequence[str]
) -> None:
    """What the lost desk posted stands once, though it is all decided again at one instant and not by and by; what it
    had not told yet is told; the team reads which time is lost. Also where its history had grown on, so that the
    entries of now have other numbers than those of then."""
    platform, clock, backup = Platform(), Clock(), tmp_path / "backup.db"
    await lived(sqlite_url, str(backup), platform, clock, lost=lost)
    lose(sqlite_url)
    back = await restore(sqlite_url, backup, clock)
    assert (back.wrong, back.kept) == ((), "")
    assert back.restored.since == MONDAY + 20 * MINUTE
    before = len(platform.posts)
    async with living(sqlite_url, platform, clock) as life:
        await life.starts()
        await life.until(MONDAY + 95 * MINUTE)
        assert new_of(platform, before) == {BACK, *OWED}
        # Life goes on: a new request has a number that nobody had, and its messages come.
        await life.says("sam", "log @dana by phone: a third one")
        assert back.restored.next_number > 3
        assert await life.store.request(back.restored.next_number) is not None
        assert set(await life.store.outbox_states()) <= {"sent", "suppressed", "held"}
    names = [(post.channel, post.name) for post in platform.posts]
    assert len(names) == len(set(names)), "no two messages have one name"


async def restore(url: str, backup: Path, clock: Clock) -> BroughtBack:
    return await SqlUpkeep().restore(url, backup, now=clock.at, tell=note("/desk"), first_number=1, progress=quiet)


async def test_a_file_copied_back_would_say_it_twice(sqlite_url: str, tmp_path: Path) -> None:
    """The control: without being marked, the backup's desk posts again what the lost one posted. So a backup that was
    only copied into place does not start; the error names the command that marks it."""
    platform, clock, backup = Platform(), Clock(), tmp_path / "backup.db"
    await lived(sqlite_url, str(backup), platform, clock)
    path = lose(sqlite_url)
    shutil.copy(backup, path)
    with pytest.raises(NotYet, match="steward db restored"):
        await open_store(sqlite_url)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("DELETE FROM counter WHERE name = 'backed_up_at'")
        raw.commit()
    before = len(platform.posts)
    async with living(sqlite_url, platform, clock) as life:
        await life.starts()
    assert "alerts: ACME-1" in new_of(platform, before)


async def test_a_second_restore_of_the_same_backup_says_nothing_twice_either(sqlite_url: str, tmp_path: Path) -> None:
    """The desk that was restored first said things that the backup cannot know; what it was is read from the database
    that is being replaced, and that one is kept."""
    platform, clock, backup = Platform(), Clock(), tmp_path / "backup.db"
    await lived(sqlite_url, str(backup), platform, clock)
    await restore(sqlite_url, backup, clock)
    async with living(sqlite_url, platform, clock) as life:
        await life.starts()
        await life.until(MONDAY + timedelta(hours=10, minutes=10), step=timedelta(minutes=30))
        last = await life.store.reserve_number()
    assert sum("resolution" in text for text in platform.standing("alerts")) == 1
    before = len(platform.posts)
    back = await restore(sqlite_url, backup, clock)
    assert back.kept
    assert back.kept in {str(path) for path in tmp_path.iterdir()}  # noqa: ASYNC240
    assert back.restored.next_number > last
    async with living(sqlite_url, platform, clock) as life:
        await life.starts()
    assert new_of(platform, before) == {BACK}


async def test_the_same_on_postgres(postgres_url: str, postgres_server: str) -> None:
    """A database that PostgreSQL's own tools brought back is marked where it is, and says nothing twice either."""
    platform, clock = Platform(), Clock()
    copy = postgres_server.format(f"steward_{uuid4().hex[:12]}")
    await lived(postgres_url, copy, platform, clock)
    try:
        back = await SqlUpkeep().mark_restored(copy, now=clock.at, tell=note("/desk"), first_number=5000)
        assert back.restored.since == MONDAY + 18 * MINUTE
        assert back.restored.next_number == 5000
        before = len(platform.posts)
        async with living(copy, platform, clock) as life:
            await life.starts()
            await life.until(MONDAY + 92 * MINUTE)
            assert new_of(platform, before) == {BACK, *OWED}
            assert await life.store.reserve_number() == 5000
            assert await life.store.restored() is not None
    finally:
        server = await asyncpg.connect(postgres_server.format("postgres"))
        try:
            await server.execute(f"DROP DATABASE {copy.split('/')[3].split('?')[0]} WITH (FORCE)")
        finally:
            await server.close()


async def test_what_was_said_of_one_time_is_not_taken_for_another(sqlite_url: str, tmp_path: Path) -> None:
    """After the restore somebody replies, and the entry gets the number of a lost reply. Its message must come beside
    that one: where the chat's answer is lost, it is not found in the message of the lost time."""
    platform, clock, backup = Platform(), Clock(), tmp_path / "backup.db"
    await lived(sqlite_url, str(backup), platform, clock, lost=("reply 2 somebody looks at it",))
    lose(sqlite_url)
    await restore(sqlite_url, backup, clock)
    async with living(sqlite_url, platform, clock) as life:
        await life.starts()
        platform.lose_answers = True
        await life.says("sam", "reply 2 we are on it")
        platform.lose_answers = False
        clock.at += MINUTE
        await life.wake()
        for words in ("somebody looks at it", "we are on it"):
            assert sum(words in text for text in platform.standing("acme")) == 1, words
        assert set(await life.store.outbox_states()) <= {"sent", "suppressed", "held"}


async def test_what_people_still_do_with_the_lost_time_is_answered(sqlite_url: str, tmp_path: Path) -> None:
    """An event that the platform delivers again is handled, since the backup does not know it; a number of the lost
    time is said to be one, to whoever names it, instead of being nobody's; any other is refused as ever."""
    platform, clock, backup = Platform(), Clock(), tmp_path / "backup.db"
    await lived(sqlite_url, str(backup), platform, clock)
    event = InboxId("fake", "e1")
    async with living(sqlite_url, platform, clock) as life:
        await front.run_text(life.desk, "sam", "note 1 seen", event=event)
    lose(sqlite_url)
    back = await restore(sqlite_url, backup, clock)
    async with living(sqlite_url, platform, clock) as life:
        await life.starts()
        version = (await life.store.request(1)).version  # type: ignore[union-attr]
        for _ in range(2):
            await front.run_text(life.desk, "sam", "note 1 seen", event=event)
        assert (await life.store.request(1)).version == version + 1  # type: ignore[union-attr]
        for who in ("sam", "dana"):
            assert "brought back from a backup" in await life.says(who, "show ACME-3")
            assert "brought back" not in await life.says(who, f"show ACME-{back.restored.next_number}")
