"""A form that somebody is in the middle of is theirs alone, and goes after its day."""

from __future__ import annotations

import pytest
from store_builders import T0, execute, minutes

from bot.messages.model import Form, Input, Option
from storage import SqlStore

pytestmark = pytest.mark.asyncio

INPUTS = (
    Input("title", "What is it about?", required=True, value="It “fails” 😀"),
    Input("kind", "Kind", "choice", options=(Option("a", "A"),)),
)
ARGS = {"client": "ACME", "private": True, "page": 2}
FIRST = Form("new", "New request", INPUTS, "Send", ARGS, errors={"title": "too short"})
THEN = Form("new", "New request", (Input("title", "What is it about?", value="Otherwise"),), "Send")


async def test_it_is_theirs_alone(store: SqlStore) -> None:
    """Whoever began it reads it as it was last written, under its id; nobody else reads or changes it."""
    await store.form_drafts.keep("dana", {"a": FIRST, "b": THEN}, T0)
    assert await store.form_drafts.find("dana", "a") == FIRST
    await store.form_drafts.keep("eve", {"a": THEN}, minutes(1))
    assert await store.form_drafts.find("eve", "a") is None
    assert await store.form_drafts.find("dana", "a") == FIRST
    await store.form_drafts.keep("dana", {"a": THEN}, minutes(2))
    assert await store.form_drafts.find("dana", "a") == THEN


async def test_it_goes_after_its_time(store: SqlStore) -> None:
    """What was last written before then goes, and nothing else."""
    await store.form_drafts.keep("dana", {"a": FIRST, "b": FIRST}, T0)
    await store.form_drafts.keep("dana", {"b": THEN}, minutes(9))
    for _ in range(2):
        await store.form_drafts.forget(minutes(5))
        assert await store.form_drafts.find("dana", "a") is None
        assert await store.form_drafts.find("dana", "b") == THEN


async def test_one_that_cannot_be_read_is_none(store: SqlStore, url: str) -> None:
    """Of another release, say: it is begun anew."""
    await store.form_drafts.keep("dana", {"a": FIRST}, T0)
    await execute(url, "UPDATE form_draft SET body = '{\"command\": 7}'")
    assert await store.form_drafts.find("dana", "a") is None
