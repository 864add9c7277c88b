"""How far a long command is: a bar on a terminal, nothing where nobody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar  # click does not export the type

_STEP = 25
"""Steps between two strokes of the bar."""

Progress = Callable[[int, int], None]
"""Told how many of how many are done."""


@contextmanager
def progress(label: str, *, quiet: bool = False) -> Generator[Progress]:
    """The bar, on stderr; it appears with the first step."""
    with ExitStack() as stack:
        bar: ProgressBar[int] | None = None
        shown = 0

        def show(done: int, total: int) -> None:
            nonlocal bar, shown
            if bar is None:
                bar = stack.enter_context(click.progressbar(length=total, label=label, file=sys.stderr))
            if done - shown >= _STEP or done == total:
                bar.update(done - shown)
                shown = done

        yield show if _watched() and not quiet else _nothing


def _watched() -> bool:
    return sys.stderr.isatty()


def _nothing(done: int, total: int) -> None:
    pass
