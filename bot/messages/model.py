"""The few shapes every message is made of. They are stored as JSON and rendered when they are sent or shown.

The literal tags are the wire format: a message written today must be readable by the next release.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any, Literal

from bot.domain.files import Attachment
from bot.domain.frozen import frozen

FORMAT = 1
"""Version of the stored form."""
SHOWN_ONCE = "(it was shown once, and is not kept here)"
"""What stands for a secret where its message is read again."""

# --- spans: a line of text is a tuple of these ----------------------------------------------------


@frozen
class Text:
    """Raw words; the adapter escapes them."""

    text: str
    strong: bool = False
    secret: bool = False
    """Shown once: it is in no stored message (`bot/codec.py`), whatever that is kept for."""
    t: Literal["text"] = "text"


@frozen
class Quote:
    """Somebody's own words, set apart; line breaks are kept."""

    text: str
    t: Literal["quote"] = "quote"


@frozen
class Who:
    """A person; a mention where the platform has one."""

    person: str
    name: str
    t: Literal["who"] = "who"


@frozen
class When:
    """An instant (UTC), shown in each reader's own zone.

    `style`: "time" (14:30, with the day when it is not today), "date" (Thu 3 Mar), "full" (Thu 3 Mar 14:30),
    "relative" (in 15 min).
    """

    at: datetime
    style: Literal["time", "date", "full", "relative"] = "time"
    t: Literal["when"] = "when"


@frozen
class Ref:
    """A request, by its number: a link where the platform has one."""

    number: int
    ref: str
    t: Literal["ref"] = "ref"


Span = Text | Quote | Who | When | Ref
Line = tuple[Span, ...]

Tone = Literal["plain", "good", "warn", "bad"]
Arg = str | int | bool


@frozen
class Action:
    """A button: the command it runs, with these arguments. Who may is decided when it is pressed."""

    command: str
    label: str
    args: Mapping[str, Arg] = field(default_factory=dict[str, Arg])
    style: Literal["plain", "primary", "danger"] = "plain"
    staff_only: bool = False
    """A hint for renderers that know their reader; the check is the command's."""
    client_only: bool = False
    """Likewise: for the client to press, though staff read it too."""


@frozen
class Field:
    """A labelled line of a card."""

    label: str
    value: Line


# --- messages -------------------------------------------------------------------------------------


@frozen
class Said:
    """The desk speaks: some lines and what one can do next. `purpose` names the occasion (receipt, breach, waiting,
    …)."""

    purpose: str
    lines: tuple[Line, ...]
    actions: tuple[Action, ...] = ()
    tone: Tone = "plain"
    t: Literal["said"] = "said"


@frozen
class Relay:
    """A person's words carried by the desk under their name: to the client (a reply) or to the team (the client's
    words)."""

    person: str
    name: str
    role: str
    text: str
    about: Line = ()
    """A short line above the words: which thread they come from, that they were edited."""
    files: tuple[Attachment, ...] = ()
    """Shown with the words; the bytes are the store's `files`, by id."""
    actions: tuple[Action, ...] = ()
    t: Literal["relay"] = "relay"


@frozen
class Card:
    """A request at a glance, edited in place."""

    number: int
    ref: str
    title: str
    status: str
    """The status in words."""
    priority: str
    tone: Tone
    fields: tuple[Field, ...]
    actions: tuple[Action, ...] = ()
    more: tuple[Action, ...] = ()
    """What hides behind “More”."""
    t: Literal["card"] = "card"


@frozen
class Row:
    """A request in a list."""

    number: int
    ref: str
    title: str
    priority: str
    status: str
    owner: str
    note: Line = ()
    """What matters next, such as the next deadline."""
    tone: Tone = "plain"
    group: str = ""
    """The part of the list it stands in; rows of one group follow each other."""


@frozen
class Listing:
    """A list of requests; `lines` stand above the rows, or alone teach what to do where there are none."""

    title: str
    rows: tuple[Row, ...] = ()
    lines: tuple[Line, ...] = ()
    actions: tuple[Action, ...] = ()
    t: Literal["listing"] = "listing"


@frozen
class TableRow:
    """A line of a table: what it is about, then a cell for each further column."""

    head: str
    cells: tuple[str, ...]
    share: int | None = None
    """Per mille, for a bar beside the numbers; None for no bar."""


@frozen
class Table:
    """Numbers in rows; the first column heads each row."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]


@frozen
class Sheet:
    """Figures: what they are of, tables, the requests they name under `rows_title`, and how to read them."""

    title: str
    lines: tuple[Line, ...] = ()
    tables: tuple[Table, ...] = ()
    rows_title: str = ""
    rows: tuple[Row, ...] = ()
    notes: tuple[Line, ...] = ()
    actions: tuple[Action, ...] = ()
    file: Mapping[str, str] = field(default_factory=dict[str, str])
    """The words by which these figures are asked for, for a face that offers them as a file; empty for none."""
    t: Literal["sheet"] = "sheet"


BAR = 240
"""How many parts a whole bar has."""


BandKind = Literal["counted", "late", "paused", "closed", "left"]
"""Time of a clock that counted, that counted once the target was used up, in which it was paused, outside the service
hours, and service time that is left."""
BANDS: Mapping[BandKind, str] = {
    "counted": "counted",
    "late": "late",
    "paused": "paused",
    "closed": "outside service hours",
    "left": "left",
}
"""What each is called beside a bar."""


@frozen
class Band:
    """A part of a bar, so wide."""

    kind: BandKind
    width: int


@frozen
class Moment:
    """Something that happened, and when."""

    at: datetime
    line: Line
    tone: Tone = "plain"


@frozen
class Chapter:
    """One matter from its beginning on: how it stands in a few words and in short, what happened, and what it rests
    on."""

    title: str
    state: Line
    tone: Tone
    lines: tuple[Line, ...]
    moments: tuple[Moment, ...]
    notes: tuple[Line, ...] = ()
    bar: tuple[Band, ...] = ()
    """The same as a picture, to the scale of the wall clock; it says nothing that the words do not."""
    since: datetime | None = None
    until: datetime | None = None
    """From when to when the bar goes."""
    over: bool = False
    """Whether it has ended; a face may fold it."""


@frozen
class Chronicle:
    """What happened in order of time, matter by matter."""

    title: str
    chapters: tuple[Chapter, ...]
    lines: tuple[Line, ...] = ()
    notes: tuple[Line, ...] = ()
    actions: tuple[Action, ...] = ()
    t: Literal["chronicle"] = "chronicle"


@frozen
class Notice:
    """What happened, for a program to read: the name of the occasion and its facts. It goes to webhooks only."""

    event: str
    at: datetime
    data: Mapping[str, Any]
    t: Literal["notice"] = "notice"


@frozen
class Document:
    """A text to keep: shown, and downloaded as a file of that name. `media_type` says what it is (text/markdown)."""

    title: str
    name: str
    media_type: str
    text: str
    actions: tuple[Action, ...] = ()
    t: Literal["document"] = "document"


Message = Said | Relay | Card | Listing | Sheet | Chronicle | Notice | Document


# --- forms and answers: what one person sees; returned by a use case, never sent through the outbox


@frozen
class Option:
    """A choice of a form's field."""

    value: str
    label: str


@frozen
class Input:
    """A field of a form. `limit` is in characters. The options of a line are suggestions, those of a choice are all.

    `people` takes several, as `@lee, @kim`; `files` takes at most `limit` of them, as the ids under which the desk
    keeps them (`bot.desk.files`), with commas between. A face asks for both with what it has for that.
    """

    name: str
    label: str
    kind: Literal["line", "area", "choice", "people", "files"] = "line"
    required: bool = False
    value: str = ""
    hint: str = ""
    options: tuple[Option, ...] = ()
    limit: int = 3000


@frozen
class Form:
    """A modal. Submitting runs `command` with `args` and the inputs; `errors` stand beside their inputs by name."""

    command: str
    title: str
    inputs: tuple[Input, ...]
    submit: str
    args: Mapping[str, Arg] = field(default_factory=dict[str, Arg])
    intro: str = ""
    errors: Mapping[str, str] = field(default_factory=dict[str, str])
    back: str = ""
    """What the button of the way back says: it submits too, with `back` set. Empty for none."""


@frozen
class Answer:
    """What the person who acted sees: an ephemeral message, or a form, or nothing where the effect speaks for
    itself."""

    message: Message | None = None
    form: Form | None = None


NOTHING = Answer()


# --- writing lines --------------------------------------------------------------------------------


def line(*parts: Span | str) -> Line:
    """A line from spans and strings. A string is raw words, whatever is in it: people's words hold any character."""
    return tuple(Text(part) if isinstance(part, str) else part for part in parts)


def strong(text: str) -> Text:
    """Words that stand out."""
    return Text(text, strong=True)


def plain(line: Line) -> str:
    """The line as words only, for logs, tests and notifications; instants as ISO."""
    words: list[str] = []
    for span in line:
        match span:
            case Text(text=text) | Quote(text=text):
                words.append(text)
            case Who(name=name):
                words.append(name)
            case When(at=at):
                words.append(at.isoformat(timespec="minutes"))
            case Ref(ref=ref):
                words.append(ref)
    return "".join(words)
