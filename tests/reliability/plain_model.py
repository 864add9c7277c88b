"""The desk as it should be, in a few dictionaries, and its clocks the slow way: step by step of five minutes.

Nothing here is the desk's own code. `test_state_machine.py` does the same to this and to a desk and compares. Every
instant is a step; every time, window and target lies on one.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from oracle import DAY, NEXT, REPLIES, RESOLUTION, STEP, UPDATE, Clock, Hours, Oracle
from oracle import FIRST as FIRST_RESPONSE

BEGIN, DAYS = datetime(2026, 3, 20, tzinfo=UTC), 200
UNDO = 2
"""Steps in which a resolve can be taken back before the client hears of it."""
AUTO_CLOSE, ASIDE, GIVEN_UP, REOPEN = 3, 5, 10, 14
"""Open days after an announcement, after a question and after it once more; and calendar days after the end."""
PERCENTS = (50, 75)

_WEEK = ("mon", "tue", "wed", "thu", "fri")
CALENDARS: dict[str, dict[str, Any]] = {
    "acme-hours": {
        "tz": "Europe/London",
        "hours": {day: [["09:00", "17:00"]] for day in _WEEK},
        "holidays": ["2026-04-03", "2026-04-06"],
    },
    "acme-always": {"tz": "Europe/London", "hours": {day: [["00:00", "24:00"]] for day in (*_WEEK, "sat", "sun")}},
    "globex-hours": {  # half an hour comes twice there on Sunday 5 April, within these hours
        "tz": "Australia/Lord_Howe",
        "hours": {**{day: [["07:30", "12:00"], ["13:00", "20:00"]] for day in _WEEK}, "sun": [["01:00", "04:00"]]},
    },
}
HOURS = {name: Hours(given, BEGIN, DAYS) for name, given in CALENDARS.items()}


def _targets(factor: int) -> dict[str, int]:
    minutes = {FIRST_RESPONSE: 20, NEXT: 40, UPDATE: 60, RESOLUTION: 240}
    return {f"{kind}_min": each * factor for kind, each in minutes.items()}


POLICIES: dict[str, tuple[dict[str, Any], ...]] = {
    "ACME": (
        {"name": "Pressing", "calendar": "acme-always", "applies_to_priority": ["P1"], **_targets(1)},
        {
            "name": "Gold",
            "calendar": "acme-hours",
            "by_priority": {"P2": _targets(2), "P3": _targets(4), "P4": {f"{RESOLUTION}_min": 4800}},
        },
    ),
    "GLOBEX": (  # nothing is promised for P4
        {
            "name": "Silver",
            "calendar": "globex-hours",
            "applies_to_priority": ["P1", "P2", "P3"],
            "by_priority": {"P1": _targets(2), "P2": _targets(3), "P3": {**_targets(6), f"{UPDATE}_min": None}},
            "pause_statuses": ["waiting_client", "waiting_other"],
            "pause_reply_clocks": True,
        },
    ),
}
"""What each client is promised, the first that fits."""

CLIENTS = {"dana": "ACME", "tom": "ACME", "mia": "GLOBEX"}
STAFF = ("sam", "priya", "lee")
LEAD = "priya"
IMPACT = {"": "P3", "everyone": "P1", "team": "P2", "one": "P3", "nobody": "P4"}


def instant(step: int) -> datetime:
    """When a step begins."""
    return BEGIN + timedelta(seconds=STEP * step)


@cache
def _days(calendar: str) -> tuple[tuple[date, ...], dict[date, int]]:
    """The local date of each step, and each date's last closing."""
    tz = ZoneInfo(CALENDARS[calendar]["tz"])
    dates = tuple(instant(step).astimezone(tz).date() for step in range(DAYS * DAY))
    return dates, {day: step + 1 for step, day in enumerate(dates) if HOURS[calendar].open[step]}


def closing(calendar: str, step: int, days: int) -> int:
    """The last closing of the n-th open day after that step's."""
    dates, closings = _days(calendar)
    return [end for day, end in closings.items() if day > dates[step]][days - 1]


class Life(Oracle):
    """The clocks of one request. Its statuses are called as the desk calls them."""

    def __init__(self, policies: tuple[Mapping[str, Any], ...], at: int, line: str, priority: str) -> None:
        super().__init__({"policy": {}, "calendar": ""}, HOURS)
        self.own, self.calendar = policies, policies[0]["calendar"]
        self.opened = self.now = at
        self.owes_first, self.unanswered = True, at
        self.waiting = [(line, at)]
        """The client's words without an answer, and since when they wait."""
        self.before: list[tuple[str, int]] = []
        self.priority = priority
        self.rematch(at)

    def copy(self) -> Life:
        """The same, to go its own way."""
        other = copy.copy(self)
        other.clocks = [copy.copy(clock) for clock in self.clocks]
        for clock in other.clocks:
            clock.ticks = list(clock.ticks)
        other.past, other.waiting, other.before = list(self.past), list(self.waiting), list(self.before)
        return other

    def to(self, step: int) -> None:
        """Time passes."""
        self.advance(self.now, step)
        self.now = step

    @property
    def pausing(self) -> bool:
        """Whether the policy lets no time count in this status."""
        return self.open and self.terms is not None and self.status in self.terms.pauses

    def rematch(self, at: int) -> None:
        fits = (p for p in self.own if self.priority in p.get("applies_to_priority", (self.priority,)))
        chosen = next(fits, {"applies_to_priority": ("none",)})
        self.policies = [(chosen, chosen.get("calendar", self.calendar))]
        super().rematch(at)

    @staticmethod
    def counts(clock: Clock, status: str, is_open: bool) -> bool:
        if clock.kind in REPLIES and not clock.reply_too:
            return True
        return is_open and status != "set_aside" and status not in clock.pauses

    def begin(self, kind: str, since: int, at: int) -> None:
        assert self.terms is not None
        if kind not in self.terms.targets or any(c.running and c.kind == kind for c in self.clocks):
            return
        terms = self.terms
        last = next((c for c in reversed(self.clocks) if c.kind == kind), None)
        if last and last.start == since and (last.dropped or kind == RESOLUTION):
            clock = last
            clock.running, clock.dropped = True, False
            clock.target, clock.pauses, clock.reply_too = terms.targets[kind], terms.pauses, terms.reply_too
        else:
            clock = Clock(kind, since, terms.targets[kind], terms.pauses, terms.reply_too)
            self.clocks.append(clock)
        self._catch_up(clock, at)

    def _catch_up(self, clock: Clock, at: int) -> None:
        """The past counts as the request stood then, and in its hours then; what is older than it as at its opening."""
        for step in range(clock.start + len(clock.ticks), at):
            past = self.past[max(step - (self.opened or 0), 0)] if self.past else ("new", True, self.calendar)
            clock.tick(self.counts(clock, *past[:2]) and self.hours[past[2]].open[step])
        self.overtaken(clock)

    # --- what happens -------------------------------------------------------------------------------

    def assigned(self, owner: str | None) -> None:
        if self.status in ("new", "active"):
            self.change_status("active" if owner else "new", self.now)

    def words(self, line: str) -> None:
        self.waiting.append((line, self.now))
        self.unanswered = self.now if self.unanswered is None else self.unanswered
        self.start(self.now)

    def answer(self) -> None:
        self.waiting = []
        self.answered(self.now)

    def stop(self, to: str) -> None:
        """Resolved or closed: what runs is judged."""
        for clock in self.clocks:
            if clock.running:
                self.judge(clock)
        self.before, self.waiting = self.waiting, []
        self.unanswered, self.owes_first, self.updated = None, False, None
        self.open, self.status, self.ended = False, to, self.now

    def reopen(self, to: str) -> None:
        self.open = True
        self.change_status(to, self.now)
        self.start(self.now)

    def cancel(self) -> None:
        for clock in self.clocks:
            clock.running = False
        self.open, self.status, self.ended = False, "cancelled", self.now

    def absorb(self, name: str, since: int | None, late: bool) -> list[str]:
        """The words of a request that was merged into this one wait here; answers the clocks that were told late."""
        if since is None:
            return []
        self.waiting.append((name, since))
        waits = min(since, since if self.unanswered is None else self.unanswered)
        self._waits_since(waits)
        if not late or waits != since:
            return []
        running = [clock for clock in self.clocks if clock.running and clock.kind in REPLIES]
        for clock in running:
            clock.late = True
        return [self.key(clock) for clock in running]

    def lose(self, names: set[str]) -> None:
        """These words are another request's now."""
        self.waiting = [each for each in self.waiting if each[0] not in names]
        if self.open:
            self._waits_since(min((since for _, since in self.waiting), default=None))

    def _waits_since(self, since: int | None) -> None:
        if since == self.unanswered:
            return
        self.unanswered = since
        for clock in self.clocks:
            if not clock.running or clock.kind not in REPLIES:
                continue
            if since is None:
                clock.running, clock.dropped = False, True
                continue
            clock.start, clock.ticks, clock.elapsed = since, [], 0
            self._catch_up(clock, self.now)
        self.start(self.now)

    # --- what is asked ------------------------------------------------------------------------------

    def key(self, clock: Clock) -> str:
        """Its kind and the number of its cycle."""
        name: str = vars(clock).get("name", "")
        if not name:
            same = [each for each in self.clocks if each.kind == clock.kind]
            name = vars(clock)["name"] = f"{clock.kind}:{[each is clock for each in same].index(True) + 1}"
        return name

    def project(self, clock: Clock, share: int) -> int | None:
        """The step at which that many have counted, should nothing else happen."""
        due = self.due(clock, self.now, share)
        return None if due is None else self.any.step(due)

    def breaks(self, clock: Clock) -> int | None:
        """The first step that counts after the target is used up."""
        due = self.project(clock, clock.target)
        if due is None:
            return None
        past = clock.start + len(clock.ticks)
        while not (clock.ticks[due - clock.start] if due < past else self.hours[self.calendar].open[due]):
            due += 1
        return due


@dataclass
class Row:
    """A request."""

    number: int
    client: str
    requester: str
    title: str
    life: Life
    priority: str
    only: frozenset[str] | None = None
    """Who of the client sees it, where it is private."""
    owner: str | None = None
    waits_for: str = ""
    into: int = 0
    announced: bool = False
    closes: int | None = None
    asked_at: int | None = None
    thread: int = 0
    """The request whose client's thread it was opened in: its own, or an ended one's."""
    aside_life: Life | None = None
    """As it would be had it never been resolved, or merged."""
    log: list[tuple[str, str, int]] = field(default_factory=list)
    """Words and answers: who (empty for the team's), what, when."""
    split: set[str] = field(default_factory=set)
    """Words that were split off."""
    told: list[tuple[str, int, tuple[str, ...]]] = field(default_factory=list)
    """Warnings and breaches: of what, when it was recorded, and who is told."""
    sent: dict[str, list[int]] = field(default_factory=dict)
    reported: set[str] = field(default_factory=set)
    quiet: set[str] = field(default_factory=set)
    """Warnings and breaches that stand among the alerts at most."""
    acts: int = 0

    @property
    def ref(self) -> str:
        return f"{self.client}-{self.number}"

    @property
    def status(self) -> str:
        return self.life.status

    @property
    def working(self) -> str:
        return "active" if self.owner else "new"

    def lives(self) -> Iterator[Life]:
        yield self.life
        if self.aside_life is not None:
            yield self.aside_life


@dataclass(frozen=True)
class Act:
    """What somebody does: a verb of the desk, or words they write somewhere."""

    verb: str
    who: str
    number: int = 0
    text: str = ""
    token: str = ""
    more: tuple[tuple[str, Any], ...] = ()
    """Other arguments by name."""

    def arg(self, name: str, default: Any = "") -> Any:
        return dict(self.more).get(name, default)


_OPEN = ("new", "active", "waiting_client", "waiting_other", "set_aside")
_DONE = ("resolved", "closed")
_STAFFS = ("log", "claim", "assign", "reply", "note", "priority", "ask-client", "wait-on", "resume", "resolve", "undo")
_STAFFS += ("reopen", "close", "merge", "split", "unmerge", "answer", "aside")
_CLIENTS = ("new", "message", "words", "thanks", "yes", "works", "not-yet")
SPEAKS = ("reply", "ask-client", "wait-on", "answer")
"""Whoever of the team does this takes what nobody has."""


class Model:
    """All requests by number, and what people may do."""

    def __init__(self, now: int) -> None:
        self.now = now
        self.rows: dict[int, Row] = {}
        self.readers: dict[str, frozenset[str]] = {}
        """Which of the clients' people may read a word."""

    # --- who may ------------------------------------------------------------------------------------

    def sees(self, who: str, row: Row) -> bool:
        if who in STAFF:
            return True
        return CLIENTS.get(who) == row.client and (row.only is None or who in row.only)

    def audience(self, row: Row) -> frozenset[str]:
        return frozenset(who for who in CLIENTS if self.sees(who, row))

    def goes_to(self, act: Act) -> Row | None:
        """The request that an act is about: words follow the thread, and a merge."""
        row = self.rows.get(act.number)
        if row is None or act.verb not in ("words", "thanks", "yes", "answer", "aside"):
            return row
        if act.verb != "aside":
            row = self.rows[max(r.number for r in self.rows.values() if r.thread == row.thread)]
        while row.into:
            row = self.rows[row.into]
        return row

    def verb(self, act: Act) -> str:
        """What it is here: to split a request that was merged is to take the merge back."""
        row = self.rows.get(act.number)
        return "unmerge" if act.verb == "split" and row is not None and row.into else act.verb

    def may(self, act: Act) -> bool:
        """Whether it does anything at all to a request."""
        who, verb = act.who, self.verb(act)
        if who not in STAFF and who not in CLIENTS:
            return False
        if (verb in _STAFFS and who not in STAFF) or (verb in _CLIENTS and who not in CLIENTS):
            return False
        if verb in ("new", "log"):
            return True
        if verb == "message":  # what another client's person writes there is nobody's
            presses = act.arg("turned_by")
            mine = CLIENTS[who] == act.arg("channel")
            return mine and (who == "mia" or presses in STAFF or CLIENTS.get(presses) == CLIENTS[who])
        row = self.goes_to(act)
        if row is None or not self.sees(who, row):
            return False
        status = row.status
        match verb:
            case "claim":
                return status in _OPEN and row.owner is None
            case "assign":
                return status in _OPEN and row.owner != act.arg("to")
            case "priority":
                return status in _OPEN and row.priority != act.arg("to")
            case "note" | "aside":
                return True
            case "reply":
                return status != "cancelled"
            case "answer" | "yes":
                return status != "cancelled" or verb == "yes"
            case "thanks":
                return status != "cancelled" and not self.too_late(row)
            case "words":
                return True
            case "ask-client" | "wait-on" | "resolve":
                return status in _OPEN
            case "resume":
                return status in ("waiting_client", "waiting_other", "set_aside")
            case "undo":
                return status == "resolved" and not row.announced
            case "works":
                return status == "resolved"
            case "reopen":
                return status in _DONE
            case "not-yet":
                return status in _DONE and not self.too_late(row)
            case "close":
                return status in (*_OPEN, "resolved")
            case "not-a-request":
                return status in (*_OPEN, "resolved") and (who in STAFF or who == row.requester)
            case "merge":
                return self._may_merge(row, self.rows.get(act.arg("into", 0)))
            case "unmerge":
                return bool(row.into) and self.rows[row.into].status != "cancelled"
            case "split":
                return bool(lines := self.burst(row, act.arg("line"))) and not row.split & lines
            case _:
                raise AssertionError(verb)

    def _may_merge(self, row: Row, other: Row | None) -> bool:
        if other is None or other is row or other.client != row.client or other.only != row.only:
            return False
        return row.status in _OPEN and other.status in _OPEN

    def too_late(self, row: Row) -> bool:
        """Whether the client's word opens another request instead."""
        return not row.life.open and self.now - row.life.ended > REOPEN * DAY

    def burst(self, row: Row, line: str) -> set[str]:
        """The client's words with what the same person wrote at the same time, right before and after them."""
        if row.status == "cancelled":
            return set()
        mine = [each for each in row.log if each[0]]
        at = next((i for i, each in enumerate(mine) if each[1] == line), None)
        if at is None:
            return set()
        first = last = at
        while first and mine[first - 1][::2] == mine[at][::2]:
            first -= 1
        while last + 1 < len(mine) and mine[last + 1][::2] == mine[at][::2]:
            last += 1
        return {text for _, text, _ in mine[first : last + 1]}

    # --- what comes of it ---------------------------------------------------------------------------

    def touched(self, act: Act) -> set[int]:
        """The requests that an allowed act changes; 0 for a new one."""
        if act.verb in ("new", "log", "message"):
            return {0}
        row = self.goes_to(act)
        assert row is not None
        if act.verb in ("words", "yes") and (row.status == "cancelled" or self.too_late(row)):
            return {0}
        match self.verb(act):
            case "merge":
                return {row.number, act.arg("into")}
            case "unmerge":
                return {row.number, row.into}
            case "split":
                return {row.number, 0}
            case _:
                return {row.number}

    def do(self, act: Act, new: int = 0) -> None:
        """An allowed act happens now; `new` is the number of the request that it opens."""
        who, verb = act.who, act.verb
        if verb == "new":
            named = frozenset(act.arg("with_to"))
            only = named | {who} if act.arg("private") or named else None
            return self._open(new, who, act, only, IMPACT[act.arg("stopped")])
        if verb == "log":
            since = self.now - act.arg("ago", 0)
            return self._open(new, act.arg("person"), act, None, act.arg("priority") or "P3", since)
        if verb == "message":
            return self._open(new, who, act, None, "P3")
        row = self.goes_to(act)
        assert row is not None
        if verb in ("words", "yes") and (row.status == "cancelled" or self.too_late(row)):
            return self._open(new, who, act, row.only, "P3", thread=row.thread)
        touched = [self.rows[number] for number in sorted(self.touched(act) - {0})]
        noticed = {each.number: len(each.told) for each in touched}
        for each in touched:
            each.acts += 1
            each.life.to(self.now)
            self.look(each, after=False)
        self._change(row, act, new)
        for each in touched:  # what the very act ended that noticed it rings for nobody
            runs = {each.life.key(clock) for clock in each.life.clocks if clock.running}
            new_ones = (what for what, _, _ in each.told[noticed[each.number] :])
            each.quiet.update(what for what in new_ones if ":".join(what.split(":")[:2]) not in runs)
        return None

    def _change(self, row: Row, act: Act, new: int) -> None:
        who, verb = act.who, self.verb(act)
        if verb in SPEAKS and row.owner is None and row.life.open:
            self._assign(row, who)
        match verb:
            case "claim":
                self._assign(row, who)
            case "assign":
                self._assign(row, act.arg("to"))
            case "priority":
                row.priority = act.arg("to")
                for life in row.lives():
                    life.to(self.now)
                    life.priority = row.priority
                    life.rematch(self.now)
            case "reply" | "answer":
                self._answer(row, act)
            case "note" | "aside":
                pass
            case "ask-client":
                self._answer(row, act)
                self._status(row, "waiting_client")
                row.waits_for, row.asked_at = "client", self.now
            case "wait-on":
                self._status(row, "waiting_other")
                row.waits_for = act.arg("party")
            case "resume":
                self._go_on(row)
            case "resolve":
                row.aside_life = row.life.copy()
                row.life.stop("resolved")
                row.announced = False
            case "undo":
                assert row.aside_life is not None
                row.aside_life.to(self.now)
                row.life, row.aside_life = row.aside_life, None
            case "reopen":
                self._reopen(row)
            case "not-yet":
                self._reopen(row)
                self._words(row, act)
            case "works":
                self._close(row)
            case "close":
                self._close(row)
            case "not-a-request":
                row.life.cancel()
                row.aside_life, row.asked_at = None, None
            case "words" | "thanks" | "yes":
                self._clients_words(row, act)
            case "merge":
                self._merge(row, self.rows[act.arg("into")])
            case "unmerge":
                other = self.rows[row.into]
                other.life.lose({row.ref})
                assert row.aside_life is not None
                row.aside_life.to(self.now)
                row.life, row.aside_life, row.into = row.aside_life, None, 0
                if row.status == "waiting_client":  # its days begin anew
                    row.asked_at = self.now
                elif row.status == "set_aside":
                    row.closes = closing(row.life.calendar, self.now, GIVEN_UP - ASIDE)
            case "split":
                self._split(row, act, new)
            case _:
                raise AssertionError(verb)

    def _open(
        self,
        number: int,
        requester: str,
        act: Act,
        only: frozenset[str] | None,
        priority: str,
        since: int | None = None,
        thread: int = 0,
    ) -> None:
        assert number > max(self.rows, default=0), "numbers only grow"
        client, at = CLIENTS[requester], self.now if since is None else since
        life = Life(POLICIES[client], at, act.token, priority)
        title = "" if act.verb == "yes" else act.token
        row = Row(number, client, requester, title, life, priority, only, thread=thread or number)
        self.rows[number] = row
        life.to(self.now)

    def _assign(self, row: Row, owner: str | None) -> None:
        row.owner = owner
        row.life.assigned(owner)

    def _answer(self, row: Row, act: Act) -> None:
        row.log.append(("", act.token, self.now))
        for life in row.lives():
            life.to(self.now)
            life.answer()

    def _words(self, row: Row, act: Act) -> None:
        row.log.append((act.who, act.token, self.now))
        row.life.words(act.token)

    def _status(self, row: Row, to: str) -> None:
        row.life.change_status(to, self.now)
        row.waits_for, row.asked_at = "", None

    def _go_on(self, row: Row) -> None:
        self._status(row, row.working)

    def _reopen(self, row: Row) -> None:
        row.life.reopen(row.working)
        row.waits_for, row.asked_at, row.closes, row.announced, row.aside_life = "", None, None, False, None

    def _close(self, row: Row) -> None:
        row.life.stop("closed")
        row.closes, row.aside_life = None, None

    def _clients_words(self, row: Row, act: Act) -> None:
        if row.status == "resolved" and act.verb == "yes":
            row.log.append((act.who, act.token, self.now))
            return self._close(row)
        waited = row.status in ("waiting_client", "set_aside")
        if act.verb == "thanks" and not waited:
            row.log.append((act.who, act.token, self.now))
            return None
        if waited or row.life.pausing:
            self._go_on(row)
        elif not row.life.open:
            self._reopen(row)
        return self._words(row, act)

    def _merge(self, row: Row, into: Row) -> None:
        since = row.life.unanswered
        reply = next((c for c in row.life.clocks if c.running and c.kind in REPLIES), None)
        late = reply is not None and reply.late and row.life.key(reply) in row.reported
        row.aside_life = row.life.copy()
        row.life.cancel()
        row.into = into.number
        into.reported.update(into.life.absorb(row.ref, since, late))

    def _split(self, row: Row, act: Act, new: int) -> None:
        lines = self.burst(row, act.arg("line"))
        places = [i for i, each in enumerate(row.log) if each[0] and each[1] in lines]
        who, _, since = row.log[places[0]]
        only = row.only | {who} if row.only is not None else None
        life = Life(POLICIES[row.client], since, act.token, "P3")
        made = Row(new, row.client, who, act.token, life, "P3", only, thread=new)
        for by, text, at in row.log[places[-1] :]:
            if not by:
                life.to(at)
                life.answer()
                made.log.append(("", text, at))
        assert new > max(self.rows), "numbers only grow"
        self.rows[new] = made
        life.to(self.now)
        row.split |= lines
        row.life.lose(lines)

    # --- time ---------------------------------------------------------------------------------------

    def walk(self, until: int) -> None:
        """The desk looks at each step on the way."""
        self.tick()
        while self.now < until:
            self.now += 1
            self.tick()

    def jump(self, until: int) -> None:
        """The desk looks only at the end."""
        self.now = until
        self.tick()

    def tick(self) -> None:
        """All that is due by now is noticed."""
        for row in self.rows.values():
            if row.status == "cancelled":
                continue
            if row.status != "closed":  # its time is caught up with should it be reopened
                row.life.to(self.now)
            self.look(row, after=True)
            self._silence(row)

    def look(self, row: Row, *, after: bool) -> None:
        """What the clocks have to say: what falls on this very step only `after` all that people did at it."""
        if row.status == "cancelled":
            return
        for clock in row.life.clocks:
            key = row.life.key(clock)
            if key in row.reported:
                continue
            if clock.late or (after and row.life.just_late(clock, self.now) and not row.life.paused(clock)):
                clock.late = True
                row.reported.add(key)
                row.told.append((f"{key}:breach", self.now, (row.owner,) if row.owner else ("team", LEAD)))
                continue
            if not clock.running or row.life.paused(clock):
                continue
            counted = clock.elapsed if after or not clock.ticks else clock.elapsed - clock.ticks[-1]
            due = [p for p in self.to_warn(row, clock) if p * clock.target <= 100 * counted]
            if due:
                row.sent.setdefault(key, []).append(due[-1])
                row.told.append((f"{key}:warn:{due[-1]}", self.now, (row.owner or "team",)))

    def to_warn(self, row: Row, clock: Clock) -> list[int]:
        """The warnings that are still to come."""
        sent = row.sent.get(row.life.key(clock), [])
        return [percent for percent in PERCENTS if percent > max(sent, default=0)]

    def _silence(self, row: Row) -> None:
        """What happens because nobody says anything."""
        now, calendar = self.now, row.life.calendar
        if row.status == "resolved" and not row.announced and now >= row.life.ended + UNDO:
            row.announced, row.closes, row.aside_life = True, closing(calendar, now, AUTO_CLOSE), None
        elif row.status == "resolved" and row.closes is not None and now >= row.closes:
            self._close(row)
        elif row.status == "waiting_client" and row.asked_at is not None:
            due = closing(calendar, row.asked_at, ASIDE)
            if self._awake(due, calendar):
                row.life.change_status("set_aside", now)
                row.closes = closing(calendar, now, GIVEN_UP - ASIDE)
        elif row.status == "set_aside" and row.closes is not None and self._awake(row.closes, calendar):
            self._close(row)

    def _awake(self, due: int, calendar: str) -> bool:
        """At its time, or later while the client's people work."""
        return due <= self.now and (self.now <= due + 1 or HOURS[calendar].open[self.now])

    def timers(self, row: Row) -> dict[str, int | None]:
        """When the clocks have something to say next; None for what is overdue."""
        wanted: dict[str, int | None] = {}
        row.life.to(self.now)
        for clock in row.life.clocks if row.status != "cancelled" else ():
            key = row.life.key(clock)
            if key in row.reported:
                continue
            if clock.late:
                wanted[f"{key}:breach"] = None
            elif clock.running and not row.life.paused(clock):
                wanted[f"{key}:breach"] = row.life.breaks(clock)
                for percent in self.to_warn(row, clock):
                    wanted[f"{key}:warn:{percent}"] = row.life.project(clock, clock.target * percent // 100)
        return wanted


__all__ = ["CALENDARS", "CLIENTS", "POLICIES", "STAFF", "STEP", "Act", "Life", "Model", "Row", "instant"]
