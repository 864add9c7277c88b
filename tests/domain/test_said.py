"""What was said, as it reads now."""

from __future__ import annotations

from histories import DANA, SAM, Story

from bot.domain.events import (
    Absorbed,
    Cancelled,
    ClientWrote,
    Entry,
    MessageDeleted,
    MessageEdited,
    NoteAdded,
    Opened,
    Replied,
    Reworded,
    SplitOff,
    Status,
)
from bot.domain.files import Attachment, clean_type, left
from bot.domain.people import Role
from bot.domain.said import GONE, delete, edit, for_clients, others_in, reword, sayings, title_of, written_in
from bot.domain.text import file_name

PICTURE = Attachment("f", "a.png", "image/png", 9)


def told() -> Story:
    """Dana wrote, Sam answered and noted."""
    story = Story()
    story.tell("12 11:00", ClientWrote("it fails", message="m1", files=(PICTURE,)), by=DANA)
    story.tell("12 11:05", NoteAdded("disk", "m2"), Replied("on it", message="m2"), by=SAM)
    return story


def test_an_edit_is_what_a_message_says_now():
    """The words and files of the latest edit; who and when stay those of the message."""
    story = told().tell(
        "12 12:00", *edit(written_in(told().entries, "m1"), "m1", text="works", was="it fails", files=())
    )
    now = sayings(story.entries)[2]
    assert (now.text, now.files, now.edited, now.deleted_by) == ("works", (), True, None)
    assert (now.entry.by, now.internal) == ("dana", False)


def test_a_message_that_is_a_note_and_a_reply_changes_as_both():
    """Of the two the note stays the team's."""
    facts = edit(written_in(told().entries, "m2"), "m2", text="new", was="disk", files=())
    assert [(f.entry, f.internal) for f in facts if isinstance(f, MessageEdited)] == [(3, True), (4, False)]


def test_what_is_deleted_is_gone_once():
    """Deleted it says nothing, by whom is known, and neither an edit nor another deletion follows."""
    story = told()
    story.tell("12 12:00", *delete(written_in(story.entries, "m1"), "m1", was="it fails", files=(PICTURE,)), by=DANA)
    now = sayings(story.entries)[2]
    assert (now.text, now.files, now.deleted_by) == ("", (), "dana")
    gone = written_in(story.entries, "m1")
    assert edit(gone, "m1", text="x", was="", files=()) == delete(gone, "m1", was="", files=()) == ()
    assert written_in(story.entries, "m9") == ()


def test_the_opening_reads_as_it_was_reworded():
    """Its words may be several messages', so the whole of them counts."""
    opening = Opened(
        42, "ACME", "It fails", "dana", Story().entries[0].at, "message", "It fails\nat 9", messages=("a", "b")
    )
    first = Entry(1, opening.since, "dana", Role.CLIENT, opening)
    edited = Entry(2, opening.since, "dana", Role.CLIENT, MessageEdited("b", 1, "at 8", "at 9"))
    reworded = Entry(3, opening.since, "dana", Role.CLIENT, Reworded("It fails", "It fails\nat 8"))
    deleted = Entry(4, opening.since, "dana", Role.CLIENT, MessageDeleted("a", 1, "It fails"))
    now = sayings((first, edited, reworded, deleted))[1]
    assert (now.text, now.edited, now.deleted_by) == ("It fails\nat 8", True, None)
    assert written_in((first,), "b")[0].entry is first
    assert sayings((edited, reworded, deleted)) == {}
    seen = for_clients((first, edited, reworded, deleted))
    assert [getattr(e.event, "was", "") for e in seen] == ["", "", "", ""]


def test_the_client_reads_what_is_said_now_and_nothing_of_the_teams():
    """Former words, notes and what was done to them stay with the team."""
    story = told()
    story.tell(
        "12 12:00", *edit(written_in(story.entries, "m1"), "m1", text="works", was="it fails", files=()), by=DANA
    )
    story.tell("12 12:01", *edit(written_in(story.entries, "m2"), "m2", text="new", was="disk", files=()))
    story.tell("12 12:02", *delete(written_in(story.entries, "m2"), "m2", was="new", files=()))
    story.tell("12 12:03", MessageEdited("m9", 99, "SECRET", "x"))
    seen = for_clients(story.entries)
    assert [type(e.event).__name__ for e in seen] == [
        "Opened", "ClientWrote", "Replied", "MessageEdited", "MessageEdited", "MessageDeleted", "MessageEdited",
    ]  # fmt: skip
    said = str([e.event for e in seen])
    for private in ("it fails", "disk", "new", "SECRET"):
        assert f"'{private}'" not in said


def test_the_title_follows_the_words_it_was():
    """A title somebody gave stays; one that was the first line changes with it, and is no more where they are gone."""
    request = Story().request
    assert reword(request, ["Export fails"], ["Import fails"]) != ()
    (fact,) = reword(request, ["Export fails"], ["Import fails", "", "at 9"])
    assert fact == Reworded("Import fails", "Import fails\nat 9")
    assert reword(request, ["something"], ["else"]) == (Reworded("Export fails", "else"),)
    assert reword(request, ["Export fails"], []) == (Reworded(GONE, ""),)
    assert reword(request, ["x"], []) == ()
    assert title_of(["", " "], (PICTURE,)) == "a.png"
    assert title_of([]) == "(no words)"


def test_a_files_name_is_a_name_alone():
    """No path, nothing that hides, turns or breaks; a long one keeps its ending."""
    assert file_name("../../etc/pass\u202ewd\x00.png") == "passwd.png"
    assert file_name("C:\\temp\\a<b>|c?.txt") == "abc.txt"
    assert file_name("...") == file_name("") == file_name("\u200b") == "file"
    assert file_name("x" * 200 + ".png") == "x" * 116 + ".png"
    assert file_name("x" * 200) == "x" * 120
    assert file_name("a." + "x" * 200) == ("a." + "x" * 200)[:120]


def test_a_media_type_is_a_claim():
    """Read without parameters; what is none is bytes. Only pictures that run nothing are shown in place."""
    assert clean_type("Image/PNG; name=x") == "image/png"
    assert clean_type("text/html\r\nX: y") == clean_type("") == "application/octet-stream"
    assert PICTURE.is_picture
    assert not Attachment("f", "a.svg", "image/svg+xml", 9).is_picture


def test_a_file_that_stays_where_it_was_sent_is_no_picture_to_show():
    """The desk has no bytes of it, whatever its type."""
    assert not left("a.png", "image/png", 60_000_000, "https://chat.example/a").is_kept
    assert not left("a.png", "image/png", 60_000_000).is_picture
    assert PICTURE.is_kept


def test_a_client_reads_of_another_request_only_what_they_may_see():
    """What was merged may have been made private since: its number, its name and its title stay away."""
    story = Story().tell("12 11:00", Absorbed(7, "ACME-7", "Salaries"), SplitOff(8, "ACME-8"))
    story.tell("12 12:00", Cancelled(Status.NEW, "the same", 9, "ACME-9"))
    assert others_in(story.entries) == {7, 8, 9}
    named = {
        sees: [str(vars(entry.event)) for entry in for_clients(story.entries, sees)][-3:] for sees in ((), (7, 8, 9))
    }
    assert all("ACME-" not in text and "Salaries" not in text for text in named[()])
    assert all(f"ACME-{number}" in text for number, text in zip((7, 8, 9), named[(7, 8, 9)], strict=True))
