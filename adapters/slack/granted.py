"""What Slack gives for a code: one workspace's token of the bot, or nothing that can be kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.slack import pages
from adapters.slack.pages import Page
from bot.domain.text import clean


class NotTaken(Exception):
    """There is nothing to keep; `page` says why, to whoever sits before it."""

    def __init__(self, page: Page) -> None:
        super().__init__(page.title)
        self.page = page


@dataclass(frozen=True)
class Granted:
    """A workspace and its token."""

    workspace: str
    name: str
    token: str = field(repr=False)
    app: str = ""


def granted(told: Mapping[str, Any]) -> Granted:
    """As oauth.v2.access answers. Raises NotTaken for a token that is not one workspace's, or not the bot's."""
    team = told.get("team")
    id = str(team.get("id") or "") if isinstance(team, Mapping) else ""
    token = str(told.get("access_token") or "")
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,60}", id) or not re.fullmatch(r"[\x21-\x7e]{1,1000}", token):
        raise NotTaken(pages.away())
    if told.get("token_type", "bot") != "bot" or told.get("refresh_token"):
        # A token that ends by itself is of an app that is set up otherwise than its manifest says.
        raise NotTaken(pages.set_up_wrong())
    name = " ".join(clean(str(team.get("name") or "")).split())[:80] if isinstance(team, Mapping) else ""
    app = str(told.get("app_id") or "")
    return Granted(id, name or id, token, app if re.fullmatch(r"[A-Za-z0-9_-]{1,60}", app) else "")
