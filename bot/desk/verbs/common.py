"""What several verbs do: read a person's name, check a text, and carry one request from facts to its commit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Annotated

from bot.commands import Kind, Spec
from bot.desk.changing import Step, step
from bot.desk.context import Context, Refusal
from bot.domain import request as domain
from bot.domain import text as words
from bot.domain.events import Event
from bot.domain.people import Client, Directory, Person
from bot.domain.playbooks import RequestKind
from bot.domain.request import Request
from bot.messages import answers, refusals
from bot.messages.model import NOTHING, Answer, Message
from bot.ports import Change

RequestArg = Annotated[str, Spec("Which request: 42 or ACME-42. In its thread you need not say.", Kind.REQUEST)]


def said(text: str, what: str) -> str:
    """The text as it is kept. Raises Refusal where it says nothing or is too long."""
    text = words.clean(text)
    if words.is_blank(text):
        raise Refusal(refusals.needs(what))
    if len(text) > words.TEXT_LIMIT:
        raise Refusal(refusals.too_long(what, words.TEXT_LIMIT, len(text)))
    return text


def somebody(word: str, among: Iterable[Person]) -> Person:
    """The person a word names: an id, @id, a whole name, or the start of one that fits nobody else."""
    wanted = word.strip().lstrip("@").casefold()
    people = [p for p in among if p.active]
    exact = [p for p in people if wanted in (p.id.casefold(), p.name.casefold())]
    found = exact or [p for p in people if wanted and p.name.casefold().startswith(wanted)]
    if not found:
        raise Refusal(refusals.no_person(word, sorted(f"@{p.id}" for p in people)))
    if len(found) > 1:
        raise Refusal(refusals.several(word, [f"@{p.id}" for p in found[:4]]))
    return found[0]


def kind_of(context: Context, name: str) -> RequestKind | None:
    """The kind of request a client named, by key or label; None where nothing was named. Raises Refusal otherwise."""
    wanted = " ".join(words.clean(name).split()).casefold()
    if not wanted:
        return None
    kinds = context.directory.kinds_for(context.actor.client or "")
    found = next((k for k in kinds if wanted in (k.key, k.label.casefold())), None)
    if found is None:
        raise Refusal(refusals.no_kind(name, [kind.key for kind in kinds]))
    return found


def client_key(context: Context, name: str) -> str:
    """A client by its key, empty for none. Raises Refusal for one there is not."""
    key = name.strip().upper()
    if key and key not in context.directory.clients:
        raise Refusal(refusals.which_client(sorted(context.directory.clients)))
    return key


def client_named(context: Context, word: str) -> Client:
    """The client named, or this channel's, or the only one. Raises Refusal."""
    directory = context.directory
    wanted = (word or (context.conversation or "").removeprefix("client:")).strip().casefold()
    for client in directory.clients.values():
        if wanted in (client.key.casefold(), client.name.casefold()) or (not word and len(directory.clients) == 1):
            return client
    raise Refusal(refusals.which_client(sorted(directory.clients)))


def people_of_theirs(context: Context, requester: Person, named: str) -> list[Person]:
    """Colleagues of the requester, from words such as `@lee, @kim`; never anybody of another client, nor themselves."""
    colleagues = context.directory.people_of(requester.client) if requester.client else []
    found = [somebody(word, colleagues) for word in re.split(r"[\s,]+", named.strip()) if word]
    return [person for person in dict.fromkeys(found) if person.id != requester.id]


def take(context: Context, request: Request, events: Iterable[Event]) -> Step:
    """The facts applied, by the actor, now."""
    return step(context.directory, context.desk.rules, request, events, at=context.at, by=context.actor)


def taking(context: Context, request: Request) -> domain.Decision:
    """That the actor takes it, where nobody has it: who speaks to a client or promises something answers for it."""
    if context.actor.id not in context.directory.people:
        return ()  # a service: an owner is a person
    return domain.take_on(request, by=context.actor, owner=context.directory.person(request.owner))


Say = Callable[[Request, Directory], Message]
"""What the one who acted reads, about the request as it stands afterwards."""


async def speak(context: Context, request: Request, events: Iterable[Event], say: Say) -> Answer:
    """As `do`, for what is said or promised to the client: what nobody has becomes the actor's, who reads so."""
    taken = taking(context, request)
    if not taken:
        return await do(context, request, events, say)
    return await do(context, request, (*taken, *events), lambda r, people: answers.taken(r, people, say(r, people)))


async def do(context: Context, request: Request, events: Iterable[Event], say: Say | None = None) -> Answer:
    """Apply and commit; the card and the threads say the rest."""
    done = take(context, request, events)
    answer = Answer(say(done.request, context.directory)) if say else NOTHING
    return await context.commit(Change((done.change,), done.outbox), answer)
