"""Making, knowing and revoking the API's tokens. What is kept is a digest: reading the database gives nobody a token.

Instants are machine time, except where something is put on record.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from bot.desk.context import Desk, Refusal
from bot.desk.conversations import direct
from bot.domain.people import DESK, SERVICE, Directory, Person, Role
from bot.domain.tokens import ORDER, Token, end_of
from bot.messages import refusals
from bot.messages import tokens as say
from bot.ports import DirectoryEdit, Draft, Op, SettingChange

PREFIX = "stw_"
"""How every token begins: so scanners of code find one that was left lying about."""
_SHAPE = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}", re.ASCII)
_SEEN = timedelta(minutes=1)
"""A use is written down this often at most: asking must not cost a write each time."""


@dataclass(frozen=True)
class Asked:
    """What somebody asks for, as they typed it: `person` by id, or the name of a `service`."""

    name: str
    person: str = ""
    service: str = ""
    role: str = ""
    client: str = ""
    expires: str = ""


def digest_of(secret: str) -> str:
    """What is kept of a token. It has 256 random bits, so that a plain digest cannot be guessed back."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def make(desk: Desk, asked: Asked, maker: Person = DESK) -> tuple[Token, str]:
    """A new token and its secret, which is nowhere from now on but with whoever asked. Raises Refusal and TokenError.

    `maker` is the person who asks; the desk itself where it is asked for on its own machine.
    """
    directory, now = await desk.store.directory(), desk.clock.machine()
    holder, role = _holder(directory, asked)
    if maker is not DESK and ORDER.index(role) > ORDER.index(maker.role):
        raise Refusal(say.too_much(role, maker.role))
    client = _client(directory, asked.client, directory.people.get(holder))
    name = asked.name.strip().lower()
    token = Token(name, holder, role, client, maker.id, now, end_of(asked.expires, now))
    secret = PREFIX + secrets.token_urlsafe(32)
    if not await desk.store.tokens.add(token, digest_of(secret)):
        raise Refusal(say.taken(name))
    told: tuple[Draft, ...] = ()
    if not token.service and holder != maker.id:
        told = (Draft(f"token:{name}", Op.POST, direct(holder), say.told(token, directory)),)
    made = SettingChange(desk.now(), maker.id, f"tokens.{name}", "", say.means(token, directory))
    await desk.store.edit_directory(DirectoryEdit(changes=(made,), outbox=told))
    return token, secret


async def revoke(desk: Desk, name: str, by: Person = DESK) -> str:
    """It is good no more, from now on. Raises Refusal where none of that name is. Answers its name."""
    name = name.strip().lower()
    if not await desk.store.tokens.revoke(name, desk.clock.machine()):
        raise Refusal(refusals.no_token(name, [each.name for each in await in_force(desk)]))
    done = SettingChange(desk.now(), by.id, f"tokens.{name}", "in force", "revoked")
    await desk.store.edit_directory(DirectoryEdit(changes=(done,)))
    return name


async def in_force(desk: Desk) -> list[Token]:
    """Those that were not revoked, by name; also those whose time is over."""
    return [token for token in await desk.store.tokens.all() if token.revoked_at is None]


async def known(desk: Desk, secret: str) -> Token | None:
    """The token of that secret, also where it is over; None for what is none. Its use is put down."""
    token = await desk.store.tokens.find(digest_of(secret)) if _SHAPE.fullmatch(secret) else None
    now = desk.clock.machine()
    if token is not None and not token.over(now) and (token.used_at is None or now - token.used_at > _SEEN):
        await desk.store.tokens.use(token.name, now)
    return token


def _holder(directory: Directory, asked: Asked) -> tuple[str, Role]:
    """Whose it is and how much it may."""
    role = next((each for each in ORDER if each.value == asked.role.strip().lower()), None)
    if asked.role.strip() and role is None:
        raise Refusal(say.no_role(asked.role))
    service, word = asked.service.strip().lower(), asked.person.strip().lstrip("@").lower()
    if bool(service) == bool(word):
        raise Refusal(say.whose())
    if service:
        if role is None:
            raise Refusal(say.which_role())
        return f"{SERVICE}{service}", role
    person = directory.people.get(word)
    if person is None or not person.active:
        raise Refusal(refusals.no_person(asked.person))
    role = role or person.role
    if ORDER.index(role) > ORDER.index(person.role):
        raise Refusal(say.too_much(role, person.role))
    if role is Role.CLIENT and person.client is None:
        raise Refusal(say.not_a_clients(person.name))
    return person.id, role


def _client(directory: Directory, word: str, person: Person | None) -> str:
    key = word.strip().upper()
    if key and key not in directory.clients:
        raise Refusal(refusals.which_client(sorted(directory.clients)))
    own = person.client if person else None
    if own and key not in ("", own):
        raise Refusal(say.of_another(person.name if person else "", own))
    return own or key
