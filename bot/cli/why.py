"""`steward why`: the story of a request's clocks on a terminal, or as JSON for other programs."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from statistics import mode
from typing import Any

import click

from bot.clock import SystemClock
from bot.config import Settings
from bot.desk.why_json import as_json
from bot.desk.zones import zone_named
from bot.domain.calendar import CalendarError
from bot.domain.events import Entry
from bot.domain.names import read_ref
from bot.domain.people import Directory, Person, Role
from bot.domain.policy import ClockKind
from bot.domain.replaying import HistoryError
from bot.domain.request import Request
from bot.messages import refusals, why_story
from bot.messages.model import BANDS, BAR, BandKind, Chapter, Chronicle, Line, Ref, Text, When, Who
from bot.messages.why_hours import moment
from bot.ports import Store
from bot.tabular import width

Finish = Callable[[Coroutine[Any, Any, Any]], Any]

_WIDE = 80
"""Columns of a terminal."""
_SIGNS: dict[BandKind, str] = {"counted": "█", "late": "▓", "paused": "╌", "closed": "·", "left": "░"}
_TOGETHER = re.compile(r"(?<=\d) (?=(?:h|min|s|d)\b)|(?<=rule) (?=\d)")
"""A number and its unit stay on one line."""
_CELLS = 60
_WHEN = 17
"""Columns of an instant with its year left out, and a space."""


@dataclass(frozen=True)
class _Found:
    """The request, its history, and how times are shown."""

    request: Request
    entries: Sequence[Entry]
    directory: Directory
    at: datetime
    reader: Person


def why_command(read_store: Any, settings: Callable[..., Settings], finish: Finish):  # click's own type
    """`steward why`."""

    @click.command("why")
    @click.argument("request", metavar="REQUEST")
    @click.option("--clock", default="", help=f"One clock: {', '.join(kind.value for kind in ClockKind)}.")
    @click.option("--json", "as_json_", is_flag=True, help="For programs.")
    @click.option("--zone", "zone_", default="", help="The zone of its times; the team's by default.")
    @click.option("--data-dir", type=click.Path(path_type=Path), help="The desk's folder; ./var by default.")
    def why(request: str, clock: str, as_json_: bool, zone_: str, data_dir: Path | None) -> None:
        """Tell why a request's times are what they are.

        It is the story of each clock: what started it, what paused it and why, what was given back, which hours
        counted, its target and the version of its policy, when it is due, and whether it is late or was kept. It only
        reads, also beside a running desk.

        \b
        steward why ACME-42
        steward why 42 --clock resolution
        steward why 42 --json
        """
        kind = _kind(clock)
        found: _Found = finish(_find(read_store, settings(data_dir=data_dir), request, zone_))
        try:
            if as_json_:
                return click.echo(_json(found, kind))
            told = why_story.story(
                found.request,
                found.entries,
                found.directory,
                found.at,
                reader=found.reader,
                for_staff=True,
                kind=kind,
            )
        except HistoryError as error:
            raise click.ClickException(f"{found.request.ref}: {error} See: steward db check") from None
        if kind and not told.chapters:
            raise click.ClickException(_no_such(found, kind))
        for line in as_text(told, found.reader.zone, found.at):
            click.echo(line)
        return None

    return why


def _kind(word: str) -> ClockKind | None:
    """The clock that a word names. Raises UsageError."""
    if not word:
        return None
    read = word.strip().casefold().replace("-", "_").replace(" ", "_")
    if read not in list(ClockKind):
        raise click.UsageError(f"“{word}” is no clock. Use {', '.join(kind.value for kind in ClockKind)}.")
    return ClockKind(read)


async def _find(read_store: Any, settings: Settings, word: str, zone_name: str) -> _Found:
    named = read_ref(word)
    if named is None:
        raise click.ClickException(refusals.no_ref(word))
    store: Store = await read_store(settings.url)
    try:
        directory = await store.directory()
        found = await store.request(named.number) if named.number < 2**31 else None
        if found is None:
            raise click.ClickException(
                f"There is no request {named.number}. Find its number with: steward report --rows"
            )
        if named.key and named.key != found.client:
            raise click.ClickException(f"There is no request {named}; number {named.number} is {found.ref}.")
        name = zone_name or directory.team.zone
        try:
            name = zone_named(name)
        except CalendarError as error:
            raise click.ClickException(str(error)) from None
        entries = await store.history(found.number)
        reader = Person("cli", "", Role.MANAGER, name)
        return _Found(found, entries, directory, SystemClock().now(), reader)
    finally:
        await store.close()


def _no_such(found: _Found, kind: ClockKind) -> str:
    tale = why_story.tale_for(found.entries, found.directory, found.at, for_staff=True)
    there = ", ".join(dict.fromkeys(told.clock.kind.value for told in tale.clocks)) or "none"
    return f"{found.request.ref} has had no {kind.value} clock. It has had: {there}."


def _json(found: _Found, kind: ClockKind | None) -> str:
    tale = why_story.tale_for(found.entries, found.directory, found.at, for_staff=True)
    if kind:
        tale = replace(tale, clocks=tale.of(kind))
        if not tale.clocks:
            raise click.ClickException(_no_such(found, kind))
    return json.dumps(as_json(found.request, tale, found.directory), ensure_ascii=False, indent=2)


# --- on a terminal ---------------------------------------------------------------------------------------------------


def as_text(told: Chronicle, zone_name: str, now: datetime) -> Iterator[str]:
    """The story in lines of at most 80 columns."""

    def words(line: Line) -> str:
        return "".join(map(span, line))

    def span(span: Any) -> str:
        match span:
            case When(at=at):
                return moment(at, zone_name, now)
            case Text(text=text):
                return text
            case Ref(ref=ref):
                return ref
            case Who(name=name):
                return name
            case _:
                return ""

    def wrapped(text: str, first: str = "", rest: str = "") -> list[str]:
        kept = _TOGETHER.sub("\u00a0", text)
        lines = textwrap.wrap(kept, _WIDE, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
        return [line.replace("\u00a0", " ") for line in lines]

    yield told.title
    for line in told.lines:
        yield from wrapped(words(line))
    for chapter in told.chapters:
        yield ""
        head = f"{chapter.title}: {words(chapter.state)} "
        yield head + "─" * (_WIDE - width(head))
        yield from _picture(chapter, zone_name, now)
        for line in chapter.lines:
            yield from wrapped(words(line), "  ", "  ")
        whens = [moment(each.at, zone_name, now) for each in chapter.moments]
        column = max([_WHEN, *(len(when) + 2 for when in whens)])  # a date of another year is longer
        for each, when in zip(chapter.moments, whens, strict=True):
            head = f"  {when:<{column}}"
            yield from wrapped(words(each.line), head, " " * len(head))
        for line in chapter.notes:
            yield from wrapped(words(line), "  ", "    ")
    if told.notes:
        yield ""
    for line in told.notes:
        yield from wrapped(words(line))


def _picture(chapter: Chapter, zone_name: str, now: datetime) -> Iterator[str]:
    """The bar as a line of signs, and what each of them is."""
    if not chapter.bar or chapter.since is None or chapter.until is None:
        return
    cells: list[BandKind] = [band.kind for band in chapter.bar for _ in range(band.width)]
    groups = [cells[n : n + BAR // _CELLS] for n in range(0, BAR, BAR // _CELLS)]
    signs: list[BandKind] = [mode(group) for group in groups]
    if "late" in cells and "late" not in signs:
        signs[next(n for n, group in enumerate(groups) if "late" in group)] = "late"
    yield "  " + "".join(_SIGNS[kind] for kind in signs)
    ends = moment(chapter.since, zone_name, now), moment(chapter.until, zone_name, now)
    yield f"  {ends[0]}{ends[1]:>{max(_CELLS - width(ends[0]), len(ends[1]) + 1)}}"
    yield "  " + "  ".join(f"{_SIGNS[kind]} {BANDS[kind]}" for kind in _SIGNS if kind in signs)
