"""Who outside is told what happens here: an address, a secret it knows us by, and what it wants to hear of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.domain.refusal import Declined

SECRET_PREFIX = "whsec_"  # noqa: S105  # how a secret is written, and none itself


class HookError(Declined, ValueError):
    """A hook that cannot be kept; the message names the mend."""


@dataclass(frozen=True)
class Hook:
    """One address. `about` names what it wants: `sla`, `request`, or both; `client` empty for every client's."""

    key: str
    url: str
    secret: str = field(repr=False)
    about: tuple[str, ...] = ("request", "sla")
    client: str = ""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9-]{0,29}", self.key):
            raise HookError(f"“{self.key[:40]}” is no name for a hook; use small letters, digits and dashes.")
        wrong = [each for each in self.about if each not in ("request", "sla")]
        if wrong or not self.about:
            raise HookError("A hook is told of request, of sla, or of both.")
        try:
            parts = urlsplit(self.url)
            local = parts.hostname in ("localhost", "127.0.0.1", "::1")
            fits = bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and local))
            fits = fits and not parts.username and parts.port != 0 and len(self.url) <= 500
        except ValueError:
            fits = False
        if not fits:
            raise HookError("Write the whole address, beginning with https://, without a name or password in it.")
