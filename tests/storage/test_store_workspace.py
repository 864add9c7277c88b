"""The browser's chat: channels, messages, threads, reactions, read marks."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
import pytest_asyncio
from store_builders import ODD, T0, minutes, said

from bot.ports import Channel, ChannelKind, Posted, Reaction
from storage import SqlStore

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def room(store: SqlStore) -> str:
    """A channel to talk in."""
    await store.put_channel(Channel("acme", "Acme", ChannelKind.CLIENT, "", "ACME"))
    return "acme"


def ids(messages: Sequence[Posted]) -> list[int]:
    """What a page shows, by id."""
    return [message.id for message in messages]


async def test_channels_are_sorted_as_people_see_them(store: SqlStore) -> None:
    """Clients' first, then the team's, then direct ones, each by name whatever its case; a change replaces."""
    for channel in (
        Channel("d", "anna", ChannelKind.DIRECT, person="anna"),
        Channel("t", "desk", ChannelKind.TEAM),
        Channel("b", "beta", ChannelKind.CLIENT, "x", "B"),
        Channel("a", "Alpha", ChannelKind.CLIENT, client="A"),
    ):
        await store.put_channel(channel)
    assert [channel.id for channel in await store.channels()] == ["a", "b", "t", "d"]
    changed = Channel("b", "aaa", ChannelKind.CLIENT, ODD, "B")
    await store.put_channel(changed)
    assert (await store.channels())[0] == changed


async def test_words_and_the_desks_messages_come_back(store: SqlStore, room: str) -> None:
    """A person's text and the desk's message are kept as they were."""
    words, new = await store.add(room, at=T0, author="anna", text=ODD)
    assert new
    assert (words.author, words.text, words.body, words.at, words.thread) == ("anna", ODD, None, T0, None)
    desk, _ = await store.add(room, at=minutes(1), body=said("hello"))
    assert (desk.author, desk.text, desk.body) == (None, "", said("hello"))
    assert await store.messages(room) == (words, desk)
    assert await store.message(desk.id) == desk


async def test_unknown_ids_name_nothing(store: SqlStore, room: str) -> None:
    """Whatever a browser sends as an id is answered, and changes nothing."""
    for id in (0, -1, 404, 2**63, 10**40):
        assert await store.message(id) is None
        assert await store.messages(room, thread=id) == ()
        assert not await store.react(id, "anna", "👍")
        await store.edit(id, at=T0, text="x")
        await store.delete(id)
    assert await store.messages("nowhere") == ()
    assert await store.messages(room, before=10**40, limit=10**40) == ()
    assert await store.messages(room, before=-(10**40), limit=-1) == ()


async def test_a_key_adds_once(store: SqlStore, room: str) -> None:
    """The second one gets the first one's message; so do many at once."""
    first, new = await store.add(room, at=T0, body=said("a"), key="k")
    again, new_again = await store.add(room, at=minutes(1), body=said("b"), key="k")
    assert (new, new_again) == (True, False)
    assert again == first == await store.by_key("k")
    assert await store.by_key("other") is None
    results = await asyncio.gather(*(store.add(room, at=T0, text="x", key="many") for _ in range(5)))
    assert sorted(new for _, new in results) == [False, False, False, False, True]
    assert len({message.id for message, _ in results}) == 1


async def test_a_channel_must_exist(store: SqlStore) -> None:
    """No message is added to a channel that nobody made."""
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        await store.add("nowhere", at=T0, text="x")


async def test_pages_go_back_from_the_latest(store: SqlStore, room: str) -> None:
    """The last ones come first, each page in order, and `before` goes further back."""
    added = [(await store.add(room, at=T0, text=str(n)))[0].id for n in range(7)]
    assert ids(await store.messages(room, limit=3)) == added[4:]
    assert ids(await store.messages(room, limit=3, before=added[4])) == added[1:4]
    assert ids(await store.messages(room, limit=3, before=added[1])) == added[:1]


async def test_a_thread_is_apart_from_its_channel(store: SqlStore, room: str) -> None:
    """Replies are counted at the root and listed without it; deleted ones count no more."""
    root, _ = await store.add(room, at=T0, text="root")
    first, _ = await store.add(room, at=minutes(1), thread=root.id, author="anna", text="one")
    second, _ = await store.add(room, at=minutes(2), thread=root.id, author="erik", text="two")
    (shown,) = await store.messages(room)
    assert (shown.id, shown.replies, shown.last_reply_at) == (root.id, 2, minutes(2))
    assert ids(await store.messages(room, thread=root.id)) == [first.id, second.id]
    assert ids(await store.messages(room, thread=root.id, limit=1)) == [second.id]
    await store.delete(second.id)
    (shown,) = await store.messages(room)
    assert (shown.replies, shown.last_reply_at) == (1, minutes(1))


async def test_an_edit_shows_when(store: SqlStore, room: str) -> None:
    """New words or a new card, and the instant of the change."""
    message, _ = await store.add(room, at=T0, body=said("a"))
    await store.edit(message.id, at=minutes(1), body=said("b"))
    edited = await store.message(message.id)
    assert edited is not None
    assert (edited.body, edited.at, edited.edited_at) == (said("b"), T0, minutes(1))


async def test_a_deleted_message_is_blank_for_good(store: SqlStore, room: str) -> None:
    """Words and reactions go, its place stays; no edit and no reaction brings anything back."""
    message, _ = await store.add(room, at=T0, author="anna", text="secret")
    await store.react(message.id, "erik", "👀")
    await store.delete(message.id)
    await store.edit(message.id, at=minutes(1), text="back")
    assert not await store.react(message.id, "erik", "👀")
    (blank,) = await store.messages(room)
    assert (blank.deleted, blank.text, blank.body, blank.reactions) == (True, "", None, ())


async def test_an_emoji_goes_on_and_off(store: SqlStore, room: str) -> None:
    """Emojis stand in the order in which they came, each with its people in theirs."""
    message, _ = await store.add(room, at=T0, text="x")
    other, _ = await store.add(room, at=T0, text="y")
    assert await store.react(message.id, "anna", "👍🏽")
    assert await store.react(message.id, "erik", "👀")
    assert await store.react(message.id, "erik", "👍🏽")
    shown, bare = await store.messages(room)
    assert shown.reactions == (Reaction("👍🏽", ("anna", "erik")), Reaction("👀", ("erik",)))
    assert (bare.id, bare.reactions) == (other.id, ())
    assert not await store.react(message.id, "anna", "👍🏽")
    found = await store.message(message.id)
    assert found is not None
    assert found.reactions == (Reaction("👀", ("erik",)), Reaction("👍🏽", ("erik",)))


async def test_unread_is_what_others_said_since(store: SqlStore, room: str) -> None:
    """The desk counts as another, threads count; one's own words and deleted ones do not. No channel shows 0."""
    await store.put_channel(Channel("quiet", "Quiet", ChannelKind.TEAM))
    assert await store.unread("anna") == {}
    root, _ = await store.add(room, at=T0, author="erik", text="1")
    await store.add(room, at=T0, author="anna", text="2")
    await store.add(room, at=T0, body=said("3"))
    await store.add(room, at=T0, thread=root.id, author="erik", text="4")
    gone, _ = await store.add(room, at=T0, author="erik", text="5")
    await store.delete(gone.id)
    assert await store.unread("anna") == {room: 3}
    assert await store.unread("stranger") == {room: 4}
    await store.mark_read("anna", room, root.id)
    assert await store.unread("anna") == {room: 2}
    await store.mark_read("anna", room, gone.id)
    await store.mark_read("anna", room, root.id)
    assert await store.unread("anna") == {}
    await store.mark_read("anna", room, 10**40)
    await store.mark_read("anna", room, -5)
    assert await store.unread("anna") == {}
