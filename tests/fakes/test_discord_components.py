"""The rules of components: each is one of Discord's, and a renderer that passes here is not refused there."""

from __future__ import annotations

from typing import Any

import pytest
from fakes.discord.component_rules import problems_of_components
from fakes.discord.message_rules import problems_of_message
from fakes.discord.record import Call
from fakes.discord.schemas import FILE, as_described, problems_of_calls

Part = dict[str, Any]
SEND = "POST /channels/{channel_id}/messages"


def text(content: str = "x") -> Part:
    return {"type": 10, "content": content}


def button(label: str = "x", custom: str = "a", **more: Any) -> Part:
    return {"type": 2, "style": 1, "label": label, "custom_id": custom, **more}


def row(*parts: Part) -> Part:
    return {"type": 1, "components": list(parts)}


def container(*parts: Part) -> Part:
    return {"type": 17, "components": list(parts)}


def section(*texts: Part, accessory: Part | None = None) -> Part:
    return {"type": 9, "components": list(texts), "accessory": accessory or button()}


def select(many: int = 1, **more: Any) -> Part:
    options = [{"label": str(n), "value": str(n)} for n in range(many)]
    return {"type": 3, "custom_id": "s", "options": options, **more}


GOOD: list[Part] = [
    text(),
    row(button(), button(custom="b")),
    row(select(25, placeholder="Choose", max_values=25)),
    container(text(), section(text(), text()), {"type": 14, "spacing": 2}, row(select())),
    section(text(), accessory={"type": 11, "media": {"url": "https://example.com/a.png"}}),
    {"type": 12, "items": [{"media": {"url": "attachment://a.png"}}]},
    {"type": 13, "file": {"url": "attachment://a.png"}},
    row({"type": 2, "style": 5, "label": "Open", "url": "https://example.com"}),
]

BAD: list[Part] = [
    button(),
    text(""),
    row(),
    row(button(), select()),
    row(*[button(custom=str(n)) for n in range(6)]),
    row(select(), select()),
    row(text()),
    row(button("x" * 81)),
    row(button("")),
    row(button(custom="c" * 101)),
    row(button(), button()),
    row(button(id=1 << 31)),
    row(button(id=5), button(custom="b", id=5)),
    row(button(url="https://example.com")),
    row({"type": 2, "style": 5, "label": "Open", "url": "ftp://example.com"}),
    row({"type": 2, "style": 5, "label": "Open"}),
    row(button(colour="red")),
    row(select(0)),
    row(select(26)),
    row(select(2, max_values=3)),
    row(select(2, min_values=2)),
    row({"type": 3, "custom_id": "s", "options": [{"label": "a", "value": "v"}, {"label": "b", "value": "v"}]}),
    row({"type": 3, "custom_id": "s", "options": [{"label": "x" * 101, "value": "v"}]}),
    container(),
    container(container(text())),
    section(),
    section(text(), text(), text(), text()),
    section(text(), accessory=select()),
    section(button(custom="b")),
    {"type": 12, "items": []},
    {"type": 12, "items": [{"media": {"url": "attachment://b.png"}}]},
    {"type": 13, "file": {"url": "https://example.com"}},
    {"type": 14, "spacing": 3},
    {"type": 18, "label": "Only in a form", "component": {"type": 4, "custom_id": "t", "style": 1}},
    {"type": 99},
]


@pytest.mark.parametrize("part", GOOD)
def test_what_discord_shows(part: Part):
    """Nothing is said against it, by its own description neither."""
    assert problems_of_components([part], v2=True, files={"a.png"}) == {}
    assert problems_of_calls([Call(SEND, "", 0.0, given={"components": [part]}, status=200)]) == []


@pytest.mark.parametrize("part", BAD)
def test_what_discord_refuses(part: Part):
    """Each is told with its place."""
    found = problems_of_components([part], v2=True, files={"a.png"})
    assert found
    assert all(place.startswith("components") for place in found)


def test_how_much_there_may_be():
    """Forty in all, four thousand characters, five rows without the flag."""
    assert problems_of_components([container(*[text()] * 39)], v2=True, files=set()) == {}
    assert problems_of_components([container(*[text()] * 40)], v2=True, files=set())
    assert problems_of_components([text("x" * 2000), container(text("x" * 2000))], v2=True, files=set()) == {}
    assert problems_of_components([text("x" * 2000), container(text("x" * 2001))], v2=True, files=set())
    rows = [row(button(custom=str(n))) for n in range(6)]
    assert problems_of_components(rows[:5], v2=False, files=set()) == {}
    assert problems_of_components(rows, v2=False, files=set())
    assert problems_of_components([text()], v2=False, files=set())


def test_a_message_of_components_has_nothing_else():
    """Neither text nor embeds; components without the flag are rows."""
    v2 = 1 << 15
    assert problems_of_message({"flags": v2, "components": [text()]}) == {}
    assert "content" in problems_of_message({"flags": v2, "components": [text()], "content": "x"})
    assert "embeds" in problems_of_message({"flags": v2, "components": [text()], "embeds": [{"title": "x"}]})
    assert "components" in problems_of_message({"flags": v2})
    assert "components.0.type" in problems_of_message({"components": [text()]})


@pytest.mark.skipif(not FILE.is_file(), reason=f"{FILE} is not there; name its folder in DISCORD_SCHEMAS")
def test_discords_own_description_is_asked():
    """It lets nothing of a wrong type through, and takes discord.py's numbers for ids."""
    call = Call(SEND, "", 0.0, given={"content": 5}, status=200)
    assert len(problems_of_calls([call])) == 1
    assert as_described({"recipient_id": 5, "allow": "8"}) == {"recipient_id": "5", "allow": 8}
    assert problems_of_calls([Call("POST /users/@me/channels", "", 0.0, given={"recipient_id": 5}, status=200)]) == []
