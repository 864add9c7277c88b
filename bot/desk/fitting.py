"""Which buttons somebody is shown: what is for one person alone holds none that they may not press.

It is a kindness, not the check: who may is decided when a button is pressed, and what many read keeps all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.commands import REGISTRY
from bot.domain.people import Person
from bot.messages.model import Action, Answer, Card, Message, Notice


def may_press(action: Action, person: Person) -> bool:
    """Whether the button does something for that person: their side of the desk, and their role."""
    if action.client_only if person.is_staff else action.staff_only:
        return False
    command = REGISTRY.find(action.command)
    return command is None or command.who.allows(person)


def fitted(message: Message, person: Person) -> Message:
    """The message as it is for that person alone."""
    if isinstance(message, Notice):
        return message
    if isinstance(message, Card):
        message = replace(message, more=_fitting(message.more, person))
    return replace(message, actions=_fitting(message.actions, person))


def answer_for(answer: Answer, person: Person) -> Answer:
    """The answer as its asker sees it."""
    return replace(answer, message=fitted(answer.message, person)) if answer.message is not None else answer


def _fitting(actions: Sequence[Action], person: Person) -> tuple[Action, ...]:
    return tuple(action for action in actions if may_press(action, person))
