"""What happened to a clock, each turn in a sentence: for the team with who, why and by which rule; for a client without
the team's own reasons."""

from __future__ import annotations

from bot.domain.alarms import SetAside
from bot.domain.attention import TEAM
from bot.domain.clocks import Clock
from bot.domain.events import (
    Absorbed,
    AskedClient,
    ClientWrote,
    Entry,
    Opened,
    PolicyApplied,
    Reopened,
    Replied,
    Resumed,
    SplitOff,
    WaitedOn,
    Warned,
)
from bot.domain.people import Role
from bot.domain.policy import REPLY_CLOCKS, ClockKind
from bot.domain.request import SPOKEN
from bot.domain.turns import NOTICED_LATE, Turn, What
from bot.messages.model import Moment, Tone, When, line
from bot.messages.why_ends import again, anew, ended
from bot.messages.why_reading import Parts, Reading, because, by, due, hours_name, policy, quoted, short
from bot.messages.words import at_rung, hours, served, span

_SPOKEN = dict(zip(SPOKEN, ("call", "mail", "chat", "visit"), strict=True))


def moment(turn: Turn, read: Reading, now: Clock) -> Moment | None:
    """One turn, dated; None for what its reader does not hear of. `now` is the clock as it stands."""
    said = _said(turn, read)
    if said is None:
        return None
    parts, tone = said
    if turn.what is What.STARTED and turn.clock.target != now.target:
        parts += [f". Target {served(turn.clock.target)}", f" by {policy(turn.clock.terms)}" if read.staff else ""]
    if read.staff:  # it stands behind what happened, before what follows from it
        first = next((n for n, part in enumerate(parts) if str(part).startswith(". ")), len(parts))
        parts.insert(first, f" (rule {turn.rule})")
    return Moment(turn.at, line(*parts, "."), tone)


def _said(turn: Turn, read: Reading) -> tuple[Parts, Tone] | None:
    match turn.what:
        case What.STARTED:
            return _started(turn, read), "plain"
        case What.MOVED:
            return _moved(turn, read), "plain"
        case What.TERMS:
            return _terms(turn, read)
        case What.PAUSED:
            return _paused(turn, read), "warn"
        case What.RESUMED:
            return _resumed(turn, read), "plain"
        case What.COUNTS:
            return _counts(turn, read), "plain"
        case What.WARNED:
            return (_warned(turn, read), "warn") if read.staff else None
        case What.LATE:
            return _late(turn), "bad"
        case What.NOTICED:
            return ([f"The desk noticed it only then, {span(turn.seconds)} late"], "warn") if read.staff else None
        case What.NOT_LATE:
            return ["It was not late after all"], "good"
        case What.ENDED:
            return ended(turn, read)
        case What.JUDGED_ANEW:
            return anew(turn, read)
        case What.AGAIN:
            return again(turn, read), "plain"


# --- how it began ----------------------------------------------------------------------------------------------------


def _started(turn: Turn, read: Reading) -> Parts:
    clock, entry = turn.clock, turn.entry
    if clock.promised:
        return [f"{by(turn, read)} promised news by ", When(clock.promised, "full")]
    parts: Parts = ["Started: ", *_begin(turn, read)]
    if entry and _promised_later(entry, read):
        if not read.staff:
            return [*parts, "; promised since ", When(entry.at, "full")]
        since = When(entry.at, "full")
        return [*parts, "; nothing was promised on it until ", since, f", when {because(turn, read)}"]
    if entry and (entry.at - turn.at).total_seconds() > NOTICED_LATE:
        parts += ["; known since ", When(entry.at, "full")]
    return parts


def _promised_later(entry: Entry, read: Reading) -> bool:
    """Whether the request was there for a while before any policy promised this."""
    opened = read.shown.get(1)
    applied = isinstance(entry.event, PolicyApplied)
    return opened is not None and applied and (entry.at - opened.at).total_seconds() > NOTICED_LATE


def _begin(turn: Turn, read: Reading) -> Parts:
    """What the client did, or the team, that the clock starts with."""
    event, name = read.event(turn.entry), read.requester
    match turn.clock.kind:
        case ClockKind.PERIODIC_UPDATE:
            return [f"{by(turn, read)} replied" if isinstance(event, Replied) else "the last reply"]
        case ClockKind.NEXT_REPLY:
            match event:
                case ClientWrote() | Reopened() | Replied():
                    return [f"{by(turn, read)} wrote"]
                case Absorbed(ref=ref):
                    return [f"a message of {ref or 'another request'}, which was merged in"]
                case _:
                    return ["a message that had no answer yet"]
        case _:
            return [_opening(read, name)]


def _opening(read: Reading, name: str) -> str:
    first = read.shown.get(1)
    event = first.event if first else None
    if not isinstance(event, Opened) or first is None:
        return "the request came in"
    if event.source in SPOKEN:
        return f"{name}'s {_SPOKEN[event.source]}, which {read.who(first)} wrote down"
    if not event.from_client:
        return f"{read.who(first)} opened it for {name}"
    return f"{name}'s message came in" if event.messages else f"{name}'s request came in"


def _moved(turn: Turn, read: Reading) -> Parts:
    match read.event(turn.entry):
        case Absorbed(ref=ref):
            why = f"{ref or 'another request'} was merged in, and its message has waited longer"
        case SplitOff(ref=ref):
            why = f"the older message is {ref or 'another request'}'s"
        case _:
            why = "another message has waited longest"
    return ["It counts from ", When(turn.clock.started_at, "full"), f" on: {why}", *due(turn)]


# --- what changed on the way -----------------------------------------------------------------------------------------


def _terms(turn: Turn, read: Reading) -> tuple[Parts, Tone] | None:
    now, was = turn.clock, turn.was or turn.clock
    same = now.target == was.target
    if not read.staff:
        if same and turn.due == turn.was_due:
            return None
        head = "Our hours for this request changed" if same else f"We promise {_instead(now, was)} now"
        return [head, *due(turn)], "plain"
    had, has = was.terms, now.terms
    parts: Parts = ["The same target" if same else f"Target {_instead(now, was)}", f": {because(turn, read)}"]
    if (had.policy, had.version) != (has.policy, has.version):
        parts.append(f", so {policy(has, priority=False)} holds instead of {policy(had, priority=False)}")
    if had.calendar != has.calendar:
        parts.append(f"; from then on it counts in the hours {hours_name(has.calendar)}")
    return [*parts, *due(turn)], "plain"


def _instead(now: Clock, was: Clock) -> str:
    return f"{served(now.target)} instead of {hours(was.target)}"


def _paused(turn: Turn, read: Reading) -> Parts:
    why = _waits(turn, read)
    label = f" ({turn.label})" if turn.label and read.staff else ""
    which = f"{policy(turn.clock.terms, priority=False)} counts no time" if read.staff else "no time counts"
    return [f"Paused: {why}{'; ' if why else ''}{which} {read.waits(turn.status)}{label}"]


def _resumed(turn: Turn, read: Reading) -> Parts:
    match read.event(turn.entry):
        case ClientWrote():
            why = f"{by(turn, read)} wrote"
        case Resumed() if turn.entry and turn.entry.role is Role.CLIENT:
            why = f"{by(turn, read)} answered"
        case Resumed(reason=reason) if read.staff and turn.entry and turn.entry.role.is_staff:
            why = f"{by(turn, read)} went on" + (f" (“{short(reason)}”)" if reason.strip() else "")
        case PolicyApplied() if read.staff:
            why = f"{policy(turn.clock.terms, priority=False)} counts this wait"
        case WaitedOn(party=party) if read.staff:
            why = f"{by(turn, read)} waits for {party or 'a third party'} now, which counts"
        case _:
            why = "work went on"
    back = f"{served(turn.seconds)} given back" if turn.seconds else "nothing to give back, as no service time passed"
    return [f"Went on: {why}; {back}", *due(turn)]


def _counts(turn: Turn, read: Reading) -> Parts:
    """People take a wait for a pause: where it is none, the story says so."""
    asked = isinstance(turn.entry.event if turn.entry else None, AskedClient)
    why = _waits(turn, read) or ("We wait for your answer" if asked else "We wait for a third party")
    if turn.clock.kind in REPLY_CLOCKS:
        return [f"{why}: a reply is due all the same"]
    which = f"{policy(turn.clock.terms, priority=False)} counts" if read.staff else "we count"
    return [f"{why}: {which} that time"]


def _waits(turn: Turn, read: Reading) -> str:
    """Who waits for whom; empty where that stays with the team."""
    match read.event(turn.entry):
        case AskedClient(question=question):
            return f"{by(turn, read)} asked {read.requester}{quoted(question)}"
        case WaitedOn(party=party) if read.staff:
            return f"{by(turn, read)} waits for {party or 'a third party'}"
        case SetAside():
            return "No answer came, so it was set aside"
        case _:
            return ""


def _warned(turn: Turn, read: Reading) -> Parts:
    event = turn.entry.event if turn.entry else None
    if not isinstance(event, Warned):  # pragma: no cover - a warning is one
        return ["Warned"]
    told = "the team" if event.to == TEAM else read.directory.name_of(event.to) if event.to else ""
    late = f", {span(turn.seconds)} after its time" if turn.seconds else ""
    return [f"Warned {at_rung(event.rung)}{late}", f": {told} was told" if told else ", which nobody was told"]


def _late(turn: Turn) -> Parts:
    clock = turn.clock
    if clock.promised:
        return ["The promised time passed without news: late from then on"]
    match clock.cause:
        case "elapsed" if turn.due and turn.due < turn.at:
            return ["Late from then on: the target was used up at closing, ", When(turn.due, "full")]
        case "elapsed":
            return ["The target was used up: late from then on"]
        case "merged":
            return ["Late: the older message had waited too long already"]
        case _:
            return [
                f"Late at this change: {hours(turn.used)} had counted already, and {hours(clock.target)} is the target"
            ]
