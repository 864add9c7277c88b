"""What awaits somebody, as the desk's own verbs tell it: a page of their own, where a platform has one, or an answer.

A client's people see their requests and when the next review is, an engineer their work by next deadline, a lead what
needs a hand as well, and a manager that first: what is late, what is at risk, and which reviews come.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.desk import front
from bot.desk.context import Desk
from bot.domain.people import Person, Role
from bot.messages import refusals
from bot.messages.model import Arg, Message
from bot.ports import Place

Asked = tuple[str, Mapping[str, Arg]]

_MY: Asked = ("my", {})
_REVIEW: Asked = ("review", {})
_OVERVIEW: Asked = ("overview", {})


def asked(person: Person) -> tuple[Asked, ...]:
    """The commands to run for somebody's home, in the order in which their answers stand there."""
    match person.role:
        case Role.MANAGER:
            return (_OVERVIEW, _REVIEW, _MY)
        case Role.LEAD:
            return (_OVERVIEW, _MY)
        case Role.CLIENT:
            return (_MY, _REVIEW)
        case _:
            return (_MY,)


async def parts(desk: Desk, actor: str, place: Place | None = None) -> list[Message]:
    """What stands there; a stranger reads whom to ask."""
    directory = await desk.store.directory()
    person = directory.people.get(actor)
    if person is None or not person.active:
        found = [refusals.refused(refusals.stranger(directory)).message]
    else:
        found = [(await front.run(desk, person.id, name, args, place=place)).message for name, args in asked(person)]
    return [part for part in found if part is not None]
