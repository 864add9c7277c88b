"""docs/discord.md, as somebody who follows it types it."""

from __future__ import annotations

import re
import subprocess
import textwrap
from pathlib import Path

from command_line import typed

from bot.desk.front import REGISTRY

DOCS = (Path(__file__).parents[2] / "docs" / "discord.md").read_text()


def blocks(kind: str) -> list[str]:
    """What it says to type or to write."""
    found = re.findall(r"^( *)```(\w+)\n(.*?)^\1```$", DOCS, re.MULTILINE | re.DOTALL)
    return [textwrap.dedent(text) for _, what, text in found if what == kind]


def test_what_the_guide_says_to_type_does_what_it_says(tmp_path: Path):
    """The file with the token is read by nobody else and by the shell as it says, the settings are settings, the doctor
    answers before the first start, and each command in chat is one."""
    secrets, *looks = blocks("sh")
    load = looks[0].splitlines()[0]
    shell = subprocess.run(["sh", "-ec", f"{secrets}\n{load}\nenv"], cwd=tmp_path, capture_output=True, text=True)
    assert "DISCORD_TOKEN=…" in shell.stdout.splitlines(), shell.stderr
    assert (tmp_path / "discord.env").stat().st_mode & 0o077 == 0
    (toml,) = blocks("toml")
    (tmp_path / "steward.toml").write_text(toml)
    typed_in = [line for block in looks for line in block.splitlines() if line.startswith("steward ")]
    assert typed_in == ["steward doctor", "steward doctor", "steward run"]
    nowhere = {"DISCORD_TOKEN": "a.b.c", "DISCORD_API_BASE": "http://127.0.0.1:9/api/v10"}
    assert "Discord cannot be reached at" in typed("doctor", cwd=tmp_path, **nowhere).output
    half = typed("doctor", cwd=tmp_path)
    assert "Discord is set up without a token to speak with." in half.output
    assert typed("run", "--help", cwd=tmp_path).exit_code == 0
    verbs = set(re.findall(r"`/desk(?:-admin)? ([a-z-]+)", DOCS))
    assert verbs >= {"setup", "new", "add-person", "unsent"}
    assert [verb for verb in verbs if REGISTRY.find(verb) is None] == ["home"]
