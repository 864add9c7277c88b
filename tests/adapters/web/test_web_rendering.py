"""Messages as HTML: each kind for each reader, times in the reader's zone, and hostile words as harmless ones."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from adapters.web.render import _COMPILED, HERE, Reader, Render
from adapters.web.words import is_long, words
from bot.desk.context import Rules
from bot.domain.people import Client, Directory, Person, Role
from bot.messages import times
from bot.messages.model import (
    Action,
    Answer,
    Band,
    Card,
    Chapter,
    Chronicle,
    Document,
    Field,
    Form,
    Input,
    Listing,
    Message,
    Moment,
    Option,
    Quote,
    Ref,
    Relay,
    Row,
    Said,
    Sheet,
    Table,
    TableRow,
    When,
    Who,
    line,
)
from bot.ports import Channel, ChannelKind, Posted, Reaction

NOW = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)
DANA = Person("dana", "Dana Reyes", Role.CLIENT, "Europe/London", "ACME")
SAM = Person("sam", "Sam Ito", Role.ENGINEER, "America/New_York")
DIRECTORY = Directory(clients={"ACME": Client("ACME", "Acme", "UTC")}, people={"dana": DANA, "sam": SAM})
CHANNEL = Channel("client-acme", "acme", ChannelKind.CLIENT, client="ACME")
RENDER = Render(None)

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "[click](javascript:alert(1))",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7*7 }} {% raw %} ${7*7} %s %(x)s",
    "</textarea></title><script>alert(1)</script>",
    "`<script>` *<b>x</b>* ```<script>alert(1)</script>```",
    'https://evil.example/"onmouseover="alert(1)',
    "https://evil.example/'><script>alert(1)</script>",
    "&lt;script&gt;",
    "<!--",
    "]]>",
    "<a href='data:text/html,x'>",
]


# Every element our templates make; a quoted tag among them is caught by its attributes.
OURS = set(
    [
        "table",
        "caption",
        "datalist",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "rect",
        "details",
        "summary",
        "h3",
        "ol",
        "li",
        "div",
        "span",
        "article",
        "time",
        "header",
        "bdi",
        "button",
        "svg",
        "use",
        "section",
        "h2",
        "dl",
        "dt",
        "dd",
        "ul",
        "a",
        "strong",
        "code",
        "pre",
        "blockquote",
        "form",
        "label",
        "textarea",
        "select",
        "option",
        "input",
        "p",
        "footer",
    ]
)


class Read(HTMLParser):
    """What a browser would make of it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action", "formaction")]
        if tag == "use":
            assert dict(attrs).keys() == {"href"}

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)


def reader(person: Person) -> Reader:
    return Reader(person, DIRECTORY, NOW, Rules())


def posted(body: Message | None = None, text: str = "", **changes: object) -> Posted:
    given = Posted(7, CHANNEL.id, None, None if body else "dana", text, body, NOW - timedelta(minutes=5))
    return replace(given, **changes)


def shown(message: Posted, person: Person = DANA, *, thread: bool = False) -> str:
    me = reader(person)
    return RENDER.messages(me, CHANNEL, me.show([message]), thread=thread)


def everything(text: str) -> list[Message]:
    """Every kind of message with that text wherever there is room for one."""
    act = Action("show", text, {"request": 1, "x": text})
    table = Table(text, (text,), (TableRow(text, (text,), 5),))
    return [
        Said("x", (line(text, Quote(text), Who("sam", text), Ref(1, text)),), (act,)),
        Relay("dana", text, text, text, line(text)),
        Card(1, text, text, text, text, "plain", (Field(text, line(text)),), (act,), (act,)),
        Listing(text, (Row(1, text, text, text, text, text, line(text)),), (line(text),), (act,)),
        Sheet(text, (line(text),), (table,), text, (), (line(text),), (act,)),
        Chronicle(text, (_chapter(text),), (line(text),), (line(text),), (act,)),
    ]


def _chapter(text: str, **changes: object) -> Chapter:
    said = line(text)
    bands = (Band("counted", 60), Band("late", 180))
    chapter = Chapter(text, said, "bad", (said,), (Moment(NOW, said, "bad"),), (said,), bands, NOW, NOW)
    return replace(chapter, **changes)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_words(text: str) -> None:
    """Nothing that anybody writes becomes a tag, an attribute or a link to run; in no field of no message."""
    pages = [shown(posted(body), SAM) for body in everything(text)]
    pages.append(shown(posted(text=text), SAM))
    pages.append(str(RENDER.answer(reader(SAM), Answer(everything(text)[0]))["ephemeral"]))
    inputs = tuple(Input(f"n{i}", text, kind, True, text, text, (Option(text, text),)) for i, kind in
                   enumerate(("line", "area", "choice")))  # fmt: skip
    pages.append(RENDER.form(reader(SAM), Form("x", text, inputs, text, {"a": text}, text, {"n0": text})))
    for page in pages:
        read = Read(page)
        assert read.tags <= OURS
        assert not {name for name in read.attributes if name.startswith("on") or name in ("style", "srcdoc")}
        assert all(re.match(r"https?://|#icon-|/r/[\w%.~-]+$", link) for link in read.links), read.links
        assert "".join(text.split()) in "".join(read.text.split()) or "`" in text


def test_an_override_of_direction_stays_in_its_own_block() -> None:
    """Each text has its own direction: what is written right to left turns nothing around it."""
    page = shown(posted(text="\u202egnp.exe"))
    assert '<div class="words" dir="auto">' in page
    assert '<bdi class="name">' in page


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain", "plain"),
        ("a *bold* move", "a <strong>bold</strong> move"),
        ("2*3*4 and * this *", "2*3*4 and * this *"),
        ("run `ls -l` now", "run <code>ls -l</code> now"),
        ("```\na *b*\n```", "<pre><code>a *b*</code></pre>"),
        ("``` unclosed", "``` unclosed"),
        ("ftp://x javascript:y mailto:z", "ftp://x javascript:y mailto:z"),
        ("http://", "http://"),
    ],
)
def test_little_markup(text: str, html: str) -> None:
    """Bold, code and blocks where they are simple; anything else is left alone."""
    assert str(words(text)) == html


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("see https://example.com/a.", "https://example.com/a"),
        ("(https://example.com/a_(b))", "https://example.com/a_(b)"),
        ("HTTP://EXAMPLE.com?q=1&r=2", "HTTP://EXAMPLE.com?q=1&amp;r=2"),
    ],
)
def test_links_show_where_they_lead(text: str, href: str) -> None:
    """Only http and https; the whole address is the link's text, and the other side learns nothing of us."""
    link = re.search(r'<a href="([^"]*)" target="_blank" rel="([^"]*)">([^<]*)</a>', str(words(text)))
    assert link is not None
    assert link[1] == link[3] == href
    assert {"noreferrer", "noopener"} <= set(link[2].split())


@pytest.mark.timeout(10)
@pytest.mark.parametrize("piece", ["*a", "`", "```", "https://", "(", "*", "``` `", "http://a)", "a*b "])
def test_no_text_is_slow(piece: str) -> None:
    """Forty thousand characters of anything are ready at once."""
    assert len(words(piece * (40_000 // len(piece)))) > 0


def test_long_words_are_folded() -> None:
    """By characters or by lines; all of it is there."""
    assert is_long("x" * 5000)
    assert is_long("x\n" * 60)
    assert not is_long("x" * 200)
    page = shown(posted(text="word " * 2000 + "the end"))
    assert "Show all" in page
    assert "the end" in page


@pytest.mark.parametrize(
    ("at", "style", "words"),
    [
        (NOW + timedelta(hours=5, minutes=30), "time", "15:30"),
        (NOW + timedelta(days=2), "time", "Thu 10:00"),
        (NOW + timedelta(days=30), "time", "Thu 9 Jul 10:00"),
        (NOW + timedelta(days=6), "time", "Mon 10:00"),
        (NOW + timedelta(days=7), "time", "Tue 16 Jun 10:00"),
        (NOW - timedelta(hours=11), "time", "yesterday 23:00"),
        (NOW - timedelta(days=1), "time", "yesterday 10:00"),
        (NOW - timedelta(days=2), "time", "7 Jun 10:00"),
        (NOW - timedelta(days=400), "time", "5 May 2025 10:00"),
        (NOW, "date", "Tue 9 Jun"),
        (NOW, "full", "Tue 9 Jun 10:00"),
        (NOW + timedelta(minutes=15), "relative", "in 15 min"),
        (NOW - timedelta(minutes=12), "relative", "12 min ago"),
        (NOW + timedelta(minutes=75), "relative", "in 1 h 15 min"),
        (NOW + timedelta(days=3), "relative", "in 3 days"),
        (NOW + timedelta(seconds=5), "relative", "now"),
    ],
)
def test_instants_in_the_readers_zone(at: datetime, style: str, words: str) -> None:
    """As Dana reads them in London, where it is ten."""
    assert times.styled(at, style, times.zone_of("Europe/London"), NOW) == words


def test_a_promise_keeps_its_day_as_the_calendar_turns() -> None:
    """What was promised on Tuesday for Wednesday reads so on both days; the day is left out within one day only."""
    promised, body = NOW + timedelta(days=1, hours=1), Said("x", (line("by ", When(NOW + timedelta(days=1, hours=1))),))
    posted = Posted(7, CHANNEL.id, None, None, "", body, NOW)

    def reads(now: datetime, message: Posted) -> str:
        me = Reader(DANA, DIRECTORY, now, Rules())
        html = RENDER.messages(me, CHANNEL, me.show([message]), thread=False)
        return re.findall(r"by <time[^>]*>([^<]*)</time>", html)[0]

    assert reads(NOW, posted) == "Wed 11:00"
    assert reads(promised - timedelta(hours=2), posted) == "Wed 11:00", "the day stays on that day"
    assert reads(promised + timedelta(days=1), posted) == "10 Jun 11:00", "nobody replies by yesterday"
    assert reads(promised + timedelta(days=1), replace(posted, at=promised + timedelta(hours=1))) == "yesterday 11:00"
    assert reads(promised - timedelta(hours=2), replace(posted, at=promised - timedelta(hours=3))) == "11:00"


def test_each_reader_has_their_own_time() -> None:
    """The same message shows 15:30 in London and 10:30 in New York, and the whole truth on pointing at it."""
    body = Said("x", (line("by ", When(NOW + timedelta(hours=5, minutes=30))),))
    london, york = shown(posted(body), DANA), shown(posted(body), SAM)
    assert ">15:30</time>" in london
    assert 'title="Tuesday 9 June 2026, 15:30 (Europe/London)"' in london
    assert ">10:30</time>" in york
    assert times.zone_of("No/Where").key == times.zone_of("../etc").key == "UTC"


def test_what_people_say() -> None:
    """Name, client or role, time, and marks for what was edited or deleted."""
    page = shown(posted(text="Hello"), SAM)
    for part in ("Dana Reyes", ">Acme</span>", ">DR</span>", "Hello", "Today"):
        assert part in page
    assert ">edited<" in shown(posted(text="Hello", edited_at=NOW))
    gone = shown(posted(text="", deleted=True))
    assert "This message was deleted." in gone
    assert "Add reaction" not in gone


def test_authors_are_grouped() -> None:
    """Within five minutes one name stands for several messages; a pause, another author or another day ends it."""
    first = posted(text="one")
    rest = [
        replace(first, id=8, at=first.at + timedelta(minutes=4)),
        replace(first, id=9, at=first.at + timedelta(minutes=10)),
        replace(first, id=10, author="sam", at=first.at + timedelta(minutes=11)),
        replace(first, id=11, author="sam", at=first.at + timedelta(days=1)),
    ]
    me = reader(DANA)
    assert [m.follows for m in me.show([first, *rest])] == [False, True, False, False, False]
    assert [bool(m.day) for m in me.show([first, *rest])] == [True, False, False, False, True]
    assert me.show(rest[:1], first)[0].follows
    assert not me.show([replace(first, id=12, thread=first.id)], first)[0].follows


def test_a_relay_speaks_as_its_person() -> None:
    """Their name and badge, with the desk's part in it said."""
    page = shown(posted(Relay("sam", "Sam Ito", "engineer", "On it", line("From the team"))))
    for part in ("Sam Ito", ">Engineer</span>", "via Steward", "On it", "From the team"):
        assert part in page


def test_a_card_has_all_its_parts() -> None:
    """Number, title, status, priority, fields, buttons and what hides behind More."""
    card = Card(
        42, "ACME-42", "Export fails", "In progress", "P2", "warn",
        (Field("Owner", line(Who("sam", "Sam Ito"))),),
        (Action("claim", "Claim", {"request": 42}, "primary"),),
        (Action("note", "Note", {"request": 42}),),
    )  # fmt: skip
    page = shown(posted(card), SAM)
    for part in ("ACME-42", "Export fails", "In progress", "P2", "Owner", "@Sam Ito", ">Claim</button>", "More"):
        assert part in page
    assert """data-command="claim" data-args='{"request": 42}'""" in page
    assert "tone-warn" in page
    assert "via" not in page


def test_staffs_buttons_are_not_shown_to_clients() -> None:
    """A menu of nothing but staff's buttons is not shown at all."""
    act = Action("claim", "Claim", staff_only=True)
    body = Card(1, "ACME-1", "x", "New", "P3", "plain", (), (act, Action("why", "Why this time?")), (act,))
    page = shown(posted(body), DANA)
    assert "Claim" not in page
    assert "More" not in page
    assert "Why this time?" in page
    assert "Claim" in shown(posted(body), SAM)


def test_the_clients_buttons_are_not_shown_to_staff() -> None:
    """Whether it works is the client's to say."""
    body = Said(
        "resolved", (line("Done."),), (Action("works", "Yes, it works", client_only=True), Action("why", "Why?"))
    )
    assert "Yes, it works" in shown(posted(body), DANA)
    page = shown(posted(body), SAM)
    assert "Yes, it works" not in page
    assert "Why?" in page


def test_a_listing_opens_its_requests() -> None:
    """Each row is a button that shows its request; without rows the lines teach."""
    row = Row(42, "ACME-42", "Export fails", "P2", "New", "Sam", line("due ", When(NOW, "relative")), "bad")
    page = shown(posted(Listing("Your work", (row,), (line("One open."),))))
    for part in (
        "Your work",
        "One open.",
        "ACME-42",
        "Export fails",
        "tone-bad",
        'data-command="show"',
        "data-relative",
    ):
        assert part in page
    assert "<ul" not in shown(posted(Listing("Your work", (), (line("Nothing open."),))))


def test_a_sheet_is_a_table_for_everybody() -> None:
    """Headers have their scope, a bar stands beside its number and is not read out; hostile words stay words."""
    rows = (
        TableRow("First response", ("98.2 %", "55", "1"), 982),
        TableRow("Next <b>reply</b>", ("no data", "0", "0")),
    )
    table = Table("Promises", ("Promise", "Kept", "Met", "Missed"), rows)
    oldest = (Row(42, "ACME-42", "Export fails", "P2", "New", "Sam"),)
    page = shown(posted(Sheet("Acme, May 2026", (line("55 opened."),), (table,), "Oldest open", oldest)))
    for part in (
        "<caption>Promises</caption>",
        '<th scope="col">Kept</th>',
        '<th scope="row" dir="auto">First response</th>',
        "<td>no data</td>",
        "Next &lt;b&gt;reply&lt;/b&gt;",
        "Oldest open",
        "ACME-42",
    ):
        assert part in page
    assert page.count('class="share"') == 1
    assert re.search('<td>98.2\u00a0%<svg class="share"[^>]* aria-hidden="true">.*<rect class="part" width="982"', page)


def test_no_priority_is_no_pill() -> None:
    """What a reader is not told leaves no empty mark behind, on a card or in a list."""
    card = Card(1, "ACME-1", "x", "New", "", "plain", ())
    row = Row(1, "ACME-1", "x", "", "New", "", (), "plain")
    for body in (card, Listing("Yours", (row,), ())):
        assert "prio" not in shown(posted(body))
    assert "prio p2" in shown(posted(replace(card, priority="P2")))


def test_icons_come_with_the_page() -> None:
    """Each icon that is used is in the page itself: none is fetched, so none is missing when it is first painted."""
    there = set(re.findall(r'<symbol id="([\w-]+)"', (HERE / "templates" / "icons.html").read_text("utf-8")))
    pages = [path.read_text("utf-8") for path in (HERE / "templates").glob("*.html")]
    used = {f"icon-{name}" for page in pages for name in re.findall(r'icon\("(\w+)"', page)}
    assert used <= there
    assert "icons.svg" not in " ".join(pages)
    for name in ("page.html", "entry.html"):
        assert '{% include "icons.html" %}' in (HERE / "templates" / name).read_text("utf-8")
    assert '<use href="#icon-reply">' in shown(posted(text="x"))


def test_threads_and_reactions() -> None:
    """How many replies and since when; who reacted; both in words for those who cannot see."""
    message = posted(
        text="x", replies=3, last_reply_at=NOW, reactions=(Reaction("👀", ("sam", "dana")), Reaction("🎉", ("sam",)))
    )
    page = shown(message, DANA)
    assert "3 replies" in page
    assert "last" in page
    assert 'aria-label="👀 2, Sam Ito and You"' in page
    assert page.count('aria-pressed="true"') == 1
    assert "replies" not in shown(message, DANA, thread=True)


def test_shortcuts_stand_on_what_may_be_asked() -> None:
    """What the registry offers on a message, and only where the page says that it may be."""
    me, message = reader(DANA), posted(text="It broke")
    assert "Turn into request" in RENDER.messages(me, CHANNEL, me.show([message], askable={7}), thread=False)
    assert "Turn into request" not in shown(message)


def test_a_number_stays_with_its_unit() -> None:
    """In a card's narrow fields, or a table's head, no line breaks between them."""
    card = Card(1, "ACME-1", "16 h", "New", "P3", "plain", (Field("Solved", line("paused (target 16 h), 2 halves")),))
    assert "(target 16\u00a0h), 2 halves" in shown(posted(card))
    table = Table("The team", ("Person", "Due in 24 h"), (TableRow("Sam", ("1",)),))
    assert "Due in 24\u00a0h</th>" in shown(posted(Sheet("Capacity", (), (table,))))


def test_a_form_says_what_it_wants() -> None:
    """Labels, hints, limits, marks of what is required, and each error beside its field."""
    form = Form(
        "new",
        "New request",
        (
            Input("title", "What is it about?", required=True, hint="A few words", limit=120, value="Ex<port"),
            Input("details", "Details", "area", value="\nline"),
            Input("kind", "Kind", "choice", options=(Option("a", "Broken"), Option("b", "Question")), value="b"),
            Input("who", "Who?", "choice", required=True, options=(Option("s", "Sam"),)),
        ),
        "Send request",
        errors={"title": "Say a little more."},
    )
    page = RENDER.form(reader(DANA), form)
    for part in (
        'id="dialog-title">New request<',
        'value="Ex&lt;port"',
        'aria-invalid="true"',
        "Say a little more.",
        'data-limit="120"',
        '<option value="b" selected>Question</option>',
        ">No choice<",
        ">Choose…<",
        ">Send request<",
    ):
        assert part in page
    assert page.count(" required") == 2


def test_a_document_is_shown_as_words_never_as_markup() -> None:
    """Text to read at once; a page is there to open, and its markup is in the download alone."""
    text = shown(posted(Document("ACME-1", "ACME-1.md", "text/markdown", "# Export fails")))
    assert "# Export fails</pre>" in text
    page = shown(posted(Document("ACME-1", "ACME-1.html", "text/html", "<h1>Export fails</h1>")))
    assert "<pre" not in page
    assert 'download="ACME-1.html" href="data:text/html;charset=utf-8,%3Ch1%3EExport' in page


def test_a_form_breaks_no_name_at_its_hyphen() -> None:
    """Of a request, a date, opening hours; what could be markup stays words."""
    hint = "Such as 2026-06-18 10:00 or <b>Mon-Fri</b> 09:00-12:30."
    page = RENDER.form(reader(DANA), Form("next", "News on ACME-24", (Input("when", "When?", hint=hint),), "Send"))
    assert 'News on <span class="whole">ACME-24</span></h2>' in page
    assert 'Such as <span class="whole">2026-06-18 10:00</span> or &lt;b&gt;Mon-Fri' in page
    assert '<span class="whole">09:00-12:30</span>.</p>' in page


def test_a_refusal_can_be_told_apart() -> None:
    """So that a form it answers stays open with what was typed."""
    refusal = Said("refusal", (line("Not now, ", Who("sam", "Sam")),), tone="warn")
    assert RENDER.answer(reader(DANA), Answer(refusal))["refused"] == "Not now, Sam"
    assert RENDER.answer(reader(DANA), Answer(Said("x", ())))["refused"] == ""
    assert RENDER.answer(reader(DANA), Answer()) == {}


def test_a_story_unfolds_what_runs_and_draws_what_counted() -> None:
    """What has ended is folded, unless all has; the picture is to scale and says nothing that the words do not."""
    over, runs = _chapter("First response", over=True), _chapter("Resolution")
    page = shown(posted(Chronicle("Why?", (over, runs))))
    assert re.findall(r'<details class="chapter tone-bad"( open)?>', page) == ["", " open"]
    assert (
        '<rect class="counted" x="0" width="60" height="8"/><rect class="late" x="60" width="180" height="8"/>' in page
    )
    assert re.findall(r'<span class="key (\w+)">([^<]+)<', page)[:2] == [("counted", "counted"), ("late", "late")]
    alone = shown(posted(Chronicle("Why?", (over,))))
    assert '<details class="chapter tone-bad" open>' in alone
    assert 'class="run"' not in shown(posted(Chronicle("Why?", (_chapter("x", bar=()),))))


def test_templates_are_made_once_for_all_desks_of_a_process(tmp_path: Path) -> None:
    """Another desk uses what was made of them; a template that was changed meanwhile is made anew."""
    made = [Render(None)._env.get_template("messages.html").root_render_func.__code__ for _ in range(2)]
    assert made[0] is made[1]
    page = tmp_path / "page.html"
    for text in ("before", "after"):
        page.write_text(text)
        desk = Environment(loader=FileSystemLoader(tmp_path), autoescape=True, bytecode_cache=_COMPILED)
        assert desk.get_template("page.html").render() == text
