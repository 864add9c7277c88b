"""Messages as HTML, for one reader: their zone, their buttons. Jinja escapes; what is said is decided elsewhere."""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from types import CodeType, MappingProxyType
from urllib.parse import quote
from zoneinfo import ZoneInfo

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup

from adapters.web.access import may_know
from adapters.web.demo import SKIPS, Demo
from adapters.web.words import Naming, is_long, words
from bot.commands import REGISTRY, Command, Who
from bot.desk.context import Rules
from bot.desk.fitting import may_press
from bot.domain import mentions
from bot.domain.files import Attachment
from bot.domain.people import Directory, Person, Role
from bot.messages import times
from bot.messages.model import BANDS, Action, Answer, Form, Line, Message, Relay, Said, Text
from bot.messages.words import file_line, size_of
from bot.ports import Channel, ChannelKind, Posted

HERE = Path(__file__).parent
EMOJI = ("🎫", "👀", "✅", "👍", "🎉", "❤️")
TOGETHER = timedelta(minutes=5)
"""Messages of one author this close stand under one name."""

_WHOLE = re.compile(r"\b[A-Z][A-Z0-9]*-\d+\b|\b\d{4}-\d\d-\d\d\b(?: \d\d:\d\d)?|\b\d\d:\d\d-\d\d:\d\d\b")
_UNIT = re.compile(r"(?<=\d) (?=(?:h|min|d|s|days?)\b)")

_ROLES = {
    Role.CLIENT: "Client",
    Role.ENGINEER: "Engineer",
    Role.LEAD: "Lead",
    Role.MANAGER: "Manager",
    Role.DESK: "app",
}


@dataclass(frozen=True)
class Face:
    """Who speaks, as a message shows it."""

    key: str
    name: str
    badge: str
    via: bool = False
    """The desk carries their words."""
    desk: bool = False

    @property
    def initials(self) -> str:
        """One or two letters for the avatar."""
        parts = [part for part in self.name.split() if part[0].isalnum()]
        return (parts[0][0] + (parts[-1][0] if len(parts) > 1 else "")).upper() if parts else "?"

    @property
    def hue(self) -> int:
        """The avatar's colour: one of twelve in the style sheet, always the same for the same person."""
        return zlib.adler32(self.key.encode()) % 12


@dataclass(frozen=True)
class Shown:
    """A message in its place: under whose name, after which day."""

    posted: Posted
    face: Face
    follows: bool
    day: str
    askable: bool = False
    """Whether it can be turned into a request."""
    splittable: bool = False
    """Whether it is a client's word in a request, which can become a request of its own."""
    sendable: bool = False
    """Whether it is the reader's own in a request's private thread, and can be sent to the client."""
    fresh: int = 0
    """Replies in its thread that the reader has not seen."""


def whole(text: str) -> Markup:
    """Text whose names of requests, dates and hours do not break at their hyphens."""
    shown, done = Markup(), 0
    for found in _WHOLE.finditer(text):
        shown += text[done : found.start()]
        shown += Markup('<span class="whole">{}</span>').format(found[0])
        done = found.end()
    return shown + text[done:]


@dataclass(frozen=True)
class Reader:
    """The person who looks, and when. Templates call it `me`."""

    person: Person
    directory: Directory
    now: datetime
    rules: Rules

    @property
    def zone(self) -> ZoneInfo:
        """The zone all times are shown in."""
        return times.zone_of(self.person.zone)

    @property
    def leads(self) -> bool:
        """Whether they run the desk: leads and managers."""
        return self.person.active and self.person.role in (Role.LEAD, Role.MANAGER)

    @property
    def manages(self) -> bool:
        """Whether they may set up clients."""
        return Who.MANAGER.allows(self.person)

    def time(self, at: datetime, style: str = "time", said: datetime | None = None) -> Markup:
        """An instant with its full date for who points at it, in a message of `said`; the page keeps relative ones
        fresh."""
        return Markup('<time datetime="{}" title="{}"{}>{}</time>').format(
            times.iso(at),
            times.full(at, self.zone),
            Markup(" data-relative") if style == "relative" else "",
            times.styled(at, style, self.zone, self.now, said),
        )

    def clock(self, zone: str | None) -> str:
        """The demo's clock: Thu 3 Mar 14:30."""
        return times.styled(self.now, "full", times.zone_of(zone) if zone else self.zone, self.now)

    def words(self, text: str) -> Markup:
        """Somebody's own words."""
        return words(text, self._names)

    @cached_property
    def _names(self) -> Naming | None:
        known = [person for person in self.directory.people.values() if may_know(self.person, person)]
        handles = mentions.handles(known)
        finder = mentions.pattern(handles)
        return Naming(finder, handles, self.person.id) if finder else None

    def named_in(self, posted: Posted) -> bool:
        """Whether somebody's words name the reader."""
        said = posted.body if isinstance(posted.body, Relay) else None
        author, text = (said.person, said.text) if said else (posted.author, posted.text)
        return author != self.person.id and self._names is not None and self._names.calls(text)

    def is_long(self, text: str) -> bool:
        """Whether to fold them."""
        return is_long(text)

    def actions(self, actions: Sequence[Action]) -> list[Action]:
        """The buttons worth showing; who may is decided again when one is pressed."""
        return [action for action in actions if may_press(action, self.person)]

    def whole(self, line: Line) -> Line:
        """A line that does not break between a number and its unit."""
        return tuple(replace(s, text=self.unbroken(s.text)) if isinstance(s, Text) else s for s in line)

    def unbroken(self, text: str) -> str:
        """Text that does not break between a number and its unit."""
        return _UNIT.sub("\u00a0", text)

    def shortcuts(self, shown: Shown) -> list[Command]:
        """What the desk can do with a client's message, and with one that stands in a request's private thread."""

        def fits(c: Command) -> bool:
            if c.on_note:
                return shown.sendable
            if c.name == "turn":
                return shown.askable
            return shown.splittable and (self.person.is_staff or shown.posted.author == self.person.id)

        return [c for c in REGISTRY.commands.values() if c.on_message and c.who.allows(self.person) and fits(c)]

    def badge(self, person: Person) -> str:
        """What somebody is, in a word; a client's people carry their client's name."""
        client = self.directory.clients.get(person.client or "")
        return client.name if client else _ROLES[person.role]

    def face(self, posted: Posted) -> Face:
        """Who speaks in that message."""
        if isinstance(posted.body, Relay):
            return self._face(posted.body.person, posted.body.name, posted.body.role, via=True)
        if posted.author is None:
            return self.desk_face()
        return self.face_of(posted.author)

    def own_face(self) -> Face:
        """The reader's."""
        return self.face_of(self.person.id)

    def face_of(self, id: str) -> Face:
        """Somebody's, by their id."""
        return self._face(id, self.directory.name_of(id), "")

    def desk_face(self) -> Face:
        """The desk's own."""
        return Face("desk", self.rules.name, _ROLES[Role.DESK], desk=True)

    def _face(self, id: str, name: str, role: str, *, via: bool = False) -> Face:
        person = self.directory.people.get(id)
        return Face(id, name, self.badge(person) if person else role.capitalize(), via)

    def names(self, people: Sequence[str]) -> str:
        """Who reacted: You, Dana and Sam."""
        shown = ["You" if id == self.person.id else self.directory.name_of(id) for id in people]
        return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1] if shown else ""]))

    def show(
        self,
        messages: Sequence[Posted],
        before: Posted | None = None,
        askable: Collection[int] = (),
        fresh: Mapping[int, int] = MappingProxyType({}),
        splittable: Collection[int] = (),
        sendable: Collection[int] = (),
    ) -> list[Shown]:
        """Messages in order, each knowing whether it goes on from the one before it; `askable` ones may be turned into
        requests, `splittable` ones into others than theirs, `sendable` ones sent to the client, `fresh` tells how many
        replies of each thread are new."""
        shown: list[Shown] = []
        for posted in messages:
            shown.append(
                replace(
                    self._shown(posted, before),
                    askable=posted.id in askable,
                    splittable=posted.id in splittable,
                    sendable=posted.id in sendable,
                    fresh=fresh.get(posted.id, 0),
                )
            )
            before = posted
        return shown

    def _shown(self, posted: Posted, before: Posted | None) -> Shown:
        face = self.face(posted)
        day = times.local_day(posted.at, self.zone)
        if before is None or times.local_day(before.at, self.zone) != day:
            return Shown(posted, face, False, times.day_name(posted.at, self.zone, self.now))
        together = before.thread == posted.thread and posted.at - before.at <= TOGETHER
        follows = together and self.face(before) == face
        return Shown(posted, face, follows, "")


def path_of_file(file: Attachment) -> str:
    """Where a file is served. Its name stands in the address for people who save it."""
    return f"/files/{file.id}/{quote(file.name, safe='')}"


def path_of_ref(ref: str) -> str:
    """Where a request's name leads."""
    return f"/r/{quote(ref, safe='')}"


class _Compiled(BytecodeCache):
    """What Jinja made of each template, for all desks of the process: to make it takes ten times as long as to use it.
    A template that was changed on disk has another checksum, and is made anew."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """What was made of this text, where anything was."""
        bucket.code = self._made.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps it."""
        if bucket.code is not None:
            self._made[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


class Render:
    """The templates."""

    def __init__(self, demo: Demo | None) -> None:
        self._env = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            bytecode_cache=_COMPILED,
        )
        self._env.globals.update(
            demo=demo,
            skips=SKIPS,
            emoji=EMOJI,
            kinds=ChannelKind,
            iso=times.iso,
            path_of_file=path_of_file,
            path_of_ref=path_of_ref,
            size_of=size_of,
            file_line=file_line,
            bands=BANDS,
        )
        self._env.filters["whole"] = whole

    def html(self, template: str, /, **values: object) -> str:
        """A whole template."""
        return self._env.get_template(template).render(**values)

    def messages(self, me: Reader, channel: Channel, shown: Sequence[Shown], *, thread: bool) -> str:
        """Messages alone, to be put into a list that is open already."""
        return self.html("messages.html", me=me, channel=channel, shown=shown, thread=thread)

    def answer(self, me: Reader, answer: Answer) -> dict[str, object]:
        """What the person who acted sees: a message only they see, or a form."""
        if answer.form is not None:
            return {"form": self.form(me, answer.form)}
        if answer.message is None:
            return {}
        refused = isinstance(answer.message, Said) and answer.message.purpose == "refusal"
        html = self.html("ephemeral.html", me=me, face=me.desk_face(), body=answer.message)
        return {"ephemeral": html, "refused": _plain(answer.message) if refused else ""}

    def form(self, me: Reader, form: Form) -> str:
        """A modal's inside."""
        return self.html("form.html", me=me, form=form)


def _plain(message: Message) -> str:
    lines = message.lines if isinstance(message, Said) else ()
    return "\n".join("".join(getattr(span, "text", "") or getattr(span, "name", "") for span in line) for line in lines)
