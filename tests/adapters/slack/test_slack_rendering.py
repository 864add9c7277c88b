"""Messages as Block Kit: each kind is valid whatever is in it, nothing is lost, and nobody's words become markup."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from made_up import messages
from slack_checks import split, valid_posts, words

from adapters.slack.render import message as render
from bot.desk.reader import Reader
from bot.desk.verbs import DECLARED
from bot.messages.model import Document, Message, Sheet, When, Who

assert DECLARED
NOW = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)
TEAM = Reader(NOW, "Europe/London", user={"sam": "U0SAM"}.get, link={42: "https://acme.slack.com/archives/C1/p1"}.get)
ANY = settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))


def spoken(
    value: Any, skip: tuple[str, ...] = ("t", "purpose", "person", "role", "command", "args", "style", "tone")
) -> set[str]:
    """Every word of a message that somebody is to read; instants apart, which each reader has in their own zone."""
    found: set[str] = set()
    if isinstance(value, When | Who):
        return set()
    if isinstance(value, str):
        return set(split(value))
    if isinstance(value, tuple):
        return found.union(*map(spoken, value))
    for name in getattr(value, "__dataclass_fields__", ()):
        if name not in (*skip, "kind", "file", "media_type", "id", "number"):
            found |= spoken(getattr(value, name))
    return found


@ANY
@given(messages())
def test_every_message_is_valid_and_whole(body: Message) -> None:
    """Slack takes it, no markup but ours is in it, and each of its words is shown, in the message or in its file."""
    posts = render(body, TEAM)
    valid_posts(posts)
    if isinstance(body, Document):
        assert [file.text for file in posts[0].files] == [body.text]
        body = replace(body, text="")
    if isinstance(body, Sheet) and not body.rows:
        body = replace(body, rows_title="")
    shown = words(list(posts)) | set(split(posts[0].username))
    missing = {word for word in spoken(body) - shown if not any(word in each for each in shown)}
    assert not missing
