"""The key that signs sign-in links and sessions: given by a setting, or made once beside the data.

Whoever can guess it can sign in as anybody. The processes of one desk need the same, or each would turn away whom
another let in.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from bot.config import ConfigError, Settings

_KEY = 32
"""Bytes of a key."""
_MAKE = "make one with: openssl rand -hex 32"
OTHER_KEY = (
    "A process of this desk that runs signs with another key, so that each would turn away whom the other let in: "
    "start all with one STEWARD_SECRET (or STEWARD_SECRET_FILE, or the same data_dir)."
)
"""Why a process does not start beside another one."""


def key_of(settings: Settings) -> bytes:
    """The desk's key. Raises ConfigError for what is no whole key."""
    given = settings.secret.get_secret_value()
    if given:
        if (key := _key_in(given)) is None:
            raise ConfigError(f"The setting secret is no key of 64 hexadecimal digits; {_MAKE}")
        return key
    if not settings.secret_file:
        return secret(settings.data_dir)
    path = Path(settings.secret_file)
    try:
        key = _key_in(path.read_text("ascii"))
    except UnicodeDecodeError:
        key = None
    except OSError as error:
        raise ConfigError(
            f"{path}, which secret_file names, cannot be read: {error.strerror}. Mend that, or {_MAKE} > {path}"
        ) from None
    if key is None:
        raise ConfigError(f"{path}, which secret_file names, holds no key of 64 hexadecimal digits; {_MAKE}")
    return key


def has_key(settings: Settings) -> bool:
    """Whether there is one already."""
    return bool(settings.secret.get_secret_value() or settings.secret_file) or (settings.data_dir / "secret").is_file()


def secret(data_dir: Path) -> bytes:
    """The key in that folder, made once and readable by its owner only. Raises ConfigError where the folder cannot be
    written, and for a file that holds no whole key."""
    path = data_dir / "secret"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _write_once(path, secrets.token_bytes(_KEY).hex())
        # Also whoever wrote reads: of two that start at once, one wrote it for both.
        key = _key_in(path.read_text("ascii"))
    except UnicodeDecodeError:
        key = None
    except OSError as error:
        raise ConfigError(
            f"{data_dir} cannot be used: {error.strerror}. Choose another with STEWARD_DATA_DIR."
        ) from None
    if key is None:
        raise ConfigError(f"{path} is damaged. Delete it; everybody signs in once more.")
    return key


def _key_in(text: str) -> bytes | None:
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        return None
    return key if len(key) == _KEY else None


def _write_once(path: Path, text: str) -> None:
    """Write a file that others may be writing at the same time: the first stays, and none is ever seen half written."""
    draft = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            _name(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _name(draft: Path, path: Path) -> None:
    try:
        os.link(draft, path)
    except FileExistsError:
        raise
    except OSError:
        # A filesystem without links, such as FAT or some network shares: as good as it can be there.
        draft.replace(path)
