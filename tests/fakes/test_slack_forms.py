"""Forms, presses, shortcuts and homes: what Slack lets an app do with them, and what it does with its answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio
from fakes.slack.errors import CannotDo, NotAnswered
from fakes.slack.fake_slack import FakeSlack
from fakes.slack.person import Person
from fakes.slack.slack_things import Channel
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

Payload = dict[str, Any]


def words(text: str) -> Payload:
    """A plain text."""
    return {"type": "plain_text", "text": text}


def option(label: str) -> Payload:
    """An option with that label."""
    return {"text": words(label), "value": label.lower()}


def field(label: str, element: Payload, **more: Any) -> Payload:
    """A field of a form; its block and its element are named after it."""
    element = {"action_id": label.lower(), **element}
    return {"type": "input", "block_id": label.lower(), "label": words(label), "element": element, **more}


def modal(*blocks: Payload, **more: Any) -> Payload:
    """A form with these."""
    first = blocks or (field("Title", {"type": "plain_text_input"}),)
    given = {
        "type": "modal",
        "callback_id": "form",
        "title": words("Form"),
        "submit": words("Send"),
        "blocks": [*first],
    }
    return given | more


class Desk:
    """Acknowledges what comes with what `answers` say."""

    def __init__(self) -> None:
        self.told: list[Payload] = []
        self.events: list[Payload] = []
        self.answers: Callable[[Payload], Any] = lambda payload: None

    async def receive(self, client: Any, request: Any) -> None:
        """One envelope."""
        (self.events if request.type == "events_api" else self.told).append(request.payload)
        answer = self.answers(request.payload)
        await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, answer))


@pytest_asyncio.fixture
async def desk(slack: FakeSlack) -> AsyncIterator[Desk]:
    """It is connected."""
    made = Desk()
    client = SocketModeClient(slack.app.app_token, web_client=AsyncWebClient(base_url=slack.api_url))
    client.socket_mode_request_listeners.append(made.receive)
    await client.connect()
    await slack.sockets.connected()
    try:
        yield made
    finally:
        await client.close()


@pytest_asyncio.fixture
async def trigger(desk: Desk, ann: Person, help: Channel) -> str:
    """What she just did may open a form."""
    await ann.slash(help, "/desk")
    return desk.told[-1]["trigger_id"]


async def error_of(call: Any) -> str:
    """Why it is refused."""
    with pytest.raises(SlackApiError) as error:
        await call
    return error.value.response["error"]


@pytest.mark.asyncio
async def test_a_trigger_is_good_once_and_for_three_seconds(
    slack: FakeSlack, client: AsyncWebClient, desk: Desk, ann: Person, help: Channel, trigger: str
):
    """Each is told apart: used, unknown, too late."""
    await client.views_open(trigger_id=trigger, view=modal())
    assert await error_of(client.views_open(trigger_id=trigger, view=modal())) == "exchanged_trigger_id"
    assert await error_of(client.views_open(trigger_id="1.2.3", view=modal())) == "invalid_trigger_id"
    await ann.slash(help, "/desk")
    slack.times.skip(3.1)
    late = desk.told[-1]["trigger_id"]
    assert await error_of(client.views_open(trigger_id=late, view=modal())) == "expired_trigger_id"


@pytest.mark.asyncio
async def test_an_update_keeps_what_was_typed(client: AsyncWebClient, ann: Person, trigger: str):
    """Where block and element are still there; with an old hash it is refused."""
    opened = await client.views_open(trigger_id=trigger, view=modal())
    await ann.fill({"Title": "Printer"})
    more = modal(
        field("Title", {"type": "plain_text_input"}), field("Room", {"type": "plain_text_input", "initial_value": "7"})
    )
    await client.views_update(view_id=opened["view"]["id"], hash=opened["view"]["hash"], view=more)
    assert ann.modal is not None
    assert ann.modal.values == {"Title": "Printer", "Room": "7"}
    stale = client.views_update(view_id=opened["view"]["id"], hash=opened["view"]["hash"], view=more)
    assert await error_of(stale) == "hash_conflict"
    await ann.close()
    assert await error_of(client.views_update(view_id=opened["view"]["id"], view=more)) == "not_found"


@pytest.mark.asyncio
async def test_every_kind_of_field(client: AsyncWebClient, desk: Desk, ann: Person, help: Channel, trigger: str):
    """Filled in by what people see; what arrives is in Slack's own shape for each."""
    kinds = {
        "Text": ({"type": "plain_text_input"}, "Hello", "value", "Hello"),
        "Mail": ({"type": "email_text_input"}, "a@b.example", "value", "a@b.example"),
        "Link": ({"type": "url_text_input"}, "https://x.example", "value", "https://x.example"),
        "Count": ({"type": "number_input", "is_decimal_allowed": False, "max_value": "9"}, 3, "value", "3"),
        "Pick": (
            {"type": "static_select", "options": [option("Low"), option("High")]},
            "High",
            "selected_option",
            None,
        ),
        "Many": (
            {"type": "multi_static_select", "options": [option("A"), option("B")]},
            ["B"],
            "selected_options",
            None,
        ),
        "Round": ({"type": "radio_buttons", "options": [option("Yes"), option("No")]}, "No", "selected_option", None),
        "Boxes": ({"type": "checkboxes", "options": [option("C"), option("D")]}, ["C"], "selected_options", None),
        "Who": ({"type": "users_select"}, ann, "selected_user", ann.id),
        "All": ({"type": "multi_users_select"}, [ann], "selected_users", [ann.id]),
        "Where": ({"type": "conversations_select"}, help, "selected_conversation", help.id),
        "Rich": ({"type": "rich_text_input"}, "Hello", "rich_text_value", None),
        "Place": ({"type": "channels_select"}, help, "selected_channel", help.id),
        "Day": ({"type": "datepicker"}, "2026-12-24", "selected_date", "2026-12-24"),
        "Hour": ({"type": "timepicker"}, "09:30", "selected_time", "09:30"),
        "Paper": ({"type": "file_input"}, {"a.txt": b"abc"}, "files", None),
    }
    await client.views_open(trigger_id=trigger, view=modal(*(field(name, kinds[name][0]) for name in kinds)))
    assert await ann.submit({name: kind[1] for name, kind in kinds.items()}) == {}
    values = {n: v for block in desk.told[-1]["view"]["state"]["values"].values() for n, v in block.items()}
    for name, (element, _, at, expected) in kinds.items():
        assert values[name.lower()]["type"] == element["type"]
        assert expected is None or values[name.lower()][at] == expected
    assert values["pick"]["selected_option"] == option("High")
    assert values["many"]["selected_options"] == [option("B")]
    assert values["paper"]["files"][0]["name"] == "a.txt"


@pytest.mark.asyncio
async def test_slacks_own_words_below_a_field(client: AsyncWebClient, desk: Desk, ann: Person, trigger: str):
    """What is missing or does not fit never reaches the app."""
    view = modal(
        field("Title", {"type": "plain_text_input", "min_length": 3}),
        field("Mail", {"type": "email_text_input"}),
        field("Count", {"type": "number_input", "is_decimal_allowed": False, "min_value": "1"}),
        field("Link", {"type": "url_text_input"}),
        field("Short", {"type": "plain_text_input", "max_length": 2}),
        field("Few", {"type": "multi_users_select", "max_selected_items": 1}),
        field("Note", {"type": "plain_text_input"}, optional=True),
    )
    await client.views_open(trigger_id=trigger, view=view)
    entries = {"Title": "ab", "Mail": "nobody", "Count": "0", "Link": "x", "Short": "abc", "Few": [ann, ann]}
    wrong = await ann.submit(entries)
    assert list(wrong) == list(entries)
    for count, says in (("many", "a number"), ("1.5", "whole")):
        wrong = await ann.submit({"Count": count})
        assert says in wrong["Count"]
    assert desk.told[-1].get("type") != "view_submission"
    assert ann.modal is not None
    assert ann.modal.errors == wrong
    with pytest.raises(CannotDo):
        await ann.fill({"Nowhere": "x"})


@pytest.mark.asyncio
async def test_what_a_form_is_answered_with(client: AsyncWebClient, desk: Desk, ann: Person, trigger: str):
    """It changes, is covered, says what is wrong beside a field, or goes with all others."""
    await client.views_open(trigger_id=trigger, view=modal(private_metadata="kept"))
    desk.answers = lambda payload: {"response_action": "update", "view": modal(title=words("Second"))}
    await ann.submit({"Title": "x"})
    assert ann.modal is not None
    assert ann.modal.title == "Second"
    desk.answers = lambda payload: {"response_action": "push", "view": modal(title=words("Third"))}
    await ann.submit({"Title": "x"})
    assert ann.modal.title == "Third"
    desk.answers = lambda payload: {"response_action": "errors", "errors": {"title": "No"}}
    assert await ann.submit({"Title": "x"}) == {"Title": "No"}
    assert ann.modal.errors == {"Title": "No"}
    desk.answers = lambda payload: {"response_action": "update", "view": modal()}
    await ann.submit({"Title": "x"})
    assert ann.modal.errors == {}
    desk.answers = lambda payload: {"response_action": "clear"}
    assert await ann.submit({"Title": "x"}) == {}
    assert ann.modal is None


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nowhere": "No"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "explode"},
        {"response_action": "update", "view": {"type": "modal"}},
    ],
)
async def test_an_answer_to_a_form_that_is_none(
    client: AsyncWebClient, desk: Desk, ann: Person, trigger: str, answer: Payload
):
    """Slack shows “We had some trouble connecting”; the test is told why."""
    await client.views_open(trigger_id=trigger, view=modal())
    desk.answers = lambda payload: answer
    with pytest.raises(NotAnswered):
        await ann.submit({"Title": "x"})


@pytest.mark.asyncio
async def test_three_forms_lie_on_each_other_at_most(
    slack: FakeSlack, client: AsyncWebClient, desk: Desk, ann: Person, trigger: str
):
    """Whoever closes the pile tells of each that asked for it."""
    button = {"type": "button", "action_id": "more", "text": words("More")}
    view = modal({"type": "actions", "elements": [button]}, notify_on_close=True)
    await client.views_open(trigger_id=trigger, view=view)
    for _ in range(2):
        await ann.press("More")
        await client.views_push(trigger_id=desk.told[-1]["trigger_id"], view=view)
    await ann.press("More")
    assert await error_of(client.views_push(trigger_id=desk.told[-1]["trigger_id"], view=view)) == "push_limit_reached"
    await ann.close(all_of_them=True)
    closed = [told for told in desk.told if told.get("type") == "view_closed"]
    assert [told["is_cleared"] for told in closed] == [True] * 3
    assert ann.modal is None


@pytest.mark.asyncio
async def test_an_external_select_is_asked_for_what_was_typed(
    client: AsyncWebClient, desk: Desk, ann: Person, trigger: str
):
    """Its answer holds a hundred options at most; a choice is one of them."""
    view = modal(field("Request", {"type": "external_select", "min_query_length": 1}))
    await client.views_open(trigger_id=trigger, view=view)
    desk.answers = lambda payload: {"options": [option(f"{payload['value']} {n}") for n in range(3)]}
    assert await ann.suggestions("Request", "Ink") == ["Ink 0", "Ink 1", "Ink 2"]
    assert (desk.told[-1]["type"], desk.told[-1]["action_id"]) == ("block_suggestion", "request")
    desk.answers = lambda payload: {"options": [option(f"{n}") for n in range(101)]}
    with pytest.raises(NotAnswered):
        await ann.suggestions("Request", "Ink")
    desk.answers = lambda payload: {"options": [option("Ink")]} if payload["type"] == "block_suggestion" else None
    assert await ann.submit({"Request": "Ink"}) == {}


@pytest.mark.asyncio
async def test_a_press_is_acknowledged_with_nothing(client: AsyncWebClient, desk: Desk, ann: Person, help: Channel):
    """It carries message, state, container and a response_url; an answer to it is shown by nobody."""
    button = {"type": "button", "action_id": "take", "text": words("Take it"), "value": "7"}
    menu = {"type": "overflow", "action_id": "more", "options": [option("Merge"), option("Close")]}
    block = {"type": "actions", "block_id": "card", "elements": [button, menu]}
    posted = await client.chat_postMessage(channel=help.id, text="Card", blocks=[block])
    card = help.messages[posted["ts"]]
    await ann.press("Take it", card)
    told = desk.told[-1]
    assert told["actions"][0]["value"] == "7"
    assert (told["container"]["message_ts"], told["message"]["ts"]) == (card.ts, card.ts)
    desk.answers = lambda payload: {"text": "Hello?"}
    with pytest.raises(NotAnswered):
        await ann.press("Take it", card)
    desk.answers = lambda payload: None
    with pytest.raises(CannotDo, match="Take it"):
        await ann.press("Nothing", card)


@pytest.mark.asyncio
async def test_a_response_url_is_good_five_times(
    slack: FakeSlack, client: AsyncWebClient, desk: Desk, ann: Person, help: Channel, trigger: str
):
    """Or for half an hour: new words for the person alone, the old ones replaced, or gone."""
    url = desk.told[-1]["response_url"]
    hook = AsyncWebhookClient(url)
    for n in range(5):
        assert (await hook.send(text=f"{n}")).status_code == 200
    assert [seen.text for seen in ann.alone(help)] == ["0", "1", "2", "3", "4"]
    assert "used_url" in (await hook.send(text="x")).body
    await ann.slash(help, "/desk")
    slack.times.skip(1801)
    assert "expired_url" in (await AsyncWebhookClient(desk.told[-1]["response_url"]).send(text="x")).body


@pytest.mark.asyncio
async def test_what_one_person_sees_can_be_replaced(client: AsyncWebClient, desk: Desk, ann: Person, help: Channel):
    """Through the response_url of a press on it, and only so."""
    button = {"type": "button", "action_id": "ok", "text": words("OK")}
    blocks = [{"type": "actions", "elements": [button]}]
    posted = await client.chat_postEphemeral(channel=help.id, user=ann.id, text="Sure?", blocks=blocks)
    update = client.chat_update(channel=help.id, ts=posted["message_ts"], text="x")
    assert await error_of(update) == "message_not_found"
    await ann.press("OK", ann.alone(help)[0])
    assert "message" not in desk.told[-1]
    hook = AsyncWebhookClient(desk.told[-1]["response_url"])
    await hook.send(text="Done", replace_original=True)
    assert [seen.text for seen in ann.alone(help)] == ["Done"]
    await hook.send(text="x", delete_original=True)
    assert ann.alone(help) == []


@pytest.mark.asyncio
async def test_shortcuts_are_found_by_their_names(slack: FakeSlack, desk: Desk, ann: Person, help: Channel):
    """A message's carries the message; one that is not in the menu cannot be used."""
    slack.app.shortcuts = {
        "Turn into a request": {"type": "message", "callback_id": "turn"},
        "New request": {"type": "global", "callback_id": "new"},
    }
    said = ann.say(help, "My printer")
    await ann.message_shortcut("Turn into a request", said)
    assert (desk.told[-1]["callback_id"], desk.told[-1]["message"]["text"]) == ("turn", "My printer")
    await ann.shortcut("New request")
    assert (desk.told[-1]["type"], desk.told[-1]["callback_id"]) == ("shortcut", "new")
    with pytest.raises(CannotDo):
        await ann.shortcut("Turn into a request")


@pytest.mark.asyncio
async def test_commands_are_not_for_threads_and_not_for_outsiders(
    slack: FakeSlack, desk: Desk, ann: Person, help: Channel
):
    """Nor are unknown ones known."""
    said = ann.say(help, "first")
    with pytest.raises(CannotDo, match="threads"):
        await ann.slash(help, "/desk", thread=said)
    with pytest.raises(CannotDo):
        await ann.slash(help, "/unknown")
    globex = slack.workspace("Globex")
    kim = slack.person("Kim Oh", team=globex)
    shared = slack.channel("acme-globex", ann, kim, slack.app.installations[slack.team.id], shared_with=[globex])
    with pytest.raises(CannotDo):
        await kim.slash(shared, "/desk")


@pytest.mark.asyncio
async def test_an_outsider_uses_what_an_app_shows(slack: FakeSlack, client: AsyncWebClient, desk: Desk, ann: Person):
    """In a channel of both workspaces: a press says the app's, a form says theirs and where the app is installed."""
    globex = slack.workspace("Globex")
    kim = slack.person("Kim Oh", team=globex)
    shared = slack.channel("both", ann, kim, slack.app.installations[slack.team.id], shared_with=[globex])
    button = {"type": "button", "action_id": "add", "text": words("Add details")}
    posted = await client.chat_postMessage(
        channel=shared.id, text="Card", blocks=[{"type": "actions", "elements": [button]}]
    )
    await kim.press("Add details", shared.messages[posted["ts"]])
    pressed = desk.told[-1]
    assert (pressed["team"]["id"], pressed["user"]["team_id"]) == (slack.team.id, globex.id)
    await client.views_open(trigger_id=pressed["trigger_id"], view=modal())
    await kim.submit({"Title": "Printer"})
    sent = desk.told[-1]
    assert (sent["team"]["id"], sent["view"]["app_installed_team_id"]) == (globex.id, slack.team.id)


@pytest.mark.asyncio
async def test_what_an_app_did_not_ask_for_is_not_there(
    slack: FakeSlack, client: AsyncWebClient, desk: Desk, ann: Person, help: Channel
):
    """No scope, no command; no interactivity, no press; no home, no page."""
    button = {"type": "button", "action_id": "ok", "text": words("OK")}
    posted = await client.chat_postMessage(
        channel=help.id, text="Card", blocks=[{"type": "actions", "elements": [button]}]
    )
    slack.app.interactive = slack.app.home = False
    slack.app.installations[slack.team.id].scopes.discard("commands")
    with pytest.raises(CannotDo):
        await ann.slash(help, "/desk")
    with pytest.raises(NotAnswered):
        await ann.press("OK", help.messages[posted["ts"]])
    with pytest.raises(CannotDo):
        ann.open_home()


@pytest.mark.asyncio
async def test_names_in_a_command_become_ids(desk: Desk, ann: Person, help: Channel):
    """Where the app asked for that."""
    await ann.slash(help, "/desk assign 7 @ann in #help <now>")
    assert desk.told[-1]["text"] == f"assign 7 <@{ann.id}|ann> in <#{help.id}|help> &lt;now&gt;"


@pytest.mark.asyncio
async def test_a_home_is_each_persons_own(slack: FakeSlack, client: AsyncWebClient, desk: Desk, ann: Person):
    """Opening it is told; a press in it says which view, and the person's own workspace."""
    button = {"type": "button", "action_id": "new", "text": words("New request")}
    view = {"type": "home", "blocks": [{"type": "actions", "elements": [button]}]}
    assert ann.home is None
    await client.views_publish(user_id=ann.id, view=view)
    assert ann.home is not None
    assert ann.home.buttons == ["New request"]
    ann.open_home()
    await slack.heard()
    assert [told["event"]["tab"] for told in desk.events] == ["home"]
    await ann.press("New request", ann.home)
    assert desk.told[-1]["container"] == {"type": "view", "view_id": ann.home.view.id}
    assert await error_of(client.views_publish(user_id=ann.id, view=modal())) == "invalid_arguments"


@pytest.mark.asyncio
async def test_a_form_without_a_button_to_send_it(client: AsyncWebClient, trigger: str):
    """Has no fields: Slack says so only when it is opened."""
    view = modal()
    del view["submit"]
    assert await error_of(client.views_open(trigger_id=trigger, view=view)) == "invalid_arguments"


@pytest.mark.asyncio
async def test_choices_outside_of_a_form_are_told_at_once(
    client: AsyncWebClient, desk: Desk, ann: Person, help: Channel
):
    """A menu, a date, an overflow, an external one; what was chosen on a message is in its state from then on."""
    elements = [
        {"type": "static_select", "action_id": "level", "placeholder": words("Level"), "options": [option("Low")]},
        {"type": "overflow", "action_id": "more", "options": [option("Merge"), option("Close")]},
        {"type": "external_select", "action_id": "other", "placeholder": words("Other"), "min_query_length": 1},
        {"type": "multi_external_select", "action_id": "all", "placeholder": words("All"), "min_query_length": 1},
    ]
    blocks = [{"type": "actions", "block_id": "row", "elements": elements}]
    posted = await client.chat_postMessage(channel=help.id, text="Card", blocks=blocks)
    card = help.messages[posted["ts"]]
    await ann.choose("Level", "Low", card)
    assert desk.told[-1]["state"]["values"]["row"]["level"]["selected_option"] == option("Low")
    with pytest.raises(CannotDo, match="already"):
        await ann.choose("Level", "Low", card)
    await ann.choose("more", "Close", card)
    assert desk.told[-1]["actions"][0]["selected_option"] == option("Close")
    desk.answers = lambda payload: {"options": [option("Ink")]} if payload["type"] == "block_suggestion" else None
    await ann.choose("Other", "Ink", card)
    assert desk.told[-1]["actions"][0]["selected_option"] == option("Ink")
    await ann.choose("All", ["Ink"], card)
    assert desk.told[-1]["actions"][0]["selected_options"] == [option("Ink")]
    await client.chat_delete(channel=help.id, ts=card.ts)
    with pytest.raises(CannotDo, match="gone"):
        await ann.choose("more", "Merge", card)


@pytest.mark.asyncio
async def test_a_field_can_tell_at_once(client: AsyncWebClient, desk: Desk, ann: Person, trigger: str):
    """Where it asked for that; a checkbox and a menu in a form's text do anyway."""
    title = field("Title", {"type": "plain_text_input"}, dispatch_action=True)
    more = {"type": "section", "block_id": "s", "text": words("More")}
    more["accessory"] = {"type": "checkboxes", "action_id": "box", "options": [option("Urgent")]}
    await client.views_open(trigger_id=trigger, view=modal(title, more))
    await ann.fill({"Title": "Printer"})
    assert desk.told[-1]["actions"][0]["value"] == "Printer"
    await ann.choose("box", ["Urgent"])
    assert desk.told[-1]["view"]["state"]["values"]["s"]["box"]["selected_options"] == [option("Urgent")]
    assert ann.modal is not None
    assert ann.modal.options("box") == ["Urgent"]
    assert "More" in ann.modal.text


@pytest.mark.asyncio
async def test_a_form_is_there_to_be_used(slack: FakeSlack, client: AsyncWebClient, ann: Person, help: Channel):
    """Nobody can close, fill or send what is not open, nor use what they do not see."""
    for act in (ann.close(), ann.submit({}), ann.fill({"Title": "x"}), ann.press("OK")):
        with pytest.raises(CannotDo):
            await act
    bob = slack.person("Bob Ray")
    posted = await client.chat_postMessage(channel=help.id, text="Card")
    card = help.messages[posted["ts"]]
    with pytest.raises(CannotDo):
        await bob.press("OK", card)
    with pytest.raises(CannotDo):
        bob.react(card, "eyes")
    ann.react(card, "eyes")
    with pytest.raises(CannotDo):
        ann.react(card, "eyes")
    assert ann.sees(help)[0].reactions == {"eyes": 1}
    with pytest.raises(CannotDo):
        bob.join(slack.channel("secret", ann, private=True))
