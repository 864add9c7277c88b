"""The browser's chat: channels, messages, threads, reactions, read marks."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
import pytest_asyncio
from store_builders import ODD, T0, minutes, said

from bot.domain.files import Attachment
from bot.ports import Channel, ChannelKind, Posted, Reaction, Unread
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
    assert await store.channel(changed.id) == changed
    for nothing in ("", "nowhere", "a\0", "\ud800", "' OR 1=1", "x" * 10_000):
        assert await store.channel(nothing) is None


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


def counts(unread: Sequence[Unread]) -> dict[tuple[str, int | None], int]:
    """How many are unread, by channel and thread."""
    return {(found.channel, found.thread): found.count for found in unread}


async def test_unread_is_what_others_said_since(store: SqlStore, room: str) -> None:
    """The desk counts as another; one's own words and deleted ones do not. No channel shows 0."""
    await store.put_channel(Channel("quiet", "Quiet", ChannelKind.TEAM))
    assert await store.unread("anna") == ()
    root, _ = await store.add(room, at=T0, author="erik", text="1")
    await store.add(room, at=T0, author="anna", text="2")
    desk, _ = await store.add(room, at=T0, body=said("3"))
    gone, _ = await store.add(room, at=T0, author="erik", text="5")
    await store.delete(gone.id)
    assert await store.unread("anna") == (Unread(room, None, 2, 0, root.id, desk.id),)
    assert counts(await store.unread("stranger")) == {(room, None): 3}
    await store.mark_read("anna", room, root.id)
    assert counts(await store.unread("anna")) == {(room, None): 1}
    await store.mark_read("anna", room, gone.id)
    await store.mark_read("anna", room, root.id)
    assert await store.unread("anna") == ()
    await store.mark_read("anna", room, 10**40)
    await store.mark_read("anna", room, -5)
    assert await store.unread("anna") == ()


async def test_a_thread_is_read_by_itself(store: SqlStore, room: str) -> None:
    """Reading a channel reads none of its threads, reading a thread neither the channel nor another thread."""
    first, _ = await store.add(room, at=T0, author="erik", text="one")
    other, _ = await store.add(room, at=T0, author="erik", text="two")
    reply, _ = await store.add(room, at=T0, thread=first.id, author="erik", text="1a")
    await store.add(room, at=T0, thread=first.id, author="anna", text="1b")
    await store.add(room, at=T0, thread=other.id, author="erik", text="2a")
    last, _ = await store.add(room, at=T0, thread=other.id, author="erik", text="2b")
    assert counts(await store.unread("anna")) == {(room, other.id): 2, (room, first.id): 1, (room, None): 2}
    assert [found.thread for found in await store.unread("anna")] == [other.id, first.id, None]  # the latest first
    await store.mark_read("anna", room, last.id)
    assert counts(await store.unread("anna")) == {(room, other.id): 2, (room, first.id): 1}
    await store.mark_read("anna", room, reply.id, thread=first.id)
    await store.mark_read("anna", room, 1, thread=10**40)
    assert counts(await store.unread("anna")) == {(room, other.id): 2}
    late, _ = await store.add(room, at=T0, thread=first.id, author="erik", text="1c")
    assert counts(await store.unread("anna")) == {(room, other.id): 2, (room, first.id): 1}
    await store.mark_all_read("anna", room, last.id)
    assert counts(await store.unread("anna")) == {(room, first.id): 1}
    await store.mark_all_read("anna", room, late.id)
    assert await store.unread("anna") == ()


async def test_mentions_are_counted_apart(store: SqlStore, room: str) -> None:
    """An edit names others, a deleted message nobody; a name that is there twice counts once."""
    message, _ = await store.add(room, at=T0, author="erik", text="@anna @anna", mentions=("anna", "anna", "dana"))
    await store.add(room, at=T0, author="erik", text="hello")

    async def mentions(person: str) -> int:
        return sum(found.mentions for found in await store.unread(person))

    assert (await mentions("anna"), await mentions("dana"), await mentions("lena")) == (1, 1, 0)
    await store.edit(message.id, at=T0, text="@lena", mentions=("lena",))
    assert (await mentions("anna"), await mentions("lena")) == (0, 1)
    await store.delete(message.id)
    assert await mentions("lena") == 0


async def test_words_are_found_in_channels_that_were_named(store: SqlStore, room: str) -> None:
    """Every word, whatever its case and script, in people's words, the desk's and files' names; the newest first."""
    await store.put_channel(Channel("team", "team", ChannelKind.TEAM))
    first, _ = await store.add(room, at=T0, author="anna", text="The EXPORT of Straße 7 fails")
    desk, _ = await store.add(room, at=T0, body=said("Export: Łódź"))
    secret, _ = await store.add("team", at=T0, thread=None, author="erik", text="export is cursed")
    file = Attachment("f", "Export log.txt", "text/plain", 1)
    named, _ = await store.add(room, at=T0, author="anna", text="see", thread=first.id, files=(file,))
    assert ids(await store.search("export", [room])) == [named.id, desk.id, first.id]
    assert ids(await store.search("export", [room, "team"])) == [named.id, secret.id, desk.id, first.id]
    assert ids(await store.search("export", [room], limit=1)) == [named.id]
    assert ids(await store.search("export", [room], before=named.id, limit=1)) == [desk.id]
    assert ids(await store.search("STRASSE export", [room])) == [first.id]
    assert ids(await store.search("łódź", [room])) == [desk.id]
    for nothing in ("", "  ", "%", "export_", "export cursed"):
        assert await store.search(nothing, [room]) == ()
    assert await store.search("export", []) == ()
    await store.edit(first.id, at=T0, text="All is well")
    await store.delete(named.id)
    assert ids(await store.search("export", [room])) == [desk.id]
    assert ids(await store.search("well", [room])) == [first.id]


async def test_some_messages_come_in_the_order_asked_for(store: SqlStore, room: str) -> None:
    """Unknown ids are passed over."""
    first, _ = await store.add(room, at=T0, text="1")
    second, _ = await store.add(room, at=T0, text="2")
    assert await store.some([second.id, 404, 10**40, first.id]) == (second, first)
    assert await store.some([]) == ()


async def test_the_last_own_message_of_a_place(store: SqlStore, room: str) -> None:
    """A channel's top level and a thread are two places; others' and deleted ones do not count."""
    root, _ = await store.add(room, at=T0, author="anna", text="1")
    own, _ = await store.add(room, at=T0, author="anna", text="2")
    reply, _ = await store.add(room, at=T0, author="anna", thread=root.id, text="3")
    await store.add(room, at=T0, author="erik", text="4")
    gone, _ = await store.add(room, at=T0, author="anna", text="5")
    await store.delete(gone.id)
    assert await store.last_own(room, "anna") == own
    assert await store.last_own(room, "anna", thread=root.id) == reply
    assert await store.last_own(room, "anna", thread=10**40) is None
    assert await store.last_own("nowhere", "anna") is None


async def test_a_message_keeps_what_came_with_it(store: SqlStore, room: str) -> None:
    """In its order, through an edit of the words, until it is deleted."""
    files = (Attachment("f1", ODD, "image/png", 12), Attachment("f2", "b.txt", "text/plain", 3))
    posted, _ = await store.add(room, at=T0, author="anna", files=files)
    assert posted.files == files
    await store.edit(posted.id, at=T0, text="See these")
    assert ids(await store.search("b.txt see", [room])) == [posted.id]
    found = await store.message(posted.id)
    assert found is not None
    assert found.files == files
    await store.delete(posted.id)
    gone = await store.message(posted.id)
    assert gone is not None
    assert gone.files == ()


async def test_what_was_changed_is_unheard_again(store: SqlStore, room: str) -> None:
    """An edit and a deletion wait to be told, like a new message; the desk's own never do."""
    posted, _ = await store.add(room, at=T0, author="anna", text="1")
    desk, _ = await store.add(room, at=T0, body=said("x"))
    await store.heard(posted.id)
    assert await store.unheard(10) == ()
    await store.edit(posted.id, at=minutes(1), text="2")
    await store.edit(desk.id, at=minutes(1), body=said("y"))
    (waiting,) = await store.unheard(10)
    assert (waiting.id, waiting.text) == (posted.id, "2")
    await store.heard(posted.id)
    await store.delete(posted.id)
    await store.delete(desk.id)
    (waiting,) = await store.unheard(10)
    assert (waiting.id, waiting.deleted) == (posted.id, True)
