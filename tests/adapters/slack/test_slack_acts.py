"""Forms, menus, App Home and direct conversations: what Slack offers beside words."""

from __future__ import annotations

import asyncio

import pytest
from slack_house import House
from test_slack_hearing import raised

from bot.domain.events import NoteAdded
from bot.ports import DirectoryEdit, Place


@pytest.mark.asyncio
async def test_a_messages_menu_turns_it_into_a_request_and_replies(either_way: House):
    """“Turn into a request” on a client's message; then “Reply to client” and “Add note” on a line of its thread."""
    house = either_way
    async with house.desk() as desk:
        message = house.dana.say(house.acme, "The export fails")
        await house.slack.heard()
        await house.sam.message_shortcut("Turn into a request", message)
        (card,) = await desk.until(lambda: [m for m in house.sam.sees(house.triage) if "export fails" in m.text])
        await desk.until(lambda: any("Add anything" in m.text for m in house.dana.thread(message)))
        await house.sam.message_shortcut("Reply to client", message)
        await desk.until(lambda: house.sam.modal)
        assert await house.sam.submit({house.sam.modal.labels[0]: "We are on it."}) == {}
        await desk.until(lambda: any("We are on it" in m.text for m in house.dana.thread(message)))
        await house.sam.message_shortcut("Add note", house.sam.thread(card.message)[-1].message)
        await desk.until(lambda: house.sam.modal)
        assert await house.sam.submit({house.sam.modal.labels[0]: "The disk is full."}) == {}
        await desk.until(lambda: any("disk is full" in m.text for m in house.sam.thread(card.message)))
        assert not any("disk is full" in m.text for m in house.dana.thread(message))
        notes = [entry for entry in await house.store.history(1) if isinstance(entry.event, NoteAdded)]
        assert len(notes) == 1


@pytest.mark.asyncio
async def test_a_global_shortcut_asks_in_person(house: House):
    """From anywhere: the form opens, and its answer is shown over what they look at, since there is no channel."""
    async with house.desk() as desk:
        await house.dana.shortcut("New request")
        await desk.until(lambda: house.dana.modal)
        assert await house.dana.submit({"What is it about?": "Export fails"}) == {}
        await desk.until(lambda: [m for m in house.sam.sees(house.triage) if "Export fails" in m.text])
        await desk.until(lambda: house.dana.modal and "ACME-1" in house.dana.modal.text)


@pytest.mark.asyncio
async def test_what_does_not_fit_stands_beside_its_field(house: House):
    """A refusal leaves the form open, with all that was typed, and says why beside the field."""
    async with house.desk() as desk:
        _, card = await raised(house, desk)
        await house.sam.slash(house.triage, "/desk next 1")
        await desk.until(lambda: house.sam.modal)
        label = house.sam.modal.labels[0]
        wrong = await house.sam.submit({label: "the twelfth of never"})
        assert list(wrong) == [label], wrong
        assert house.sam.modal is not None
        assert await house.sam.submit({label: "tomorrow 16:00"}) == {}
        assert house.sam.modal is None
        await desk.until(lambda: "Next news" in card.text or "news" in card.text.lower())


@pytest.mark.asyncio
async def test_a_wizard_goes_on_in_its_modal_and_back(house: House):
    """Five steps, each in the place of the one before; the way back keeps what was typed."""
    async with house.desk() as desk:
        await house.lee.slash(house.triage, "/desk setup")
        await desk.until(lambda: house.lee.modal)
        first = house.lee.modal.labels
        assert await house.lee.submit({first[0]: "Globex"}) == {}
        await desk.until(lambda: house.lee.modal.labels != first)
        await house.lee.press(house.lee.modal.buttons[0])
        await desk.until(lambda: house.lee.modal.labels == first)
        assert house.lee.modal.values[first[0]] == "Globex"


@pytest.mark.asyncio
async def test_a_client_set_up_in_slack_has_a_channel_there(house: House):
    """The wizard's last step makes a private channel with its people in it, and says hello there; who was named, and
    calls herself so there, is a stranger until she writes the code that the manager gave her."""
    greta = house.slack.person("Greta Globe")
    async with house.desk() as desk:
        await house.lee.slash(house.triage, "/desk setup")
        await desk.until(lambda: house.lee.modal)
        await house.lee.submit({house.lee.modal.labels[0]: "Globex"})
        await house.lee.submit()
        await house.lee.submit()
        await house.lee.submit({house.lee.modal.labels[0]: "Greta Globe, client; Sam Ito, engineer"})
        assert await house.lee.submit() == {}
        await desk.face.follow()
        made = await desk.until(lambda: [c for c in house.slack.world.channels.values() if c.name == "client-globex"])
        assert made[0].kind == "private"
        await desk.until(lambda: [m for m in house.lee.sees(made[0]) if "Globex" in m.text])
        greta.join(made[0], invited_by=house.lee)
        await house.slack.heard()
        await desk.face.follow()
        greta.say(made[0], "@steward my")
        await desk.until(lambda: greta.alone(made[0]))
        assert (await house.store.identify("slack", house.team, greta.id)) is None
        await house.lee.slash(made[0], "/desk invite @greta")
        (told,) = await desk.until(lambda: [m for m in house.lee.alone(made[0]) if "link " in m.text])
        greta.dm(next(row for row in told.text.splitlines() if row.startswith("link ")))
        await desk.until(lambda: [m for m in greta.sees(greta.dm_channel) if "you are *Greta Globe*" in m.text])
        assert (await house.store.identify("slack", house.team, greta.id)) == "greta"


@pytest.mark.asyncio
async def test_a_channel_is_made_once_whoever_needs_it_first(house: House):
    """Who follows the directory and who sends there come at once, and whoever took a message before it was made."""
    name = Place("slack", house.team, "client-new")
    async with house.desk() as desk:
        await house.store.edit_directory(DirectoryEdit(bindings=(("client:NEW", name),)))
        rooms = desk.face.own.rooms
        first, second, _ = await asyncio.gather(rooms.channel(name), rooms.channel(name), rooms.follow())
        assert first == second == await rooms.channel(name)
        assert [c.id for c in house.slack.world.channels.values() if c.name == "client-new"] == [first]
        bound = await house.store.binding("client:NEW")
        assert bound is not None
        assert bound.channel == first


@pytest.mark.asyncio
async def test_app_home_is_each_persons_own(house: House):
    """A client sees their requests, an engineer their work, a stranger whom to ask."""
    async with house.desk() as desk:
        _, card = await raised(house, desk)
        await house.sam.press("Claim", on=card)
        for user, words in ((house.dana, "ACME-1"), (house.sam, "ACME-1"), (house.eve, "I do not know you yet")):
            user.open_home()
            await desk.until(lambda user=user, words=words: user.home and words in user.home.text)
        assert "ACME-1" not in house.eve.home.text
        await house.sam.press(house.sam.home.buttons[0], on=house.sam.home)
        await desk.until(lambda: house.sam.modal)


@pytest.mark.asyncio
async def test_a_private_request_is_spoken_of_in_person(house: House):
    """`/desk new --private`: its thread is in the requester's direct conversation; the channel reads nothing."""
    async with house.desk() as desk:
        await house.dana.slash(house.acme, "/desk new --private My salary is wrong")
        home = house.dana.dm_channel
        (root,) = await desk.until(lambda: [m for m in house.dana.sees(home) if "salary" in m.text and not m.alone])
        (card,) = await desk.until(lambda: [m for m in house.sam.sees(house.triage) if "salary" in m.text])
        await desk.until(lambda: len(house.dana.thread(root.message)) > 1)
        house.dana.dm("It is 10 too low.", thread=root.message)
        await desk.until(lambda: any("too low" in m.text for m in house.sam.thread(card.message)))
        assert not [m for m in house.eve.sees(house.acme) if "salary" in m.text]


@pytest.mark.asyncio
async def test_a_button_pressed_twice_at_once_does_its_work_once(house: House):
    """Both are answered; the second reads how it stands."""
    async with house.desk() as desk:
        _, card = await raised(house, desk)
        await house.sam.press("Claim", on=card)
        await house.lee.press("Resolve", on=card)
        await house.slack.heard()
        history = [type(entry.event).__name__ for entry in await house.store.history(1)]
        assert history.count("Assigned") == 1


@pytest.mark.asyncio
async def test_a_verb_of_the_team_on_a_clients_part_is_refused(house: House):
    """Who may is decided when it is pressed: Dana's forged claim changes nothing, and she reads why."""
    async with house.desk() as desk:
        await raised(house, desk)
        await house.dana.slash(house.acme, "/desk claim 1")
        await desk.until(lambda: any("is for our team" in m.text for m in house.dana.alone(house.acme)))
        assert (await house.store.request(1)).owner is None
