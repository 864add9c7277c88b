"""One event that two workers are told of at once is done once, and answered alike by both."""

from __future__ import annotations

from typing import Any

import pytest
from world import furnish

from bot.clock import SystemClock
from bot.desk import front
from bot.desk.context import Desk
from bot.ports import InboxId, RequestQuery
from storage import SqlStore


class Beside:
    """The store, in which the same event is handled by another worker right after this one saw that it was new."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self.other: Any = None

    async def handled(self, inbox: InboxId) -> str | None:
        before = await self._store.handled(inbox)
        if self.other is not None:
            other, self.other = self.other, None
            await other()
        return before

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("who", "verb", "args"),
    [
        ("sam", "claim", {}),
        ("sam", "resolve", {"text": "Restarted the export."}),
        ("sam", "priority", {"to": "P1", "reason": "the whole floor"}),
        ("acme-0", "new", {"title": "Another one"}),
    ],
)
async def test_an_event_told_twice_at_once_is_answered_alike(
    store: SqlStore, who: str, verb: str, args: dict[str, Any]
):
    """Whoever comes second sees the work of the first, and answers what that one answered instead of refusing."""
    await furnish(store)
    beside = Beside(store)
    one, two = Desk(beside, SystemClock()), Desk(store, SystemClock())  # type: ignore[arg-type]
    await front.run(two, "acme-0", "new", {"title": "Export fails"})
    (request,) = await store.requests(RequestQuery())
    given = args if verb == "new" else {"request": str(request.number), **args}
    answers = []

    async def other() -> None:
        answers.append(await front.run(two, who, verb, given, event=InboxId("faulty", "e1")))

    beside.other = other
    answers.append(await front.run(one, who, verb, given, event=InboxId("faulty", "e1")))
    assert answers[0] == answers[1]
    assert getattr(answers[0].message, "purpose", "") != "refusal"
    assert len(await store.requests(RequestQuery())) == (2 if verb == "new" else 1)
