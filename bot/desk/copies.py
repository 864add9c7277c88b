"""The copies of what people said: where each stands, and how it reads once its author changed or deleted the words.

Each copy is a slot named after the request, the entry its words came in with, what kind of copy it is and the
conversation. So a copy is found from its original, on every platform: an edit puts the new words into the same message.
"""

from __future__ import annotations

from enum import StrEnum

from bot.desk.conversations import client_side, direct, team_thread
from bot.domain.events import ClientWrote, NoteAdded, Opened, Replied
from bot.domain.people import Directory
from bot.domain.request import Request
from bot.domain.said import Saying
from bot.messages import client as to_client
from bot.messages import counting
from bot.messages import team as to_team
from bot.messages.model import Message
from bot.ports import Draft, Op, Urgency


class Copy(StrEnum):
    """Which copy it is."""

    WORDS = "words"
    """What a request was opened with, in the team's thread."""
    SAID = "said"
    """A client's words that came by a form or stand in its channel, in the client's thread."""
    WROTE = "wrote"
    """A client's words in the team's thread."""
    NEWS = "news"
    """A client's words in a direct message to the owner."""
    REPLY = "reply"
    """The team's words in the client's thread."""
    SENT = "sent"
    """The same in the team's thread."""
    NOTE = "note"
    """A note that came by a form, in the team's thread."""
    DOUBT = "doubt"
    """What the team is asked about words that were edited, in its thread."""


_URGENCY = {Copy.WROTE: Urgency.COPY, Copy.SENT: Urgency.COPY}


def slot(request: Request, seq: int, copy: Copy, conversation: str) -> str:
    """The slot of a copy of that entry's words."""
    return f"{request.ref}:{seq}:{copy}:{conversation}"


def put(
    directory: Directory, request: Request, saying: Saying, copy: Copy, conversation: str, *, again: bool = False
) -> Draft:
    """A copy of these words as they are now, put where it stands; `again` for one that stood there before."""
    name = slot(request, saying.entry.seq, copy, conversation)
    return Draft(
        f"{name}:{request.version}" if again else name,
        Op.PUT,
        conversation,
        _body(directory, request, saying, copy),
        slot=name,
        urgency=_URGENCY.get(copy, Urgency.ANSWER),
    )


def doubt(directory: Directory, request: Request, saying: Saying) -> Draft:
    """The question to the team whether edited words count as something else now."""
    team = team_thread(request.number)
    name = slot(request, saying.entry.seq, Copy.DOUBT, team)
    body = counting.doubt(request, directory, saying)
    return Draft(f"{name}:{request.version}", Op.PUT, team, body, slot=name)


def possible(directory: Directory, request: Request, saying: Saying) -> dict[str, tuple[Copy, str]]:
    """Every copy that there may be of these words, by its slot; which there are the store knows."""
    client, team = client_side(request), team_thread(request.number)
    places: list[tuple[Copy, str]]
    match saying.entry.event:
        case Opened():
            places = [(Copy.WORDS, team), (Copy.SAID, client)]
        case ClientWrote():
            owners = [direct(p.id) for p in directory.people.values() if p.role.is_staff]
            places = [
                (Copy.SAID, client),
                (Copy.WROTE, team),
                (Copy.DOUBT, team),
                *((Copy.NEWS, owner) for owner in owners),
            ]
        case Replied():
            places = [(Copy.REPLY, client), (Copy.SENT, team), (Copy.DOUBT, team)]
        case NoteAdded():
            places = [(Copy.NOTE, team)]
        case _:
            places = []
    return {slot(request, saying.entry.seq, copy, where): (copy, where) for copy, where in places}


def _body(directory: Directory, request: Request, saying: Saying, copy: Copy) -> Message:
    if saying.deleted_by is not None:
        return to_team.deleted(directory, saying.deleted_by)
    by, text, files, edited = saying.entry.by, saying.text, saying.files, saying.edited
    match copy:
        case Copy.WORDS:
            about = to_team.from_client(edited=edited)
            return to_team.words(directory, request.requester, text or request.title, about, files)
        case Copy.WROTE:
            about, actions = to_team.from_client(edited=edited), counting.button(request, saying)
            return to_team.words(directory, by, text, about, files, (*actions, *to_team.another(request, saying)))
        case Copy.SENT:
            about, actions = to_team.sent_to_client(edited=edited), counting.button(request, saying)
            return to_team.words(directory, by, text, about, files, actions)
        case Copy.NEWS:
            return to_team.client_wrote(request, directory, by, text, files, edited=edited)
        case Copy.REPLY:
            return to_client.reply(directory, by, text, files, edited=edited)
        case Copy.DOUBT:
            return counting.counted(request, saying)
        case Copy.SAID if isinstance(saying.entry.event, Opened):
            return to_team.words(directory, request.requester, text or request.title, (), files)
        case Copy.SAID | Copy.NOTE:
            return to_team.words(directory, by, text, to_team.edited_words(edited=edited), files)
