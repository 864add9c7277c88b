"""Facts, requests and messages as JSON, and back."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from bot.codec import (
    calendar_from_json,
    calendar_to_json,
    event_from_json,
    event_to_json,
    kind_of,
    message_from_json,
    message_to_json,
    policy_from_json,
    policy_to_json,
    request_from_json,
    request_to_json,
    settings_from_json,
)
from bot.domain import alarms
from bot.domain import events as facts
from bot.domain.calendar import Calendar, weekly
from bot.domain.copying import replace
from bot.domain.events import EVENTS, Entry, Event, MessageClass, Status
from bot.domain.files import Attachment
from bot.domain.parts import Step
from bot.domain.people import Role
from bot.domain.policy import ClockKind, Impact, Policy, Priority
from bot.domain.request import Request, replay
from bot.domain.settings import SettingError, TeamSettings, changed
from bot.messages.model import (
    FORMAT,
    Action,
    Band,
    Card,
    Chapter,
    Chronicle,
    Field,
    Listing,
    Message,
    Moment,
    Quote,
    Ref,
    Relay,
    Row,
    Said,
    Sheet,
    Table,
    TableRow,
    Text,
    When,
    Who,
)

AT = datetime(2026, 1, 12, 10, 0, 0, 123456, tzinfo=UTC)
OFFICE = weekly("office", "Europe/London", {day: [("09:00", "17:00")] for day in ("mon", "tue", "wed", "thu", "fri")})
GOLD = Policy(
    "Gold",
    "ACME",
    OFFICE.ref,
    {p: {ClockKind.FIRST_RESPONSE: 3600, ClockKind.RESOLUTION: 8 * 3600} for p in Priority},
    warn_percents=(50, 90),
    pause_statuses=("waiting_client", "waiting_other"),
)
WORDS = 'Größe “x” — 輸出 👩‍👩‍👧 \\n "quoted" </script>'

FACTS: list[Event] = [
    facts.Opened(
        42, "ACME", WORDS, "dana", AT, "message", "a", "bug", Impact.TEAM, "a file", Priority.P2, from_client=False
    ),
    facts.PolicyApplied(GOLD.terms(Priority.P1)),
    facts.Assigned(None, "sam"),
    facts.PriorityChanged(Priority.P3, Priority.P1, "all stopped"),
    facts.KindChanged("bug", "question"),
    facts.Tagged("month-end"),
    facts.Untagged("month-end"),
    facts.ClientWrote(WORDS, MessageClass.COURTESY),
    facts.Replied("x", automatic=True, imported=True),
    facts.NoteAdded(""),
    facts.MessageEdited("web/desk/acme/7", 3, WORDS, "before", (Attachment("f", "a.png", "image/png", 9),), True),
    facts.MessageDeleted("web/desk/acme/7", 3, WORDS, (Attachment("f", "a.png", "image/png", 9),)),
    facts.Reworded(WORDS, WORDS),
    facts.MessageClassCorrected(3, MessageClass.COURTESY, MessageClass.SUBSTANCE, AT, False, AT, True, None),
    facts.AskedClient(Status.NEW, "?"),
    facts.WaitedOn(Status.ACTIVE, "Contoso", AT, "sam"),
    facts.ChaserNudged(AT),
    facts.NewsPromised(AT),
    facts.MarkedUrgent(Impact.TEAM, "by 15:00", ("priya",)),
    facts.UrgencyLifted("it can wait"),
    facts.Resumed(Status.WAITING_OTHER, Status.ACTIVE, "chased"),
    facts.Resolved(Status.ACTIVE, "restarted"),
    facts.ResolveUndone(Status.ACTIVE),
    facts.ResolutionAnnounced(AT),
    facts.Reopened(Status.CLOSED, Status.NEW, "not yet"),
    facts.Closed(Status.RESOLVED, "works"),
    facts.Cancelled(Status.NEW, "spam"),
    facts.ChecklistSet(("back up", "patch")),
    facts.StepDone(1, done=False),
    facts.RatingAsked(),
    facts.RatingSkipped("they were asked on Monday"),
    facts.Rated(2),
    facts.RatingExplained(WORDS),
    facts.FollowedUp("called"),
    facts.Absorbed(41, "ACME-41", WORDS, AT, AT),
    facts.Unmerged(Status.ACTIVE),
    facts.SplitOff(43, "ACME-43", AT, (3, 4)),
    facts.MadePrivate(),
    facts.Shared("tom"),
    facts.Adopted("Zammad"),
    facts.WordsErased("person"),
    facts.Warned(ClockKind.NEXT_REPLY, 2, 75, AT),
    facts.Breached(ClockKind.RESOLUTION, 1, AT, AT, AT + timedelta(hours=1), "priority_change", silent=True),
    alarms.Escalated(ClockKind.RESOLUTION, 1, 2, AT, AT + timedelta(hours=1), ("priya", "lee")),
    alarms.Handled(AT),
    alarms.Snoozed(AT),
    alarms.LadderResumed("priya", AT),
    alarms.OwnerNudged("sam", AT),
    alarms.Offered("sam", AT),
    alarms.ClientNudged(1, AT),
    alarms.WaitPostponed(AT),
    alarms.SetAside(AT),
]


def history() -> list[Entry]:
    """A request with a bit of everything in its clocks."""
    told = [
        facts.Opened(42, "ACME", WORDS, "dana", AT, "message", stopped=Impact.ONE),
        facts.PolicyApplied(GOLD.terms(Priority.P3)),
        facts.Assigned(None, "sam"),
        facts.Replied("on it"),
        facts.AskedClient(Status.ACTIVE, "?"),
        facts.Resumed(Status.WAITING_CLIENT, Status.ACTIVE, "answered"),
        facts.ClientWrote("here"),
        facts.Resolved(Status.ACTIVE, "done"),
    ]
    return [Entry(i + 1, AT + timedelta(minutes=i), "sam", Role.ENGINEER, event) for i, event in enumerate(told)]


def test_a_kind_is_the_facts_name_in_snake_case():
    """It is stored, so it never changes; each is its own."""
    assert kind_of(facts.PriorityChanged) == kind_of(FACTS[3]) == "priority_changed"
    assert kind_of(facts.Opened) == "opened"
    assert len({kind_of(kind) for kind in EVENTS}) == len(EVENTS)


def test_there_is_an_example_of_every_fact():
    """A new kind of fact is tried here too."""
    assert {type(event) for event in FACTS} == set(EVENTS)


@pytest.mark.parametrize("event", FACTS, ids=lambda event: kind_of(event))
def test_facts_survive_the_store(event: Event):
    """Read back, a fact is the same, of the same kind; its JSON does not repeat the kind."""
    body = event_to_json(event)
    assert event_from_json(kind_of(event), body) == event
    assert isinstance(json.loads(body), dict)


def test_instants_come_back_aware():
    """In UTC to the microsecond; one of another zone is the same instant."""
    there = datetime(2026, 1, 12, 12, tzinfo=timezone(timedelta(hours=2)))
    for at in (AT, there):
        back = event_from_json("resolution_announced", event_to_json(facts.ResolutionAnnounced(at)))
        assert isinstance(back, facts.ResolutionAnnounced)
        assert back.closes_at == at
        assert back.closes_at.utcoffset() is not None


def test_words_are_stored_as_they_are():
    """Readable in the database, not as escapes."""
    assert "Größe" in event_to_json(facts.NoteAdded("Größe 👍"))
    assert "Größe 👍" in message_to_json(Said("x", ((Text("Größe 👍"),),)))


def test_an_unknown_fact_asks_for_an_upgrade():
    """A history written by a later release is not guessed at."""
    with pytest.raises(ValueError, match=r"“teleported” is no fact .* upgrade Steward"):
        event_from_json("teleported", "{}")


@pytest.mark.parametrize("length", range(1, 9))
def test_requests_survive_the_store(length: int):
    """At every point of a history, clocks and the kept state before a resolution included."""
    request = replay(history()[:length], {OFFICE.ref: OFFICE})
    assert request_from_json(request_to_json(request)) == request


def test_a_request_before_any_history_of_clocks_can_be_read():
    """Fields with a default may be missing in a row of an older release."""
    body = json.dumps(
        {
            "number": 1,
            "client": "ACME",
            "title": "x",
            "requester": "dana",
            "opened_at": "2026-01-12T10:00:00Z",
            "source": "emoji",
        }
    )
    assert request_from_json(body) == Request(1, "ACME", "x", "dana", datetime(2026, 1, 12, 10, tzinfo=UTC), "emoji")


def test_what_is_as_by_default_is_not_stored():
    """Half of a request's fields say nothing; they are left out, of its parts too, and are there when it is read."""
    plain = Request(1, "ACME", "x", "dana", AT, "emoji", checklist=(Step("call"),))
    body = json.loads(request_to_json(plain))
    assert body.keys() == {"number", "client", "title", "requester", "opened_at", "source", "checklist"}
    assert body["checklist"] == [{"text": "call"}]
    again = request_from_json(json.dumps(body))
    assert again == plain
    assert replace(again, owner="sam", tags=("vpn",)) == replace(plain, owner="sam", tags=("vpn",))


def test_a_setting_that_is_not_stored_yet_can_be_changed():
    """A release that brings a new setting finds it in no row; it is known all the same, and has its default."""
    stored = settings_from_json(TeamSettings, "{}")
    assert changed(stored, {"stale_days": 60}) == TeamSettings(stale_days=60)
    with pytest.raises(SettingError, match=r"Known ones: .*stale_days"):
        changed(stored, {"nonsense": 1})


MESSAGES: list[Message] = [
    Said(
        "receipt",
        ((Text(WORDS, strong=True), Quote("a\nb"), Who("dana", "Dana"), When(AT, "relative"), Ref(42, "ACME-42")),),
    ),
    Said(
        "empty",
        (),
        (Action("urgent", "It's urgent", {"request": 42, "sure": True, "why": "1"}, "danger", staff_only=True),),
    ),
    Relay("sam", "Sam", "engineer", WORDS, (Text("about"),)),
    Card(42, "ACME-42", "x", "new", "P1", "bad", (Field("Owner", (Text("Sam"),)),), (Action("claim", "Claim"),)),
    Listing("Yours", (Row(42, "ACME-42", "x", "P1", "new", "Sam", (When(AT),), "warn"),), ((Text("none"),),)),
    Sheet(
        "Acme, May 2026",
        ((Text("24 opened."),),),
        (Table("Promises", ("Promise", "Kept"), (TableRow("Update", ("98 %",), 982), TableRow("x", ("no data",)))),),
        "Oldest open",
        (Row(42, "ACME-42", "x", "P1", "new", "Sam"),),
    ),
    Chronicle(
        "Why these times?",
        (
            Chapter(
                "Resolution",
                (Text("due "), When(AT, "full")),
                "warn",
                ((Text("Target 8 h."),),),
                (Moment(AT, (Text("Started."),), "good"),),
                ((Text("Counted 1 h."),),),
                (Band("counted", 40), Band("left", 200)),
                AT,
                AT,
            ),
        ),
        ((Text("ACME-42"),),),
        ((Text("Service hours"),),),
    ),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_messages_survive_the_outbox(message: Message):
    """Of the same shape, with spans and arguments of the same types: a text stays text, a yes stays a yes."""
    back = message_from_json(message_to_json(message))
    assert back == message
    assert repr(back) == repr(message)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (("t", "dreamt"), "“dreamt” is none of said"),
        (("t", ["said"]), "is none of said"),
        (("lines", [[{"t": {}}]]), "is none of text"),
        (("lines", "x"), "A list is expected, not str"),
        (("lines", [[{"t": "text"}]]), "text"),
        (("lines", [["x"]]), "“None” is none of text"),
        (("purpose", 7), "str"),
        (("purpose", None), "str"),
    ],
)
def test_a_message_that_cannot_be_read_is_refused(damage: tuple[str, object], said: str):
    """Each with what is wrong about it."""
    body = json.loads(message_to_json(Said("receipt", ((Text("hello"),),))))
    body["message"][damage[0]] = damage[1]
    with pytest.raises(ValueError, match=said):
        message_from_json(json.dumps(body))
    del body["message"][damage[0]]
    with pytest.raises(ValueError):  # noqa: PT011 -- what is missing is named by Python itself
        message_from_json(json.dumps(body))


@pytest.mark.parametrize(
    "body",
    [
        "null",
        "[]",
        '"said"',
        "{}",
        '{"v":1}',
        '{"message":{}}',
        '{"v":"1","message":{}}',
        '{"v":null,"message":{}}',
        "",
    ],
)
def test_what_is_no_message_is_a_value_error(body: str):
    """Whatever stands where a message should."""
    with pytest.raises(ValueError, match=r"no message|truncated"):
        message_from_json(body)


def test_what_is_nested_too_deep_is_a_value_error():
    """As a request, and as a message."""
    deep = "[" * 50_000 + "]" * 50_000
    with pytest.raises(ValueError, match="too deep"):
        message_from_json(f'{{"v":1,"message":{deep}}}')
    with pytest.raises(ValueError, match="too deep"):
        request_from_json(f'{{"later":{deep}}}')


def test_a_field_of_a_later_release_is_passed_over():
    """Within one format, fields may come."""
    body = json.loads(message_to_json(MESSAGES[0]))
    body["message"]["colour"] = "green"
    assert message_from_json(json.dumps(body)) == MESSAGES[0]


def test_a_message_says_its_format():
    """One of a later format is refused, not shown wrong; one of this format or before is read."""
    body = json.loads(message_to_json(MESSAGES[0]))
    assert body["v"] == FORMAT
    body["v"] = FORMAT + 1
    with pytest.raises(ValueError, match="later Steward"):
        message_from_json(json.dumps(body))


@pytest.mark.parametrize(
    "calendar",
    [
        OFFICE,
        Calendar(
            "night",
            "Australia/Lord_Howe",
            (((79_200, 21_600), (0, 86_400)), (), (), (), (), (), ()),
            frozenset({date(2026, 12, 25), date(2026, 1, 1)}),
            {date(2026, 2, 28): ((0, 60),), date(2026, 3, 1): ()},
            3,
        ),
    ],
    ids=lambda calendar: calendar.name,
)
def test_calendars_survive_the_store(calendar: Calendar):
    """Night shifts, holidays, overrides and closed days included."""
    assert calendar_from_json(calendar_to_json(calendar)) == calendar


def test_policies_survive_the_store():
    """Targets by priority and clock, and terms made of the stored policy are those of the original."""
    back = policy_from_json(policy_to_json(GOLD))
    assert back == GOLD
    assert back.terms(Priority.P2) == GOLD.terms(Priority.P2)
