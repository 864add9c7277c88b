"""`steward slack`: the app as it is pasted into Slack, and links by which workspaces install it."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import textwrap
from pathlib import Path

from command_line import typed

from bot.desk.front import REGISTRY


def test_it_is_printed_to_be_pasted(tmp_path: Path):
    """As JSON, under the settings' name and command; over HTTP only where the desk has an address."""
    done = typed("slack", "manifest", cwd=tmp_path, STEWARD_NAME="Acme Desk", STEWARD_COMMAND="/acme")
    assert done.exit_code == 0, done.output
    made = json.loads(done.output)
    assert made["display_information"]["name"] == "Acme Desk"
    assert made["features"]["slash_commands"][0]["command"] == "/acme"
    refused = typed("slack", "manifest", "--http", cwd=tmp_path)
    assert refused.exit_code == 1
    assert "STEWARD_PUBLIC_URL" in refused.output
    done = typed("slack", "manifest", "--http", cwd=tmp_path, STEWARD_PUBLIC_URL="https://desk.example.org")
    assert '"https://desk.example.org/slack/events"' in done.output


DOCS = (Path(__file__).parents[2] / "docs" / "slack.md").read_text()
BLOCKS = re.findall(r"^( *)```(\w+)\n(.*?)^\1```$", DOCS, re.MULTILINE | re.DOTALL)
"""What docs/slack.md says to type or to write: its indent, its kind, its text."""


def blocks(kind: str) -> list[str]:
    """Those of a kind."""
    return [textwrap.dedent(text) for _, what, text in BLOCKS if what == kind]


def test_the_commands_of_the_guide_can_be_typed(tmp_path: Path):
    """Step by step, as docs/slack.md has them: the file with the tokens is read by nobody else and by the shell as it
    says, each `steward …` is a command that answers, and the settings are settings."""
    steps = [line for block in blocks("sh") for line in block.splitlines()]
    ours = [line for line in steps if "steward " in line]
    assert [line.partition("steward ")[2] for line in ours] == [
        "slack manifest",
        "doctor",
        "run",
        "slack manifest --http",
    ]
    (secrets,) = (block for block in blocks("sh") if "cat > slack.env" in block)
    load = next(line for line in steps if ". ./slack.env" in line)
    shell = subprocess.run(["sh", "-ec", f"{secrets}\n{load}\nenv"], cwd=tmp_path, capture_output=True, text=True)
    told = dict(line.split("=", 1) for line in shell.stdout.splitlines() if line.startswith("SLACK_"))
    assert sorted(told) == ["SLACK_APP_TOKEN", "SLACK_BOT_TOKEN"]
    assert (tmp_path / "slack.env").stat().st_mode & 0o077 == 0
    (toml,) = blocks("toml")
    (tmp_path / "steward.toml").write_text(toml)
    nowhere = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_API_URL": "http://127.0.0.1:9/api/"}
    for line in ours:
        given, _, rest = line.partition("steward ")
        if rest == "run":
            assert typed("run", "--help", cwd=tmp_path).exit_code == 0
            continue
        variables = dict(each.split("=", 1) for each in shlex.split(given))
        done = typed(*shlex.split(rest), cwd=tmp_path, **nowhere, **variables)
        if rest == "doctor":
            assert "settings: They can be read" in done.output
            assert "Slack cannot be reached at http://127.0.0.1:9/api/" in done.output
        else:
            assert done.exit_code == 0, done.output


def test_what_the_guide_says_to_type_in_chat_are_commands():
    """Each `/desk …` of it."""
    verbs = {found for found in re.findall(r"`/desk ([a-z-]+)", DOCS)}
    assert verbs >= {"setup", "new", "doctor"}
    assert [verb for verb in verbs if REGISTRY.find(verb) is None] == []


def test_a_link_for_a_workspace_is_printed(tmp_path: Path):
    """For a client that there is, or the team; without what lets other workspaces in, the line names what to set."""
    cwd = {"cwd": tmp_path}
    none = typed("slack", "install-link", "ACME", **cwd)
    assert (none.exit_code, "SLACK_CLIENT_ID" in none.output) == (1, True)
    many = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s3cret", "SLACK_APP_TOKEN": "xapp-1"}
    assert "STEWARD_ENCRYPTION_KEY" in typed("slack", "install-link", "ACME", **cwd, **many).output
    many |= {"STEWARD_ENCRYPTION_KEY": "not a key"}
    refused = typed("slack", "install-link", "ACME", **cwd, **many).output
    assert "openssl rand -base64 32" in refused
    assert "not a key" not in refused
    many |= {"STEWARD_ENCRYPTION_KEY": f"{'A' * 43}=,{'B' * 42}E=", "STEWARD_SECRET": "ab" * 32}
    many |= {"STEWARD_PUBLIC_URL": "https://desk.example.org"}
    made = typed("slack", "install-link", "--team", **cwd, **many)
    assert made.output.startswith("https://desk.example.org/slack/install?link="), made.output
    assert typed("slack", "install-link", "ACME", **cwd, **many).exit_code == 1, "there is no desk, and no client"
    assert typed("slack", "install-link", **cwd, **many).exit_code == 2
    manifest = json.loads(typed("slack", "manifest", **cwd, **many).output)
    assert manifest["oauth_config"]["redirect_urls"] == ["https://desk.example.org/slack/oauth_redirect"]
