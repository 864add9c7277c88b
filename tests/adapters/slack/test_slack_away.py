"""Nothing is lost while the connection is: what was written meanwhile is read from history, and a wedge is noticed."""

from __future__ import annotations

import asyncio

import pytest
from fakes.slack.fake_slack import FakeSlack
from fakes.slack.limits import Limits
from fakes.waiting import PATIENCE
from slack_house import House, Running
from test_slack_hearing import raised

from adapters.slack import face, reading
from adapters.slack.places import PLATFORM
from bot.domain.people import Person, Role
from bot.ports import DirectoryEdit, MessageRef
from storage import SqlStore


async def connected_again(house: House, desk: Running) -> None:
    """Until there is a connection, on which Slack said hello, and what was missed was heard."""
    assert desk.face.socket is not None
    await house.slack.sockets.connected()
    async with asyncio.timeout(PATIENCE):
        await desk.face.socket.hello.wait()


async def notes(house: House) -> int:
    """How many the team has written on the request."""
    return [type(entry.event).__name__ for entry in await house.store.history(1)].count("NoteAdded")


@pytest.mark.asyncio
async def test_what_was_said_while_nobody_listened_is_heard_after(house: House):
    """The desk is down: a new line in the thread, an edit and a deletion are all there once it is back, once each."""
    async with house.desk() as desk:
        message, card = await raised(house, desk)
        first = house.dana.say(house.acme, "It is the invoices.", thread=message)
        second = house.dana.say(house.acme, "And the orders.", thread=message)
        await desk.until(lambda: any("And the orders" in m.text for m in house.sam.thread(card.message)))
        await desk.face.look()
    house.dana.say(house.acme, "It is urgent now.", thread=message)
    house.dana.edit(first, "It is the receipts.")
    house.dana.delete(second)
    house.sam.say(house.triage, "Between us: the disk.", thread=card.message)
    async with house.desk() as desk:
        await desk.until(lambda: any("urgent now" in m.text for m in house.sam.thread(card.message)))
        await desk.until(lambda: any("receipts" in m.text for m in house.sam.thread(card.message)))
        await desk.until(lambda: not any("the orders" in m.text for m in house.sam.thread(card.message)))
        async with asyncio.timeout(PATIENCE):
            while await notes(house) == 0:  # noqa: ASYNC110  # the store tells nobody
                await asyncio.sleep(0.02)
        await desk.face.look()
        assert await notes(house) == 1
        assert sum("urgent now" in m.text for m in house.sam.thread(card.message)) == 1
    assert house.slack.record.complaints == []


@pytest.mark.asyncio
async def test_a_connection_that_breaks_is_made_anew_and_nothing_is_missed(house: House):
    """Cut, without a word: the next message is heard all the same, whether it was told or is read."""
    async with house.desk() as desk:
        message, card = await raised(house, desk)
        await desk.face.look()
        house.slack.sockets.cut()
        house.dana.say(house.acme, "Said into the gap.", thread=message)
        await connected_again(house, desk)
        await desk.until(lambda: any("into the gap" in m.text for m in house.sam.thread(card.message)))
        assert sum("into the gap" in m.text for m in house.sam.thread(card.message)) == 1


@pytest.mark.asyncio
async def test_slack_lets_a_connection_go_and_the_desk_follows(house: House):
    """Every hour or so Slack asks to connect anew; what is said around that is heard once."""
    house.slack.limits.ack_within = 0.5
    async with house.desk() as desk:
        message, card = await raised(house, desk)
        await house.slack.sockets.refresh()
        for number in range(3):
            house.dana.say(house.acme, f"number {number}", thread=message)
            await asyncio.sleep(0.05)
        for number in range(3):
            await desk.until(lambda n=number: any(f"number {n}" in m.text for m in house.sam.thread(card.message)))
        seen = [m.text for m in house.sam.thread(card.message)]
        assert [sum(f"number {n}" in text for text in seen) for n in range(3)] == [1] * 3


@pytest.mark.asyncio
async def test_a_connection_that_slack_lets_go_counts_as_none_at_once(house: House):
    """It stays open a while, and nothing new comes over it: what is said then is read once there is another."""
    house.slack.limits.disconnects_after = 0.7
    async with house.desk() as desk:
        message, card = await raised(house, desk)
        await desk.face.look()
        assert desk.face.socket is not None
        assert desk.face.socket.hello.is_set()
        (before,) = house.slack.sockets.open
        house.slack.faults.add("apps.connections.open", times=1, error="internal_error")
        await house.slack.sockets.refresh(warn=False)
        await desk.until(lambda: desk.face.socket and not desk.face.socket.hello.is_set())
        assert before in house.slack.sockets.open
        house.dana.say(house.acme, "Said into the farewell.", thread=message)
        await desk.until(lambda: house.slack.sockets.open and before not in house.slack.sockets.open)
        await connected_again(house, desk)
        await desk.until(lambda: any("the farewell" in m.text for m in house.sam.thread(card.message)))
        assert sum("the farewell" in m.text for m in house.sam.thread(card.message)) == 1


@pytest.mark.asyncio
async def test_a_connection_that_stands_still_is_thrown_away(house: House):
    """It is open and says nothing any more: the watchdog makes another, and what was missed is read."""
    house.ping = 0.2
    async with house.desk() as desk:
        message, card = await raised(house, desk)
        await desk.face.look()
        (before,) = house.slack.sockets.open
        before.deaf = True
        await desk.until(lambda: any(each is not before for each in house.slack.sockets.open))
        house.dana.say(house.acme, "Is anybody there?", thread=message)
        await desk.until(lambda: any("anybody there" in m.text for m in house.sam.thread(card.message)))
        assert sum("anybody there" in m.text for m in house.sam.thread(card.message)) == 1


@pytest.mark.asyncio
async def test_a_place_that_cannot_be_read_is_read_later(house: House):
    """History fails at first: the mark stays, and the next look makes up for it."""
    async with house.desk() as desk:
        message, card = await raised(house, desk)
        await desk.face.look()
    house.dana.say(house.acme, "Said meanwhile.", thread=message)
    fault = house.slack.faults.add("conversations.replies", times=1000, error="internal_error")
    async with house.desk() as desk:
        await desk.until(lambda: fault.struck)
        assert not any("Said meanwhile" in m.text for m in house.sam.thread(card.message))
        house.slack.faults.clear()
        await desk.face.look()
        await desk.until(lambda: any("Said meanwhile" in m.text for m in house.sam.thread(card.message)))


@pytest.mark.asyncio
async def test_an_event_that_could_not_be_kept_is_told_again(either_way: House, monkeypatch: pytest.MonkeyPatch):
    """The database is away for a moment: the event is not acknowledged, Slack tells it again, and it is heard once."""
    house = either_way
    house.slack.limits.retries, house.slack.limits.ack_within = (0.0, 0.0, 0.0), 0.5
    async with house.desk() as desk:
        message, card = await raised(house, desk)
        commit, failed = house.store.commit, 0

        async def away(change: object) -> None:
            nonlocal failed
            if failed < 2 and "Said once" in repr(change):
                failed += 1
                raise ConnectionError("the database is away")
            await commit(change)  # type: ignore[arg-type]

        monkeypatch.setattr(house.store, "commit", away)
        house.dana.say(house.acme, "Said once.", thread=message)
        await desk.until(lambda: any("Said once" in m.text for m in house.sam.thread(card.message)))
        assert failed == 2
        await house.slack.heard()
        assert sum("Said once" in m.text for m in house.sam.thread(card.message)) == 1


@pytest.mark.asyncio
async def test_posts_that_never_came_are_found_from_time_to_time(store: SqlStore, monkeypatch: pytest.MonkeyPatch):
    """Over HTTP nobody says that a proxy let nothing through: what was written is compared with what was heard."""
    monkeypatch.setattr(face, "READ_EACH", 2)
    async with FakeSlack(limits=Limits(paced=False, retries=())) as slack:
        slack.app.socket_mode = False
        house = House(store, slack)
        await house.furnish()
        async with house.desk() as desk:
            message, card = await raised(house, desk)
            await desk.face.look()
            there, slack.app.request_url = slack.app.request_url, "http://127.0.0.1:9/slack/events"
            house.dana.say(house.acme, "Does this come through?", thread=message)
            await house.slack.heard()
            slack.app.request_url = there
            assert not any("come through" in m.text for m in house.sam.thread(card.message))
            await desk.face.look()
            await desk.until(lambda: any("come through" in m.text for m in house.sam.thread(card.message)))


@pytest.mark.asyncio
async def test_a_thread_of_last_week_that_no_request_has_is_heard_too(house: House, monkeypatch: pytest.MonkeyPatch):
    """Somebody answers into the gap, below a message of ten days ago: Slack tells of it by that message alone. Of a
    channel in which more was said than is read back, what was written meanwhile is heard all the same."""
    monkeypatch.setattr(reading, "PAGE", 2)
    monkeypatch.setattr(reading, "PAGES", 4)
    async with house.desk() as desk:
        await desk.face.look()
    old = house.dana.say(house.acme, "Is anybody there?")
    older = f"{float(old.ts) - 10 * 86400:.6f}"
    house.acme.messages[older] = house.acme.messages.pop(old.ts)
    old.ts = older
    house.dana.say(house.acme, "Now it fails again.", thread=old)
    async with house.desk() as desk:
        await desk.until(lambda: house.slack.record.of("conversations.replies", ts=older))
    for n in range(12):
        other = house.dana.say(house.acme, f"chat {n}")
        house.acme.messages[f"{float(other.ts) - 5 * 86400:.6f}"] = house.acme.messages.pop(other.ts)
        other.ts = f"{float(other.ts) - 5 * 86400:.6f}"
    last = house.dana.say(house.acme, "Said into the gap.")
    async with house.desk() as desk:
        async with asyncio.timeout(PATIENCE):
            while await house.store.source(MessageRef(house.place(house.acme), last.ts)) is None:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert desk.face.own._backfill._behind == {}


@pytest.mark.asyncio
async def test_words_that_cannot_be_heard_any_more_are_not_gone(house: House):
    """Whoever wrote them is a stranger by now, or calls the desk by its name in them: they stand in Slack, and so they
    do where the team reads them."""
    account, tom = (PLATFORM, house.team, house.eve.id, "tom"), house.eve
    person = Person("tom", "Tom Ray", Role.CLIENT, "Europe/London", "ACME")
    await house.store.edit_directory(DirectoryEdit(people=(person,), identities=(account,)))
    async with house.desk() as desk:
        message, card = await raised(house, desk)
        said = house.dana.say(house.acme, "It is the blue one", thread=message)
        tom.say(house.acme, "Mine fails, too", thread=message)
        await desk.until(lambda: any("Mine fails" in m.text for m in house.sam.thread(card.message)))
        await desk.settled()
    await house.store.edit_directory(DirectoryEdit(parted=(account[:3],)))
    house.dana.edit(said, "@steward it is the red one")
    house.dana.say(house.acme, "while you were away", thread=message)
    async with house.desk() as desk:
        await desk.until(lambda: any("while you were away" in m.text for m in house.sam.thread(card.message)))
        await desk.settled()
        told = [m.text for m in house.sam.thread(card.message)]
        assert any("Mine fails, too" in text for text in told)
        assert any("it is the red one" in text for text in told)
