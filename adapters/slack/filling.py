"""What was filled in in a form as Slack has it, people, files and emoji by their names, as the desk has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.slack.acting import Act, Acting
from adapters.slack.events import Listening
from adapters.slack.fields import FILES, PEOPLE, TYPED
from adapters.slack.pictures import characters
from bot.desk.context import Refusal
from bot.desk.files import whole
from bot.domain.files import Attachment

View = Mapping[str, Any]


async def filled_in(acting: Acting, listening: Listening, act: Act, view: View) -> tuple[View, dict[str, str]]:
    """The view with a `value` of the desk's in each such field, and what is wrong beside which block."""
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for block, elements in ((view.get("state") or {}).get("values") or {}).items():
        values[block] = dict(elements)
        for name, element in elements.items():
            if element.get("type") == PEOPLE:
                chosen = " ".join(f"<@{user}>" for user in element.get("selected_users") or ())
                values[block][name] = {**element, "value": await listening.words(act.team, chosen, command=True)}
            elif element.get("type") == TYPED and element.get("value"):
                values[block][name] = {**element, "value": characters(str(element["value"]))}
            elif element.get("type") == FILES:
                try:
                    kept = await _kept(acting, act, element.get("files") or ())
                    values[block][name] = {**element, "value": ",".join(file.id for file in kept)}
                except Refusal as no:
                    wrong[block] = str(no)
    return {**view, "state": {**(view.get("state") or {}), "values": values}}, wrong


async def _kept(acting: Acting, act: Act, files: Any) -> tuple[Attachment, ...]:
    kept = await acting.files.taken(act.person, files) if act.person else ()
    whole(kept)
    return kept
