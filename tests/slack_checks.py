"""What must be true of everything we would hand to Slack: its own rules, and ours about what is lost or let in."""

from __future__ import annotations

import html
import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
from fakes.slack.block_kit import problems_of_message, problems_of_view

from adapters.slack.limits import FALLBACK, MESSAGE
from adapters.slack.modals import modal, submitted
from adapters.slack.pressing import FILE, pressed
from adapters.slack.render import Post
from adapters.slack.render import message as render
from bot.commands import REGISTRY
from bot.desk.reader import Reader
from bot.messages.model import Answer, Form, Message

ROOT = Path(__file__).parents[1]
FOLDER = Path(os.environ.get("SLACK_SCHEMAS", ROOT.parent / "shared" / "reference"))
"""The schemas of Slack's types, where they are at hand; the project has none, and its own rules are in the fake."""

Block = dict[str, Any]


def valid_posts(posts: Iterable[Post]) -> None:
    """Slack takes each, blocks and text."""
    for post in posts:
        blocks = list(post.blocks)
        assert blocks
        assert problems_of_message(blocks) == []
        assert _of_schema("KnownBlock", blocks) == []
        assert len(json.dumps(blocks, ensure_ascii=False)) <= MESSAGE + 200
        assert 0 < len(post.text) <= FALLBACK
        assert len(post.username) <= 80
        assert injected([post.text]) == []
    assert injected(markup(list(posts))) == []


def valid_view(view: Block, kind: str) -> None:
    """Slack takes it as a modal or a home."""
    assert problems_of_view(view, kind) == []
    assert _of_schema("ModalView" if kind == "modal" else "HomeView", [view]) == []
    assert injected(markup(view)) == []


def shown(given: Message | Answer | None, to: Reader) -> None:
    """What the desk says can be said in Slack, its buttons and forms with it. The same shape is looked at once."""
    if isinstance(given, Answer):
        shown(given.message, to)
        if given.form is not None and _new(given.form):
            valid_form(given.form)
    elif given is not None and _new(given):
        posts = (*render(given, to), *render(given, replace(to, client=True)))
        valid_posts(posts)
        for element in (part for part in parts(list(posts)) if "action_id" in part):
            for one in element.get("options") or [element]:
                press = pressed({"action_id": element["action_id"], "value": one["value"]})
                assert press is not None
                assert press.command == FILE or REGISTRY.find(press.command) is not None


def valid_form(form: Form) -> None:
    """Slack takes it as a modal, which says again what it is for."""
    view = modal(form)
    valid_view(view, "modal")
    read = submitted({**view, "state": {"values": {}}})
    assert read is not None
    assert read.command == form.command


_NAME = re.compile(r"'[a-z-]{0,20}'")
_seen: set[str] = set()


def _new(given: object) -> bool:
    """Whether nothing of that make was looked at before."""
    fresh = (shape := shape_of(given)) not in _seen
    _seen.add(shape)
    return fresh


def shape_of(given: object) -> str:
    """What is the same of two messages that are of one make, but for their words."""
    shape = re.sub(r"person='[^']*'|datetime.datetime\([^)]*\)|\d+", "", repr(given))
    return re.sub(
        r"'[^']*'|\"[^\"]*\"", lambda word: word[0] if _NAME.fullmatch(word[0]) else f"{len(word[0]) // 300}", shape
    )


_OURS = re.compile(
    r"<@[UW][A-Z0-9]+>|<!date\^-?\d+\^[{}a-z_ ]+\|[^<>|]*>|<https?://[^\s<>|]+(\|[^<>|]*)?>", re.IGNORECASE
)


def injected(texts: Iterable[str]) -> list[str]:
    """What Slack would read as markup that is none of ours: everything in angle brackets but what we make."""
    return [text for text in texts if re.search(r"[<>]", _OURS.sub("", re.sub(r"^> ", "", text, flags=re.MULTILINE)))]


def markup(value: Any) -> list[str]:
    """Every text that Slack reads as markup."""
    return [part["text"] for part in parts(value) if part.get("type") == "mrkdwn"]


def words(value: Any) -> set[str]:
    """Every word that somebody sees, anywhere in it, as it reads."""
    found: set[str] = set()
    for part in parts(value):
        for text in (part.get("text"), part.get("initial_value")):
            if isinstance(text, str):
                found.update(split(html.unescape(text) if part.get("type") == "mrkdwn" else text))
    return found


def split(text: str) -> list[str]:
    """The words of a text, without the marks around them."""
    return re.findall(r"\w+", text)


def parts(value: Any) -> Iterator[Block]:
    """Every block and element in it."""
    if isinstance(value, Post):
        value = list(value.blocks)
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            yield from parts(each)


@cache
def schema(name: str) -> jsonschema_rs.Draft7Validator | None:
    """What Slack's types say of that; nothing where they are not at hand."""
    file = FOLDER / f"slack-{name}.schema.json"
    return jsonschema_rs.Draft7Validator(json.loads(file.read_text())) if file.is_file() else None


def _of_schema(name: str, values: Iterable[Any]) -> list[str]:
    validator = schema(name)
    if validator is None:
        return []
    return [error.message for value in values for error in validator.iter_errors(value)]
