"""What the doctor found, in words: the worst first, each with its mend."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages.model import Line, Said, line, strong

_MARKS = {"error": "✗", "warning": "!", "ok": "✓"}
_ORDER = ("error", "warning", "ok")

Found = tuple[str, str, str, str]
"""Level, about, what, mend."""


def report(findings: Sequence[Found]) -> Said:
    """All findings, the worst first."""
    count = {level: sum(1 for each in findings if each[0] == level) for level in _ORDER}
    if count["error"] or count["warning"]:
        head = f"{_some(count['error'], 'error')}, {_some(count['warning'], 'warning')}; each with what mends it."
        head = head[0].upper() + head[1:]
    else:
        head = "All is well."
    lines: list[Line] = [line(strong(head))]
    for level, about, what, mend in ordered(findings):
        lines.append(line(f"{_MARKS[level]} ", strong(about), f": {what}", f" Mend: {mend}" if mend else ""))
    return Said("doctor", tuple(lines), tone="bad" if count["error"] else "warn" if count["warning"] else "good")


def ordered(findings: Sequence[Found]) -> list[Found]:
    """The worst first; those of a level in the order they were found."""
    return sorted(findings, key=lambda each: _ORDER.index(each[0]))


def _some(count: int, what: str) -> str:
    return f"{count or 'no'} {what}{'' if count == 1 else 's'}"


def text(findings: Sequence[Found]) -> str:
    """The same for a terminal."""
    rows: list[str] = []
    for level, about, what, mend in ordered(findings):
        rows.append(f"{_MARKS[level]} {level:8}{about}: {what}")
        if mend:
            rows.append(f"            → {mend}")
    return "\n".join(rows)
