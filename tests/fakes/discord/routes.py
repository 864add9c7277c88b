"""The routes of the API: what each may be asked, and the work that answers it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from fakes.discord.errors import DiscordError, check

if TYPE_CHECKING:
    from fakes.discord.discord_world import World
    from fakes.discord.fake_discord import FakeDiscord


@dataclass
class Upload:
    """A file that came with a request."""

    filename: str
    content: bytes
    content_type: str | None = None


@dataclass
class Given:
    """One request, read."""

    discord: FakeDiscord
    at: dict[str, str]
    """What stood in the path."""
    query: dict[str, str]
    body: Any
    files: dict[str, Upload] = field(default_factory=dict[str, Upload])
    """By their number, as `attachments` calls it."""

    @property
    def world(self) -> World:
        """All that there is."""
        return self.discord.world

    def fields(self, *known: str) -> dict[str, Any]:
        """The body, which may have these fields alone."""
        if not isinstance(self.body, dict):
            raise DiscordError(50109)
        check({key: "unknown field" for key in self.body.keys() - set(known)})
        return self.body

    def number(self, name: str, otherwise: int, most: int) -> int:
        """A number after the question mark."""
        try:
            value = int(self.query.get(name, otherwise))
        except ValueError:
            value = 0
        check({name: f"Must be between 1 and {most}."} if not 1 <= value <= most else {})
        return value


Work = Callable[[Given], Awaitable[Any]]


@dataclass
class Route:
    """One of them."""

    name: str
    method: str
    pattern: re.Pattern[str]
    bucket: str
    token: bool
    """Whether the bot's token is asked for."""
    work: Work


ROUTES: list[Route] = []


def route(method: str, path: str, *, bucket: str = "other", token: bool = True) -> Callable[[Work], Work]:
    """Declare what answers it."""
    pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))

    def declare(work: Work) -> Work:
        ROUTES.append(Route(f"{method} {path}", method, pattern, bucket, token, work))
        return work

    return declare


def known(name: str) -> str:
    """That name, where a route has it: what a test misspells must not be looked for in vain."""
    if name != "download" and not any(one.name == name for one in ROUTES):
        raise LookupError(f"there is no route {name!r}; there are:\n" + "\n".join(one.name for one in ROUTES))
    return name


@cache
def _in_order() -> list[Route]:
    return sorted(ROUTES, key=lambda route: route.name.count("{"))


def find(method: str, path: str) -> tuple[Route | None, dict[str, str], bool]:
    """The one that is meant, what stands in the path, and whether the path is known at all. What is written out,
    `/@me`, goes before what is not."""
    known = False
    for one in _in_order():
        if found := one.pattern.fullmatch(path):
            if one.method == method:
                return one, found.groupdict(), True
            known = True
    return None, {}, known
