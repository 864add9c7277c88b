"""A client's policies in the document: one for all its requests stands in the client's own table, several as a list of
tables in the order in which they are tried. A list is read whole; a policy that it leaves out is no longer promised."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from bot.desk.plan.document import Doc, Draft
from bot.desk.plan.reading import Table
from bot.desk.plan.service import OwnHours, Promise, Service, Targets
from bot.desk.roster import NAME_LIMIT
from bot.desk.templates import LEVELS, level_named, targets_of
from bot.domain import text as words
from bot.domain.calendar import CalendarError
from bot.domain.hours import Week, read_length, say_length
from bot.domain.labels import TagError, read_tag
from bot.domain.people import Client
from bot.domain.playbooks import BUILT_IN
from bot.domain.policy import ClockKind, Match, NeverMatches, Policy, PolicyError, Priority, Terms, check, read_pause

MOST = 20
"""Policies of one client: beyond that nobody knows any more which of them a request falls under."""
POLICIES = "policies"
SINGLE = ("level", "warn_percents", "warn_before", "pause_statuses", "pause_reply_clocks", "bot_counts", "targets")
"""Fields of a client's own table, where it has one policy for all requests."""

ReadHours = Callable[[Table, Week], Week]
ReadZone = Callable[[Table, str, str], str]


# --- writing ------------------------------------------------------------------------------------------------------


def write_terms(promise: Promise) -> Doc:
    """When it warns and pauses."""
    return {
        "warn_percents": list(promise.warn_percents),
        "pause_statuses": list(promise.pause_statuses),
        "pause_reply_clocks": promise.pause_reply_clocks,
        "warn_before": [say_length(seconds) for seconds in promise.warn_before],
        "bot_counts": promise.bot_counts,
    }


def write_targets(promise: Promise) -> Doc:
    """Each target; “none” where the level would bring one, so that a new desk gets exactly these."""
    level = level_named(promise.name)
    brought = targets_of(level) if level else {}
    table: Doc = {}
    for priority in Priority:
        own, usual = promise.targets.get(priority, {}), brought.get(priority, {})
        table[priority.value] = {
            kind.value: say_length(own[kind]) if kind in own else "none"
            for kind in ClockKind
            if kind in own or kind in usual
        }
    return {name: clocks for name, clocks in table.items() if clocks}


def write_policy(promise: Promise, write_hours: Callable[[Week], Any]) -> Doc:
    """One of several."""
    table: Doc = {"name": promise.name, **write_terms(promise)}
    if promise.own:
        table["hours_zone"] = promise.own.zone
        table["holidays"] = promise.own.holidays
        table["hours"] = write_hours(promise.own.hours)
    wanted = {
        name: [str(value) for value in values]
        for name in ("kinds", "priorities", "tags", "plans")
        if (values := getattr(promise.match, name))
    }
    return table | ({"for": wanted} if wanted else {}) | {"targets": write_targets(promise)}


# --- reading ------------------------------------------------------------------------------------------------------


def read_promises(
    table: Table, client: Client, there: Service | None, draft: Draft, zone: str, hours: ReadHours, where: ReadZone
) -> tuple[Promise, ...]:
    """The client's policies as the file says, or as they are where it says nothing of them."""
    said = [name for name in SINGLE if name in table]
    if POLICIES not in table:
        table.any(POLICIES)
        if there is None or there.single:
            return (_read_single(table, there.promises[0] if there else None),)
        for name in SINGLE:
            table.any(name)
            if name in said:
                names = " and ".join(f"“{promise.name}”" for promise in there.promises)
                mend = f"{client.name} is promised {names}: write it there, in [[{table.at(POLICIES)}]]."
                table.wrong(f"{mend} `steward export` shows how they stand.", name)
        return there.promises
    for name in SINGLE:
        table.any(name)
        if name in said:
            table.wrong(f"Write it in each [[{table.at(POLICIES)}]], or take these away.", name)
    return _read_several(table, client, there, draft, zone, hours, where)


def _read_single(table: Table, there: Promise | None) -> Promise:
    base = there or Promise()
    name = table.text("level", base.name)
    level = level_named(name)
    targets = base.targets
    if level is not None:
        name = LEVELS[level]
    if level is not None and (there is None or ("targets" not in table and base.name != name)):
        targets = targets_of(level)
    elif there is None and "level" in table:
        targets = {}
    return _read_terms(table, replace(base, name=name, targets=read_targets(table.table("targets"), targets)))


def _read_terms(table: Table, base: Promise) -> Promise:
    read = replace(
        base,
        warn_before=_read_before(table, base.warn_before),
        bot_counts=table.flag("bot_counts", base.bot_counts),
        warn_percents=table.numbers("warn_percents", base.warn_percents),
        pause_statuses=_read_pauses(table, base.pause_statuses),
        pause_reply_clocks=table.flag("pause_reply_clocks", base.pause_reply_clocks),
    )
    try:
        Terms(read.name, 1, Priority.P3, "", {}, read.warn_percents).check()
    except PolicyError as error:
        table.wrong(str(error), "warn_percents")
        return replace(read, warn_percents=base.warn_percents)
    return read


def _read_pauses(table: Table, default: tuple[str, ...]) -> tuple[str, ...]:
    """Statuses in which no time counts; those that stand already may be of another release."""
    said = table.texts("pause_statuses", default)
    try:
        return tuple(status if status in default else read_pause(status) for status in said)
    except PolicyError as error:
        table.wrong(str(error), "pause_statuses")
        return default


def _read_before(table: Table, default: tuple[int, ...]) -> tuple[int, ...]:
    """Warnings by what is left of the target."""
    found: list[int] = []
    for said in table.texts("warn_before", [say_length(seconds) for seconds in default]):
        try:
            seconds = read_length(said)
        except PolicyError as error:
            table.wrong(str(error), "warn_before")
        else:
            found += [seconds] if seconds else []
    return tuple(found)


def _read_several(
    table: Table, client: Client, there: Service | None, draft: Draft, zone: str, hours: ReadHours, where: ReadZone
) -> tuple[Promise, ...]:
    found: list[Promise] = []
    names: dict[str, str] = {}
    entries = table.entries(POLICIES)
    if not entries:
        table.wrong("Write at least one policy, or leave the list out: then they stay as they are.", POLICIES)
    if len(entries) > MOST:
        table.wrong(f"There can be {MOST} policies; these are {len(entries)}. Join some.", POLICIES)
    known = _Known(client, there, draft)
    for entry in entries:
        name = " ".join(words.clean(entry.text("name")).split())
        level = level_named(name)
        name = LEVELS[level] if level else name
        if words.is_blank(name) or len(name) > NAME_LIMIT:
            entry.wrong(f"Give the policy a name of 1 to {NAME_LIMIT} characters.", "name")
        if other := names.get(name.casefold()):
            entry.wrong(f"There are two policies called “{other}”; give one of them another name.", "name")
        names[name.casefold()] = name
        base = Promise(name, targets_of(level) if level else {})
        promise = _read_terms(entry, replace(base, targets=read_targets(entry.table("targets"), base.targets)))
        if not any(promise.targets.values()):
            entry.wrong('It promises nothing. Write a target, such as targets.P1.first_response = "30m".', "targets")
        own = None
        if "hours" in entry:
            zone_of_it = where(entry, "hours_zone", zone)
            own = OwnHours(zone_of_it, hours(entry, ((),) * 7), entry.flag("holidays", True))
        else:
            for field in ("hours", "hours_zone", "holidays"):
                entry.any(field)
                if field in entry:
                    entry.wrong("It belongs to hours of its own; add hours, or leave it out.", field)
        match = _read_match(entry.table("for"), known)
        entry.done()
        found.append(replace(promise, own=own, match=match))
    _check(table, entries, found)
    return tuple(found) or (Promise(),)


def _check(table: Table, entries: list[Table], found: list[Promise]) -> None:
    """Whether they can be in force together; where one cannot, it is named."""
    if len({promise.name.casefold() for promise in found}) < len(found):
        return  # named already
    policies: list[Policy] = []
    for place, (entry, promise) in enumerate(zip(entries, found, strict=True)):
        try:
            policies.append(Policy(promise.name, "", "", promise.targets, match=promise.match, position=place))
            check(policies)
        except NeverMatches as error:
            policies.pop()
            entry.wrong(str(error), "for")
        except PolicyError as error:
            return entry.wrong(str(error))
    return None


class _Known:
    """What a policy may be for: what the desk and the file know, and what is promised already."""

    def __init__(self, client: Client, there: Service | None, draft: Draft) -> None:
        directory = draft.world.directory
        matches = [promise.match for promise in there.promises] if there else []
        filed = {name: _tables(draft.doc.get(name)) for name in ("kinds", "clients")}
        kinds = {kind.key: kind for kind in BUILT_IN} | directory.kinds
        self.kinds = {key for key, kind in kinds.items() if kind.client in ("", client.key)}
        self.kinds |= {key for key, kind in filed["kinds"].items() if kind.get("client", "") in ("", client.key)}
        self.kinds |= {kind for match in matches for kind in match.kinds}
        self.labels = {kind.label.casefold(): key for key, kind in kinds.items() if key in self.kinds}
        plans = {c.settings.plan for c in (*directory.clients.values(), *draft.clients.values())}
        plans |= {str(_tables({"": c.get("settings")}).get("", {}).get("plan", "")) for c in filed["clients"].values()}
        self.plans = (plans | {plan for match in matches for plan in match.plans}) - {""}


def _tables(value: Any) -> dict[str, dict[str, Any]]:
    """The tables of a table that was not checked yet."""
    if not isinstance(value, dict):
        return {}
    return {str(key): each for key, each in cast(dict[Any, Any], value).items() if isinstance(each, dict)}


def _read_match(table: Table, known: _Known) -> Match:
    kinds = [known.labels.get(said.strip().casefold(), said.strip()) for said in table.texts("kinds")]
    for kind in kinds:
        if kind not in known.kinds:
            table.wrong(f"“{kind[:40]}” is no kind of request. Known here: {', '.join(sorted(known.kinds))}.", "kinds")
    priorities: list[Priority] = []
    for said in table.texts("priorities"):
        if said.strip().upper() in list(Priority):
            priorities.append(Priority(said.strip().upper()))
        else:
            table.wrong(f"“{said[:20]}” is no priority. Use {', '.join(Priority)}.", "priorities")
    tags: list[str] = []
    for said in table.texts("tags"):
        try:
            tags.append(read_tag(said))
        except TagError as error:
            table.wrong(str(error), "tags")
    plans = [said.strip() for said in table.texts("plans")]
    for plan in plans:
        if plan not in known.plans:
            has = f"Known plans: {', '.join(sorted(known.plans))}." if known.plans else "No client has a plan."
            mend = "Give a client that plan first, by settings.plan in its table."
            table.wrong(f"“{plan[:40]}” is no client's plan. {has} {mend}", "plans")
    table.done()
    try:
        return Match(*(tuple(dict.fromkeys(each)) for each in (kinds, priorities, tags, plans)))  # pyright: ignore[reportArgumentType]
    except PolicyError as error:
        table.wrong(str(error))
        return Match()


def read_targets(table: Table, default: Targets) -> Targets:
    """Targets by priority and clock, each over the default."""
    targets = {priority: dict(clocks) for priority, clocks in default.items()}
    for priority in Priority:
        inner = table.table(priority.value)
        for kind in ClockKind:
            if kind.value in inner:
                try:
                    seconds = read_length(inner.text(kind.value))
                except (CalendarError, PolicyError) as error:
                    inner.wrong(str(error), kind.value)
                    continue
                clocks = targets.setdefault(priority, {})
                if seconds is None:
                    clocks.pop(kind, None)
                else:
                    clocks[kind] = seconds
            else:
                inner.any(kind.value)
        inner.done()
    table.done()
    return targets
