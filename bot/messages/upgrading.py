"""What is said of a database that was brought to this release."""

from __future__ import annotations


def upgraded(before: str | None, after: str, *, rows: bool) -> str:
    """From which release to which; `rows` says that each request's row was made anew, too."""
    if rows:
        return f"The database is at {after}, and every request's row was made anew of its history: steward db check"
    if before == after:
        return f"The database is at this release already ({after}); nothing was changed."
    return f"The database went from {before or 'nothing'} to {after}."
