"""What people type, as HTML: escaped, with links, code and bold where they are simple; nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

from bot.domain.mentions import person_of
from bot.domain.people import Person

LONG = 1800
"""Beyond this many characters, or that many lines, a text is folded until somebody asks for all of it."""
_LONG_LINES = 24

# Each alternative is bounded or linear, so that no text can make the search slow.
_SPECIAL = re.compile(
    r"```\n?(?P<block>[^`]{1,20000}?)\n?```"
    r"|`(?P<code>[^`\n]{1,500})`"
    r"|(?<![\w/:@])(?P<url>https?://[^\s<>\"'`\u0000-\u001f]{1,2000})"
    r"|(?<![\w*])\*(?P<bold>[^\s*](?:[^*\n]{0,200}[^\s*])?)\*(?![\w*])",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?…*_~"


@dataclass(frozen=True)
class Naming:
    """People whose @name stands out, for one reader."""

    finder: re.Pattern[str]
    handles: Mapping[str, Person]
    reader: str

    def calls(self, text: str) -> bool:
        """Whether it names the reader."""
        return "@" in text and any(self._of(match).id == self.reader for match in self.finder.finditer(text))

    def _of(self, match: re.Match[str]) -> Person:
        return person_of(self.handles, match)

    def marked(self, text: str) -> Markup:
        """Plain words with the people named in them."""
        out: list[Markup] = []
        end = 0
        for match in self.finder.finditer(text):
            person = self._of(match)
            own = " self" if person.id == self.reader else ""
            out.append(escape(text[end : match.start()]))
            out.append(Markup('<bdi class="who{}" title="{}">{}</bdi>').format(own, person.name, match[0]))
            end = match.end()
        out.append(escape(text[end:]))
        return Markup("").join(out)


def words(text: str, naming: Naming | None = None) -> Markup:
    """Somebody's own words. Line breaks are kept by the style sheet (`white-space: pre-wrap`)."""
    plain = naming.marked if naming is not None and "@" in text else escape
    out: list[Markup] = []
    end = 0
    for match in _SPECIAL.finditer(text):
        out.append(plain(text[end : match.start()]))
        out.append(_special(match))
        end = match.end()
    out.append(plain(text[end:]))
    return Markup("").join(out)


def is_long(text: str) -> bool:
    """Whether a text is folded at first."""
    return len(text) > LONG or text.count("\n") > _LONG_LINES


def _special(match: re.Match[str]) -> Markup:
    if block := match["block"]:
        return Markup("<pre><code>{}</code></pre>").format(block)
    if code := match["code"]:
        return Markup("<code>{}</code>").format(code)
    if bold := match["bold"]:
        return Markup("<strong>{}</strong>").format(bold)
    return _link(match["url"])


def _link(url: str) -> Markup:
    """A link shows its whole address, so that none can claim to lead elsewhere."""
    bare = url.rstrip(_TRAILING)
    while bare.endswith(")") and bare.count(")") > bare.count("("):
        bare = bare[:-1].rstrip(_TRAILING)
    rest = url[len(bare) :]
    if len(bare) <= len("https://"):
        return escape(url)
    return Markup('<a href="{0}" target="_blank" rel="noreferrer noopener nofollow">{0}</a>{1}').format(bare, rest)
