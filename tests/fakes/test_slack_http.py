"""HTTP delivery: every post is signed, what fails is told again, and a test can post what Slack never would."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs

import pytest
import pytest_asyncio
from aiohttp import web
from bolt_app import BoltApp
from fakes.slack.errors import NotAnswered
from fakes.slack.fake_slack import FakeSlack
from fakes.slack.person import Person
from fakes.slack.slack_things import Channel
from slack_sdk.signature import SignatureVerifier


class Desk:
    """Answers what it is told to, and keeps what came."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, str, dict[str, str]]] = []
        """For the next posts; 200 and nothing when they are used up."""
        self.hangs = False
        self.posts: list[tuple[dict[str, str], str]] = []

    async def receive(self, request: web.Request) -> web.Response:
        """One post."""
        self.posts.append((dict(request.headers), (await request.read()).decode()))
        if self.hangs:
            await asyncio.sleep(60)
        status, text, headers = self.answers.pop(0) if self.answers else (200, "", {})
        return web.Response(status=status, text=text, headers=headers)


@pytest_asyncio.fixture
async def desk(slack: FakeSlack) -> AsyncIterator[Desk]:
    """An app's address."""
    made = Desk()
    app = web.Application()
    app.router.add_post("/slack/events", made.receive)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        slack.app.socket_mode = False
        slack.app.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
        yield made
    finally:
        await runner.cleanup()


@pytest.mark.asyncio
async def test_every_post_is_signed(slack: FakeSlack, desk: Desk, ann: Person, help: Channel):
    """As the SDK checks it; events are JSON, a command is a form, a press is JSON inside a form."""
    ann.say(help, "hi")
    await slack.heard()
    await ann.slash(help, "/desk new Printer & ink")
    check = SignatureVerifier(slack.app.signing_secret)
    assert [check.is_valid_request(body, headers) for headers, body in desk.posts] == [True, True]
    assert json.loads(desk.posts[0][1])["event"]["text"] == "hi"
    form = parse_qs(desk.posts[1][1])
    assert (form["command"], form["text"]) == (["/desk"], ["new Printer &amp; ink"])


@pytest.mark.asyncio
async def test_an_event_that_fails_is_told_again(slack: FakeSlack, desk: Desk, ann: Person, help: Channel):
    """At once, after a minute, after five; each says which try it is and what went wrong."""
    desk.answers = [(500, "", {}), (302, "", {"Location": "/elsewhere"}), (404, "", {})]
    ann.say(help, "hi")
    await slack.until(lambda: len(desk.posts) == 2)
    slack.times.skip(60)
    await slack.until(lambda: len(desk.posts) == 3)
    slack.times.skip(300)
    await slack.heard()
    tries = [(h.get("X-Slack-Retry-Num"), h.get("X-Slack-Retry-Reason")) for h, _ in desk.posts]
    assert tries == [(None, None), ("1", "http_error"), ("2", "too_many_redirects"), ("3", "http_error")]
    assert not slack.record.lost


@pytest.mark.asyncio
async def test_who_does_not_answer_in_three_seconds_failed(slack: FakeSlack, desk: Desk, ann: Person, help: Channel):
    """An event is told again, with that reason; whoever typed a command is told that it failed, and it is not."""
    desk.hangs = True
    ann.say(help, "hi")
    await slack.until(lambda: desk.posts)
    desk.hangs = False
    slack.times.skip(3)
    await slack.heard()
    assert desk.posts[1][0]["X-Slack-Retry-Reason"] == "http_timeout"
    desk.hangs = True
    asking = asyncio.ensure_future(ann.slash(help, "/desk"))
    await slack.until(lambda: len(desk.posts) == 3)
    slack.times.skip(3)
    with pytest.raises(NotAnswered):
        await asking


@pytest.mark.asyncio
async def test_an_app_can_ask_not_to_be_told_again(slack: FakeSlack, desk: Desk, ann: Person, help: Channel):
    """And an app that is not there is told again, too."""
    desk.answers = [(500, "", {"X-Slack-No-Retry": "1"})]
    ann.say(help, "hi")
    await slack.heard()
    assert (len(desk.posts), len(slack.record.lost)) == (1, 1)
    there, slack.app.request_url = slack.app.request_url, "http://127.0.0.1:9/slack/events"
    ann.say(help, "hi")
    await slack.until(lambda: slack.record.told[-1].tries == 2)
    slack.app.request_url = there
    slack.times.skip(60)
    await slack.heard()
    assert desk.posts[1][0]["X-Slack-Retry-Reason"] == "connection_failed"


@pytest.mark.asyncio
async def test_bolt_answers_the_challenge_and_refuses_what_is_not_slacks(slack: FakeSlack):
    """A test posts with any signature and any time: what Slack would not send is refused by who checks."""
    bolt = BoltApp(slack, socket_mode=False)
    try:
        await bolt.start()
        assert await slack.posting.verify()
        body = json.dumps({"type": "event_callback"}).encode()
        for wrong in (slack.posting.signed(body, secret="another"), slack.posting.signed(body, at=1_700_000_000), {}):
            assert (await slack.posting.post(body, "application/json", wrong)).status == 401
    finally:
        await bolt.stop()


@pytest.mark.asyncio
async def test_an_answer_that_is_no_answer(slack: FakeSlack, desk: Desk, ann: Person, help: Channel):
    """What Slack would show as an error, or not at all, is said."""
    answers: list[Any] = [
        {"text": "", "blocks": [{"type": "divider"}]},
        {"text": "x", "colour": 1},
        {"text": "x" * 4001},
    ]
    for answer in answers:
        desk.answers = [(200, json.dumps(answer), {})]
        with pytest.raises(NotAnswered):
            await ann.slash(help, "/desk")
    desk.answers = [(200, "Just words", {})]
    shown = await ann.slash(help, "/desk")
    assert shown is not None
    assert (shown.text, shown.alone) == ("Just words", True)
    desk.answers = [(200, json.dumps({"text": "All", "response_type": "in_channel"}), {})]
    shown = await ann.slash(help, "/desk")
    assert shown is not None
    assert shown.message in help.messages.values()
