"""What is wrong with a database, found page by page, so that the desk works on meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from storage.errors import reason
from storage.transactions import checks, directory, filling
from storage.tx import Runner

OTHERS = "The requests' rows are another release's: run `steward db upgrade`, then check again."


async def check(runner: Runner, progress: Callable[[int, int], None] | None = None) -> tuple[str, ...]:
    """A line for each thing. What a damaged database raises is a finding as well. `progress` is told of how many of all
    requests were looked at."""
    wrong: list[str] = []
    try:
        wrong.extend(await runner.read(checks.integrity()))
        wrong.extend(missing := await runner.read(checks.shape()))
        if missing:
            return tuple(wrong)
        if not await runner.read(filling.shaped()):
            return (*wrong, OTHERS)
        await _requests(runner, wrong, progress)
        await _messages(runner, wrong)
    except Exception as error:
        wrong.append(f"The database cannot be read to its end: {reason(error.__cause__ or error)}.")
    return tuple(wrong)


async def _requests(runner: Runner, wrong: list[str], progress: Callable[[int, int], None] | None) -> None:
    total, done = await runner.read(checks.requests_in_all()), 0
    snapshot = await runner.read(directory.current(None))
    after: int | None = 0
    while after is not None:
        after, found = await runner.read(checks.page(after, snapshot))
        wrong.extend(found)
        done = min(done + checks.PAGE, total)
        if progress is not None and total:
            progress(done, total)


async def _messages(runner: Runner, wrong: list[str]) -> None:
    after: int | None = 0
    while after is not None:
        after, found = await runner.read(checks.messages(after))
        wrong.extend(found)
