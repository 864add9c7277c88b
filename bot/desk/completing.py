"""What can follow the words typed so far: requests one may see, people, choices."""

from __future__ import annotations

from bot.commands import REGISTRY, Command, Kind, Param
from bot.desk.context import Context
from bot.domain.events import Status
from bot.domain.names import read_ref
from bot.domain.policy import Priority
from bot.domain.search import FILTERS, FLAGS, KINDS, SORTS, STATUSES
from bot.ports import RequestQuery


async def suggest(context: Context, command: Command, rest: str) -> list[tuple[str, str, str]]:
    """Completions of a command's arguments: (what to insert, its label, a word of help)."""
    typed = rest.split(" ")
    last, before = typed[-1].lower().lstrip("@"), " ".join([command.name, *typed[:-1]])
    index = len(typed) - 1
    if any(p.suggest == "search" for p in command.params):
        return [(f"{before} {insert}", label, help) for insert, label, help in _filters(context, last)[:12]]
    params = [p for p in command.params if p.kind is not Kind.FLAG and not p.option]
    if context.thread_request and params and params[0].kind is Kind.REQUEST and not read_ref(typed[0]):
        index += 1
    if index >= len(params):
        return []
    hits = await values(context, params[index], last)
    return [(f"{before} {insert} ", label, help) for insert, label, help in hits[:12]]


async def values(context: Context, param: Param, typed: str) -> list[tuple[str, str, str]]:
    """What one argument can be, of what the words typed so far are a part of."""
    typed = typed.strip().lower().lstrip("@")
    if param.suggest == "search":
        *before, last = typed.split(" ")
        return [(" ".join([*before, insert]), label, help) for insert, label, help in _filters(context, last)]
    if param.suggest == "verbs":
        return [(c.name, c.name, c.help) for c in REGISTRY.visible_to(context.actor) if c.name.startswith(typed)]
    found: list[tuple[str, str, str]] = []
    kind = Kind.REQUEST if param.suggest == "request" else param.kind
    match kind:
        case Kind.REQUEST:
            live = tuple(s for s in Status if s.is_open or s is Status.RESOLVED)
            for request in await context.desk.store.requests(
                RequestQuery(viewer=context.actor, statuses=live, limit=50)
            ):
                found.append((str(request.number), request.ref, request.title))
        case Kind.CHOICE:
            found = [(c, c, "") for c in param.choices]
        case Kind.PERSON:
            people = context.directory.staff()
            if param.suggest == "people":
                people = sorted(
                    (p for p in context.directory.people.values() if p.active and not p.is_staff),
                    key=lambda p: p.name,
                )
            elif param.suggest == "everybody":
                people = sorted((p for p in context.directory.people.values() if p.active), key=lambda p: p.name)
            elif param.suggest == "own":
                people = context.directory.people_of(context.actor.client or "")
            if not context.actor.is_staff:  # of other clients' people they do not even learn the names
                people = [p for p in people if p.is_staff or p.client == context.actor.client]
            found = [(f"@{p.id}", p.name, p.client or p.role) for p in people]
        case Kind.CLIENT:
            found = [(c.key, c.key, c.name) for c in context.directory.clients.values() if context.actor.is_staff]
        case _:
            pass
    return [f for f in found if any(typed in part.lower() for part in f)]


def _filters(context: Context, typed: str) -> list[tuple[str, str, str]]:
    """Filters that begin like the word, or values of the filter that it names; a minus stays before them."""
    staff, directory = context.actor.is_staff, context.directory
    minus, word = ("-", typed[1:]) if typed.startswith("-") else ("", typed)
    name, colon, value = word.partition(":")
    if not colon:
        found = [(f"{minus}{n}:", f"{n}:", f.help) for n, f in FILTERS.items() if staff or not f.staff]
        found += [(f"{minus}{n} ", n, f.help) for n, f in FLAGS.items() if staff or not f.staff]
        return [f for f in found if word and f[1].startswith(word)]
    if name not in FILTERS or (FILTERS[name].staff and not staff):
        return []
    values: list[tuple[str, str]] = []
    match name:
        case "status":
            values = [(status, "") for status in STATUSES]
        case "client":
            values = [(client.key.lower(), client.name) for client in directory.clients.values()]
        case "priority":
            values = [(priority.lower(), "") for priority in Priority]
        case "owner":
            values = [("none", "nobody has it"), *((f"@{p.id}", p.name) for p in directory.staff())]
        case "requester":
            people = [p for p in directory.people.values() if p.active and p.client]
            values = [(f"@{p.id}", p.name) for p in people if staff or p.client == context.actor.client]
        case "kind":
            values = [(kind, "") for kind in KINDS]
        case "sort":
            values = [(sort.value, "") for sort in SORTS]
        case "due":
            values = [(due, "") for due in ("today", "tomorrow", "4h", "2d")]
        case _:
            values = [(length, "") for length in ("4h", "1d", "3d", "1w", "2w")]
    wanted = value.lstrip("@")
    return [
        (f"{minus}{name}:{value} ", f"{name}:{value}", help)
        for value, help in values
        if value.lstrip("@").startswith(wanted) or help.lower().startswith(wanted)
    ]
