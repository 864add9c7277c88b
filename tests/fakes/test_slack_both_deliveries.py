"""A real Bolt app and the fake Slack, by Socket Mode and by HTTP: what people do arrives, what is answered is seen."""

from __future__ import annotations

from typing import Any

import pytest
from bolt_app import BoltApp
from fakes.slack.fake_slack import FakeSlack

MODAL = {
    "type": "modal",
    "callback_id": "new",
    "title": {"type": "plain_text", "text": "New request"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "title",
            "label": {"type": "plain_text", "text": "Title"},
            "element": {"type": "plain_text_input", "action_id": "title"},
        }
    ],
}

CARD = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*ACME-1* Printer"}},
    {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": "take",
                "value": "1",
                "text": {"type": "plain_text", "text": "Take it"},
            }
        ],
    },
]


@pytest.mark.asyncio
async def test_a_message_is_told_and_answered(slack: FakeSlack, bolt: BoltApp):
    """What somebody says in a channel with the app reaches it; its answer in the thread is on their screen, and is
    told to the app as its own."""
    ann = slack.person("Ann Lee")
    channel = slack.channel("help", ann, slack.app.installations[slack.team.id])
    bolt.keep_events()

    @bolt.on.use
    async def answer(body: dict[str, Any], client: Any, next: Any) -> None:
        event = body.get("event", {})
        if event.get("user") == ann.id:
            await client.chat_postMessage(channel=event["channel"], thread_ts=event["ts"], text="We have it")
        await next()

    await bolt.start()
    said = ann.say(channel, "My printer & I <3 🎫")
    await slack.until(lambda: len(ann.thread(said)) == 2)
    assert [seen.text for seen in ann.thread(said)] == ["My printer & I <3 🎫", "We have it"]
    await slack.until(lambda: len(bolt.events) == 1)
    assert bolt.events[0]["text"] == "My printer &amp; I &lt;3 :ticket:"
    await slack.heard()
    assert not slack.record.complaints
    assert not slack.record.refused


@pytest.mark.asyncio
async def test_a_command_opens_a_form_and_a_card_has_a_button(slack: FakeSlack, bolt: BoltApp):
    """A command's trigger opens a modal; what is wrong stands beside its field; the card that follows is pressed, and
    edited in its place."""
    ann = slack.person("Ann Lee")
    channel = slack.channel("help", ann, slack.app.installations[slack.team.id])

    @bolt.on.command("/desk")
    async def command(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack("One moment …")
        await client.views_open(trigger_id=body["trigger_id"], view={**MODAL, "private_metadata": body["channel_id"]})

    @bolt.on.view("new")
    async def sent(ack: Any, view: dict[str, Any], client: Any) -> None:
        title = view["state"]["values"]["title"]["title"]["value"]
        if len(title) < 4:
            await ack(response_action="errors", errors={"title": "A few words more, please"})
            return
        await ack()
        await client.chat_postMessage(channel=view["private_metadata"], text=title, blocks=CARD)

    @bolt.on.action("take")
    async def take(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        where = body["container"]
        await client.chat_update(
            channel=where["channel_id"], ts=where["message_ts"], text="Ann has it", blocks=CARD[:1]
        )

    await bolt.start()
    shown = await ann.slash(channel, "/desk new")
    assert shown is not None
    assert shown.text == "One moment …"
    await slack.until(lambda: ann.modal)
    assert ann.modal.labels == ["Title"]
    assert await ann.submit({"Title": ""}) == {"Title": "Please complete this required field."}
    assert await ann.submit({"Title": "Hm"}) == {"Title": "A few words more, please"}
    assert await ann.submit({"Title": "Printer"}) == {}
    assert ann.modal is None
    card = await slack.until(lambda: ann.sees(channel)[1:])
    assert card[0].text == "*ACME-1* Printer\nTake it"
    await ann.press("Take it", card[0].message)
    await slack.until(lambda: not card[0].buttons)
    assert not slack.record.complaints
    assert not slack.record.refused
