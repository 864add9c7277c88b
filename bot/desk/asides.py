"""Asides: words that a colleague was meant to read, written where the client reads them.

What is looked for is what nobody writes *to* a client: a label that says for whom the words are, the wish that they do
not learn it, or a colleague who is addressed. Speaking *of* a colleague ("@lee will call you at four") is an ordinary
reply, and so is whatever begins with the client's own name. Who is asked once too often stops reading the question.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from bot.domain.events import MessageClass
from bot.domain.people import Directory, Person
from bot.domain.text import classify

_END = r"(?:\s*[:.;!)\]*_—–]|\s+-+\s|\s*\n|\s*$)"
"""What sets a label apart from the words that follow it; the hyphen of "internal-only" does not."""

_LABEL = re.compile(
    r"[\[(*_#\s]*(?:"
    r"(?:(?:strictly )?internal(?: (?:note|only|use only))?|private(?: note)?|(?:team|staff|private) (?:note|only)"
    rf"|for (?:the team|internal use)(?: only)?|among ourselves){_END}"
    r"|(?:off the record|(?:just )?between (?:us|ourselves|you and me)(?: only)?"
    rf"|not for (?:the |our )?(?:customer|client)s?)(?:{_END}|\s*,)"
    r"|note(?: to (?:team|the team))?\s*:|note to self\b)",
    re.IGNORECASE,
)

_WHOLE = re.IGNORECASE | re.DOTALL
_GREETED = r"(?:(?:hi|hey|hello|ok|okay|so|psst)[\s,]+)?"

_TOLD = re.compile(
    r"\s*(?:['’](?:s|ll|d|ve)\b|(?:and|or|from|on|in|of|at|with|here|who|already|also|now|just|then|again)\b|[&/]"
    r"|(?:wrote|said|found|took|knew|ran|made|sent|saw|went|got|began|cannot)\b|(?:can|won)['’]t\b"
    r"|(?:is|was|has|had|will|would|can|could|should|may|might|must|does|did)(?:n['’]?t)?\b(?!\s+(?:you|u|we|i)\b)"
    r"|(?!(?:thanks|this|yes|pls|us|plus|ours)\b)[a-z]+(?:s|ed)\b)",
    re.IGNORECASE,
)
"""What follows a name of which something is told in the third person; who is addressed is asked ("can you")."""

_QUESTION = re.compile(
    r"(?:is|was|has|had|will|would|can|could|should|may|might|must|does|did)\b[^.!?]*\?|[^.!?]{1,25}\?", re.IGNORECASE
)
"""A question turns the verb around: "@lee is this the old one?"."""


_WANTED = re.compile(
    r"(?:please|pls|plz|(?:can|could|would|will|do|did|have|are) you|(?:should|shall|can|do) we|don['’]?t tell)\b",
    re.IGNORECASE,
)
"""What is said to somebody who is called by name alone."""


def is_aside(text: str, directory: Directory, *, author: str, client: str) -> bool:
    """Whether those words of `author`, one of the team, seem meant for a colleague rather than for that client."""
    if _LABEL.match(text):
        return True
    theirs = directory.people_of(client)
    theirs_called = _names(theirs)
    if re.match(rf"(?:(?:hi|hey|hello|dear) @?|@){theirs_called}|{theirs_called}\s*[,:–—-]", text, re.IGNORECASE):
        return False
    return _hides(text, theirs, directory.clients[client].name if client in directory.clients else client) or _calls(
        text, [person for person in directory.staff() if person.id != author], theirs
    )


def _hides(text: str, theirs: Collection[Person], client: str) -> bool:
    """Whether they ask that the client does not learn something."""
    firm = re.escape(client)
    them = rf"(?:@?{_names(theirs)}|(?:the|our) (?:customer|client)\b|@?{firm}(?!\w))"
    near = rf"(?:{them}|them\b|him\b|her\b)"
    hidden = (
        rf"(?:do not|don['’]?t|dont|never|let['’]?s not|let us not|better not|not to) (?:yet )?"
        rf"(?:tell|mention (?:it|this|that|anything) to"
        rf"|say (?:it |this |that |anything )?to|show (?:it|this) to|let) {them}",
        rf"{them}(?: and \w+)? (?:must|should|need|may|does|do)(?: not|n['’]?t|nt)(?: need to| have to)?"
        rf" (?:know|hear|see|find out|learn)\b",
        rf"keep (?:it|this|that)(?: quiet)? from {them}",
        rf"before (?:we|i|you) (?:\w+ )?(?:answer|reply to|tell|write(?: back)? to|get back to|go back to) {them}",
    )
    first = (
        rf"(?:please )?(?:do not|don['’]?t|dont|never|let['’]?s not)"
        rf" (?:tell|mention (?:it|this|that) to|say (?:it |this )?to) {near}",
        r"(?:please |let['’]?s )?keep (?:it|this|that) (?:internal|between us|among us|to ourselves|inside the team)\b",
        r"(?:this|that) (?:is|stays) (?:internal|between us|strictly internal)(?: only)?\s*(?:[:.,;!–—-]|$)",
    )
    anywhere = re.search(rf"(?<!\w)(?:{'|'.join(hidden)})", text, re.IGNORECASE)
    return bool(anywhere or re.match("|".join(first), text, re.IGNORECASE))


def _calls(text: str, team: Collection[Person], theirs: Collection[Person]) -> bool:
    """Whether they address a colleague: by @name, or by a bare name with a question or a request to them."""
    if re.search(rf"@{_names(theirs)}", text, re.IGNORECASE):
        return False  # a client's person is spoken to as well
    colleague = rf"@{_names(team)}"
    called = re.match(rf"{_GREETED}({colleague}(?:[\s,]+(?:and\s+)?{colleague})*)[\s,]*(.*)", text, _WHOLE)
    if called is not None:
        several = called[1].count("@") > 1 and re.match(r"(?:are|were|have)\b(?!\s+you)", called[2], re.IGNORECASE)
        told = (several or _TOLD.match(called[2])) and not _QUESTION.match(called[2])
        return not told and classify(called[2]) is not MessageClass.COURTESY
    known = {word for person in theirs for word in _called(person)}
    alone = [person for person in team if known.isdisjoint(_called(person))]
    named = re.match(rf"{_GREETED}{_names(alone)}[\s,:–—-]+(.*)", text, _WHOLE)
    return named is not None and _WANTED.match(named[1]) is not None


def _called(person: Person) -> tuple[str, ...]:
    """What people call them by."""
    name = " ".join(person.name.split()).casefold()
    return tuple(dict.fromkeys(word for word in (name, name.partition(" ")[0], person.id.casefold()) if word))


def _names(people: Iterable[Person]) -> str:
    """A pattern for any of their names, the longest first; one that fits nothing where there is nobody."""
    known = sorted({word for person in people for word in _called(person)}, key=len, reverse=True)
    names = "|".join(r"\s+".join(map(re.escape, name.split())) for name in known)
    return rf"(?:{names})(?![\w-])" if known else "(?!)"
