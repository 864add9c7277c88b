"""`steward slack`: what whoever sets Slack up needs from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import click

from bot.config import ConfigError, Settings

Manifest = Callable[[Settings, str], dict[str, Any]]


def manifest_command(manifest: Manifest, settings: Callable[..., Settings]) -> click.Command:
    """`steward slack manifest`."""

    @click.command("manifest")
    @click.option("--http", is_flag=True, help="Events come over HTTP to public_url; without it, over Socket Mode.")
    def command(http: bool) -> None:
        """Print the app's manifest, to paste into Slack.

        It has the scopes, events, command and menu entries that this release uses, under the name and the command that
        your settings say. Paste it at api.slack.com/apps: Create New App, From a manifest.

        \b
        steward slack manifest
        STEWARD_PUBLIC_URL=https://desk.example.org steward slack manifest --http
        """
        known = settings()
        if http and not known.public_url.startswith("https://"):
            no = ConfigError("Slack posts to an address with https: set STEWARD_PUBLIC_URL=https://desk.example.org")
            raise click.ClickException(str(no))
        made = manifest(known, known.public_url if http else "")
        click.echo(json.dumps(made, indent=2, ensure_ascii=False))

    return command
