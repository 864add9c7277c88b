"""One run of the benchmarks: how large, where the databases lie, and whom to tell how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import desks
from benchmarks.measuring import Row, Say


@dataclass(frozen=True)
class Sizes:
    """How much of everything; these are the sizes that the targets are about."""

    rounds: int = 15
    """Turns of each comparison of hours; the best counts."""
    batch: float = 0.01
    """Seconds such a turn takes about."""
    requests: int = 100_000
    """Open requests whose clocks are told anew."""
    turns: int = 2
    """Turns of what takes seconds."""
    margin: float = 4
    """Seconds from making timers due until they are: whoever fires them is up by then."""
    open: int = 1_000_000
    """Open clocks, among which some become due."""
    due: int = 10_000
    """That become due at one instant."""
    deadlines: int = 10_000
    """That are set."""
    jobs: int = 1_000
    """Of an APScheduler's job store, where its table says so."""
    kept_jobs: int = 10_000
    """Of one that is started again."""
    seconds: float = 10
    """For which a few become due each second."""
    probes: int = 20
    """Timers that become due one at a time."""
    opened: int = 1_000
    """Requests that are opened."""
    producers: int = 50
    """Who open them, all at once."""
    sent: int = 2_000
    """Messages that leave."""
    bursts: int = 5
    """Turns of a burst, which lasts two seconds."""
    commands: int = 600
    """Commands of Slack's that are acknowledged."""
    at_once: int = 200
    """Of them in one second."""


QUICK = Sizes(3, 0.002, 500, 1, 1, 20_000, 1_000, 1_000, 100, 1_000, 2, 5, 200, 50, 200, 1, 200, 50)
TINY = Sizes(1, 0.00001, 20, 1, 0.1, 80, 10, 20, 5, 5, 0.1, 1, 8, 4, 8, 1, 8, 8)


@dataclass
class Bench:
    """A run."""

    sizes: Sizes
    folder: Path
    """On a disk; whoever made it takes it away again."""
    say: Say
    _open: Path | None = field(default=None, init=False)

    def new(self, name: str) -> Path:
        """Where a database of that name goes; one that was there is gone."""
        path = self.folder / name
        for old in self.folder.glob(f"{name}*"):
            old.unlink()
        return path

    def open_desk(self) -> Path:
        """The desk with all its open clocks; made once, and used by one after the other."""
        if self._open is None:
            self.say(f"making a desk with {self.sizes.open:,} open clocks …")
            self._open = desks.sqlite_desk(self.new("open.db"), self.sizes.open)
        desks.rest(self._open)
        return self._open

    def empty_desk(self) -> Path:
        """The same without any request but the first."""
        return desks.sqlite_desk(self.new("empty.db"), 0)


Group = Callable[[Bench], Iterator[Row]]
