"""What a request is promised: the terms that follow when a field changes by which it is matched, or the policies do.

Decisions answer facts; the clocks follow them in `sla`. The rule numbers are those of the SLA rules in docs/sla.md.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.events import Event, KindChanged, Opened, PolicyApplied, PriorityChanged, Tagged, Untagged
from bot.domain.labels import MOST_TAGS, TagError, read_tag
from bot.domain.policy import Facts, Policy, Terms, choose, in_force, in_order, nothing
from bot.domain.request import Decision, NotAllowed
from bot.domain.standing import Request

MATCHED_BY: tuple[type[Event], ...] = (Opened, PriorityChanged, KindChanged, Tagged, Untagged)
"""Facts after which a request may fall under another policy (rule 13)."""


def facts_of(request: Request, plan: str) -> Facts:
    """What of the request decides under which policy it falls; the plan is its client's."""
    return Facts(request.kind, request.priority, frozenset(request.tags), plan)


def kept(versions: Iterable[Policy], request: Request) -> tuple[Policy, ...]:
    """Of all versions of its client's policies those that hold for a request, in order: those of the version it was
    promised, so an edit leaves it alone; else those in force (rule 12)."""
    known, terms = tuple(versions), request.sla.terms
    own = in_order(policy for policy in known if terms and policy.version == terms.version)
    return own or in_force(known)


def terms_for(request: Request, policies: Iterable[Policy], plan: str = "") -> Terms | None:
    """What these policies promise the request as it stands; nothing where none matches, None where there are none."""
    ordered = in_order(policies)
    if not ordered:
        return None
    chosen = choose(ordered, facts_of(request, plan))
    if chosen:
        return chosen.terms(request.priority)
    # Its time goes on in the hours it had, in their version of this edition; they are the client's own.
    had = request.sla.terms
    same = next((policy for policy in ordered if had and policy.name == had.policy), None)
    hours = had.calendar if had and had.version == ordered[0].version else (same or ordered[0]).calendar
    return nothing(request.priority, hours, ordered[0].version)


def follow(request: Request, policies: Iterable[Policy], plan: str = "") -> Decision:
    """The terms after a change of the request's own fields: of the policies it keeps, the first that takes it now."""
    terms = terms_for(request, policies, plan)
    return (PolicyApplied(terms),) if terms and terms != request.sla.terms else ()


def apply_to_open(request: Request, policies: Iterable[Policy], plan: str = "") -> Decision:
    """These policies hold for an open request from now on, whatever it was promised before (rule 12).

    The fact is the audit entry: who applied them, when, and what holds since. Nothing for a request that has ended, and
    where nothing changes.
    """
    terms = terms_for(request, policies, plan)
    if terms is None or terms == request.sla.terms or not request.status.is_open:
        return ()
    return (PolicyApplied(terms, edited=True),)


def tag(request: Request, *, text: str) -> Decision:
    """Give it a tag. Raises NotAllowed for what is no tag, for one it has, and for too many."""
    word = _tag(text)
    if word in request.tags:
        raise NotAllowed(f"{request.ref} has the tag {word} already.")
    if len(request.tags) >= MOST_TAGS:
        raise NotAllowed(f"{request.ref} has {MOST_TAGS} tags, which is the most; take one off first.")
    return (Tagged(word),)


def untag(request: Request, *, text: str) -> Decision:
    """Take a tag off. Raises NotAllowed where it has none such."""
    word = _tag(text)
    if word not in request.tags:
        known = f"It has {', '.join(request.tags)}." if request.tags else "It has none."
        raise NotAllowed(f"{request.ref} has no tag {word}. {known}")
    return (Untagged(word),)


def change_kind(request: Request, *, to: str) -> Decision:
    """It is another kind of request; whether there is such a kind, the caller knows. Raises NotAllowed for its own."""
    if to == request.kind:
        raise NotAllowed(f"{request.ref} is of that kind already.")
    return (KindChanged(request.kind, to),)


def _tag(text: str) -> str:
    try:
        return read_tag(text)
    except TagError as error:
        raise NotAllowed(str(error)) from error
