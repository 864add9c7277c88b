"""Tokens of other platforms as they are kept: encrypted with a key that is not in the database.

There may be several: the first encrypts, all of them decrypt, so that a new one can be put before an old one. What is
sealed says whose it is: a row that was moved to another workspace's place opens for neither.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.config import ConfigError, Settings, keys_in


class CannotOpen(Exception):
    """None of the keys opens it; the message says what mends that, and holds nothing of it."""


class Seal:
    """Encrypts and decrypts."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Each of 32 bytes, the one that encrypts first."""
        fernets = [Fernet(base64.urlsafe_b64encode(key)) for key in keys]
        self._first, self._all = fernets[0], MultiFernet(fernets)

    @classmethod
    def of(cls, settings: Settings) -> Seal:
        """With the keys of the settings. Raises ConfigError where there are none."""
        keys = keys_in(settings.encryption_key.get_secret_value())
        if not keys:
            raise ConfigError(
                "Tokens of other workspaces are kept encrypted, and there is no key: set STEWARD_ENCRYPTION_KEY; make "
                "one with: openssl rand -base64 32"
            )
        return cls(keys)

    def close(self, whose: str, token: str) -> str:
        """The token as it is kept."""
        return self._first.encrypt(json.dumps([whose, token]).encode()).decode("ascii")

    def open(self, whose: str, sealed: str) -> str:
        """The token. Raises CannotOpen for what no key opens, and for another's."""
        try:
            owner, token = json.loads(self._all.decrypt(sealed.encode()))
        except (InvalidToken, ValueError):
            raise CannotOpen("no key in STEWARD_ENCRYPTION_KEY opens it: put the one it was made with back") from None
        if owner != whose:
            raise CannotOpen("it is another workspace's: restore the database, or install the app there again")
        return str(token)

    def is_current(self, sealed: str) -> bool:
        """Whether the first key opens it: the others are needed no more once that is so of all."""
        try:
            self._first.decrypt(sealed.encode())
        except InvalidToken:
            return False
        return True
