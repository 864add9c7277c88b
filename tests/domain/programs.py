"""Histories from a few bytes: each pair is a pause and an act, so that thousands are made in no time and a failing one
shrinks to the fewest and simplest acts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from histories import ALWAYS, DANA, HOUR, MIN, OFFICE, PRIYA, Story

from bot.domain import merging, promising
from bot.domain import request as decide
from bot.domain.classes import recount
from bot.domain.events import (
    Absorbed,
    Assigned,
    Cancelled,
    ClientWrote,
    KindChanged,
    MessageClass,
    NewsPromised,
    NoteAdded,
    PriorityChanged,
    Replied,
    SplitOff,
    WaitedOn,
)
from bot.domain.policy import ANY, ClockKind, Match, Policy, Priority
from bot.domain.request import NotAllowed
from bot.domain.sla import next_wakes

FIRST, NEXT, UPDATE, RESOLUTION, PROMISE = ClockKind
GAPS = (0, 0, 1, 59, 600, 1800, 3600, 5400, 4 * HOUR, 16 * HOUR, 72 * HOUR)
P1, P2, P3, P4 = Priority


def _policy(name: str, version: int, place: int, match: Match, factor: int, calendar: str = ALWAYS.ref) -> Policy:
    targets = {
        priority: {
            FIRST: 30 * MIN * factor * step,
            NEXT: 20 * MIN * factor * step,
            UPDATE: 45 * MIN * factor * step,
            RESOLUTION: 3 * HOUR * factor * step,
        }
        for step, priority in enumerate(Priority, 1)
    }
    targets[P4] = {RESOLUTION: 7 * HOUR * factor}
    pauses = ("waiting_client",) if factor % 2 else ("waiting_client", "waiting_other:vendor")
    policy = Policy(name, "ACME", calendar, targets, version, (50, 75), pauses, factor == 4, (10 * MIN,))
    return replace(policy, bot_counts=factor == 2, match=match, position=place)


EDITIONS = (
    (_policy("Bugs", 1, 0, Match(kinds=("bug",)), 1), _policy("Gold", 1, 1, ANY, 2, OFFICE.ref)),
    (_policy("VIP", 2, 0, Match(tags=("vip",)), 1, OFFICE.ref), _policy("Some", 2, 1, Match(priorities=(P1, P3)), 3)),
    (_policy("Gold", 3, 0, ANY, 4, ALWAYS.ref),),
)
"""What the client is promised, edition by edition; the second leaves some requests without a policy."""

POLICIES = {policy.ref: policy for edition in EDITIONS for policy in edition}


class Lived(Story):
    """A request that policies follow, as in the desk."""

    def __init__(self) -> None:
        super().__init__()
        self.follow(self.entries[0].at)

    def follow(self, at: datetime) -> None:
        kept = promising.kept(EDITIONS_SO_FAR, self.request) if self.state.terms else EDITIONS[0]
        self.tell(at, *promising.follow(self.request, kept))

    def wake_until(self, until: datetime) -> None:
        """A desk that is never late; what falls on `until` itself comes after the acts of that instant (rule 18)."""
        for _ in range(200):
            now = max(min(next_wakes(self.state, self.calendars).values(), default=until), self.entries[-1].at)
            if now >= until:
                return
            assert self.tick(now), "woken for nothing"
        raise AssertionError("the wake-ups never end")


EDITIONS_SO_FAR = tuple(POLICIES.values())

Act = Callable[[Lived, datetime, int], object]


def _field(fact: Callable[[Lived, int], object]) -> Act:
    def act(story: Lived, at: datetime, more: int) -> None:
        story.tell(at, fact(story, more))  # type: ignore[arg-type]
        story.follow(at)

    return act


def _tagged(story: Lived, at: datetime, more: int) -> None:
    change = promising.untag if "vip" in story.request.tags else promising.tag
    story.tell(at, *change(story.request, text="vip"))
    story.follow(at)


def _messages(story: Lived) -> list[int]:
    return [e.seq for e in story.entries if isinstance(e.event, ClientWrote | Replied)]


def _corrected(story: Lived, at: datetime, more: int) -> None:
    said = _messages(story)
    if said:
        cls = (MessageClass.COURTESY, MessageClass.SUBSTANCE)[more % 2]
        story.tell(at, *recount(story.request, story.entries, said[more % len(said)], cls, story.calendars))


def _merged(story: Lived, at: datetime, more: int) -> None:
    since = at - timedelta(minutes=more) if more % 3 else None
    story.tell(at, Absorbed(7, "ACME-7", "the same", since))


def _split(story: Lived, at: datetime, more: int) -> None:
    absorbed = {e.seq for e in story.entries if isinstance(e.event, Absorbed)}
    left = [since for seq, since in merging.unanswered(story.entries) if seq not in absorbed]
    story.tell(at, SplitOff(7, "ACME-7", min(left, default=None)))


def _into(story: Lived, at: datetime, more: int) -> None:
    """Merged into another, and taken back."""
    story.tell(at, Cancelled(story.request.status, "merged", 7, "ACME-7"))
    story.tell(at + timedelta(minutes=more), *merging.unmerge(story.request, [])[0])


ACTS: tuple[Act, ...] = (
    lambda story, at, more: story.reply(at),
    lambda story, at, more: story.client(at),
    lambda story, at, more: story.client(at, "thanks", courtesy=True),
    lambda story, at, more: story.tell(at, NoteAdded("x")),
    lambda story, at, more: story.tell(at, Assigned(story.request.owner, ("sam", "priya", None)[more % 3])),
    lambda story, at, more: story.tell(at, *decide.ask_client(story.request, question="?")),
    lambda story, at, more: story.tell(at, WaitedOn(story.request.status, "x", label=("", "vendor")[more % 2])),
    lambda story, at, more: story.tell(at, *decide.resume(story.request, reason="")),
    lambda story, at, more: story.resolve(at),
    lambda story, at, more: story.tell(at, *decide.undo_resolve(story.request)),
    lambda story, at, more: story.tell(at, *decide.works(story.request)),
    lambda story, at, more: story.tell(at, *decide.reopen(story.request, reason="")),
    lambda story, at, more: story.tell(at, *decide.close(story.request, reason="")),
    _field(lambda story, more: PriorityChanged(story.request.priority, tuple(Priority)[more % 4])),
    _field(lambda story, more: KindChanged(story.request.kind, ("bug", "")[more % 2])),
    _tagged,
    lambda story, at, more: story.tell(at, *promising.apply_to_open(story.request, EDITIONS[more % 3]), by=PRIYA),
    lambda story, at, more: story.tell(at, NewsPromised(at + timedelta(minutes=more))),
    lambda story, at, more: story.reply(at, by=DANA),
    lambda story, at, more: story.tell(at, Replied("x", bot=True)),
    _corrected,
    _merged,
    _split,
    _into,
)


def acts(program: bytes) -> Iterator[tuple[int, Act, int]]:
    """Its acts: seconds that pass before, what is done, and a number to choose by."""
    for first, second in zip(program[::2], program[1::2], strict=False):
        yield GAPS[first % len(GAPS)], ACTS[second % len(ACTS)], first // len(GAPS)


def live(program: bytes, *, punctual: bool) -> Lived:
    """The request that a program makes, what is not allowed then left out. `punctual`: each timer is looked at in its
    very instant."""
    story = Lived()
    at = story.entries[-1].at
    for gap, act, more in acts(program):
        at = max(at + timedelta(seconds=gap), story.entries[-1].at)
        if punctual:
            story.wake_until(at)
        kept, entries = story.request, list(story.entries)
        try:
            act(story, at, more)
        except NotAllowed:
            story.request, story.entries = kept, entries
    return story
