"""The desk's settings: a TOML file, overridden by environment variables. Secrets never show in a repr or a log."""

from __future__ import annotations

import os
import secrets
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

_EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104  # compared with, to find a name that people can open; never bound here


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
        host = "127.0.0.1" if self.host in _EVERYWHERE else self.host
        return self.public_url.rstrip("/") or f"http://{host}:{port or self.port}"


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


def secret(data_dir: Path) -> bytes:
    """The key that signs sign-in links and sessions, made once and readable by its owner only.

    Raises ConfigError where the folder cannot be written.
    """
    path = data_dir / "secret"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return bytes.fromhex(path.read_text().strip())
        with os.fdopen(handle, "w") as file:
            key = secrets.token_bytes(32)
            file.write(key.hex())
        return key
    except ValueError:
        raise ConfigError(f"{path} is damaged. Delete it; everybody signs in once more.") from None
    except OSError as error:
        raise ConfigError(
            f"{data_dir} cannot be used: {error.strerror}. Choose another with STEWARD_DATA_DIR."
        ) from None


def _config_file() -> Path:
    return Path(os.environ.get("STEWARD_CONFIG") or "steward.toml")
