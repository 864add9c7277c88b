"""One desk in several workspaces: a client in one and the team in another work one request; nothing crosses; who lets
the desk out is known, and coming back heals."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from fakes.slack.fake_slack import FakeSlack
from fakes.slack.limits import Limits
from many_house import SEALS, ManyHouse, ManyRunning

from adapters.slack.places import PLATFORM
from adapters.web.chat import WebChat
from adapters.web.live import Hub
from bot.desk.conversations import ALERTS, client_channel, direct
from bot.messages.model import Said, line
from bot.ports import Change, DirectoryEdit, Draft, Op, Place, RateLimited, Refused, RequestQuery
from storage import SqlStore

pytestmark = pytest.mark.asyncio

HELLO = Said("receipt", (line("hello"),))


@pytest_asyncio.fixture(params=["socket", "http"])
async def house(request: pytest.FixtureRequest, store: SqlStore) -> AsyncIterator[ManyHouse]:
    """A furnished desk with two workspaces around it, over both deliveries."""
    async with FakeSlack(limits=Limits(paced=False)) as slack:
        slack.app.socket_mode = request.param == "socket"
        made = ManyHouse(store, slack)
        await made.furnish()
        yield made


@pytest_asyncio.fixture
async def by_socket(store: SqlStore) -> AsyncIterator[ManyHouse]:
    """The same over Socket Mode alone, where the delivery does not matter."""
    async with FakeSlack(limits=Limits(paced=False)) as slack:
        made = ManyHouse(store, slack)
        await made.furnish()
        yield made


def crossed(house: ManyHouse) -> list[str]:
    """What was asked for with a token that was not its own."""
    world, found = house.slack.world, list[str]()
    for call in house.slack.record.calls:
        channel = world.channels.get(str(call.given.get("channel") or ""))
        user = world.users.get(str(call.given.get("user") or call.given.get("users") or ""))
        teams = {*([channel.team.id] if channel else []), *([user.team.id] if user else [])}
        if call.team and teams - {call.team}:
            found.append(f"{call.method} {call.given} by {call.team}")
    return found


async def arrived(desk: ManyRunning, house: ManyHouse) -> None:
    """Globex let the desk in, and asked it into #help."""
    assert (await desk.install(house.kim)).status == 200
    await desk.invite(house.kim, house.help)
    await desk.until(lambda: any("reaches our team" in m.text for m in house.kim.sees(house.help)))


async def test_a_client_there_and_the_team_here_work_one_request(house: ManyHouse):
    """Globex writes in its own Slack, Sam answers from the firm's; each side sees its own, by its own token, and the
    people of Globex are Globex's although nobody listed them."""
    kim, sam, help, triage = house.kim, house.sam, house.help, house.triage
    async with house.many() as desk:
        await arrived(desk, house)
        await kim.slash(help, "/desk new Export fails")
        (card,) = await desk.until(lambda: [m for m in sam.sees(triage) if "Export fails" in m.text])
        (root,) = await desk.until(lambda: [m for m in kim.sees(help) if "Export fails" in m.text and not m.alone])
        await sam.press("Claim", on=card)
        await desk.until(lambda: any("sam" in m.text.lower() for m in kim.thread(root.message)[1:]))
        kim.say(help, "It is the nightly one.", thread=root.message)
        await desk.until(lambda: any("nightly one" in m.text for m in sam.thread(card.message)))
        sam.say(triage, "Between us: the disk.", thread=card.message)
        await sam.press("Reply", on=card)
        await desk.until(lambda: sam.modal)
        assert await sam.submit({sam.modal.labels[0]: "We restarted it."}) == {}
        (reply,) = await desk.until(lambda: [m for m in kim.thread(root.message) if "We restarted it" in m.text])
        assert reply.author == "Sam Ito"
        assert not any("Between us" in m.text for m in (*kim.thread(root.message), *kim.sees(help)))
        request = await house.store.request(1)
        assert request is not None
        assert (request.client, request.requester) == ("GLOBEX", "kim")
        house.bo.open_home()
        await desk.until(lambda: house.bo.home)
        await desk.settled()
    assert crossed(house) == []
    assert house.slack.record.refused == []


async def test_in_a_clients_workspace_nobody_is_the_teams(by_socket: ManyHouse):
    """Not by a list of the settings, not by a name, not by an id that somebody of the team has elsewhere: all there are
    that client's, and an account of another workspace is nobody's."""
    house = by_socket
    await house.store.edit_directory(
        DirectoryEdit(
            identities=((PLATFORM, house.team, house.bo.id, "sam"), (PLATFORM, "T0ELSE", house.kim.id, "lee"))
        )
    )
    async with house.many(staff=[house.kim.id, house.globex.id], clients={"ACME": [house.bo.id]}) as desk:
        await arrived(desk, house)
        there = next(each for each in desk.face.workspaces.here if each.installation)
        people = [await there.people.known(house.globex.id, user.id) for user in (house.kim, house.bo)]
        directory = await house.store.directory()
        assert [(directory.people[id].role, directory.people[id].client) for id in people if id] == [
            ("client", "GLOBEX"),
            ("client", "GLOBEX"),
        ]
        assert await there.people.known(house.globex.id, house.sam.id) is None, "who is not in that workspace is nobody"


async def test_no_place_is_asked_for_with_anothers_token(by_socket: ManyHouse):
    """A channel counts with its workspace; of one that never let the desk in it is said what mends that."""
    house = by_socket
    async with house.many() as desk:
        await arrived(desk, house)
        with pytest.raises(Refused, match="channel_not_found"):
            await desk.face.chat.post(Place(PLATFORM, house.globex.id, house.triage.id), HELLO, key="one")
        with pytest.raises(Refused, match=r"not in the workspace T0NONE.*connect"):
            await desk.face.chat.post(Place(PLATFORM, "T0NONE", house.triage.id), HELLO, key="two")
        assert not any("hello" in m.text for m in house.sam.sees(house.triage))


@pytest.mark.parametrize("how", ["uninstalled", "revoked"])
async def test_who_lets_the_desk_out_is_known_at_once_and_coming_back_heals(house: ManyHouse, how: str):
    """The token is deleted, a manager reads whom to give what, what was to be said is there to be looked at, with no
    call made for it; once the app is installed again it goes, in the channel that stayed known."""
    kim, lee, slack = house.kim, house.lee, house.slack
    async with house.many() as desk:
        await arrived(desk, house)
        if how == "uninstalled":
            slack.uninstall(house.globex)
        else:
            slack.revoke(slack.app.installations[house.globex.id])
        (alert,) = await desk.until(lambda: [m for m in lee.sees(house.alerts) if "let me out" in m.text])
        assert "Globex" in alert.text
        assert "/desk connect GLOBEX" in alert.text
        await slack.heard()
        gone = await house.installed_in(house.globex)
        assert gone is not None
        assert (gone.secret, gone.here) == ("", False)
        assert len([m for m in lee.sees(house.alerts) if "let me out" in m.text]) == 1, "told once, of both events"
        before = len(slack.record.calls)
        news = Draft("news", Op.POST, client_channel("GLOBEX"), Said("receipt", (line("the news"),)))
        await house.store.commit(Change(outbox=(news,), at=house.clock.now()))
        await desk.settled()
        (letter,) = await house.store.unsent.all()
        assert "let me out" in letter.reason
        assert "connect GLOBEX" in letter.reason
        tried = [call for call in slack.record.calls[before:] if call.team == house.globex.id or call.error]
        assert tried == [], "nothing is tried with a token that is gone"
        assert (await house.store.bindings())[client_channel("GLOBEX")].channel == house.help.id
        await desk.install(kim)
        await desk.invite(kim, house.help)
        await desk.until(lambda: any("the news" in m.text for m in kim.sees(house.help)))
        await kim.slash(house.help, "/desk new Still there")
        await desk.until(lambda: any("Still there" in m.text for m in house.sam.sees(house.triage)))


async def test_who_went_while_the_desk_was_away_is_found_out(by_socket: ManyHouse):
    """Nobody tells it afterwards: Slack is asked at each connection."""
    house = by_socket
    async with house.many() as desk:
        await arrived(desk, house)
    house.slack.uninstall(house.globex)
    async with house.many() as desk:
        await desk.until(lambda: any("let me out" in m.text for m in house.lee.sees(house.alerts)))
        gone = await house.installed_in(house.globex)
        assert gone is not None
        assert gone.secret == ""


async def test_what_is_told_late_of_an_old_token_leaves_the_new_one(by_socket: ManyHouse):
    """An event that Slack tells once more after the app came in again."""
    house = by_socket
    async with house.many() as desk:
        await arrived(desk, house)
        house.slack.uninstall(house.globex)
        await desk.until(lambda: any("let me out" in m.text for m in house.lee.sees(house.alerts)))
        told = next(t for t in house.slack.record.told if t.payload["event"]["type"] == "app_uninstalled")
        await house.slack.heard()
        await desk.install(house.kim)
        told.payload["event_time"] -= 60
        house.slack.tell(told)
        await house.slack.heard()
        again = await house.installed_in(house.globex)
        assert again is not None
        assert again.here


async def test_the_alerts_own_workspace_gone_is_told_in_person(by_socket: ManyHouse):
    """Where the alerts' channel went along, each manager hears it where they still can be reached: in the browser."""
    house = by_socket
    async with house.many() as desk:
        await desk.install(house.kim, "")
        await WebChat(house.store, Hub(), house.clock).direct("lee")
        elsewhere = Place(PLATFORM, house.globex.id, house.help.id)
        lees = Place(PLATFORM, house.globex.id, "D0LEE")
        await house.store.edit_directory(DirectoryEdit(bindings=((ALERTS, elsewhere), (direct("lee"), lees))))
        house.slack.uninstall(house.globex)
        await house.slack.heard()
        await desk.settled()
        found = await house.store.messages("dm:lee")
        assert any("let me out" in str(each.body) for each in found)


async def test_a_new_key_takes_over_and_without_any_nothing_is_lost(by_socket: ManyHouse):
    """The first key encrypts what an older one had; without the right key what is to be said waits, and the log says
    which key is missing."""
    house = by_socket
    old, new = SEALS
    async with house.many(old) as desk:
        await arrived(desk, house)
        before = await house.installed_in(house.globex)
    async with house.many(new, old) as desk:
        await desk.face.workspaces.refresh(now=True)
        after = await house.installed_in(house.globex)
        assert before is not None
        assert after is not None
        assert before.secret != after.secret
    async with house.many(new) as desk:
        await desk.face.chat.post(Place(PLATFORM, house.globex.id, house.help.id), HELLO, key="one")
    async with house.many(old) as desk:
        with pytest.raises(RateLimited):
            await desk.face.chat.post(Place(PLATFORM, house.globex.id, house.help.id), HELLO, key="two")
        assert await house.installed_in(house.globex) == after


async def test_the_first_channel_alone_becomes_the_clients(by_socket: ManyHouse):
    """Asked into another one, too, the desk stays where it is; in the firm's workspace no invitation binds anything."""
    house = by_socket
    async with house.many() as desk:
        await arrived(desk, house)
        other = house.slack.channel("random", house.kim, team=house.globex)
        await desk.invite(house.kim, other)
        mine = house.slack.channel("mine", house.lee)
        await desk.invite(house.lee, mine)
        bound = await house.store.bindings()
        assert bound[client_channel("GLOBEX")].channel == house.help.id
        assert {other.id, mine.id}.isdisjoint(place.channel for place in bound.values())


async def test_what_is_of_no_workspace_is_heard_by_none(by_socket: ManyHouse):
    """An event of a workspace that the desk is not in is acknowledged, and means nothing."""
    house = by_socket
    async with house.many() as desk:
        initech = house.slack.workspace("Initech")
        told = house.slack.install(initech)
        eve = house.slack.person("Eve Ill", team=initech)
        room = house.slack.channel("room", eve, told, team=initech)
        eve.say(room, f"<@{told.user.id}> help")
        await eve.slash(room, "/desk help")
        await house.slack.heard()
        await desk.settled()
        assert not any(call.team == initech.id for call in house.slack.record.calls)
        assert not any(call.given.get("channel") == room.id for call in house.slack.record.calls)


async def test_a_shared_channel_is_heard_where_it_is_bound(by_socket: ManyHouse):
    """Globex hosts it and has the app in it, too, so that Slack tells Globex's; the desk knows it as the firm's, and
    hears each word once."""
    house = by_socket
    async with house.many() as desk:
        await desk.install(house.kim)
        theirs = house.slack.app.installations[house.globex.id]
        both = (house.kim, house.sam, theirs, house.installed)
        shared = house.slack.channel("globex-and-us", *both, team=house.globex, shared_with=[house.slack.team])
        there = Place(PLATFORM, house.team, shared.id)
        await house.store.edit_directory(DirectoryEdit(bindings=((client_channel("GLOBEX"), there),)))
        said = house.kim.say(shared, "Export fails")
        house.kim.react(said, "ticket")
        await desk.until(lambda: any("Export fails" in m.text for m in house.sam.sees(house.triage)))
        (request,) = await house.store.requests(RequestQuery())
        assert (request.client, request.requester) == ("GLOBEX", "kim")


async def test_a_desk_without_a_token_of_its_own_comes_in_by_links_alone(by_socket: ManyHouse):
    """The team's workspace lets it in as a client's does; until then it listens, and says nothing."""
    house = by_socket
    house.slack.uninstall()
    async with house.many(own=False) as desk:
        assert desk.face.own is None
        assert (await desk.install(house.lee, "")).status == 200
        assert (await desk.install(house.kim)).status == 200
        for channel in (house.triage, house.alerts):
            await desk.invite(house.lee, channel)
        await desk.invite(house.kim, house.help)
        await desk.until(lambda: any("reaches our team" in m.text for m in house.kim.sees(house.help)))
        await house.kim.slash(house.help, "/desk new Export fails")
        await desk.until(lambda: any("Export fails" in m.text for m in house.sam.sees(house.triage)))
    assert crossed(house) == []
