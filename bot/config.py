"""The desk's settings: a TOML file, overridden by environment variables. Secrets never show in a repr or a log."""

from __future__ import annotations

import os
import secrets
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

_EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104  # compared with, to find a name that people can open; never bound here


_KEY = 32
"""Bytes of the key that signs."""


class ConfigError(Exception):
    """A setting that cannot be used; one line that names it and the mend."""


class Settings(BaseSettings):
    """Everything one can set. Each is `STEWARD_NAME` in the environment, or `name` in the settings file."""

    model_config = SettingsConfigDict(env_prefix="STEWARD_", extra="forbid", frozen=True)

    data_dir: Path = Field(Path("var"), description="Where the database and the sign-in secret are kept.")
    database_url: str = Field(
        "", description="sqlite:///path or postgresql://…; by default a file in data_dir.", repr=False
    )
    host: str = Field("127.0.0.1", description="The address the browser workspace listens on.")
    port: int = Field(
        8080, ge=0, le=65535, description="Its port; PORT in the environment sets it too. 0 takes a free one."
    )
    public_url: str = Field("", description="How people reach the workspace, such as https://desk.example.org.")
    name: str = Field("Steward", min_length=1, max_length=40, description="What the desk calls itself.")
    command: str = Field(
        "/desk", pattern=r"^/[a-z][a-z0-9_-]{0,31}$", description="The word people type; a slash first."
    )
    undo_seconds: int = Field(60, ge=0, le=3600, description="How long a resolve can be taken back.")
    burst_seconds: int = Field(120, ge=0, le=3600, description="How close lines belong to one request.")
    log_level: str = Field("info", description="debug, info, warning or error.")

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.lower() not in ("debug", "info", "warning", "error"):
            raise ValueError("use debug, info, warning or error")
        return value.lower()

    @field_validator("name")
    @classmethod
    def _visible_name(cls, value: str) -> str:
        if not (name := " ".join(value.split())):
            raise ValueError("write a name that can be seen")
        return name

    @field_validator("public_url")
    @classmethod
    def _full_address(cls, value: str) -> str:
        value = value.strip()
        try:
            parts = urlsplit(value)
            fits = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            fits = False
        if value and not fits:
            raise ValueError("write it whole, such as https://desk.example.org")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Options first, then the environment, then the file that STEWARD_CONFIG names (steward.toml where it
        exists)."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, _config_file())

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names under which the workspace may be asked for; others are refused (DNS rebinding)."""
        public = urlsplit(self.public_url).hostname
        listening = () if self.host in _EVERYWHERE else (self.host,)
        return tuple(dict.fromkeys(("127.0.0.1", "localhost", *listening, *((public,) if public else ()))))

    @property
    def url(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.data_dir / 'steward.db'}"

    def address(self, port: int | None = None) -> str:
        """Where people open the workspace."""
        return self.public_url.rstrip("/") or self.local(port)

    def local(self, port: int | None = None) -> str:
        """Where it is on this machine, whatever stands before it."""
        host = "127.0.0.1" if self.host in _EVERYWHERE else f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{port or self.port}"


def load(**options: Any) -> Settings:
    """The settings with command-line options on top. Raises ConfigError, one line that names the mend."""
    file = _config_file()
    if os.environ.get("STEWARD_CONFIG") and not file.is_file():
        raise ConfigError(f"STEWARD_CONFIG names {file}, which is not there. Write the file or unset the variable.")
    given = {name: value for name, value in options.items() if value is not None}
    if "port" not in given and "STEWARD_PORT" not in os.environ and (port := os.environ.get("PORT")):
        given["port"] = port
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "?"
        shown = "" if name == "database_url" else f" ({first['input']!r})"
        if first["type"] == "extra_forbidden":
            known = ", ".join(sorted(Settings.model_fields))
            raise ConfigError(f"There is no setting “{name}”. Known ones: {known}.") from None
        message = first["msg"].removeprefix("Value error, ")
        raise ConfigError(
            f"The setting {name}{shown} does not fit: {message}. Set it by STEWARD_{name.upper()}."
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file} is no valid TOML: {error}. Mend that line.") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{file} is not written in UTF-8. Save it as UTF-8.") from None
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}. Mend that, or take the file away.") from None


def secret(data_dir: Path) -> bytes:
    """The key that signs sign-in links and sessions, made once and readable by its owner only.

    Raises ConfigError where the folder cannot be written, and for a file that holds no whole key: whoever can guess a
    key can sign in as anybody.
    """
    path = data_dir / "secret"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _write_once(path, secrets.token_bytes(_KEY).hex())
        # Also whoever wrote reads: of two that start at once, one wrote it for both.
        key = bytes.fromhex(path.read_text("ascii").strip())
    except ValueError:
        key = b""
    except OSError as error:
        raise ConfigError(
            f"{data_dir} cannot be used: {error.strerror}. Choose another with STEWARD_DATA_DIR."
        ) from None
    if len(key) != _KEY:
        raise ConfigError(f"{path} is damaged. Delete it; everybody signs in once more.")
    return key


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


def _config_file() -> Path:
    return Path(os.environ.get("STEWARD_CONFIG") or "steward.toml")
