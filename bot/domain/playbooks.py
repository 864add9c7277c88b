"""What a team has worked out once and uses again: kinds of request and what they ask, checklists, saved replies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.policy import Priority
from bot.domain.refusal import Declined

LABEL_LIMIT = 80
ANSWER_LIMIT = 2000
MOST_FIELDS = 8
"""Slack's forms hold ten inputs at most that people still answer; two are the title and the details."""
MOST_STEPS = 30


class PlaybookError(Declined, ValueError):
    """A kind, checklist or saved reply that cannot be kept; the message names the mend."""


def _key(key: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,29}", key):
        raise PlaybookError(
            f"“{key[:40]}” is no key; use up to 30 small letters, digits and dashes, such as new-laptop."
        )


def _some(what: str, there: tuple[object, ...], most: int) -> None:
    if len(there) > most:
        raise PlaybookError(f"There can be {most} {what}; these are {len(there)}. Leave some out.")


def checked(steps: tuple[str, ...]) -> tuple[str, ...]:
    """The steps of a checklist. Raises PlaybookError for too many, and for one that is too long or there twice."""
    _some("steps", steps, MOST_STEPS)
    for step in steps:
        if len(step) > 2 * LABEL_LIMIT:
            raise PlaybookError(f"A step can have {2 * LABEL_LIMIT} characters; “{step[:30]}…” has {len(step)}.")
        if steps.count(step) > 1:
            raise PlaybookError(f"The step “{step}” stands there twice; take one away.")
    return steps


class FieldKind(StrEnum):
    """How a question is answered: in a line, in several, or by one of its options."""

    LINE = "line"
    AREA = "area"
    CHOICE = "choice"


@dataclass(frozen=True)
class FormField:
    """One question of a kind's form; `options` make it a choice."""

    label: str
    required: bool = False
    long: bool = False
    options: tuple[str, ...] = ()

    @property
    def kind(self) -> FieldKind:
        """How it is answered."""
        return FieldKind.CHOICE if self.options else FieldKind.AREA if self.long else FieldKind.LINE


@dataclass(frozen=True)
class RequestKind:
    """A kind of request: what is asked at intake, and the steps it takes. `client` empty: every client's."""

    key: str
    label: str
    client: str = ""
    fields: tuple[FormField, ...] = ()
    checklist: tuple[str, ...] = ()
    priority: Priority | None = None
    """Where nobody has said who is stopped."""
    active: bool = True

    def __post_init__(self) -> None:
        _key(self.key)
        if not self.label.strip() or len(self.label) > LABEL_LIMIT:
            raise PlaybookError(f"Give the kind “{self.key}” a name of 1 to {LABEL_LIMIT} characters.")
        _some("questions", self.fields, MOST_FIELDS)
        labels = [field.label.casefold() for field in self.fields]
        if twice := next((label for label in labels if labels.count(label) > 1), None):
            raise PlaybookError(f"The question “{twice}” stands there twice; take one away.")
        checked(self.checklist)


BUILT_IN = (
    RequestKind("problem", "Something is broken"),
    RequestKind("question", "A question"),
    RequestKind("change", "A change"),
)
"""The kinds a desk has until it says otherwise; one of the same key replaces each."""


@dataclass(frozen=True)
class SavedReply:
    """Words to start a reply from, with placeholders such as {requester}. `client` empty: for every client."""

    key: str
    text: str
    client: str = ""

    def __post_init__(self) -> None:
        _key(self.key)
        if not self.text.strip():
            raise PlaybookError(f"The saved reply “{self.key}” is still empty. Write what it says.")
        for name in _PLACEHOLDER.findall(self.text):
            if name not in PLACEHOLDERS:
                known = ", ".join(f"{{{each}}}" for each in PLACEHOLDERS)
                raise PlaybookError(f"There is no placeholder {{{name}}}. Use one of {known}.")


PLACEHOLDERS = {
    "requester": "the requester's first name",
    "ref": "the request's name, such as ACME-42",
    "title": "what it is about",
    "client": "the client's name",
    "owner": "who has it",
    "me": "your own name",
}
"""What a saved reply may hold, and what stands there once it is used."""

_PLACEHOLDER = re.compile(r"\{([A-Za-z_]+)\}")


def filled(reply: SavedReply, values: Mapping[str, str]) -> str:
    """The reply's words with its placeholders filled; what is put in is never read as a placeholder again."""
    return _PLACEHOLDER.sub(lambda found: values[found[1]], reply.text)


def answers(kind: RequestKind, given: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The answers to a kind's questions by label, and what is wrong with others by label; no blank ones."""
    good: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for field in kind.fields:
        value = given.get(field.label, "").strip()
        if not value:
            if field.required:
                wrong[field.label] = "This one is needed."
        elif field.options and value not in field.options:
            wrong[field.label] = f"Choose one of {', '.join(field.options)}."
        elif len(value) > ANSWER_LIMIT:
            wrong[field.label] = f"This can have {ANSWER_LIMIT:,} characters; yours has {len(value):,}."
        else:
            good[field.label] = value
    return good, wrong


# --- as people write them: a question a line ----------------------------------------------------------

_LONG = re.compile(r"\s*\(long\)\s*$", re.IGNORECASE)


def read_fields(text: str) -> tuple[FormField, ...]:
    """Questions, one a line: `Asset tag *` is required, `Why (long)` is an area, `Site * : Rome / Oslo` is a choice."""
    fields: list[FormField] = []
    for row in read_lines(text):
        label, colon, after = f"{row} ".rpartition(" : ")
        options = tuple(option.strip() for option in after.split("/") if option.strip()) if colon else ()
        label = label if colon else row
        if colon and len(options) < 2:
            raise PlaybookError(f"“{row}” offers fewer than two answers; write them as “{label.strip()} : one / two”.")
        long = bool(_LONG.search(label))
        label = _LONG.sub("", label).rstrip()
        required = label.endswith("*")
        label = label.rstrip("* ")
        if not long and _LONG.search(label):
            long, label = True, _LONG.sub("", label).rstrip()
        if not label or len(label) > LABEL_LIMIT:
            raise PlaybookError(
                f"“{row[:40]}” is no question; write 1 to {LABEL_LIMIT} characters, one question a line."
            )
        fields.append(FormField(label, required, long, options))
    return tuple(fields)


def write_fields(fields: tuple[FormField, ...]) -> str:
    """The questions as `read_fields` reads them."""
    return "\n".join(
        field.label
        + (" *" if field.required else "")
        + (" (long)" if field.long else "")
        + (" : " + " / ".join(field.options) if field.options else "")
        for field in fields
    )


def read_lines(text: str) -> tuple[str, ...]:
    """The lines that say something, without marks such as - and • before them."""
    rows = (re.sub(r"^\s*[-•–]\s+", "", row).strip() for row in text.splitlines())
    return tuple(" ".join(row.split()) for row in rows if row)
