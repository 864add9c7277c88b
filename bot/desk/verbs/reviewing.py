"""Service reviews: when the next one is and what there is to talk about; recording, moving and skipping one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from functools import partial
from typing import Annotated

from bot.commands import Kind, Spec, Who, command
from bot.desk import reviews
from bot.desk.context import Context, Refusal, may_see
from bot.desk.conversations import client_channel
from bot.domain import review as domain
from bot.domain import text as words
from bot.domain.cadence import say_rule
from bot.domain.calendar import zone
from bot.domain.moments import MomentError
from bot.domain.moments import read as read_moment
from bot.domain.people import Client, Role
from bot.domain.review import Review, ReviewError
from bot.messages import refusals
from bot.messages import review as say
from bot.messages.model import Answer
from bot.ports import Change, Draft, ReviewChange

DEEDS = {"done": "done", "held": "done", "moved": "moved", "move": "moved", "skip": "skip", "skipped": "skip"}


@command(who=Who.ALL, label="Service review", example="review acme")
async def review(
    context: Context,
    text: Annotated[str, Spec("A client; done, moved or skip before it, for whoever hosts it", Kind.TEXT)] = "",
    what: Annotated[str, Spec("done, moved or skip")] = "",
    client: Annotated[str, Spec("Which client's", Kind.CLIENT)] = "",
    decided: Annotated[str, Spec("What was decided")] = "",
    actions: Annotated[str, Spec("Who does what by when, one a line")] = "",
    next: Annotated[str, Spec("When the next one is")] = "",
    when: Annotated[str, Spec("When it is instead")] = "",
    why: Annotated[str, Spec("Why it is not held")] = "",
    tell: Annotated[str, Spec("Whether the client is told: yes or no")] = "",
) -> Answer:
    """The next service review, its agenda and open actions; done, moved and skip record what became of it."""
    first, _, after = text.strip().partition(" ")
    if not what and first.lower() in DEEDS:
        what, text = DEEDS[first.lower()], after.strip()
    if not client and text:
        client, _, text = text.partition(" ")
    of = _client(context, client)
    if what not in DEEDS.values():
        return await _show(context, of)
    _must_host(context, of)
    if of is None:
        raise Refusal(refusals.which_review(sorted(context.directory.clients)))
    planned = await reviews.planned_for(context.desk.store, of.key)
    text = text.strip()
    match what:
        case "done":
            values = {"decided": decided or text, "actions": actions, "next": next, "tell": tell}
            return await _done(context, of, planned, values, sent=bool(tell))
        case "moved":
            return await _moved(context, of, planned, when or text)
        case _:
            return await _skip(context, of, planned, why or text)


def _client(context: Context, word: str) -> Client | None:
    """The client named, or this channel's; a client's people have their own alone. None for all."""
    clients, wanted = context.directory.clients, word.strip().casefold()
    kind, _, here = (context.conversation or "").partition(":")
    if not context.actor.is_staff:
        own = clients.get(context.actor.client or "")
        if own is None or (wanted and wanted not in (own.key.casefold(), own.name.casefold())):
            raise Refusal(refusals.no_such_client(word))
        return own
    if not wanted:
        return clients.get(here) if kind == "client" else next(iter(clients.values())) if len(clients) == 1 else None
    found = next((c for c in clients.values() if wanted in (c.key.casefold(), c.name.casefold())), None)
    if found is None:
        raise Refusal(refusals.no_such_client(word))
    return found


def _hosts(context: Context, client: Client | None) -> bool:
    """Whether they may record it: a manager, and whoever hosts this client's reviews."""
    host = reviews.host_of(client, context.directory) if client else None
    return context.actor.role is Role.MANAGER or (context.actor.is_staff and host == context.actor)


def _must_host(context: Context, client: Client | None) -> None:
    if not _hosts(context, client):
        raise Refusal(refusals.not_for_you("Record a review", Who.MANAGER, context.directory, context.actor))


async def _show(context: Context, client: Client | None) -> Answer:
    store, directory = context.desk.store, context.directory
    if client is None:
        planned = {r.client: r for r in await store.planned_reviews()}
        everyone = sorted(directory.clients.values(), key=lambda c: c.name)
        rows = [(c, planned.get(c.key), _rule(c)) for c in everyone]
        return Answer(say.overview(rows, context.at))
    found = await reviews.agenda(context.desk, client, context.at, partial(may_see, context.actor))
    return Answer(
        say.agenda_page(
            await reviews.planned_for(store, client.key),
            client,
            found,
            host=reviews.host_of(client, directory),
            rule=_rule(client),
            may_act=_hosts(context, client),
            command=context.desk.rules.command,
        )
    )


def _rule(client: Client) -> str:
    made = reviews.cadence_of(client)
    return f"{say_rule(made.rule)} {made.at}" if made else ""


def _moment(context: Context, client: Client, text: str) -> datetime:
    """A day and time in the client's zone; a day alone is meant at the time of its reviews. Raises MomentError."""
    day_at = time.fromisoformat(client.settings.review_at)
    found = read_moment(text, now=context.at, zone_name=client.zone, day_at=day_at)
    if found.rest:
        raise MomentError(f"I did not understand “{found.rest[:40]}” after the time.")
    return found.at


async def _done(
    context: Context, client: Client, planned: Review | None, values: dict[str, str], *, sent: bool
) -> Answer:
    if planned is None:
        raise Refusal(refusals.no_review(client.name, context.desk.rules.command, client.key))
    if not sent:
        made = reviews.cadence_of(client)
        due = made.after(max(context.at, planned.planned_at)) if made else None
        local = due.astimezone(zone(client.zone)) if due else None
        return Answer(
            form=say.done_form(
                client, values | {"next": f"{local:%Y-%m-%d %H:%M}" if local else ""} | {"tell": say.YES}
            )
        )
    try:
        next_at = _moment(context, client, values["next"]) if values["next"].strip() else None
    except MomentError as error:
        return Answer(form=say.done_form(client, values, {"next": str(error)}))
    lines = tuple(line for row in words.clean(values["actions"]).splitlines() if (line := row.strip().lstrip("•-– ")))
    try:
        held = domain.hold(
            planned,
            decided=words.clean(values["decided"]),
            actions=lines,
            next_at=next_at,
            at=context.at,
            by=context.actor.id,
        )
    except ReviewError as error:
        return Answer(form=say.done_form(client, values, {"decided": str(error)}))
    tell = say.decisions_told(held, next_at) if values["tell"] == say.YES else None
    drafts = (reviews.draft(held, "decided", client_channel(client.key), tell),) if tell else ()
    told_next = next_at if tell else None
    return await _commit(context, client, planned, held, next_at, drafts, told_next=told_next)


async def _moved(context: Context, client: Client, planned: Review | None, when: str) -> Answer:
    """Another time for the planned one; where none is planned, this plans one."""
    if not when.strip():
        return Answer(form=say.moved_form(client, {}))
    host = reviews.host_of(client, context.directory)
    try:
        at = _moment(context, client, when)
        if planned is None:
            review = await reviews.following(context.desk.store, client, at, now=context.at, by=context.actor.id)
            assert review is not None  # noqa: S101  # it was given its time
        else:
            review = domain.move(planned, at, at=context.at, by=context.actor.id)
    except (MomentError, ReviewError) as error:
        return Answer(form=say.moved_form(client, {"when": when}, {"when": str(error)}))
    drafts: tuple[Draft, ...] = ()
    if review.told_at is not None:
        body = say.date_told(review, client, host, moved=True)
        drafts = (reviews.draft(review, "date", client_channel(client.key), body),)
        review = replace(review, told_at=at)
    change = Change(
        reviews=(ReviewChange(review, planned.version if planned else 0),),
        outbox=drafts,
        timers=reviews.timers(client, review, context.directory, context.at),
    )
    return await context.commit(change, Answer(say.acted(review, client, None)))


async def _skip(context: Context, client: Client, planned: Review | None, why: str) -> Answer:
    if planned is None:
        raise Refusal(refusals.no_review(client.name, context.desk.rules.command, client.key))
    if not why.strip():
        return Answer(form=say.skip_form(client, {}))
    made = reviews.cadence_of(client)
    next_at = made.after(max(context.at, planned.planned_at)) if made else None
    skipped = domain.skip(planned, why=words.clean(why)[:500], next_at=next_at, at=context.at, by=context.actor.id)
    drafts: tuple[Draft, ...] = ()
    if planned.told_at is not None and planned.planned_at > context.at:
        body = say.called_off(planned, next_at)
        drafts = (reviews.draft(skipped, "off", client_channel(client.key), body),)
    return await _commit(context, client, planned, skipped, next_at, drafts)


async def _commit(
    context: Context,
    client: Client,
    planned: Review,
    ended: Review,
    next_at: datetime | None,
    drafts: tuple[Draft, ...],
    *,
    told_next: datetime | None = None,
) -> Answer:
    """End one review and plan the next, in one change."""
    changes = [ReviewChange(ended, planned.version)]
    after: Review | None = None
    if next_at is not None:
        after = await reviews.following(context.desk.store, client, next_at, now=context.at, by=context.actor.id)
    if after is not None:
        after = replace(after, told_at=told_next)
        changes.append(ReviewChange(after))
    waits = reviews.timers(client, after, context.directory, context.at)
    change = Change(reviews=tuple(changes), outbox=drafts, timers=waits)
    return await context.commit(change, Answer(say.acted(ended, client, next_at)))
