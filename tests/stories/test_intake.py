"""Requests come in, each once, and nothing that is none."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from desk_world import words

from bot.domain.events import ClientWrote, Opened, Status
from bot.domain.policy import ClockKind
from bot.messages.model import Answer, Said

pytestmark = pytest.mark.asyncio


async def test_a_bare_new_asks_with_a_form_whose_title_alone_is_required(world):
    """`/desk new` opens a form: title required; details, files, kind, who is stopped and the outcome are not."""
    answer = await world.type("dana", "new", place=world.place("client-acme"))
    assert answer.form is not None
    assert [(i.name, i.required) for i in answer.form.inputs] == [
        ("title", True),
        ("details", False),
        ("files", False),
        ("kind", False),
        ("stopped", False),
        ("outcome", False),
        ("private", False),
        ("with", False),
    ]


async def test_new_with_a_title_opens_with_a_receipt_in_the_clients_thread(world):
    """The receipt names the number, who has it and when a person replies, in the client's own thread."""
    number = await world.raised(title="Export fails", stopped="team", outcome="Invoices today")
    request = await world.request(number)
    assert (request.ref, request.priority, request.status) == (f"ACME-{number}", "P2", Status.NEW)
    receipt = (await world.thread_screen(number, "client"))[0]
    assert receipt.startswith(
        f"Hi Dana, this is ACME-{number}, “Export fails”. Our team has it; a person will reply by "
    )
    assert "2026-06-09T10:00+00:00" in receipt, "Gold P2 answers within an hour: 11:00 in London"
    assert receipt.endswith("Add anything in this thread.")


async def test_out_of_hours_the_receipt_says_when_we_open(world):
    """At night the receipt says when the desk opens and by when a person replies."""
    await world.pass_(hours=9)
    number = await world.raised(stopped="team")
    receipt = (await world.thread_screen(number, "client"))[0]
    assert "We open 2026-06-10T08:00+00:00; a person will reply by 2026-06-10T09:00+00:00" in receipt


async def test_a_plain_message_is_offered_and_its_button_opens_one_request(world):
    """A plain message gets an offer only its author sees; its button opens; pressing again opens no second one."""
    heard, offer = await world.write("dana", "The stock report is a day behind", place=world.place("client-acme"))
    assert isinstance(offer.message, Said)
    assert offer.message.actions[0].label == "Turn into request"
    assert await world.store.request(1) is None
    args = dict(offer.message.actions[0].args)
    first = await world.do("dana", "turn", place=world.place("client-acme"), **args)
    again = await world.do("dana", "turn", place=world.place("client-acme"), heard=heard)
    assert "That is ACME-1." in words(first.message)
    assert "That is ACME-1 already." in words(again.message)
    thread = await world.thread(1, "client")
    assert thread.thread == heard.ref.message, "the request's thread hangs from the client's own message"


async def test_the_ticket_emoji_opens_one_request_for_client_and_staff(world):
    """🎫 on a client's message opens a request, by whoever puts it, once."""
    heard, _ = await world.write("tom", "Printer is broken", place=world.place("client-acme"))
    await world.react("sam", "🎫", heard)
    await world.react("tom", "🎫", heard)
    request = await world.request(1)
    assert (request.requester, request.title) == ("tom", "Printer is broken")
    assert await world.store.request(2) is None


async def test_two_people_turning_one_message_at_once_give_one_request(world):
    """A race between the author's button and an engineer's emoji still gives one request."""
    heard, _ = await world.write("dana", "Checkout is down", place=world.place("client-acme"))
    await asyncio.gather(
        world.react("sam", "🎫", heard), world.do("dana", "turn", place=world.place("client-acme"), heard=heard)
    )
    opened = [
        n for n in (1, 2, 3) if (r := await world.store.request(n)) is not None and r.status is not Status.CANCELLED
    ]
    assert len(opened) == 1


@pytest.mark.parametrize(
    "text",
    ["Thanks", "hello", "Good morning!", "👍", ":+1:", "thank you so much 🙏", "Thanks Sam!", "hi Priya and Sam"],
)
async def test_courtesies_open_nothing(world, text):
    """ "Thanks" and "hello" neither open nor offer anything, even where each message opens one by itself."""
    _, acme = await world.write("dana", text, place=world.place("client-acme"))
    _, globex = await world.write("mia", text, place=world.place("client-globex"))
    assert acme == globex == Answer()
    assert await world.store.request(1) is None


async def test_where_the_setting_says_so_each_message_opens_by_itself(world):
    """Globex has `auto_open`: a plain message is a request at once."""
    await world.write("mia", "The VPN is down", place=world.place("client-globex"))
    assert (await world.request(1)).ref == "GLOBEX-1"


async def test_lines_within_two_minutes_of_the_previous_one_belong_to_the_first(world):
    """A burst is one request: each line within two minutes of the one before; later ones are new."""
    place = world.place("client-globex")
    await world.write("mia", "The VPN is down", place=place)
    await world.pass_(seconds=100)
    await world.write("mia", "Since nine o'clock", place=place)
    await world.pass_(seconds=119)
    await world.write("mia", "For all of us", place=place)
    assert await world.store.request(2) is None
    said = [e.event.text for e in await world.store.history(1) if isinstance(e.event, ClientWrote)]
    assert said == ["Since nine o'clock", "For all of us"]
    await world.pass_(seconds=121)
    await world.write("mia", "Also the printer is broken", place=place)
    assert (await world.request(2)).title == "Also the printer is broken"


async def test_a_burst_that_was_only_offered_becomes_one_request_with_all_its_lines(world):
    """Whichever line is turned, the request holds the whole burst, and starts when its first line was written."""
    place = world.place("client-acme")
    started = world.clock.now()
    await world.write("dana", "hello", place=place)
    await world.write("dana", "The export fails", place=place)
    await world.pass_(seconds=60)
    _, silent = await world.write("dana", "It says code 7", place=place)
    assert silent.message is None, "one offer for one burst"
    heard, _ = await world.write("dana", "Every day this week", place=place)
    await world.pass_(minutes=10)
    await world.react("dana", "🎫", heard)
    request = await world.request(1)
    assert request.title == "The export fails"
    assert request.details == "The export fails\nIt says code 7\nEvery day this week"
    assert request.opened_at - started < timedelta(seconds=1)


async def test_a_redelivered_message_is_answered_alike_and_opens_one(world):
    """The same event twice is handled once, and gets the same answer."""
    heard, first = await world.write("dana", "The export fails", place=world.place("client-acme"))
    second = await world.hear("dana", heard)
    assert first == second
    assert first.message is not None


async def test_a_double_submit_of_the_form_opens_one(world):
    """The same form sent twice gives one request, and both times the same answer."""
    sent = [await world.do("dana", "new", place=world.place("client-acme"), event="f1", title="Twice") for _ in "ab"]
    assert sent[0] == sent[1]
    assert len([1 for n in (1, 2) if await world.store.request(n)]) == 1


async def test_a_request_logged_for_a_caller_starts_its_clocks_and_tells_the_client(world):
    """A call that staff write down is the client's own request."""
    await world.type("sam", "log @dana by phone: the export fails", place=world.place("triage"))
    entries = await world.store.history(1)
    assert isinstance(entries[0].event, Opened)
    assert (entries[0].by, entries[0].event.requester, entries[0].event.source) == ("sam", "dana", "phone")
    assert (await world.request(1)).sla.running(ClockKind.FIRST_RESPONSE) is not None
    receipt = (await world.thread_screen(1, "client"))[0]
    assert receipt.startswith(
        "Hi Dana, this is ACME-1, “the export fails”, as you told Sam Ito by phone at 2026-06-09T09:00+00:00. "
    ), "they find a request that they did not write, and read whence it is"


async def test_what_a_client_wrote_here_is_not_said_to_be_told(world):
    """Only what somebody of the team wrote down says who did."""
    number = await world.raised()
    assert "as you told" not in (await world.thread_screen(number, "client"))[0]


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"title": "   "}, "still empty"),
        ({"title": "\u200b\u200b"}, "still empty"),
        ({"title": "x", "details": "y" * 20_001}, "20,000 characters"),
        ({"title": "x" * 121, "details": "d"}, "120 characters"),
        ({"title": "x", "stopped": "the world"}, "is not one of"),
    ],
)
async def test_what_does_not_fit_is_refused_with_the_mend(world, form, says):
    """Empty, invisible, oversized and unknown values: a clear sentence, and nothing is opened."""
    answer = await world.do("dana", "new", place=world.place("client-acme"), **form)
    assert says in words(answer.message)
    assert await world.store.request(1) is None


async def test_a_long_title_alone_is_kept_whole_as_details(world):
    """A client who writes a paragraph into the title loses no word of it."""
    text = "The export fails when I choose March and " + "very " * 40 + "often"
    number = await world.raised(title=text)
    request = await world.request(number)
    assert request.details == text
    assert len(request.title) <= 120


async def test_a_call_is_logged_from_when_it_came(world):
    """“by phone at 9:30”: the clocks start then; a priority that was judged already is kept."""
    await world.type("sam", "log @dana by phone at 9:30: the export fails --priority p1", place=world.place("triage"))
    request = await world.request(1)
    assert (request.opened_at.isoformat(), request.priority) == ("2026-06-09T08:30:00+00:00", "P1")
    assert (request.source, request.title, request.details) == ("phone", "the export fails", "the export fails")
    clock = request.sla.running(ClockKind.FIRST_RESPONSE)
    assert clock is not None
    assert clock.started_at == request.opened_at


@pytest.mark.parametrize("when", ["11:30", "25:00", "soon"])
async def test_a_call_at_a_time_that_has_not_been_is_asked_again(world, when):
    """The form comes back with all that was said."""
    answer = await world.do("sam", "log", person="dana", text="by phone: it fails", at=when)
    assert answer.form is not None
    assert "at" in answer.form.errors
    assert [i.value for i in answer.form.inputs][:3] == ["dana", "by phone: it fails", when]
    assert await world.store.request(1) is None


async def test_a_caller_whom_nobody_knows_is_added_on_the_way(world):
    """No dead end: whose are they? Then they are that client's, and it is logged; a second call knows them."""
    form = (await world.type("sam", "log @nora by phone: the export fails", place=world.place("triage"))).form
    assert form is not None
    assert [(i.name, i.value) for i in form.inputs] == [("person", "Nora"), ("client", "")]
    await world.do("sam", "log", **{**form.args, "person": "Nora Klein", "client": "ACME"})
    nora = (await world.store.directory()).people["nora"]
    assert (nora.name, nora.client, nora.role) == ("Nora Klein", "ACME", "client")
    assert (await world.request(1)).requester == "nora"
    assert "Hi Nora" in (await world.thread_screen(1, "client"))[0]
    await world.type("sam", "log @nora by mail: and the import", place=world.place("triage"))
    assert ((await world.request(2)).requester, (await world.request(2)).source) == ("nora", "mail")
    refused = await world.do("sam", "log", person="Otto", text="hello", client="NOBODY")
    assert "Which client do they belong to?" in words(refused.message)
    assert "is no priority" in words((await world.type("sam", "log @dana it fails --priority p9")).message)
