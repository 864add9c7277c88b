"""The desk's settings: a TOML file, overridden by environment variables. Secrets never show in a repr or a log."""

from __future__ import annotations

import base64
import os
import re
import tomllib
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

_EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104  # compared with, to find a name that people can open; never bound here


SCHEMA = re.compile(r"(?!pg_|information_schema$)[a-z_][a-z0-9_]{0,62}")
"""What a desk's PostgreSQL schema may be called: a name that nobody need quote."""


SECRETS = (
    *("database_url", "secret", "encryption_key", "discord_token"),
    *("slack_bot_token", "slack_app_token", "slack_signing_secret", "slack_client_secret"),
)
"""Settings whose values are in no error."""
CHATS_OWN = (
    *("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_API_URL"),
    *("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"),
    *("DISCORD_TOKEN", "DISCORD_API_BASE", "DISCORD_GATEWAY_URL"),
)
"""Variables that the chats' own tools know by these names: they set ours too."""


class ConfigError(Exception):
    """A setting that cannot be used; one line that names it and the mend."""


class Settings(BaseSettings):
    """Everything one can set. Each is `STEWARD_NAME` in the environment, or `name` in the settings file."""

    model_config = SettingsConfigDict(env_prefix="STEWARD_", extra="forbid", frozen=True)

    data_dir: Path = Field(Path("var"), description="Where the database and the sign-in secret are kept.")
    database_url: str = Field(
        "", description="sqlite:///path or postgresql://…; by default a file in data_dir.", repr=False
    )
    database_schema: str = Field(
        "", description="The PostgreSQL schema that the desk lives in, made at its first start; by default public."
    )
    role: Literal["all", "intake", "worker"] = Field(
        "all", description="What this process does: all, intake (serves people), or worker (fires timers and sends)."
    )
    secret: SecretStr = Field(
        SecretStr(""), description="The key that signs: 64 hexadecimal digits, the same for all processes of a desk."
    )
    secret_file: str = Field("", description="A file that holds it instead; by default one in data_dir.")
    encryption_key: SecretStr = Field(
        SecretStr(""),
        description="Encrypts the tokens of other workspaces: 32 bytes in base64; of several the first one encrypts.",
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
    slack_bot_token: SecretStr = Field(
        SecretStr(""), description="Slack's token of the bot, xoxb-…; with it the desk speaks there."
    )
    slack_app_token: SecretStr = Field(
        SecretStr(""), description="Slack's token of the app, xapp-…; with it events come over Socket Mode."
    )
    slack_signing_secret: SecretStr = Field(
        SecretStr(""), description="Slack's signing secret; with it events are taken at /slack/events."
    )
    slack_client_id: str = Field(
        "",
        pattern=r"^\s*[\w.-]*\s*$",
        description="The app's client id in Slack; with it further workspaces let the desk in.",
    )
    slack_client_secret: SecretStr = Field(SecretStr(""), description="The secret that goes with it.")
    slack_api_url: str = Field("https://slack.com/api/", description="Where Slack's Web API is.")
    slack_staff: list[str] = Field(
        [], description="Who is on the team there: ids of workspaces (T…), user groups (S…) and people (U…)."
    )
    slack_clients: dict[str, list[str]] = Field({}, description="The same of each client, by its key.")
    slack_channels: dict[str, str] = Field(
        {}, description="Where triage, alerts and each client, by its key, are there: a channel's id or name."
    )

    slack_emoji: dict[str, Literal["turn", "claim", "done"]] = Field(
        {}, description="What further emoji mean there, by their names: turn, claim or done."
    )
    discord_token: SecretStr = Field(
        SecretStr(""), description="Discord's token of the bot; with it the desk speaks and listens there."
    )
    discord_api_base: str = Field("", description="Where Discord's API is; by default Discord's own.")
    discord_gateway_url: str = Field("", description="Where its gateway is; by default where its API says.")
    discord_staff: list[str] = Field([], description="Who is on the team there: ids of servers, roles and people.")
    discord_clients: dict[str, list[str]] = Field({}, description="The same of each client, by its key.")
    discord_channels: dict[str, str] = Field(
        {}, description="Where triage, alerts and each client, by its key, are there: a channel's id or name."
    )
    discord_emoji: dict[str, Literal["turn", "claim", "done"]] = Field(
        {}, description="What further emoji mean there, by themselves or by their names: turn, claim or done."
    )

    @field_validator("encryption_key")
    @classmethod
    def _whole_keys(cls, value: SecretStr) -> SecretStr:
        keys_in(value.get_secret_value())
        return value

    @field_validator("slack_client_id")
    @classmethod
    def _bare_id(cls, value: str) -> str:
        return value.strip()

    @field_validator("slack_bot_token", "slack_app_token", "slack_signing_secret", "slack_client_secret")
    @classmethod
    def _right_secret(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        token, name = _bare(value), str(info.field_name)
        where = {"slack_bot_token": "OAuth & Permissions (xoxb-…)", "slack_app_token": "Basic Information (xapp-…)"}
        page = where.get(name, "Basic Information")
        wrong = ("xapp-", "xoxp-") if name == "slack_bot_token" else ("xoxb-", "xoxp-")
        if token.startswith(wrong):
            raise ValueError(f"one that begins with {token[:5]} is another one; copy it from the app's page, {page}")
        if not re.fullmatch(r"[\x21-\x7e]*", token):
            raise ValueError(f"it is not whole, or has a blank in it; copy it from the app's page, {page}")
        return SecretStr(token)

    @field_validator("slack_api_url")
    @classmethod
    def _whole_api(cls, value: str) -> str:
        return f"{cls._full_address(value).rstrip('/')}/" if value.strip() else "https://slack.com/api/"

    @field_validator("discord_token")
    @classmethod
    def _right_token(cls, value: SecretStr) -> SecretStr:
        token = _bare(value).removeprefix("Bot ").strip()
        if not re.fullmatch(r"[\x21-\x7e]*", token):
            raise ValueError("that is no token; copy it from the app's page, Bot (Reset Token)")
        return SecretStr(token)

    @field_validator("discord_api_base")
    @classmethod
    def _api_base(cls, value: str) -> str:
        return cls._full_address(value).rstrip("/")

    @field_validator("discord_gateway_url")
    @classmethod
    def _gateway(cls, value: str) -> str:
        value = value.strip()
        if value and not re.match(r"wss?://[^/\s]+", value):
            raise ValueError("write it whole, such as wss://gateway.discord.gg/")
        return value

    @field_validator("discord_staff")
    @classmethod
    def _discord_ids(cls, value: list[str]) -> list[str]:
        for id in value:
            if not re.fullmatch(r"[0-9]{4,20}", id):
                raise ValueError(
                    f"“{id[:40]}” is no id of Discord's; they are numbers (turn on Developer Mode, then Copy ID)"
                )
        return value

    @field_validator("discord_clients")
    @classmethod
    def _discord_ids_by_key(cls, value: dict[str, list[str]]) -> dict[str, list[str]]:
        return {key.upper(): cls._discord_ids(ids) for key, ids in value.items()}

    @field_validator("slack_staff")
    @classmethod
    def _slack_ids(cls, value: list[str]) -> list[str]:
        for id in value:
            if not re.fullmatch(r"[TESUW][A-Z0-9]{1,30}", id):
                kinds = "T or E (a workspace), S (a user group) or U or W (a person)"
                raise ValueError(f"“{id[:40]}” is no id of Slack's; they begin with {kinds}")
        return value

    @field_validator("slack_clients")
    @classmethod
    def _slack_ids_by_key(cls, value: dict[str, list[str]]) -> dict[str, list[str]]:
        return {key.upper(): cls._slack_ids(ids) for key, ids in value.items()}

    @field_validator("slack_channels", "discord_channels")
    @classmethod
    def _channels_by_key(cls, value: dict[str, str]) -> dict[str, str]:
        team = ("triage", "alerts")
        return {key.lower() if key.lower() in team else key.upper(): name.lstrip("#") for key, name in value.items()}

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.lower() not in ("debug", "info", "warning", "error"):
            raise ValueError("use debug, info, warning or error")
        return value.lower()

    @field_validator("database_schema")
    @classmethod
    def _own_schema(cls, value: str, info: ValidationInfo) -> str:
        if value and not SCHEMA.fullmatch(value):
            raise ValueError("write lower-case letters, digits and underscores, such as acme; pg_… is PostgreSQL's own")
        url = str(info.data.get("database_url", ""))
        if value and not _on_postgres(url):
            raise ValueError("only a desk on PostgreSQL lives in one; set STEWARD_DATABASE_URL=postgresql://… too")
        if value and "search_path" in url:
            raise ValueError("the database_url names a search_path already; take one of the two away")
        return value

    @field_validator("role")
    @classmethod
    def _shared_work(cls, value: str, info: ValidationInfo) -> str:
        if value != "all" and not _on_postgres(str(info.data.get("database_url", ""))):
            raise ValueError(
                "a desk on SQLite is one process that does all; leave it out, or move the desk to PostgreSQL "
                "(STEWARD_DATABASE_URL=postgresql://…), where processes share the work"
            )
        return value

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

    def check_slack(self) -> None:
        """Raises ConfigError where Slack is set up so that nothing could be heard, nothing said, or nobody let in."""
        hears = self.slack_app_token.get_secret_value() or self.slack_signing_secret.get_secret_value()
        id, secret = self.slack_client_id, self.slack_client_secret.get_secret_value()
        if bool(id) != bool(secret):
            lacks = "SLACK_CLIENT_SECRET" if id else "SLACK_CLIENT_ID"
            raise ConfigError(f"Slack's other workspaces need the app's client id and its secret: set {lacks}, too.")
        if id and not self.encryption_key.get_secret_value():
            raise ConfigError(
                "Slack's other workspaces have tokens of their own, which are kept encrypted: set "
                "STEWARD_ENCRYPTION_KEY, too; make one with: openssl rand -base64 32"
            )
        told = self.slack_staff or self.slack_clients or self.slack_channels
        if (hears or told) and not self.slack_bot_token.get_secret_value() and not id:
            raise ConfigError("Slack is set up without a token to speak with: set SLACK_BOT_TOKEN (xoxb-…), too.")
        if self.in_slack and not hears:
            raise ConfigError(
                "Slack is set up without a way to hear it: set SLACK_APP_TOKEN (xapp-…) for Socket Mode, or "
                "SLACK_SIGNING_SECRET for events over HTTP."
            )

    def check_chats(self) -> None:
        """Raises ConfigError where a chat is set up so that nothing could be heard there, or nothing said."""
        self.check_slack()
        self.check_discord()

    def check_discord(self) -> None:
        """Raises ConfigError where something of Discord is set, and no token."""
        told = self.discord_staff or self.discord_clients or self.discord_channels
        if (told or self.discord_gateway_url) and not self.discord_token.get_secret_value():
            raise ConfigError("Discord is set up without a token to speak with: set DISCORD_TOKEN, too.")

    @property
    def in_slack(self) -> bool:
        """Whether the desk speaks in Slack."""
        return bool(self.slack_bot_token.get_secret_value() or self.slack_client_id)

    @property
    def chats(self) -> str:
        """The chats that the desk is in, in words; empty for none."""
        there = ("Slack" if self.in_slack else "", "Discord" if self.discord_token.get_secret_value() else "")
        return " or ".join(filter(None, there))

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names under which the workspace may be asked for; others are refused (DNS rebinding)."""
        public = urlsplit(self.public_url).hostname
        listening = () if self.host in _EVERYWHERE else (self.host,)
        return tuple(dict.fromkeys(("127.0.0.1", "localhost", *listening, *((public,) if public else ()))))

    @property
    def url(self) -> str:
        """The database's URL, with the schema that the desk lives in."""
        url = self.database_url or f"sqlite:///{self.data_dir / 'steward.db'}"
        if not self.database_schema:
            return url
        # As PostgreSQL's own programs take it, too, such as pg_dump.
        option = quote(f"-csearch_path={self.database_schema}")
        if "options=" in url:
            return url.replace("options=", f"options={option}%20", 1)
        return f"{url}{'&' if '?' in url else '?'}options={option}"

    def address(self, port: int | None = None) -> str:
        """Where people open the workspace."""
        return self.public_url.rstrip("/") or self.local(port)

    def local(self, port: int | None = None) -> str:
        """Where it is on this machine, whatever stands before it."""
        host = "127.0.0.1" if self.host in _EVERYWHERE else f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{port or self.port}"


_SHAPES = {
    "string_type": 'put it in quotes, as in "1100112233445566"',
    "list_type": 'put it in brackets, as in ["1100112233445566"]',
    "dict_type": 'put it in braces, each behind its name, as in { ACME = "1100112233445566" }',
}
"""How a value is written that is of another kind than the setting is."""


def load(**options: Any) -> Settings:
    """The settings with command-line options on top. Raises ConfigError, one line that names the mend."""
    file = _config_file()
    if os.environ.get("STEWARD_CONFIG") and not file.is_file():
        raise ConfigError(f"STEWARD_CONFIG names {file}, which is not there. Write the file or unset the variable.")
    given = {name: value for name, value in options.items() if value is not None}
    if "port" not in given and "STEWARD_PORT" not in os.environ and (port := os.environ.get("PORT")):
        given["port"] = port
    for variable in CHATS_OWN:
        if f"STEWARD_{variable}" not in os.environ and (value := os.environ.get(variable)):
            given.setdefault(variable.lower(), value)
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "?"
        shown = "" if name in SECRETS else f" ({first['input']!r})"
        if first["type"] == "extra_forbidden":
            known = ", ".join(sorted(Settings.model_fields))
            raise ConfigError(f"There is no setting “{name}”. Known ones: {known}.") from None
        message = _SHAPES.get(first["type"]) or first["msg"].removeprefix("Value error, ")
        own = f"STEWARD_{name.upper()}"
        # By the name under which it was set, where that is the chat's own.
        by = name.upper() if name.upper() in CHATS_OWN and own not in os.environ else own
        raise ConfigError(f"The setting {name}{shown} does not fit: {message}. Set it by {by}.") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file} is no valid TOML: {error}. Mend that line.") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{file} is not written in UTF-8. Save it as UTF-8.") from None
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}. Mend that, or take the file away.") from None


def keys_in(text: str) -> list[bytes]:
    """The keys that `encryption_key` names, apart by commas or blanks. Raises ValueError for what is none."""
    return [_key(part) for part in re.split(r"[,\s]+", text.strip()) if part]


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ValueError("a key is 32 random bytes in base64, several are apart by commas; openssl rand -base64 32")
    return key


def _bare(value: SecretStr) -> str:
    """Without blanks and quotes around it: a file of variables may have them, and docker's --env-file keeps them."""
    return value.get_secret_value().strip().strip("\"'").strip()


def _on_postgres(url: str) -> bool:
    return url.startswith(("postgresql://", "postgres://"))


def _config_file() -> Path:
    return Path(os.environ.get("STEWARD_CONFIG") or "steward.toml")
