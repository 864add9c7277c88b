"""Whoever runs the desk proves it in any chat by a one-time code that was printed where it was started.

The code is kept as a digest, for a day; after five wrong tries another one is needed, and is written to the log.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

from bot.desk import codes
from bot.desk.bootstrap import FIRST, FIRST_NAME
from bot.desk.context import Context, Desk, Refusal
from bot.desk.newcomer import Newcomer
from bot.desk.plan import audited
from bot.desk.roster import free_id
from bot.desk.verbs.wizard import first_form
from bot.domain import text as words
from bot.domain.people import Directory, Person, Role
from bot.messages import setup as say
from bot.messages.model import Answer
from bot.messages.refusals import busy, refused
from bot.ports import AlreadyHandled, CodeTry, Conflict, DirectoryEdit, InboxId, Place

log = logging.getLogger("steward.setup")

LIFE = timedelta(hours=24)
TRIES = 20


async def new_code(desk: Desk) -> str:
    """A code for `setup CODE`, good once and for a day (machine time); the one before is good no more."""
    code = codes.drawn()
    await desk.store.put_setup_code(codes.digest("setup", code), desk.clock.machine() + LIFE)
    return code


async def claim(
    desk: Desk,
    newcomer: Newcomer,
    code: str,
    place: Place | None,
    person: Person | None = None,
    event: InboxId | None = None,
) -> Answer:
    """With the right code the newcomer becomes a manager, and the wizard begins; everybody else is refused kindly.
    `person` is who they are already, on the team. Told again, the same event counts no second time."""
    if not code.strip():
        return refused(say.needs_code(desk.rules.command))
    try:
        return await _claim(desk, newcomer, code, place, person, event)
    except Refusal as no:
        return refused(str(no))


async def _tried(desk: Desk, newcomer: Newcomer, code: str, event: InboxId | None) -> CodeTry:
    if event is not None:
        # An event's answer is its account's, and names no other thing that the same event sets off.
        event = replace(event, event_id=f"setup/{'/'.join(newcomer.account)}/{event.event_id}")
    try:
        return await desk.store.try_setup_code(codes.digest("setup", code), desk.clock.machine(), event)
    except AlreadyHandled as seen:
        # Where the desk ended before they were a manager, the rest is done now.
        before = CodeTry(seen.result)
        return CodeTry.WRONG if before is CodeTry.SPENT else before


async def _unused(desk: Desk, directory: Directory) -> tuple[Person, ...]:
    """The first start's manager, put aside, where nobody has done anything as them: strangers would be sent to somebody
    who is nobody, and reviews hosted by them."""
    first = directory.people.get(FIRST)
    if first is None or not first.active or first.name != FIRST_NAME or directory.clients:
        return ()
    if any(change.by == FIRST for change in await desk.store.setting_changes()):
        return ()
    accounts = [account for account in await desk.store.identities() if account[3] == FIRST]
    return (replace(first, active=False),) if len(accounts) == 1 else ()


async def _claim(
    desk: Desk, newcomer: Newcomer, code: str, place: Place | None, known: Person | None, event: InboxId | None
) -> Answer:
    outcome = await _tried(desk, newcomer, code, event)
    if outcome is CodeTry.SPENT:
        another = await new_code(desk)
        log.warning("the setup code was tried wrongly too often; it is now %s", another)
        raise Refusal(say.spent_code())
    if outcome is CodeTry.WRONG:
        raise Refusal(say.wrong_code())
    for _ in range(TRIES):
        directory = await desk.store.directory()
        # Who was told twice at once may be somebody by now.
        known = known or directory.people.get(await desk.store.identify(*newcomer.account) or "")
        if known is not None:
            person = replace(known, role=Role.MANAGER)
            edit = DirectoryEdit(people=(person, *await _unused(desk, directory)), expected=directory.version)
        else:
            name = " ".join(words.clean(newcomer.name).split())[:80] or "Manager"
            person = Person(free_id(name, directory.people), name, Role.MANAGER, newcomer.zone)
            identity = (*newcomer.account, person.id)
            people = (person, *await _unused(desk, directory))
            edit = DirectoryEdit(people=people, identities=(identity,), expected=directory.version)
        try:
            # The code is used up by now; should this fail, the same event does the rest when it is told again, and the
            # next start of a desk without clients prints another one.
            await desk.store.edit_directory(audited(directory, edit, person.id, desk.now()))
        except Conflict:
            continue
        break
    else:
        raise Refusal(busy())
    context = Context(desk, person, desk.now(), await desk.store.directory(), place)
    return Answer(form=first_form(context))
