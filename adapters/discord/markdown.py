"""Words as Discord's markdown: escaped, so that what somebody wrote reads as they wrote it, and nobody's words become a
mention, a heading, a spoiler or a link that says another address than its own.

A block of code in people's words stays one; every other sign of theirs is a mere sign. Long lines come in pieces that
each fit a message.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from bot.desk.reader import Reader
from bot.domain.mentions import pattern, person_of
from bot.messages.flowing import Row, flow, pieces, width
from bot.messages.model import Line, Quote, Ref, Span, Text, When, Who

_FENCE = re.compile(r"```\n?(.+?)\n?```", re.DOTALL)
# Linear, and bounded, so that no text can make the search slow.
_URL = re.compile(r"(?<![\w/:@])https?://[^\s<>\"'`|\\\x00-\x1f]{1,1000}", re.IGNORECASE)
_TRAILING = ".,;:!?…*_~"
_SIGNS = re.compile(r"[\\*_~`|\[\]<]")
_EVERYBODY = re.compile(r"@(?=everyone|here)", re.IGNORECASE)
_APART = "\u200b"
"""A space of no width: what stands before and after it is not one word."""
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_ATOM = 1500
"""Characters at most of what is not cut: the shortest text has room for it."""
_BOLD = 300
"""Characters of what can stand out; longer than that, nothing does."""
_USER = re.compile(r"\d{15,21}", re.ASCII)
_LINK = re.compile(r"https?://[^\s<>()|\"\\]{1,500}", re.IGNORECASE)
_OPENING = re.compile(r"(\d{1,9})([.)])|([-+#>])")
_STYLES = {"time": "f", "date": "D", "full": "f", "relative": "R"}
_NOBODY: Mapping[str, str] = {}
QUOTED, SMALL = "> ", "-# "
"""What a line begins with that is somebody's words, or small print."""


def readable(text: str) -> str:
    """Without the characters that a message cannot carry."""
    return _UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def escape(text: str) -> str:
    """Words that read as they were written, wherever in a line they stand; how one begins is `begins`'s."""
    return _SIGNS.sub(r"\\\g<0>", _EVERYBODY.sub(f"@{_APART}", readable(text)))


def begins(atom: str) -> str:
    """What a line can begin with: there a hash, a dash, a bracket or a number would make something else of it."""
    found = _OPENING.match(atom)
    if found is None:
        return atom
    if found[3]:
        return f"\\{atom}"
    return f"{found[1]}\\{atom[found.end(1) :]}" if found.end() == len(atom) else atom


def link(url: str, label: str) -> str:
    """A link of ours; its label alone where the address is none that Discord reads."""
    return f"[{escape(label)}]({url})" if label.strip() and _LINK.fullmatch(url) else escape(label)


def bold(text: str) -> str:
    """Words that stand out."""
    inner = readable(text).strip()
    if not inner or "\n" in inner:
        return escape(text)
    begin, _, end = readable(text).partition(inner)
    return f"{begin}**{escape(inner)}**{end}"


def strong(text: str) -> list[str]:
    """The same in pieces; what is too long to stand out does not."""
    return [bold(text)] if len(text) < _BOLD and "\n" not in text else atoms(text)


def date(at: datetime, style: str) -> str:
    """An instant, which Discord shows in each reader's own zone, and how long it is until then as that changes."""
    return f"<t:{int(at.timestamp())}:{_STYLES[style]}>"


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
            return date(at, style)
        case Ref(number=number, ref=ref):
            address = to.link(number)
            return link(address, ref) if address else escape(ref)


def inline(line: Line, to: Reader) -> list[str]:
    """A line in pieces that go on from what stands before them, whatever is in it."""
    found: list[str] = []
    for each in line:
        if isinstance(each, Quote) or (isinstance(each, Text) and not each.strong):
            found += atoms(" ".join(each.text.splitlines()))
        else:
            found += strong(" ".join(each.text.splitlines())) if isinstance(each, Text) else [_whole(each, to)]
    return found


def rows(lines: Iterable[Line], to: Reader, prefix: str = "") -> list[Row]:
    """Lines of the desk's, each after `prefix`. Words set apart are quoted, line by line; code keeps its fence."""
    found: list[Row] = []
    for line in lines:
        made: list[str] = []
        for each in line:
            if isinstance(each, Quote):
                _end(found, made, prefix)
                found += quoted(each.text)
            elif isinstance(each, Text) and (not each.strong or len(each.text) >= _BOLD or "\n" in each.text):
                first, *rest = readable(each.text).split("\n")
                made += linked(first)
                for further in rest:
                    found.append(Row(tuple(made), prefix if made else ""))
                    made = linked(further)
            else:
                made.append(_whole(each, to))
        _end(found, made, prefix)
    return found


def small(lines: Iterable[Line], to: Reader) -> list[Row]:
    """Lines as small print."""
    return rows(lines, to, SMALL)


def words(text: str, head: str = "", to: Reader | None = None) -> list[Row]:
    """Somebody's own words, line by line, after something of ours; where they call somebody of `to.called`, Discord
    does."""
    if head:
        return after((head,), words(text, to=to))
    called = to.called if to else {}
    text = readable(text)
    found: list[Row] = []
    done = 0
    for fence in _FENCE.finditer(text):
        found += _prose(text[done : fence.start()].removesuffix("\n"), called)
        found += code(fence[1])
        done = fence.end()
        if text[done : done + 1] == "\n":
            done += 1
    return found + _prose(text[done:], called)


def quoted(text: str) -> list[Row]:
    """Somebody's own words, set apart."""
    return [row if row.text.startswith("```") else Row(row.atoms, QUOTED) for row in words(text)]


def note(text: str) -> Row:
    """A line of small print, of our own words."""
    return Row(tuple(atoms(text)), SMALL)


def after(head: Sequence[str], given: Sequence[Row]) -> list[Row]:
    """Lines after something of ours, which stands on the line before where the first begins in its own way."""
    first, *rest = given or [Row(())]
    if head and (first.prefix or first.text.startswith("```")):
        return [Row(tuple(head)), *given]
    return [Row((*head, *first.atoms), first.prefix), *rest]


def texts(given: Sequence[Row], limit: int) -> Iterator[str]:
    """The lines as texts of at most so many characters."""
    return flow(given, limit, begins)


def atoms(text: str) -> list[str]:
    """Words and spaces, escaped; one that is too long in pieces."""
    return [part for piece in pieces(readable(text)) for part in _slices(piece, _ATOM)]


def code(text: str) -> list[Row]:
    """A block of code, in as many fences as it needs."""
    found: list[str] = []
    now: list[str] = []
    room = _ATOM - 2 * len("```\n")
    for line in text.split("\n"):
        step = len(line) + 1 if width(line) <= room else room // 2
        for part in [line[at : at + step] for at in range(0, len(line) + 1, step)]:
            if now and sum(map(width, now)) + len(now) + width(part) > room:
                found.append("\n".join(now))
                now = []
            now.append(part)
    found.append("\n".join(now))
    return [Row((f"```\n{each}\n```",)) for each in found]


def linked(line: str, called: Mapping[str, str] = _NOBODY, finder: re.Pattern[str] | None = None) -> list[str]:
    """A line with its addresses as they are, whole, so that none can claim to lead elsewhere; Discord shows no picture
    of what is there."""
    made: list[str] = []
    done = 0
    for match in _URL.finditer(line):
        url = match[0].rstrip(_TRAILING)
        while url.endswith(")") and url.count(")") > url.count("("):
            url = url[:-1].rstrip(_TRAILING)
        if len(url) <= len("https://"):
            continue
        made += [*_calling(line[done : match.start()], called, finder), f"<{url}>"]
        done = match.start() + len(url)
    return made + _calling(line[done:], called, finder)


def _calling(text: str, called: Mapping[str, str], finder: re.Pattern[str] | None) -> list[str]:
    made: list[str] = []
    done = 0
    for match in finder.finditer(text) if finder else ():
        user = person_of(called, match)
        if _USER.fullmatch(user):
            made += [*atoms(text[done : match.start()]), f"<@{user}>"]
            done = match.end()
    return made + atoms(text[done:])


def _whole(given: Span, to: Reader) -> str:
    """A span of one line, whatever is in it."""
    return " ".join(span(given, to).split("\n"))


def _end(found: list[Row], made: list[str], prefix: str) -> None:
    if made:
        found.append(Row(tuple(made), prefix))
        made.clear()


def _prose(text: str, called: Mapping[str, str]) -> list[Row]:
    finder = pattern(called) if "@" in text else None
    return [Row(tuple(linked(line, called, finder))) for line in text.split("\n")] if text else []


def _slices(piece: str, room: int) -> Iterator[str]:
    """Escaped pieces, each of which has room even where every character is one to escape, or counts twice."""
    step = room // 2
    yield from (escape(piece[at : at + step]) for at in range(0, len(piece), step))
