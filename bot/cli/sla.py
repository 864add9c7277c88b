"""`steward sla`: what clients are promised, and what applying a file would change on open requests."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import click

from bot.cli.apply import document, named
from bot.cli.progress import progress
from bot.clock import SystemClock
from bot.config import ConfigError, Settings
from bot.desk import applying, plan
from bot.desk.plan.service import Service, service_of
from bot.desk.targets import say_targets
from bot.domain.hours import say_hours
from bot.domain.people import Directory
from bot.domain.policy import Priority
from bot.domain.previewing import Effect
from bot.messages import policies as say
from bot.ports import Place, Store

Finish = Callable[[Coroutine[Any, Any, Any]], Any]


@dataclass(frozen=True)
class _Shown:
    """A preview, and the directory it was made for."""

    found: applying.Preview
    zone: str
    at: datetime
    what: str


def sla_command(read_store: Any, settings: Callable[..., Settings], home: Callable[[str], Place], finish: Finish):
    """`steward sla`."""

    @click.group("sla")
    def sla() -> None:
        """See what clients are promised, and what an edit changes.

        \b
        steward sla list
        steward sla preview desk.toml
        """

    @sla.command("list")
    @click.argument("client", required=False, default="")
    @click.option("--json", "as_json", is_flag=True, help="For programs.")
    @click.option("--data-dir", type=click.Path(path_type=Path), help="The desk's folder; ./var by default.")
    def list_(client: str, as_json: bool, data_dir: Path | None) -> None:
        """List each client's policies, in the order tried.

        \b
        steward sla list
        steward sla list ACME
        """
        directory: Directory = finish(_directory(read_store, settings(data_dir=data_dir)))
        keys = _keys(directory, client)
        if as_json:
            doc: plan.Doc = plan.export(plan.World(directory)).get("clients", {})
            shown = {
                key: {name: value for name, value in cast(plan.Doc, doc[key]).items() if name != "settings"}
                for key in keys
            }
            return click.echo(json.dumps(shown, ensure_ascii=False, indent=2, default=str))
        for line in [line for key in keys for line in _lines(directory, key)] or ["There is no client yet."]:
            click.echo(line)
        return None

    @sla.command("preview")
    @click.argument(
        "path", metavar="[FILE]", required=False, type=click.Path(path_type=Path, dir_okay=False, allow_dash=True)
    )
    @click.option("--client", default="", help="Only this client; without FILE: what is in force, on open requests.")
    @click.option("--json", "as_json", is_flag=True, help="For programs.")
    @click.option("--data-dir", type=click.Path(path_type=Path), help="The desk's folder; ./var by default.")
    def preview(path: Path | None, client: str, as_json: bool, data_dir: Path | None) -> None:
        """Show what a file would change on open requests.

        That is, were it applied with --apply-to-open; nothing is changed. Without FILE: what the promises in force
        would change on open requests that keep older ones.

        \b
        steward sla preview desk.toml
        steward sla preview desk.toml --client ACME --json
        """
        with progress("Looking at open requests", quiet=as_json) as tell:
            shown: _Shown = finish(_preview(read_store, settings(data_dir=data_dir), home, path, client, tell))
        if as_json:
            return click.echo(json.dumps(_json(shown), ensure_ascii=False, indent=2))
        click.echo(shown.what)
        for effect in shown.found.changed:
            click.echo(f"  {say.effect_line(effect, shown.zone, shown.at)}")
        click.echo(say.summary(shown.found) if shown.found.looked_at else "There are no open requests.")
        if shown.found.changed and path:
            click.echo(f"Times are in {shown.zone}. To do it: steward apply {path} --apply-to-open")
        return None

    return sla


async def _directory(read_store: Any, settings: Settings) -> Directory:
    store: Store = await read_store(settings.url)
    try:
        return await store.directory()
    finally:
        await store.close()


async def _preview(
    read_store: Any,
    settings: Settings,
    home: Callable[[str], Place],
    path: Path | None,
    client: str,
    tell: applying.Progress,
) -> _Shown:
    doc = document(path) if path else None
    store: Store = await read_store(settings.url)
    try:
        at = SystemClock().now()
        world = await plan.world_of(store)
        directory = world.directory
        after = directory
        if doc is not None:
            try:
                after = plan.after(world, plan.wanted(world, doc, at, home)).directory
            except plan.BadPlan as bad:
                raise ConfigError("\n".join(str(problem) for problem in bad.problems)) from None
        keys = _keys(after, client)
        keys = [key for key in keys if doc is None or key in named(doc)]
        found = await applying.preview(store, directory, after, at, keys, tell=tell)
        what = f"{path}, for {', '.join(keys) or 'no client'}:" if path else "The promises in force:"
        return _Shown(found, directory.team.zone, at, what)
    finally:
        await store.close()


def _keys(directory: Directory, client: str) -> list[str]:
    """All clients' keys, or the one named. Raises ClickException."""
    if not client:
        return sorted(directory.clients)
    wanted = client.strip().casefold()
    found = [c.key for c in directory.clients.values() if wanted in (c.key.casefold(), c.name.casefold())]
    if not found:
        known = ", ".join(sorted(directory.clients)) or "none yet"
        raise click.ClickException(f"There is no client “{client}”. Known: {known}.")
    return found


def _lines(directory: Directory, key: str) -> list[str]:
    """A client's policies in words."""
    client, service = directory.clients[key], service_of(directory, key)
    if service is None:
        return [f"{client.name} ({key}): nothing promised yet"]
    plan_of_it = f", plan {client.settings.plan}" if client.settings.plan else ""
    return [f"{client.name} ({key}), open {say_hours(service.hours)} ({service.zone}){plan_of_it}", *_policies(service)]


def _policies(service: Service) -> list[str]:
    lines: list[str] = []
    for place, promise in enumerate(service.promises):
        own = promise.own
        off = "" if own is None or own.holidays else ", on days off too"
        hours = f", open {say_hours(own.hours)} ({own.zone}){off}" if own else ""
        lines.append(f"  {place + 1}. {promise.name}, for {say.match(promise.match, first=place == 0)}{hours}")
        lines += [
            f"     {p.value} {say_targets(promise.targets.get(p, {})) or 'nothing promised'}"
            for p in promise.match.priorities or Priority
        ]
    return lines


def _json(shown: _Shown) -> dict[str, Any]:
    found = shown.found
    return {
        "at": shown.at.isoformat(),
        "open": found.looked_at,
        "changed": len(found.changed),
        "same_times": found.same,
        "newly_late": len(found.newly_late),
        "no_longer_late": len(found.eased),
        "requests": [_effect(effect, shown.at) for effect in found.changed],
    }


def _effect(effect: Effect, at: datetime) -> dict[str, Any]:
    had, has = effect.request.sla.terms, effect.terms
    return {
        "request": effect.request.ref,
        "policy_before": had.policy if had else "",
        "policy_after": has.policy if has else "",
        "clocks": [
            {
                "clock": clock.kind.value,
                "due_before": clock.before.isoformat() if clock.before else None,
                "due_after": clock.after.isoformat() if clock.after else None,
                "newly_late": clock.newly_late,
                "no_longer_late": clock.eased(at),
            }
            for clock in effect.clocks
        ],
    }
