"""Every message of the desk as Discord takes it, whatever is in it: nothing lost, nothing let in."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

from discord_checks import every, seen, split, texts, valid_posts, words
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_up import TEXTS, messages

from adapters.discord.pressing import pressed
from adapters.discord.render import WHOLE, message
from bot.desk.reader import Reader
from bot.desk.verbs import DECLARED
from bot.messages.model import Action, Card, Document, Message, Relay

assert DECLARED
NOW = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)
TEAM = Reader(
    NOW,
    "Europe/London",
    user={"sam": "100000000000000077"}.get,
    link=lambda number: f"https://discord.com/channels/1/2/{number}" if number % 2 else None,
)
ANY = settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))


@ANY
@given(messages())
def test_every_message_is_valid_and_whole(body: Message) -> None:
    """Discord takes it; each word of it is in a post or in the file that has the whole; its buttons are read again."""
    posts = message(body, TEAM)
    valid_posts(posts)
    there = words(posts) | {word for post in posts for file in post.files for word in split(file.text)}
    assert [word for word in _said(body) if not any(word in each for each in there)] == []
    for part in every(posts):
        if part.get("type") == 2 and "custom_id" in part:
            assert pressed({"custom_id": part["custom_id"]}) is not None


@ANY
@given(st.one_of(st.text(max_size=300), st.sampled_from(TEXTS), st.text("#->*_`|[]()<@\\ \n1.a", max_size=200)))
def test_what_somebody_wrote_reads_as_they_wrote_it(text: str) -> None:
    """Nothing in it is markup: what is seen is what was typed, but for a fence's own signs and what shows nothing."""
    posts = message(Relay("dana", "Dana", "client", text), TEAM)
    valid_posts(posts)
    read = [seen(each) for each in texts(posts) if not each.startswith("-# It goes on below")]
    assert _bare("\n".join(read)).strip("…") == _bare(text).strip("…")


def test_the_longest_text_comes_as_a_file_with_its_beginning() -> None:
    """20,000 characters, each of them to be escaped: the file has every one, and the message says so."""
    text = "\n".join(f"{n:05} *_~`|" for n in range(1700))
    (post,) = message(Relay("dana", "Dana", "client", text, actions=(Action("my", "My work"),)), TEAM)
    valid_posts([post])
    assert [(file.name, text in file.text) for file in post.files] == [(WHOLE, True)]
    assert texts(post)[-1] == "-# This is how it begins; the whole is in message.txt."
    assert "00000" in texts(post)[0]
    assert [part["label"] for part in every(post) if part.get("type") == 2] == ["My work"]


def test_long_words_go_on_in_further_posts_and_the_first_has_the_buttons() -> None:
    """Every line is there once, in order; each post but the last says that it goes on."""
    lines = [f"{n}: a line of a long story {n}" for n in range(380)]
    posts = message(Relay("dana", "Dana Reyes", "client", "\n".join(lines), actions=(Action("my", "My work"),)), TEAM)
    valid_posts(posts)
    assert 1 < len(posts) <= 4
    assert [sum(part.get("type") == 1 for part in every(post)) for post in posts] == [1, *[0] * (len(posts) - 1)]
    assert {post.username for post in posts} == {"Dana Reyes"}
    whole = [line for post in posts for text in texts(post) for line in seen(text).split("\n")]
    assert [line for line in whole if not line.startswith("-# It goes on below")] == lines
    assert [f"({n} of {len(posts)})" in str(post) for n, post in enumerate(posts, 1)] == [True] * (len(posts) - 1) + [
        False
    ]
    assert all(len(before.components) >= len(after.components) - 2 for before, after in pairwise(posts))


def _said(body: Message) -> list[str]:
    """Words that must be somewhere: titles, labels of buttons that a reader of all sees, and what people wrote."""
    if isinstance(body, Document):
        return split(body.title)
    told = [getattr(body, name, "") for name in ("title", "text", "name", "ref")]
    if isinstance(body, Card):
        told += [field.label for field in body.fields]
    told += [action.label for action in TEAM.actions(body.actions)]
    return [word for text in told for word in split(text)]


def _bare(text: str) -> str:
    """What shows, without the sign of which fences are made: those of blocks are gone, the others are escaped."""
    return "".join(char for char in text if char > " " and not char.isspace() and char not in "`\u200b\x7f")
