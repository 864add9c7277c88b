"""Everything the API does, declared once: its path, what it takes, and which of the desk's commands it is."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.web.api.bodies import Field
from adapters.web.api.calls import Endpoint
from bot.domain.policy import Impact, Priority

_LEVELS = tuple(level.value for level in Priority)
_IMPACTS = tuple(impact.value for impact in Impact)
_LATER = Field("cursor", "Where to go on: `next` of the page before", limit=200)


@dataclass(frozen=True)
class Operation:
    """One thing that can be asked for. `answers` names the schema of what comes back."""

    method: str
    path: str
    id: str
    summary: str
    answers: str
    serve: Endpoint
    query: tuple[Field, ...] = ()
    body: tuple[Field, ...] | None = None
    status: int = 200


@dataclass(frozen=True)
class Act:
    """Something done to a request by a command of the desk; `command` where it is called otherwise there. `sure` does
    not ask back."""

    name: str
    summary: str
    fields: tuple[Field, ...] = ()
    command: str = ""
    sure: bool = False


def _text(help: str, *, required: bool = True) -> tuple[Field, ...]:
    return (Field("text", help, required=required),)


ACTS = (
    Act("reply", "Answer the client", _text("The words, which the client reads")),
    Act("note", "Write something down for the team; the client never sees it", _text("The words")),
    Act("claim", "Take it; for a person's token"),
    Act(
        "assign",
        "Hand it over",
        (Field("to", "A person's id; `team` puts it back, `next` is who has room", "text", True),),
    ),
    Act(
        "priority",
        "Say how pressing it is",
        (
            Field("to", "The priority", "choice", True, _LEVELS),
            Field("reason", "Why; the team reads it", required=True),
        ),
    ),
    Act("ask-client", "Ask the client something and wait for the answer", _text("The question")),
    Act("resume", "Go on without waiting any longer"),
    Act(
        "next",
        "Promise the client news by an instant, to the minute",
        (
            Field("at", "When they hear next", "instant", True, example="2026-06-09T16:00:00Z"),
            Field("text", "What they are told now, as a reply"),
        ),
    ),
    Act("resolve", "Say what was done; a minute later the client is asked whether it works", _text("What was done")),
    Act("undo", "Take a resolve back before the client has heard of it"),
    Act("works", "Confirm, as the client, that it is solved"),
    Act("not-yet", "Say, as the client, that it is not", _text("What still goes wrong")),
    Act(
        "urgent",
        "Say, as the client, that it cannot wait",
        (
            Field("impact", "Who is stopped", "choice", True, _IMPACTS),
            Field("needed", "By when you need it", limit=80),
            Field("text", "What happens"),
        ),
    ),
    Act("reopen", "Open it again", _text("Why", required=False), sure=True),
    Act("close", "Close without asking the client again", _text("Why", required=False), sure=True),
    Act("not-a-request", "Set aside what is no request", _text("Why", required=False), sure=True),
)

OPENING = (
    Field("title", "What it is about, in a few words", required=True),
    Field("details", "What happens, since when"),
    Field("requester", "For whom, by id; for staff, who open it for somebody of the client's", limit=64),
    Field("kind", "What kind of request: a key or a label", limit=60),
    Field("answers", "What its kind asks for, by each question's label", "answers"),
    Field("stopped", "Who is stopped; for the client to say", "choice", choices=_IMPACTS),
    Field("outcome", "What outcome you are after; for the client to say", limit=500),
    Field("private", "Only the requester, those named and the team see it; for the client to say", "flag"),
    Field("priority", "How pressing it is; for staff to say", "choice", choices=_LEVELS),
)
LISTING = (
    Field(
        "q", "A search, as `find` takes it; open requests without one", limit=500, example="status:all late sort:due"
    ),
    Field("limit", "How many at a time, up to 100; 20 otherwise", "number"),
    _LATER,
)
PAGING = (
    Field("after", "Those after this `seq`", "number"),
    Field("limit", "How many at a time, up to 200; 100 otherwise", "number"),
)
FIGURES = (
    Field("period", "Which time: last month, this month, last 30d, q2, 2026-05 …; last month otherwise", limit=100),
    Field("client", "Whose figures, by key; for staff", limit=80),
)
