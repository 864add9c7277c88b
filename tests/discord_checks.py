"""What must be true of everything we would hand to Discord: its own rules, and ours about what is lost or let in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import jsonschema_rs
from fakes.discord.component_rules import problems_of_components
from fakes.discord.limits import Limits
from fakes.discord.modal_rules import problems_of_modal
from fakes.discord.schemas import FILE as DESCRIBED
from slack_checks import shape_of

from adapters.discord.drafts import Drafts
from adapters.discord.limits import POSTS
from adapters.discord.modals import FORM, Modal, modal, offer, submitted, turned
from adapters.discord.pressing import ANY, FILE, MENU, Pressed, pressed
from adapters.discord.render import Post
from adapters.discord.render import message as render
from bot.commands import REGISTRY
from bot.desk.reader import Reader
from bot.messages.model import Answer, Form, Message, Said

LIMITS = Limits()
NOW = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)

Part = dict[str, Any]


def valid_posts(posts: Iterable[Post]) -> None:
    """Discord takes each, with room for what who sends it puts beside: a name above, and its files."""
    posts = list(posts)
    assert len([post for post in posts if not post.attachments]) <= POSTS
    for post in posts:
        parts = list(post.components)
        files = len(post.files) + len(post.attachments)
        assert parts
        assert files <= LIMITS.files
        assert problems_of_components(parts, v2=True, files=set(), most=LIMITS.components - 1 - files) == {}
        assert sum(map(len, texts(parts))) <= LIMITS.texts - 2 * len(post.username)
        assert of_schema("MessageCreateRequest", {"flags": 1 << 15, "components": parts}) == []
        assert 0 <= len(post.username) <= 80
        assert not re.search("discord|clyde|```", post.username, re.IGNORECASE)
        assert all(f"<@{user}>" in str(parts) for user in post.mentions)
    assert injected(texts(posts)) == []


def shown(given: Message | Answer | None, to: Reader) -> None:
    """What the desk says can be said in Discord, its buttons and forms with it. The same shape is looked at once."""
    if isinstance(given, Answer):
        shown(given.message, to)
        if given.form is not None and _new(given.form):
            shown(offer(given.form, Drafts()), to)
            assert walked(given.form).command == given.form.command
    elif given is not None and _new(given):
        posts = (*render(given, to), *render(given, replace(to, client=True)))
        valid_posts(posts)
        for part in (part for post in posts for part in every(post) if "custom_id" in part):
            for data in _ways(part):
                press = pressed(data)
                assert press is not None
                assert press.command in (FILE, FORM) or REGISTRY.find(press.command) is not None


def valid_modal(given: Modal) -> None:
    """Discord takes it as a form."""
    made = dict(given.given)
    assert problems_of_modal(made) == {}
    assert of_schema("ModalInteractionCallbackRequestData", made) == []
    assert injected(texts(made)) == []


def sent(given: Modal, **typed: str) -> Part:
    """The form as Discord tells of it when it is sent; `typed` is by the fields' names, the others are as they were."""
    parts: list[Part] = []
    for part in given.given["components"]:
        if part["type"] != 18:
            parts.append({"type": part["type"]})
            continue
        field = part["component"]
        told: Part = {"type": field["type"], "custom_id": field["custom_id"]}
        if field["type"] == 3:
            chosen = [option["value"] for option in field["options"] if option.get("default")]
            told["values"] = [typed[field["custom_id"]]] if field["custom_id"] in typed else chosen
        else:
            told["value"] = typed.get(field["custom_id"], field.get("value") or "")
        parts.append({"type": 18, "component": told})
    return {"custom_id": given.given["custom_id"], "components": parts}


def walked(form: Form, **typed: str) -> Pressed:
    """What the desk is asked where somebody goes through all steps of a form; each is one that Discord takes."""
    drafts = Drafts()
    opened: Modal | Pressed | Said | None = modal(form, drafts)
    if opened is None:
        opened = turned(Pressed(FORM, offer(form, drafts).actions[0].args), drafts)
    if isinstance(opened, Pressed):
        return opened
    for _ in range(60):
        assert isinstance(opened, Modal)
        valid_modal(opened)
        answer = submitted(sent(opened, **typed), drafts)
        if isinstance(answer, Pressed):
            return answer
        assert isinstance(answer, Said)
        valid_posts(render(answer, Reader(NOW)))
        opened = turned(Pressed(FORM, answer.actions[0].args), drafts)
    raise AssertionError("it has no end")


_seen: set[str] = set()


def _new(given: Message | Form) -> bool:
    fresh = (shape := shape_of(given)) not in _seen
    _seen.add(shape)
    return fresh


def _ways(part: Part) -> Iterator[Part]:
    """Each way in which it can be used, as the app is told of it."""
    if MENU.match(part["custom_id"]):
        yield from ({"custom_id": part["custom_id"], "values": [option["value"]]} for option in part["options"])
    else:
        assert ANY.match(part["custom_id"])
        yield {"custom_id": part["custom_id"]}


_FENCE = re.compile(r"```\n.*?\n```", re.DOTALL)
_OURS = re.compile(
    r"<@\d{15,21}>|<t:-?\d+:[fDR]>|<https?://[^\s<>]+>|\[(?:\\.|[^\[\]\\])*\]\(https?://[^\s<>()|\\\"]+\)|\*\*",
    re.IGNORECASE,
)
_STARTS = re.compile(r"^(#{1,3} |-# |> |- )")


def injected(given: Iterable[str]) -> list[str]:
    """The texts in which Discord would read markup that is none of ours, or call everybody."""
    return [text for text in given if _injects(text)]


def _injects(text: str) -> bool:
    # An escaped sign at a line's start is still something there, which begins nothing.
    bare = re.sub(r"\\[^\sA-Za-z0-9]", "x", _FENCE.sub("", text))
    for line in bare.split("\n"):
        rest = _OURS.sub("x", _STARTS.sub("", line))
        if re.search(r"[*_~`|\[\]<\\]|@everyone|@here", rest, re.IGNORECASE) or re.match(
            r"\s*([-+#>]|\d+[.)]\s)", rest
        ):
            return True
    return False


def seen(text: str) -> str:
    """A text as somebody reads it: markup taken for what it means, escapes gone."""
    found, done = "", 0
    for fence in _FENCE.finditer(text):
        found += _unescaped(text[done : fence.start()]) + fence[0].removeprefix("```\n").removesuffix("\n```")
        done = fence.end()
    return (found + _unescaped(text[done:])).replace("\u200b", "")


def _unescaped(text: str) -> str:
    text = re.sub(r"(?<!\\)<(https?://[^\s<>]+)>", r"\1", text)
    text = re.sub(r"(?<!\\)\*\*", "", text)
    return re.sub(r"\\([^\sA-Za-z0-9])", r"\1", text)


def every(value: Any) -> Iterator[Part]:
    """Every component in it."""
    if isinstance(value, Post):
        value = value.components
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            yield from every(each)


def texts(value: Any) -> list[str]:
    """Every text that Discord reads as markup."""
    return [part["content"] for part in every(value) if part.get("type") == 10]


def words(value: Any) -> set[str]:
    """Every word that somebody sees in it, anywhere."""
    found = {word for post in value if isinstance(post, Post) for word in split(post.username)}
    for part in every(value):
        for name in ("label", "description", "placeholder", "value", "title"):
            if isinstance(part.get(name), str):
                found.update(split(part[name]))
        if part.get("type") == 10:
            found.update(split(seen(part["content"])))
    return found


def split(text: str) -> list[str]:
    """The words of a text, without the marks around them."""
    return re.findall(r"\w+", text)


@cache
def _schema(name: str) -> Any:
    if not DESCRIBED.is_file():
        return None
    whole = json.loads(DESCRIBED.read_text())
    return jsonschema_rs.Draft202012Validator(
        {"$ref": f"#/components/schemas/{name}", "components": whole["components"]}
    )


def of_schema(name: str, value: Any) -> list[str]:
    """What Discord's description would not let through, where it is at hand."""
    validator = _schema(name)
    return (
        []
        if validator is None
        else [f"{error.instance_path} {error.message}"[:300] for error in validator.iter_errors(value)]
    )
