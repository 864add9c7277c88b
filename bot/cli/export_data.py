"""`steward export-data`: one client's or one person's requests, conversation, history and files, to hand over."""

from __future__ import annotations

import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from bot.cli.progress import progress
from bot.config import Settings
from bot.desk import exporting
from bot.desk.context import Refusal
from bot.domain.text import file_name
from bot.messages import exporting as say
from bot.ports import Store
from bot.tabular import CsvFile


def export_data_command(
    read_store: Callable[..., Awaitable[Store]],
    settings: Callable[..., Settings],
    finish: Callable[[Coroutine[Any, Any, Any]], Any],
) -> click.Command:
    """The command, over what opens a database, the settings, and what runs a coroutine to its end."""

    @click.command("export-data")
    @click.argument("path", metavar="OUT", type=click.Path(path_type=Path))
    @click.option("--client", default="", help="A client, by key or name.")
    @click.option("--person", default="", help="A person, by their name in commands: the requests they raised.")
    @click.option("--with-notes", is_flag=True, help="With the team's private notes and reasons too.")
    @click.option("--data-dir", type=click.Path(path_type=Path), help="The desk's folder; ./var by default.")
    def export_data(path: Path, client: str, person: str, with_notes: bool, data_dir: Path | None) -> None:
        """Write a client's or a person's data into a folder.

        It is a zip file where OUT ends in .zip. Requests, conversation and history as CSV and JSON, with the files
        people sent. Private notes are left out.

        \b
        steward export-data --client ACME acme.zip
        steward export-data --person dana dana/ --with-notes
        """
        if path.exists():
            raise click.ClickException(say.there_already(path))

        async def work(draft: Path) -> tuple[int, int]:
            store = await read_store(settings(data_dir=data_dir).url)
            try:
                directory = await store.directory()
                scope = exporting.scope_of(directory, client=client, person=person, notes=with_notes)
                return await _write(store, scope, draft)
            except Refusal as no:
                raise click.ClickException(str(no)) from None
            finally:
                await store.close()

        try:
            # All of it or nothing: what was cut off must not look whole.
            with tempfile.TemporaryDirectory(dir=path.absolute().parent) as folder:
                draft = Path(folder) / "export"
                draft.mkdir()
                requests, files = finish(work(draft))
                if path.suffix == ".zip":
                    _zip(draft, draft.with_suffix(".zip"))
                    draft = draft.with_suffix(".zip")
                shutil.move(draft, path)
        except FileNotFoundError as error:
            raise click.ClickException(say.no_folder(path.parent)) from error
        click.echo(say.written(path, requests, files, notes=with_notes))

    return export_data


async def _write(store: Store, scope: exporting.Scope, folder: Path) -> tuple[int, int]:
    """The tables and the files; answers how many requests and files."""
    total, done, files = await exporting.count(store, scope), 0, 0
    with ExitStack() as stack:
        out = {
            name: stack.enter_context((folder / f"{name}.csv").open("w", encoding="utf-8", newline=""))
            for name in ("requests", "conversation", "history")
        }
        tables = {
            "requests": CsvFile(out["requests"], exporting.REQUESTS, bom=True),
            "conversation": CsvFile(out["conversation"], exporting.CONVERSATION, bom=True),
            "history": CsvFile(out["history"], exporting.HISTORY, bom=True),
        }
        whole = stack.enter_context((folder / "requests.json").open("w", encoding="utf-8"))
        show = stack.enter_context(progress("Writing"))
        whole.write("[")
        async for each in exporting.export(store, scope):
            tables["requests"].write(each.request)
            for row in each.conversation:
                tables["conversation"].write(row)
            for row in each.history:
                tables["history"].write(row)
            names = await _files(store, each, folder)
            record = {**each.request, "conversation": each.conversation, "history": each.history, "files": names}
            whole.write(("," if done else "") + "\n" + json.dumps(record, ensure_ascii=False))
            done, files = done + 1, files + len(names)
            show(done, max(total, done))
        whole.write("\n]\n")
    return done, files


async def _files(store: Store, each: exporting.Exported, folder: Path) -> list[str]:
    """The request's files, under names that cannot leave the folder or meet."""
    names: list[str] = []
    for file in each.files:
        body = await store.files.body(file.id)
        if body is None:
            continue
        name = f"files/{file_name(str(each.request['ref']))}/{file_name(file.id)[:8]}-{file_name(file.name)}"
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with io.BytesIO(body) as source, target.open("wb") as sink:
            shutil.copyfileobj(source, sink)
        names.append(name)
    return names


def _zip(folder: Path, path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(folder).as_posix())
