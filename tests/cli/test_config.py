"""The settings and the key, without a process: what is refused, and what two processes agree on."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.config import ConfigError, Settings, load, secret


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings but the test's own."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("STEWARD_")] + ["PORT"]:
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
