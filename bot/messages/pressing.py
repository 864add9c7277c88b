"""What is said about promised news, waiting for a third party, and what cannot wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.clocks import Clock, Outcome
from bot.domain.events import Entry, Status, UrgencyLifted
from bot.domain.people import Directory
from bot.domain.request import Request
from bot.messages.model import Action, Line, Quote, Said, When, line
from bot.messages.team import urgent as urgency
from bot.messages.words import first_name, owner_of, person, promise, ref, status_of


def _button(command: str, label: str, request: Request, *, primary: bool = False) -> Action:
    return Action(command, label, {"request": request.number}, "primary" if primary else "plain", staff_only=True)


# --- promised news ------------------------------------------------------------------------------------------------


def news(request: Request, directory: Directory, clock: Clock) -> Said:
    """To the client: when they hear next; the same message says how the promise ended."""
    due = When(clock.promised or clock.started_at)
    if clock.outcome is Outcome.MET:
        return Said("news", (line(ref(request), ": news was promised by ", due, ", and you have it."),), tone="good")
    if clock.outcome is Outcome.MISSED:
        came = When(clock.ended_at or clock.started_at)
        late = line(
            ref(request), ": news was promised by ", due, " and came at ", came, ". We are sorry it took longer."
        )
        return Said("news", (late,))
    owner = owner_of(request, directory)
    who: Line = line(person(directory, owner.id), " has it. ") if owner else line("Our team has it. ")
    return Said("news", (line(ref(request), ": ", *who, "You hear next by ", due, " your time."),))


def promised(request: Request, directory: Directory, due: datetime, zone: str, *, replied: bool) -> Said:
    """To the one who promised: until when, in their zone, and what keeps it."""
    name = first_name(directory, request.requester)
    said = line(f"{name} sees that news on ", ref(request), " comes by ", When(due, "full"), f" ({zone}). ")
    keeps = "A reply by then keeps it; you are reminded before."
    counts = "" if replied else " The time alone is no reply: a reply that is due stays due."
    again = Action("next", "Another time", {"request": request.number})
    return Said("promised", (line(*said, keeps + counts),), (again,), tone="good")


# --- waiting for a third party ------------------------------------------------------------------------------------


def waiting_on(request: Request, directory: Directory) -> Said:
    """To the client: why it is not ours to go on with now, and who sees to it that it does."""
    named = directory.clients[request.client].settings.name_party
    chaser = directory.person(request.chaser or request.owner)
    who = line(person(directory, chaser.id)) if chaser and chaser.is_staff else line("Our team")
    until = line(", next on ", When(request.chase_at, "full")) if request.chase_at else line(" until they answer")
    lines = (
        line(ref(request), f" now waits for {request.party if named else 'a third party'}. ", *who, " chases them"),
        until,
    )
    return Said("waiting-on", (line(*lines[0], *until, ". You need do nothing; add anything here."),))


def over(request: Request, before: Request, directory: Directory) -> Said:
    """In place of what the client read about waiting for a third party, once that is over."""
    named = directory.clients[request.client].settings.name_party
    party = before.party if named else "a third party"
    if request.status in (Status.WAITING_CLIENT, Status.SET_ASIDE, Status.RESOLVED):
        now = line("What we ask you about it stands below.")
    elif request.status.is_open:
        owner = owner_of(request, directory)
        who = line(person(directory, owner.id)) if owner else line("Our team")
        now = line(*who, " went on with it; no answer was needed from you for that.")
    else:
        now = line("It has ended.")
    return Said("waiting-on", (line(ref(request), f" waited for {party}; that is over. ", *now),))


def asked_over(request: Request, before: Request, directory: Directory) -> Said:
    """In place of the question that the client read, once the request does not wait for the answer any more."""
    lines: list[Line] = [line("We asked about ", ref(request), ":"), (Quote(before.question),)]
    if request.status is Status.WAITING_OTHER:
        lines.append(line("It does not wait for your answer any more; what you know is welcome here all the same."))
    else:
        lines.append(line("It does not wait for your answer any more."))
    return Said("waiting", tuple(lines))


def waits(request: Request, directory: Directory, *, before: Request, zone: str) -> Said:
    """To the one who set it waiting; of two waits the later one holds."""
    chaser = directory.person(request.chaser or request.owner)
    when = (" on ", When(request.chase_at, "full"), f" ({zone}), then each day") if request.chase_at else ()
    who: Line = line(person(directory, chaser.id), " is reminded", *when, ".") if chaser and when else ()
    nobody = line("No date is set, so nobody is reminded.") if not when else line("Nobody chases it yet: assign it.")
    said = line(ref(request), f" waits for {request.party}; the client was told. ", *(who or nobody))
    asked = before.status in (Status.WAITING_CLIENT, Status.SET_ASIDE)
    name = first_name(directory, request.requester)
    ended = (line(f"It no longer waits for {name}'s answer; {name} reads so, and is not reminded."),) if asked else ()
    return Said("waits", (said, *ended, line("Its clocks run on, as promised to the client.")), tone="good")


def chase(request: Request, directory: Directory) -> Said:
    """To whoever chases the third party: it is time to ask again."""
    said = line(ref(request), f", “{request.title}”, still waits for {request.party}. Please ask them again.")
    return Said(
        "chase",
        (said,),
        (
            _button("resume", "Go on", request, primary=True),
            _button("wait-on", "Chased, new date", request),
            _button("reply", "Reply to client", request),
        ),
        tone="warn",
    )


# --- urgency ------------------------------------------------------------------------------------------------------


def told_urgent(request: Request, directory: Directory, paged: Sequence[str], at: datetime) -> Said:
    """To the client, at once and honestly: who was called, or when somebody looks."""
    terms = request.sla.terms
    calendar = directory.calendars.get(terms.calendar) if terms else None
    head = line("Thank you for telling us: ", ref(request), " is marked urgent. ")
    if paged:
        names: Line = ()
        for index, id in enumerate(paged):
            names = (*names, *line(" and " if index else ""), person(directory, id))
        return Said(
            "urgent", (line(*head, *names, " was called at ", When(at), ". ", *promise(request, directory, at)),)
        )
    opens = calendar.next_open(at) if calendar and not calendar.is_open(at) else None
    when = line("We are closed until ", When(opens, "full"), "; a person looks at it then. ") if opens else ()
    known = line("Our team sees it first of all. ")
    return Said("urgent", (line(*head, *when, *known, *(() if opens else promise(request, directory, at))),))


def known(request: Request, directory: Directory, *, added: bool) -> Said:
    """To the client who says so again: it is known, and since when who has it."""
    owner = owner_of(request, directory)
    who = line(person(directory, owner.id), " has it") if owner else line("our team has it")
    since = line(", urgent since ", When(request.urgent_at)) if request.urgent_at else ()
    words = " Your words were added." if added else " Add anything new in its thread."
    return Said("urgent", (line("We know: ", ref(request), ", ", *who, *since, ".", words),), tone="good")


def marked(request: Request) -> Said:
    """To the client who marked it."""
    return Said(
        "urgent", (line(ref(request), " is marked urgent. What happens now stands in its thread."),), tone="good"
    )


def page(request: Request, directory: Directory, where: str, since: Sequence[Entry] = ()) -> Said:
    """To those who are called, and the alerts channel; the same message says who took it and how it ended.

    `since` is what has just happened; `where` names whose copy it is.
    """
    called = request.attention.page
    client = directory.clients.get(request.client)
    by = called.by if called else request.requester
    firm = client.name if client else request.client
    says = "says it is urgent." if request.urgent else "said it is urgent."
    lines = [line(ref(request), f", “{request.title}”: ", person(directory, by), f", {firm}, ", says)]
    end = _page_over(request, directory, since)
    owner = owner_of(request, directory)
    if not end:
        has = line(person(directory, owner.id), " has it.") if owner else line("nobody yet. Whoever claims it has it.")
        lines += [urgency(request), line("Owner: ", *has)]
    if called and called.answered_at:
        answer = line(person(directory, called.answered_by), " answered ", When(called.answered_at), ".")
        lines.append(answer)
    promised = next((c for c in request.sla.clocks if c.promised and c.running), None)
    if promised and not end:
        lines.append(line("News is promised by ", When(promised.promised or promised.started_at), "."))
    lines += [end] if end else []
    show = _button("show", "Show", request)
    mine = owner is not None and where == f"dm:{owner.id}"
    if end or (called and (called.answered_at or (called.taken and owner and not mine))) or (promised and not mine):
        return Said("page", tuple(lines), (show,), tone="plain" if end else "warn")
    news, reply = (
        _button("next", "I'm on it, news at…", request, primary=bool(owner)),
        _button("reply", "Reply", request),
    )
    first = (news, reply) if owner else (_button("claim", "Claim", request, primary=True), news, reply)
    return Said("page", tuple(lines), (*first, show), tone="bad")


def _page_over(request: Request, directory: Directory, since: Sequence[Entry]) -> Line:
    """How it ended, where it has: it is done, or can wait after all."""
    last = since[-1] if since else None
    if not request.status.is_open:
        return (
            line(f"{status_of(request)}: nothing is left to do.") if last is None else _ended(request, directory, last)
        )
    lifted = next((entry for entry in since if isinstance(entry.event, UrgencyLifted)), None)
    if lifted is not None:
        return line("Urgent no longer: ", person(directory, lifted.by), " took the mark off ", When(lifted.at), ".")
    return line("Urgent no longer.") if request.urgent is None else ()


def _ended(request: Request, directory: Directory, last: Entry) -> Line:
    by = directory.person(last.by)
    who = line(" by ", person(directory, by.id)) if by and by.is_staff else ()
    return line(status_of(request), *who, " ", When(request.ended_at or last.at), ".")


def lifted(request: Request, directory: Directory, by: str, reason: str, at: datetime) -> Said:
    """To the client: it can wait a little, why, and what comes next; kindly, for they asked in earnest."""
    return Said(
        "calm",
        (
            line(person(directory, by), " took the urgent mark off ", ref(request), ":"),
            (Quote(reason),),
            line(*promise(request, directory, at), " If it stops you again, say so here or press It's urgent."),
        ),
        (Action("urgent", "It's urgent", {"request": request.number}, client_only=True),),
    )
