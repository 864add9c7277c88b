"""What is said about data that is handed over."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def one_of_both() -> str:
    """Neither, or both, were named."""
    return "Say whose data: --client ACME for a client's, or --person dana for one person's."


def nobody(word: str) -> str:
    """Nobody of that name."""
    return f"The desk knows nobody called “{word[:40]}”. Use the name they have in commands, such as dana."


def no_client(word: str, known: Sequence[str]) -> str:
    """No client of that name."""
    return (
        f"There is no client “{word[:40]}”. Choose one of {', '.join(known)}." if known else "There is no client yet."
    )


def there_already(path: Path) -> str:
    """Something of that name is there."""
    return f"{path} is there already. Name another, or take that one away."


def no_folder(path: Path) -> str:
    """It cannot be written there."""
    return f"There is no folder {path}. Make it first, or name another."


def written(path: Path, requests: int, files: int, *, notes: bool) -> str:
    """What was written, and what was left out."""
    left = "with the team's notes" if notes else "without the team's notes"
    return f"Written to {path}: {requests:,} requests and {files:,} files, {left}."
