"""Words, people, instants and buttons as Discord reads them: what each becomes, and what nobody's words may become."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from discord_checks import every, texts, valid_posts

from adapters.discord.pressing import FILE, Ids, Pressed, button, pressed, read, sure, unchosen, written
from adapters.discord.render import Post, message
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
    Listing,
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

assert DECLARED
NOW = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)
SAM = "100000000000000077"
LINK = "https://discord.com/channels/1/2/3"
TEAM = Reader(NOW, "Europe/London", user={"sam": SAM}.get, link={42: LINK}.get)


def said(*lines: Line, actions: tuple[Action, ...] = (), to: Reader = TEAM) -> Post:
    """One message."""
    (post,) = message(Said("any", lines, actions), to)
    valid_posts([post])
    return post


def controls(post: Post) -> list[dict[str, Any]]:
    """All that can be used in it."""
    return [part for part in every(post) if "custom_id" in part]


@pytest.mark.parametrize(
    ("typed", "reads"),
    [
        ("<@100000000000000077> @everyone <@&1> <#2>", "\\<@100000000000000077> @\u200beveryone \\<@&1> \\<#2>"),
        ("[your bank](https://evil.example)", "\\[your bank\\](<https://evil.example>)"),
        ("*a* _b_ ~c~ `d` ||e||", "\\*a\\* \\_b\\_ \\~c\\~ \\`d\\` \\|\\|e\\|\\|"),
        ("# big", "\\# big"),
        ("-# small\n- one\n1. two\n2024 was", "\\-# small\n\\- one\n1\\. two\n2024 was"),
        ("> said before", "\\> said before"),
        ("see https://a.example/x_y_z?b=1&c=(2)). Then", "see <https://a.example/x_y_z?b=1&c=(2)>). Then"),
        ("javascript:alert(1) https://", "javascript:alert(1) https://"),
        ("```\na * b @everyone\n```", "```\na * b @everyone\n```"),
        ("```never closed", "\\`\\`\\`never closed"),
        ("a\\*b\x00\u2067c", "a\\\\\\*b\u2067c"),
    ],
)
def test_words_stay_what_they_are(typed: str, reads: str) -> None:
    """Discord's signs in words are mere signs, a block of code is one, and a link shows its address."""
    (post,) = message(Relay("dana", "Dana Reyes", "client", typed), TEAM)
    valid_posts([post])
    assert texts(post) == [reads]
    assert post.mentions == ()


def test_what_is_quoted_is_quoted_line_by_line_and_code_keeps_its_fence() -> None:
    """Each line begins with the sign; a block of code stands by itself."""
    assert texts(said(line("Dana wrote:"), (Quote("one\n# two\n```\nx = 1\n```\nthree"),))) == [
        "Dana wrote:\n> one\n> \\# two\n```\nx = 1\n```\n> three"
    ]


def test_people_are_called_and_requests_are_linked_where_they_are_known() -> None:
    """By Discord's id and the address; else by the name. An id or an address of another kind is not taken. Only those
    whom the desk speaks of are called: a card, which stays, names people and calls nobody."""
    post = said(line(Who("sam", "Sam Ito"), " has ", Ref(42, "ACME-42")))
    assert texts(post) == [f"<@{SAM}> has [ACME-42]({LINK})"]
    assert post.mentions == (SAM,)
    assert texts(said(line(Who("lee", "Lee *b*"), " has ", Ref(43, "ACME-43")))) == ["Lee \\*b\\* has ACME-43"]
    odd = Reader(NOW, user=lambda _: "everyone", link=lambda _: "javascript:alert(1)")
    assert texts(said(line(Who("sam", "Sam"), Ref(42, "ACME-42")), to=odd)) == ["SamACME-42"]
    (card,) = message(Card(1, "ACME-1", "Hm", "New", "P3", "plain", (Field("Owner", line(Who("sam", "Sam"))),)), TEAM)
    assert f"<@{SAM}>" in texts(card)[0]
    assert card.mentions == ()


def test_nobody_is_called_by_what_somebody_wrote() -> None:
    """Their words hold a mention of somebody whom the desk names too: it is called for the desk's own words alone."""
    post = said(line(Who("lee", "Lee"), " wrote:"), (Quote(f"<@{SAM}>"),))
    assert post.mentions == ()


def test_an_instant_is_each_readers_own() -> None:
    """Discord shows it in the reader's zone, and how long it is until then as it changes."""
    at = datetime(2026, 6, 9, 13, 30, tzinfo=UTC)
    stamp = int(at.timestamp())
    shown = texts(said(line("by ", When(at), ", ", When(at, "relative"), ", ", When(at, "date"))))
    assert shown == [f"by <t:{stamp}:f>, <t:{stamp}:R>, <t:{stamp}:D>"]


def test_words_that_stand_out_do_so() -> None:
    """Whatever is in them; spaces stay outside."""
    assert texts(said(line("It is ", strong("late "), strong("2 * 3")))) == ["It is **late** **2 \\* 3**"]


def test_a_card_is_one_glance() -> None:
    """Its name leads to the request, its colour says how pressing it is, and so do its words; the team's leads to the
    thread with the client."""
    at = NOW + timedelta(minutes=15)
    due = Field("Reply due", line(When(at), " (target 1 h)"))
    body = Card(42, "ACME-42", "Export *fails*", "New", "P2", "bad", (due,))
    (post,) = message(body, TEAM)
    valid_posts([post])
    (frame,) = post.components
    assert (frame["type"], frame["accent_color"]) == (17, 0xC62828)
    assert texts(post)[0].split("\n")[:3] == [
        f"**[ACME-42]({LINK})**  Export \\*fails\\*",
        "🔴 **P2** · New",
        f"**Reply due**: <t:{int(at.timestamp())}:f> (target 1 h)",
    ]
    (linked,) = message(body, Reader(NOW, beside={42: LINK}.get))
    assert texts(linked)[-1].endswith(f"-# [Its thread with the client]({LINK})")
    (theirs,) = message(body, Reader(NOW, client=True, beside={42: LINK}.get))
    assert [part["type"] for part in theirs.components] == [10]
    assert "🔴" not in texts(theirs)[0]


def test_buttons_say_what_they_run_and_survive_a_restart() -> None:
    """All of it stands in the id, whatever is in the arguments; two that do the same are told apart."""
    actions = (
        Action("reply", "Reply", {"request": 42, "words": "a & b?c=d!e#1", "sure": True}, "primary"),
        Action("my", "One"),
        Action("my", "Two"),
    )
    reply, one, two = controls(said(line("Hm?"), actions=actions))
    assert reply["style"] == 1
    assert reply["custom_id"] == "desk:reply?request:42&words=a %26 b%3Fc%3Dd%21e%231&sure!1"
    assert pressed(reply) == Pressed("reply", {"request": 42, "words": "a & b?c=d!e#1", "sure": True})
    assert (one["custom_id"], two["custom_id"]) == ("desk:my", "desk:my#2")
    assert pressed(two) == Pressed("my")


@pytest.mark.parametrize(
    "words", ["x" * 20, "owner:none status:open " * 7, "überfällig 💥 日本語 " * 5, "client:acme -late <@1> & " * 6]
)
def test_arguments_that_are_long_are_pressed_together(words: str) -> None:
    """They come back as they were, in ids that Discord takes."""
    does = Pressed("find", {"words": words, "page": 2, "up_to": 1042})
    id = written(does)
    assert id is not None
    assert len(id) <= 96
    assert read(id) == does
    assert read(f"{id}#7") == does


def test_nothing_is_cut_where_it_is_pressed_together() -> None:
    """Words that would fit, since they say the same over and over, and are longer than is read again, do not fit."""
    assert written(Pressed("find", {"words": "late " * 700})) is not None
    assert written(Pressed("find", {"words": "late " * 900})) is None


def test_what_cannot_be_undone_asks_first() -> None:
    """Discord's buttons cannot ask, so the desk does; unless the command has a form that does."""
    unsay, cancel = controls(
        said(
            line("Hm?"),
            actions=(
                Action("unsay", "Delete it", {"message": "m1"}, "danger"),
                Action("cancel", "Not a request", {"request": 42}, "danger"),
            ),
        )
    )
    first = pressed(unsay)
    assert first == Pressed("unsay", {"message": "m1"}, asks=True)
    assert pressed(cancel) == Pressed("cancel", {"request": 42})
    (post,) = message(sure(first, "Delete it"), TEAM)
    valid_posts([post])
    assert [pressed(each) for each in controls(post)] == [Pressed("unsay", {"message": "m1"})]


@pytest.mark.parametrize("count", [1, 2, 15, 60])
def test_what_hides_behind_more_is_in_menus(count: int) -> None:
    """One alone is a button; each entry is read like a button."""
    more = tuple(Action("note", f"Note {n}", {"request": n}) for n in range(count))
    (post,) = message(Card(1, "ACME-1", "Hm", "New", "P3", "plain", (), (), more), TEAM)
    valid_posts([post])
    menus = controls(post)
    assert [part["type"] for part in menus] == ([2] if count == 1 else [3] * -(-count // 25))
    if count > 1:
        chosen = [
            pressed({"custom_id": menu["custom_id"], "values": [option["value"]]})
            for menu in menus
            for option in menu["options"]
        ]
        assert chosen == [Pressed("note", {"request": n}) for n in range(count)]


def test_what_one_person_alone_sees_has_no_menu_that_gets_stuck() -> None:
    """It is not shown anew once something was chosen, so many are buttons there."""
    more = tuple(Action("note", f"Note {n}", {"request": n}) for n in range(6))
    sam = Reader(NOW, person=Person("sam", "Sam", Role.ENGINEER, "UTC"))
    (post,) = message(Card(1, "ACME-1", "Hm", "New", "P3", "plain", (), (), more), sam)
    valid_posts([post])
    assert [part["type"] for part in controls(post)] == [2] * 6


def test_a_menu_that_was_used_is_shown_anew() -> None:
    """Called otherwise, Discord forgets what was chosen, so that the same can be chosen again."""
    more = (Action("note", "Note"), Action("claim", "Claim"))
    (post,) = message(Card(1, "ACME-1", "Hm", "New", "P3", "warn", (), (), more), TEAM)
    fresh = unchosen(post.components)
    again = unchosen(fresh)
    valid_posts([Post(tuple(fresh)), Post(tuple(again))])
    ids = [controls(Post(tuple(each)))[0]["custom_id"] for each in (post.components, fresh, again, unchosen(again))]
    assert len(set(ids)) == 3
    assert [pressed({"custom_id": id, "values": ["desk:note"]}) for id in ids] == [Pressed("note")] * 4


def test_what_is_too_long_for_a_button_is_said_above_it() -> None:
    """A label stands whole; arguments that do not fit are typed instead, and the message says so."""
    label = "Everything that " + "is late and " * 12
    noise = "".join(chr(0x4E00 + n * 37 % 20000) for n in range(400))
    post = said(
        line("Hm?"), actions=(Action("find", label, {"words": "late"}), Action("find", "Next page", {"words": noise}))
    )
    assert len(controls(post)) == 1
    assert texts(post)[-1].split("\n") == [
        f"-# {' '.join(label.split())}",
        "-# Next page: that is too long for a button here. Type it, in fewer words.",
    ]


def test_more_buttons_than_rows_hold_are_in_menus() -> None:
    """Fifteen are buttons, five a row; none is lost."""
    post = said(line("Hm?"), actions=tuple(Action("my", f"Page {n}", {"page": n}) for n in range(60)))
    rows = [part["components"] for part in every(post) if part.get("type") == 1]
    assert [len(row) for row in rows] == [5, 5, 5, 1, 1]
    assert sum(len(row[0]["options"]) for row in rows[3:]) == 45


def test_each_side_sees_its_own_buttons() -> None:
    """The team's channel has the team's, a client's channel the client's, a person those that they may press."""
    actions = (
        Action("claim", "Claim", staff_only=True),
        Action("works", "It works", client_only=True),
        Action("overview", "Overview"),
    )

    def labels(to: Reader) -> list[str]:
        return [part["label"] for part in controls(said(line("Hm?"), actions=actions, to=to))]

    assert labels(TEAM) == ["Claim", "Overview"]
    assert labels(Reader(NOW, client=True)) == ["It works", "Overview"]
    assert labels(Reader(NOW, person=Person("dana", "Dana", Role.CLIENT, "UTC", "ACME"))) == ["It works"]


def test_how_pressing_it_is_shows_to_the_team_alone() -> None:
    """A client reads the words; a refusal presses nobody."""
    late, no = Said("breach", (line("Late"),), tone="bad"), Said("refusal", (line("No"),), tone="warn")
    assert [texts(message(body, TEAM)) for body in (late, no)] == [["🔴 Late"], ["No"]]
    assert [part["type"] for body in (late, no) for part in message(body, TEAM)[0].components] == [17, 10]
    assert texts(message(late, Reader(NOW, client=True))) == ["Late"]


def test_a_person_speaks_under_their_name_and_their_files_are_named() -> None:
    """The name is the message's; each file has its name and size. A name that Discord does not take, and one that is
    too long, stands in the message too; more files than a message takes come with the next ones."""
    file = Attachment("f1", "log *1*.txt", "text/plain", 12_345)
    (post,) = message(Relay("dana", "Dana Reyes", "client", "", line("The client wrote"), (file,)), TEAM)
    assert (post.username, post.person, post.attachments) == ("Dana Reyes", "dana", (file,))
    assert texts(post) == ["-# The client wrote\n-# 📎 log \\*1\\*.txt (12 kB)"]
    (clyde,) = message(Relay("c", "Clyde Discord", "client", "Hm"), TEAM)
    valid_posts([clyde])
    assert texts(clyde) == ["**Clyde Discord**\nHm"]
    (named,) = message(Relay("dana", "Dana Reyes", "client", "Hm"), TEAM, named=True)
    assert texts(named) == ["**Dana Reyes**\nHm"]
    posts = message(Relay("dana", "Dana Reyes", "client", "Hm", files=(file,) * 23), TEAM)
    valid_posts(posts)
    assert [len(post.attachments) for post in posts] == [10, 10, 3]


def test_files_take_no_more_posts_than_are_known_again() -> None:
    """Long words and many files share the posts, and each file stands in one of them. What has no room even so is said
    to be with whoever sent it."""
    files = tuple(Attachment(f"f{n}", f"{n}.txt", "text/plain", 12_345) for n in range(45))
    for words in ("Hm", "\n".join(f"line {n}" for n in range(1000))):
        posts = message(Relay("dana", "Dana Reyes", "client", words, files=files[:35]), TEAM)
        valid_posts(posts)
        assert [len(post.attachments) for post in posts] == [10, 10, 10, 5]
        assert [file for post in posts for file in post.attachments] == list(files[:35])
    posts = message(Relay("dana", "Dana Reyes", "client", "Hm", files=files), TEAM)
    valid_posts(posts)
    assert sum(len(post.attachments) for post in posts) == 39
    (first, *_) = texts(posts[0])
    assert "44.txt (12 kB) was not passed on: Dana Reyes has it." in first.replace("\\", "")
    (whole, *more) = message(Relay("dana", "Dana Reyes", "client", "x " * 20_000, files=files), TEAM)
    valid_posts((whole, *more))
    assert [len(each.files) + len(each.attachments) for each in (whole, *more)] == [10, 10, 10, 10]


def test_a_document_comes_as_a_file_with_its_beginning_shown() -> None:
    """The file is the whole; what is shown says how much of it that is."""
    text = "\n".join(f"line {n}" for n in range(1000))
    (post,) = message(Document("ACME-42", "ACME-42.md", "text/markdown", text), TEAM)
    valid_posts([post])
    assert [(file.name, file.text) for file in post.files] == [("ACME-42.md", text)]
    assert texts(post)[-1] == "-# This is how it begins; the whole is in ACME-42.md."
    (page,) = message(Document("ACME-42", "ACME-42.html", "text/html", "<p>x</p>"), TEAM)
    assert "<p>" not in str(page.components)


def test_figures_stand_in_columns_or_row_by_row_and_can_be_had_as_a_file() -> None:
    """Narrow ones in even columns with their bar, wide ones with each figure's name; the button asks for the file."""
    narrow = Table(
        "Kept", ("Clock", "Met"), (TableRow("First response", ("9 of 10",), 900), TableRow("Fix", ("1 of 1",)))
    )
    wide = Table("By", ("Who", "x" * 50, "y" * 50), (TableRow("Sam", ("1", "2")),))
    (post,) = message(Sheet("May", (), (narrow, wide), file={"period": "2026-05"}), TEAM)
    valid_posts([post])
    _, table, told = texts(post)
    assert table.splitlines() == [
        "**Kept**",
        "```",
        "Clock               Met",
        "First response  9 of 10  █████████░",
        "Fix              1 of 1",
        "```",
    ]
    assert told.splitlines()[-1] == f"**Sam**: {'x' * 50}: 1; {'y' * 50}: 2"
    assert pressed(controls(post)[-1]) == Pressed(FILE, {"period": "2026-05"})


@pytest.mark.parametrize(("count", "kind"), [(3, 2), (40, 3)])
def test_each_request_of_a_list_can_be_opened(count: int, kind: int) -> None:
    """In a short list by a button beside it, in a long one from menus."""
    rows = tuple(Row(n, f"ACME-{n}", f"Export {n}", "P1", "New", "Sam") for n in range(1, count + 1))
    posts = message(Listing("Yours", rows), TEAM)
    valid_posts(posts)
    used = [part for post in posts for part in controls(post)]
    assert {part["type"] for part in used} == {kind}
    opened = [pressed(part) for part in used if kind == 2]
    opened += [read(option["value"]) for part in used for option in part.get("options", ())]
    assert opened == [Pressed("show", {"request": n}) for n in range(1, count + 1)]


def test_what_is_for_programs_is_not_said() -> None:
    """A notice goes to webhooks; here it is no message."""
    assert message(Notice("request.opened", NOW, {}), TEAM) == ()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"custom_id": "x"},
        {"custom_id": "desk:"},
        {"custom_id": "desk:Show"},
        {"custom_id": "desk:show?request"},
        {"custom_id": "desk:show?request:forty"},
        {"custom_id": "desk~\u4e00"},
        {"custom_id": "desk~abc"},
        {"custom_id": "desk-menu:more", "values": []},
        {"custom_id": "desk-menu:more", "values": ["show"]},
    ],
)
def test_what_is_no_button_of_ours_is_nothing(data: dict[str, Any]) -> None:
    """Whatever else is pressed is not read as a command."""
    assert pressed(data) is None


def test_ids_are_told_apart() -> None:
    """However many are alike."""
    ids = Ids()
    made = [button(Action("my", "My work"), ids) for _ in range(3)]
    assert [each["custom_id"] for each in made if each] == ["desk:my", "desk:my#2", "desk:my#3"]
