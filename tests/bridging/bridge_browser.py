"""The browser's side: the real pages and the real chat."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from urllib.parse import quote
from uuid import uuid4

from bridge_sides import Line
from web_house import Browser

from adapters.web.auth import Sessions
from adapters.web.channels import Channels
from adapters.web.chat import PLATFORM, WORKSPACE, WebChat, place_of
from adapters.web.live import Hub
from adapters.web.wiring import create_app
from bot.desk.context import Desk
from bot.desk.conversations import direct
from bot.domain.people import Person
from bot.messages.model import Action, Card, Relay
from bot.ports import DirectoryEdit, MessageRef, Place, Posted
from storage import SqlStore

_TIME = re.compile(r'<time datetime="([^"]+)"')


class BrowserSide:
    """`Side` of the workspace that the desk brings itself."""

    platform = PLATFORM

    def __init__(self, store: SqlStore, desk: Desk) -> None:
        self.store, self.desk = store, desk
        hub = Hub()
        self.chat = WebChat(store, hub, desk.clock, people=store.directory)
        self.channels = Channels(store, store)
        self.sessions = Sessions(b"a secret for tests", desk.clock, store.use_once)
        self.app = create_app(
            desk=desk,
            workspace=store,
            hub=hub,
            sessions=self.sessions,
            wake=self.channels.follow,
            hosts=("127.0.0.1",),
        )
        self._browsers: dict[str, Browser] = {}

    async def furnish(self, people: Iterable[Person], rooms: Mapping[str, Iterable[Person]]) -> None:
        bindings = {name: place_of(name.replace(":", "-").lower()) for name in rooms}
        for person in people:
            if await self.store.binding(direct(person.id)) is None:
                bindings[direct(person.id)] = place_of(direct(person.id))
        accounts = tuple((PLATFORM, WORKSPACE, person.id, person.id) for person in people)
        await self.store.edit_directory(DirectoryEdit(identities=accounts, bindings=tuple(bindings.items())))
        await self.channels.follow()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        await self.channels.follow()
        yield
        for browser in self._browsers.values():
            await browser.http.aclose()

    def _of(self, who: str) -> Browser:
        return self._browsers.setdefault(who, Browser(self, self.app, who))  # pyright: ignore[reportArgumentType]

    async def say(self, who: str, text: str, at: Place, files: Mapping[str, bytes] | None = None) -> MessageRef:
        browser, ids = self._of(who), list[str]()
        for name, content in (files or {}).items():
            sent = await browser.http.post(
                "/files", params={"name": name}, content=content, headers={"content-type": "application/octet-stream"}
            )
            ids.append(sent.json()["id"])
        body = {"id": str(uuid4()), "text": text, "thread": at.thread, "files": ids}
        answer = await browser.post(f"/c/{quote(at.channel)}/messages", body)
        assert answer.status_code == 200, answer.text
        return MessageRef(at, str(answer.json()["message"]))

    async def rewrite(self, who: str, ref: MessageRef, text: str) -> None:
        done = await self._of(who).post(f"/m/{ref.message}/edit", {"id": str(uuid4()), "text": text})
        assert done.status_code == 200, done.text

    async def take_back(self, who: str, ref: MessageRef) -> None:
        done = await self._of(who).post(f"/m/{ref.message}/delete", {"id": str(uuid4())})
        assert done.status_code == 200, done.text

    async def react(self, who: str, emoji: str, ref: MessageRef) -> None:
        body = {"id": str(uuid4()), "message": ref.message, "emoji": emoji, "on": True}
        assert (await self._of(who).post("/react", body)).status_code == 200

    async def press(self, who: str, label: str, ref: MessageRef, typed: str = "") -> None:
        posted = await self.store.message(int(ref.message))
        assert posted is not None
        body = posted.body
        assert body is not None
        given: tuple[Action, ...] = (*body.actions, *(body.more if isinstance(body, Card) else ()))  # pyright: ignore
        action = next(each for each in given if each.label == label)
        at = {"channel": posted.channel, "thread": posted.thread}
        asked = {"id": str(uuid4()), "command": action.command, "args": dict(action.args), **at}
        answer = await self._of(who).post("/act", asked)
        assert answer.status_code == 200, answer.text
        if typed:
            fields = re.findall(r'<(?:textarea|input)[^>]* name="(?:in:)?([a-z_]+)"', answer.json()["form"])
            args = {**dict(action.args), fields[0]: typed}
            answer = await self._of(who).post("/act", {**asked, "id": str(uuid4()), "args": args})
            assert answer.status_code == 200, answer.text

    async def reads(self, who: str, at: Place) -> list[Line]:
        thread = int(at.thread) if at.thread else None
        return [await self._line(who, each) for each in await self.store.messages(at.channel, thread=thread, limit=500)]

    def alone(self, who: str) -> list[str]:
        raise NotImplementedError("an answer for one alone is what a page was answered")

    async def _line(self, who: str, posted: Posted) -> Line:
        ref = MessageRef(place_of(posted.channel, posted.thread), str(posted.id))
        page = await self._of(who).get(f"/part/m/{posted.id}", params={"thread": "1"} if posted.thread else {})
        assert page.status_code == 200, page.text
        author = re.search(r'<bdi class="name">(.*?)</bdi>', page.text)
        shown = page.text.partition("</header>")[2].partition('<div class="tools"')[0]
        body = posted.body
        files = (body.files if isinstance(body, Relay) else ()) if body is not None else posted.files
        kept = {}
        for file in (file for file in files if file.is_kept):
            kept[file.name] = (await self._of(who).get(f"/files/{file.id}/{quote(file.name)}")).content
        calls = await self._called(posted) if "@" in shown else frozenset[str]()
        return Line(
            ref,
            html.unescape(author[1]) if author else "",
            html.unescape(re.sub(r"<[^>]+>", "", shown)),
            tuple(html.unescape(b) for b in re.findall(r"<button[^>]*data-command[^>]*>([^<]+)</button>", shown)),
            kept,
            calls,
            tuple(datetime.fromisoformat(each) for each in _TIME.findall(shown)),
        )

    async def _called(self, posted: Posted) -> frozenset[str]:
        """Who reads it as one that names them, and is told of it."""
        found = set[str]()
        for id in (await self.store.directory()).people:
            page = await self._of(id).get(f"/part/m/{posted.id}", params={"thread": "1"} if posted.thread else {})
            unread = await self.store.unread(id)
            told = any(u.mentions and (u.channel, u.thread) == (posted.channel, posted.thread) for u in unread)
            if told and " named" in page.text.partition("data-message=")[0]:
                found.add(id)
        return frozenset(found)
