"""The settings and the key, without a process: what is refused, and what two processes agree on."""

from __future__ import annotations

import base64
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.config import ConfigError, Settings, keys_in, load
from bot.keys import key_of, secret
from bot.sealing import CannotOpen, Seal


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings but the test's own."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("STEWARD_", "SLACK_"))] + ["PORT"]:
        monkeypatch.delenv(name, raising=False)


def test_a_key_is_made_once_for_its_owner_only(tmp_path: Path):
    """It is 32 bytes, the same at each start, and no draft of it stays behind."""
    key = secret(tmp_path / "new" / "var")
    assert len(key) == 32
    assert secret(tmp_path / "new" / "var") == key
    (file,) = (tmp_path / "new" / "var").iterdir()
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [b"", b"\n", b"ab" * 31, b"ab" * 33, b"ab" * 16, b"z" * 64, b"\xff" * 64, b"00"])
def test_a_file_without_a_whole_key_is_no_key(content: bytes, tmp_path: Path):
    """An empty or short key could be guessed, and a session forged with it: the desk does not start."""
    (tmp_path / "secret").write_bytes(content)
    with pytest.raises(ConfigError, match=r"secret is damaged\. Delete it"):
        secret(tmp_path)
    assert (tmp_path / "secret").read_bytes() == content


def test_all_that_start_at_once_agree_on_one_key(tmp_path: Path):
    """Whoever comes second takes the first one's; none reads a file that is half written."""
    for round in range(20):
        with ThreadPoolExecutor(8) as pool:
            keys = list(pool.map(secret, [tmp_path / str(round)] * 8))
        assert len(set(keys)) == 1
        assert [p.name for p in (tmp_path / str(round)).iterdir()] == ["secret"]


def test_a_key_that_cannot_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A full disk: no file of that name, so that the next start makes a whole one."""

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigError, match="No space left"):
        secret(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_filesystem_without_links_has_a_key_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Some network shares have none."""

    def no_links(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", no_links)
    assert secret(tmp_path) == secret(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["secret"]


@pytest.mark.parametrize("url", ["http://[", "desk.example.org", "//x", "ftp://x", "https://", "https://x:port", "x:1"])
def test_a_public_address_is_whole(url: str):
    """What is none is named, with how to write it."""
    with pytest.raises(ConfigError, match=r"public_url .* https://desk\.example\.org.*STEWARD_PUBLIC_URL"):
        load(public_url=url)


def test_what_people_open():
    """The public address where there is one; an IPv6 address in its brackets; never 0.0.0.0."""
    assert load(public_url=" https://desk.example.org/ ").address() == "https://desk.example.org"
    assert load(host="::1").address(35467) == "http://[::1]:35467"
    assert load(host="::").address(80) == "http://127.0.0.1:80"
    assert load(host="10.0.0.7", port=9000).address() == "http://10.0.0.7:9000"
    assert "::1" in load(host="::1").hosts


def test_a_name_can_be_seen():
    """Its words stand one space apart, so that it can be mentioned."""
    assert load(name="  Help   desk ").name == "Help desk"
    with pytest.raises(ConfigError, match="STEWARD_NAME"):
        load(name="  ")


def test_a_settings_file_in_another_encoding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """One line that names the file."""
    (tmp_path / "steward.toml").write_bytes('name = "Büro"'.encode("latin-1"))
    with pytest.raises(ConfigError, match=r"steward\.toml is not written in UTF-8"):
        load()
    (tmp_path / "steward.toml").write_bytes('name = "Büro"'.encode())
    assert isinstance(settings := load(), Settings)
    assert settings.name == "Büro"


KEY = "0f" * 32


def test_the_key_may_be_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """By the environment or by a file, such as a mounted secret: then none is made, and no repr or log shows it."""
    monkeypatch.setenv("STEWARD_SECRET", KEY)
    settings = load()
    assert key_of(settings) == bytes.fromhex(KEY)
    assert KEY not in repr(settings)
    monkeypatch.delenv("STEWARD_SECRET")
    (tmp_path / "mounted").write_text(f"{KEY}\n")
    assert key_of(load(secret_file=str(tmp_path / "mounted"))) == bytes.fromhex(KEY)
    assert [path.name for path in tmp_path.iterdir()] == ["mounted"]


@pytest.mark.parametrize("given", ["short", "0f" * 31, "zz" * 32, "0f" * 33])
def test_what_is_no_key_is_refused_without_showing_it(given: str, tmp_path: Path):
    """The error says how to make one."""
    (tmp_path / "mounted").write_text(given)
    for settings in (load(secret=given), load(secret_file=str(tmp_path / "mounted"))):
        with pytest.raises(ConfigError, match="openssl rand -hex 32") as no:
            key_of(settings)
        assert given not in str(no.value)
    with pytest.raises(ConfigError, match=r"nowhere, which secret_file names, cannot be read"):
        key_of(load(secret_file=str(tmp_path / "nowhere")))


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("postgresql://h/db", "postgresql://h/db?options=-csearch_path%3Dacme"),
        ("postgresql://h/db?sslmode=require", "postgresql://h/db?sslmode=require&options=-csearch_path%3Dacme"),
        (
            "postgresql://h/db?options=-cwork_mem%3D8MB",
            "postgresql://h/db?options=-csearch_path%3Dacme%20-cwork_mem%3D8MB",
        ),
    ],
)
def test_a_schema_becomes_part_of_the_url(url: str, whole: str):
    """In the words that PostgreSQL's own programs understand, too."""
    assert load(database_url=url, database_schema="acme").url == whole


@pytest.mark.parametrize(
    "name", ["Acme", "a-b", "pg_mine", "information_schema", "a,public", "a b", "1a", "a" * 64, "ä"]
)
def test_a_schema_needs_a_plain_name(name: str):
    """Nothing that needs quoting, and nothing that is PostgreSQL's own."""
    with pytest.raises(ConfigError, match="such as acme"):
        load(database_url="postgresql://h/db", database_schema=name)


@pytest.mark.parametrize("url", ["", "sqlite:///x.db"])
@pytest.mark.parametrize(("setting", "value"), [("database_schema", "acme"), ("role", "worker"), ("role", "intake")])
def test_what_needs_postgresql_says_so_on_sqlite(url: str, setting: str, value: str):
    """A schema, and roles that share the work: a SQLite file has one process."""
    with pytest.raises(ConfigError, match=f"The setting {setting} .*STEWARD_DATABASE_URL=postgresql://"):
        load(database_url=url, **{setting: value})
    assert load(database_url=url, role="all").role == "all"


def test_a_schema_named_twice_is_refused():
    """Which of the two was meant cannot be known."""
    with pytest.raises(ConfigError, match="take one of the two away"):
        load(database_url="postgresql://h/db?options=-csearch_path%3Da", database_schema="b")


def test_slack_is_set_by_the_names_its_own_tools_know(monkeypatch: pytest.MonkeyPatch):
    """SLACK_… sets what STEWARD_SLACK_… sets, which comes first; and no token shows in a repr."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-slack")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-slack")
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:9/api")
    settings = load()
    assert settings.slack_bot_token.get_secret_value() == "xoxb-slack"
    assert settings.slack_api_url == "http://127.0.0.1:9/api/"
    assert "slack" not in repr(settings.slack_bot_token)
    monkeypatch.setenv("STEWARD_SLACK_BOT_TOKEN", "xoxb-ours")
    assert load().slack_bot_token.get_secret_value() == "xoxb-ours"


def test_who_is_who_in_slack_is_read_from_the_file(tmp_path: Path):
    """Lists of ids by side, and where things are; a key may be written small."""
    (tmp_path / "steward.toml").write_text(
        'slack_staff = ["T0HOME", "S0SUPPORT"]\nslack_clients = { acme = ["T0ACME"] }\n'
        'slack_channels = { triage = "C0TRIAGE", acme = "#acme-support" }\n'
    )
    settings = load()
    assert settings.slack_staff == ["T0HOME", "S0SUPPORT"]
    assert settings.slack_clients == {"ACME": ["T0ACME"]}
    assert settings.slack_channels == {"triage": "C0TRIAGE", "ACME": "acme-support"}


@pytest.mark.parametrize(
    ("line", "mend"),
    [
        ("discord_channels = { triage = 1100112233445566 }", "put it in quotes"),
        ('discord_staff = "1100112233445566"', "put it in brackets"),
        ('slack_channels = "C0TRIAGE"', "put it in braces"),
    ],
)
def test_a_value_of_another_kind_in_the_file_reads_how_it_is_written(line: str, mend: str, tmp_path: Path):
    """As an id without its quotes, or one where several may stand."""
    (tmp_path / "steward.toml").write_text(f"{line}\n")
    with pytest.raises(ConfigError, match=mend):
        load()


@pytest.mark.parametrize(
    ("name", "value", "mend"),
    [
        ("SLACK_BOT_TOKEN", "xapp-1-swapped", r"OAuth & Permissions \(xoxb"),
        ("SLACK_APP_TOKEN", "xoxb-swapped", r"Basic Information \(xapp"),
        ("SLACK_SIGNING_SECRET", "two words", "a blank in it; copy it from the app's page"),
        ("SLACK_BOT_TOKEN", "xoxb-…", r"not whole.* Set it by SLACK_BOT_TOKEN\."),
        ("STEWARD_SLACK_BOT_TOKEN", "xapp-1-swapped", r"begins with xapp-.* Set it by STEWARD_SLACK_BOT_TOKEN\."),
        ("SLACK_API_URL", "slack", "write it whole"),
        ("STEWARD_SLACK_STAFF", '["@sam"]', "no id of Slack's"),
        ("STEWARD_SLACK_CLIENTS", '{"ACME": ["acme"]}', "no id of Slack's"),
    ],
)
def test_a_setting_of_slacks_that_cannot_be_names_its_mend(
    name: str, value: str, mend: str, monkeypatch: pytest.MonkeyPatch
):
    """In one line, and without the secret itself."""
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=mend) as caught:
        load()
    assert "swapped" not in str(caught.value)
    assert "two words" not in str(caught.value)


def test_quotes_around_a_token_are_none_of_it(monkeypatch: pytest.MonkeyPatch):
    """Docker's --env-file keeps them, and a shell does not: one file does for both."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", '"xoxb-1" ')
    monkeypatch.setenv("SLACK_APP_TOKEN", "'xapp-1'")
    monkeypatch.setenv("DISCORD_TOKEN", '"Bot a.b.c"')
    settings = load()
    given = (settings.slack_bot_token, settings.slack_app_token, settings.discord_token)
    assert [each.get_secret_value() for each in given] == ["xoxb-1", "xapp-1", "a.b.c"]


def test_slack_without_an_ear_or_a_voice_is_refused(monkeypatch: pytest.MonkeyPatch):
    """A token alone hears nothing, a secret alone says nothing: a desk for people does not start so."""
    load().check_slack()
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    with pytest.raises(ConfigError, match="SLACK_APP_TOKEN"):
        load().check_slack()
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "secret")
    load().check_slack()
    monkeypatch.delenv("SLACK_BOT_TOKEN")
    with pytest.raises(ConfigError, match="SLACK_BOT_TOKEN"):
        load().check_slack()
    monkeypatch.delenv("SLACK_SIGNING_SECRET")
    with pytest.raises(ConfigError, match="SLACK_BOT_TOKEN"):
        load(slack_channels={"triage": "C0TRIAGE"}).check_slack()


SEALING = base64.b64encode(b"k" * 32).decode()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"slack_client_id": "1.2"}, "set SLACK_CLIENT_SECRET"),
        ({"slack_client_secret": "s"}, "set SLACK_CLIENT_ID"),
        (
            {"slack_client_id": "1.2", "slack_client_secret": "s"},
            r"set STEWARD_ENCRYPTION_KEY, too; make one with: open",
        ),
        ({"slack_client_id": "1.2", "slack_client_secret": "s", "encryption_key": SEALING}, "without a way to hear it"),
    ],
)
def test_what_other_workspaces_need_is_named(given: dict[str, str], says: str):
    """One line says which setting is missing; with all of them there is nothing to say."""
    with pytest.raises(ConfigError, match=says):
        load(**given).check_slack()
    whole = {
        "slack_client_id": "1.2",
        "slack_client_secret": "s",
        "encryption_key": SEALING,
        "slack_app_token": "xapp-1",
    }
    load(**whole).check_slack()


@pytest.mark.parametrize("key", ["x", "ab" * 32, f"{SEALING},short", SEALING[:-2], "é" * 44])
def test_a_key_that_is_none_is_not_shown(key: str):
    """The line says how to make one, and tells nothing of what was given."""
    with pytest.raises(ConfigError, match="openssl rand -base64 32") as told:
        load(encryption_key=key)
    assert key not in str(told.value)


def test_keys_are_turned_over_one_after_the_other():
    """The first one encrypts, all decrypt, whichever of base64's two alphabets they are written in; what is another's,
    or was changed, is opened by none."""
    old, new = b"\xff" * 32, b"n" * 32
    plain, safe = base64.b64encode(old).decode(), base64.urlsafe_b64encode(old).decode()
    assert keys_in(f"{plain}, {safe}\n{SEALING}") == [old, old, b"k" * 32]
    sealed = Seal([old]).close("slack/T1", "xoxb-secret")
    assert "xoxb" not in sealed
    both = Seal([new, old])
    assert both.open("slack/T1", sealed) == "xoxb-secret"
    assert not both.is_current(sealed)
    assert both.is_current(both.close("slack/T1", "xoxb-secret"))
    for seal, whose, kept in ((both, "slack/T2", sealed), (Seal([new]), "slack/T1", sealed), (both, "slack/T1", "x")):
        with pytest.raises(CannotOpen) as told:
            seal.open(whose, kept)
        assert "xoxb" not in str(told.value)
