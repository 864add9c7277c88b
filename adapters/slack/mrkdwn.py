"""Words as Slack's markup (mrkdwn): escaped, so that nobody's words become a mention, a link or a command.

What people write keeps its stars, backticks and fences, as if they had written it in Slack themselves; a link shows its
whole address. Long lines come in pieces that each fit a text object.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.desk.reader import Reader
from bot.domain.mentions import pattern, person_of
from bot.messages import times
from bot.messages.flowing import Row, pieces
from bot.messages.model import Line, Quote, Ref, Span, Text, When, Who

_FENCE = re.compile(r"```\n?(.+?)\n?```", re.DOTALL)
# Linear, and bounded, so that no text can make the search slow.
_URL = re.compile(r"(?<![\w/:@])https?://[^\s<>\"'`|\x00-\x1f]{1,1000}", re.IGNORECASE)
_TRAILING = ".,;:!?…*_~"
_ATOM = 1500
"""Characters at most of what is not cut: the shortest text object has room for it."""
_USER = re.compile(r"[UW][A-Za-z0-9_-]{1,40}", re.ASCII)
_LINK = re.compile(r"https?://[^\s<>|\"]{1,500}", re.IGNORECASE)

_NOBODY: Mapping[str, str] = {}

_FORMATS = {
    "time": "{date_short_pretty} at {time}",
    "date": "{date_short_pretty}",
    "full": "{date_short_pretty} at {time}",
}


def escape(text: str) -> str:
    """The three characters by which Slack knows its own markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def link(url: str, label: str) -> str:
    """A link of ours; its label alone where the address is none that Slack reads."""
    return f"<{escape(url)}|{escape(label)}>" if _LINK.fullmatch(url) else escape(label)


def bold(text: str) -> str:
    """Words that stand out, where the markup allows it: not over lines, nor around a star."""
    inner = text.strip()
    if not inner or "*" in inner or "\n" in inner:
        return escape(text)
    begin, _, end = text.partition(inner)
    return f"{begin}*{escape(inner)}*{end}"


def strong(text: str) -> list[str]:
    """The same in pieces; what is too long to stand out does not."""
    return [bold(text)] if len(text) < _ATOM // 5 and "\n" not in text else atoms(text)


def date(at: datetime, style: str, to: Reader) -> str:
    """An instant, which Slack shows in each reader's own zone; what cannot show it so says it in `to`'s zone.

    How long it is until then is said as of now: Slack does not count on.
    """
    if style == "relative":
        return escape(times.relative(at, to.now))
    said = times.styled(at, "full" if style == "time" else style, to.place, to.now)
    zone = "" if style == "date" else f" {escape(to.place.key)}"
    return f"<!date^{int(at.timestamp())}^{_FORMATS[style]}|{escape(said)}{zone}>"


def span(given: Span, to: Reader) -> str:
    """One span; somebody's words as they are."""
    match given:
        case Text(text=text, strong=stands_out):
            return bold(text) if stands_out else escape(text)
        case Quote(text=text):
            return escape(text)
        case Who(person=person, name=name):
            user = to.user(person)
            return f"<@{user}>" if user and _USER.fullmatch(user) else escape(name)
        case When(at=at, style=style):
            return date(at, style, to)
        case Ref(number=number, ref=ref):
            address = to.link(number)
            return link(address, ref) if address else escape(ref)


def inline(line: Line, to: Reader) -> list[str]:
    """A line in pieces that go on from what stands before them, whatever is in it."""
    found: list[str] = []
    for each in line:
        if isinstance(each, Quote) or (isinstance(each, Text) and not each.strong):
            found += atoms(" ".join(each.text.split("\n")))
        else:
            found += strong(each.text) if isinstance(each, Text) else [span(each, to)]
    return found


def rows(lines: Iterable[Line], to: Reader) -> list[Row]:
    """Lines of the desk's. Words set apart are quoted, line by line; a block of code in them keeps its fence."""
    found: list[Row] = []
    for line in lines:
        made: list[str] = []
        for each in line:
            if isinstance(each, Quote):
                _end(found, made)
                found += quoted(each.text)
            elif isinstance(each, Text) and (not each.strong or len(each.text) > _ATOM // 5 - 1 or "\n" in each.text):
                first, *rest = each.text.split("\n")
                made += linked(first)
                for further in rest:
                    found.append(Row(tuple(made)))
                    made = linked(further)
            else:
                made.append(span(each, to))
        _end(found, made)
    return found


def atoms(text: str) -> list[str]:
    """Words and spaces, escaped; one that is too long in pieces."""
    return [part for piece in pieces(text) for part in _slices(piece, _ATOM)]


def words(text: str, head: str = "", to: Reader | None = None) -> list[Row]:
    """Somebody's own words, line by line, after something of ours; where they call somebody of `to.called`, Slack
    does."""
    if head:
        first, *rest = words(text, to=to) or [Row(())]
        return [Row((head, *first.atoms)), *rest]
    called = to.called if to else {}
    found: list[Row] = []
    done = 0
    for fence in _FENCE.finditer(text):
        found += _prose(text[done : fence.start()].removesuffix("\n"), called)
        found += _code(fence[1])
        done = fence.end()
        if text[done : done + 1] == "\n":
            done += 1
    return found + _prose(text[done:], called)


def quoted(text: str) -> list[Row]:
    """Somebody's own words, set apart."""
    return [row if row.text.startswith("```") else Row(row.atoms, "> ") for row in words(text)]


def _end(found: list[Row], made: list[str]) -> None:
    if made:
        found.append(Row(tuple(made)))
        made.clear()


def _prose(text: str, called: Mapping[str, str]) -> list[Row]:
    finder = pattern(called) if "@" in text else None
    return [Row(tuple(linked(line, called, finder))) for line in text.split("\n")] if text else []


def _calling(text: str, called: Mapping[str, str], finder: re.Pattern[str] | None) -> list[str]:
    made: list[str] = []
    done = 0
    for match in finder.finditer(text) if finder else ():
        user = person_of(called, match)
        if _USER.fullmatch(user):
            made += [*atoms(text[done : match.start()]), f"<@{user}>"]
            done = match.end()
    return made + atoms(text[done:])


def _code(text: str) -> list[Row]:
    """A block of code, in as many fences as it needs."""
    found: list[str] = []
    now: list[str] = []
    room = _ATOM - 2 * len("```\n")
    for line in text.split("\n"):
        whole = escape(line)
        for part in [whole] if len(whole) <= room else _slices(line, room):
            if now and sum(map(len, now)) + len(now) + len(part) > room:
                found.append("\n".join(now))
                now = []
            now.append(part)
    found.append("\n".join(now))
    return [Row((f"```\n{each}\n```",)) for each in found]


def linked(line: str, called: Mapping[str, str] = _NOBODY, finder: re.Pattern[str] | None = None) -> list[str]:
    """A line with its addresses as links, which show all of themselves, so that none can claim to lead elsewhere."""
    made: list[str] = []
    done = 0
    for match in _URL.finditer(line):
        url = match[0].rstrip(_TRAILING)
        while url.endswith(")") and url.count(")") > url.count("("):
            url = url[:-1].rstrip(_TRAILING)
        if len(url) <= len("https://") or len(escape(url)) > _ATOM - 2:
            continue
        made += [*_calling(line[done : match.start()], called, finder), f"<{escape(url)}>"]
        done = match.start() + len(url)
    return made + _calling(line[done:], called, finder)


def _slices(text: str, room: int) -> list[str]:
    """Escaped pieces, each of which has room even where every character is one to escape."""
    step = room // len("&amp;")  # no character is longer, whether escaped or counted twice
    return [escape(text[at : at + step]) for at in range(0, len(text), step)]
