"""Sentences of the team's in a client's thread: which are asked about, as a command or an aside, and which are not."""

from __future__ import annotations

import pytest

from bot.commands import REGISTRY
from bot.desk import front, slips
from bot.desk.asides import is_aside
from bot.domain.people import Client, Directory, Person, Role

assert front.DECLARED  # every verb is in the registry

COMMANDS = (
    "/desk note the disk is full",
    "/desk",
    "`/desk claim 1`",
    "/note the disk is full again",
    "!resolve",
    "!note they are on the old plan",
    "claim 1",
    "claim #1",
    "claim ACME-1",
    "Claim",
    "resolve",
    "resolve 1 restarted it",
    "close 1",
    "note 1 they are angry",
    "reply 1 we are on it",
    "assign 1 @priya",
    "assign @priya",
    "assign priya",
    "priority P1",
    "priority p2 whole floor down",
    "priority 1 P1",
    "ask-client which format?",
    "wait-on Contoso until Friday",
    "done 1",
)
ASIDES = (
    "internal - do not tell Dana",
    "internal: they never pay on time",
    "Internal note – ask Lee first",
    "INTERNAL ONLY. The disk is ours",
    "[internal] we broke it",
    "(internal) we broke it",
    "*internal* we broke it",
    "#internal: x",
    "internal",
    "private: their contract ends in May",
    "Private - their contract ends",
    "note: they are on the old plan",
    "note to self: call back",
    "Note to self call back tomorrow",
    "team only: do not tell them yet",
    "for the team: do not touch it",
    "for internal use only: the key is in the vault",
    "off the record, they are late payers",
    "Between us: the backup is gone",
    "just between us, the backup is gone",
    "between you and me, I forgot",
    "not for the client: we broke it",
    "not for the client - we broke it",
    "do not tell Dana",
    "Don't tell Dana yet",
    "don’t tell the client",
    "dont tell them",
    "please don't tell him yet",
    "Do not mention it to the client",
    "Let's not tell Acme before Monday",
    "We lost a day of data, don't tell the client yet",
    "I dropped the table. Dana must not know",
    "the client should not hear of this",
    "Tom doesn't need to know",
    "keep this from Dana please",
    "keep it between us",
    "Please keep this internal for now",
    "This stays internal!",
    "let me ask Lee before we answer Dana",
    "Let me check before I reply to the client",
    "@lee can you look at this before we answer",
    "@lee: can you look",
    "@Lee Novak please look",
    "@priya thoughts?",
    "@priya, @lee: what do we say?",
    "@priya @lee is this ours?",
    "@priya is this the old bug?",
    "@lee look at this",
    "@lee I think we broke it",
    "@lee fyi they are on the old plan",
    "Lee, can you look at this before we answer?",
    "Lee can you look?",
    "priya should we tell her?",
    "Priya: please take it",
    "hi @lee, does this look familiar?",
    "internal note: ask Lee",
)
REPLIES = (
    "reply to come tomorrow",
    "note that the export now runs at night",
    "Please note: the window moves to 9",
    "Note the new address below",
    "claim form attached",
    "claim 4711 was rejected by the insurer",
    "Claims are processed on Mondays",
    "done",
    "Done!",
    "close to a fix now",
    "close 12 windows first, then retry",
    "resolve.conf was wrong; fixed",
    "Resolved by restarting",
    "resolved",
    "next we look at the logs",
    "Next: we restart the server at 16:00",
    "next",
    "why",
    "help is on the way",
    "assigning this to Priya now",
    "assign the role Editor to your user and retry",
    "priority is high, we know",
    "Priority one for us too",
    "cancel the old job, then retry",
    "Undo the last change and tell me",
    "reopen the window and retry",
    "log in again please",
    "log out, then in",
    "find it under Settings",
    "show me a screenshot please",
    "private browsing breaks it",
    "internal server error means our side",
    "internally we call it a lock",
    "/etc/hosts needs a line",
    "! careful with that",
    "urgent fix is rolling out",
    "merge 2 is deployed",
    "resume the download",
    "1",
    "P1",
    "Hi Dana, do not tell Tom yet please",
    "@dana can you look at this",
    "Dana, can you look?",
    "Tom: please retry",
    "@lee will call you at four",
    "@lee is on it",
    "@priya and I look at it now",
    "@priya has the file",
    "@lee can call you at four",
    "@lee could reproduce it",
    "@lee fixed it",
    "@lee knows the system best",
    "@lee's fix is live",
    "@lee thanks!",
    "@lee from our team takes over",
    "@priya @lee and I are on it",
    "@lee and @dana: shall we call at four?",
    "@dana @lee: shall we call at four?",
    "Lee will call you at four",
    "Lee, who runs our team, will call you",
    "Lee can reproduce it",
    "Priya has found it",
    "Thanks @lee",
    "I asked @lee to look at this before we answer you",
    "Between us we have three people on it",
    "Between us and Contoso there is a firewall",
    "For us, it works",
    "Internally, we call it a lock",
    "Internal users can log in again",
    "Internal-only users can log in again",
    "internal only users can log in again",
    "Private keys were rotated",
    "Please do not share your password with anyone",
    "Do not tell anyone your password",
    "Do not retry before Monday",
    "Don't worry, it is fixed",
    "Let us know",
    "Let us not change it today",
    "Keep this window open",
    "Keep it from starting twice",
    "keep it running please",
    "Note that the export now runs at night",
    "We let you know before we answer Contoso",
    "I will check before we reply to you",
    "This is internal to the driver",
    "this is an internal error on our side",
    "The team fixed it",
    "Team, it works again",
    "for the team plan it is included",
    "@support is not a person",
    "Sam here: I am on it",
    "sam",
    "@sam can you",
)


PEOPLE = (
    Person("sam", "Sam Ito", Role.ENGINEER),
    Person("priya", "Priya Nair", Role.LEAD),
    Person("lee", "Lee Novak", Role.MANAGER),
    Person("dana", "Dana Fox", Role.CLIENT, client="ACME"),
    Person("tom", "Tom Berg", Role.CLIENT, client="ACME"),
    Person("mia", "Mia Lee", Role.CLIENT, client="GLOBEX"),
)
DESK = Directory(clients={"ACME": Client("ACME", "Acme", "UTC")}, people={person.id: person for person in PEOPLE})


def kind(text, directory=DESK):
    """What Sam's words are taken for in the thread of Dana's request 1."""
    commands = REGISTRY.commands.values()
    if slips.typed_in(text, commands, directory, word="/desk", number=1, clients=("ACME",)):
        return "command"
    return "aside" if is_aside(text, directory, author="sam", client="ACME") else "reply"


@pytest.mark.parametrize(("texts", "wanted"), [(COMMANDS, "command"), (ASIDES, "aside"), (REPLIES, "reply")])
def test_what_is_asked_about_and_what_is_not(texts, wanted):
    """Commands with what they take; labels, wishes that the client does not learn it, and colleagues who are addressed.
    What engineers write to clients in much the same words is never held up."""
    assert [(text, found) for text in texts if (found := kind(text)) != wanted] == []


def test_a_name_that_a_clients_person_has_too_is_not_taken_for_a_colleagues():
    """Where Dana's firm has a Lee of its own, a bare name may mean them; an id cannot."""
    lee = Person("lee-b", "Lee Berg", Role.CLIENT, client="ACME")
    both = Directory(clients=DESK.clients, people={**DESK.people, lee.id: lee})
    assert kind("Lee, can you look?", both) == "reply"
    assert kind("Priya, can you look?", both) == "aside"


def test_a_desk_without_colleagues_or_client_people_knows_labels_all_the_same():
    """Nobody to name is no reason to fail."""
    alone = Directory(people={"sam": PEOPLE[0]})
    assert [kind(text, alone) for text in ("internal: x", "@lee can you", "do not tell the client")] == [
        "aside",
        "reply",
        "aside",
    ]
