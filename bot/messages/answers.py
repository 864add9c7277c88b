"""What one person reads after acting: what happened, and what comes next. Only they see it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.capacity import Load
from bot.domain.events import MessageClass, Status
from bot.domain.people import Client, Directory, Person
from bot.domain.request import Request
from bot.messages import team
from bot.messages.model import Action, Card, Field, Line, Message, Said, When, line, strong
from bot.messages.words import STATUS, due, first_name, owner_of, person, promise, ref, span, stands


def _said(purpose: str, *lines: Line, actions: tuple[Action, ...] = ()) -> Said:
    return Said(purpose, lines, actions, tone="good")


def opened(request: Request, directory: Directory, at: datetime) -> Said:
    """The request is in."""
    return _said(
        "opened",
        line(
            "That is ",
            ref(request),
            ". ",
            *promise(request, directory, at),
            " It is private; you find all of it in your direct messages."
            if request.private
            else " You find all of it in its thread.",
        ),
    )


def already(request: Request, directory: Directory, at: datetime) -> Said:
    """The message is a request already."""
    return _said("already", line("That is ", ref(request), " already. ", *promise(request, directory, at)))


def assigned(request: Request, directory: Directory, load: int = 0, command: str = "", had: Load | None = None) -> Said:
    """Who has it now; `load` is how many open requests that makes for them, `had` what they had if the desk chose."""
    if request.owner is None:
        return _said("assigned", line(ref(request), " is back with the team."))
    told = line(person(directory, request.owner), " has ", ref(request), " now; they and the client were told.")
    return _said("assigned", told, *_why(had), *_fuller(request, directory, load, command))


def _why(had: Load | None) -> tuple[Line, ...]:
    """Why the desk chose them."""
    if had is None:
        return ()
    late = "nothing late" if not had.late else f"{had.late} of them late"
    return (line(f"They had the most room: {had.open} open, {late}." if had.open else "They had nothing open."),)


def replied(request: Request, directory: Directory) -> Said:
    """The reply is on its way; or it stays with the team, where all who would read it have left."""
    if gone := _unread(request, directory):
        share = Action("share", "Share with…", {"request": request.number})
        return Said("replied", (line("Kept in ", ref(request), ". ", gone),), (share,), tone="warn")
    return _said("replied", line("Sent to the client in ", ref(request), ". ", *due(request, directory)))


def _unread(request: Request, directory: Directory) -> str:
    """Why nobody of the client's reads a private request any more, and what to do next; empty where somebody does."""
    readers = [directory.person(id) for id in (request.requester, *request.stakeholders)]
    if not request.private or any(each is None or each.active for each in readers):
        return ""
    names = " and ".join(each.name for each in readers if each)
    return f"Nobody of theirs reads it any more: {names} left. Share it with whoever speaks for them now."


def taken(request: Request, directory: Directory, after: Message | None = None) -> Said:
    """Nobody had it, and somebody spoke for the team: it is theirs now, with the way out. It follows what they read."""
    name = first_name(directory, request.requester)
    told = "." if _unread(request, directory) else f"; {name} was told."
    mine = line("Nobody had ", ref(request), f", so it is yours now{told}")
    back = Action("assign", "Not mine", {"request": request.number, "to": "team"}, staff_only=True)
    if isinstance(after, Said):
        return replace(after, lines=(*after.lines, mine), actions=(*after.actions, back))
    return _said("taken", mine, actions=(back,))


def prioritised(request: Request, directory: Directory) -> Said:
    """The new priority and what it means."""
    return _said("priority", line(ref(request), f" is {request.priority} now. ", *due(request, directory)))


def labelled(request: Request, directory: Directory, *, was: Request) -> Said:
    """Its tags and kind, and what it is promised by them now."""
    kind = directory.kinds.get(request.kind)
    what = kind.label if kind else request.kind or "of no kind"
    tags = f"tagged {', '.join(request.tags)}" if request.tags else "without a tag"
    now, then = request.sla.terms, was.sla.terms
    said = line(ref(request), f" is {what}, {tags}. ")
    if now is None or (then and now.policy == then.policy):
        return _said("labels", said)
    if not now.matched:
        return _said("labels", line(*said, "No policy matches it now, so it has no deadlines."))
    return _said("labels", line(*said, f"It falls under {now.policy} now. ", *due(request, directory)))


def asked(before: Request, request: Request, directory: Directory) -> Said:
    """The question is out; of two waits the later one holds."""
    party = before.party if before.status is Status.WAITING_OTHER else ""
    ended = (line(f"It waits for {party} no longer, and nobody is reminded to chase them."),) if party else ()
    return _said(
        "asked",
        line(
            "Asked. ",
            ref(request),
            " waits for ",
            person(directory, request.requester),
            "; the resolution clock is paused until they answer.",
        ),
        *ended,
    )


def resolved(request: Request, undo: timedelta) -> Said:
    """Resolved, with the way back."""
    back = Action("undo", "Undo", {"request": request.number}, "primary")
    # ✅ resolves without a word; what was done can still be said.
    add = () if request.summary else (Action("reply", "Add what was done", {"request": request.number}),)
    said = line(ref(request), f" is resolved. In {span(undo.total_seconds())} the client is asked whether it works.")
    return Said("resolved", (said,), (back, *add), tone="good")


def done(what: str) -> Callable[[Request, Directory], Said]:
    """A plain word that it happened."""
    return lambda request, directory: _said("done", line(ref(request), f" {what}"))


def claimed(request: Request, directory: Directory, load: int = 0, command: str = "") -> Said:
    """It is theirs, and what is due; `load` is how many open requests that makes for them."""
    said = line(ref(request), " is yours; the client was told. ", *due(request, directory))
    return _said("claimed", said, *_fuller(request, directory, load, command))


def _fuller(request: Request, directory: Directory, load: int, command: str) -> tuple[Line, ...]:
    """Where somebody has more than they take on: it is done, and there is another way."""
    owner = owner_of(request, directory)
    if owner is None or not 0 < owner.work.limit < load:
        return ()
    over = f"That makes {load} open for {owner.name}, who takes on {owner.work.limit}. "
    return (line(over, f"{command} assign {request.number} next gives it to somebody with room."),)


def card_for_staff(request: Request, directory: Directory) -> Card:
    """The card, as it stands in triage."""
    return team.card(request, directory)


def card_for_client(request: Request, directory: Directory, at: datetime, *, sees: Collection[int] = ()) -> Card:
    """What the client needs: where it stands, who has it, when they hear next. `sees`: other requests the reader
    may hear of."""
    # A resolve that may still be undone has not happened yet for them.
    pending = request.status is Status.RESOLVED and not request.announced
    fields = [Field("Next", promise(request, directory, at))] if request.status.is_open else []
    if request.question:
        fields.append(Field("We asked you", line(request.question)))
    if request.summary and not request.status.is_open and not pending:
        fields.append(Field("What was done", line(request.summary)))
    if request.outcome:
        fields.append(Field("Outcome wanted", line(request.outcome)))
    fields.append(Field("Opened", line(When(request.opened_at, "full"), " by ", person(directory, request.requester))))
    actions: tuple[Action, ...] = ()
    if request.status is Status.RESOLVED and request.announced:
        actions = (
            Action("works", "Yes, it works", {"request": request.number}, "primary"),
            Action("not-yet", "Not yet", {"request": request.number}),
        )
    base = team.card(request, directory)
    return replace(
        base,
        priority="",  # how we rank it among others is ours; the times we promised are theirs
        status=stands(request, sees=sees),
        tone="good" if request.status in (Status.RESOLVED, Status.CLOSED) and not pending else "plain",
        fields=tuple(fields),
        actions=actions,
        more=(Action("why", "Why this time?", {"request": request.number}),),
    )


def client_added(client: Client, level: str, command: str) -> Said:
    """What the new client has, and what is next."""
    return _said(
        "setup",
        line(
            strong(client.name), f" is here, with its own channel, office hours in {client.zone} and {level} targets."
        ),
        line(f"Next: add its people with {command} add-person client NAME."),
    )


def person_added(someone: Person, command: str) -> Said:
    """Who was added, and how they get in."""
    how = f"To let them in, press the button, or type {command} invite @{someone.id} when they are at hand: "
    return _said(
        "setup",
        line(strong(someone.name), f" is here as {someone.role}; their name for commands is @{someone.id}."),
        line(how + "the link that you then send them works once, for 10 minutes, and so does the code for a chat."),
        actions=(Action("invite", f"Link for {someone.name}", {"person": someone.id}),),
    )


def added(request: Request, message: str) -> Said:
    """A line that followed at once was taken as part of the request before it; one press makes it its own."""
    words = ", since it came right after. Is it something else? Then it gets a number, an owner and a reply time."
    another = Action("another", "This is another matter", {"message": message})
    return _said("added", line("Added to ", ref(request), words), actions=(another,))


def only_commands_here(actor: Person, command: str) -> Said:
    """Plain words to the desk itself are read by nobody; here is what works."""
    where = "in a request's thread" if actor.is_staff else "in your channel"
    mine = Action("my", "My work" if actor.is_staff else "My requests")
    new = () if actor.is_staff else (Action("new", "New request", {}, "primary"),)
    press = "" if actor.is_staff else " press “New request”,"
    words = f"Here I take commands only, and nobody reads along. Write {where},{press} or type {command} to see them."
    return Said("hint", (line(words),), (*new, mine), tone="warn")


def recounted(request: Request, directory: Directory, cls: MessageClass) -> Said:
    """What the message counts as, and what is due now."""
    how = "only thanks" if cls is MessageClass.COURTESY else "one that needs an answer"
    ends = "" if request.status.is_open else f"{STATUS[request.status]}."
    next_due = due(request, directory) if request.status.is_open else line(ends)
    return _said("recounted", line(ref(request), f": that message counts as {how}. ", *next_due))
