"""What a step did to a request's clocks: each transition by name, for whoever follows them from outside."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.clocks import Clock, State


@dataclass(frozen=True)
class Transition:
    """One clock went from one state to another.

    By name: started, restarted, paused, resumed, retargeted, warned, breached, met, missed, closed_without_reply or
    cancelled.
    """

    name: str
    clock: Clock


def transitions(before: State, after: State) -> tuple[Transition, ...]:
    """All transitions between two states of one request's clocks, by clock in order of their start."""
    was = {(clock.kind, clock.cycle): clock for clock in before.clocks}
    found: list[Transition] = []
    for clock in after.clocks:
        found += [Transition(name, clock) for name in _names(was.get((clock.kind, clock.cycle)), clock)]
    return tuple(found)


def _names(was: Clock | None, now: Clock) -> list[str]:
    names: list[str] = []
    if was is None or (now.running and not was.running):
        names.append("started" if was is None else "restarted")
    elif was.running and now.running and was.paused is not now.paused:
        names.append("paused" if now.paused else "resumed")
    if was is not None and was.target != now.target:
        names.append("retargeted")
    if len(now.warned) > (len(was.warned) if was else 0):
        names.append("warned")
    if now.breached_at and (was is None or not was.breached_at):
        names.append("breached")
    if not now.running and (was is None or was.running):
        names.append(now.outcome.value)
    return names
