"""What a message counts as to the clocks, and the button that corrects it (rule 5)."""

from __future__ import annotations

from bot.domain.events import MessageClass, Replied, Status
from bot.domain.people import Directory
from bot.domain.request import Request
from bot.domain.said import Saying
from bot.domain.text import maybe_thanks
from bot.messages.model import Action, Arg, Quote, Said, line
from bot.messages.words import person


def button(request: Request, saying: Saying) -> tuple[Action, ...]:
    """What corrects the class of a message, where it may have been mistaken; under its copy in the team's thread."""
    courtesy = saying.cls is MessageClass.COURTESY
    if request.status is Status.CANCELLED:
        return ()
    if isinstance(saying.entry.event, Replied):
        # Only where somebody waits: else there is nothing that it could have answered.
        waits = request.sla.unanswered_since is not None
        return (_correct("This answered them", request, saying),) if courtesy and waits else ()
    if courtesy:
        return (_correct("This needs an answer" if request.status.is_open else "Reopen with it", request, saying),)
    thanks = maybe_thanks(saying.text) and not saying.files
    return (_correct("That was only thanks", request, saying),) if thanks and request.status.is_open else ()


def doubt(request: Request, directory: Directory, saying: Saying) -> Said:
    """Words were edited into something else than they were taken for; no clock moves before somebody says so."""
    who = person(directory, saying.entry.by)
    if saying.cls is MessageClass.COURTESY:
        head = line(who, " edited a message that counted as thanks. It says now:")
        ask = "Nothing is owed on it yet. Does it count as a question?"
    else:
        head = line(who, " edited a message that counted as more than thanks. It says now:")
        ask = "It still counts. Was it only thanks?"
    label = "Count it" if saying.cls is MessageClass.COURTESY else "That was only thanks"
    return Said("doubt", (head, (Quote(saying.text),), line(ask)), (_correct(label, request, saying),))


def counted(request: Request, saying: Saying) -> Said:
    """What the message counts as, once somebody has said so."""
    how = "as thanks; nothing is owed on it" if saying.cls is MessageClass.COURTESY else "from when it was written"
    return Said("doubt", (line(f"That message counts {how}."),), (_correct("Take that back", request, saying),))


def _correct(label: str, request: Request, saying: Saying) -> Action:
    to = MessageClass.SUBSTANCE if saying.cls is MessageClass.COURTESY else MessageClass.COURTESY
    args: dict[str, Arg] = {"request": request.number, "entry": str(saying.entry.seq), "to": to.value}
    return Action("recount", label, args, staff_only=True)
