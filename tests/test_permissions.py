"""Who may do what on whose requests: every verb about a request, by every role, on one's own, a private one and another
client's; what is not let in is refused in words that tell nothing."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent / "stories"))

from desk_world import TUESDAY, World, words  # the stories' world stands beside them

from adapters.web.chat import PLATFORM, WORKSPACE
from bot.clock import SimulatedClock
from bot.commands import Command, Kind
from bot.demo.seed import set_up
from bot.desk import bootstrap
from bot.desk.front import REGISTRY
from bot.domain.people import Role
from storage import open_store

PEOPLE = {"dana": Role.CLIENT, "tom": Role.CLIENT, "mia": Role.CLIENT, "sam": Role.ENGINEER, "priya": Role.LEAD}
PEOPLE |= {"lee": Role.MANAGER}
CASES = ("own", "private", "other client")
ABOUT = [c for c in REGISTRY.commands.values() if any(p.kind is Kind.REQUEST for p in c.params)]
HIDDEN = {("tom", "private"), ("dana", "other client"), ("tom", "other client"), ("mia", "own"), ("mia", "private")}
"""Who never learns of which request: a colleague of a private one, another client's people of any."""


def filled(command: Command) -> dict[str, str]:
    """Something for all that a verb asks for."""
    return {
        p.name: p.choices[0] if p.choices else "sam" if p.kind is Kind.PERSON else "1"
        for p in command.params
        if p.required and p.kind is not Kind.REQUEST
    }


@pytest_asyncio.fixture
async def world(sqlite_url: str) -> AsyncIterator[World]:
    """Dana's request, a private one of hers, and one of Mia's, who is another client's."""
    store = await open_store(sqlite_url)
    try:
        made = World(store, SimulatedClock(TUESDAY))
        await bootstrap.ensure(store, platform=PLATFORM, workspace=WORKSPACE)
        await set_up(made.desk)
        await made.wake()
        await made.do("dana", "new", place=made.place("client-acme"), title="Own matter")
        await made.do("dana", "new", place=made.place("client-acme"), title="Secret matter", private=True)
        await made.do("mia", "new", place=made.place("client-globex"), title="Foreign matter")
        yield made
    finally:
        await store.close()


@pytest.mark.asyncio
@pytest.mark.timeout(240)
async def test_the_matrix_of_roles_verbs_and_whose_request(world: World):
    """Deny by default: a verb of another role is refused before anything is read; a request one may not see does not
    exist, whatever the verb; and nothing of a refusal names it."""
    tried = refused_role = refused_sight = let_in = 0
    for number, case in enumerate(CASES, start=1):
        for who in PEOPLE:
            person = (await world.store.directory()).people[who]
            for command in ABOUT:
                before = await world.store.history(number)
                # Without what it takes, whoever is let in gets a form or a kind word, and little is changed; who must
                # not see it fills in all, as a forged form would.
                args = filled(command) if (who, case) in HIDDEN else {}
                answer = await world.do(who, command.name, request=str(number), **args)
                tried += 1
                told = words(answer.message)
                if not command.who.allows(person):
                    refused_role += 1
                    assert " is for " in told, (who, command.name, case, told)
                elif (who, case) in HIDDEN:
                    refused_sight += 1
                    assert told.startswith(f"There is no request {number} that you can see."), (who, command.name, told)
                else:
                    let_in += 1
                    assert "that you can see" not in told, (who, command.name, case, told)
                    continue
                assert "matter" not in told
                assert answer.form is None
                assert await world.store.history(number) == before
    print(f"{tried} cases: {let_in} let in, {refused_role} of another role, {refused_sight} not to be seen")
    assert tried == len(ABOUT) * len(PEOPLE) * len(CASES) == let_in + refused_role + refused_sight
    assert tried >= 600
    dana = (await world.store.directory()).people["dana"]
    assert refused_sight == len(HIDDEN) * sum(command.who.allows(dana) for command in ABOUT)
