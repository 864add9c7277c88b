"""The language of searches: `client:acme status:waiting older:3d p1 mine "disk full" -printer`, read into a value.

Words are looked for everywhere, filters narrow. What does not fit is named with its mend, never guessed at.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.events import Status
from bot.domain.indexing import tokens
from bot.domain.labels import TagError, read_tag
from bot.domain.names import read_ref
from bot.domain.people import Directory, Person
from bot.domain.policy import Priority
from bot.domain.refusal import Declined
from bot.domain.text import clean

LENGTH = 500
"""Characters a search may have."""
WORDS = 30
"""Words it may have."""

OPEN = tuple(status for status in Status if status.is_open)
LIVE = (*OPEN, Status.RESOLVED)
NOBODY = ""
"""The owner of what nobody has."""


class SearchError(Declined, ValueError):
    """A search that cannot be read; the message says what would fit."""


class Sort(StrEnum):
    """In which order requests are listed."""

    NEW = "new"
    OLD = "old"
    DUE = "due"
    """The next deadline first; what has none last."""
    UPDATED = "updated"
    YOURS = "yours"
    """What waits for the client's answer first, then by the next deadline."""


@dataclass(frozen=True)
class Term:
    """Words that must stand together in this order; with `start` the last one may go on."""

    words: tuple[str, ...]
    start: bool = False


@dataclass(frozen=True)
class Among:
    """Values of which one must be, and of which none may be; empty asks nothing."""

    any: tuple[str, ...] = ()
    none: tuple[str, ...] = ()


@dataclass(frozen=True)
class Search:
    """What is looked for; the default is everything, the newest first. Instants are UTC."""

    terms: tuple[Term, ...] = ()
    without: tuple[Term, ...] = ()
    number: int | None = None
    """The request that the words name; it comes first."""
    statuses: tuple[Status, ...] = tuple(Status)
    priorities: tuple[Priority, ...] = tuple(Priority)
    clients: Among = Among()
    owners: Among = Among()
    requesters: Among = Among()
    kinds: Among = Among()
    tags: Among = Among()
    late: bool | None = None
    private: bool | None = None
    opened_before: datetime | None = None
    opened_after: datetime | None = None
    spoken_before: datetime | None = None
    spoken_after: datetime | None = None
    due_before: datetime | None = None
    sort: Sort = Sort.NEW
    open_only: bool = False
    """Whether only open ones are meant because neither words nor a status were given."""


EVERYTHING = Search()


@dataclass(frozen=True)
class Filter:
    """One filter, as help and completion show it."""

    example: str
    help: str
    staff: bool = False


FILTERS = {
    "client": Filter("client:acme", "of this client", staff=True),
    "status": Filter("status:waiting", "where it stands; status:all is every one"),
    "priority": Filter("priority:p1", "of this priority; p1 alone does too", staff=True),
    "owner": Filter("owner:@sam", "whose it is; owner:none is nobody's"),
    "requester": Filter("requester:@dana", "who asked"),
    "kind": Filter("kind:question", "what kind it is"),
    "tag": Filter("tag:vip", "what the team has tagged so", staff=True),
    "older": Filter("older:3d", "opened longer ago than that"),
    "newer": Filter("newer:2w", "opened since then"),
    "quiet": Filter("quiet:5d", "without a public word for that long"),
    "due": Filter("due:today", "the next deadline is by then, or past"),
    "sort": Filter("sort:due", "the order: new, old, due or updated"),
}
"""Filters that take a value after their colon."""

FLAGS = {
    "mine": Filter("mine", "yours: that you have, or, for a client, that you asked for"),
    "unowned": Filter("unowned", "nobody has it"),
    "late": Filter("late", "past a deadline that still counts"),
    "private": Filter("private", "seen by few"),
    **{p.lower(): Filter(p.lower(), f"of priority {p}", staff=True) for p in Priority},
}
"""Filters that stand alone; in quotes they are words."""

_STATUSES: dict[str, tuple[Status, ...]] = {
    "open": OPEN,
    "new": (Status.NEW,),
    "active": (Status.ACTIVE,),
    "waiting": (Status.WAITING_CLIENT, Status.WAITING_OTHER),
    "waiting-client": (Status.WAITING_CLIENT,),
    "waiting-other": (Status.WAITING_OTHER,),
    "set-aside": (Status.SET_ASIDE,),
    "resolved": (Status.RESOLVED,),
    "closed": (Status.CLOSED,),
    "cancelled": (Status.CANCELLED,),
    "all": tuple(Status),
}
STATUSES = tuple(_STATUSES)
SORTS = (Sort.NEW, Sort.OLD, Sort.DUE, Sort.UPDATED)
KINDS = ("problem", "question", "change")
"""Kinds that the form offers; others can be searched for as well."""

_SMART = str.maketrans("“”„«»", '"' * 5)
_NOT = "-−–—"
_NAME = re.compile(r"[^\W\d_][\w-]*[^\W_]")
"""What could be the name of a filter; neither a drive's letter nor a time of day."""
_PART = re.compile(rf'[{_NOT}]?(?:[^\s":]+:)?"[^"]*"?|\S+')
_SPAN = re.compile(r"(\d{1,5}) ?(m|min|h|d|w)", re.ASCII)
_UNIT = {"m": 60, "min": 60, "h": 3600, "d": 86_400, "w": 604_800}


@dataclass
class _Draft:
    """A search while it is read."""

    terms: list[Term] = field(default_factory=list[Term])
    without: list[Term] = field(default_factory=list[Term])
    number: int | None = None
    given: dict[str, tuple[list[str], list[str]]] = field(default_factory=dict[str, tuple[list[str], list[str]]])
    """Of each filter with values: those wanted, those not."""
    truths: dict[str, bool] = field(default_factory=dict[str, bool])
    instants: dict[str, datetime] = field(default_factory=dict[str, datetime])
    sort: Sort = Sort.NEW
    mute: bool = False
    """Whether something was typed that has no letters."""

    def add(self, name: str, values: Iterable[str], *, negated: bool) -> None:
        """Values of a filter, wanted or not."""
        self.given.setdefault(name, ([], []))[negated].extend(values)

    def among(self, name: str) -> Among:
        """What was said of that filter."""
        wanted, unwanted = self.given.get(name, ([], []))
        return Among(tuple(dict.fromkeys(wanted)), tuple(dict.fromkeys(unwanted)))


def parse(text: str, *, actor: Person, directory: Directory, at: datetime) -> Search:
    """What somebody typed, as they mean it: `mine` is theirs, `today` their day. Raises SearchError.

    Words search requests in every status, and the open ones alone are listed where there are none.
    """
    text = clean(text).translate(_SMART)
    if len(text) > LENGTH:
        raise SearchError(f"That is {len(text):,} characters to look for; use at most {LENGTH}.")
    return _Reader(actor, directory, at).read(text)


@dataclass
class _Reader:
    actor: Person
    directory: Directory
    at: datetime
    draft: _Draft = field(default_factory=_Draft)

    def read(self, text: str) -> Search:
        parts = _PART.findall(text)
        for index, part in enumerate(parts):
            self._part(part, last=index == len(parts) - 1)
        draft = self.draft
        if sum(len(t.words) for t in (*draft.terms, *draft.without)) > WORDS:
            raise SearchError(f"That is too many words at once; use at most {WORDS}.")
        status = draft.among("status")
        anything = bool(draft.terms or draft.without or draft.number or draft.given or draft.truths or draft.instants)
        if draft.mute and not anything:
            raise SearchError(f"“{text[:40]}” has no letters or digits to look for. Try a word of the title.")
        spoken = bool(draft.terms or draft.without)
        base = status.any or (tuple(Status) if spoken or status.none else OPEN)
        priorities = draft.among("priority")
        return Search(
            terms=tuple(draft.terms),
            without=tuple(draft.without),
            number=draft.number,
            statuses=tuple(s for s in Status if s in base and s not in status.none),
            priorities=tuple(
                p for p in Priority if (not priorities.any or p in priorities.any) and p not in priorities.none
            ),
            clients=draft.among("client"),
            owners=draft.among("owner"),
            requesters=draft.among("requester"),
            kinds=draft.among("kind"),
            tags=draft.among("tag"),
            late=draft.truths.get("late"),
            private=draft.truths.get("private"),
            **draft.instants,
            sort=draft.sort,
            open_only=not (spoken or status.any or status.none),
        )

    def _part(self, part: str, *, last: bool) -> None:
        negated = len(part) > 1 and part[0] in _NOT
        body = part[1:] if negated else part
        name, colon, value = body.partition(":")
        name = name.lower()
        quoted = '"' in body
        if colon and (name in FILTERS or self._unknown(name, value, negated=negated)):
            self._filter(name, value.replace('"', "").strip(), negated=negated, quoted=quoted)
        elif body.lower() in FLAGS and (self.actor.is_staff or not FLAGS[body.lower()].staff):
            self._flag(body.lower(), negated=negated)
        else:
            self._words(body, negated=negated, start=last and not quoted)

    def _unknown(self, name: str, value: str, *, negated: bool) -> bool:
        """Words with a colon are a filter that was misspelt, unless they are quoted, an address, a time or a label."""
        label = not value and not negated  # “Re: printer”
        if label or '"' in value or not _NAME.fullmatch(name) or value.startswith(("/", "\\", ":")):
            return False
        known = [f for f in FILTERS if self.actor.is_staff or not FILTERS[f].staff]
        near = difflib.get_close_matches(name, known, n=2, cutoff=0.6)
        name, value = name[:40], value[:40]
        hint = f"Did you mean {' or '.join(f'{f}:{value}' for f in near)}?" if near else f"Known ones: {self._known()}."
        quoted = f'To look for the words, put them in quotes: "{name}:{value}".'
        raise SearchError(f"There is no filter “{name}:”. {hint} {quoted}")

    def _words(self, body: str, *, negated: bool, start: bool) -> None:
        words = tuple(tokens(body))
        named = read_ref(body)
        if not words:
            self.draft.mute = True
        elif negated:
            self.draft.without.append(Term(words))
        else:
            # A number is taken as it is: 4 is not the beginning of 42.
            self.draft.terms.append(Term(words, start and not words[-1].isdecimal()))
            self.draft.number = named.number if named else self.draft.number

    def _flag(self, name: str, *, negated: bool) -> None:
        draft = self.draft
        match name:
            case "mine":
                draft.add("owner" if self.actor.is_staff else "requester", (self.actor.id,), negated=negated)
            case "unowned":
                draft.add("owner", (NOBODY,), negated=negated)
            case "late" | "private":
                draft.truths[name] = not negated
            case _:
                draft.add("priority", (Priority(name.upper()),), negated=negated)

    def _filter(self, name: str, value: str, *, negated: bool, quoted: bool) -> None:
        if FILTERS[name].staff and not self.actor.is_staff:
            raise SearchError(f"“{name}:” is a filter of our team's; you can use {self._known()}.")
        if not value:
            raise SearchError(f"“{name}:” needs its value right after the colon, such as {FILTERS[name].example}.")
        values = [value] if quoted else [v for v in value.split(",") if v]
        read: Callable[[str], Iterable[str]]
        match name:
            case "older" | "newer" | "quiet" | "due" | "sort":
                self._single(name, value, negated=negated)
                return
            case "status":
                read = self._status
            case "priority":
                read = self._priority
            case "client":
                read = self._client
            case "kind":
                read = self._kind
            case "tag":
                read = self._tag
            case _:
                read = self._owner if name == "owner" else self._requester
        self.draft.add(name, [found for v in values for found in read(v)], negated=negated)

    def _single(self, name: str, value: str, *, negated: bool) -> None:
        draft = self.draft
        if name == "sort":
            draft.sort = self._sort(value, negated=negated)
        elif name == "due":
            draft.instants["due_before"] = self._due(value, negated=negated)
        elif name == "quiet":
            draft.instants["spoken_after" if negated else "spoken_before"] = self._ago(name, value)
        else:
            before = (name == "older") is not negated
            draft.instants["opened_before" if before else "opened_after"] = self._ago(name, value)

    def _known(self) -> str:
        staff = self.actor.is_staff
        return ", ".join(f"{name}:" for name, f in FILTERS.items() if staff or not f.staff)

    # --- values ---------------------------------------------------------------------------------------

    def _status(self, value: str) -> tuple[Status, ...]:
        found = _STATUSES.get(value.lower().replace("_", "-"))
        if found is None:
            raise SearchError(f"There is no status “{value[:40]}”. Known ones: {', '.join(STATUSES)}.")
        return found

    def _priority(self, value: str) -> tuple[Priority]:
        found = next((p for p in Priority if p.lower() == value.lower()), None)
        if found is None:
            raise SearchError(f"There is no priority “{value[:40]}”. Known ones: {', '.join(Priority)}.")
        return (found,)

    def _kind(self, value: str) -> tuple[str]:
        return (" ".join(tokens(value)),)

    def _tag(self, value: str) -> tuple[str]:
        try:
            return (read_tag(value),)
        except TagError as error:
            raise SearchError(str(error)) from error

    def _client(self, value: str) -> tuple[str]:
        clients = self.directory.clients
        named = {c.key.casefold(): c.key for c in clients.values()} | {
            c.name.casefold(): c.key for c in clients.values()
        }
        wanted = value.casefold()
        starts = {key for name, key in named.items() if name.startswith(wanted)}
        if wanted in named:
            return (named[wanted],)
        if len(starts) == 1:
            return (starts.pop(),)
        near = difflib.get_close_matches(wanted, named, n=1)
        known = sorted(starts or clients)
        hint = f"Did you mean client:{named[near[0]]}?" if near else f"Known ones: {', '.join(known[:8])}."
        raise SearchError(f"I know no client “{value[:40]}”. {hint}" if known else "There are no clients yet.")

    def _owner(self, value: str) -> tuple[str]:
        if value.casefold() in ("none", "nobody"):
            return (NOBODY,)
        return self._person("owner", value, [p for p in self.directory.people.values() if p.role.is_staff])

    def _requester(self, value: str) -> tuple[str]:
        people = [p for p in self.directory.people.values() if self.actor.is_staff or p.client == self.actor.client]
        return self._person("requester", value, people)

    def _person(self, name: str, value: str, among: list[Person]) -> tuple[str]:
        wanted = value.lstrip("@").casefold()
        if wanted == "me":
            return (self.actor.id,)
        exact = [p for p in among if wanted in (p.id.casefold(), p.name.casefold())]
        found = exact or [p for p in among if wanted and p.name.casefold().startswith(wanted)]
        if len(found) == 1:
            return (found[0].id,)
        if found:
            several = ", ".join(f"{name}:@{p.id}" for p in found[:4])
            raise SearchError(f"“{value[:40]}” could be several people: {several}.")
        near = difflib.get_close_matches(wanted, [p.id for p in among], n=1)
        hint = f"Did you mean {name}:@{near[0]}?" if near else f"Write it like {FILTERS[name].example}."
        raise SearchError(f"I know nobody called “{value[:40]}” who could be the {name}. {hint}")

    def _sort(self, value: str, *, negated: bool) -> Sort:
        found = next((s for s in SORTS if s == value.lower()), None)
        if found is None or negated:
            raise SearchError(f"I cannot sort by “{value[:40]}”. It goes sort:{', sort:'.join(SORTS)}.")
        return found

    def _span(self, name: str, value: str) -> timedelta:
        match = _SPAN.fullmatch(value.lower())
        if match is None:
            raise SearchError(
                f"“{name}:{value[:40]}” needs a length of time, such as {name}:4h, {name}:3d or {name}:2w."
            )
        length = timedelta(seconds=int(match[1]) * _UNIT[match[2]])
        if length > timedelta(days=36_500):
            raise SearchError(f"“{name}:{value}” reaches further than a hundred years; choose a shorter time.")
        return length

    def _ago(self, name: str, value: str) -> datetime:
        return self.at - self._span(name, value)

    def _due(self, value: str, *, negated: bool) -> datetime:
        if negated:
            raise SearchError("“due:” cannot be turned round; sort:due shows the nearest deadline first.")
        zone = ZoneInfo(self.actor.zone)
        days = {"today": 1, "tomorrow": 2}.get(value.lower())
        if days is None:
            return self.at + self._span("due", value)
        midnight = datetime.combine(self.at.astimezone(zone).date() + timedelta(days=days), time(), zone)
        return midnight.astimezone(self.at.tzinfo)
