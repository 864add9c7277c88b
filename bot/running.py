"""The composition root, the only file that sees everything: a desk put together and run, its database, its doors."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, closing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import click

from adapters.scheduler import Scheduler
from adapters.stopping import told_to_stop
from adapters.web.auth import Sessions
from adapters.web.catchup import catch_up
from adapters.web.channels import Channels
from adapters.web.chat import PLATFORM, WORKSPACE, WebChat, place_of
from adapters.web.demo import Demo
from adapters.web.listening import CannotListen, bind
from adapters.web.live import Hub, Moved
from adapters.webhooks.chat import PLATFORM as HOOKS
from adapters.webhooks.chat import Webhooks
from bot.chats import channel_said, faces_of, outside
from bot.clock import Clock, SystemClock, seconds_until
from bot.config import ConfigError, Settings
from bot.desk import bootstrap, reminders
from bot.desk.auditing import Auditor
from bot.desk.context import Desk, Rules
from bot.desk.roster import login_name
from bot.domain.text import clean
from bot.faces import Faces
from bot.keys import OTHER_KEY, has_key, key_of, secret
from bot.loading import loading
from bot.messages.upgrading import upgraded
from bot.note import Note
from bot.outbox import Relay
from bot.ports import Chat, Place, Upkeep
from bot.ports.workers import WAKE
from bot.pulse import Pulse
from bot.watching import Watch
from storage import SqlStore, StorageError, open_store, read_store, upgrade_database

if TYPE_CHECKING:
    pass

ERRORS = (StorageError, CannotListen)
"""What the adapters and the storage raise with a line that is fit to show."""

log = logging.getLogger("steward")

UNSENT = timedelta(days=1)
"""How long a file waits for the message that it was chosen for, and a form that was begun for its next step."""
PATIENCE = 8.0
"""Seconds for which somebody who asks the doctor in chat waits for what it finds of other platforms."""
OFF = timedelta(seconds=1)
"""How far a machine's time may be off the database's without a word."""


class Runtime:
    """One running desk: its store, its chats, and what wakes it."""

    def __init__(
        self,
        settings: Settings,
        store: SqlStore,
        clock: Clock,
        *,
        chats: Mapping[str, Chat] | None = None,
        home: str = PLATFORM,
    ) -> None:
        """`chats` are the platforms of further faces, by name; the workspace and the webhooks it brings itself. `home`
        is where a direct conversation is opened for somebody who has none yet."""
        self.settings, self.store, self.clock = settings, store, clock
        spans = (timedelta(seconds=settings.undo_seconds), timedelta(seconds=settings.burst_seconds))
        self.desk = Desk(store, clock, Rules(settings.name, settings.command, *spans))
        self.faces = faces_of(settings, self.desk) if isinstance(clock, SystemClock) else Faces({})
        self.desk.channel_said = partial(channel_said, settings)
        if self.faces:
            self.desk.look_outside = partial(outside, settings, store, within=PATIENCE)
            chats, home = {**self.faces.chats, **(chats or {})}, next(iter(self.faces.chats))
        self.hub = Hub(store.workers.tell)
        self.scheduler = Scheduler(fire=self._fire, until_next=self._until_next, send=self._send, audit=self.audit)
        store.watch(self._committed)
        own: dict[str, Chat] = {
            PLATFORM: WebChat(store, self.hub, clock, people=store.directory),
            HOOKS: Webhooks(store, clock),
        }
        self.relay = Relay(store, {**own, **(chats or {})}, clock, home=home)
        self.relay.watch(self.scheduler.send_soon)
        self.channels = Channels(store, store)
        self.auditor = Auditor(self.desk)
        self._fired, self._sent = 0, 0
        self._watched = Watch(store, clock)
        self.pulse: Pulse | None = None
        """Says to whoever looks from outside that it is at work; a demo does not."""
        self.local = ""
        """Where it serves people on this machine."""

    async def wake(self) -> None:
        """Everything that is due now: timers, channels, then what goes out. Where that takes long it goes on without
        who waits for it."""
        if not await self.scheduler.settle():
            await self._fire()
            await self._send()

    async def _fire(self) -> None:
        """What time sets off; an intake leaves it to workers, who hear of it as it is committed."""
        if self.settings.role != "intake":
            now = self.clock.now()
            self._fired += await reminders.fire(self.desk)
            await self.store.caught_up(now)
            self._beat()

    async def _until_next(self) -> float | None:
        return None if self.settings.role == "intake" else await reminders.until_next(self.desk)

    async def _send(self) -> None:
        """Channels, then what goes out, which an intake leaves to workers, too."""
        await self.channels.follow()
        await self.faces.follow()
        if self.settings.role != "intake":
            self._sent += await self.relay.drain()

    def _committed(self, due: datetime | None, sends: bool) -> None:
        """This process wrote something: whoever waits for its time, or sends, need not wait for the next second."""
        seconds = None if due is None else seconds_until(self.clock, due)
        if seconds is not None:
            self.scheduler.fire_by(seconds)
        if sends:
            self.relay.nudge()
            self.scheduler.send_soon()

    async def audit(self) -> None:
        """Take the time from the database that keeps it, and look what else stands still, as its role has it."""
        await self._follow_time()
        await self.store.directory()
        self._beat()
        if self.settings.role != "worker":
            self.faces.look_soon()
        if self.settings.role == "intake":
            await self._watched.look()
            return
        if missed := await catch_up(self.desk, self.store):
            log.warning("%d messages had been written without the desk hearing of them; it has now", missed)
        await self.store.files.forget(self.clock.machine() - UNSENT)
        await self.store.form_drafts.forget(self.clock.machine() - UNSENT)
        await self.auditor.look()
        if self.settings.role == "worker":
            name = await self.store.workers.name()
            log.info("worker %s is at work: %d timers fired, %d sent so far", name, self._fired, self._sent)

    def _beat(self) -> None:
        if self.pulse is not None:
            self.pulse.beat()

    async def serve(self, *, key: bytes, demo: Demo | None, ready: Callable[[Sessions, str], Awaitable[None]]) -> None:
        """Serve the workspace until it is told to stop; the caller closes the store. Raises ConfigError where another
        process of this desk signs with another key."""
        with closing(bind(self.settings.host, self.settings.port)) as listener:
            if not await self.store.workers.agree(key):
                raise ConfigError(OTHER_KEY)
            port = listener.getsockname()[1]
            address, self.local = self.settings.address(port), self.settings.local(port)
            sessions = Sessions(key, self.clock, self._use_once)
            self.desk.sign_in = lambda person: _link(address, sessions.link_token(person))
            log.debug("listening for %s at %s", ", ".join(self.settings.hosts), address)
            async with self._awake():
                # What people are served by is loaded now that all that was due has been fired, which waits for no page;
                # on a thread, so that what is due by now does not wait either.
                create_app, serve = await asyncio.to_thread(_pages)
                app = create_app(
                    desk=self.desk,
                    workspace=self.store,
                    hub=self.hub,
                    sessions=sessions,
                    wake=self.wake,
                    demo=demo,
                    hosts=self.settings.hosts,
                    doors=self.faces.doors(key, address),
                )
                self.faces.start()
                await ready(sessions, address)
                await serve(app, listener, on_stop=self.hub.close)

    async def work(self, ready: Callable[[str], None]) -> None:
        """Fire timers and send, and serve nobody, until it is told to stop; the caller closes the store."""
        stopped = asyncio.Event()
        with told_to_stop(stopped.set):
            async with self._awake():
                ready(await self.store.workers.name())
                await stopped.wait()

    @asynccontextmanager
    async def _awake(self) -> AsyncGenerator[None]:
        # Before anything is looked at: what comes after the look is heard.
        await self.store.workers.listen(self._heard, self._missed)
        await self._follow_time()
        self.faces.open()
        # What was due while nobody was there comes first, and all else after it. What takes long goes on by itself:
        # however much there is to send, and however slow the chat is, what falls due meanwhile is fired.
        self.scheduler.start()
        self.scheduler.send_soon()
        try:
            await self.wake()
            await self.audit()
            yield
        finally:
            await self.faces.stop()
            await self.relay.stop()
            await self.scheduler.stop()
            await self.faces.close()

    async def _follow_time(self) -> None:
        if isinstance(self.clock, SystemClock):
            off = await self.clock.follow(self.store.time)
            if abs(off) > OFF:
                log.warning("this machine's time is %s off the database's, which counts", off)

    def _heard(self, news: str) -> None:
        """Another process of this desk says something: that there is work, or where its pages changed."""
        if news == WAKE:
            self.scheduler.wake()
        else:
            self.hub.hear(news)

    def _missed(self) -> None:
        """It may have said something that did not come."""
        self.scheduler.wake()
        self.hub.deliver(Moved())

    async def _use_once(self, token: str, expires_at: datetime) -> bool:
        return await self.store.use_once(token, self.clock.machine(), expires_at)


async def open_whole(url: str, *, make: bool = True) -> SqlStore:
    """The store of that URL, opened to the end: a stop that comes meanwhile waits, and leaves no schema half upgraded
    and no connection open."""
    return await _whole(open_store(url, make=make))


async def read_whole(url: str) -> SqlStore:
    """The same, to read from beside a desk that runs."""
    return await _whole(read_store(url))


@asynccontextmanager
async def _closed(opening: Awaitable[SqlStore]) -> AsyncGenerator[SqlStore]:
    store = await opening
    try:
        yield store
    finally:
        await store.close()


async def _whole(work: Coroutine[Any, Any, SqlStore]) -> SqlStore:
    opening = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        if not opening.cancelled():
            await (await opening).close()
        raise


def home(channel: str) -> Place:
    """Where a channel of that name is made: in the workspace, which the desk brings itself."""
    return place_of(channel)


def _link(address: str, token: str) -> str:
    return f"{address}/login?{urlencode({'token': token})}"


def _pages():
    with loading():
        from adapters.web.server import serve
        from adapters.web.wiring import create_app

    return create_app, serve


def _log_as(settings: Settings) -> None:
    logging.getLogger().setLevel(settings.log_level.upper())


async def run(settings: Settings) -> None:
    """The desk for real use."""
    _log_as(settings)
    if settings.role == "worker":
        return await _work(settings)
    key = key_of(settings)
    settings.check_chats()
    async with _closed(open_whole(settings.url)) as store:
        runtime = Runtime(settings, store, SystemClock())
        pulse = runtime.pulse = Pulse(settings.data_dir)
        manager = await bootstrap.ensure(store, platform=PLATFORM, workspace=WORKSPACE)
        note = Note(settings.data_dir)

        async def ready(sessions: Sessions, address: str) -> None:
            from bot.desk import claiming  # with all commands, which the pages load anyway

            # All that takes time comes first: who reads the address may stop the desk at once, and is heard by then.
            code = "" if (await store.directory()).clients else await claiming.new_code(runtime.desk)
            note.write(address)
            pulse.begin(runtime.local)
            click.echo(
                f"{settings.name} runs at {address}, with its data in {settings.data_dir}/. Stop it with Ctrl+C."
            )
            if settings.role == "intake":
                click.echo("It serves people; timers and messages are for: steward run --role worker")
            link = _link(address, sessions.link_token(manager.id))
            click.echo(f"Sign in as {manager.name} (once, within 10 minutes):\n  {link}")
            click.echo("For anybody else, or a new link: steward login NAME")
            if code:
                click.echo(f"Next: sign in and type {settings.command} setup; five short forms, and you are ready.")
                word, where = f"{settings.command} setup {code}", settings.chats or "another chat"
                click.echo(f"In {where}, whoever runs the desk types this, once, within a day: {word}")
                if "Discord" in where:
                    click.echo(f"In Discord the code has a field of its own: {settings.command} setup, then code.")

        try:
            await runtime.serve(key=key, demo=None, ready=ready)
        finally:
            pulse.end()
            note.remove()
    click.echo("Stopped; everything is kept.")


async def _work(settings: Settings) -> None:
    async with _closed(open_whole(settings.url)) as store:
        runtime = Runtime(settings, store, SystemClock())
        pulse = runtime.pulse = Pulse(settings.data_dir)
        await bootstrap.ensure(store, platform=PLATFORM, workspace=WORKSPACE)

        def ready(name: str) -> None:
            pulse.begin()
            click.echo(
                f"{settings.name}'s worker {name} fires timers and sends; it serves no pages. Each minute it logs that "
                "it is at work. Stop it with Ctrl+C."
            )

        try:
            await runtime.work(ready)
        finally:
            pulse.end()
    click.echo("Stopped; everything is kept.")


async def demo(settings: Settings, empty: bool) -> None:
    """A desk that plays: invented people, a simulated clock, nothing kept."""
    from bot.demo.controls import Skipper
    from bot.demo.seed import PEOPLE, begin, seed

    _log_as(settings)
    with tempfile.TemporaryDirectory(prefix="steward-demo-") as folder:
        async with _closed(open_whole(f"sqlite:///{folder}/demo.db")) as store:
            clock = begin()
            runtime = Runtime(settings, store, clock)
            await bootstrap.ensure(store, platform=PLATFORM, workspace=WORKSPACE)
            await seed(runtime.desk, store, clock, runtime.wake, month=not empty)
            skipper = Skipper(runtime.desk, clock, runtime.wake)

            async def skip(kind: str) -> str:
                said = await skipper.skip(kind)
                runtime.hub.publish(Moved())
                return said

            async def ready(_: Sessions, address: str) -> None:
                click.echo(f"\nThe demo desk is at {address}\n")
                click.echo("Act as Dana (client), Sam (engineer) or Lee (manager) with the switch at the top;")
                click.echo("skip time with the strip beside it and see warnings and breach alerts arrive.")
                click.echo("Stop it with Ctrl+C; nothing is kept.")

            people = [(p.id, p.name.split()[0], blurb) for p, blurb in PEOPLE]
            controls = Demo(people=people, skip=skip, now=clock.now, speed=clock.speed)
            await runtime.serve(key=secret(Path(folder)), demo=controls, ready=ready)
    click.echo("The demo is over; nothing was kept.")


async def upgrade(url: str, rows: bool) -> str:
    """Bring the database's tables to this release, with `rows` each request's row too, and say what was done."""
    upgrading = asyncio.ensure_future(upgrade_database(url, rows=rows))
    try:
        before, after = await asyncio.shield(upgrading)
    except asyncio.CancelledError:
        await asyncio.wait([upgrading])
        raise
    return upgraded(before, after, rows=rows)


def upkeep() -> Upkeep:
    """Backups, bringing one back, moving a desk; nobody who runs one needs them."""
    from storage.upkeep import SqlUpkeep

    return SqlUpkeep()


async def login(settings: Settings, name: str) -> str:
    """A link for one person the desk knows: its database is asked, or the running desk that owns it."""
    from bot.cli import asking

    person = name.strip().removeprefix("@").lower()
    if not person or any(c.isspace() or not c.isprintable() for c in person):
        raise ConfigError(f"“{clean(name)}” is no name. Write one as in commands, such as: steward login sam")
    if not has_key(settings):
        raise ConfigError(f"There is no desk in {settings.data_dir}/. Start it first: steward run")
    note = Note(settings.data_dir).read()
    clock = SystemClock()

    async def never(token: str, expires_at: datetime) -> bool:
        return False

    sessions = Sessions(key_of(settings), clock, never)
    at = settings.local() if settings.public_url else note
    heard = await asking.running(at, sessions.name_token(person)) if note else None
    hint = ""
    if heard is None:
        sure = await _database_knows(settings, person, clock)
        hint = "" if sure else "\n" + asking.unsure(person)
        if not (note and settings.url.startswith("postgres")):
            hint += "\nThe desk does not seem to run here now; start it with: steward run"
    elif heard:
        raise ConfigError(heard)
    link = _link(note or settings.address(), sessions.link_token(person))
    return f"A sign-in link for {person}, good once and for 10 minutes:\n  {link}{hint}"


async def _database_knows(settings: Settings, person: str, clock: SystemClock) -> bool:
    """Whether it could be asked, the time too. Raises ConfigError where it could, and knows nobody of that name."""
    try:
        async with _closed(read_whole(settings.url)) as store:
            await clock.follow(store.time)
            people = (await store.directory()).people
    except StorageError:
        return False
    if no := login_name(person, people.values()):
        raise ConfigError(no)
    return True
