"""What somebody reads in their browser who lets the desk into their workspace, or tries to."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_STYLE = (
    "body{font:17px/1.5 system-ui,sans-serif;margin:0;background:#f4f6f9;color:#1d2733}"
    "main{max-width:34rem;margin:12vh auto;padding:2rem;background:#fff;border-radius:12px;border:1px solid #dde3ea}"
    "h1{font-size:1.4rem;margin:0 0 1rem}p,li{margin:.6rem 0}"
    "code{background:#eef1f5;padding:.1em .3em;border-radius:4px}"
    "a{color:#1f3a5f}"
    "@media(prefers-color-scheme:dark){body{background:#12171d;color:#e5eaf0}"
    "main{background:#1b222b;border-color:#303a46}code{background:#2a333e}a{color:#9cc2f0}}"
)
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    # Its address has a code in it, or a link.
    "Referrer-Policy": "no-referrer",
}
_UNCHANGED = "Nothing was changed."
_AGAIN = "Open the link that you were given once more; it is good still."
_ASK = "Ask whoever gave it to you for another one; they make it in a moment."


@dataclass(frozen=True)
class Page:
    """A page. `lines` are paragraphs, `steps` numbered ones, of plain text but for what stands between backticks."""

    status: int
    title: str
    lines: Sequence[str]
    steps: Sequence[str] = ()
    back: str = ""
    """An address to go on at."""

    def html(self, desk: str) -> str:
        """As a browser takes it."""
        steps = "".join(f"<li>{_marked(step)}</li>" for step in self.steps)
        return (
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
            f"<title>{escape(self.title)} · {escape(desk)}</title><style>{_STYLE}</style></head>"
            f"<body><main><h1>{escape(self.title)}</h1>"
            f"{''.join(f'<p>{_marked(line)}</p>' for line in self.lines)}"
            f"{f'<ol>{steps}</ol>' if steps else ''}"
            f"{f'<p><a href={chr(34)}{escape(self.back)}{chr(34)}>Back to Slack</a></p>' if self.back else ''}"
            "</main></body></html>"
        )


def _marked(text: str) -> str:
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts))


def done(workspace: str, client: str, command: str, back: str) -> Page:
    """It is in."""
    name = workspace.replace("`", "'")
    if client:
        steps = (
            "In Slack, open the channel in which your people will ask, or make one.",
            "Invite the app there: type `/invite`, a blank, and its name after an @. It says hello, and that channel "
            f"is {client.replace('`', chr(39))}'s from then on.",
            f"Write what you need, and put 🎫 on the message; or type `{command} new` and what it is about. A person "
            "of the support team answers there.",
        )
        said = "It hears what is said where it was invited, and nothing else. Everybody here may use it."
    else:
        steps = (
            "Invite the app into your private channels for triage and for alerts: `/invite` and its name after an @.",
            f"Who is on the team is for the desk's settings to say. Then `{command} help` says what you can do.",
        )
        said = "It hears what is said where it was invited, and nothing else."
    return Page(200, f"It is in {name}", (said, "What happens next:"), steps, back)


def own() -> Page:
    """The workspace that the settings name themselves."""
    return Page(
        200,
        "It is in there already",
        ("This is the workspace whose token the desk has in its settings.", f"{_UNCHANGED} You can close this page."),
    )


def no_link() -> Page:
    """Who comes without one."""
    return Page(
        403,
        "This needs a link",
        (
            "A workspace lets the app in by a link that the support team makes, good once and for seven days. This one "
            "is over, or not whole.",
            f"{_UNCHANGED} {_ASK}",
        ),
    )


def spent() -> Page:
    """The link was used."""
    return Page(
        410,
        "This link was used already",
        ("A workspace has installed the app by it; if that was yours, all is done.", f"{_UNCHANGED} Otherwise: {_ASK}"),
    )


def over() -> Page:
    """The way back does not fit the way there."""
    return Page(
        400,
        "This try is over",
        (
            "It counts once, for ten minutes, and in the browser in which it began; perhaps the page was loaded again.",
            f"{_UNCHANGED} {_AGAIN} If the app is in your workspace already, all is done.",
        ),
    )


def denied() -> Page:
    """They pressed Cancel."""
    return Page(
        200,
        "You did not let it in",
        (f"You pressed Cancel. {_UNCHANGED}", f"Whenever you like: {_AGAIN[0].lower()}{_AGAIN[1:]}"),
    )


def refused() -> Page:
    """Slack sent them back with something else than a code."""
    return Page(
        400,
        "Slack did not let it in",
        (
            f"{_UNCHANGED} It may be that an administrator of your workspace has to approve the app first: Slack then "
            "offers to ask them.",
            _AGAIN,
        ),
    )


def away() -> Page:
    """Slack does not answer."""
    return Page(
        502,
        "Slack does not answer right now",
        ("You let the app in, and Slack has not handed over what belongs to it.", f"Wait a minute. {_AGAIN}"),
    )


def set_up_wrong() -> Page:
    """It is for whoever runs the desk to mend."""
    return Page(
        500,
        "The app is not set up right",
        (
            "This is for whoever runs the desk to mend, and its log says what: please tell them.",
            f"{_UNCHANGED} Your link is good still.",
        ),
    )


def whole_organisation() -> Page:
    """Enterprise Grid, for all its workspaces at once."""
    return Page(
        400,
        "One workspace, please",
        (
            "You chose your whole organisation. Who sees which request is decided by workspace here, so the app comes "
            "into one at a time. What Slack gave for all of them was given back.",
            f"{_AGAIN} On Slack's page choose the one workspace at the top right.",
        ),
    )


def others() -> Page:
    """The workspace belongs to another side."""
    return Page(
        409,
        "This workspace is here for somebody else",
        (
            "It is connected with this desk already, and not for those whom your link is for.",
            f"{_UNCHANGED} See at the top right of Slack's page that you choose the right workspace, or ask whoever "
            "gave you the link.",
        ),
    )


def no_post() -> Page:
    """Nobody sends anything here."""
    return Page(405, "Open this page by its link", (_UNCHANGED,))


def failed() -> Page:
    """Something else."""
    return Page(
        500,
        "That did not work",
        (
            f"It is a fault of the desk's, and its log says which. {_AGAIN}",
            "If it stays, tell whoever runs the desk.",
        ),
    )
