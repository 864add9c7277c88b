"""Every button that the desk can make: it does something, for those it is shown to, once; and nothing for others."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from desk_world import World, words

import bot.messages
from adapters.web.access import Access
from bot.commands import Kind, Who
from bot.desk import front
from bot.desk.fitting import may_press
from bot.desk.front import REGISTRY
from bot.domain.people import Person, Role
from bot.domain.settings import ClientSettings
from bot.messages.alerts import breach
from bot.messages.auditing import late_timers
from bot.messages.linking import linked
from bot.messages.lists import Section, overview
from bot.messages.model import Action, Answer, Card, Form, Message, Said, line
from bot.messages.setup import created
from bot.ports import Change, Channel, ChannelKind, DirectoryEdit, Draft, Op, Place, RequestQuery

PEOPLE = ("dana", "tom", "mia", "sam", "priya", "lee")
OURS, PRIVATE, THEIRS, NOTE = "MARBLE", "GRANITE", "BASALT", "SLATE"
"""Words of Acme's, of Dana's private request, of Globex's, and of the team's notes: who may not know one reads none."""


# --- what the messages can make, by their source ------------------------------------------------------------------


def makers() -> Iterable[tuple[str, ast.Call]]:
    """Each place in `bot/messages` where a button is made: an Action, or a room's own short hand for one."""
    for path in sorted(Path(bot.messages.__path__[0]).glob("*.py")):
        tree = ast.parse(path.read_text())
        short = {
            f.name
            for f in ast.walk(tree)
            if isinstance(f, ast.FunctionDef)
            and any(isinstance(r, ast.Return) and _calls(r.value, {"Action"}) for r in ast.walk(f))
            and f.args.args
            and f.args.args[0].arg == "command"
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _calls(node, {"Action", *short}):
                yield path.name, node


def _calls(node: ast.AST | None, names: set[str]) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names


def _word(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


MADE = [(where, name, node) for where, node in makers() if (name := _word(node.args[0]))]


def test_each_button_has_a_verb_that_takes_what_it_carries_and_is_for_those_it_says():
    """A handler, its declared permission, arguments that it knows; and a hint to renderers that agrees with it."""
    assert len({name for _, name, _ in MADE}) >= 55
    for where, name, node in MADE:
        command = REGISTRY.find(name)
        assert command is not None, (where, name)
        known = {p.name for p in command.params}
        rest = any(p.kind is Kind.VALUES for p in command.params)
        given = [d for d in (*node.args[2:3], *(k.value for k in node.keywords if k.arg == "args"))]
        for carried in (d for d in given if isinstance(d, ast.Dict)):
            names = {_word(key) for key in carried.keys if key is not None} - {None}
            assert rest or names <= known, (where, name, names - known)
        hints = {k.arg for k in node.keywords if isinstance(k.value, ast.Constant) and k.value.value is True}
        assert not ("staff_only" in hints and command.who is Who.CLIENT), (where, name)
        assert not ("client_only" in hints and command.who not in (Who.CLIENT, Who.ALL)), (where, name)


def _verb(name: str) -> str:
    command = REGISTRY.find(name)
    assert command is not None, name
    return command.name


# --- what people find in front of them ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Button:
    """A button where somebody sees it."""

    action: Action
    place: Place


def on(message: Message | None) -> tuple[Action, ...]:
    """All buttons of a message."""
    more = message.more if isinstance(message, Card) else ()
    return (*getattr(message, "actions", ()), *more)


@dataclass
class Hands:
    """People who look at what stands before them, press it, and fill in what is asked."""

    world: World
    answers: dict[str, list[Button]] = field(default_factory=lambda: {who: [] for who in PEOPLE})
    kinds: dict[tuple[str, frozenset[str]], tuple[str, Button]] = field(default_factory=dict)
    """Whoever saw a kind of button first, and where."""

    async def do(self, who: str, verb: str, place: Place | None = None, /, **args: Any) -> Answer:
        return await self.read(who, await front.run(self.world.desk, who, verb, args, place=place), place)

    async def type(self, who: str, text: str, place: Place | None = None) -> Answer:
        return await self.read(who, await front.run_text(self.world.desk, who, text, place=place), place)

    async def write(self, who: str, text: str, place: Place) -> str:
        heard, answer = await self.world.write(who, text, place=place)
        await self.read(who, answer, place)
        return heard.ref.message

    async def read(self, who: str, answer: Answer, place: Place | None) -> Answer:
        """Only they see it: no button in it may be another's, and no word in it."""
        person = (await self.world.store.directory()).people[who]
        here = place or self.world.place("triage" if person.is_staff else f"client-{person.client}".lower())
        for action in on(answer.message):
            assert may_press(action, person), (who, action)
        self.answers[who] += self._noted(who, (Button(action, here) for action in on(answer.message)))
        _keeps_still(person, f"{words(answer.message)} {answer.form}")
        return answer

    async def surface(self, who: str) -> list[Button]:
        """What they can press in all channels and threads that they may enter; no word there is another's."""
        person, found = (await self.world.store.directory()).people[who], list[Button]()
        for channel in await Access(self.world.store).channels(person):
            for root in await self.world.messages(channel.id):
                thread = await self.world.messages(channel.id, root.id)
                for message, under in ((root, None), *((m, root.id) for m in thread)):
                    _keeps_still(person, words(message.body) if message.body else message.text)
                    here = self.world.place(channel.id, under)
                    found += [Button(a, here) for a in on(message.body) if may_press(a, person)]
        return self._noted(who, found)

    def _noted(self, who: str, buttons: Iterable[Button]) -> list[Button]:
        found = list(buttons)
        for button in found:
            kind = (_verb(button.action.command), frozenset(button.action.args))
            self.kinds.setdefault(kind, (who, button))
        return found

    async def press(self, who: str, button: Button, draw: random.Random | None = None) -> Answer:
        """Press it; with `draw`, fill in and send the form that it opens."""
        answer = await self.do(who, button.action.command, button.place, **dict(button.action.args))
        if answer.form is None or draw is None:
            return answer
        return await self.do(who, answer.form.command, button.place, **filled(answer.form, draw))


def _keeps_still(person: Person, text: str) -> None:
    hidden = set[str]()
    if not person.is_staff:
        hidden = {NOTE, THEIRS} if person.client == "ACME" else {NOTE, OURS, PRIVATE}
        hidden |= {PRIVATE} if person.id == "tom" else set()
    assert not [word for word in hidden if word in text], (person.id, text)


def filled(form: Form, draw: random.Random) -> dict[str, Any]:
    """A form as somebody sends it who fills in most of it."""
    values: dict[str, Any] = dict(form.args)
    for asked in form.inputs:
        if asked.options and asked.kind == "choice":
            values[asked.name] = draw.choice(asked.options).value
        elif asked.required or draw.random() < 0.3:
            values[asked.name] = asked.value or draw.choice(("in 2h", "It is done", "tomorrow", "@sam", "1"))
    return values


@pytest.fixture
def hands(world: World) -> Hands:
    return Hands(world)


async def full(hands: Hands) -> None:
    """A desk on which something of everything stands: a week in which much is late, and much is over."""
    world = hands.world
    acme, triage = world.place("client-acme"), world.place("triage")
    world.desk.connect = lambda side: f"https://desk.example.org/install/{side}"
    settings = ClientSettings(review_rule="every week, Wednesday")
    directory = await world.store.directory()
    await world.store.edit_directory(DirectoryEdit(clients=(replace(directory.clients["ACME"], settings=settings),)))
    for who, title in (("dana", "export"), ("tom", "import"), ("dana", "backup"), ("tom", "login")):
        await hands.do(who, "new", acme, title=f"{OURS} {title}")
    await hands.do("dana", "new", acme, title=f"{PRIVATE} salaries", private=True)
    await hands.do("mia", "new", world.place("client-globex"), title=f"{THEIRS} printer")
    await hands.do("sam", "note", None, request="1", text=NOTE)
    # Words in the channel, in a thread, for the team by mistake, and by a verb among colleagues.
    await hands.write("dana", f"{OURS}: the printer is broken", acme)
    await hands.press("dana", hands.answers["dana"][-1])
    await hands.write("dana", f"{OURS}: and the scanner, too", acme)
    await hands.do("dana", "new", acme, title=f"{OURS} scanner")
    await hands.do("tom", "new", acme, title=f"{OURS} fax")
    await hands.do("tom", "private", acme, request="9", sure=True)
    await world.wake()
    thread = await world.thread(1, "client")
    await hands.write("sam", "internal: ask Lee first", thread)
    await hands.write("sam", "claim", thread)
    await hands.write("sam", "Thanks!", thread)
    await hands.write("sam", "reply 1 we look at it", triage)
    # One of each way to go on.
    await hands.do("sam", "claim", None, request="1")
    await hands.do("sam", "checklist", None, request="1", steps="Look\nMend")
    await hands.do("sam", "resolve", None, request="1", text="Mended")
    await hands.do("sam", "ask-client", None, request="2", text="Which one?")
    await hands.do("sam", "wait-on", None, request="3", text="Contoso until tomorrow 09:00")
    await hands.do("tom", "urgent", acme, request="4", impact="one", needed="today", text=f"{OURS} stops")
    await hands.do("sam", "merge", None, request="8", into="4")
    attic = Draft("attic", Op.POST, "attic", Said("test", (line("nobody is there"),)))
    gone = (("attic", world.place("attic")),)
    await world.store.commit(Change(outbox=(attic,), bindings=gone))
    await world.wake()
    for text in ("help", "help next", "my", "find", "overview", "capacity", "saved", "kinds", "settings", "recurring"):
        await hands.type("lee", text, triage)
    for text in (
        "settings acme",
        "sla acme",
        "tokens",
        "connect",
        "unsent",
        "webhooks",
        "review acme",
        "report",
        "edit-client acme",
        "handle 4",
    ):
        await hands.type("lee", text, triage)
    for text in ("help", "my", "capacity", "report", "review", "show 1", "transcript 1", "kinds", "saved"):
        await hands.type("dana", text)
        await hands.type("sam", text, triage)
    await hands.read(
        "lee", Answer(created(directory.clients["ACME"], (directory.people["dana"],), "x", "/desk", links=True)), triage
    )
    await hands.read("lee", Answer(late_timers(1, world.clock.now(), "/desk")), triage)
    late = Section("Late", "late", (await world.request(1),), 2)
    await hands.read("lee", Answer(overview((late,), directory, world.clock.now())), triage)
    # Priya of Slack, who has just written her code there.
    account = ("slack", "T1", "U7")
    await world.store.edit_directory(DirectoryEdit(identities=((*account, "priya"),)))
    told = linked(directory.people["priya"], "slack", "/".join(account), (), seen=False)
    await hands.read("priya", Answer(told), triage)
    await world.pass_(hours=30)
    # A day later: what was late, silent or resolved asks for more.
    await hands.do("sam", "resolve", None, request="6", text="Cleaned")
    await world.pass_(minutes=2)
    await hands.surface("mia")
    await hands.do("mia", "works", None, request="6")
    await world.wake()
    await hands.surface("mia")
    await hands.do("mia", "rate", None, request="6", score="1")
    await world.wake()


async def owned(world: World, client: str) -> list[tuple[int, int]]:
    """How far the history of each of a client's requests goes."""
    return [(r.number, r.version) for r in await world.store.requests(RequestQuery(client=client, limit=100))]


@pytest.mark.asyncio
async def test_each_button_acts_once_and_for_nobody_else(hands: Hands):
    """Of every kind of button there is: another client's person can do nothing by it and learns nothing; who sees it
    presses it, fills in what it asks, and pressed once more it has a kind answer."""
    await full(hands)
    for who in PEOPLE:
        await hands.surface(who)
    assert {_verb(name) for _, name, _ in MADE} <= {name for name, _ in hands.kinds}
    await hands.world.store.put_channel(Channel("attic", "attic", ChannelKind.TEAM))
    draw, pressed = random.Random(1), list(hands.kinds.values())
    draw.shuffle(pressed)
    for who, button in pressed:
        ours = (await hands.world.store.directory()).people[who].client != "GLOBEX"
        other, client = ("mia", "ACME") if ours else ("dana", "GLOBEX")
        before = await owned(hands.world, client)
        await hands.press(other, button)
        assert await owned(hands.world, client) == before, (other, button)
        await hands.press(who, button, draw)
        again = await hands.press(who, button)
        assert again.message or again.form, (who, button)
    await nothing_is_wrong(hands)


DEEDS: tuple[tuple[str, str, Mapping[str, str | bool]], ...] = (
    ("sam", "claim", {}),
    ("sam", "ask-client", {"text": "Which one?"}),
    ("priya", "wait-on", {"text": "Contoso until tomorrow 09:00"}),
    ("sam", "resolve", {"text": "Mended"}),
    ("sam", "next", {"text": "in 2h"}),
    ("dana", "urgent", {"impact": "one", "needed": "today", "text": OURS}),
    ("priya", "merge", {"into": "1"}),
    ("sam", "cancel", {"reason": "twice"}),
    ("sam", "note", {"text": NOTE}),
    ("sam", "checklist", {"steps": "Look"}),
)


@pytest.mark.asyncio
@pytest.mark.parametrize("seed", range(2))
async def test_whatever_is_pressed_in_whatever_order_fails_nobody(hands: Hands, seed: int):
    """On a desk that came about by chance, people press what they find, now and later: each press has an answer, nobody
    reads what is another's, and every law of the store holds at the end."""
    world, draw = hands.world, random.Random(seed)
    for who, word in (("dana", OURS), ("tom", OURS), ("dana", PRIVATE), ("mia", THEIRS), ("tom", OURS)):
        client = "globex" if who == "mia" else "acme"
        await hands.do(who, "new", world.place(f"client-{client}"), title=word, private=word == PRIVATE)
    for who, verb, args in draw.sample(DEEDS, 6):
        await hands.do(who, verb, None, request=str(draw.randint(1, 5)), **args)
    for _ in range(3):
        await world.pass_(seconds=draw.choice((61, 3600, 30 * 3600, 4 * 86_400)))
        for who in draw.sample(PEOPLE, 3):
            found = [*await hands.surface(who), *hands.answers[who]]
            for button in draw.sample(found, min(4, len(found))):
                await hands.press(who, button, draw)
    await nothing_is_wrong(hands)


async def nothing_is_wrong(hands: Hands) -> None:
    """All that was caused is sent, all can read only what is theirs, and the store agrees with its histories."""
    await hands.world.wake()
    for who in PEOPLE:
        await hands.surface(who)
    assert await hands.world.store.check() == ()
    assert set(await hands.world.store.outbox_states()) <= {"held", "sent", "suppressed"}


@pytest.mark.asyncio
async def test_what_is_for_one_person_holds_no_button_that_is_not_theirs(hands: Hands):
    """An engineer's own copy of an alert has no Snooze and a lead's has; in the channel that all share it stands, and
    whoever may not press it reads who can."""
    world = hands.world
    await hands.do("dana", "new", world.place("client-acme"), title=OURS)
    await hands.do("sam", "claim", None, request="1")
    await world.pass_(hours=8)
    alerts = {}
    for channel in ("dm:sam", "dm:priya", "alerts"):
        (alert,) = [m.body for m in await world.messages(channel) if getattr(m.body, "purpose", "") == "breach"]
        alerts[channel] = {action.command for action in alert.actions}
    assert alerts["dm:sam"] == alerts["alerts"] - {"snooze"}
    assert alerts["dm:priya"] == alerts["alerts"]
    assert {"handle", "reply", "snooze"} <= alerts["alerts"]
    refused = words((await hands.do("sam", "snooze", world.place("alerts"), request="1")).message)
    assert refused.startswith("“Snooze” is for leads and managers. Lee Novak or Priya Nair can do it now.")
    theirs = words((await hands.do("dana", "snooze", None, request="1")).message)
    assert "can do it now" not in theirs


@pytest.mark.asyncio
async def test_an_engineers_copy_of_anothers_alert_does_not_offer_to_handle_it(hands: Hands):
    """They would be refused: who had it and handed it on is told how it goes, and may claim or reply."""
    world = hands.world
    kim = Person("kim", "Kim Berg", Role.ENGINEER, "Europe/London")
    await world.store.edit_directory(DirectoryEdit(people=(kim,)))
    await hands.do("dana", "new", world.place("client-acme"), title=OURS)
    request, directory = await world.request(1), await world.store.directory()
    clock = request.sla.clocks[0]
    readers = {who: breach(request, directory, clock, directory.people[who]) for who in ("kim", "priya")}
    labels = {who: {action.command for action in said.actions} for who, said in readers.items()}
    assert labels["priya"] - labels["kim"] == {"handle"}
