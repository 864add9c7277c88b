"""Erasing for good: a person's place in the directory, what is theirs alone, words wherever they were kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from bot.codec import event_to_json, message_from_json, message_to_show, review_from_json, review_to_json, work_to_json
from bot.domain.erasure import ERASED, SOMEBODY, Subject
from bot.domain.files import Attachment
from bot.domain.people import Directory, Person
from bot.domain.scrubbing import Scrubber
from bot.domain.work import Work
from bot.messages.searching import folded, words_of
from bot.ports import Conflict, Draft, Op, Urgency
from bot.ports.erasing import Erasure, Extent, Kept, Rewrite, Rewritten, Why
from storage.instants import instant, instant_or_none, micros
from storage.transactions import accounts, changes, directory, outbox, requests
from storage.transactions.once import next_value
from storage.tx import Row, Rows, Tx, Value, ask, one

PAGE = 200
"""Rows of one transaction: the desk works on between two."""
_SENT = ("sent", "dead", "suppressed")
_THREADS = ("client", "team", "private")


def begin(at: datetime, by: str, subject: Subject, person: Person, details: str) -> Tx[Erasure]:
    """The alias takes the person's place; what is theirs alone goes. A second time it takes what came meanwhile."""
    done = yield from _record(at, by, Why.PERSON, subject.alias, details)
    yield from next_value("directory")
    yield from ask(
        "put_person",
        id=subject.alias,
        name=SOMEBODY,
        role=person.role.value,
        zone=person.zone,
        client=person.client,
        active=False,
        work=work_to_json(Work()),
        home="",
    )
    yield from ask("unsign_entries", person=subject.id)
    yield from ask("drop_tokens_of", person=subject.id)
    yield from ask("rename_token_makers", person=subject.id, alias=subject.alias)
    yield from ask("blank_account_records", person=subject.id, erased=ERASED)
    yield from ask("drop_link_code_of", person=subject.id)
    yield from ask("drop_form_drafts_of", holder=subject.id)
    yield from ask("drop_former_accounts", person=subject.id)
    yield from _drop_delivered(subject.id)
    yield from accounts.depart_all_of(subject.id)
    yield from ask("drop_let_in_of", person=subject.id)
    yield from ask("drop_identities", person=subject.id)
    yield from ask("drop_person", person=subject.id)
    own = f"dm:{subject.id}"
    for row in (yield from ask("person_places", conversation=own)):
        where = {name: row[name] for name in ("platform", "workspace", "channel")}
        yield from ask("drop_sources_in", **where)
        yield from ask("drop_slots_in", **where)
        yield from ask("drop_bindings_in", **where)
    yield from ask("drop_slots_of", tail=f":{subject.id}")
    yield from ask("drop_outbox_of", conversation=own)
    yield from ask("drop_file_uses_of", conversation=own, person=subject.id)
    yield from ask("drop_files_of", person=subject.id)
    yield from ask("rename_inbox", person=subject.id, alias=subject.alias)
    yield from ask("ws_rename_reactions", person=subject.id, alias=subject.alias)
    yield from ask("ws_drop_marks", person=subject.id, channel=own)
    yield from ask("ws_drop_thread_marks", person=subject.id, channel=own)
    yield from ask("ws_drop_mentions_of", person=subject.id, channel=own)
    yield from ask("ws_drop_reactions_in", channel=own)
    yield from ask("ws_drop_messages_in", channel=own)
    yield from ask("ws_drop_channel", channel=own)
    return done


_ACTED = (("user_id",), ("user",), ("user", "id"), ("event", "user"), ("event", "message", "user"))
"""Where what a platform delivered says who acted."""


def _drop_delivered(person: str) -> Tx[None]:
    """What somebody did in a chat and nobody carried out yet is not carried out any more."""
    for account in (yield from ask("accounts_of", person=person)):
        platform, user = account["platform"], account["user_id"]
        for row in (yield from ask("deliveries_with", platform=platform, needle=f'%"{user}"%')):
            if any(_at(json.loads(row["payload"]), path) == user for path in _ACTED):
                yield from ask("drop_delivery", platform=platform, event_id=row["event_id"])


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        value = cast("dict[str, Any]", value).get(name) if isinstance(value, dict) else None
    return value


def extent(person: str) -> Tx[Extent]:
    """How much somebody raised, wrote and sent."""
    row = yield from one("extent_of_person", person=person)
    return Extent(row["requests"], row["messages"], row["files"]) if row else Extent(0, 0, 0)


def slots(ref: str) -> Tx[frozenset[str]]:
    """What is shown of a request."""
    return frozenset(row["name"] for row in (yield from ask("slots_of_request", head=f"{ref}:")))


def begin_aged(at: datetime, by: str, client: str) -> Tx[Erasure]:
    """The record of an erasure for age."""
    return (yield from _record(at, by, Why.AGE, client, ""))


def _record(at: datetime, by: str, why: Why, alias: str, subject: str) -> Tx[Erasure]:
    row = yield from one("add_erasure", at=micros(at), actor=by, why=why.value, alias=alias, subject=subject)
    return Erasure(row["id"] if row else 0, at, by, why, alias, subject)


def finish(id: int, changed: int, at: datetime) -> Tx[None]:
    """The record forgets of whom it was."""
    yield from ask("finish_erasure", id=id, changed=changed, done_at=micros(at))
    yield from ask("merge_words_index")


def records() -> Tx[tuple[Erasure, ...]]:
    """All erasures, the newest first."""
    return tuple(
        Erasure(
            row["id"],
            instant(row["at"]),
            row["actor"],
            Why(row["why"]),
            row["alias"],
            row["subject"],
            row["changed"],
            instant_or_none(row["done_at"]),
        )
        for row in (yield from ask("erasures"))
    )


def numbers(after: int) -> Tx[tuple[int, ...]]:
    """The next requests after that number."""
    return tuple(row["number"] for row in (yield from ask("request_numbers", after=after, limit=PAGE)))


def ended(client: str, before: datetime, after: int) -> Tx[tuple[int, ...]]:
    """A client's requests that ended before that instant and have their words."""
    rows = yield from ask("ended_numbers", client=client, before=micros(before), after=after, limit=PAGE)
    return tuple(row["number"] for row in rows)


def rewrite(number: int, decide: Rewrite, cached: Directory | None) -> Tx[int]:
    """One request's history, its row, its words, its timers, and what goes out because of it, all at once."""
    snapshot = yield from directory.current(cached)
    request = yield from requests.lock(number)
    if request is None:
        raise Conflict(f"request {number} is being changed")
    before = yield from requests.history(number)
    done = decide(request, before, snapshot)
    if done is None:
        return 0
    changed = 0
    for old, new in zip(before, done.entries, strict=True):
        if old != new:
            changed += 1
            body = event_to_json(new.event)
            yield from ask("reword_entry", request=number, seq=new.seq, actor=new.by, body=body)
    if done.everything:
        changed += yield from _clear(number, done)
    yield from _drop(done.files)
    yield from changes.commit(done.change, snapshot)
    return changed + 1


def _clear(number: int, done: Rewritten) -> Tx[int]:
    """What people and the desk said in the request's threads."""
    yield from ask("blank_sources_of", request=number)
    cleared = 0
    for side in _THREADS:
        conversation = f"request:{number}:{side}"
        yield from ask("blank_outbox_of", conversation=conversation)
        place = yield from one("binding", conversation=conversation)
        thread = str(place["thread"]) if place else ""
        if place and place["platform"] == "web" and thread.isdecimal():
            for row in (yield from ask("ws_in_thread", channel=place["channel"], thread=int(thread))):
                cleared += 1
                yield from _bare(row["id"])
                yield from ask("ws_blank", id=row["id"])
    return cleared


def _bare(message: int) -> Tx[None]:
    """A message of the workspace without its reactions and mentions."""
    yield from ask("ws_drop_reactions", message=message)
    yield from ask("ws_drop_mentions", message=message)


def _drop(files: Iterable[Attachment]) -> Tx[None]:
    for file in files:
        yield from ask("drop_file_use", id=file.id)
        yield from ask("drop_file", id=file.id)


# --- sweeping ----------------------------------------------------------------------------------------------------

Reworded = Mapping[str, Value]


def sweep(kept: Kept, after: int, scrubber: Scrubber) -> Tx[tuple[int | None, int]]:
    """Take it out of the next rows."""
    if kept is Kept.SETTINGS:
        return None, (yield from _settings(scrubber))
    page, write, reword = _SWEPT[kept]
    changed, last = 0, None
    for row in (yield from page(after)):
        last = int(row["id"])
        after_ = reword(row, scrubber)
        if any(row[name] != value for name, value in after_.items()):
            changed += 1
            yield from write(last, after_)
            if kept is Kept.OUTBOX:
                yield from _show_again(row, scrubber)
            if kept is Kept.WORKSPACE and after_["deleted"] and not row["deleted"]:
                yield from _bare(last)
    return last, changed


def _show_again(row: Row, scrubber: Scrubber) -> Tx[None]:
    """What the desk shows in another chat, and can change there, is shown once more without the words."""
    if (row["op"], row["state"]) != (Op.PUT.value, "sent") or not row["slot"] or not row["body"]:
        return
    body = scrubber.json(row["body"])
    if body == row["body"] or not (yield from ask("stands_in_chat", slot=row["slot"], id=row["id"])):
        return
    try:
        message = message_from_json(body)
    except ValueError:
        return  # of a later format: whoever can read it has put it there
    yield from outbox.write(
        Draft(
            f"{row['slot']}:erased:{row['id']}",
            Op.PUT,
            row["conversation"],
            message,
            slot=row["slot"],
            urgency=Urgency.CARD,
            amends=True,
        )
    )


def _settings(scrubber: Scrubber) -> Tx[int]:
    """The few rows that are read whole: who is called for a client, saved replies, kinds, remembered answers, and what
    waits to be carried out."""
    changed = 0
    for row in (yield from ask("all_clients")):
        settings = scrubber.json(row["settings"])
        if settings != row["settings"]:
            changed += 1
            yield from ask("put_client", key=row["key"], name=row["name"], zone=row["zone"], settings=settings)
    for row in (yield from ask("all_catalogue")):
        body = scrubber.json(row["body"])
        if body != row["body"]:
            changed += 1
            yield from ask("put_catalogue", kind=row["kind"], key=row["key"], body=body)
    for row in (yield from ask("all_reviews")):
        body = scrubber.json(row["body"])
        if body != row["body"]:
            changed += 1
            review = replace(review_from_json(body), version=review_from_json(body).version + 1)
            yield from ask("reword_review", client=row["client"], number=row["number"], body=review_to_json(review))
    for row in (yield from ask("all_deliveries")):
        payload = scrubber.json(row["payload"])
        if payload != row["payload"]:
            changed += 1
            yield from ask("reword_delivery", platform=row["platform"], event_id=row["event_id"], payload=payload)
    subject = scrubber.subject
    for needle in (*scrubber.words, *((subject.name, f'"{subject.id}"') if subject else ())):
        if needle:
            found = needle if needle.startswith('"') else json.dumps(needle, ensure_ascii=False)[1:-1]
            yield from ask("blank_inbox", needle=found)
            yield from ask("drop_form_drafts_with", needle=found)
    yield from next_value("directory")
    return changed


def _outbox(row: Row, scrubber: Scrubber) -> Reworded:
    body = row["body"] and scrubber.json(row["body"])
    # What was sent need not be kept; what still waits is sent without the words.
    gone = body != row["body"] and row["state"] in _SENT
    # Why it was not sent may say who left it, or repeat what a platform said of it.
    reason = scrubber.text(row["reason"])
    return {"title": scrubber.text(row["title"]), "body": None if gone else body, "reason": reason}


def _source(row: Row, scrubber: Scrubber) -> Reworded:
    if scrubber.subject and row["author"] == scrubber.subject.id:
        return {"author": scrubber.subject.alias, "text": "", "files": "[]", "deleted": True}
    text = scrubber.text(row["text"], near=False)
    return {"author": row["author"], "text": text, "files": row["files"], "deleted": bool(row["deleted"])}


def _workspace(row: Row, scrubber: Scrubber) -> Reworded:
    author, deleted = row["author"], bool(row["deleted"])
    if scrubber.subject and author == scrubber.subject.id:
        return {
            "author": scrubber.subject.alias,
            "text": "",
            "body": None,
            "words": None,
            "files": None,
            "deleted": True,
        }
    text = scrubber.text(row["text"], near=author is None)
    body = row["body"] and scrubber.json(row["body"])
    words = row["words"]
    if (text, body) != (row["text"], row["body"]):
        words = None if deleted else folded(text if body is None else words_of(message_to_show(body)))
    files = row["files"] and scrubber.json(row["files"])
    return {"author": author, "text": text, "body": body, "words": words, "files": files, "deleted": deleted}


def _record_of_settings(row: Row, scrubber: Scrubber) -> Reworded:
    subject, path = scrubber.subject, row["path"]
    actor = subject.rename(row["actor"]) if subject else row["actor"]
    if subject and path.startswith(f"people.{subject.id}."):
        path = f"people.{subject.alias}.{path.removeprefix(f'people.{subject.id}.')}"
        return {
            "actor": actor,
            "path": path,
            "before": ERASED if row["before"] else "",
            "after": ERASED if row["after"] else "",
        }
    before, after = scrubber.json(row["before"]), scrubber.json(row["after"])
    return {"actor": actor, "path": path, "before": before, "after": after}


_Sweep = tuple[Callable[[int], Tx[Rows]], Callable[[int, Reworded], Tx[Rows]], Callable[[Row, Scrubber], Reworded]]
"""The next rows after an id, how one is written, and how it reads."""

_SWEPT: dict[Kept, _Sweep] = {
    Kept.OUTBOX: (
        lambda after: ask("outbox_page", after=after, limit=PAGE),
        lambda id, values: ask("reword_outbox", id=id, **values),
        _outbox,
    ),
    Kept.SOURCES: (
        lambda after: ask("source_page", after=after, limit=PAGE),
        lambda id, values: ask("reword_source", id=id, **values),
        _source,
    ),
    Kept.WORKSPACE: (
        lambda after: ask("ws_page", after=after, limit=PAGE),
        lambda id, values: ask("ws_reword", id=id, **values),
        _workspace,
    ),
    Kept.RECORDS: (
        lambda after: ask("setting_change_page", after=after, limit=PAGE),
        lambda id, values: ask("reword_setting_change", id=id, **values),
        _record_of_settings,
    ),
}
