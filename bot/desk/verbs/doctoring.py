"""Is the desk well? For managers, in chat."""

from __future__ import annotations

from bot.commands import Who, command
from bot.desk.context import Context
from bot.desk.doctor import examine
from bot.messages.doctor import report
from bot.messages.model import Answer


@command(who=Who.MANAGER, label="Doctor", example="doctor")
async def doctor(context: Context) -> Answer:
    """Check people, clients, hours, channels, timers and chat platforms; each finding says what mends it."""
    desk = context.desk
    machine = desk.clock.machine()
    found = await examine(desk.store, context.at, desk.rules.command, machine, desk.look_outside)
    return Answer(report([(f.level.value, f.about, f.what, f.mend) for f in found]))
