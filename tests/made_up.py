"""Messages and forms of any kind and size, for Hypothesis, with words that a careless face would trip over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from hypothesis import strategies as st

from bot.domain.files import Attachment
from bot.messages import model
from bot.messages.model import Action, Form, Input, Line, Message, Option, Ref, Text

T = TypeVar("T")

TEXTS = (
    "Export fails",
    "one two drei été 42",
    "<!channel> <!here> <@U0SAM> <#C0AB> <!subteam^S0AB>",
    "<https://evil.example/|your bank> &amp; &lt;b&gt; a && b",
    "*bold* _slanted_ ~gone~ `code` a * b * c `",
    "see:\n```\nSELECT a < b && c > d;\n```\nand *that*",
    "```\nnever closed",
    "> said before\nand after",
    "https://e.example/a?b=1&c=(2)). <!date^1^{time}|x>",
    "@here @channel #general :tada: 10:30:45",
    "💥" * 60,
    "x" * 700,
    "&" * 900,
    "https://long.example/" + "y&" * 900,
    "two\n\n\nlines  with   spaces",
    "word & " * 900,
    "line of a log <a> `b` | c\n" * 300,
    "```\n" + "2026-06-09 09:00 ERROR <x> & y\n" * 150 + "```",
    "<@100000000000000001> <@&100000000000000002> <#100000000000000003> <t:1:R> </desk:1> <:x:1> @everyone @Here",
    "# big\n-# small\n>>> all\n- one\n* two\n3. three\n12) four\n  # five ||hidden|| \\* \\",
    "[your bank](https://evil.example) [x](<https://evil.example/a_b>) https://e.example/@everyone",
    "```ansi\n@everyone <@100000000000000001>\n```tail ``half``",
    "{{ 7*7 }} %s ${x} \\u003c \"quoted\" 'so' | pipes",
    "שלום مرحبا 日本語",
    "?",
)
KEYS = ("a", "sam", "dana-reyes", "x" * 40, "to", "words", "n1", "n2", "n3")
NOW = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)


def _pick(draw: st.DrawFn, values: tuple[T, ...]) -> T:
    return values[draw(st.integers(0, len(values) - 1))]


def _some(draw: st.DrawFn, make: Callable[[st.DrawFn], T], most: int) -> tuple[T, ...]:
    return tuple(make(draw) for _ in range(draw(st.integers(0, most))))


def _text(draw: st.DrawFn) -> str:
    return _pick(draw, TEXTS)


def _title(draw: st.DrawFn) -> str:
    return " ".join(_text(draw).split())[:120]


def _short(draw: st.DrawFn) -> str:
    return _title(draw)[:40]


def _when(draw: st.DrawFn) -> datetime:
    return NOW + timedelta(minutes=draw(st.integers(-3_000_000, 3_000_000)))


def _number(draw: st.DrawFn) -> int:
    return draw(st.integers(1, 99))


def _span(draw: st.DrawFn) -> model.Span:
    match draw(st.integers(0, 4)):
        case 0:
            return model.Quote(_text(draw))
        case 1:
            return model.Who(_pick(draw, KEYS), _short(draw))
        case 2:
            return model.When(_when(draw), _pick(draw, ("time", "date", "full", "relative")))
        case 3:
            number = _number(draw)
            return Ref(number, f"ACME-{number}")
        case _:
            return Text(_text(draw), draw(st.booleans()))


def _line(draw: st.DrawFn) -> Line:
    return _some(draw, _span, 4)


def _lines(draw: st.DrawFn) -> tuple[Line, ...]:
    return _some(draw, _line, 3)


def _tone(draw: st.DrawFn) -> Any:
    return _pick(draw, ("plain", "good", "warn", "bad"))


def _arg(draw: st.DrawFn) -> model.Arg:
    return _pick(draw, (42, True, "a & b", _title(draw)))


def _args(draw: st.DrawFn) -> dict[str, model.Arg]:
    return {_pick(draw, KEYS): _arg(draw) for _ in range(draw(st.integers(0, 3)))}


def _action(draw: st.DrawFn) -> Action:
    command = _pick(draw, ("reply", "claim", "cancel", "unsay", "find"))
    style: Any = _pick(draw, ("plain", "primary", "danger"))
    return Action(command, _title(draw), _args(draw), style, draw(st.booleans()))


def _actions(draw: st.DrawFn) -> tuple[Action, ...]:
    return _some(draw, _action, 7)


def _file(draw: st.DrawFn) -> Attachment:
    return Attachment("f1", _title(draw), "text/plain", draw(st.integers(1, 10_000_000)))


def _row(draw: st.DrawFn) -> model.Row:
    number, group = _number(draw), _pick(draw, ("", "Yours", "Nobody has these yet"))
    facts = (_title(draw), _pick(draw, ("P1", "")), _short(draw), _short(draw))
    return model.Row(number, f"ACME-{number}", *facts, _line(draw), _tone(draw), group)


def _table(draw: st.DrawFn) -> model.Table:
    def table_row(draw: st.DrawFn) -> model.TableRow:
        share = draw(st.none() | st.integers(0, 1000))
        return model.TableRow(_short(draw), _some(draw, _short, 4), share)

    return model.Table(_title(draw), ("Which", *_some(draw, _short, 4)), _some(draw, table_row, 5))


def _chapter(draw: st.DrawFn) -> model.Chapter:
    def moment(draw: st.DrawFn) -> model.Moment:
        return model.Moment(_when(draw), _line(draw), _tone(draw))

    def band(draw: st.DrawFn) -> model.Band:
        kind: Any = _pick(draw, ("counted", "late", "paused", "closed", "left"))
        return model.Band(kind, draw(st.integers(0, 240)))

    told = (_title(draw), _line(draw), _tone(draw), _lines(draw), _some(draw, moment, 5))
    return model.Chapter(*told, _lines(draw), _some(draw, band, 5), _when(draw), _when(draw), draw(st.booleans()))


@st.composite
def messages(draw: st.DrawFn) -> Message:
    """A message for people, of any kind."""
    match draw(st.integers(0, 6)):
        case 0:
            return model.Said("any", _lines(draw), _actions(draw), _tone(draw))
        case 1:
            who = (_pick(draw, KEYS), _title(draw), "engineer")
            return model.Relay(*who, _text(draw), _line(draw), _some(draw, _file, 3), _actions(draw))
        case 2:
            number = _number(draw)
            fields = _some(draw, lambda draw: model.Field(_short(draw), _line(draw)), 13)
            head = (number, f"ACME-{number}", _title(draw), _short(draw), _short(draw), _tone(draw))
            return model.Card(*head, fields, _actions(draw), _actions(draw) + _actions(draw))
        case 3:
            return model.Listing(_title(draw), _some(draw, _row, 30), _lines(draw), _actions(draw))
        case 4:
            figures = (_title(draw), _lines(draw), _some(draw, _table, 2), _title(draw), _some(draw, _row, 3))
            return model.Sheet(*figures, _lines(draw), _actions(draw), {"period": "2026-05"})
        case 5:
            return model.Chronicle(_title(draw), _some(draw, _chapter, 4), _lines(draw), _lines(draw), _actions(draw))
        case _:
            kind = _pick(draw, ("text/markdown", "text/html"))
            return model.Document(_title(draw), "a.md", kind, _text(draw), _actions(draw))


def _input(draw: st.DrawFn, name: str) -> Input:
    kind: Any = _pick(draw, ("line", "area", "choice"))
    told = (draw(st.booleans()), "" if draw(st.booleans()) else _text(draw), _pick(draw, ("", _title(draw))))
    if kind != "choice":
        return Input(name, _title(draw), kind, *told, limit=20_000)
    count = _pick(draw, (1, 3, 99, 100, 101, 230))
    values = [f"o{n}" for n in range(count - 1)] + [_pick(draw, ("last", "", "-none-", "v" * 180))]
    options = tuple(Option(value, f"{n} {_text(draw) if n < 3 else 'plain'}") for n, value in enumerate(values))
    return Input(name, _title(draw), kind, told[0], _pick(draw, ("", values[0], values[-1])), told[2], options)


@st.composite
def forms(draw: st.DrawFn) -> Form:
    """A form with what it remembers, and with what is wrong."""
    names = ("text", "answer-0", "to", "kind")[: draw(st.integers(0, 4))]
    inputs = tuple(_input(draw, name) for name in names)
    errors = {name: _title(draw) for name in (*names, "elsewhere") if draw(st.booleans())}
    args = {"request": "42", "details": _text(draw), "title": _title(draw), "sure": True}
    return Form("new", _title(draw), inputs, _short(draw), args, _text(draw), errors, _pick(draw, ("", _title(draw))))
