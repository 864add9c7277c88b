"""What people change where they wrote it changes wherever it was carried, and nowhere else."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from desk_world import words

from bot.desk import files, front
from bot.desk.context import Heard, Refusal
from bot.domain.events import (
    Breached,
    ClientWrote,
    MessageClass,
    MessageClassCorrected,
    MessageDeleted,
    MessageEdited,
    NoteAdded,
    Opened,
    Replied,
    Status,
)
from bot.domain.policy import ClockKind
from bot.messages.model import NOTHING, Relay
from bot.ports import InboxId, MessageRef

pytestmark = pytest.mark.asyncio


async def edit(world, who, heard, text, **more):
    """They change it, and everything has arrived."""
    return await world.edit(who, heard, text, **more)


async def delete(world, who, heard, **more):
    return await world.delete(who, heard, **more)


async def bodies(world, number, side):
    place = await world.thread(number, side)
    return [m.body for m in await world.messages(place.channel, place.thread)]


async def facts(world, number, kind):
    return [e.event for e in await world.store.history(number) if isinstance(e.event, kind)]


async def claimed(world, who="sam", **form):
    number = await world.raised(**form)
    await world.do(who, "claim", request=str(number))
    return number


def about(body):
    return "".join(getattr(span, "text", "") for span in body.about)


def labels(body):
    return [a.label for a in body.actions]


# --- edits ------------------------------------------------------------------------------------------------------------


async def test_an_edit_of_the_clients_follows_into_the_teams_thread(world):
    """Every copy shows the new words, marked; the history keeps the former ones for the team; no clock moved."""
    number = await claimed(world)
    heard, _ = await world.write("dana", "It fails with error 42", place=await world.thread(number, "client"))
    before = await world.request(number)
    await edit(world, "dana", heard, "It fails with error 24")
    copy = (await bodies(world, number, "team"))[-1]
    assert words(copy) == "Dana Reyes: It fails with error 24"
    assert about(copy) == "The client wrote, edited since"
    news = (await world.screen("dm:sam"))[-1]
    assert "error 24" in news
    assert "error 42" not in news
    request = await world.request(number)
    assert request.sla == before.sla
    assert [(f.was, f.text) for f in await facts(world, number, MessageEdited)] == [
        ("It fails with error 42", "It fails with error 24")
    ]
    for who, knows in (("sam", True), ("dana", False)):
        told = words((await world.do(who, "history", request=str(number))).message)
        assert ("error 42" in told) is knows
        assert "error 24" in told


async def test_an_edit_told_twice_late_or_by_somebody_else_changes_nothing(world):
    """Once known it does nothing; one older than the one known is passed over; only the author can."""
    number = await claimed(world)
    heard, _ = await world.write("dana", "one", place=await world.thread(number, "client"))
    await edit(world, "dana", heard, "three", edited_at=heard.at + timedelta(seconds=30))
    again = await edit(world, "dana", heard, "three", edited_at=heard.at + timedelta(seconds=30))
    late = await edit(world, "dana", heard, "two", edited_at=heard.at + timedelta(seconds=10))
    other = await edit(world, "sam", heard, "four")
    stranger = await edit(world, "tom", heard, "five")
    assert (again, late) == (NOTHING, NOTHING)
    assert (
        words(other.message)
        == words(stranger.message)
        == ("Only Dana Reyes can change those words. Write your own beside them.")
    )
    assert len(await facts(world, number, MessageEdited)) == 1
    assert words((await bodies(world, number, "team"))[-1]).endswith("three")


async def test_an_edit_with_an_event_is_answered_alike(world):
    """A redelivered event acts once."""
    number = await claimed(world)
    heard, _ = await world.write("dana", "one", place=await world.thread(number, "client"))
    event = InboxId("web", "edit-1")
    for _ in range(2):
        await front.edited(world.desk, "dana", replace(heard, text="two"), event=event)
    assert len(await facts(world, number, MessageEdited)) == 1


async def test_an_edit_of_the_message_a_request_was_made_of_renames_it(world):
    """Details and the title, which was their first line, follow on the card and in the receipt."""
    heard, _ = await world.write("dana", "The exprot fails", place=world.place("client-acme"))
    await world.do("dana", "turn", place=world.place("client-acme"), heard=heard)
    await edit(world, "dana", heard, "The export fails")
    request = await world.request(1)
    assert (request.title, request.details) == ("The export fails", "The export fails")
    card = next(m.body for m in await world.messages("triage") if m.body.t == "card")
    assert card.title == "The export fails"
    assert about((await bodies(world, 1, "team"))[0]) == "The client wrote, edited since"
    receipt = (await world.thread_screen(1, "client"))[0]
    assert "“The export fails”" in receipt
    assert await world.store.check() == ()
    assert [r.number for r in (await _found(world, "export"))] == [1]
    assert await _found(world, "exprot") == []


async def _found(world, text):
    return list((await world.do("sam", "find", words=text)).message.rows)


async def test_an_edit_in_a_burst_rebuilds_the_copy_of_all_its_lines(world):
    """Three lines made one request; the second changes, and then the first, whose words the title is."""
    place = world.place("client-acme")
    lines = [(await world.write("dana", text, place=place))[0] for text in ("It fails", "since 9", "for all")]
    await world.do("dana", "turn", place=place, heard=lines[1])
    await edit(world, "dana", lines[1], "since 8")
    assert (await world.request(1)).details == "It fails\nsince 8\nfor all"
    await edit(world, "dana", lines[0], "The export fails")
    request = await world.request(1)
    assert (request.title, request.details) == ("The export fails", "The export fails\nsince 8\nfor all")
    assert words((await bodies(world, 1, "team"))[0]).endswith("The export fails\nsince 8\nfor all")
    await delete(world, "dana", lines[0])
    assert ((await world.request(1)).title, (await world.request(1)).details) == ("since 8", "since 8\nfor all")


async def test_an_edit_of_a_reply_follows_to_the_team_and_a_note_stays_there(world):
    """The team's copy of a reply changes; a note's new words are in the history, and the client sees nothing of it."""
    number = await claimed(world)
    reply, _ = await world.write("sam", "We look at it now", place=await world.thread(number, "client"))
    await edit(world, "sam", reply, "We look at it today")
    assert about((await bodies(world, number, "team"))[-1]) == "Sent to the client, edited since"
    note, _ = await world.write("sam", "disk full", place=await world.thread(number, "team"))
    before = await bodies(world, number, "client")
    await edit(world, "sam", note, "disk full, SECRET")
    assert await bodies(world, number, "client") == before
    assert "SECRET" not in words((await world.do("dana", "history", request=str(number))).message)
    assert [f.internal for f in await facts(world, number, MessageEdited)] == [False, True]


async def test_an_edit_that_overtakes_its_message_is_heard_as_the_message(world):
    """Told first of the edit, then of the message: it counts once, with the new words."""
    number = await claimed(world)
    place = await world.thread(number, "client")
    heard = await world.said("dana", "it fails", place=place)
    await edit(world, "dana", heard, "it fails again")
    await world.hear("dana", heard)
    assert [f.text for f in await facts(world, number, ClientWrote)] == ["it fails again"]
    old = replace(heard, ref=MessageRef(world.place("client-globex"), "990"), author="mia")
    await edit(world, "mia", replace(old, at=old.at - timedelta(days=1)), "The VPN was down")
    assert await world.store.request(number + 1) is None, "an old message from before the desk listened opens nothing"


async def test_edits_before_the_copy_has_left_are_right_in_the_end(world):
    """Nothing was sent between the words and two edits: one copy arrives, with the last words."""
    number = await claimed(world)
    place = await world.thread(number, "client")
    heard = await world.said("dana", "first", place=place)
    await front.hear(world.desk, "dana", heard)
    for text in ("second", "third"):
        await front.edited(world.desk, "dana", replace(heard, text=text))
    await world.wake()
    copies = [words(b) for b in await bodies(world, number, "team") if isinstance(b, Relay)]
    assert copies[-1] == "Dana Reyes: third"
    assert not any("first" in c or "second" in c for c in copies)
    assert (await world.store.outbox_states()).keys() == {"sent"}


async def test_two_edits_at_once_end_as_one_of_them_everywhere(world):
    """Whoever comes last is in the message's record, in the history and in the copy alike."""
    number = await claimed(world)
    heard, _ = await world.write("dana", "zero", place=await world.thread(number, "client"))
    await asyncio.gather(*(world.edit("dana", heard, text) for text in ("one", "two", "three")))
    source = await world.store.source(heard.ref)
    assert (await facts(world, number, MessageEdited))[-1].text == source.text
    assert words((await bodies(world, number, "team"))[-1]).endswith(source.text)


async def test_an_edit_of_what_is_no_requests_only_keeps_it_current(world):
    """Made a request later, it is one of the new words."""
    heard, _ = await world.write("dana", "The exprot fails", place=world.place("client-acme"))
    await edit(world, "dana", heard, "The export fails")
    assert await world.store.request(1) is None
    await world.do("sam", "turn", place=world.place("client-acme"), heard=heard)
    assert (await world.request(1)).title == "The export fails"


# --- deletions --------------------------------------------------------------------------------------------------------


async def test_a_deletion_blanks_every_copy(world):
    """It says who deleted it; the history keeps the words for the team alone; no clock changed."""
    number = await claimed(world)
    heard, _ = await world.write("dana", "My password is hunter2", place=await world.thread(number, "client"))
    before = await world.request(number)
    await delete(world, "dana", heard)
    team = await world.thread(number, "team")
    for where in ((team.channel, team.thread), ("dm:sam", None)):
        screen = await world.screen(*where)
        assert "hunter2" not in "\n".join(screen)
        assert screen[-1] == "This message was deleted by Dana Reyes."
    assert [f.was for f in await facts(world, number, MessageDeleted)] == ["My password is hunter2"]
    assert (await world.request(number)).sla == before.sla
    assert "hunter2" in words((await world.do("sam", "history", request=str(number))).message)
    assert "hunter2" not in words((await world.do("dana", "history", request=str(number))).message)


async def test_a_deleted_message_stays_deleted(world):
    """An edit or a second telling that comes after it does nothing; so does the message itself where it comes last."""
    number = await claimed(world)
    place = await world.thread(number, "client")
    heard, _ = await world.write("dana", "secret", place=place)
    await delete(world, "dana", heard)
    await edit(world, "dana", heard, "secret again")
    await delete(world, None, heard)
    await world.hear("dana", heard, event="again")
    assert len(await facts(world, number, MessageDeleted)) == 1
    assert not await facts(world, number, MessageEdited)
    gone = Heard(MessageRef(place, "9900"), "dana", world.clock.now(), "never seen")
    await delete(world, "dana", gone)
    await world.hear("dana", gone)
    assert len(await facts(world, number, ClientWrote)) == 1


async def test_only_the_author_or_a_moderator_deletes(world):
    """Somebody else is refused; where the platform lets them, the copies say who it was."""
    number = await claimed(world)
    heard, _ = await world.write("dana", "off topic", place=await world.thread(number, "client"))
    refused = await delete(world, "tom", heard)
    assert words(refused.message).startswith("Only Dana Reyes can change those words.")
    await delete(world, "lee", heard, moderator=True)
    assert words((await bodies(world, number, "team"))[-1]) == "This message was deleted by Lee Novak."


async def test_deleting_the_message_of_a_request_takes_its_words_off_the_card(world):
    """Its title was those words, so it goes too; the request stays, and so do its clocks."""
    heard, _ = await world.write("dana", "hunter2 does not work", place=world.place("client-acme"))
    await world.do("dana", "turn", place=world.place("client-acme"), heard=heard)
    before = await world.request(1)
    await delete(world, "dana", heard)
    request = await world.request(1)
    assert (request.title, request.details, request.sla) == ("(message deleted)", "", before.sla)
    for place in (await world.thread(1, "team"), await world.thread(1, "client"), world.place("triage")):
        assert "hunter2" not in "\n".join(await world.screen(place.channel, place.thread))


async def test_blanking_a_message_deletes_it(world):
    """Edited to nothing, it says nothing any more."""
    number = await claimed(world)
    heard, _ = await world.write("dana", "wrong thread", place=await world.thread(number, "client"))
    await edit(world, "dana", heard, "  ")
    assert len(await facts(world, number, MessageDeleted)) == 1
    too_long = await edit(world, "dana", heard, "x" * 20_001)
    assert "20,000 characters" in words(too_long.message)


# --- files ------------------------------------------------------------------------------------------------------------


async def upload(world, who, name="screen.png", body=b"\x89PNG..."):
    return await files.keep(world.desk, who, name, "image/png", body)


async def write_with(world, who, place, text, name="screen.png"):
    """A message with a picture, and the picture as the desk keeps it."""
    heard, _ = await world.write(who, text, place=place, files={name: b"\x89PNG..."})
    (picture,) = heard.files
    return heard, picture


async def readers(world, file):
    return {p for p in ("dana", "tom", "mia", "sam", "lee") if await files.readable(world.desk, p, file.id)}


async def test_a_picture_follows_the_clients_words_to_the_team(world):
    """The copy carries it; its client and the team can read it, nobody else."""
    number = await claimed(world)
    client = await world.thread(number, "client")
    _, picture = await write_with(world, "dana", client, "", "../../etc/ev\u202egnp.png")
    assert picture.name == "evgnp.png"
    copy = (await bodies(world, number, "team"))[-1]
    assert copy.files == (picture,)
    assert await readers(world, picture) == {"dana", "tom", "sam", "lee"}
    assert await world.store.files.body(picture.id) == b"\x89PNG..."
    assert "evgnp.png" in (await world.screen("dm:sam"))[-1]
    assert (await world.request(number)).sla.running(ClockKind.NEXT_REPLY) or (await world.request(number)).sla.running(
        ClockKind.FIRST_RESPONSE
    )


async def test_before_it_is_sent_only_its_author_can_read_it(world):
    """What somebody takes along into a message that they still write is theirs alone."""
    assert await readers(world, await upload(world, "dana")) == {"dana"}


async def test_a_picture_alone_opens_a_request_named_after_it(world):
    """No words, but something is said: the file's name is the title."""
    _, picture = await write_with(world, "mia", world.place("client-globex"), "", "broken login.png")
    assert (await world.request(1)).title == "broken login.png"
    assert (await bodies(world, 1, "team"))[0].files == (picture,)


async def test_a_notes_file_never_reaches_the_client(world):
    """What the team attached in its own thread is the team's."""
    number = await claimed(world)
    _, picture = await write_with(world, "sam", await world.thread(number, "team"), "the log")
    assert await readers(world, picture) == {"sam", "lee"}
    assert picture not in [f for b in await bodies(world, number, "client") for f in getattr(b, "files", ())]


async def test_a_deleted_messages_file_is_the_teams_only(world):
    """The client's people no longer read it; the team keeps it with the history, as it keeps the words."""
    number = await claimed(world)
    heard, picture = await write_with(world, "dana", await world.thread(number, "client"), "look")
    await delete(world, "dana", heard)
    assert await readers(world, picture) == {"sam", "lee"}
    assert not [b for b in await bodies(world, number, "team") if getattr(b, "files", ())]


async def test_what_cannot_be_kept_is_refused_kindly(world, monkeypatch):
    """Nothing in it, too large by itself or with the others, too many, somebody else's."""
    with pytest.raises(Refusal, match="is empty"):
        await upload(world, "dana", body=b"")
    with pytest.raises(Refusal, match="a file can have 10 MB"):
        await upload(world, "dana", body=b"x" * (10 * 1024 * 1024 + 1))
    picture = await upload(world, "dana")
    assert await files.mine(world.desk, "dana", [picture.id, picture.id]) == (picture,)
    with pytest.raises(Refusal, match="not here any more"):
        await files.mine(world.desk, "tom", [picture.id])
    with pytest.raises(Refusal, match="30 files"):
        await files.mine(world.desk, "dana", [(await upload(world, "dana")).id for _ in range(31)])
    many = {f"{n}.png": b"\x89PNG..." for n in range(31)}
    _, answer = await world.write("dana", "many", place=world.place("client-acme"), files=many)
    assert "30 files; yours has 31" in words(answer.message)
    monkeypatch.setattr("bot.desk.files.WHOLE_LIMIT", 1024 * 1024)
    large = {f"{n}.png": b"x" * 600_000 for n in range(2)}
    _, answer = await world.write("dana", "large", place=world.place("client-acme"), files=large)
    assert "can have 1 MB together; yours have 1.1 MB. Send some of them in a second" in words(answer.message)
    assert await files.readable(world.desk, "nobody", picture.id) is None
    assert await files.readable(world.desk, "dana", "no such file") is None


async def test_a_file_in_a_direct_conversation_is_for_the_one_who_has_it(world):
    """Shown in a conversation of one, it is that person's."""
    picture = await upload(world, "lee")
    await world.store.files.show([picture.id], "dm:sam")
    assert await readers(world, picture) == {"sam"}
    await world.store.files.hide([picture.id], "dm:sam")
    assert await readers(world, picture) == {"lee"}


# --- from the team's thread to the client -----------------------------------------------------------------------------


async def sent(world, who, heard, **args):
    """The menu of the message, then the form."""
    asked = await world.do(who, "send", place=heard.ref.place, heard=heard)
    if asked.form is None:
        return asked
    given = {**asked.form.args, **{i.name: i.value for i in asked.form.inputs}, **args}
    return await world.do(who, "send", place=heard.ref.place, **given)


async def test_a_message_of_the_teams_thread_is_sent_to_the_client_with_its_files(world):
    """Under the author's name, confirmed by a form; it counts as their reply, once; later edits follow."""
    number = await claimed(world)
    heard, picture = await write_with(world, "sam", await world.thread(number, "team"), "Fixed in 4.2")
    answer = await sent(world, "sam", heard)
    assert words(answer.message).startswith(f"Sent to the client in ACME-{number}.")
    relay = (await bodies(world, number, "client"))[-1]
    assert (relay.name, relay.text, relay.files) == ("Sam Ito", "Fixed in 4.2", (picture,))
    assert await readers(world, picture) == {"dana", "tom", "sam", "lee"}
    assert (await world.request(number)).sla.running(ClockKind.FIRST_RESPONSE) is None
    again = await sent(world, "sam", heard)
    assert "has that message already" in words(again.message)
    assert len(await facts(world, number, Replied)) == 1
    await edit(world, "sam", heard, "Fixed in 4.3", files=(picture,))
    assert words((await bodies(world, number, "client"))[-1]) == "Sam Ito: Fixed in 4.3"
    await delete(world, "sam", heard)
    assert words((await bodies(world, number, "client"))[-1]) == "This message was deleted by Sam Ito."
    assert await readers(world, picture) == {"sam", "lee"}


async def test_words_changed_on_the_way_are_a_reply_of_their_own(world):
    """What was taken out in the form stays out, also when the note is edited later."""
    number = await claimed(world)
    heard, _ = await world.write("sam", "Fixed, SECRET cause: disk", place=await world.thread(number, "team"))
    await sent(world, "sam", heard, text="Fixed.")
    await edit(world, "sam", heard, "Fixed, SECRET cause: the disk")
    assert "SECRET" not in "\n".join(await world.thread_screen(number, "client"))
    assert words((await bodies(world, number, "client"))[-1]) == "Sam Ito: Fixed."


async def test_only_ones_own_words_of_a_team_thread_are_sent(world):
    """Not a colleague's, not the client's, not a message from elsewhere; a client never."""
    number = await claimed(world)
    note, _ = await world.write("sam", "ours", place=await world.thread(number, "team"))
    theirs, _ = await world.write("dana", "theirs", place=await world.thread(number, "client"))
    reply, _ = await world.write("sam", "public", place=await world.thread(number, "client"))
    assert "Sam Ito's words" in words((await sent(world, "priya", note)).message)
    assert "Dana Reyes's words" in words((await sent(world, "sam", theirs)).message)
    assert "private thread" in words((await sent(world, "sam", reply)).message)
    assert (await sent(world, "dana", note)).message.purpose == "refusal"
    assert "cannot find" in words((await world.do("sam", "send", message="", text="x")).message)
    assert [f.text for f in await facts(world, number, Replied)] == ["public"]


# --- what a message counts as -----------------------------------------------------------------------------------------


async def press(world, who, body, label):
    action = next(a for a in body.actions if a.label == label)
    return await world.do(who, action.command, **action.args)


async def answered(world):
    number = await claimed(world)
    await world.do("sam", "reply", request=str(number), text="We are on it.")
    return number


async def test_a_question_taken_for_thanks_counts_from_when_it_was_written(world):
    """One click under the team's copy; the clock runs from the message, and a second click takes it back."""
    number = await answered(world)
    heard, _ = await world.write("dana", "ok", place=await world.thread(number, "client"))
    assert (await world.request(number)).sla.running(ClockKind.NEXT_REPLY) is None
    await world.pass_(minutes=10)
    copy = (await bodies(world, number, "team"))[-1]
    assert labels(copy) == ["This needs an answer"]
    answer = await press(world, "priya", copy, "This needs an answer")
    assert "counts as one that needs an answer" in words(answer.message)
    clock = (await world.request(number)).sla.running(ClockKind.NEXT_REPLY)
    assert abs(clock.started_at - heard.at) < timedelta(seconds=1)
    copy = (await bodies(world, number, "team"))[-1]
    assert labels(copy) == ["That was only thanks", "This is another matter"]
    await press(world, "sam", copy, "That was only thanks")
    assert (await world.request(number)).sla.running(ClockKind.NEXT_REPLY) is None
    assert await world.store.check() == ()
    assert "counts as thanks already" in words((await press(world, "sam", copy, "That was only thanks")).message)


async def test_thanks_taken_for_a_question_owe_nothing_and_their_alert_says_so(world):
    """Also after a breach: the wait was none, so it has no verdict, and no alert asks for a reply any more."""
    number = await answered(world)
    await world.write("dana", "Ace, brill", place=await world.thread(number, "client"))
    await world.pass_(hours=30)
    assert [f.clock for f in await facts(world, number, Breached)] == [ClockKind.NEXT_REPLY]
    copy = next(b for b in await bodies(world, number, "team") if "Ace" in words(b))
    await press(world, "sam", copy, "That was only thanks")
    clock = (await world.request(number)).sla.latest(ClockKind.NEXT_REPLY)
    assert clock.outcome == "cancelled"
    alert = (await world.screen("alerts"))[-1]
    assert "Nothing is owed on it any more" in alert
    assert await world.store.check() == ()


async def test_an_edit_that_makes_thanks_a_question_asks_the_team(world):
    """No clock moves by itself; the team is asked, and one click counts it."""
    number = await answered(world)
    heard, _ = await world.write("dana", "thanks", place=await world.thread(number, "client"))
    await edit(world, "dana", heard, "thanks, but the second export still fails")
    assert (await world.request(number)).sla.running(ClockKind.NEXT_REPLY) is None
    offer = (await bodies(world, number, "team"))[-1]
    assert words(offer).startswith("Dana Reyes edited a message that counted as thanks.")
    await press(world, "sam", offer, "Count it")
    clock = (await world.request(number)).sla.running(ClockKind.NEXT_REPLY)
    assert abs(clock.started_at - heard.at) < timedelta(seconds=1)
    offer = (await bodies(world, number, "team"))[-1]
    assert words(offer) == "That message counts from when it was written."
    await press(world, "sam", offer, "Take that back")
    assert (await world.request(number)).sla.running(ClockKind.NEXT_REPLY) is None


async def test_thanks_on_a_closed_request_can_reopen_it_with_one_click(world):
    """It neither reopens nor starts a clock by itself; pressed, the words count from when they were written."""
    number = await answered(world)
    await world.do("sam", "resolve", request=str(number), text="Done.")
    await world.pass_(minutes=2)
    await world.do("dana", "works", request=str(number))
    await world.pass_(minutes=2)
    heard, _ = await world.write("dana", "Thanks!", place=await world.thread(number, "client"))
    assert (await world.request(number)).status is Status.CLOSED
    await world.pass_(minutes=5)
    copy = (await bodies(world, number, "team"))[-1]
    assert labels(copy) == ["Reopen with it"]
    await press(world, "sam", copy, "Reopen with it")
    request = await world.request(number)
    assert request.status is Status.ACTIVE
    assert request.sla.running(ClockKind.NEXT_REPLY).started_at == heard.at
    assert await world.store.check() == ()


async def test_thanks_that_reopened_a_request_close_it_again_with_one_click(world):
    """Words the desk does not know as thanks reopen; one click closes again, as long as nobody did anything else."""
    number = await answered(world)
    await world.do("sam", "resolve", request=str(number), text="Done.")
    await world.pass_(minutes=2)
    await world.write("dana", "Legends, the lot of you", place=await world.thread(number, "client"))
    assert (await world.request(number)).status is Status.ACTIVE
    copy = next(b for b in await bodies(world, number, "team") if "Legends" in words(b))
    await press(world, "sam", copy, "That was only thanks")
    assert (await world.request(number)).status is Status.CLOSED
    assert await world.store.check() == ()


async def test_what_a_reply_counts_as_can_be_corrected_too(world):
    """ "Ok, will do" was the answer; a breach that came after it was none."""
    number = await answered(world)
    await world.write("dana", "Can you check B as well?", place=await world.thread(number, "client"))
    await world.pass_(minutes=5)
    heard, _ = await world.write("sam", "ok, will do", place=await world.thread(number, "client"))
    await world.pass_(hours=30)
    assert (await facts(world, number, Replied))[-1].cls is MessageClass.COURTESY
    assert len(await facts(world, number, Breached)) == 1
    copy = next(b for b in await bodies(world, number, "team") if "will do" in words(b))
    await press(world, "sam", copy, "This answered them")
    clock = (await world.request(number)).sla.latest(ClockKind.NEXT_REPLY)
    assert (clock.outcome, clock.ended_at) == ("met", heard.at)
    assert (await world.screen("alerts"))[-1].endswith(", in time.")
    assert await world.store.check() == ()


async def test_a_correction_names_a_message(world):
    """Numbers that name none, or a note, are refused; a client may not."""
    number = await claimed(world)
    await world.do("sam", "note", request=str(number), text="x")
    note = next(e.seq for e in await world.store.history(number) if isinstance(e.event, NoteAdded))
    for entry in ("0", "999", "x", "9" * 30, str(note), "1"):
        answer = await world.do("sam", "recount", request=str(number), entry=entry, to="courtesy")
        assert answer.message.purpose == "refusal", entry
    assert (
        await world.do("dana", "recount", request=str(number), entry="1", to="courtesy")
    ).message.purpose == "refusal"
    assert not await facts(world, number, MessageClassCorrected)


# --- what the desk says itself ----------------------------------------------------------------------------------------


async def test_what_the_desk_posted_is_never_heard_again(world):
    """Its own posts come back as events on some platforms: nobody of the desk's is a person who writes."""
    number = await claimed(world)
    place = await world.thread(number, "client")
    for posted in await world.messages(place.channel, place.thread):
        heard = Heard(MessageRef(place, str(posted.id)), posted.author or "desk", posted.at, words(posted.body) or "x")
        if posted.author is None:
            await front.hear(world.desk, "desk", heard)
            await front.edited(world.desk, "desk", heard)
    before = len(await world.store.history(number))
    slot = await world.store.slot(f"ACME-{number}:receipt")
    for who in ("dana", "sam"):  # a platform may name whoever pressed a button as its author
        echo = Heard(slot, who, world.clock.now(), "Hi Dana")
        await front.hear(world.desk, who, echo)
        await front.edited(world.desk, who, echo)
        await front.deleted(world.desk, who, slot)
    assert len(await world.store.history(number)) == before
    assert [f for f in await facts(world, number, Opened) if f.number != number] == []


async def test_a_message_that_changed_while_a_request_was_made_of_it(world):
    """Whichever comes first, the request has the words that stand there in the end."""
    place = world.place("client-acme")
    heard, _ = await world.write("dana", "The exprot fails", place=place)
    await asyncio.gather(
        world.do("sam", "turn", place=place, heard=heard),
        world.edit("dana", heard, "The export fails"),
    )
    number = (await world.store.source(heard.ref)).request
    assert (await world.request(number)).title == "The export fails"
    assert words((await bodies(world, number, "team"))[0]).endswith("The export fails")
    assert await world.store.check() == ()
