"""Which policy a request falls under, and what it keeps of it when fields and policies change (rules 12 and 13)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from histories import ALWAYS, DANA, FIRST, HOUR, OFFICE, RESOLUTION, Story, t

from bot.domain import promising
from bot.domain.events import KindChanged, PolicyApplied, PriorityChanged, Tagged
from bot.domain.labels import read_tag
from bot.domain.policy import (
    ANY,
    ClockKind,
    Facts,
    Match,
    NeverMatches,
    Policy,
    PolicyError,
    Priority,
    check,
    choose,
    nothing,
)
from bot.domain.request import NotAllowed
from bot.domain.sla import Outcome

P1, P2, P3, P4 = Priority


def policy(
    name: str, match: Match = ANY, *, hours: int = 8, version: int = 1, position: int = 0, **more: str
) -> Policy:
    """A policy that promises every request a resolution."""
    targets = {priority: {RESOLUTION: hours * HOUR} for priority in Priority}
    calendar, client = more.get("calendar", ALWAYS.ref), more.get("client", "ACME")
    return Policy(name, client, calendar, targets, version, match=match, position=position)


FACTS = Facts("bug", P2, frozenset({"vip", "night"}), "premium")


@pytest.mark.parametrize(
    ("match", "takes"),
    [
        (Match(), True),
        (Match(kinds=("question", "bug")), True),
        (Match(kinds=("question",)), False),
        (Match(priorities=(P1, P2)), True),
        (Match(priorities=(P1,)), False),
        (Match(tags=("vip", "new")), True),
        (Match(tags=("new",)), False),
        (Match(plans=("premium",)), True),
        (Match(plans=("basic",)), False),
        (Match(("bug",), (P2,), ("vip",), ("premium",)), True),
        (Match(("bug",), (P2,), ("vip",), ("basic",)), False),
    ],
)
def test_every_condition_that_names_something_must_fit(match: Match, takes: bool):
    """Of the tags one is enough; an empty condition fits any request."""
    assert match.takes(FACTS) is takes


def test_a_condition_names_something():
    """A blank kind would silently match requests without one; it is refused where a person can mend it."""
    with pytest.raises(PolicyError, match="One of the kinds that a policy is for is empty"):
        Match(kinds=("bug", " "))


@pytest.mark.rule("13.1")
def test_the_first_that_takes_it_wins():
    """In the order of their places, whatever the order they are handed in (rule 13)."""
    urgent, rest = policy("Urgent", Match(priorities=(P1,))), policy("Rest", position=1)
    assert choose([rest, urgent], Facts(priority=P1)) is urgent
    assert choose([rest, urgent], Facts(priority=P2)) is rest
    assert choose([urgent], Facts(priority=P2)) is None


def test_equal_places_go_by_name():
    """So the answer never depends on how they were read."""
    a, b = policy("A"), policy("B")
    assert choose([b, a], Facts()) is choose([a, b], Facts()) is a


@pytest.mark.parametrize(
    ("before", "match", "says"),
    [
        ([ANY], Match(kinds=("bug",)), "“0” before it takes all"),
        ([Match(kinds=("bug", "question"))], Match(kinds=("bug",), plans=("premium",)), "“0” before it takes all"),
        ([Match(tags=("vip", "night"))], Match(tags=("vip",)), "“0” before it takes all"),
        ([Match(priorities=(P1, P2)), Match(priorities=(P3, P4))], ANY, "“0” and “1” before it take all"),
        ([Match(priorities=(P1,)), Match(priorities=(P2,))], Match(priorities=(P2,)), "“1” before it takes all"),
    ],
)
def test_a_policy_that_can_never_match_is_an_error(before: list[Match], match: Match, says: str):
    """It would be written, shown and never used; the message names those that take its requests, and the mend."""
    policies = [policy(str(place), each, position=place) for place, each in enumerate([*before, match])]
    with pytest.raises(NeverMatches, match=says):
        check(policies)


@pytest.mark.parametrize(
    ("before", "match"),
    [
        ([Match(kinds=("bug",))], ANY),
        ([Match(kinds=("bug",))], Match(kinds=("bug", "question"))),
        ([Match(kinds=("bug",), plans=("premium",))], Match(kinds=("bug",))),
        ([Match(priorities=(P1, P2)), Match(priorities=(P3,))], ANY),
        ([Match(tags=("vip",))], Match(kinds=("bug",))),
        ([Match(plans=("premium",))], Match(plans=("basic",))),
    ],
)
def test_a_policy_that_has_requests_left_is_none(before: list[Match], match: Match):
    """A narrower one may stand before a wider one, and beside what it only overlaps."""
    policies = [policy(str(place), each, position=place) for place, each in enumerate([*before, match])]
    assert [each.name for each in check(reversed(policies))] == [each.name for each in policies]


def test_names_clients_and_versions_of_policies_in_force_together():
    """One name names one policy; those of one version are one client's."""
    gold = policy("Gold", Match(kinds=("bug",)))
    with pytest.raises(PolicyError, match="two policies called “Gold”"):
        check([gold, policy("Gold", position=1)])
    for other in (policy("Rest", position=1, client="GLOBEX"), policy("Rest", position=1, version=2)):
        with pytest.raises(PolicyError, match="“Rest” is another client's, or of another version"):
            check([gold, other])
    assert check([]) == ()


@pytest.mark.rule("12.1")
def test_the_newest_version_is_in_force_and_an_open_request_keeps_its_own():
    """An edit, another order or a removal writes all policies anew, and affects new requests only (rule 12)."""
    old = (policy("Urgent", Match(priorities=(P1,))), policy("Rest", position=1))
    new = (policy("Rest", version=2, hours=2),)
    versions = (*new, *old)
    assert promising.in_force(versions) == new
    assert promising.in_force(()) == ()
    story = Story(old[1].terms(P3))
    assert promising.kept(versions, story.request) == old
    assert promising.kept(versions, Story().request) == new  # attached later: those in force
    assert promising.kept(new, story.request) == new  # its own were forgotten


# --- following a request ----------------------------------------------------------------------------------------------


class Promised(Story):
    """A request whose terms follow from policies, as in the desk."""

    def __init__(self, *policies: Policy, plan: str = "", **more: str) -> None:
        super().__init__(**more)  # type: ignore[arg-type]
        self.policies, self.plan = policies, plan
        self.follow(self.entries[0].at)

    def follow(self, when: object) -> Promised:
        """The terms that follow from how the request stands."""
        kept = promising.kept(self.policies, self.request)
        self.tell(when, *promising.follow(self.request, kept, self.plan))  # type: ignore[arg-type]
        return self


URGENT = policy("Urgent", Match(priorities=(P1,)), hours=2)
VIP = policy("VIP", Match(tags=("vip",)), hours=4, position=1)
BUGS = policy("Bugs", Match(kinds=("bug",)), hours=6, position=2)
PREMIUM = policy("Premium", Match(plans=("premium",)), hours=8, position=3)
SOME = (URGENT, VIP, BUGS, PREMIUM)


def test_a_new_request_gets_the_first_policy_that_takes_it():
    """By the client's plan here, since nothing else fits."""
    assert Promised(*SOME, plan="premium").state.terms == PREMIUM.terms(P3)


@pytest.mark.rule("13.2")
def test_each_matching_field_is_looked_at_again_when_it_changes():
    """Another policy counts from the original start; back again it is the first one's target (rules 11 and 13)."""
    story = Promised(*SOME, plan="premium")
    for fact, hour in [
        (KindChanged("", "bug"), 16),
        (Tagged("vip"), 14),
        (PriorityChanged(P3, P1), 12),
    ]:
        story.tell("12 10:30", fact).follow("12 10:30")
        assert story.due(RESOLUTION) == t(f"12 {hour}:00")
    story.tell("12 10:40", PriorityChanged(P1, P3)).tell("12 10:40", *promising.untag(story.request, text="VIP"))
    assert story.follow("12 10:40").due(RESOLUTION) == t("12 16:00")
    assert (story.request.kind, story.request.tags) == ("bug", ())


def test_a_change_that_changes_no_terms_leaves_no_entry():
    """A tag that no policy asks for is no news to the clocks."""
    story = Promised(*SOME, plan="premium").tell("12 10:30", Tagged("blue"))
    assert promising.follow(story.request, SOME, "premium") == ()


@pytest.mark.rule("13.3")
def test_without_a_match_the_deadlines_are_gone():
    """The clocks end without a verdict; matching again counts from the original start (rule 13)."""
    story = Promised(*SOME).tell("12 10:10", Tagged("vip")).follow("12 10:10")
    assert story.due(RESOLUTION) == t("12 14:00")
    story.tell("12 11:00", *promising.untag(story.request, text="vip")).follow("12 11:00")
    assert story.state.terms == nothing(P3, ALWAYS.ref, 1)
    assert story.due(RESOLUTION) is None
    assert story.clock(RESOLUTION).outcome is Outcome.CANCELLED
    story.tell("12 13:00", Tagged("vip")).follow("12 13:00")
    assert story.due(RESOLUTION) == t("12 14:00")


def test_a_client_without_policies_is_promised_nothing():
    """There is nothing to follow, and nothing to say about it."""
    assert Promised().state.terms is None
    assert promising.terms_for(Story().request, ()) is None


@pytest.mark.rule("12.2")
def test_an_edit_changes_an_open_request_only_where_it_is_applied():
    """Applied it counts as a change of priority does, with an entry that says it was the edit (rule 12)."""
    story = Promised(policy("Gold", hours=8))
    new = policy("Gold", hours=3, version=2)
    story.policies = (*story.policies, new)
    story.tell("12 10:30", PriorityChanged(P3, P1)).follow("12 10:30")
    assert story.due(RESOLUTION) == t("12 18:00")
    applied = promising.apply_to_open(story.request, [new])
    assert applied == (PolicyApplied(new.terms(P1), edited=True),)
    assert story.tell("12 11:00", *applied).due(RESOLUTION) == t("12 13:00")
    assert promising.apply_to_open(story.request, [new]) == ()


def test_nothing_is_applied_to_what_has_ended():
    """Its verdicts are given, by the terms it had."""
    story = Promised(policy("Gold")).resolve("12 11:00")
    assert promising.apply_to_open(story.request, [policy("Gold", hours=3, version=2)]) == ()


def test_hours_go_on_where_nothing_matches():
    """What is applied while no policy matches moves the hours; each stretch counts in those then in force (rule 12)."""
    vip = policy("VIP", Match(tags=("vip",)), hours=24)
    story = Promised(vip).tell("12 10:00", Tagged("vip")).follow("12 10:00")
    story.tell("12 11:00", *promising.untag(story.request, text="vip")).follow("12 11:00")
    office = replace(vip, calendar=OFFICE.ref, version=2)
    story.policies = (vip, office)
    story.tell("12 16:00", *promising.apply_to_open(story.request, [office]))
    assert story.state.terms == nothing(P3, OFFICE.ref, 2)
    story.tell("13 09:00", Tagged("vip")).follow("13 09:00")
    # 6 h of the first day at all hours, then one until 17:00; 17 are left of the 24, eight a day.
    assert story.due(RESOLUTION) == t("15 10:00")


# --- tags and kinds ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "tag"), [(" #Month End ", "month-end"), ("VIP", "vip"), ("größe_2", "grösse-2")])
def test_a_tag_is_kept_in_small_letters(text: str, tag: str):
    """However it is typed, it is the same tag."""
    assert read_tag(text) == tag
    (fact,) = promising.tag(Story().request, text=text)
    assert fact == Tagged(tag)


@pytest.mark.parametrize("text", ["", "#", "-x", "a" * 31, "a,b"])
def test_what_is_no_tag_is_refused(text: str):
    """The message names what is one."""
    with pytest.raises(NotAllowed, match="is no tag; use up to 30 letters"):
        promising.tag(Story().request, text=text)


def test_a_tag_is_given_once_and_taken_off_once():
    """Twice is an error that says what there is; twenty are the most."""
    story = Story()
    with pytest.raises(NotAllowed, match=r"has no tag vip\. It has none"):
        promising.untag(story.request, text="vip")
    story.tell("12 10:01", Tagged("vip"), by=DANA)
    with pytest.raises(NotAllowed, match="has the tag vip already"):
        promising.tag(story.request, text="VIP")
    with pytest.raises(NotAllowed, match=r"has no tag new\. It has vip\."):
        promising.untag(story.request, text="new")
    story.tell("12 10:02", *(Tagged(f"t{number}") for number in range(19)))
    with pytest.raises(NotAllowed, match="has 20 tags, which is the most"):
        promising.tag(story.request, text="one-more")


def test_a_kind_is_changed_to_another():
    """To its own is no change."""
    story = Story()
    (fact,) = promising.change_kind(story.request, to="bug")
    assert story.tell("12 10:01", fact).request.kind == "bug"
    with pytest.raises(NotAllowed, match="is of that kind already"):
        promising.change_kind(story.request, to="bug")


def test_a_first_response_is_owed_by_the_policy_that_matches():
    """Terms that come with a match bring their clocks from the original start (rule 13)."""
    targets = {priority: {ClockKind.FIRST_RESPONSE: HOUR} for priority in Priority}
    story = Promised(Policy("VIP", "ACME", ALWAYS.ref, targets, match=Match(tags=("vip",))))
    assert story.due(FIRST) is None
    assert story.tell("12 10:30", Tagged("vip")).follow("12 10:30").due(FIRST) == t("12 11:00")
