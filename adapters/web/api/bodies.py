"""What a program sends: its fields, each with its kind, and a body that is read strictly."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request

from adapters.web.api.problems import Problem

LIMIT = 256 * 1024
"""Bytes of a body: several times what the longest words take."""


@dataclass(frozen=True)
class Field:
    """One field of a body or of a query. `kind` is text, flag, choice, instant, number or answers (words by label)."""

    name: str
    help: str
    kind: str = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    limit: int = 20_000
    example: str = ""


async def body_of(request: Request, fields: Sequence[Field]) -> dict[str, Any]:
    """The fields that were sent, checked; one that is null counts as left out. Raises Problem."""
    raw = await _read(request)
    if not raw and not any(field.required for field in fields):
        return {}
    _typed(request.headers.get("content-type", ""))
    data = _parsed(raw)
    if not isinstance(data, dict):
        raise Problem(400, "The body is to be one JSON object, such as {}.")
    known, errors, found = {field.name: field for field in fields}, dict[str, str](), dict[str, Any]()
    for name, value in data.items():  # pyright: ignore[reportUnknownVariableType]
        field = known.get(str(name))  # pyright: ignore[reportUnknownArgumentType]
        if field is None:
            there = ", ".join(known) or "none"
            errors[str(name)[:60]] = f"There is no such field here. There are: {there}."  # pyright: ignore[reportUnknownArgumentType]
        elif value is not None:
            says = _wrong(field, value)
            if says:
                errors[field.name] = says
            else:
                found[field.name] = value
    for field in fields:
        if field.required and field.name not in found and field.name not in errors:
            errors[field.name] = f"This is needed: {field.help[0].lower()}{field.help[1:]}"
    if errors:
        raise Problem(422, "Some of it does not fit; each field says what would.", errors=errors)
    return found


def instant(text: str) -> datetime | None:
    """An RFC 3339 instant; None for what is none, or has no offset."""
    try:
        at = datetime.fromisoformat(text) if text[10:11] in ("T", "t", " ") else None
        return at.astimezone(UTC) if at and at.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _wrong(field: Field, value: object) -> str:
    """What is wrong with a value; empty where it fits."""
    match field.kind:
        case "flag":
            return "" if isinstance(value, bool) else "Write true or false."
        case "choice":
            return "" if value in field.choices and isinstance(value, str) else f"One of {', '.join(field.choices)}."
        case "instant":
            fits = isinstance(value, str) and instant(value) is not None
            return "" if fits else "Write an instant with its offset, such as 2026-06-09T16:00:00Z."
        case "answers":
            if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):  # pyright: ignore[reportUnknownVariableType]
                return "Write an object of texts, by each question's label."
            return "" if all(len(each) <= field.limit for each in value.values()) else "An answer is too long."
        case _:
            if not isinstance(value, str):
                return "Write a text."
            return "" if len(value) <= field.limit else f"At most {field.limit:,} characters; these are {len(value):,}."


async def _read(request: Request) -> bytes:
    said = request.headers.get("content-length", "0")
    if not (said.isascii() and said.isdigit() and len(said) < 12) or int(said) > LIMIT:
        raise _too_big()
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LIMIT:
            raise _too_big()
    return bytes(body)


def _too_big() -> Problem:
    # The rest of the body is not read, so nothing more comes over this connection.
    return Problem(413, f"A body has at most {LIMIT // 1024} KB. Shorten it.", headers={"Connection": "close"})


def _typed(said: str) -> None:
    kind, *params = (part.strip().lower() for part in said.split(";"))
    charset = next((p.partition("=")[2].strip('" ') for p in params if p.startswith("charset")), "utf-8")
    if kind != "application/json" or charset not in ("utf-8", "utf8"):
        raise Problem(415, "Send JSON in UTF-8, with the header Content-Type: application/json.")


def _parsed(raw: bytes) -> object:
    try:
        return json.loads(raw.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)
    except UnicodeDecodeError:
        raise Problem(400, "The body is not UTF-8. Send it as UTF-8.") from None
    except RecursionError:
        raise Problem(400, "The body is nested too deeply. It takes one object of plain fields.") from None
    except ValueError as no:
        raise Problem(400, f"The body is no JSON that can be read: {no}.") from None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"the field “{name[:40]}” stands there twice")
        found[name] = value
    return found


def _no_number(word: str) -> object:
    raise ValueError(f"{word} is no number of JSON's")
