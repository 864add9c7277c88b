"""A request: its transitions, its decisions, and its history."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from histories import CALENDARS, DANA, PRIYA, SAM, Story, t, terms

from bot.domain import request as decide
from bot.domain.alarms import (
    ClientNudged,
    Escalated,
    Handled,
    LadderResumed,
    Offered,
    OwnerNudged,
    SetAside,
    Snoozed,
    WaitPostponed,
)
from bot.domain.events import (
    EVENTS,
    Absorbed,
    Adopted,
    AskedClient,
    Assigned,
    Breached,
    Cancelled,
    ChaserNudged,
    ChecklistSet,
    ClientWrote,
    Closed,
    Entry,
    Event,
    FollowedUp,
    KindChanged,
    MadePrivate,
    MarkedUrgent,
    MessageClass,
    MessageClassCorrected,
    MessageDeleted,
    MessageEdited,
    NewsPromised,
    NoteAdded,
    Opened,
    PolicyApplied,
    PriorityChanged,
    Rated,
    RatingAsked,
    RatingExplained,
    RatingSkipped,
    Reopened,
    Replied,
    ResolutionAnnounced,
    Resolved,
    ResolveUndone,
    Resumed,
    Reworded,
    Shared,
    SplitOff,
    Status,
    StepDone,
    Tagged,
    Unmerged,
    Untagged,
    UrgencyLifted,
    WaitedOn,
    Warned,
    WordsErased,
)
from bot.domain.people import Role
from bot.domain.policy import ClockKind, Impact, Priority
from bot.domain.request import TRANSITIONS, NotAllowed, apply, open_request, replay

S = Status
AT = t("12 12:00")

EXAMPLES: dict[type[Event], Event] = {
    Opened: Opened(7, "ACME", "Again", "dana", AT, "message"),
    PolicyApplied: PolicyApplied(terms(resolution=60)),
    Assigned: Assigned(None, "sam"),
    PriorityChanged: PriorityChanged(Priority.P3, Priority.P1),
    KindChanged: KindChanged("", "bug"),
    Tagged: Tagged("vip"),
    Untagged: Untagged("vip"),
    ClientWrote: ClientWrote("still fails"),
    Replied: Replied("on it"),
    NoteAdded: NoteAdded("psst"),
    MessageEdited: MessageEdited("m", 2, "new", "old"),
    MessageDeleted: MessageDeleted("m", 2, "old"),
    Reworded: Reworded("New title", "new details"),
    MessageClassCorrected: MessageClassCorrected(
        2, MessageClass.COURTESY, MessageClass.SUBSTANCE, AT, False, None, False, None
    ),
    AskedClient: AskedClient(S.NEW, "Which format?"),
    WaitedOn: WaitedOn(S.NEW, "Contoso"),
    ChaserNudged: ChaserNudged(t("13 09:00")),
    NewsPromised: NewsPromised(t("12 16:00")),
    MarkedUrgent: MarkedUrgent(Impact.TEAM, "today", ("priya",)),
    UrgencyLifted: UrgencyLifted("it can wait"),
    Resumed: Resumed(S.WAITING_CLIENT, S.NEW, ""),
    Resolved: Resolved(S.NEW, "restarted"),
    ResolveUndone: ResolveUndone(S.NEW),
    ResolutionAnnounced: ResolutionAnnounced(t("15 17:00")),
    Reopened: Reopened(S.RESOLVED, S.NEW, ""),
    Closed: Closed(S.NEW, ""),
    Cancelled: Cancelled(S.NEW, "spam"),
    ChecklistSet: ChecklistSet(("back up", "patch")),
    StepDone: StepDone(0),
    RatingAsked: RatingAsked(),
    RatingSkipped: RatingSkipped("asked lately"),
    Rated: Rated(4),
    RatingExplained: RatingExplained("quick"),
    FollowedUp: FollowedUp("called"),
    Absorbed: Absorbed(7, "ACME-7", "Export", AT),
    Unmerged: Unmerged(S.NEW),
    SplitOff: SplitOff(8, "ACME-8", AT, (3,)),
    MadePrivate: MadePrivate(),
    Shared: Shared("lee"),
    Adopted: Adopted("Zammad"),
    WordsErased: WordsErased("age"),
    Warned: Warned(ClockKind.RESOLUTION, 1, 75, AT),
    Breached: Breached(ClockKind.RESOLUTION, 1, AT, AT, AT),
    Escalated: Escalated(ClockKind.RESOLUTION, 1, 1, AT, AT, ("priya",)),
    Handled: Handled(AT),
    Snoozed: Snoozed(AT),
    LadderResumed: LadderResumed("sam", AT),
    OwnerNudged: OwnerNudged("sam", AT),
    Offered: Offered("sam", AT),
    ClientNudged: ClientNudged(1, AT),
    WaitPostponed: WaitPostponed(AT),
    SetAside: SetAside(AT),
}


def standing(status: Status) -> Story:
    """A request that stands there."""
    story = Story(terms(first_response=60, resolution=480))
    match status:
        case S.NEW:
            return story
        case S.ACTIVE:
            return story.tell("12 10:01", Assigned(None, "sam"))
        case S.WAITING_CLIENT:
            return story.tell("12 10:01", AskedClient(S.NEW, "Which format?"))
        case S.SET_ASIDE:
            return story.tell("12 10:01", AskedClient(S.NEW, "Which format?"), SetAside())
        case S.WAITING_OTHER:
            return story.tell("12 10:01", WaitedOn(S.NEW, "Contoso"))
        case S.RESOLVED:
            return story.resolve("12 10:01")
        case S.CLOSED:
            return story.tell("12 10:01", Closed(S.NEW, "by phone"))
        case S.CANCELLED:
            return story.tell("12 10:01", Cancelled(S.NEW, "spam"))


# --- the transition table ---------------------------------------------------------------------------------------------

OPEN = {S.NEW, S.ACTIVE, S.WAITING_CLIENT, S.WAITING_OTHER, S.SET_ASIDE}
ALIVE = OPEN | {S.RESOLVED, S.CLOSED}
LEGAL: dict[type[Event], set[Status]] = {
    Opened: set(),
    PolicyApplied: OPEN,
    Assigned: OPEN,
    PriorityChanged: OPEN,
    KindChanged: OPEN,
    Tagged: OPEN,
    Untagged: OPEN,
    ClientWrote: ALIVE,
    Replied: ALIVE,
    NoteAdded: set(S),
    MessageEdited: set(S),
    MessageDeleted: set(S),
    Reworded: set(S),
    MessageClassCorrected: set(S),
    AskedClient: OPEN,
    WaitedOn: OPEN,
    ChaserNudged: {S.WAITING_OTHER},
    NewsPromised: OPEN,
    MarkedUrgent: OPEN,
    UrgencyLifted: OPEN,
    Resumed: {S.WAITING_CLIENT, S.WAITING_OTHER, S.SET_ASIDE},
    Resolved: OPEN,
    ResolveUndone: {S.RESOLVED},
    ResolutionAnnounced: {S.RESOLVED},
    Reopened: {S.RESOLVED, S.CLOSED},
    Closed: OPEN | {S.RESOLVED},
    Cancelled: OPEN | {S.RESOLVED},
    ChecklistSet: OPEN,
    StepDone: OPEN | {S.RESOLVED},
    RatingAsked: {S.CLOSED},
    RatingSkipped: {S.CLOSED},
    Rated: {S.CLOSED},
    RatingExplained: {S.CLOSED},
    FollowedUp: set(S),
    Absorbed: OPEN,
    Unmerged: {S.CANCELLED},
    SplitOff: ALIVE,
    MadePrivate: ALIVE,
    Shared: ALIVE,
    Adopted: OPEN | {S.RESOLVED},
    WordsErased: set(S),
    Warned: set(S),
    Breached: set(S),
    Escalated: OPEN,
    Handled: OPEN,
    Snoozed: OPEN,
    LadderResumed: OPEN,
    OwnerNudged: OPEN,
    Offered: OPEN,
    ClientNudged: {S.WAITING_CLIENT},
    WaitPostponed: {S.WAITING_CLIENT},
    SetAside: {S.WAITING_CLIENT},
}


def test_every_fact_has_its_transitions():
    """No kind of fact is forgotten in the table; only an opening never follows anything."""
    assert set(TRANSITIONS) == set(EVENTS) - {Opened}


@pytest.mark.parametrize("status", S)
@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_a_fact_happens_only_where_it_may(kind: type[Event], status: Status):
    """An illegal move changes nothing and says why; a legal one is the next version."""
    request = standing(status).request
    entry = Entry(request.version + 1, AT, "sam", Role.ENGINEER, EXAMPLES[kind])
    if status in LEGAL[kind]:
        assert apply(request, entry, CALENDARS).version == entry.seq
    else:
        with pytest.raises(NotAllowed, match="ACME-42 is"):
            apply(request, entry, CALENDARS)


@pytest.mark.parametrize(
    ("status", "event", "why"),
    [
        (S.CANCELLED, Assigned(None, "sam"), "ACME-42 is cancelled; open a new request instead."),
        (S.RESOLVED, Assigned(None, "sam"), "ACME-42 is resolved already; reopen it first."),
        (S.CLOSED, Resolved(S.NEW, ""), "ACME-42 is closed already; reopen it first."),
        (S.ACTIVE, Reopened(S.RESOLVED, S.NEW, ""), "ACME-42 is being worked on, so there is nothing to do."),
        (S.WAITING_OTHER, ResolveUndone(S.NEW), "ACME-42 is waiting for a third party, so there is nothing to do."),
    ],
)
def test_an_illegal_move_says_why_and_what_else(status: Status, event: Event, why: str):
    """One sentence for the person who tried."""
    with pytest.raises(NotAllowed) as refused:
        standing(status).tell("12 11:00", event)
    assert str(refused.value) == why


def test_an_entry_out_of_order_is_refused():
    """A repeated or a skipped entry changes nothing."""
    story = Story()
    for seq in (1, 3):
        with pytest.raises(NotAllowed, match="does not follow"):
            apply(story.request, Entry(seq, AT, "sam", Role.ENGINEER, NoteAdded("x")), CALENDARS)


def test_a_history_begins_with_its_opening():
    """Anything else has no request to happen to; an empty history gives none."""
    with pytest.raises(NotAllowed, match="begins with the opening"):
        open_request(Entry(1, AT, "sam", Role.ENGINEER, NoteAdded("x")), CALENDARS)
    with pytest.raises(NotAllowed, match="empty history"):
        replay([], CALENDARS)


def test_an_opening_says_what_was_asked():
    """Every answer of intake is kept; it was opened when the client first asked."""
    opening = Opened(
        42,
        "ACME",
        "Export fails",
        "dana",
        t("12 09:30"),
        "message",
        "since noon",
        "bug",
        Impact.TEAM,
        "a file",
        Priority.P2,
    )
    request = open_request(Entry(1, AT, "dana", Role.CLIENT, opening), CALENDARS)
    assert (request.ref, request.status, request.version) == ("ACME-42", S.NEW, 1)
    assert (request.title, request.details, request.kind) == ("Export fails", "since noon", "bug")
    assert (request.stopped, request.outcome, request.priority) == (Impact.TEAM, "a file", Priority.P2)
    assert (request.requester, request.source, request.opened_at) == ("dana", "message", t("12 09:30"))


def test_replaying_the_history_gives_the_request():
    """The stored row is nothing but its history, played again (rule 19)."""
    story = Story(terms(first_response=60, next_reply=60, resolution=480)).tell("12 10:05", Assigned(None, "sam"))
    story.reply("12 10:30").client("12 11:00").tick("12 12:30")
    story.tell("12 13:00", AskedClient(S.ACTIVE, "?")).client("12 14:00").resolve("12 15:00")
    assert replay(story.entries, CALENDARS) == story.request


# --- what facts do ----------------------------------------------------------------------------------------------------


def test_an_owner_makes_it_active():
    """And handing it back makes it new again."""
    story = Story().tell("12 10:01", Assigned(None, "sam"))
    assert (story.request.owner, story.request.status, story.request.working) == ("sam", S.ACTIVE, S.ACTIVE)
    story.tell("12 10:02", Assigned("sam", None))
    assert (story.request.owner, story.request.status, story.request.working) == (None, S.NEW, S.NEW)


def test_a_new_owner_does_not_end_a_wait():
    """Who has it and what it waits for are two things."""
    story = standing(S.WAITING_CLIENT).tell("12 11:00", Assigned(None, "sam"))
    assert (story.request.owner, story.request.status) == ("sam", S.WAITING_CLIENT)


def test_a_wait_knows_for_whom():
    """The question or the third party, never both; work going on clears them."""
    story = standing(S.WAITING_CLIENT)
    assert (story.request.question, story.request.party) == ("Which format?", "")
    story.tell("12 11:00", WaitedOn(S.WAITING_CLIENT, "Contoso"))
    assert (story.request.question, story.request.party) == ("", "Contoso")
    story.tell("12 12:00", AskedClient(S.WAITING_OTHER, "And now?"))
    assert (story.request.question, story.request.party) == ("And now?", "")
    story.tell("12 13:00", *decide.resume(story.request, reason="chased"))
    assert (story.request.question, story.request.party, story.request.status) == ("", "", S.NEW)


def test_a_priority_is_kept():
    """With the reason in the history."""
    story = Story().tell("12 11:00", *decide.prioritise(Story().request, to=Priority.P1, reason="all stopped"))
    assert story.request.priority is Priority.P1
    assert story.entries[-1].event == PriorityChanged(Priority.P3, Priority.P1, "all stopped")


def test_a_resolution_can_be_undone_until_the_client_hears_of_it():
    """Then it stands where it stood, with the same owner and question."""
    story = standing(S.WAITING_CLIENT)
    before = story.request
    story.resolve("12 11:00")
    assert (story.request.status, story.request.summary, story.request.ended_at) == (S.RESOLVED, "done", t("12 11:00"))
    story.tell("12 11:01", *decide.undo_resolve(story.request))
    assert replace(story.request, version=before.version, last_at=before.last_at) == before


def test_a_resolution_that_the_client_knows_of_is_reopened_not_undone():
    """Neither by a decision nor by a stray entry."""
    story = standing(S.RESOLVED).tell("12 10:02", ResolutionAnnounced(t("15 17:00")))
    assert (story.request.announced, story.request.closes_at) == (True, t("15 17:00"))
    with pytest.raises(NotAllowed, match="use reopen instead"):
        decide.undo_resolve(story.request)
    with pytest.raises(NotAllowed, match="reopen it first"):
        story.tell("12 10:03", ResolveUndone(S.NEW))


def test_reopening_forgets_the_announcement():
    """It is open as before, and a next resolution can be undone and announced again."""
    story = standing(S.RESOLVED).tell("12 10:02", ResolutionAnnounced(t("15 17:00")))
    story.tell("12 11:00", *decide.reopen(story.request, reason="not yet", text="still fails"))
    assert (story.request.status, story.request.announced) == (S.NEW, False)
    assert (story.request.closes_at, story.request.ended_at) == (None, None)
    assert [type(e.event) for e in story.entries[-2:]] == [Reopened, ClientWrote]


@pytest.mark.parametrize(("act", "status"), [("close", S.CLOSED), ("cancel", S.CANCELLED)])
def test_an_end_is_dated(act: str, status: Status):
    """And nothing closes it again later."""
    story = standing(S.RESOLVED).tell("12 10:02", ResolutionAnnounced(t("15 17:00")))
    story.tell("12 11:00", *getattr(decide, act)(story.request, reason="why"))
    assert (story.request.status, story.request.ended_at, story.request.closes_at) == (status, t("12 11:00"), None)


def test_what_was_resolved_elsewhere_was_announced_there():
    """Adopted as resolved, nobody is asked about it years later, and it is reopened rather than undone."""
    story = standing(S.RESOLVED).tell("12 10:02", Adopted("Zammad"))
    assert (story.request.announced, story.request.closes_at) == (True, None)
    with pytest.raises(NotAllowed):
        decide.undo_resolve(story.request)
    assert not standing(S.ACTIVE).tell("12 10:02", Adopted("Zammad")).request.announced


def test_who_resolved_it_is_kept():
    """So that the announcement can speak of that person."""
    assert standing(S.RESOLVED).request.resolved_by == "sam"


# --- decisions --------------------------------------------------------------------------------------------------------


def test_claiming_takes_what_nobody_has():
    """What is one's own already, or somebody else's, is not taken."""
    story = Story()
    assert decide.claim(story.request, by=SAM) == (Assigned(None, "sam"),)
    story.tell("12 10:01", Assigned(None, "sam"))
    with pytest.raises(NotAllowed, match="yours already"):
        decide.claim(story.request, by=SAM)
    with pytest.raises(NotAllowed, match="use assign"):
        decide.claim(story.request, by=PRIYA)


def test_work_is_handed_to_the_team_only():
    """To one of them, or back to all; not to a client, nor to somebody who left, nor to who has it."""
    story = Story().tell("12 10:01", *decide.assign(Story().request, to=SAM))
    assert decide.assign(story.request, to=PRIYA) == (Assigned("sam", "priya"),)
    assert decide.assign(story.request, to=None) == (Assigned("sam", None),)
    with pytest.raises(NotAllowed, match="with Sam already"):
        decide.assign(story.request, to=SAM)
    with pytest.raises(NotAllowed, match="with the team already"):
        decide.assign(Story().request, to=None)
    for stranger in (DANA, replace(PRIYA, active=False)):
        with pytest.raises(NotAllowed, match="not on the team"):
            decide.assign(story.request, to=stranger)


def test_the_same_priority_is_no_change():
    """Nothing is recorded that did not happen."""
    with pytest.raises(NotAllowed, match="P3 already"):
        decide.prioritise(Story().request, to=Priority.P3, reason="")


def test_asking_the_client_answers_them_too():
    """The question is a public reply, then the wait begins (rule 5)."""
    assert decide.ask_client(Story().request, question="?") == (Replied("?"), AskedClient(S.NEW, "?"))


def test_replying_changes_no_status():
    """A status change is an act of its own."""
    assert decide.reply(standing(S.WAITING_CLIENT).request, text="x") == (Replied("x", MessageClass.SUBSTANCE),)
    assert decide.wait_on(Story().request, party="Contoso") == (WaitedOn(S.NEW, "Contoso"),)


@pytest.mark.parametrize(
    ("status", "first"),
    [
        (S.NEW, None),
        (S.WAITING_OTHER, None),
        (S.WAITING_CLIENT, Resumed(S.WAITING_CLIENT, S.NEW, "the client answered")),
        (S.RESOLVED, Reopened(S.RESOLVED, S.NEW, "the client wrote", client_knew=False)),
        (S.CLOSED, Reopened(S.CLOSED, S.NEW, "the client wrote")),
    ],
)
def test_what_the_client_writes_moves_the_request(status: Status, first: Event | None):
    """It ends a wait for them and reopens what was done; a courtesy does neither."""
    request = standing(status).request
    said = ClientWrote("it fails")
    assert decide.client_writes(request, text="it fails", cls=MessageClass.SUBSTANCE) == (
        (first, said) if first else (said,)
    )
    assert decide.client_writes(request, text="thanks", cls=MessageClass.COURTESY) == (
        ClientWrote("thanks", MessageClass.COURTESY),
    )


def test_it_works_closes_what_was_resolved():
    """And only that."""
    assert decide.works(standing(S.RESOLVED).request) == (Closed(S.RESOLVED, "the client confirmed that it works"),)
    with pytest.raises(NotAllowed, match="not waiting for your answer"):
        decide.works(standing(S.ACTIVE).request)


def test_reopening_without_words_is_one_fact():
    """Only the client's words start a wait (rule 15)."""
    assert decide.reopen(standing(S.CLOSED).request, reason="x") == (Reopened(S.CLOSED, S.NEW, "x"),)


def test_the_reopening_window_is_counted_from_the_end():
    """Fourteen days of 24 hours, the last instant included (rule 15)."""
    request = standing(S.CLOSED).request
    end = t("12 10:01") + timedelta(days=14)
    assert decide.may_reopen(request, at=end, days=14)
    assert not decide.may_reopen(request, at=end + timedelta(seconds=1), days=14)
    assert decide.may_reopen(Story().request, at=end + timedelta(days=99), days=14)


def test_a_yes_to_does_it_work_closes_it():
    """In the client's own words as by the button; a request that is not resolved has nothing to confirm."""
    said, closed = decide.client_confirms(standing(S.RESOLVED).request, text="it works")
    assert said == ClientWrote("it works", MessageClass.COURTESY)
    assert isinstance(closed, Closed)
    with pytest.raises(NotAllowed, match="not waiting for your answer"):
        decide.client_confirms(standing(S.ACTIVE).request, text="it works")


def test_the_last_entrys_time_is_kept():
    """So that a clock that was set back cannot put an entry before it."""
    story = Story().tell("12 11:00", NoteAdded("x"))
    assert story.request.last_at == t("12 11:00")


def test_who_speaks_to_the_client_takes_what_nobody_has():
    """Not what somebody has, what has ended, or what they asked for themselves; a client takes nothing. Somebody who
    has left has nothing."""
    story = Story()
    gone = replace(PRIYA, active=False)
    for owner in (None, gone):
        assert decide.take_on(story.request, by=SAM, owner=owner) == (Assigned(None, "sam"),)
    assert decide.take_on(story.request, by=SAM, owner=PRIYA) == ()
    assert decide.take_on(story.request, by=DANA, owner=None) == ()
    assert decide.take_on(Story(requester="sam").request, by=SAM, owner=None) == ()
    assert decide.take_on(story.resolve("12 11:00").request, by=SAM, owner=None) == ()


def test_whoever_answers_first_has_answered_the_call():
    """A request marked urgent calls people; the first answer of the team ends that, and stays the first."""
    story = Story().tell("12 10:05", MarkedUrgent(Impact.TEAM, "today", ("priya",)), by=DANA)
    page = story.request.attention.page
    assert page
    assert page.answered_at is None
    page = story.reply("12 10:20").reply("12 10:30", by=PRIYA).request.attention.page
    assert page
    assert (page.answered_by, page.answered_at) == ("sam", t("12 10:20"))
