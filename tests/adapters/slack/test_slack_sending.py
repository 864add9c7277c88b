"""What goes out to Slack: once, whatever fails on the way, in its turn, and whole."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import aiohttp
import pytest
from fakes.slack.slack_things import Channel
from slack_house import House
from test_slack_hearing import raised

from adapters.slack.pacing import Pace
from bot import delivering
from bot.desk.conversations import ALERTS
from bot.domain.files import Attachment
from bot.messages.model import Document, Relay, Said, line
from bot.ports import Change, Draft, MessageRef, Op, Place, RateLimited, Refused, Unreachable, Urgency


def said(text: str) -> Said:
    return Said("test", (line(text),))


def place(house: House, channel: Channel, thread: str | None = None) -> Place:
    return Place("slack", house.team, channel.id, thread)


def shown(house: House, text: str) -> int:
    """How often that stands in the triage channel or its threads."""
    return sum(text in (message.text or "") for message in house.triage.messages.values())


@pytest.mark.asyncio
async def test_a_post_whose_answer_was_lost_is_found_by_its_key(house: House):
    """Slack took it and the connection broke: the port does not know, and finds it by the metadata, in a channel as in
    a thread; another key is not there."""
    async with house.desk() as desk:
        chat = desk.face.chat
        root = await chat.post(place(house, house.triage), said("the root"), key="ACME-1:card")
        for where in (place(house, house.triage), place(house, house.triage, root.message)):
            house.slack.faults.add("chat.postMessage", drop_answer=True)
            key = f"ACME-1:{where.thread}"
            with pytest.raises(aiohttp.ClientError):
                await chat.post(where, said("did it arrive?"), key=key)
            found = await chat.find(where, key)
            assert found is not None
            assert found.place == where
            assert await chat.find(where, "ACME-1:another") is None
        assert shown(house, "did it arrive?") == 2


@pytest.mark.asyncio
async def test_another_apps_message_is_none_of_the_desks_whatever_key_it_carries(house: House):
    """Every app can read the metadata in its channels, and write its own: what it says must not count as delivered."""
    other = house.slack.person("Deploy Bot", bot=True)
    house.triage.members.append(other.id)
    async with house.desk() as desk:
        forged = other.say(house.triage, "I am the desk")
        forged.metadata = {"event_type": "steward_message", "event_payload": {"key": "ACME-1:card"}}
        assert await desk.face.chat.find(place(house, house.triage), "ACME-1:card") is None
        own = await desk.face.chat.post(place(house, house.triage), said("it is me"), key="ACME-1:card")
        assert await desk.face.chat.find(place(house, house.triage), "ACME-1:card") == own


@pytest.mark.asyncio
async def test_nothing_is_posted_twice_or_lost_when_answers_are(house: House, monkeypatch: pytest.MonkeyPatch):
    """Of a request's first messages the answers are lost and the server errs: each stands there once in the end."""
    monkeypatch.setattr(delivering, "GRACE", timedelta(seconds=0.1))
    async with house.desk() as desk:
        house.slack.faults.add("chat.postMessage", drop_answer=True, times=2)
        house.slack.faults.add("chat.postMessage", status=500)
        await house.dana.slash(house.acme, "/desk new Export fails")
        await desk.until(lambda: [m for m in house.sam.sees(house.triage) if "Export fails" in m.text])
        await desk.settled()
        assert shown(house, "ACME-1") >= 1
        assert len([m for m in house.sam.sees(house.triage) if "Export fails" in m.text]) == 1
        assert len([m for m in house.dana.sees(house.acme) if "Export fails" in m.text and not m.alone]) == 1


@pytest.mark.asyncio
async def test_slacks_word_to_wait_is_honoured(house: House):
    """429 with Retry-After is RateLimited with those seconds, whatever the method."""
    async with house.desk() as desk:
        chat = desk.face.chat
        ref = await chat.post(place(house, house.triage), said("first"), key="one")
        for method, call in (
            ("chat.postMessage", lambda: chat.post(place(house, house.triage), said("more"), key="two")),
            ("chat.update", lambda: chat.edit(ref, said("changed"))),
            ("conversations.history", lambda: chat.find(place(house, house.triage), "three")),
            ("conversations.open", lambda: chat.direct("sam")),
        ):
            house.slack.faults.add(method, status=429, retry_after=7)
            with pytest.raises(RateLimited) as wait:
                await call()
            assert wait.value.seconds == 7, method


@pytest.mark.asyncio
async def test_what_slack_will_never_take_is_refused_with_a_mend(house: House):
    """An archived channel, one without the app, a message that is gone: a person must look, and reads what to do."""
    async with house.desk() as desk:
        chat = desk.face.chat
        ref = await chat.post(place(house, house.triage), said("first"), key="one")
        await chat.delete(ref)
        await chat.delete(ref)  # gone stays gone
        with pytest.raises(Refused, match="somebody deleted it"):
            await chat.edit(ref, said("changed"))
        house.sam.remove_app(house.triage)
        with pytest.raises(Refused, match="invite the app"):
            await chat.post(place(house, house.triage), said("more"), key="two")
        with pytest.raises(Unreachable):
            await chat.direct("nobody-here")


@pytest.mark.asyncio
async def test_a_token_that_is_good_no_longer_holds_everything_up_and_loses_nothing(house: House):
    """Revoked: nothing can be sent, nothing is given up; it waits until the token is mended."""
    async with house.desk() as desk:
        house.slack.faults.add("chat.postMessage", error="token_revoked")
        with pytest.raises(RateLimited) as wait:
            await desk.face.chat.post(place(house, house.triage), said("more"), key="two")
        assert wait.value.everywhere


@pytest.mark.asyncio
async def test_a_long_text_goes_on_in_its_thread_and_nothing_is_cut(house: House):
    """Words beyond what one message takes come in further posts, in order; the first one is what the key finds."""
    text = "\n".join(f"line {n} of the log: disk full, export stopped, try again later please" for n in range(280))
    async with house.desk() as desk:
        chat = desk.face.chat
        root = await chat.post(place(house, house.triage), said("card"), key="card")
        where = place(house, house.triage, root.message)
        ref = await chat.post(where, Relay("dana", "Dana Reyes", "client", text), key="long")
        assert await chat.find(where, "long") == ref
        seen = house.sam.thread(house.triage.messages[root.message])[1:]
        assert len(seen) > 1
        assert [m.author for m in seen] == ["Dana Reyes"] * len(seen)
        whole = "\n".join(m.text for m in seen).split("\n")
        assert [each for each in whole if each.startswith("line ")] == text.split("\n")


@pytest.mark.asyncio
async def test_a_message_that_broke_off_goes_anew(house: House):
    """The desk died between a message and its file: what is looked for is not there as a whole, and goes once more."""
    async with house.desk() as desk:
        chat = desk.face.chat
        house.slack.faults.add("files.getUploadURLExternal", drop=True)
        document = Document("Transcript", "acme-1.md", "text/markdown", "# All that was said\n")
        with pytest.raises(aiohttp.ClientError):
            await chat.post(place(house, house.triage), document, key="doc")
        assert await chat.find(place(house, house.triage), "doc") is None
        ref = await chat.post(place(house, house.triage), document, key="doc")
        assert await chat.find(place(house, house.triage), "doc") == ref
        seen = [m for m in house.sam.sees(house.triage) if "Transcript" in m.text]
        assert len(seen) == 1
        assert [f.name for m in house.sam.thread(seen[0].message) for f in m.message.files] == ["acme-1.md"]


@pytest.mark.asyncio
async def test_a_file_that_is_there_no_more_does_not_keep_the_words_back(house: House):
    """Its bytes were erased meanwhile: the message arrives without it."""
    async with house.desk() as desk:
        gone = Attachment("0" * 32, "gone.txt", "text/plain", 4)
        body = Relay("dana", "Dana Reyes", "client", "see the file", files=(gone,))
        ref = await desk.face.chat.post(place(house, house.triage), body, key="files")
        assert isinstance(ref, MessageRef)
        assert await desk.face.chat.find(ref.place, "files") == ref


@pytest.mark.asyncio
async def test_pace():
    """A channel takes a short burst, then one a second; who would wait long is told how long, and uses up no turn.
    Another channel is not held up."""
    now = 0.0
    pace = Pace(lambda: now)
    for _ in range(4):
        await pace.turn("chat.postMessage", "C1")
    await pace.turn("chat.postMessage", "C1")  # a moment's wait
    with pytest.raises(RateLimited) as wait:
        await pace.turn("chat.postMessage", "C1")
    assert wait.value.seconds == pytest.approx(2.0)
    await pace.turn("chat.postMessage", "C2")
    now = 10.0
    await pace.turn("chat.postMessage", "C1")


@pytest.mark.asyncio
async def test_an_answer_for_one_person_waits_for_slack(house: House):
    """No queue keeps it: where Slack asks to wait it does, and comes where it was asked for, once; so does a file."""
    async with house.desk() as desk:
        house.slack.faults.add("chat.postEphemeral", status=429, retry_after=1, times=1)
        house.slack.faults.add("files.getUploadURLExternal", status=429, retry_after=1, times=1)
        act = await desk.face.own.acting.act(house.sam.id, house.triage.id)
        await asyncio.gather(
            desk.face.own.acting.tell(act, said("It is yours")), desk.face.own.acting.send_file(act, "a.csv", "a,b")
        )
        assert [m.text for m in house.sam.alone(house.triage)] == ["It is yours"]
        assert [f.name for m in house.sam.dm_channel.messages.values() for f in m.files] == ["a.csv"]


@pytest.mark.asyncio
async def test_an_alert_overtakes_a_backlog_in_its_own_channel(house: House):
    """Slack takes one message a second in a channel, and twelve digests wait there: the alert is the next to go."""
    async with house.desk() as desk:
        digests = [Draft(f"d{n}", Op.POST, ALERTS, said(f"digest {n}"), urgency=Urgency.DIGEST) for n in range(12)]
        await house.store.commit(Change(outbox=tuple(digests)))
        await desk.until(lambda: len(house.lee.sees(house.alerts)) >= 4)
        await house.store.commit(Change(outbox=(Draft("a", Op.POST, ALERTS, said("breach"), urgency=Urgency.ALERT),)))
        await desk.until(lambda: any(m.text == "breach" for m in house.lee.sees(house.alerts)))
        assert len(house.lee.sees(house.alerts)) <= 9


@pytest.mark.asyncio
async def test_a_card_that_somebody_deleted_is_there_again(house: House):
    """With the next thing that happens to its request: the team finds what waits by its cards, and presses on them."""
    async with house.desk() as desk:
        _, card = await raised(house, desk)
        await desk.settled()
        house.slack.deeds.remove(card.message)
        await house.sam.slash(house.triage, "/desk claim 1")
        (again,) = await desk.until(lambda: [m for m in house.sam.sees(house.triage) if "Reply" in m.buttons])
        await desk.settled()
        await house.sam.press("Reply", on=again)
        await desk.until(lambda: house.sam.modal)
        assert "dead" not in await house.store.outbox_states()
