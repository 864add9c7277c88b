"""How a clock's cycle ended, was judged anew, or goes on after all, each in a sentence."""

from __future__ import annotations

from bot.domain.clocks import Clock, Outcome
from bot.domain.events import (
    Absorbed,
    Adopted,
    Cancelled,
    ClientWrote,
    Closed,
    MessageClass,
    MessageClassCorrected,
    NewsPromised,
    PolicyApplied,
    Reopened,
    Replied,
    Resolved,
    ResolveUndone,
    SplitOff,
    Unmerged,
)
from bot.domain.policy import ClockKind
from bot.domain.turns import Turn
from bot.messages.model import Tone
from bot.messages.why_reading import Parts, Reading, because, by, due, policy
from bot.messages.words import hours, served, span


def ended(turn: Turn, read: Reading) -> tuple[Parts, Tone]:
    deed, verdict, tone = _deed(turn, read), judged(turn.clock, turn.used), tone_of(turn.clock)
    return [f"{deed}: {verdict}"], tone


def _deed(turn: Turn, read: Reading) -> str:
    clock, who = turn.clock, by(turn, read)
    match read.event(turn.entry):
        case Replied():
            return f"{who} replied"
        case Resolved():
            return f"{who} resolved it"
        case Closed():
            return f"{who} closed it"
        case Cancelled(into_ref=ref, reason="merged"):
            return f"It was merged into {ref or 'another request'}"
        case Cancelled():
            return f"{who} set it aside as no request"
        case NewsPromised():
            return f"{who} promised another time"
        case ClientWrote() | Reopened():
            return (
                f"{who} wrote, so a reply is due before an update"
                if clock.kind is ClockKind.PERIODIC_UPDATE
                else f"{who} wrote"
            )
        case Absorbed(ref=ref):
            return f"{ref or 'Another request'} was merged in, so a reply is due before an update"
        case SplitOff(ref=ref):
            return f"The message that it waited on is {ref or 'another request'}'s now"
        case Adopted(system=system):
            return f"It was taken over from {system} as it stood"
        case MessageClassCorrected(reply=reply, cls=cls):
            return f"{who} said that {_recounted(reply=reply, cls=cls)}"
        case PolicyApplied(terms=terms):
            none = f"{policy(terms)} promises none" if terms.matched else "no policy takes it any more"
            return f"Nothing is due on it: {none}" + (f", since {because(turn, read)}" if turn.cause else "")
        case ResolveUndone():
            return f"{who} took the resolve back"
        case _:
            return "Nothing is waited for any more"


def _recounted(*, reply: bool, cls: MessageClass) -> str:
    which = "a message of the team" if reply else "a message of the client"
    return f"{which} {'counts' if cls is MessageClass.SUBSTANCE else 'was only thanks'}"


def judged(clock: Clock, used: float) -> str:
    """The verdict in words, with what it rests on."""
    of = f"{hours(used)} of {hours(clock.target)}"
    match clock.outcome:
        case Outcome.MET if clock.promised:
            return f"kept, {span(clock.target - used)} before its time"
        case Outcome.MET:
            return f"met, {of} used, {hours(clock.target - used)} to spare"
        case Outcome.MISSED if used <= clock.target:
            return "missed: what was late stays late"
        case Outcome.MISSED if clock.promised:
            return f"missed, {span(used - clock.target)} late"
        case Outcome.MISSED:
            return f"missed, {of} used, {hours(used - clock.target)} too late"
        case Outcome.CLOSED_WITHOUT_REPLY:
            late = f", {hours(used - clock.target)} too late already" if used > clock.target else ""
            return f"it ended without a personal reply{late}"
        case _:
            return "it ends without a verdict"


def tone_of(clock: Clock) -> Tone:
    """Good, bad, or neither."""
    match clock.outcome:
        case Outcome.MET:
            return "good"
        case Outcome.MISSED:
            return "bad"
        case Outcome.CLOSED_WITHOUT_REPLY:
            return "bad" if clock.breached_at else "warn"
        case Outcome.RUNNING if clock.breached_at:
            return "bad"
        case _:
            return "plain"


def anew(turn: Turn, read: Reading) -> tuple[Parts, Tone]:
    match read.event(turn.entry):
        case Cancelled():
            return [f"{_deed(turn, read)}: the verdict counts no more"], "plain"
        case Unmerged():
            return [f"{by(turn, read)} took the merge back: {judged(turn.clock, turn.used)}, as before"], "plain"
        case None:
            return [f"Judged anew: {judged(turn.clock, turn.used)}"], tone_of(turn.clock)
        case _:
            return [f"Judged anew, as {_deed(turn, read)}: {judged(turn.clock, turn.used)}"], tone_of(turn.clock)


def again(turn: Turn, read: Reading) -> Parts:
    who = by(turn, read)
    match read.event(turn.entry):
        case Reopened():
            out = f"; {served(turn.seconds)} while it was solved do not count" if turn.seconds else ""
            return [f"{who} reopened it, and the same clock goes on{out}", *due(turn)]
        case ResolveUndone():
            return [f"{who} took the resolve back: it counts as if that had never been", *due(turn)]
        case Unmerged():
            return [f"{who} took the merge back: it goes on as if that had never been", *due(turn)]
        case PolicyApplied(terms=terms):
            why = f", since {because(turn, read)}" if turn.cause else ""
            return [f"{policy(terms)} takes it{why}: it counts from its first start", *due(turn)]
        case MessageClassCorrected(reply=reply, cls=cls):
            return [f"{who} said that {_recounted(reply=reply, cls=cls)}: it goes on", *due(turn)]
        case _:
            return ["It goes on from its first start", *due(turn)]
