"""Tokens and the API: a program works with requests as a person would, and never sees or does more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from api_program import Program, token_of
from desk_world import World, words

from bot.desk import erasing, tokens
from bot.desk.context import Refusal
from bot.desk.doctor import examine
from bot.domain.people import Role
from bot.messages.model import Said

pytestmark = pytest.mark.asyncio


async def test_a_program_works_a_request_from_opening_to_closing(world: World):
    """What it does counts and is told as in chat: the client's thread has its receipt and the reply, the clocks follow,
    and the history says by whom, and by which token."""
    client = Program(world, await token_of(world, "danas-app --for @dana"))
    team = Program(world, await token_of(world, "sams-script --for @sam"))
    made = await client.post("/requests", {"title": "Export fails", "details": "Since 9"}, key="1")
    assert made.status_code == 201, made.text
    ref = made.json()["ref"]
    assert made.headers["location"] == f"/api/v1/requests/{ref}"
    assert made.json()["requester"] == {"id": "dana", "name": "Dana Reyes"}
    assert "priority" not in made.json()
    for act, body in (
        ("claim", None),
        ("reply", {"text": "Looking at it now."}),
        ("note", {"text": "The disk was full."}),
        ("priority", {"to": "P2", "reason": "payroll day"}),
        ("next", {"at": "2026-06-09T16:00:00Z", "text": "More at five."}),
        ("resolve", {"text": "Made room."}),
    ):
        done = await team.post(f"/requests/{ref}/{act}", body)
        assert done.status_code == 200, done.text
    assert (done.json()["status"], done.json()["owner"]["id"], done.json()["priority"]) == ("resolved", "sam", "P2")
    early = (await client.get(f"/requests/{ref}")).json()
    assert (early["status"], early["summary"], early["ended_at"]) == ("active", "", None)
    await world.pass_(minutes=2)
    assert (await client.get(f"/requests/{ref}")).json()["status"] == "resolved"
    works = await client.post(f"/requests/{ref}/works")
    assert works.json()["status"] == "closed", works.text
    said = await client.items(f"/requests/{ref}/conversation")
    assert [(line["kind"], line["by"]["id"], line["text"]) for line in said] == [
        ("client", "dana", "Since 9"),
        ("reply", "sam", "Looking at it now."),
        ("reply", "sam", "More at five."),
        ("resolution", "sam", "Made room."),
    ]
    assert any(line["kind"] == "note" for line in await team.items(f"/requests/{ref}/conversation"))
    team_reads = await team.items(f"/requests/{ref}/history")
    took = next(line for line in team_reads if line["what"] == "took it")
    assert (took["by"]["name"], took["via"]) == ("Sam Ito", "sams-script")
    assert all("via" not in line for line in await client.items(f"/requests/{ref}/history"))
    number = int(ref.split("-")[1])
    screen = "\n".join(await world.thread_screen(number, "client"))
    assert "Looking at it now." in screen
    assert "disk" not in screen
    told = words((await world.type("sam", f"history {number}")).message)
    assert "Sam Ito (engineer) by the token sams-script took it" in told
    assert "sams-script" not in words((await world.type("dana", f"history {number}")).message)


async def test_a_token_is_shown_once_and_revoked_at_once(world: World):
    """It is in the answer alone: no list, no table of the desk and no record has it; its person is told; revoked it
    opens nothing."""
    secret = await token_of(world, "sams-script --for @sam --expires 30d")
    program = Program(world, secret)
    assert (await program.get("/me")).json()["name"] == "Sam Ito"
    listed = (await world.type("lee", "tokens")).message
    assert "Sam Ito as engineer" in words(listed)
    assert "used" in words(listed)
    changes = await world.store.setting_changes()
    assert (changes[0].by, changes[0].path) == ("lee", "tokens.sams-script")
    everything = [words(listed), str(changes), *(await world.screen("dm:sam"))]
    assert any("acts as you" in line for line in everything)
    assert not any(secret in line for line in everything)
    assert not await world.store.erasing.remains("nobody-of-that-id", [secret])
    revoke = next(action for action in listed.actions if action.style == "danger") if isinstance(listed, Said) else None
    assert revoke
    await world.do("lee", revoke.command, **revoke.args)
    answer = await program.get("/me")
    assert (answer.status_code, answer.headers["www-authenticate"].partition(" ")[0]) == (401, "Bearer")
    assert "was revoked" in answer.json()["detail"]
    assert "No token yet" in words((await world.type("lee", "tokens")).message)


async def test_what_is_kept_to_one_client_knows_no_other(world: World):
    """A service of the team's, for Acme alone: another client's requests, people and figures are not there, in the very
    words of what is missing; notes are not its to read."""
    await world.do("mia", "new", place=world.place("client-globex"), title="Foreign matter")
    number = await world.raised(title="Own matter")
    await world.do("sam", "note", request=number, text="Secret of the team")
    program = Program(world, await token_of(world, "acme-sync --service acme-sync --role engineer --client ACME"))
    assert [each["title"] for each in await program.items("/requests", q="status:all")] == ["Own matter"]
    foreign, missing = await program.get("/requests/1"), await program.get("/requests/999")
    assert foreign.status_code == missing.status_code == 404
    assert foreign.json()["detail"].replace("1", "999", 1) == missing.json()["detail"]
    for act in ("reply", "note", "resolve"):
        assert (await program.post(f"/requests/1/{act}", {"text": "x"})).status_code == 404
    assert [each["key"] for each in await program.items("/clients")] == ["ACME"]
    assert "mia" not in {each["id"] for each in await program.items("/people")}
    assert (await program.get("/reports", client="GLOBEX")).status_code == 422
    assert (await program.get("/reports")).json()["client"] == "ACME"
    assert "GLOBEX" not in (await program.get("/requests", q="client:globex")).text
    opened = await program.post("/requests", {"title": "x", "requester": "mia"})
    assert (opened.status_code, opened.json()["errors"][0]["field"]) == (422, "requester")
    assert "Secret" not in (await program.get(f"/requests/{number}/conversation")).text
    assert "Secret" not in (await program.get(f"/requests/{number}/history")).text
    assert await program.items("/requests", q="secret") == []
    assert (await program.get("/me")).json()["notes"] is False


async def test_a_service_acts_under_its_own_name(world: World):
    """Its name stands in the history and in the client's thread; it is nobody to assign to, and takes no request."""
    program = Program(world, await token_of(world, "ci-1 --service ci --role engineer"))
    opened = await program.post("/requests", {"title": "Backup failed", "requester": "dana", "priority": "P2"})
    assert opened.status_code == 201, opened.text
    number = opened.json()["number"]
    assert (opened.json()["priority"], opened.json()["requester"]["id"]) == ("P2", "dana")
    replied = await program.post(f"/requests/{number}/reply", {"text": "We saw it before you did."})
    assert (replied.status_code, replied.json()["owner"]) == (200, None)
    history = words((await world.type("lee", f"history {number}")).message)
    assert "ci (engineer) by the token ci-1 opened it by API" in history
    assert "ci: We saw it before you did." in "\n".join(await world.thread_screen(number, "client"))
    claim = await program.post(f"/requests/{number}/claim")
    assert (claim.status_code, "a person" in claim.json()["detail"]) == (422, True)
    assert (await program.post(f"/requests/{number}/assign", {"to": "sam"})).json()["owner"]["id"] == "sam"
    assert "ci" not in {each["id"] for each in await program.items("/people")}
    assert await world.store.check() == ()


async def test_a_client_services_own_request_is_worked_to_its_end(world: World):
    """Raised by a program of the client's, it is asked about, resolved, and closes, though nobody reads it."""
    program = Program(world, await token_of(world, "acme-app --service acme-app --role client --client acme"))
    opened = await program.post("/requests", {"title": "Sync stopped"})
    assert opened.status_code == 201, opened.text
    number = opened.json()["number"]
    await world.do("sam", "claim", request=number)
    await world.do("sam", "ask-client", request=number, text="Which?")
    assert (await program.get(f"/requests/{number}")).json()["question"] == "Which?"
    await world.do("sam", "resume", request=number)
    await world.do("sam", "resolve", request=number, text="Restarted.")
    await world.pass_(minutes=2)
    assert (await program.post(f"/requests/{number}/works")).json()["status"] == "closed"
    await world.pass_(days=1)
    assert (await world.store.outbox_states()).get("dead", 0) == 0


async def test_a_private_request_stays_with_those_it_names(world: World):
    """A colleague's program does not find it, the requester's does."""
    await world.raised(title="Payroll leak", private=True)
    tom = Program(world, await token_of(world, "toms-app --for tom"))
    dana = Program(world, await token_of(world, "danas-app --for dana"))
    assert await tom.items("/requests", q="status:all") == []
    assert (await tom.get("/requests/1")).status_code == 404
    assert (await dana.get("/requests/1")).json()["private"] is True
    assert (await tom.get("/reports", period="this month")).json()["requests"] == 0


REFUSED = (
    ("ci", "a person, or a service"),
    ("ci --for sam --service ci", "a person, or a service"),
    ("ci --for nobody", "nobody"),
    ("ci --for sam --role manager", "engineer, and not manager"),
    ("ci --for sam --role client", "belongs to no client"),
    ("ci --for dana --client GLOBEX", "belongs to ACME"),
    ("ci --service ci", "how much the service may"),
    ("ci --service ci --role boss", "is no role"),
    ("ci --service ci --role client", "name the client"),
    ("ci --service c!i --role lead", "A service's name"),
    ("CI! --for sam", "no name for a token"),
    ("ci --for sam --client NOPE", "client"),
    ("ci --for sam --expires soon", "is no end"),
    ("ci --for sam --expires 2020-01-01", "over before it begins"),
    ("nope --revoke", "There is no token"),
)


async def test_a_token_that_will_not_do_says_why(world: World):
    """Nothing is made; what was typed stays in the form."""
    for typed, says in REFUSED:
        answer = await world.type("lee", f"token {typed}")
        told = words(answer.message) if answer.message else str(answer.form and answer.form.errors)
        assert says in told
    assert await world.store.tokens.all() == ()


async def test_only_a_manager_makes_tokens_and_never_beyond_their_own_role(world: World):
    """Nobody else sees or makes any; a name is given once; whoever is less than the role cannot give it."""
    for who in ("dana", "sam", "priya"):
        assert "is for managers" in words((await world.type(who, "tokens")).message)
        assert "is for managers" in words((await world.type(who, "token x --for sam")).message)
    await token_of(world, "ci --service ci --role lead")
    again = await world.type("lee", "token ci --service ci --role lead")
    assert again.form is not None
    assert "Take another name" in again.form.errors["name"]
    priya = (await world.store.directory()).people["priya"]
    with pytest.raises(Refusal, match="lead, and not manager"):
        await tokens.make(world.desk, tokens.Asked("x", service="x", role="manager"), priya)
    assert (await world.type("lee", "token")).form is not None


async def test_a_token_follows_its_person(world: World):
    """Demoted, it may less; moved to another client or gone, nobody acts by it; erased, it is no token any more."""
    program = Program(world, await token_of(world, "priyas --for priya"))
    danas = Program(world, await token_of(world, "danas --for dana"))
    assert (await program.get("/me")).json()["role"] == Role.LEAD
    await world.do("lee", "edit-person", person="priya", role="engineer")
    assert (await program.get("/me")).json()["role"] == Role.ENGINEER
    await world.do("lee", "edit-person", person="priya", active="no")
    assert "left or moved" in (await program.get("/me")).json()["detail"]
    await world.do("lee", "edit-person", person="dana", client="GLOBEX")
    assert (await danas.get("/me")).status_code == 401
    await erasing.erase(world.desk, await erasing.named(world.store, "dana"))
    assert "none of this desk's" in (await danas.get("/me")).json()["detail"]
    assert [token.name for token in await world.store.tokens.all()] == ["priyas"]


async def test_a_token_ends_when_it_said(world: World, monkeypatch: pytest.MonkeyPatch):
    """By the machine's clock; the list says that it has expired."""
    program = Program(world, await token_of(world, "ci --service ci --role engineer --expires 1h"))
    assert (await program.get("/me")).status_code == 200
    later = world.clock.machine() + timedelta(hours=1)
    monkeypatch.setattr(world.clock, "machine", lambda: later)
    assert "has expired" in (await program.get("/me")).json()["detail"]
    assert "expired" in words((await world.type("lee", "tokens")).message)


async def test_the_doctor_names_tokens_that_nobody_needs(world: World):
    """Expired, nobody's any more, or not used for long; each with the command that ends it."""
    for typed in ("short --service ci --role lead --expires 1h", "tired --service ci --role lead", "mias --for mia"):
        await token_of(world, typed)
    machine = world.clock.machine()
    assert [f.what for f in await examine(world.store, world.clock.now(), "/desk", machine) if f.about == "tokens"] == [
        "Tokens in force: 3, each somebody's."
    ]
    await world.do("lee", "edit-person", person="mia", active="no")
    later = machine + timedelta(days=91)
    found = [f for f in await examine(world.store, world.clock.now(), "/desk", later) if f.about == "tokens"]
    assert [f.mend for f in found] == [f"/desk token {name} --revoke" for name in ("mias", "short", "tired")]
    assert [word in f.what for f, word in zip(found, ("nobody's", "expired", "not used"), strict=True)] == [True] * 3
