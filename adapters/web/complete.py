"""What can follow in the composer: the desk's commands, and people after an @."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from adapters.web.access import may_know, people_in
from adapters.web.acting import place_in
from adapters.web.chat import place_of
from adapters.web.door import signed_in
from adapters.web.state import Web
from adapters.web.typed import called
from bot.desk import front
from bot.domain.people import Person
from bot.ports import Channel

_NAMING = re.compile(r"(?:^|[\s(\[“\"'])@(?P<name>[^\s@]{0,40}(?: [^\s@]{0,40})?)$")
"""An @ with the beginning of a name at the end of what was typed; a name may have two words."""


@signed_in
async def complete(request: Request, web: Web, person: Person) -> Response:
    """Commands replace all that was typed; a person replaces the last `replace` characters of it."""
    asked = request.query_params
    channel, thread = await place_in(web, person, asked.get("channel"), asked.get("thread"))
    typed, word = asked.get("text", "")[-500:], web.desk.rules.command
    start = typed.lstrip()
    place = place_of(channel.id, thread)
    found = called(start, web.desk.rules)
    if found is None and (naming := _NAMING.search(typed)) is not None:
        people = await _people(web, person, channel, naming["name"])
        desk = await _desk(web, person, start) if start == typed.lstrip() and start.startswith("@") else []
        return JSONResponse({"suggestions": [*desk, *people]})
    if start and word.startswith(start.lower()):
        suggestions = await front.complete(web.desk, person.id, "", place=place)
        before, show = word, f"{word} "
    elif found is not None and found["gap"]:
        rest, before, show = found["rest"], found["call"], ""
        trailing = " " if rest and start[-1].isspace() and not rest[-1].isspace() else ""
        suggestions = await front.complete(web.desk, person.id, rest + trailing, place=place)
    else:
        return JSONResponse({"suggestions": []})
    listed = [{"insert": f"{before} {s.insert}", "label": show + s.label, "help": s.help} for s in suggestions]
    return JSONResponse({"suggestions": listed})


async def _people(web: Web, person: Person, channel: Channel, typed: str) -> list[dict[str, object]]:
    """Those who can read it there and whom one may know; none for two words that begin nobody's name."""
    me = await web.reader(person)
    wanted = typed.casefold()
    found = [
        other
        for other in sorted(people_in(me.directory, channel), key=lambda other: other.name.casefold())
        if other.id != person.id
        and may_know(person, other)
        and (other.name.casefold().startswith(wanted) or any(w.startswith(wanted) for w in _words(other)))
    ]
    return [
        {"insert": f"@{other.name} ", "label": other.name, "help": me.badge(other), "replace": len(typed) + 1}
        for other in found[:8]
    ]


async def _desk(web: Web, person: Person, typed: str) -> list[dict[str, object]]:
    """The desk itself, which is called by its name as well."""
    name = web.desk.rules.name
    if not f"@{name}".casefold().startswith(typed.casefold()):
        return []
    return [{"insert": f"@{name} ", "label": name, "help": "The desk: a command follows", "replace": len(typed)}]


def _words(person: Person) -> list[str]:
    return [*person.name.casefold().split(), person.id.casefold()]
