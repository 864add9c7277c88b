"""A person's web browser, for what happens outside of Slack's own windows: the pages that install the app."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode

import aiohttp
from fakes.slack.errors import CannotDo
from yarl import URL

if TYPE_CHECKING:
    from fakes.slack.fake_slack import FakeSlack
    from fakes.slack.person import Person


@dataclass
class Page:
    """What the browser shows."""

    url: URL
    status: int
    text: str


class Browser:
    """Keeps the cookies of the app's pages, follows redirects. Use it as an async context manager."""

    def __init__(self, slack: FakeSlack, person: Person, app_url: str) -> None:
        self._slack, self._person, self._app_url = slack, person, app_url

    async def __aenter__(self) -> Browser:
        # An address without a name keeps cookies only where that is asked for, and secure ones only where it is
        # trusted, as real browsers do with what runs on their own machine.
        jar = aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=URL(self._app_url))
        self._session = aiohttp.ClientSession(cookie_jar=jar)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self._session.close()

    async def open(self, url: str) -> Page:
        """Go there."""
        async with self._session.get(url) as answer:
            return Page(answer.url, answer.status, await answer.text())

    async def allow(self, page: Page) -> Page:
        """Press “Allow” on Slack's own page: the app is called back with a code."""
        where, state, scopes = self._asked(page)
        code = self._slack.codes.make(self._person, scopes, where)
        return await self.open(f"{where}?{urlencode({'code': code, 'state': state})}")

    async def deny(self, page: Page) -> Page:
        """Press “Cancel” there."""
        where, state, _ = self._asked(page)
        return await self.open(f"{where}?{urlencode({'error': 'access_denied', 'state': state})}")

    def _asked(self, page: Page) -> tuple[str, str, set[str]]:
        if (
            page.status != 200
            or page.url.path != "/oauth/v2/authorize"
            or not str(page.url).startswith(self._slack.url)
        ):
            raise CannotDo(f"{page.url} ({page.status}) is not the page that asks for permission: {page.text[:300]}")
        asked = {name: values[0] for name, values in parse_qs(page.url.query_string).items()}
        where = asked.get("redirect_uri") or self._slack.app.redirect_urls[0]
        return where, asked.get("state", ""), set(asked["scope"].split(","))
