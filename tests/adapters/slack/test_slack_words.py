"""Words, people, instants and buttons as Slack reads them: what each becomes, and what nobody's words may become."""

from __future__ import annotations

import html
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slack_checks import markup, valid_posts

from adapters.slack.limits import MESSAGE, TEXT
from adapters.slack.pressing import FILE, Pressed, packed, pressed, unchosen
from adapters.slack.render import message
from bot.desk.reader import Reader
from bot.desk.verbs import DECLARED
from bot.domain.files import Attachment
from bot.domain.people import Person, Role
from bot.messages.model import (
    Action,
    Card,
    Document,
    Field,
    Line,
    Notice,
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
    strong,
)
from bot.messages.plainly import needs

assert DECLARED
NOW = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)
TEAM = Reader(NOW, "Europe/London", user={"sam": "U0SAM"}.get, link={42: "https://acme.slack.com/archives/C1/p1"}.get)


def said(*lines: Line, actions: tuple[Action, ...] = (), to: Reader = TEAM) -> tuple[str, list[dict[str, Any]]]:
    """One message: its text, and its blocks."""
    (post,) = message(Said("any", lines, actions), to)
    valid_posts([post])
    return post.text, list(post.blocks)


def shown(*lines: Line) -> str:
    """The lines as markup."""
    return "\n".join(markup(said(*lines)[1]))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("<!channel> & <@U0SAM>", "&lt;!channel&gt; &amp; &lt;@U0SAM&gt;"),
        ("<https://evil.example|your bank>", "&lt;<https://evil.example>|your bank&gt;"),
        ("*a* _b_ ~c~ `d` a * b", "*a* _b_ ~c~ `d` a * b"),
        ("&lt;!here&gt;", "&amp;lt;!here&amp;gt;"),
        ("see https://a.example/x?b=1&c=(2)). Then", "see <https://a.example/x?b=1&amp;c=(2)>). Then"),
        ("https://", "https://"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("```\na < b\n```", "```\na &lt; b\n```"),
        ("> said before", "&gt; said before"),
        ("@here #general :tada:", "@here #general :tada:"),
    ],
)
def test_words_stay_what_they_are(typed: str, read: str) -> None:
    """Slack's own signs in words are mere signs, stars and fences are kept, and a link shows its address."""
    (post,) = message(Relay("dana", "Dana Reyes", "client", typed), TEAM)
    assert markup(post) == [read]
    assert shown((Quote(typed),)).removeprefix("> ") == read
    assert all(part["verbatim"] for part in _texts(post.blocks))


def test_what_is_quoted_is_quoted_line_by_line_and_code_keeps_its_fence() -> None:
    """Each line begins with the sign; a block of code stands by itself."""
    assert shown(line("Dana wrote:"), (Quote("one\ntwo\n```\nx = 1\n```\nthree"),)) == (
        "Dana wrote:\n> one\n> two\n```\nx = 1\n```\n> three"
    )


def test_people_are_mentioned_and_requests_are_linked_where_they_are_known() -> None:
    """By Slack's id and the permalink; else by the name. An id or an address of another kind is not taken."""
    assert shown(line(Who("sam", "Sam Ito"), " has ", Ref(42, "ACME-42"))) == (
        "<@U0SAM> has <https://acme.slack.com/archives/C1/p1|ACME-42>"
    )
    assert shown(line(Who("lee", "Lee <b>"), " has ", Ref(43, "ACME-43"))) == "Lee &lt;b&gt; has ACME-43"
    odd = Reader(NOW, user=lambda _: "!channel", link=lambda _: "javascript:alert(1)")
    (post,) = message(Said("any", (line(Who("sam", "Sam"), Ref(42, "ACME-42")),)), odd)
    assert markup(post) == ["SamACME-42"]


def test_an_instant_is_each_readers_own_and_has_words_for_who_cannot_show_it() -> None:
    """Slack shows it in the reader's zone; notifications say it in the zone of the one who is meant."""
    at = datetime(2026, 6, 9, 13, 30, tzinfo=UTC)
    stamp = int(at.timestamp())
    text, blocks = said(line("by ", When(at), ", ", When(at, "relative")))
    assert text == "by 14:30, in 4 h 30 min"
    tokens = "{date_short_pretty} at {time}"
    assert markup(blocks) == [f"by <!date^{stamp}^{tokens}|Tue 9 Jun 14:30 Europe/London>, in 4 h 30 min"]
    assert shown(line(When(at, "date"))) == f"<!date^{stamp}^{{date_short_pretty}}|Tue 9 Jun>"


def test_words_that_stand_out_do_so_where_the_markup_can() -> None:
    """Around a star it cannot, so they are plain; spaces stay outside."""
    assert shown(line("It is ", strong("late "), "now")) == "It is *late* now"
    assert shown(line(strong("2 * 3"))) == "2 * 3"


def test_a_card_stays_so_it_says_nothing_that_is_true_for_a_moment() -> None:
    """“In 15 min” would be wrong a minute later; the instant stands there."""
    at = NOW + timedelta(minutes=15)
    due = Field("Reply due", line(When(at), ", ", When(at, "relative"), " (target 1 h)"))
    (post,) = message(Card(42, "ACME-42", "Export *fails*", "New", "P2", "bad", (due,)), TEAM)
    valid_posts([post])
    head, fields = post.blocks
    assert head["text"]["text"] == "*<https://acme.slack.com/archives/C1/p1|ACME-42>*  Export *fails*\n🔴 *P2* · New"
    assert fields["fields"][0]["text"].startswith("*Reply due*\n<!date^")
    assert fields["fields"][0]["text"].endswith("> (target 1 h)")
    assert post.text == "ACME-42 Export *fails* (P2, New)"


def test_the_teams_card_leads_to_the_clients_thread() -> None:
    """A client's own does not: they are there."""
    body = Card(42, "ACME-42", "Export fails", "New", "P2", "plain", ())
    address = "https://acme.slack.com/archives/C2/p2"
    (post,) = message(body, Reader(NOW, beside={42: address}.get))
    valid_posts([post])
    assert markup(post)[-1] == f"<{address}|Its thread with the client>"
    (theirs,) = message(body, Reader(NOW, client=True, beside={42: address}.get))
    assert len(markup(theirs)) == 1


def test_buttons_say_what_they_run_and_what_cannot_be_undone_asks_first() -> None:
    """The value comes back as it was; a danger asks unless its command has a form that does."""
    actions = (
        Action("reply", "Reply", {"request": 42, "words": "a & <b>"}, "primary"),
        Action("unsay", "Delete it", {"message": "m1"}, "danger"),
        Action("cancel", "Not a request", {"request": 42}, "danger"),
    )
    reply, unsay, cancel = said(line("Hm?"), actions=actions)[1][1]["elements"]
    assert reply["style"] == "primary"
    assert "&" not in reply["value"]
    assert "<" not in reply["value"]
    assert pressed(reply) == Pressed("reply", {"request": 42, "words": "a & <b>"})
    # Slack may hand it back escaped.
    assert pressed({**reply, "value": html.escape(reply["value"], quote=False)}) == pressed(reply)
    assert "confirm" in unsay
    assert "confirm" not in cancel


@pytest.mark.parametrize("count", [1, 2, 5, 6, 15])
def test_what_hides_behind_more_is_one_menu(count: int) -> None:
    """One alone is a button; a few hide behind three dots, many in a menu; each is read like a button."""
    more = tuple(Action("note", f"Note {n}", {"request": n}) for n in range(count))
    (post,) = message(Card(1, "ACME-1", "Hm", "New", "P3", "plain", (), (), more), TEAM)
    valid_posts([post])
    (element,) = post.blocks[-1]["elements"]
    assert element["type"] == ("button" if count == 1 else "overflow" if count <= 5 else "static_select")
    for option in element.get("options", []):
        chosen = pressed({"action_id": element["action_id"], "selected_option": option})
        assert chosen is not None
        assert chosen.command == "note"
    assert len(element.get("options", [0])) == count


def test_what_one_person_alone_sees_has_no_menu_that_gets_stuck() -> None:
    """It cannot be shown anew once something was chosen, so many are buttons there."""
    more = tuple(Action("note", f"Note {n}", {"request": n}) for n in range(6))
    sam = Reader(NOW, person=Person("sam", "Sam", Role.ENGINEER, "UTC"))
    (post,) = message(Card(1, "ACME-1", "Hm", "New", "P3", "plain", (), (), more), sam)
    valid_posts([post])
    assert [element["type"] for element in post.blocks[-1]["elements"]] == ["button"] * 6


def test_a_menu_that_was_used_is_shown_anew() -> None:
    """Without the block's name Slack forgets what was chosen, so that the same can be chosen again."""
    blocks = [{"type": "actions", "block_id": "Xy1", "elements": []}, {"type": "divider"}]
    assert unchosen(blocks) == [{"type": "actions", "elements": []}, {"type": "divider"}]


def test_what_is_too_long_for_a_button_is_said_beside_it() -> None:
    """A label stands whole below its button; arguments that do not fit are typed instead, and the message says so."""
    label = "Everything that " + "is late and " * 12
    actions = (Action("find", label, {"words": "late"}), Action("find", "Next page", {"words": "x" * 2100}))
    blocks = said(line("Hm?"), actions=actions)[1]
    assert len(blocks[1]["elements"]) == 1
    assert markup(blocks[2:]) == [
        " ".join(label.split()),
        "Next page: that is too long for a button here. Type it, in fewer words.",
    ]


def test_more_buttons_than_a_row_takes_stand_in_several() -> None:
    """Twenty-five are a row."""
    blocks = said(line("Hm?"), actions=tuple(Action("my", f"Page {n}") for n in range(60)))[1]
    assert [len(block["elements"]) for block in blocks[1:]] == [25, 25, 10]


def test_each_side_sees_its_own_buttons() -> None:
    """The team's channel has the team's, a client's channel the client's, a person those that they may press."""
    actions = (
        Action("claim", "Claim", staff_only=True),
        Action("works", "It works", client_only=True),
        Action("why", "Why"),
        Action("overview", "Overview"),
    )
    body = Said("any", (line("Hm?"),), actions)

    def labels(to: Reader) -> list[str]:
        return [element["text"]["text"] for element in message(body, to)[0].blocks[1]["elements"]]

    assert labels(TEAM) == ["Claim", "Why", "Overview"]
    assert labels(Reader(NOW, client=True)) == ["It works", "Why", "Overview"]
    assert labels(Reader(NOW, person=Person("dana", "Dana", Role.CLIENT, "UTC", "ACME"))) == ["It works", "Why"]
    assert labels(Reader(NOW, person=Person("sam", "Sam", Role.ENGINEER, "UTC"))) == ["Claim", "Why"]


def test_how_pressing_it_is_shows_to_the_team_alone() -> None:
    """A client reads the words; a refusal presses nobody."""
    late, no = Said("breach", (line("Late"),), tone="bad"), Said("refusal", (line("No"),), tone="warn")
    assert [markup(message(body, TEAM)) for body in (late, no)] == [["🔴 Late"], ["No"]]
    assert markup(message(late, Reader(NOW, client=True))) == ["Late"]


def test_what_is_told_to_be_typed_says_how_it_goes_in_a_thread() -> None:
    """Slack takes no commands there; a mention of the desk does the same."""
    (post,) = message(Said("menu", (line("Type /desk claim"),)), Reader(NOW, me="U0DESK"))
    valid_posts([post])
    assert markup(post)[-1] == "In a thread Slack takes no commands: mention <@U0DESK> there, then the same words."


def test_long_words_go_on_in_further_messages_and_the_first_has_the_buttons() -> None:
    """Every line is there once, in order; each message but the last says that it goes on."""
    text = "\n".join(f"{n}: line & <tag> of a long story {n}" for n in range(560))
    posts = message(Relay("dana", "Dana Reyes", "client", text, actions=(Action("my", "My work"),)), TEAM)
    valid_posts(posts)
    assert len(posts) > 1
    assert [sum(block["type"] == "actions" for block in post.blocks) for post in posts] == [1, *[0] * (len(posts) - 1)]
    assert {post.username for post in posts} == {"Dana Reyes"}
    whole = "\n".join(words for post in posts for words in _sections(post.blocks))
    assert html.unescape(whole) == text
    assert [f"({n} of {len(posts)})" in str(post.blocks) for n, post in enumerate(posts, 1)] == [True] * (
        len(posts) - 1
    ) + [False]
    assert all(len(str(post.arguments())) < MESSAGE + TEXT + 2000 for post in posts)


def test_a_person_speaks_under_their_name_and_their_files_are_named() -> None:
    """The name is the message's; each file has its name and size, and comes along to be uploaded."""
    file = Attachment("f1", "log <1>.txt", "text/plain", 12_345)
    (post,) = message(Relay("dana", "Dana Reyes", "client", "", line("The client wrote"), (file,)), TEAM)
    assert post.arguments()["username"] == "Dana Reyes"
    assert (post.person, post.attachments) == ("dana", (file,))
    assert markup(post) == ["The client wrote", "📎 log &lt;1&gt;.txt (12 kB)"]
    assert post.text == "Dana Reyes: The client wrote\nlog &lt;1&gt;.txt"


def test_a_document_comes_as_a_file_with_its_beginning_shown() -> None:
    """The file is the whole; what is shown says how much of it that is."""
    text = "\n".join(f"line {n}" for n in range(1000))
    (post,) = message(Document("ACME-42", "ACME-42.md", "text/markdown", text), TEAM)
    valid_posts([post])
    assert [(file.name, file.text) for file in post.files] == [("ACME-42.md", text)]
    assert markup(post)[-1] == "This is how it begins; the whole is in ACME-42.md."
    (page,) = message(Document("ACME-42", "ACME-42.html", "text/html", "<p>x</p>"), TEAM)
    assert "<p>" not in str(page.blocks)


def test_figures_stand_in_columns_or_row_by_row_and_can_be_had_as_a_file() -> None:
    """Narrow ones in even columns with their bar, wide ones with each figure's name; the button asks for the file."""
    narrow = Table(
        "Kept", ("Clock", "Met"), (TableRow("First response", ("9 of 10",), 900), TableRow("Fix", ("1 of 1",)))
    )
    wide = Table("By", ("Who", "x" * 50, "y" * 50), (TableRow("Sam", ("1", "2")),))
    (post,) = message(Sheet("May", (), (narrow, wide), file={"period": "2026-05"}), TEAM)
    valid_posts([post])
    table, told = [words for block in post.blocks if block["type"] == "section" for words in markup(block)]
    assert table.splitlines() == [
        "*Kept*",
        "```",
        "Clock               Met",
        "First response  9 of 10  █████████░",
        "Fix              1 of 1",
        "```",
    ]
    assert told.splitlines()[-1] == f"*Sam*: {'x' * 50}: 1; {'y' * 50}: 2"
    assert pressed(post.blocks[-1]["elements"][-1]) == Pressed(FILE, {"period": "2026-05"})


def test_whom_and_what_a_message_names_is_known_beforehand() -> None:
    """People and requests anywhere in it, for their ids and permalinks to be looked up."""
    row = Row(7, "ACME-7", "Hm", "P1", "New", "Sam", line(Who("dana", "Dana")))
    body = Sheet("May", (line(Ref(42, "ACME-42"), Who("sam", "Sam")),), rows=(row,))
    found = needs(body)
    assert (found.people, found.requests) == ({"sam", "dana"}, {7, 42})


def test_what_is_for_programs_is_not_said() -> None:
    """A notice goes to webhooks; here it is no message."""
    assert message(Notice("request.opened", NOW, {}), TEAM) == ()


@pytest.mark.parametrize(
    "element",
    [
        {},
        {"action_id": "desk:x:1"},
        {"action_id": "desk:x:1", "value": "no JSON"},
        {"action_id": "desk:x:1", "value": "[]"},
        {"action_id": "desk:x:1", "value": '{"c": 1}'},
        {"action_id": "desk:x:1", "value": '{"c": "show", "a": 1}'},
        {"action_id": "another:1", "value": '{"c": "show"}'},
        {"action_id": "desk:x:1", "selected_option": None},
    ],
)
def test_what_is_no_button_of_ours_is_nothing(element: dict[str, Any]) -> None:
    """Whatever else is pressed is not read as a command."""
    assert pressed(element) is None


def test_what_is_packed_has_no_sign_that_slack_escapes() -> None:
    """It comes back as it was sent, and is the same again."""
    assert not set("&<>") & set(packed({"words": "a & <b>"}))


def _sections(blocks: Any) -> list[str]:
    return [block["text"]["text"] for block in blocks if block["type"] == "section"]


def _texts(blocks: Any) -> list[dict[str, Any]]:
    return [block["text"] for block in blocks if block["type"] == "section"]
