"""Acting on many requests: a preview first, then each through its own verb, once, and one summary for the team."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Annotated, Any, cast

from bot.commands import REGISTRY, Kind, Spec, Who, command
from bot.desk.context import Context, Refusal, may_see
from bot.desk.conversations import TRIAGE, client_side, direct
from bot.desk.verbs.common import somebody
from bot.desk.verbs.looking import read
from bot.domain import text as clean_words
from bot.domain.people import Directory, Role
from bot.domain.policy import Priority
from bot.domain.refusal import Declined
from bot.domain.request import Request, replay
from bot.messages import bulk as say
from bot.messages.bulk import BulkAct
from bot.messages.model import Answer, Said
from bot.ports import AlreadyHandled, Change, Conflict, Draft, InboxId, Op, RequestQuery, Store, Urgency

LIMIT = 500
"""Requests that one act may touch."""
EACH = 50
"""Requests after which whoever set it going reads how far it is."""
_PLATFORM = "bulk"
"""Previews, and what was done of them, are remembered like events: each happens once."""
_TRIES = 5


@dataclass(frozen=True)
class Plan:
    """What was previewed: by whom, what, and which requests at which of their entries."""

    by: str
    act: str
    to: str
    level: str
    reason: str
    words: str
    requests: tuple[tuple[int, int], ...] = ()

    @property
    def args(self) -> dict[str, str]:
        """The arguments of the act's own verb."""
        match BulkAct(self.act):
            case BulkAct.ASSIGN:
                return {"to": self.to}
            case BulkAct.PRIORITY:
                return {"to": self.level, "reason": self.reason}
            case BulkAct.CLOSE | BulkAct.NOTE:
                return {"text": self.reason}

    def doing(self, directory: Directory) -> str:
        """What is done, in words."""
        name = "the team" if self.to == "team" else directory.name_of(self.to)
        return say.deed(BulkAct(self.act), name, self.level)


class _Through:
    """The store as one request's act sees it: that request as it was checked, and a commit that is kept.

    To rehearse, nothing is written. To act, the team's own messages stay out, since they read one summary.
    """

    def __init__(self, store: Store, request: Request, directory: Directory, *, write: bool) -> None:
        self._store, self._request, self._directory, self._write = store, request, directory, write
        self.changes: list[Change] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def request(self, number: int) -> Request | None:
        return self._request if number == self._request.number else await self._store.request(number)

    async def commit(self, change: Change) -> None:
        self.changes.append(change)
        if self._write:
            outbox = tuple(draft for draft in change.outbox if not self._for_the_team(draft))
            await self._store.commit(replace(change, outbox=outbox))

    def _for_the_team(self, draft: Draft) -> bool:
        """A message of its own to the team's channels or people; cards and threads are edited in their places."""
        anew = draft.again and draft.urgency is Urgency.ANSWER  # “it is yours”; an alarm that rings meanwhile is told
        if not (draft.op is Op.POST or anew) or draft.conversation.startswith(("request:", "client:")):
            return False
        person = self._directory.person(draft.conversation.removeprefix("dm:"))
        return person is None or person.role is not Role.CLIENT


@command(who=Who.LEAD, label="Act on many", example="bulk status:waiting-client older:30d do:close set aside")
async def bulk(
    context: Context,
    words: Annotated[str, Spec("Which, as find takes them; then do:close and why", Kind.TEXT, "search")] = "",
    do: Annotated[BulkAct | None, Spec("What to do")] = None,
    to: Annotated[str, Spec("Who takes them; “team” puts them back", Kind.PERSON, "staff")] = "",
    level: Annotated[Priority | None, Spec("Which priority")] = None,
    reason: Annotated[str, Spec("Why, or the note")] = "",
    plan: Annotated[str, Spec("The preview to carry out")] = "",
) -> Answer:
    """Assign, prioritise, close or note many requests at once, after a preview."""
    if plan:
        return await _carry_out(context, plan)
    words, typed = _split(clean_words.clean(words))
    given = {"do": str(do or ""), "to": to.strip(), "level": str(level or ""), "reason": clean_words.clean(reason)}
    given = {name: value or typed.get(name, "") for name, value in given.items()} | {"words": words}
    query = RequestQuery(viewer=context.actor, search=read(context, words), limit=LIMIT)
    found = await context.desk.store.page(query)
    if not found.total:
        if not given["do"] and (meant := _without_do(words)):
            raise Refusal(say.no_do(*meant, context.desk.rules.command))
        raise Refusal(say.nothing(words))
    if found.total > LIMIT:
        raise Refusal(say.too_many(found.total, LIMIT))
    staff = context.directory.staff()
    if not given["do"]:
        return Answer(form=say.form(found.total, given, staff))
    act = BulkAct(given["do"])
    needed, words_for_it = say.NEEDS[act]
    if not given[needed]:
        return Answer(form=say.form(found.total, given, staff, {needed: words_for_it}))
    if act is BulkAct.PRIORITY and not given["reason"]:
        return Answer(form=say.form(found.total, given, staff, {"reason": say.NEEDS[BulkAct.CLOSE][1]}))
    if act is BulkAct.ASSIGN:
        team = given["to"].lstrip("@").casefold() == "team"
        given["to"] = "team" if team else somebody(given["to"], staff).id
    wanted = Plan(context.actor.id, act.value, given["to"], given["level"], given["reason"], words)
    return await _preview(context, wanted, found.requests)


def _split(words: str) -> tuple[str, dict[str, str]]:
    """The search, and what stands after `do:` as the act takes it."""
    search, found, rest = f" {words}".partition(" do:")
    if not found:
        return words, {}
    name, _, rest = rest.strip().partition(" ")
    act = next((act for act in BulkAct if act == name.lower()), None)
    if act is None:
        raise Refusal(say.no_act(name))
    given = {"do": act.value}
    first, _, after = rest.strip().partition(" ")
    if act is BulkAct.ASSIGN:
        given |= {"to": first, "reason": after}
    elif act is BulkAct.PRIORITY and first.upper() in list(Priority):
        given |= {"level": first.upper(), "reason": after}
    else:
        given["reason"] = rest
    return search.strip(), {name: value.strip() for name, value in given.items()}


def _without_do(words: str) -> tuple[str, str] | None:
    """The search and the act in words like `owner:none assign @priya`, which found nothing."""
    each = words.split(" ")
    at = next((i for i, word in enumerate(each) if i and word.lower() in list(BulkAct)), None)
    return (" ".join(each[:at]), " ".join(each[at:])) if at else None


async def _preview(context: Context, plan: Plan, found: tuple[Request, ...]) -> Answer:
    """Rehearse each with its own verb, and remember those that can be done."""
    able: list[Request] = []
    told: Counter[str] = Counter()
    refused: list[tuple[str, str]] = []
    for request in found:
        try:
            changes = await _act(context, plan, request, InboxId(_PLATFORM, ""), write=False)
        except Declined as no:
            refused.append((request.ref, str(no)))
            continue
        able.append(request)
        told[request.requester] += any(_tells(request, draft) for change in changes for draft in change.outbox)
    told = +told  # without those who hear nothing
    plan = replace(plan, requests=tuple((r.number, r.version) for r in able))
    body = json.dumps(asdict(plan), ensure_ascii=False)
    token = sha256(f"{context.at.isoformat()} {body}".encode()).hexdigest()[:20]
    with suppress(AlreadyHandled):  # the very same preview a moment ago
        await context.desk.store.commit(Change(inbox=InboxId(_PLATFORM, token), result=body, at=context.at))
    doing = plan.doing(context.directory)
    act = BulkAct(plan.act)
    return Answer(
        say.preview(act, doing, plan.reason, able, told, refused, token, plan.words, context.directory, context.at)
    )


def _tells(request: Request, draft: Draft) -> bool:
    """Whether it is a message to the client's side; the receipt that is edited there tells nothing new."""
    receipt = (draft.slot or "").startswith(f"{request.ref}:receipt")
    return draft.op in (Op.POST, Op.PUT) and draft.conversation == client_side(request) and not receipt


async def _carry_out(context: Context, token: str) -> Answer:
    """Do what was previewed, request by request; what changed since is left alone, what was done is not done again."""
    store = context.desk.store
    body = await store.handled(InboxId(_PLATFORM, clean_words.clean(token)))
    if not body or not body.startswith("{"):
        raise Refusal(say.forgotten())
    raw: dict[str, Any] = json.loads(body)
    requests = tuple((number, version) for number, version in raw.pop("requests"))
    plan = Plan(**raw, requests=requests)
    if plan.by != context.actor.id:
        raise Refusal(say.forgotten())
    doing = plan.doing(context.directory)
    done: list[str] = []
    changed: list[str] = []
    refused: list[tuple[str, str]] = []
    for index, (number, version) in enumerate(plan.requests, 1):
        request = await store.request(number)
        if request is None:
            continue
        try:
            into = done if await _once(context, plan, request, version, f"{token}:{number}") else changed
            into.append(request.ref)
        except Declined as no:
            refused.append((request.ref, str(no)))
        if index % EACH == 0 and index < len(plan.requests):
            told = say.progress(doing, index, len(plan.requests))
            await store.commit(Change(outbox=(_progress(context, token, index, told),)))
    answer = say.done(doing, len(done), changed, refused)
    outbox = [_progress(context, token, len(plan.requests), answer)] if len(plan.requests) > EACH else []
    if done:
        told = say.summary(context.actor, doing, plan.reason, done)
        outbox.append(Draft(f"bulk:{token}:team", Op.POST, TRIAGE, told, urgency=Urgency.COPY))
        if plan.act == BulkAct.ASSIGN and plan.to not in ("team", context.actor.id):
            outbox.append(Draft(f"bulk:{token}:{plan.to}", Op.POST, direct(plan.to), told))
    return await context.commit(Change(outbox=tuple(outbox)), Answer(answer))


async def _once(context: Context, plan: Plan, request: Request, version: int, event: str) -> bool:
    """Do it, unless this very act did it before; False where somebody changed the request since the preview."""
    store, id = context.desk.store, InboxId(_PLATFORM, event)
    for _ in range(_TRIES):
        if await store.handled(id) is not None:
            return True
        if not may_see(context.actor, request) or not await _as_planned(context, request, version):
            return False
        try:
            await _act(context, plan, request, id, write=True)
        except AlreadyHandled:
            return True
        except Conflict:
            request = await store.request(request.number) or request
        else:
            return True
    raise Refusal(say.BUSY)


async def _as_planned(context: Context, request: Request, version: int) -> bool:
    """Whether it stands as it was previewed. What the desk itself wrote meanwhile, as a warning, is nobody's change."""
    if request.version == version:
        return True
    entries = await context.desk.store.history(request.number)
    then = replay(entries[:version], context.directory.calendars)
    same = (then.status, then.owner, then.priority) == (request.status, request.owner, request.priority)
    return same and all(entry.role is Role.DESK for entry in entries[version:])


async def _act(context: Context, plan: Plan, request: Request, event: InboxId, *, write: bool) -> list[Change]:
    """One request's part, by the verb that people use for one."""
    verb = REGISTRY.find(plan.act)
    if verb is None or not verb.who.allows(context.actor):
        raise Refusal(say.no_act(plan.act))
    store = _Through(context.desk.store, request, context.directory, write=write)
    desk = replace(context.desk, store=cast(Store, store))
    alone = replace(context, desk=desk, place=None, conversation=None, event=event, message=None)
    args: Mapping[str, str] = plan.args
    await verb.run(alone, request=str(request.number), **args)
    return store.changes


def _progress(context: Context, token: str, count: int, body: Said) -> Draft:
    """A message to whoever set it going, edited in place."""
    mine = direct(context.actor.id)
    return Draft(f"bulk:{token}:progress:{count}", Op.PUT, mine, body, slot=f"bulk:{token}", urgency=Urgency.COPY)
