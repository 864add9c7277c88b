"""Reports: every figure is what a patient person would count by hand from the entries."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil

import pytest
from histories import DANA, FIRST, NEXT, OFFICE, PRIYA, RESOLUTION, SAM, UPDATE, Story, t, terms
from hypothesis import example, given
from hypothesis import strategies as st
from test_laws import ACTS, law, play, some_terms, steps

from bot.domain.events import (
    Adopted,
    AskedClient,
    Assigned,
    Breached,
    Cancelled,
    ClientWrote,
    Closed,
    Entry,
    Event,
    MessageClass,
    Reopened,
    Replied,
    Resolved,
    ResolveUndone,
    Resumed,
    Status,
    WaitedOn,
)
from bot.domain.people import DESK, Role
from bot.domain.policy import ClockKind, Priority, Terms
from bot.domain.report import (
    FACTS,
    Figures,
    Length,
    Mark,
    Report,
    Tally,
    Target,
    Verdict,
    Volume,
    Window,
    ended,
    first_reply,
    marks,
    percentile,
)
from bot.domain.request import close, replay, undo_resolve

ALL_TIME = Window(t("01 00:00"), t("2027-01-01 00:00"))
GOLD = terms(OFFICE, first_response=60, next_reply=60, resolution=480)


def counted(story: Story, window: Window = ALL_TIME) -> Counter[object]:
    """What a story adds, by what it is."""
    return Counter(mark.what for mark in marks(story.request, story.entries, story.calendars, window))


def tallied(*stories: Story, window: Window = ALL_TIME) -> Report:
    """The report of some stories, each with a number of its own."""
    tally = Tally(window, stories[0].calendars if stories else {})
    for number, story in enumerate(stories, 1):
        tally.add(replace(story.request, number=number), story.entries)
    return tally.report()


# --- by hand ----------------------------------------------------------------------------------------------------------


@dataclass
class Wait:
    """A promise of a story, read from its entries alone: since when, until what, what counted in between."""

    kind: ClockKind
    counts: list[tuple[datetime, datetime | None]]
    stop: datetime | None = None
    answered: bool = True

    def used(self, story: Story, promised: Terms, at: datetime) -> float:
        """Business seconds by then."""
        hours = story.calendars[promised.calendar]
        return sum(hours.between(since, min(until or at, at)) for since, until in self.counts)


def by_hand(story: Story, promised: Terms) -> list[Wait]:
    """The reply and resolution promises of a history whose terms never changed, without the desk's clocks."""
    entries = _without_undone(story.entries)
    turns = [(entries[0].at, Status.NEW), *((e.at, s) for e in entries if (s := _status_after(e.event)))]
    spans = [(at, until, status) for (at, status), (until, _) in zip(turns, [*turns[1:], (None, None)], strict=True)]

    def counting(kind: ClockKind, since: datetime) -> list[tuple[datetime, datetime | None]]:
        free = kind is not RESOLUTION and not promised.pause_reply_clocks
        return [
            (max(begins, since), ends)
            for begins, ends, status in spans
            if (free or (status.is_open and status not in promised.pause_statuses)) and (ends is None or ends > since)
        ]

    waits: list[Wait] = []
    asked: datetime | None = entries[0].at
    first = True

    def answer(at: datetime, *, by_reply: bool) -> None:
        nonlocal asked, first
        kind = FIRST if first else NEXT
        if asked:
            waits.append(Wait(kind, counting(kind, asked), at, by_reply))
        asked, first = None, False

    done: datetime | None = None
    for entry in entries:
        match entry.event:
            case ClientWrote(cls=MessageClass.SUBSTANCE):
                asked = asked or entry.at
            case Replied(cls=MessageClass.SUBSTANCE) if entry.by != "dana":
                for wait in waits:  # rule 18: recorded after the resolve of the same instant, it goes before it
                    wait.answered = wait.answered or wait.stop == entry.at
                answer(entry.at, by_reply=True)
            case Resolved() | Closed():
                answer(entry.at, by_reply=False)
                done = done or entry.at
            case Reopened():
                done = None
            case _:
                pass
    if asked:
        kind = FIRST if first else NEXT
        waits.append(Wait(kind, counting(kind, asked)))
    waits.append(Wait(RESOLUTION, counting(RESOLUTION, entries[0].at), done))
    return [wait for wait in waits if wait.kind in promised.targets]


def _without_undone(entries: list[Entry]) -> list[Entry]:
    kept: list[Entry] = []
    for entry in entries:
        if isinstance(entry.event, ResolveUndone):
            last = max(n for n, e in enumerate(kept) if isinstance(e.event, Resolved))
            del kept[last]
        else:
            kept.append(entry)
    return kept


def _status_after(event: Event) -> Status | None:
    match event:
        case Assigned(to=to):
            return Status.ACTIVE if to else Status.NEW
        case AskedClient():
            return Status.WAITING_CLIENT
        case WaitedOn():
            return Status.WAITING_OTHER
        case Resumed(to=to) | Reopened(to=to):
            return to
        case Resolved():
            return Status.RESOLVED
        case Closed():
            return Status.CLOSED
        case _:
            return None


PLAIN = [name for name in ACTS if name not in ("claim", "hand back", "cancel")]


_AT_ONCE = replace(terms(first_response=1), priority=Priority.P1)


@law
@example(_AT_ONCE, [(0, ACTS["resolve"]), (0, ACTS["reply"])], 0)
@example(_AT_ONCE, [(61, ACTS["resolve"]), (0, ACTS["reply"])], 0)
@example(_AT_ONCE, [(0, ACTS["resolve"]), (1, ACTS["reply"])], 0)
@given(some_terms, steps(PLAIN, changes=False), st.integers(0, 20 * 24))
def test_a_report_is_what_one_counts_by_hand(promised: Terms, told: list, hours: int):
    """Each reply and each resolution, met, missed or never answered, in time or late, and how long each took."""
    story = Story(promised)
    now = play(story, told) + timedelta(hours=hours, microseconds=1)
    found = [
        m
        for m in marks(story.request, story.entries, story.calendars, Window(story.entries[0].at, now))
        if not isinstance(m.what, Volume) and UPDATE not in (m.what, m.what[0] if isinstance(m.what, tuple) else None)
    ]
    expected: list[object] = []
    for wait in by_hand(story, promised):
        target = promised.targets[wait.kind]
        used = wait.used(story, promised, wait.stop or now)
        if used > target:
            expected.append((wait.kind, Verdict.MISSED))
        elif wait.stop:
            expected.append(
                (wait.kind, Verdict.MET if wait.answered or wait.kind is RESOLUTION else Verdict.UNANSWERED)
            )
        if wait.stop and (wait.answered or wait.kind is RESOLUTION) and wait.kind is not NEXT:
            expected.append((wait.kind, used))
    assert Counter((m.what, m.seconds) if isinstance(m.what, ClockKind) else m.what for m in found) == Counter(expected)


@law
@given(some_terms, steps(list(ACTS)), gap := st.integers(0, 40 * 24), gap)
def test_months_add_up(promised: Terms, told: list, one: int, two: int):
    """A verdict and a length belong to one time only: what two times in a row tell, the whole tells too."""
    story = Story(promised)
    play(story, told)
    begin = story.entries[0].at
    cuts = [begin, *sorted(begin + timedelta(hours=h) for h in (one, two)), begin + timedelta(days=400)]

    def told_of(since: datetime, until: datetime) -> Counter[object]:
        found = marks(story.request, story.entries, story.calendars, Window(since, until))
        return Counter((m.what, m.seconds, m.owner) for m in found if not isinstance(m.what, Volume))

    parts = sum((told_of(a, b) for a, b in pairwise(cuts)), Counter())
    assert parts == told_of(cuts[0], cuts[-1])


@law
@given(some_terms, steps(list(ACTS)), st.integers(1, 30 * 24))
def test_the_replayed_history_gives_the_same_report(promised: Terms, told: list, hours: int):
    """From the row as it grew or from the entries again, with all entries or with those a report reads."""
    story = Story(promised)
    play(story, told)
    window = Window(story.entries[0].at, story.entries[0].at + timedelta(hours=hours))
    whole = list(marks(story.request, story.entries, story.calendars, window))
    again = replay(story.entries, story.calendars)
    assert list(marks(again, story.entries, story.calendars, window)) == whole
    few = [e for e in story.entries if isinstance(e.event, FACTS)]
    assert list(marks(story.request, few, story.calendars, window)) == whole


@law
@given(some_terms, steps(list(ACTS)), st.integers(1, 30 * 24))
def test_volumes_are_what_the_statuses_say(promised: Terms, told: list, hours: int):
    """Open at the end is what the replayed status says then; each other figure has its entry in the window."""
    story = Story(promised)
    play(story, told)
    window = Window(story.entries[0].at, story.entries[0].at + timedelta(hours=hours))
    found = counted(story, window)
    assert all(found[volume] <= 1 for volume in Volume)
    if story.request.status is Status.CANCELLED:
        assert set(found) <= {Volume.SET_ASIDE}
        return
    known = _without_undone(story.entries)
    past = [e.event for e in known if e.at < window.until]
    states = [s for event in past if (s := _status_after(event)) and not isinstance(event, Assigned)]
    assert found[Volume.BACKLOG] == (not states or states[-1].is_open)
    assert found[Volume.OPENED] == 1
    assert found[Volume.STILL_OPEN] == found[Volume.BACKLOG]
    for volume, kind in ((Volume.RESOLVED, Resolved), (Volume.CLOSED, Closed), (Volume.REOPENED, Reopened)):
        assert found[volume] == any(isinstance(event, kind) for event in past)


@law
@given(st.lists(st.tuples(some_terms, steps(list(ACTS), 6), st.sampled_from(["ACME", "GLOBEX"])), max_size=4))
def test_groups_add_up_to_the_whole(worlds: list):
    """The clients, the priorities and the people each sum to the total; nobody's number holds another client's."""
    tally, alone = Tally(ALL_TIME, Story().calendars), {}
    for number, (promised, told, client) in enumerate(worlds, 1):
        story = Story(promised)
        play(story, told)
        request = replace(story.request, number=number, client=client)
        tally.add(request, story.entries)
        alone.setdefault(client, Tally(ALL_TIME, story.calendars)).add(request, story.entries)
    report = tally.report()
    for groups in (report.clients, report.priorities, report.people):
        assert _sum(list(groups.values())) == _plain(report.total)
    for client, own in alone.items():
        assert report.clients.get(client, own.report().total) == own.report().total


def _plain(figures: Figures) -> Counter[object]:
    plain: Counter[object] = Counter({k: v for k, v in figures.volume.items() if v})
    for kind, target in figures.targets.items():
        plain.update({(kind, name): n for name, n in vars(target).items() if n})
    plain.update({(kind, "count"): found.count for kind, found in figures.lengths.items() if found.count})
    return plain


def _sum(all: list[Figures]) -> Counter[object]:
    return sum((_plain(figures) for figures in all), Counter())


# --- worked cases -----------------------------------------------------------------------------------------------------


def test_a_miss_belongs_to_the_time_of_its_breach():
    """Late on the 30th, answered on the 2nd: missed in January, where it stays; its length is told in February."""
    story = Story(terms(OFFICE, first_response=60), start="30 15:00").tell("2026-02-02 09:40", Replied("on it"))
    january, february = (Window(t(f"2026-0{n}-01 00:00"), t(f"2026-0{n + 1}-01 00:00")) for n in (1, 2))
    assert counted(story, january) == {
        Volume.OPENED: 1, Volume.STILL_OPEN: 1, Volume.BACKLOG: 1, (FIRST, Verdict.MISSED): 1,
    }  # fmt: skip
    assert counted(story, february) == {FIRST: 1, Volume.BACKLOG: 1}
    report = tallied(story, window=february)
    assert report.total.lengths[FIRST] == Length(1, 160 * 60, 160 * 60)


def test_what_is_late_and_still_waits_is_missed_already():
    """Also where no desk was awake to record it (rule 19); what comes after the end of the window is not known."""
    story = Story(GOLD)
    assert story.state.clocks[0].breached_at is None
    assert counted(story, Window(t("12 00:00"), t("12 11:00")))[FIRST, Verdict.MISSED] == 0
    late = Window(t("12 00:00"), t("12 11:00") + timedelta(microseconds=1))
    assert counted(story, late)[FIRST, Verdict.MISSED] == 1


def test_a_reopened_request_has_one_verdict_on_its_resolution():
    """Resolved in time in January it was met; reopened it is open; resolved late it is missed, once."""
    story = Story(GOLD).reply("12 10:10").resolve("12 11:00")
    assert counted(story)[RESOLUTION, Verdict.MET] == 1
    story.client("13 10:00")
    assert counted(story, Window(t("12 00:00"), t("13 11:00")))[RESOLUTION, Verdict.MET] == 0
    story.resolve("20 10:00")
    found = counted(story)
    assert (found[RESOLUTION, Verdict.MET], found[RESOLUTION, Verdict.MISSED]) == (0, 1)
    assert found[Volume.RESOLVED] == found[Volume.REOPENED] == 1


def test_an_undone_resolve_never_was():
    """It counts as no resolved request, also where the undo came after the window."""
    story = Story(GOLD).resolve("12 10:30")
    story.tell("12 10:31", *undo_resolve(story.request))
    for until in ("12 10:31", "12 12:00"):
        found = counted(story, Window(t("12 00:00"), t(until)))
        assert found[Volume.RESOLVED] == 0
        assert found[Volume.BACKLOG] == 1


def test_closed_without_a_reply_is_neither_met_nor_missed():
    """Within its time; late it is missed as well, for the breach stands (rules 3 and 7)."""
    story = Story(GOLD).tell("12 10:30", *close(Story(GOLD).request, reason="spam"))
    found = counted(story)
    assert found[FIRST, Verdict.UNANSWERED] == found[Volume.UNANSWERED] == 1
    assert found[RESOLUTION, Verdict.MET] == found[RESOLUTION] == 1
    assert found[FIRST] == 0
    late = Story(GOLD)
    late.tell("12 15:00", *close(late.request, reason="spam"))
    assert counted(late)[FIRST, Verdict.MISSED] == counted(late)[Volume.UNANSWERED] == 1
    assert counted(late)[FIRST, Verdict.UNANSWERED] == 0


def test_what_was_cancelled_leaves_no_verdict():
    """It is told as set aside, and nothing else, in the time it was (rule 7)."""
    story = Story(GOLD)
    story.tick("12 15:00")
    story.tell("12 16:00", Cancelled(Status.NEW, "spam"))
    assert counted(story) == {Volume.SET_ASIDE: 1}
    assert counted(story, Window(t("13 00:00"), t("14 00:00"))) == {}


def test_work_that_was_taken_over_is_blamed_on_nobody():
    """Late when it was adopted, or recorded in silence: counted apart, neither met nor missed (rule 6)."""
    story = Story(GOLD)
    story.tick("12 15:00")
    story.tell("12 16:00", Adopted("elsewhere"))
    assert counted(story)[FIRST, Verdict.TAKEN_OVER] == 1
    assert not [what for what in counted(story) if isinstance(what, tuple) and what[1] is not Verdict.TAKEN_OVER]
    silent = Story(GOLD)
    breach = Breached(FIRST, 1, t("12 11:00"), t("12 11:00"), t("12 15:00"), silent=True)
    silent.tell("12 15:00", breach, by=DESK).reply("12 15:30")
    report = tallied(silent)
    assert report.total.targets[FIRST] == Target(taken_over=1)
    assert report.total.targets[FIRST].permille is None


def test_a_verdict_is_the_owners_and_the_prioritys_of_its_time():
    """Who had it when it was decided, and the terms that judged it; what followed changes nothing."""
    story = Story(replace(GOLD, priority=Priority.P2))
    story.tell("12 10:05", Assigned(None, "sam")).reply("12 10:10")
    story.tell("12 10:20", Assigned("sam", "priya"), by=PRIYA)
    story.promise("12 10:30", replace(GOLD, priority=Priority.P1))
    story.resolve("12 11:00")
    found = [m for m in marks(story.request, story.entries, story.calendars, ALL_TIME) if isinstance(m.what, tuple)]
    assert found == [
        Mark((RESOLUTION, Verdict.MET), Priority.P1, "priya"),
        Mark((FIRST, Verdict.MET), Priority.P2, "sam"),
    ]


def test_what_was_dropped_took_no_time():
    """A late first response whose promise was taken away is missed; nobody answered, so no length is told."""
    story = Story(GOLD)
    story.tick("12 12:00")
    story.promise("12 13:00", terms(OFFICE, resolution=480))
    assert counted(story)[FIRST, Verdict.MISSED] == 1
    assert counted(story)[FIRST] == 0


def test_an_update_that_was_promised_is_counted_too():
    """Any kind of clock is: the client was to hear again within two hours, and did, and then did not."""
    story = Story(terms(periodic_update=120)).reply("12 10:00").reply("12 11:00")
    story.tick("12 14:00")
    found = counted(story, Window(t("12 00:00"), t("12 15:00")))
    assert (found[UPDATE, Verdict.MET], found[UPDATE, Verdict.MISSED]) == (1, 1)


def test_when_it_was_answered_resolved_and_closed():
    """As it stands: a note, a bot, a courtesy and the requester are no answer; a reopening takes both ends back."""
    story = Story(GOLD).tell("12 10:01", Replied("hi", MessageClass.COURTESY))
    story.tell("12 10:02", Replied("bot", automatic=True)).tell("12 10:03", Replied("me"), by=replace(SAM, id="dana"))
    story.tell("12 10:04", Replied("odd"), by=replace(DANA, id="tom", role=Role.CLIENT))
    assert first_reply(story.request, story.entries) is None
    story.reply("12 10:05").resolve("12 10:06").tell("12 10:07", Closed(Status.RESOLVED, "yes"))
    assert first_reply(story.request, story.entries) == t("12 10:05")
    assert ended(story.request, story.entries) == (t("12 10:06"), t("12 10:07"))
    story.client("12 10:08")
    assert ended(story.request, story.entries) == (None, None)


def test_nothing_is_no_number():
    """An empty desk: zero of everything that is counted, no share, no length, and no division by nothing."""
    report = tallied()
    assert report.requests == 0
    assert report.oldest == ()
    assert (report.clients, report.priorities, report.people) == ({}, {}, {})
    assert set(report.total.targets) == set(ClockKind)
    assert {t.permille for t in report.total.targets.values()} == {None}
    assert set(report.total.lengths.values()) == {Length()}
    assert set(report.total.volume) == set(Volume)
    assert not any(report.total.volume.values())


def test_a_request_outside_the_window_is_not_told():
    """Opened later, or done before."""
    story = Story(GOLD).reply("12 10:10").resolve("12 11:00")
    for since, until in (("01 00:00", "12 10:00"), ("12 11:01", "20 00:00")):
        report = tallied(story, window=Window(t(since), t(until)))
        assert report.requests == 0


def test_a_share_is_never_rounded_up():
    """999 of 1000 and 9999 of 10 000 are not all; 1 of 3 is 33.3 %."""
    assert Target(1000, 0).permille == 1000
    assert Target(9999, 1).permille == 999
    assert Target(1, 2).permille == 333
    assert Target(0, 5).permille == 0


@given(st.lists(st.integers(0, 50), max_size=30), st.integers(1, 100))
def test_percentiles_are_nearest_rank(samples: list[int], percent: int):
    """The smallest sample that at least that share of them does not exceed: always one that happened."""
    found = percentile(samples, percent)
    if not samples:
        assert found is None
        return
    enough = [s for s in samples if sum(other <= s for other in samples) >= ceil(percent * len(samples) / 100)]
    assert found == min(enough)


@pytest.mark.parametrize(("percent", "found"), [(1, 15), (30, 20), (40, 20), (50, 35), (90, 50), (100, 50)])
def test_the_textbook_case(percent: int, found: int):
    """Of 15, 20, 35, 40 and 50, by nearest rank."""
    assert percentile([50, 15, 40, 20, 35], percent) == found


def test_the_oldest_open_come_first():
    """Five of them, by when the client asked, then by number; what is done is not among them."""
    days = ["12 10:00", "09 10:00", "14 10:00", "12 10:00", "13 10:00", "15 10:00", "08 10:00"]
    stories = [Story(GOLD, start=day) for day in days]
    stories[-1].resolve("08 12:00")
    report = tallied(*stories)
    assert [request.number for request in report.oldest] == [2, 1, 4, 5, 3]
