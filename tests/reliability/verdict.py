"""The judge: what was acknowledged against what stands in the desk and in the chat after all of it."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from databases import rows
from faulty_server import FaultyServer
from workload import Act, Workload
from world import CLOCKS, SECONDS, WARNED_AT

from bot.codec import event_from_json
from bot.desk.conversations import ALERTS, TRIAGE, direct
from bot.domain.alarms import Breached, Warned
from bot.domain.attention import TEAM
from bot.domain.policy import ClockKind
from storage import open_store

ON_TIME, AT_LAST = 1.0, 5.0
"""Seconds: 99 % of the alerts come within the first, and all within the second."""
TICK = timedelta(milliseconds=5)
"""Two readings of one clock."""


@dataclass
class Verdict:
    """One run. What is wrong is told a line each in `findings`."""

    mode: str
    database: str
    seed: int
    kills: int = 0
    inside: int = 0
    """Kills inside a post."""
    stops: int = 0
    """Workers that were stopped for longer than their lease, and went on."""
    ended: int = 0
    """Desks that ended by themselves."""
    requests: int = 0
    acts: int = 0
    posts: int = 0
    alerts: int = 0
    lost: int = 0
    duplicates: int = 0
    early: int = 0
    late_p50_s: float = 0.0
    late_p99_s: float = 0.0
    late_max_s: float = 0.0
    integrity: str = "ok"
    seconds: float = 0.0
    findings: list[str] = field(default_factory=list[str])

    @property
    def whole(self) -> bool:
        """Whether nothing was lost, nothing came twice, nothing before its time, and no desk gave up."""
        wrong = self.lost or self.duplicates or self.early or self.ended
        return not wrong and self.integrity == "ok" and self.requests > 0

    @property
    def on_time(self) -> bool:
        """Whether the alerts came when they should."""
        return self.alerts > 0 and self.late_p99_s <= ON_TIME and self.late_max_s <= AT_LAST

    def line(self) -> str:
        """As one line of JSON."""
        return json.dumps({name: value for name, value in asdict(self).items() if name != "findings"})

    def lose(self, what: str) -> None:
        self.lost += 1
        self.findings.append(f"lost: {what}")

    def repeat(self, what: str) -> None:
        self.duplicates += 1
        self.findings.append(f"twice: {what}")


def judge(verdict: Verdict, url: str, work: Workload, server: FaultyServer, starts: Sequence[datetime]) -> Verdict:
    """Fill the verdict in; the desks have stopped. `starts` are the instants at which one was started anew."""
    history = _history(url)
    _acts(verdict, work, history)
    _messages(verdict, url, server)
    _alerts(verdict, url, work, history, starts)
    wrong = asyncio.run(_checked(url))
    verdict.integrity = "ok" if not wrong else "; ".join(wrong)
    return verdict


async def _checked(url: str) -> tuple[str, ...]:
    store = await open_store(url)
    try:
        return await store.check()
    finally:
        await store.close()


@dataclass(frozen=True)
class _Entry:
    ref: str
    number: int
    seq: int
    kind: str
    body: str
    at: datetime


def _history(url: str) -> list[_Entry]:
    found = rows(
        url,
        "SELECT r.number AS number, r.client AS client, e.seq AS seq, e.kind AS kind, e.body AS body, e.at AS at "
        "FROM history AS e JOIN request AS r ON r.number = e.request ORDER BY e.request, e.seq",
    )
    return [
        _Entry(f"{r['client']}-{r['number']}", r["number"], r["seq"], r["kind"], r["body"], _instant(r["at"]))
        for r in found
    ]


def _instant(micros: int) -> datetime:
    return datetime.fromisoformat("1970-01-01T00:00:00+00:00") + timedelta(microseconds=micros)


# --- what people did ------------------------------------------------------------------------------


_LEAVES = {"claim": "assigned", "assign": "assigned", "resolve": "resolved", "works": "closed"}
"""The facts that acts without words of their own leave."""


def _acts(verdict: Verdict, work: Workload, history: list[_Entry]) -> None:
    verdict.acts = sum(act.taken for act in work.acts.values())
    for act in work.acts.values():
        happening = work.server.happenings[act.event]
        if not happening.answers:
            verdict.lose(f"{act.event} was never acknowledged")
        if any(_kept(answer) != _kept(happening.answers[0]) for answer in happening.answers):
            verdict.repeat(f"{act.event} was answered otherwise when it was told again: {happening.answers}")
        if not act.taken:
            continue
        verdict.requests += act.what == "open"
        found = _found(act, history)
        if not found:
            verdict.lose(f"{act.event} was acknowledged and is not in the history")
        elif act.what not in ("claim", "assign", "works") and found > 1:
            verdict.repeat(f"{act.event} stands {found} times in the history")


def _kept(answer: dict[str, object]) -> object:
    """What must be the same when it is told again. A refusal wrote nothing down, and says how matters stand by then."""
    return answer["purpose"] if answer["purpose"] == "refusal" else answer


def _found(act: Act, history: list[_Entry]) -> int:
    mine: Iterator[_Entry] = (e for e in history if act.number is None or e.number == act.number)
    if act.what == "open":
        return sum(e.kind == "opened" and f'"{act.words}"' in e.body for e in mine)
    if act.what == "answer":  # where its request had ended, it may have opened another
        mine = iter(history)
    if act.what in _LEAVES and act.what != "resolve":
        return sum(e.kind == _LEAVES[act.what] for e in mine)
    # One act may leave several facts; the same fact twice is one too many.
    return max(Counter(e.kind for e in mine if f'"{act.words}"' in e.body).values(), default=0)


# --- what was sent --------------------------------------------------------------------------------


def _messages(verdict: Verdict, url: str, server: FaultyServer) -> None:
    """Every message the desk wrote arrived once, and each place shows the newest words."""
    verdict.posts = len(server.posts)
    written = {r["key"]: r for r in rows(url, "SELECT id, key, op, slot, conversation, state, body FROM outbox")}
    for key, row in written.items():
        if row["state"] not in ("sent", "suppressed", "held"):
            verdict.lose(f"{key} is {row['state']} in the outbox")
    arrived = Counter(message.key for message in server.posts)
    named = written.keys() | {row["slot"] for row in written.values()}
    for name, times in arrived.items():
        if times > 1:
            verdict.repeat(f"{name} was posted {times} times")
        if _slot(name) not in named:
            verdict.repeat(f"{name} was posted, and nobody wrote it")
    for key, row in written.items():
        if row["op"] == "post" and row["state"] == "sent" and not arrived[key]:
            verdict.lose(f"{key} was never posted")
    _slots(verdict, url, server, list(written.values()))


def _slot(name: str) -> str:
    """The slot in which a message of that name stands; it was emptied as often as is said behind it."""
    return name.partition("#")[0]


def _slots(verdict: Verdict, url: str, server: FaultyServer, written: list[dict[str, object]]) -> None:
    puts: dict[object, list[dict[str, object]]] = {}
    for row in written:
        if row["op"] == "put" and row["state"] == "sent":
            puts.setdefault(row["slot"], []).append(row)
    for row in rows(url, "SELECT name, message FROM slot"):
        last = max(puts.get(row["name"], ()), key=lambda put: put["id"], default=None)
        message = server.messages.get(row["message"])
        if message is None or message.deleted:
            verdict.lose(f"{row['name']} stands nowhere")
        elif last and not str(last["conversation"]).startswith("dm:") and message.body != last["body"]:
            verdict.lose(f"{row['name']} does not show its newest words")
    live = Counter(_slot(m.key) for m in server.posts if not m.deleted)
    for slot, times in live.items():
        if times > 1:
            verdict.repeat(f"{slot} stands {times} times")
    placed = {row["name"] for row in rows(url, "SELECT name FROM slot")}
    for slot in puts.keys() - placed:
        if not any(r["slot"] == slot and r["op"] == "delete" for r in written):
            verdict.lose(f"{slot} was sent and stands nowhere")


# --- when alerts came -----------------------------------------------------------------------------


def _alerts(verdict: Verdict, url: str, work: Workload, history: list[_Entry], starts: Sequence[datetime]) -> None:
    """Each warning and each breach rang, never early; late is counted from its due time, from the last start before it
    came, or from when the desk first knew."""
    states: dict[str, set[str]] = {}
    for row in rows(url, "SELECT slot, state FROM outbox WHERE slot IS NOT NULL"):
        states.setdefault(row["slot"], set()).add(row["state"])
    late: list[float] = []
    had = heard(url, work)
    for alert in _due(history):
        slot, due, what = alert.slot, alert.due, alert.what
        there = states.get(slot, set())
        if "held" in there or (alert.needless and there <= {"suppressed"}):
            continue
        first = min((m.at for m in work.server.posts if _slot(m.key) == slot), default=None)
        if first is None:
            verdict.lose(f"the {what} {slot} never rang; in the outbox: {', '.join(sorted(there)) or 'nothing'}")
            continue
        if first < due - TICK:
            verdict.early += 1
            verdict.findings.append(f"early: the {what} {slot} at {first}, due {due}")
        since = max([due, *(start for start in starts if start <= first), *_known(alert, had)])
        late.append(max(0.0, (first - since).total_seconds()))
        if late[-1] > ON_TIME:
            verdict.findings.append(f"late: the {what} {slot} by {late[-1]:.2f} s, due {due}, since {since}")
    late.sort()
    verdict.alerts = len(late)
    if late:
        verdict.late_p50_s = round(late[len(late) // 2], 3)
        verdict.late_p99_s = round(late[min(len(late) - 1, int(len(late) * 0.99))], 3)
        verdict.late_max_s = round(late[-1], 3)


@dataclass(frozen=True)
class _Alert:
    """Somebody had to be told there, since when, and of what."""

    slot: str
    due: datetime
    what: str
    number: int
    clock: ClockKind
    needless: bool = False
    """A warning that came in one change with the act that ended what it warns of: it is recorded, and need not be
    told."""


Heard = dict[int, list[tuple[str, datetime, datetime]]]


def heard(url: str, work: Workload) -> Heard:
    """By request what its client wrote in the chat: what act it was, when it was written, and when the desk had it.

    The clocks count from when somebody wrote. Where that had to be told again, since a desk died with it, the desk may
    know of a promise only after it was due.
    """
    found: Heard = {}
    for row in rows(url, "SELECT event_id, at FROM inbox"):
        act = work.acts.get(row["event_id"].partition("/")[2])  # whose it is stands before it
        if act is None or act.number is None or row["at"] is None:
            continue
        what = work.server.happenings[act.event].what
        if what["kind"] == "hear":
            written = datetime.fromisoformat(what["at"])
            found.setdefault(act.number, []).append((act.what, written, _instant(row["at"])))
    return found


def _known(alert: _Alert, had: Heard) -> Iterator[datetime]:
    """When the desk heard of what its clock went by, of what was written before the alert was due."""
    for what, written, at in had.get(alert.number, ()):
        if written <= alert.due and (what == "open" or alert.clock is not ClockKind.FIRST_RESPONSE):
            yield at


_ENDS = ("replied", "resolved", "asked_client", "closed")
"""What ends a clock, of what the workload does: a warning of the same change is needless."""


def _due(history: list[_Entry]) -> Iterator[_Alert]:
    """Whatever somebody had to be told of."""
    priorities = {e.ref: event_from_json(e.kind, e.body).priority for e in history if e.kind == "opened"}  # type: ignore[attr-defined]
    for entry in history:
        if entry.kind not in ("warned", "breached"):
            continue
        match event_from_json(entry.kind, entry.body):
            case Breached(silent=False, to=(_, *_)) as event:
                slot = f"{entry.ref}:{event.clock}:{event.cycle}:breach:{ALERTS}"
                yield _Alert(slot, event.due_at, "breach", entry.number, event.clock)
            case Warned(to=str(to)) as event if to:
                left = SECONDS[priorities[entry.ref]][CLOCKS.index(event.clock)] * (100 - WARNED_AT) / 100
                where = TRIAGE if to == TEAM else direct(to)
                name = f"{entry.ref}:{event.clock}:{event.cycle}:breach"
                warned_at = event.due_at - timedelta(seconds=left)
                # What a clock has to say by then is recorded before the act that comes with it.
                ended = any(e.ref == entry.ref and e.at == entry.at and e.kind in _ENDS for e in history)
                yield _Alert(f"{name}:{where}", warned_at, "warning", entry.number, event.clock, ended)
            case _:
                pass
