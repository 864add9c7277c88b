"""Merging and splitting: what waits for an answer on each side, and what the clocks make of it (rule 16)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from histories import CALENDARS, DANA, FIRST, NEXT, RESOLUTION, SAM, UPDATE, Story, t, terms

from bot.domain.events import (
    Absorbed,
    Assigned,
    Breached,
    Cancelled,
    ClientWrote,
    NoteAdded,
    Replied,
    ResolutionAnnounced,
    Reworded,
    SplitOff,
    Status,
    Unmerged,
)
from bot.domain.merging import (
    burst,
    line_off,
    merge,
    opened_with,
    split_off,
    taken_back,
    unanswered,
    unmerge,
    went_along,
)
from bot.domain.request import NotAllowed, replay, undo_resolve
from bot.domain.sharing import make_private, may_change_audience, share
from bot.domain.sla import Outcome, next_wakes

TERMS = {"first_response": 60, "next_reply": 60, "periodic_update": 240, "resolution": 480}


def absorbed(since: str | None, late: str | None = None) -> Absorbed:
    """Another request came in, with words that wait since then."""
    return Absorbed(7, "ACME-7", "Export", t(since) if since else None, t(late) if late else None)


def waits(story: Story) -> list[str]:
    """Since when the client's words wait."""
    return [since.strftime("%H:%M") for _, since in unanswered(story.entries)]


# --- the clocks -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("16.2")
def test_the_oldest_unanswered_of_both_counts():
    """Also older than the request it came to: the reply is due from then, late at the merge at most (rule 16)."""
    story = Story(terms(**TERMS)).tell("12 10:10", absorbed("12 09:30"))
    assert (story.due(FIRST), story.clock(FIRST).started_at) == (t("12 10:30"), t("12 09:30"))
    late = Story(terms(**TERMS)).tell("12 10:10", absorbed("12 09:00"))
    assert (late.clock(FIRST).breached_at, late.clock(FIRST).cause) == (t("12 10:10"), "merged")
    assert [type(e) for e in late.tick("12 10:11")] == [Breached]
    assert late.clock(RESOLUTION).started_at == t("12 10:00"), "the others stay its own"


def test_what_waits_there_starts_the_clock_here():
    """An answered request waits again for the other one's words."""
    story = Story(terms(**TERMS)).reply("12 10:10").tell("12 10:40", absorbed("12 10:20"))
    assert story.due(NEXT) == t("12 11:20")
    assert story.state.running(UPDATE) is None


def test_later_words_there_change_nothing_here():
    """Nor does a request without any that wait."""
    story = Story(terms(**TERMS)).tell("12 10:30", absorbed("12 10:20"))
    assert story.due(FIRST) == t("12 11:00")
    assert Story(terms(**TERMS)).tell("12 10:30", absorbed(None)).due(FIRST) == t("12 11:00")


def test_what_was_late_and_told_is_not_told_again():
    """The wait stays missed, with its own breach; an earlier own one stands."""
    story = Story(terms(**TERMS)).tell("12 10:10", absorbed("12 09:00", "12 10:00"))
    clock = story.clock(FIRST)
    assert (clock.reported, clock.breached_at) == (True, t("12 10:00"))
    assert not [e for e in story.tick("12 12:00") if isinstance(e, Breached) and e.clock is FIRST]
    own = Story(terms(**TERMS))
    own.tick("12 11:00")
    own.tell("12 11:10", absorbed("12 09:00", "12 10:00"))
    assert own.clock(FIRST).breached_at == t("12 11:00")


def test_words_that_left_wait_no_more():
    """The clock ends without a verdict, and the next update is due again; with others it starts at the next oldest."""
    story = Story(terms(**TERMS)).reply("12 10:05").client("12 10:20")
    story.tell("12 10:30", SplitOff(8, "ACME-8", None, (4,)))
    assert story.clock(NEXT).outcome is Outcome.CANCELLED
    assert story.state.running(UPDATE) is not None
    two = Story(terms(**TERMS)).reply("12 10:05").client("12 10:20").client("12 10:50")
    two.tell("12 10:55", SplitOff(8, "ACME-8", t("12 10:50"), (4,)))
    assert two.due(NEXT) == t("12 11:50")
    done = Story(terms(**TERMS)).resolve("12 10:30").tell("12 10:40", SplitOff(8, "ACME-8"))
    assert done.clock(FIRST).outcome is Outcome.CLOSED_WITHOUT_REPLY


def test_a_merge_taken_back_is_as_if_it_had_not_been():
    """The clocks run on from where they stood; notes written meanwhile stay; what passed meanwhile is late."""
    story = Story(terms(**TERMS)).tell("12 10:10", Cancelled(Status.NEW, "merged", 40, "ACME-40"))
    assert next_wakes(story.state, CALENDARS) == {}
    assert (story.request.merged_into, story.request.merged_ref) == (40, "ACME-40")
    with pytest.raises(NotAllowed, match="was merged into another request; go on there"):
        story.tell("12 10:15", Assigned(None, "sam"))
    story.tell("12 10:20", NoteAdded("same cause")).tell("12 10:30", Unmerged(Status.NEW))
    assert (story.request.status, story.request.merged_into) == (Status.NEW, 0)
    assert story.due(FIRST) == t("12 11:00")
    assert replay(story.entries, CALENDARS) == story.request


def test_set_aside_it_keeps_nothing():
    """Only a merge can be taken back."""
    story = Story(terms(**TERMS)).tell("12 10:10", Cancelled(Status.NEW, "spam"))
    assert story.state.unmerged is None
    story.tell("12 10:20", Unmerged(Status.NEW))
    assert story.state.status is Status.CANCELLED


# --- what waits -------------------------------------------------------------------------------------------------------


def test_what_waits_is_known_from_the_history():
    """Words since the last answer, the requester's own however they came; a courtesy or an automatic answer is none."""
    story = Story().client("12 10:10").client("12 10:15", "thanks", courtesy=True)
    story.tell("12 10:16", Replied("got it", automatic=True)).tell("12 10:17", Replied("me too"), by=DANA)
    assert waits(story) == ["10:00", "10:10", "10:17"]
    assert waits(story.reply("12 10:20")) == []
    story.client("12 10:30").tell("12 10:40", absorbed("12 10:25"))
    assert waits(story) == ["10:25", "10:30"]
    assert waits(story.tell("12 10:50", SplitOff(7, "ACME-7", t("12 10:30")))) == ["10:30"]
    assert waits(Story(from_client=False)) == []


def test_a_resolve_answers_and_its_undo_brings_back_what_waited():
    """As the clocks have it."""
    story = Story().resolve("12 10:30")
    assert waits(story) == []
    story.tell("12 10:31", *undo_resolve(story.request))
    assert waits(story) == ["10:00"]


# --- decisions --------------------------------------------------------------------------------------------------------


def other(number: int, **fields: object):
    """Another request of the same client, or not."""
    return replace(Story().request, number=number, **fields)  # type: ignore[arg-type]


def test_a_merge_ends_one_and_tells_the_other_what_waits():
    """With when it was late, where that was told."""
    story = Story(terms(**TERMS))
    assert merge(story.request, other(40)) == (
        (Cancelled(Status.NEW, "merged", 40, "ACME-40"),),
        (Absorbed(42, "ACME-42", "Export fails", t("12 10:00")),),
    )
    story.tick("12 11:00")
    goes_on = merge(story.request, other(40))[1][0]
    assert isinstance(goes_on, Absorbed)
    assert goes_on.breached_at == t("12 11:00")


@pytest.mark.parametrize(
    ("target", "why"),
    [
        (other(42), "into itself"),
        (other(40, client="GLOBEX"), "different clients'"),
        (other(40, merged_into=39, merged_ref="ACME-39"), "was merged into ACME-39; name that one instead"),
        (other(40, status=Status.CLOSED), "has ended; reopen it first"),
        (other(40, private=True), "would show them more"),
    ],
)
def test_what_cannot_be_merged(target, why: str):
    """Each refusal says why."""
    with pytest.raises(NotAllowed, match=why):
        merge(Story().request, target)


def test_private_ones_of_the_same_people_can_be_merged():
    """Whoever asked first."""
    one = other(42, private=True, stakeholders=("tom",))
    assert merge(one, other(40, private=True, requester="tom", stakeholders=("dana",)))


def test_taking_a_merge_back_gives_each_its_own():
    """The survivor waits for its own words; a request that was not merged has nothing to take back."""
    source = Story(terms(**TERMS)).tell("12 10:10", Cancelled(Status.NEW, "merged", 7, "ACME-7"))
    target = Story(terms(**TERMS), start="12 10:05").tell("12 10:10", Absorbed(42, "ACME-42", "x", t("12 10:00")))
    assert unmerge(source.request, target.entries) == (
        (Unmerged(Status.NEW),),
        (SplitOff(42, "ACME-42", t("12 10:05")),),
    )
    target.tell("12 10:20", *unmerge(source.request, target.entries)[1])
    assert (target.request.absorbed, target.due(FIRST)) == ((), t("12 11:05"))
    with pytest.raises(NotAllowed, match="was not merged"):
        unmerge(Story().request, ())


def test_a_burst_is_what_one_person_wrote_together():
    """Lines before and after it, each within the time, by the same person; what is no client's word has none."""
    story = Story().client("12 10:10").client("12 10:11").client("12 10:12").client("12 10:20").reply("12 10:21")
    lines = burst(story.entries, 3, timedelta(minutes=2))
    assert [line.at for line in lines] == [t("12 10:10"), t("12 10:11"), t("12 10:12")]
    assert burst(story.entries, 6, timedelta(minutes=2)) == ()
    left = split_off(story.entries, lines, number=8, ref="ACME-8")
    assert left == (SplitOff(8, "ACME-8", None, (2, 3, 4)),)
    story.tell("12 10:22", *left)
    assert story.request.split_into == ("ACME-8",)


# --- who sees it ------------------------------------------------------------------------------------------------------


def test_who_sees_a_request_is_its_requesters_and_the_teams_to_decide():
    """Made private once; shared with one's own people only."""
    tom = replace(DANA, id="tom", name="Tom")
    story = Story()
    assert may_change_audience(story.request, DANA)
    assert may_change_audience(story.request, SAM)
    assert not may_change_audience(story.request, tom)
    with pytest.raises(NotAllowed, match="is not private"):
        share(story.request, to=tom)
    story.tell("12 10:10", *make_private(story.request))
    assert (story.request.private, story.request.withdrawn) == (True, True)
    with pytest.raises(NotAllowed, match="is private already"):
        make_private(story.request)
    for stranger in (replace(tom, client="GLOBEX"), replace(tom, active=False)):
        with pytest.raises(NotAllowed, match="does not belong to ACME"):
            share(story.request, to=stranger)
    story.tell("12 10:20", *share(story.request, to=tom))
    assert story.request.stakeholders == ("tom",)
    for known in (tom, DANA):
        with pytest.raises(NotAllowed, match="sees ACME-42 already"):
            share(story.request, to=known)


def test_other_facts_do_not_change_what_waits():
    """Nor who is asked again."""
    story = Story().tell("12 10:10", Reworded("Other", "words"))
    story.resolve("12 10:20").tell("12 10:21", ResolutionAnnounced(t("15 17:00")))
    assert waits(story) == []


def test_a_merge_that_is_none_is_not_taken_back():
    """It says whether there was one, and that it was taken back already."""
    story = Story()
    with pytest.raises(NotAllowed, match="was not merged, so there is nothing"):
        taken_back(story.request, story.entries)
    story.tell("12 11:00", Cancelled(Status.NEW, "the same", 40, "ACME-40")).tell("12 12:00", Unmerged(Status.NEW))
    with pytest.raises(NotAllowed, match="was taken back already"):
        taken_back(story.request, story.entries)


def test_a_line_of_the_opening_goes_along_and_is_told_of():
    """What a request was opened with stays its own but for what went; each message knows where it went to."""
    story = Story()
    opening = replace(story.entries[0], event=replace(story.entries[0].event, messages=("m1", "m2")))
    story.entries[0] = opening
    story.tell("12 10:30", ClientWrote("and the printer", message="m3"), by=DANA)
    assert opened_with(story.entries) == ("m1", "m2")
    (split,) = line_off(story.request, "m2", number=43, ref="ACME-43")
    assert isinstance(split, SplitOff)
    assert (split.messages, split.since) == (("m2",), t("12 10:00"))
    story.tell("12 11:00", split, SplitOff(44, "ACME-44", entries=(2,)))
    assert opened_with(story.entries) == ("m1",)
    assert [went_along(story.entries, message) for message in ("m1", "m2", "m3")] == [(), (43,), (44,)]
    assert opened_with(()) == opened_with(story.entries[1:]) == ()
