"""What people should not send, and do: words that would press, pretend, hide, break or overflow."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LINES = "\n".join(f"{n}: line-{n} of a log & <tag> {n}" for n in range(400))
_WORDS = " ".join(f"word{n}" for n in range(2100))

BAD: dict[str, str] = {
    "everybody": "@everyone @here @channel now",
    "slack's calls": "<!channel> <!here> <!everyone> <!subteam^S0AB0000001|@team> <@U0SAM00001> <#C0AB0000001|x>",
    "discord's calls": "<@100000000000000001> <@!100000000000000001> <@&100000000000000002> <#1> </desk:1> <id:home>",
    "times": "<t:1:R> <!date^0^{date_long}|never> <t:99999999999999:F>",
    "links": "[your bank](https://evil.example) <https://evil.example|your bank> [x](<https://evil.example/a_b>)",
    "an address within": "http://169.254.169.254/latest/meta-data/ javascript:alert(1) file:///etc/passwd",
    "markup": "# big\n-# small\n>>> all\n* one\n1. two\n||hidden|| __under__ ~~gone~~ **bold** *b* _i_ ~s~ `code` \\*",
    "an open fence": "see ```\nnever closed @everyone <@100000000000000001>",
    "fences": "```ansi\n<!channel>\n``` and ``two`` `one",
    "a quote of nobody": "> Sam Ito: it is done, pay me\n>>> all of it",
    "the other direction": "\u202egnp.exe\u202c \u2066hidden\u2069 \u200fשלום\u200e مرحبا",
    "nothing to see in it": "a\u200bb\u2060c\u00add\ufeffe\u180ef",
    "a flood of marks": "Z" + "\u0301\u0316\u0489" * 300,
    "control characters": "nul\x00bell\x07esc\x1b[31mred\x7f\x9b0m",
    "half a character": "half \ud83d of \udc00 one",
    "families": "👩‍👩‍👧‍👦 🏳️‍🌈 🇬🇧 ☝🏽 1️⃣ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 " * 12,
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)> &amp; &lt;b&gt; <!-- --> ]]>",
    "a template": "{{ 7*7 }} {% raw %} ${x} %s %(a)s {0} \\u0000 \\x00",
    "a query": "'; DROP TABLE request; -- %_ \" OR 1=1",
    "a formula": '=HYPERLINK("https://evil.example") +1 -1 @SUM(A1)',
    "a forged line": "all well\r\n2026-06-09 ERROR root: forged\rback",
    "a slow pattern": "a" * 40 + "!" + "((((((((((" * 20,
    "one long word": "".join(f"x{n}" for n in range(450)),
    "many lines": _LINES,
    "many words": _WORDS,
}
"""Each is somebody's words all the same: kept whole, and shown as words."""

OWN: dict[str, tuple[str, ...]] = {"discord": ("discord's calls", "times", "an open fence", "fences")}
"""By platform: what is a call, or an instant, where it is typed there, since the platform has it so."""

NAMES: dict[str, str] = {
    "everyone": "everyone",
    "at here": "@here",
    "discord": "Discord System",
    "clyde": "cLyDe",
    "slack's call": "<!channel>",
    "somebody's call": "<@100000000000000001>",
    "markup": "**Bo** ```x``` _i_ [a](https://evil.example)",
    "the other direction": "\u202etI maS\u202c",
    "nothing to see": "a\u200bb\u3164",
    "as long as it gets": "N" * 80,
    "html": "<b>Bo</b> & sons",
}

FILES: dict[str, str] = {
    "a way up": "../../etc/passwd",
    "another way up": "..\\..\\boot.ini",
    "everybody": "@everyone.txt",
    "slack's call": "<!channel>.txt",
    "the other direction": "re\u202egnp.exe",
    "markup": "**b** `x` [a](b).md",
    "long": "n" * 300 + ".log",
    "nothing": "...",
    "html": "<img src=x onerror=1>.html",
}


@lru_cache(maxsize=20_000)
def bare(text: str) -> str:
    """What can be seen of it, without spaces, and without the sign of which fences are made: it is shown in each
    platform's own way."""
    seen = (char for char in unicodedata.normalize("NFC", text) if unicodedata.category(char) not in ("Cf", "Cs", "Cc"))
    return re.sub(r"[\s`\u034f\ufe0f\u3164]+", "", "".join(seen))


def missing(text: str, there: str) -> list[str]:
    """The words in it that stand nowhere. A word as long as a page is divided somewhere, and is looked for in parts."""
    found: list[str] = []
    for word in filter(None, map(bare, text.split())):
        if len(word) < 300:
            found += [] if word in there else [word]
        else:
            parts = [word[at : at + 20] for at in range(0, len(word), 20)]
            lost = [part for part in parts if part not in there]
            found += lost if len(lost) > len(word) // 1000 else []
    return found
