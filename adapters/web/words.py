"""What people type, as HTML: escaped, with links, code and bold where they are simple; nothing is fetched."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

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


def words(text: str) -> Markup:
    """Somebody's own words. Line breaks are kept by the style sheet (`white-space: pre-wrap`)."""
    out: list[Markup] = []
    end = 0
    for match in _SPECIAL.finditer(text):
        out.append(escape(text[end : match.start()]))
        out.append(_special(match))
        end = match.end()
    out.append(escape(text[end:]))
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
