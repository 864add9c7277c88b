"""What the runs in chats have in common: what people did there, by which words it is found again, and the judge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from databases import rows
from trial import WAITING
from verdict import Verdict

from storage import open_store


@dataclass
class Deed:
    """Something that somebody did, known by a word of its own."""

    what: str
    """`opens` or `says`."""
    word: str
    acknowledged: bool = False


def undone(url: str) -> int:
    """How much is still to be sent or carried out."""
    waiting = ", ".join(f"'{state}'" for state in WAITING)
    sent = rows(url, f"SELECT count(*) AS n FROM outbox WHERE state IN ({waiting})")  # noqa: S608 -- words of ours
    return sent[0]["n"] + rows(url, "SELECT count(*) AS n FROM delivery")[0]["n"]


def standing(url: str) -> Callable[[Deed], int]:
    """How often what somebody did stands in the desk."""
    titles = Counter(row["title"].split()[0] for row in rows(url, "SELECT title FROM request"))
    said = " ".join(row["body"] for row in rows(url, "SELECT body FROM history WHERE kind <> 'opened'"))
    return lambda deed: titles[deed.word] if deed.what == "opens" else said.count(f"{deed.word} is said")


def owned(url: str) -> set[str]:
    """The words of the requests that somebody has."""
    return {row["title"].split()[0] for row in rows(url, "SELECT title FROM request WHERE owner IS NOT NULL")}


def weigh(
    verdict: Verdict,
    url: str,
    *,
    deeds: Collection[Deed],
    claimed: Collection[str],
    cards: Counter[str],
    posts: Mapping[str, Counter[str]],
) -> None:
    """Fill the verdict in: what was acknowledged against what stands in the desk and in the chat. `cards` are those
    that the team sees, by what they say; `posts` are the desk's own in each channel, by name."""
    there = standing(url)
    verdict.acts = sum(deed.acknowledged for deed in deeds) + len(claimed)
    for deed in deeds:
        found = there(deed)
        if deed.acknowledged and not found:
            verdict.lose(f"{deed.word}, which was acknowledged ({deed.what})")
        if found > 1:
            verdict.repeat(f"{deed.word} stands there {found} times ({deed.what})")
        if deed.what == "opens" and found:
            verdict.requests += 1
            shown = sum(count for text, count in cards.items() if f"{deed.word} fails" in text)
            if shown != 1:
                (verdict.repeat if shown else verdict.lose)(f"the card of {deed.word} stands there {shown} times")
    for word in set(claimed) - owned(url):
        verdict.lose(f"that {word} was claimed")
    for channel, names in posts.items():
        verdict.posts += sum(names.values())
        for name, count in names.items():
            if count > 1:
                verdict.repeat(f"{name} was posted {count} times in {channel}")
    for row in rows(url, "SELECT state, count(*) AS n FROM outbox GROUP BY state"):
        if row["state"] in (*WAITING, "dead"):
            verdict.lose(f"{row['n']} messages are {row['state']}")
    if left := rows(url, "SELECT event_id FROM delivery"):
        verdict.lose(f"{len(left)} deliveries are kept and not carried out")


async def integrity(url: str) -> str:
    """What `steward db check` says."""
    store = await open_store(url)
    try:
        return "; ".join(await store.check()) or "ok"
    finally:
        await store.close()
