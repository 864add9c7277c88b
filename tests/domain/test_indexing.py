"""Which words a request is found by: alike in any script, and never by words its reader may not see."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.events import (
    AskedClient,
    Cancelled,
    ClientWrote,
    Closed,
    Entry,
    Event,
    FollowedUp,
    MessageDeleted,
    MessageEdited,
    NoteAdded,
    Opened,
    PriorityChanged,
    RatingExplained,
    Reopened,
    Replied,
    ResolutionAnnounced,
    Resolved,
    ResolveUndone,
    Resumed,
    Status,
    WaitedOn,
)
from bot.domain.files import Attachment
from bot.domain.indexing import TEXT_LIMIT, WORD_LIMIT, searchable, spoken, tokens
from bot.domain.people import Role
from bot.domain.policy import Priority
from bot.domain.request import Request, open_request

NOW = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)
OPENED = Opened(42, "ACME", "Export fails", "dana", NOW, "command", "since Monday", outcome="invoices")


def indexed(*events: Event) -> tuple[str, str]:
    """The words of a request after these facts."""
    entries = [Entry(i, NOW, "sam", Role.ENGINEER, event) for i, event in enumerate((OPENED, *events), 1)]
    request: Request = open_request(entries[0], {})
    return searchable(request, entries)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The EXPORT fails!", ["the", "export", "fails"]),
        ("Größe, Straße, İstanbul, ﬁle", ["grosse", "strasse", "istanbul", "file"]),
        ("cafe\u0301 = café", ["cafe", "cafe"]),
        ("a_b c-d e.f", ["a", "b", "c", "d", "e", "f"]),
        ("漢字x", ["漢", "字", "x"]),
        ("👩🏽‍🚀 % \\ \x00 \u202e", []),
        ("x" * 100, ["x" * WORD_LIMIT]),
    ],
)
def test_what_is_a_word(text: str, words: list[str]):
    """Letters and digits, without case and accents; signs part words."""
    assert tokens(text) == words


def test_a_request_is_found_by_its_name_and_what_was_said():
    """Name, title, details, outcome and every public word are everybody's; notes and reasons are the team's."""
    public, team = indexed(
        ClientWrote("code seven"),
        Replied("checking"),
        AskedClient(Status.ACTIVE, "which format"),
        NoteAdded("disk full"),
        WaitedOn(Status.ACTIVE, "Contoso"),
        PriorityChanged(Priority.P3, Priority.P1, "whole floor"),
        Resumed(Status.WAITING_OTHER, Status.ACTIVE, "they called"),
        Reopened(Status.CLOSED, Status.ACTIVE, "came back"),
        Cancelled(Status.ACTIVE, "twice"),
        RatingExplained("slow"),
        FollowedUp("we talked"),
    )
    assert public == "acme 42 export fails since monday invoices code seven checking which format"
    assert team == "disk full contoso whole floor they called came back twice slow we talked"


def test_what_was_done_is_the_clients_once_they_were_told():
    """A resolve that was taken back is never theirs; an announced or closed one is."""
    done = Resolved(Status.ACTIVE, "restarted")
    assert "restarted" not in indexed(done)[0]
    assert "restarted" in indexed(done)[1]
    assert "restarted" not in indexed(done, ResolveUndone(Status.ACTIVE), Closed(Status.ACTIVE, "by phone"))[0]
    assert "restarted" in indexed(done, ResolutionAnnounced(NOW))[0]
    public, team = indexed(done, Closed(Status.RESOLVED, "by phone"))
    assert "restarted" in public
    assert "phone" in team
    assert "phone" not in public


def test_words_are_found_as_they_read_now():
    """What was edited is found by its new words, what was deleted by none; files by their names."""
    sheet = Attachment("1", "costs.xlsx", "text/plain", 1)
    said = (ClientWrote("old seven", message="7"), Replied("gone", message="8"), NoteAdded("secret", files=(sheet,)))
    assert "costs xlsx" in indexed(*said)[1]
    edit = MessageEdited("7", 2, "new eight", "old seven", (sheet,))
    public, team = indexed(*said, edit, MessageDeleted("8", 3, "gone"), MessageDeleted("9", 4, "secret", internal=True))
    assert public.endswith("invoices new eight costs xlsx")
    assert team == ""


def test_an_endless_conversation_is_cut_at_a_word():
    """What is kept stays within what every database indexes."""
    public, _ = indexed(*(ClientWrote(f"abcdefg{n:06} " * 1000) for n in range(30)))
    assert TEXT_LIMIT - 20 < len(public) <= TEXT_LIMIT
    assert len(public.split()[-1]) == len("abcdefg000000")


def test_who_speaks():
    """A person's public words end a quiet; the desk's own and notes do not."""
    assert spoken(ClientWrote("x"))
    assert spoken(Replied("x"))
    assert not spoken(Replied("x", automatic=True))
    assert not spoken(NoteAdded("x"))
