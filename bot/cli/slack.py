"""`steward slack`: what whoever sets Slack up needs from the command line."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

import click

from bot.config import ConfigError, Settings
from bot.messages import connecting
from bot.ports import Store

Manifest = Callable[[Settings, str], dict[str, Any]]
InstallLink = Callable[[Settings, str], str]


def manifest_command(manifest: Manifest, settings: Callable[..., Settings]) -> click.Command:
    """`steward slack manifest`."""

    @click.command("manifest")
    @click.option("--http", is_flag=True, help="Events come over HTTP to public_url; without it, over Socket Mode.")
    def command(http: bool) -> None:
        """Print the app's manifest, to paste into Slack.

        It has the scopes, events, command and menu entries that this release uses, under the name and the command that
        your settings say, and with an https public_url the address to which Slack sends back whoever installs it. Paste
        it at api.slack.com/apps: Create New App, From a manifest.

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


def install_link_command(
    make: InstallLink,
    read_store: Callable[[str], Awaitable[Store]],
    settings: Callable[..., Settings],
    finish: Callable[[Coroutine[Any, Any, Any]], Any],
) -> click.Command:
    """`steward slack install-link`."""

    @click.command("install-link")
    @click.argument("client", default="")
    @click.option("--team", is_flag=True, help="For a workspace of your own team instead.")
    @click.option("--data-dir", type=click.Path(path_type=Path), help="The desk's folder; ./var by default.")
    def command(client: str, team: bool, data_dir: Path | None) -> None:
        """Print a link by which a client's workspace installs the app.

        It is good once and for a week. Give it to whoever may install apps there, and to nobody else: from then on all
        people of that workspace count as that client's. A manager makes one in chat, too: /desk connect ACME.

        \b
        steward slack install-link ACME
        steward slack install-link --team
        """
        if team == bool(client):
            raise click.UsageError("Name one client by its key, or write --team.")
        known = settings(data_dir=data_dir)

        async def clients() -> list[str]:
            store = await read_store(known.url)
            try:
                return sorted((await store.directory()).clients)
            finally:
                await store.close()

        try:
            known.check_slack()
            if not known.slack_client_id:
                raise ConfigError(connecting.not_set_up())
            if client and client.upper() not in (keys := finish(clients())):
                raise ConfigError(connecting.no_client(client, keys))
            click.echo(make(known, client.upper()))
        except ConfigError as no:
            raise click.ClickException(str(no)) from None

    return command
