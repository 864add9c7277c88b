"""One person with several accounts: a code that the desk gives them in one place makes the account from which it is
typed theirs in another.

A code is kept as a digest, for a quarter of an hour, and is good once. It moves nobody to another client, nor from a
client to the team; and what somebody has open moves with nobody, so that no request loses its people unseen.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.codec import message_to_json, message_to_show
from bot.desk import codes
from bot.desk.context import Context, Desk, Refusal
from bot.desk.conversations import direct
from bot.desk.newcomer import Newcomer
from bot.desk.parting import away
from bot.domain.people import Directory, Person
from bot.domain.request import Status
from bot.domain.search import Among, Search
from bot.domain.tokens import ORDER
from bot.messages import linking as say
from bot.messages.model import Answer
from bot.messages.refusals import refused
from bot.ports import (
    BROWSER,
    Account,
    AlreadyHandled,
    Conflict,
    DirectoryEdit,
    Draft,
    InboxId,
    Op,
    RequestQuery,
)

LIFE = timedelta(minutes=15)
WRONG = 5
"""So many wrong codes within that time, and somebody has to wait until it is over."""
HERE = "here"
"""What is typed instead of a code to be spoken with on this platform."""
_OPEN = tuple(status for status in Status if status.is_open)
_TRIES = 20
_TYPED = re.compile(r"\s*link\s+([a-z0-9]{4,12}|[a-z0-9]{5}[\s\u2010-\u2015-]+[a-z0-9]{5})\s*", re.IGNORECASE)


def typed(text: str) -> str | None:
    """What is meant by words that are written to the desk in person, where nothing but a command is: a code to be
    linked. None for all else."""
    found = _TYPED.fullmatch(text)
    return f"link {found[1]}" if found else None


def is_code(word: str) -> bool:
    """Whether it is a code, be it a wrong one, that follows `link`."""
    return bool(word.strip()) and word.strip().lower() != HERE


async def new_code(desk: Desk, person: Person) -> str:
    """A code for `link CODE`; the one before is good no more."""
    code = codes.drawn()
    until = desk.clock.machine() + LIFE
    await desk.store.linking.put_code(person.id, codes.digest("link", code), until)
    return code


async def link(desk: Desk, account: Newcomer, actor: str, code: str, event: InboxId | None = None) -> Answer:
    """The account is one more of whoever was given the code. `actor` is who it is so far; empty for nobody."""
    # An event's answer is its account's, which is another person's after the first time.
    event = replace(event, event_id=f"{_digest(account)}/{event.event_id}") if event else None
    try:
        if event and (before := await desk.store.handled(event)) is not None:
            raise AlreadyHandled(before)
        return await _link(desk, account, actor, code, event)
    except AlreadyHandled as seen:
        return Answer(message_to_show(seen.result) if seen.result else None)
    except Refusal as no:
        return refused(str(no))


async def _link(desk: Desk, account: Newcomer, actor: str, code: str, event: InboxId | None) -> Answer:
    kept, now = desk.store.linking, desk.clock.machine()
    guesser = _digest(account)
    if await kept.tries(guesser, now) >= WRONG:
        raise Refusal(say.too_often())
    digest = codes.digest("link", code)
    whose = await kept.whose_code(digest, now)
    if whose is None:
        await kept.missed(guesser, now, now + LIFE)
        raise Refusal(say.wrong_code(desk.rules.command))
    used = False
    for _ in range(_TRIES):
        directory = await desk.store.directory()
        into = directory.people.get(whose)
        if into is None or not into.active:
            raise Refusal(say.wrong_code(desk.rules.command))
        holder = directory.people.get(actor or await desk.store.identify(*account.account) or "")
        if holder == into:
            return Answer(say.already(account.platform, desk.rules.command))
        if holder is not None:
            await _may_move(desk, directory, holder, into)
        if not used and not await kept.use_code(digest, now):
            raise Refusal(say.wrong_code(desk.rules.command))  # somebody used it at this moment
        used = True
        try:
            return await _moved(desk, directory, account, holder, into, event)
        except Conflict:
            continue
    raise Refusal(say.busy(desk.rules.command))


async def _may_move(desk: Desk, directory: Directory, holder: Person, into: Person) -> None:
    """Raises Refusal where somebody's account is not to be another's."""
    if not holder.active:
        raise Refusal(say.has_left(directory))
    if (holder.role.is_staff, holder.client) != (into.role.is_staff, into.client):
        raise Refusal(say.another_side(holder, directory))
    if holder.role.is_staff and ORDER.index(holder.role) > ORDER.index(into.role):
        raise Refusal(say.less(holder, into, desk.rules.command))
    if found := await _open(desk, holder):
        raise Refusal(say.has_open(holder, found, await _open(desk, into), desk.rules.command))


async def _open(desk: Desk, person: Person) -> int:
    """How many open requests somebody raised or has, or sees though they are private."""
    asked = [RequestQuery(requester=person.id), RequestQuery(owner=person.id)]
    if not person.role.is_staff:
        asked.append(RequestQuery(viewer=person, search=Search(private=True, requesters=Among(none=(person.id,)))))
    pages = [await desk.store.page(replace(each, statuses=_OPEN, limit=1)) for each in asked]
    return sum(page.total for page in pages)


async def _moved(
    desk: Desk, directory: Directory, account: Newcomer, holder: Person | None, into: Person, event: InboxId | None
) -> Answer:
    accounts = await desk.store.identities()
    there = await desk.store.binding(direct(into.id))
    # Where the desk speaks with them stays as it is until they say otherwise: the notice must find whom it concerns.
    home = into.home or (there.platform if there else "")
    # Where a platform's user is one in all of its servers, those rows are one account.
    moved = {account.account, *(_alike(accounts, account.account, holder.id) if holder else ())}
    left = [each for each in real(accounts, holder.id) if each not in moved] if holder else []
    people = [replace(into, home=home)] if home != into.home else []
    if holder is not None and not left:
        people.append(replace(holder, active=False))
    notice = Draft(
        f"linked:{_digest(account)}:{directory.version}",
        Op.POST,
        direct(into.id),
        say.notice(account.platform, account.name, name_of(account.account)),
    )
    edit = DirectoryEdit(
        people=tuple(people),
        identities=tuple((*each, into.id) for each in sorted(moved)),
        outbox=() if desk.suppressed else (notice,),
        expected=directory.version,
        inbox=event,
        at=desk.now(),
    )
    others = [name_of(each) for each in left]
    told = say.linked(into, account.platform, name_of(account.account), others, seen=account.seen)
    edit = replace(edit, result=message_to_json(told))
    from bot.desk.plan import audited  # how all settings are written is loaded by the first edit: no timer edits any

    await desk.store.edit_directory(audited(directory, edit, into.id, desk.now(), accounts))
    return Answer(told)


async def unlink(context: Context, account: Account, person: Person) -> Answer:
    """The account is theirs no more. Whose it was before, and who has none since, has it again; else it is nobody's."""
    store = context.desk.store
    accounts = await store.identities()
    gone = _alike(accounts, account, person.id)
    left = [each for each in real(accounts, person.id) if each not in gone]
    if account[0] == BROWSER and account[2] == person.id:
        raise Refusal(say.browser_stays())
    if not left:
        raise Refusal(say.the_only_one(context.desk.rules.command))
    back = next((p for id in await store.linking.former(account) if (p := _gone(context, accounts, id, person))), None)
    there = await store.binding(direct(person.id))
    elsewhere = there is not None and there.platform == account[0]  # what is theirs must not be read there any more
    people = [replace(back, active=True)] if back else []
    if person.home == account[0] and all(platform != account[0] for platform, *_ in left):
        people.append(replace(person, home=""))
    moved = await away(context.desk, context.directory, person, account[0])
    edit = replace(
        moved,
        people=tuple(people),
        identities=tuple((*each, back.id) for each in gone) if back else (),
        parted=() if back else tuple(gone),
        unbound=(*moved.unbound, *((direct(person.id),) if elsewhere else ())),
    )
    return await context.edit(edit, Answer(say.unlinked(account[0], name_of(account), back, person)), accounts)


def _gone(context: Context, accounts: Sequence[tuple[str, str, str, str]], id: str, person: Person) -> Person | None:
    """Who left the desk by being linked: nobody else is taken back in by an account."""
    found = context.directory.people.get(id)
    if found is None or found.active or found.id == person.id or real(accounts, id):
        return None
    return found if (found.role.is_staff, found.client) == (person.role.is_staff, person.client) else None


async def went(desk: Desk, id: str) -> bool:
    """Whether somebody is here no more only because their accounts became another person's: what they wrote is still
    that one's to take away."""
    person = (await desk.store.directory()).people.get(id)
    return person is not None and not person.active and not real(await desk.store.identities(), id)


async def were(desk: Desk, before: str, now: str, platform: str) -> bool:
    """Whether somebody went by becoming another person, whose account of that platform was theirs before."""
    if not await went(desk, before):
        return False
    accounts = [each for each in real(await desk.store.identities(), now) if each[0] == platform]
    return any([before in await desk.store.linking.former(account) for account in accounts])


def _alike(accounts: Sequence[tuple[str, str, str, str]], account: Account, person: str) -> list[Account]:
    return [(p, w, user) for p, w, user, whose in accounts if (p, user, whose) == (account[0], account[2], person)]


def real(accounts: Sequence[tuple[str, str, str, str]], person: str) -> list[Account]:
    """Somebody's accounts, without the names by which a manager added them to a chat that has not met them yet."""
    return [(p, w, user) for p, w, user, whose in accounts if whose == person and (p == BROWSER or user != person)]


def _digest(account: Newcomer) -> str:
    return hashlib.sha256(name_of(account.account).encode()).hexdigest()


def name_of(account: Account) -> str:
    """How an account is written, in files and commands."""
    return "/".join(account)
