"""`steward slack manifest`: the app as it is pasted into Slack."""

from __future__ import annotations

import json
from pathlib import Path

from command_line import typed


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
