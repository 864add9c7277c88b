"""Who hears what of a fact: the one place that turns a request's new entries into messages on their way out.

A key makes each message once only, so the card and both threads may be asked for again at every change: what is there
already stays, what an import left out appears when it is first needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.events import (
    AskedClient,
    Assigned,
    Breached,
    Cancelled,
    ClientWrote,
    Closed,
    Entry,
    NoteAdded,
    Opened,
    Reopened,
    Replied,
    ResolutionAnnounced,
    Warned,
)
from bot.domain.people import Directory, Role
from bot.domain.request import Request
from bot.messages import client as to_client
from bot.messages import team as to_team
from bot.messages.model import Message
from bot.ports import Draft, Op, Urgency

TRIAGE = "triage"
ALERTS = "alerts"


def client_channel(key: str) -> str:
    """The client's channel, as a logical conversation."""
    return f"client:{key}"


def client_thread(number: int) -> str:
    """The request's thread in the client's channel."""
    return f"request:{number}:client"


def team_thread(number: int) -> str:
    """The request's private thread under its card."""
    return f"request:{number}:team"


def direct(person: str) -> str:
    """The direct conversation with a person."""
    return f"dm:{person}"


def drafts(
    directory: Directory,
    request: Request,
    entries: Sequence[Entry],
    *,
    at: datetime,
    written_in: str | None,
) -> tuple[Draft, ...]:
    """All messages that these entries cause, the card first."""
    number, name = request.number, request.ref
    out = [
        Draft(
            f"{name}:card:{request.version}",
            Op.PUT,
            TRIAGE,
            to_team.card(request, directory),
            slot=f"{name}:card",
            urgency=Urgency.CARD,
        ),
        Draft(
            f"{name}:team-thread",
            Op.OPEN_THREAD,
            TRIAGE,
            slot=f"{name}:card",
            opens=team_thread(number),
            title=f"{name} {request.title}",
            urgency=Urgency.CARD,
        ),
    ]
    told: list[Draft] = []

    def tell(seq: int | str, conversation: str, body: Message, urgency: Urgency = Urgency.ANSWER) -> None:
        told.append(Draft(f"{name}:{seq}:{conversation}", Op.POST, conversation, body, urgency=urgency))

    client, team = client_thread(number), team_thread(number)
    for index, entry in enumerate(entries):
        seq = entry.seq
        following = entries[index + 1].event if index + 1 < len(entries) else None
        match entry.event:
            case Opened() as opened:
                words = opened.details or opened.title
                tell(
                    f"{seq}:words",
                    team,
                    to_team.words(directory, request.requester, words, to_team.from_client()),
                )
                tell(f"{seq}:receipt", client, to_client.receipt(request, directory, at))
            case Assigned(to=str(to)):
                tell(seq, client, to_client.has_it(request, directory, at))
                if to != entry.by:
                    tell(f"{seq}:owner", direct(to), to_team.handed(request, directory, entry.by))
            case ClientWrote(text=text):
                if written_in != client:
                    tell(f"{seq}:said", client, to_team.words(directory, entry.by, text))
                tell(seq, team, to_team.words(directory, entry.by, text, to_team.from_client()), Urgency.COPY)
            case Replied(text=text, imported=False):
                if not isinstance(following, AskedClient) and written_in != client:
                    tell(seq, client, to_client.reply(directory, entry.by, text))
                tell(
                    f"{seq}:copy",
                    team,
                    to_team.words(directory, entry.by, text, to_team.sent_to_client()),
                    Urgency.COPY,
                )
            case NoteAdded(text=text) if written_in != team:
                tell(seq, team, to_team.words(directory, entry.by, text))
            case AskedClient():
                tell(seq, client, to_client.waiting(request, directory, entry.by))
            case ResolutionAnnounced(closes_at=closes_at):
                by = request.resolved_by or entry.by
                tell(seq, client, to_client.resolved(request, directory, by, closes_at))
            case Closed():
                days = directory.clients[request.client].reopen_days
                tell(seq, client, to_client.closed(request, at + timedelta(days=days)))
            case Reopened(reason=reason, client_knew=knew):
                if knew:
                    tell(seq, client, to_client.reopened(request, directory, at))
                tell(f"{seq}:owner", _owner(request, directory), to_team.reopened(request, directory, reason))
            case Cancelled():
                tell(seq, client, to_client.cancelled(request))
            case Warned() as warned:
                to = _owner(request, directory)
                key = f"{warned.clock}:{warned.cycle}:warn:{warned.percent}"
                tell(key, to, to_team.warning(request, directory, warned), Urgency.ALERT)
            case Breached(silent=False) as breached:
                key = f"{breached.clock}:{breached.cycle}:breach"
                alert = to_team.breach(request, directory, breached)
                managers = [direct(m.id) for m in directory.staff(Role.MANAGER)]
                for conversation in (ALERTS, *managers):
                    tell(key, conversation, alert, Urgency.ALERT)
            case _:
                pass
    if request.source != "message" and any(d.conversation == client for d in told):
        out += _client_thread(request, directory)
    return (*out, *told)


def _owner(request: Request, directory: Directory) -> str:
    """Where its owner reads; the triage channel where nobody has it, or somebody who has left."""
    owner = directory.person(request.owner)
    return direct(owner.id) if owner and owner.is_staff else TRIAGE


def _client_thread(request: Request, directory: Directory) -> list[Draft]:
    """What did not start as a message in the client's channel gets one there, and its thread."""
    name, channel = request.ref, client_channel(request.client)
    return [
        Draft(f"{name}:root", Op.PUT, channel, to_client.root(request, directory), slot=f"{name}:root"),
        Draft(
            f"{name}:client-thread",
            Op.OPEN_THREAD,
            channel,
            slot=f"{name}:root",
            opens=client_thread(request.number),
            title=f"{name} {request.title}",
        ),
    ]
