"""How the desk says no: kindly, and with what to do next. A refusal never tells what somebody may not know."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.files import Attachment
from bot.domain.people import Directory, Person, Role
from bot.messages.model import Action, Answer, Said, line

_LISTED = 8
"""Names that are listed where somebody misspelt one."""


def refused(text: str, show: int = 0) -> Answer:
    """The refusal as an answer that only its asker sees; `show` is the request to look at instead."""
    actions = (Action("show", "Show", {"request": show}),) if show else ()
    return Answer(Said("refusal", (line(text),), actions, tone="warn"))


def _whom(directory: Directory) -> str:
    managers = directory.staff(Role.MANAGER)
    return managers[0].name if managers else "whoever runs this desk"


def not_visible(name: str, directory: Directory) -> str:
    """For a request of another client and for one that does not exist: the same words."""
    return (
        f"There is no request {name} that you can see. Check the number; if you should see it, ask {_whom(directory)}."
    )


def which_request(command: str, example: str = "show 42") -> str:
    """No request was named outside a request's thread."""
    return f"Which request? Add its number, for example {command} {example}; in a request's own thread you need not."


def no_ref(word: str) -> str:
    """The word names no request."""
    return f"“{word[:40]}” is no request number. Write it like 42 or ACME-42."


def other_command(command: str) -> str:
    """A platform has the command under another name than the settings."""
    return (
        f"Here I answer to {command}; nothing was done. Please type {command} instead, and tell whoever runs this "
        "desk: the setting `command` and the app's command should have one name."
    )


def stranger(directory: Directory) -> str:
    """The desk does not know who this is."""
    return f"I do not know you yet, so I cannot show you anything. Ask {_whom(directory)} to add you."


def not_for_you(label: str, who: str, directory: Directory, asker: Person) -> str:
    """The verb is another role's; a colleague reads who can do it now."""
    people = {
        "client": "the client's people",
        "staff": "our team",
        "lead": "leads and managers",
        "manager": "managers",
    }
    roles = {"lead": (Role.LEAD, Role.MANAGER), "manager": (Role.MANAGER,)}.get(who, ())
    can = [person.name for person in directory.staff(*roles)][:_LISTED] if roles and asker.is_staff else []
    now = f" {' or '.join(filter(None, [', '.join(can[:-1]), can[-1]]))} can do it now." if can else ""
    return f"“{label}” is for {people.get(who, who)}.{now} If it should be for you too, ask {_whom(directory)}."


def unknown_verb(verb: str, near: str | None, command: str) -> str:
    """No such verb; the nearest one is offered."""
    hint = f"Did you mean {command} {near}?" if near else f"{command} help shows what I can do for you."
    return f"I do not know “{verb[:40]}”. {hint}"


def no_person(word: str, known: Sequence[str] = ()) -> str:
    """Nobody of that name, among those who can be named there: a chat's own list offers others, too."""
    more = f" and {len(known) - _LISTED} more" if len(known) > _LISTED else ""
    named = f"Choose among {', '.join(known[:_LISTED])}{more}." if known else "Use the name as it stands in the list."
    return f"I know nobody called “{word[:40]}” who can be chosen here. {named}"


def several(word: str, names: list[str]) -> str:
    """The name fits several people."""
    return f"“{word[:40]}” could be {' or '.join(names)}. Write it out a little more."


def too_long(what: str, limit: int, length: int) -> str:
    """More characters than fit."""
    return f"{what} can have {limit:,} characters; yours has {length:,}. Shorten it, or put the rest into the thread."


def needs(what: str) -> str:
    """A word that is missing."""
    return f"{what} is still empty. Fill it in and send again."


def busy() -> str:
    """Several people changed the same request at once, many times over."""
    return "Several people changed this just now. Nothing of yours was lost or done; please try once more."


def unexpected() -> str:
    """Something broke on our side."""
    return (
        "Something went wrong on our side, and nothing was changed. Please try again; if it stays, tell your manager."
    )


def no_client(name: str) -> str:
    """The person belongs to no client."""
    return f"{name} belongs to no client, so nobody was promised anything. Add them to a client first."


def no_message() -> str:
    """The message is not to be found."""
    return "I cannot find that message any more. Open a request with its words instead."


def not_a_clients_message(actor: Person) -> str:
    """Only a client's own words become its request."""
    mend = "Use log to record a call." if actor.is_staff else "Write in your own channel, or use new."
    return f"Only a message that a client wrote in its own channel can become a request. {mend}"


def belongs_already(number: int) -> str:
    """The message stands in a request's thread."""
    return f"That message belongs to request {number} already; the team can see it there."


def note_in_public(ref: str) -> str:
    """A note would stand where the client reads."""
    return f"The client can see this place, so I kept no note. Write it in {ref}'s thread in triage."


def why_override() -> str:
    """An override wants its reason."""
    return "Say why, in a few words: setting it directly overrides impact and urgency."


def too_late(ref: str, days: int) -> str:
    """The time for reopening is over."""
    return f"{ref} ended more than {days} days ago. Please open a new request; we will see the old one beside it."


def not_yours(ref: str, requester: str) -> str:
    """A colleague's request."""
    return f"{ref} is {requester}'s, so only they and our team can set it aside. Write in its thread instead."


def bad_key(key: str) -> str:
    """A client's key."""
    return f"“{key[:20]}” cannot be a key. Use 2 to 10 letters and digits, a letter first, such as ACME."


def key_taken(key: str, name: str) -> str:
    """The key is another client's."""
    return f"{key} is {name}'s key already. Choose another one."


def no_such_role() -> str:
    """Nobody can be the desk."""
    return "A person is a client, an engineer, a lead or a manager. Choose one of these."


def which_client(keys: list[str]) -> str:
    """A client's person needs a client."""
    known = ", ".join(keys) if keys else "none yet: add one with add-client"
    return f"Which client do they belong to? Known: {known}."


def nobody_called(word: str, near: Sequence[str], known: Sequence[str]) -> str:
    """A sign-in link for a name that nobody has."""
    said = f"The desk knows nobody called “{word[:40]}”."
    if near:
        return f"{said} Did you mean {' or '.join(near)}?"
    if not known:
        return f"{said} It knows nobody yet: steward run prints a link for its first manager."
    more = f" and {len(known) - _LISTED} more" if len(known) > _LISTED else ""
    return f"{said} It knows {', '.join(known[:_LISTED])}{more}. A manager adds people in chat, with add-person."


def has_left(name: str) -> str:
    """Somebody who was here."""
    return f"{name} has left, so no link lets them in. A manager can bring them back in chat, with edit-person."


def choose_client() -> str:
    """Several clients, and none was named."""
    return "Choose whose person this is."


def not_here() -> str:
    """Setting up needs a place."""
    return "Do this in the workspace, so that I know where the new channel goes."


def name_taken(name: str, key: str) -> str:
    """Two clients of one name would have two channels that look alike."""
    return f"{name} is here already, with the key {key}. Give the other one a name that tells them apart."


def client_closed(name: str, directory: Directory) -> str:
    """The client's agreement is over."""
    ask = f"If that is wrong, ask {_whom(directory)}."
    return f"{name} takes no new requests any more; what is open is still worked on. {ask}"


def empty_file(name: str) -> str:
    """A file with nothing in it."""
    return f"“{name}” is empty, so there is nothing to send. Choose it again once it has been saved."


def file_too_large(name: str, limit: int, size: int) -> str:
    """More bytes than a file may have."""
    return (
        f"“{name}” has {size / 1_048_576:.1f} MB; a file can have {limit // 1_048_576} MB. "
        "Send a smaller one, or a link to it."
    )


def left_behind(files: Sequence[Attachment], limit: int) -> str:
    """Files that stay where they were sent, to whoever sent them; empty where there are none."""
    if not files:
        return ""
    large = [f"“{file.name}” has {file.size / 1_048_576:.1f} MB" for file in files if file.size > limit]
    other = [f"“{file.name}” is not kept here, or empty" for file in files if file.size <= limit]
    return (
        f"{'; '.join([*large, *other])}. I take files of up to {limit // 1_048_576} MB: your words go without, and say "
        "that you have it. A link to it helps."
    )


def too_many_files(limit: int, count: int) -> str:
    """More files than a message may have."""
    return f"A message can have {limit} files; yours has {count}. Send the others in a second message."


def files_too_large(limit: int, size: int) -> str:
    """More bytes than the files of a message may have together."""
    return (
        f"The files of a message can have {limit // 1_048_576} MB together; yours have {size / 1_048_576:.1f} MB. "
        "Send some of them in a second message."
    )


def beyond(files: Sequence[Attachment], limit: int, size: int) -> str:
    """Files for which there is no room beside the others of their message, to whoever sent them; empty where there are
    none."""
    if not files:
        return ""
    named = ", ".join(f"“{file.name}”" for file in files[:_LISTED])
    more = f" and {len(files) - _LISTED} more" if len(files) > _LISTED else ""
    return (
        f"I carry {limit} files of a message, {size // 1_048_576} MB together; the others of yours went. Send "
        f"{'these' if len(files) > 1 else 'this one'} in a second message: {named}{more}."
    )


def no_file() -> str:
    """A file that is not there, or not theirs to send."""
    return "One of the files is not here any more. Choose it again and send once more."


def not_let_in() -> str:
    """Somebody uses a message's menu where the desk sees nothing."""
    return "I am not let into this channel, so I cannot read that message. Ask for me to be let in, or write to me."


def file_not_fetched(name: str) -> str:
    """The platform has a file, and did not hand it over."""
    return f"“{name}” could not be fetched just now. Choose it again and send once more."


def file_not_sent(name: str) -> str:
    """A file that they asked for could not be handed over."""
    return f"{name} could not be sent just now. Please ask for it once more."


def not_your_message(name: str) -> str:
    """Only its author changes a message."""
    return f"Only {name} can change those words. Write your own beside them."


def no_kind(word: str, known: list[str]) -> str:
    """No such kind of request."""
    return f"“{word[:40]}” is no kind of request here. Choose one of {', '.join(known)}, or leave it empty."


def no_saved_reply(word: str, known: list[str]) -> str:
    """No such saved reply."""
    there = (
        f"There are {', '.join(known[:12])}." if known else "None is saved yet; a lead can save one with save-reply."
    )
    return f"“{word[:40]}” is no saved reply that fits here. {there}"


def only_for_oneself(name: str, directory: Directory) -> str:
    """Somebody else's leave is a lead's to set."""
    leads = directory.staff(Role.LEAD, Role.MANAGER)
    ask = f", or {leads[0].name}" if leads else ""
    return f"You can do this for yourself. For {name}, ask them{ask}."


def nobody_has_room(command: str) -> str:
    """Everybody is away or has as much as they take on."""
    return f"Nobody has room now. {command} capacity shows who has what; name somebody to give it to them all the same."


def private_now(ref: str) -> str:
    """Words in a thread that others can read, about what is private by now."""
    return f"{ref} is private by now, and others can read this thread, so I passed nothing on. It goes on in private."


def not_yours_to_share(ref: str, requester: str) -> str:
    """A private request is its requester's."""
    return f"{ref} is {requester}'s, so only they and our team decide who sees it. Ask {requester}."


def no_owner(name: str) -> str:
    """A service wants to have a request."""
    return f"{name} is a service, and a request's owner is a person. Assign it to somebody of the team."


def no_token(name: str, known: list[str]) -> str:
    """No such token."""
    there = f"There are {', '.join(known[:8])}." if known else "None is in force."
    return f"There is no token “{name[:40]}”. {there}"


def no_hook(name: str, known: list[str]) -> str:
    """No such webhook."""
    there = f"There are {', '.join(known)}." if known else "None is set up yet."
    return f"There is no webhook “{name[:30]}”. {there}"


def nothing_to_split(ref: str) -> str:
    """No words of the client's that could be another request."""
    return f"The client has written nothing more in {ref} that could be a request of its own."


def split_already(ref: str) -> str:
    """Those words are a request of their own."""
    return f"That is {ref} already; go on in its thread."


def not_a_message_of(ref: str) -> str:
    """The message is none of the client's words in that request."""
    return f"That message is no word of the client's in {ref}. Choose one that they wrote in its thread."


def no_such_client(word: str) -> str:
    """For a client that does not exist, and for one that is not theirs: the same words."""
    return f"There is no client “{word.strip()[:40]}” that you can see. Use its key, such as ACME."


def which_review(keys: list[str]) -> str:
    """Several clients have reviews."""
    return f"Which client's review? Add its key: {', '.join(keys) if keys else 'there is no client yet'}."


def no_review(client: str, command: str, key: str) -> str:
    """None is planned."""
    return (
        f"No review is planned with {client}. Say when you meet: {command} review moved {key} Thursday 10:00. "
        "Then it can be recorded."
    )


def no_recurring(key: str, known: list[str]) -> str:
    """No recurring request of that key."""
    there = f"Known ones: {', '.join(known)}." if known else "There are none yet; add one by form."
    return f"There is no recurring request “{key.strip()[:60]}”. {there}"


def too_many(what: str, most: int) -> str:
    """No room for another one."""
    return f"There can be {most} {what}. Remove one that is not needed any more."


def not_your_words(name: str) -> str:
    """Somebody else's words are theirs to send."""
    return f"Those are {name}'s words, and would go out under their name. Ask them to send it, or reply yourself."


def no_note() -> str:
    """Only what stands in the team's thread is sent to the client."""
    return "Only a message of your own in a request's private thread can be sent to its client. Use reply instead."


def sent_already(ref: str) -> str:
    """Once is enough."""
    return f"The client of {ref} has that message already. If it should read otherwise, edit it: theirs follows."


def decided() -> str:
    """A slip that was dealt with."""
    return "That message has been dealt with already; nothing more is to be done."


def only_line(ref: str) -> str:
    """Without that message there would be no request."""
    return f"That message is all that {ref} is about. Write the other matter as a message of its own."


def lost(ref: str, since: datetime, at: datetime) -> str:
    """A number that may have been given before the desk was brought back from a backup; whoever asks is told this."""
    return (
        f"I do not know {ref}: I was brought back from a backup, and know nothing of what happened from "
        f"{since:%d %B %H:%M} until {at:%d %B %H:%M} UTC. If it was opened then, please say once more what it is about."
    )


def no_request_here() -> str:
    """A slip in a channel, which is no request's."""
    return (
        "This is no request's thread, so there is none to keep it in. Copy it to where the team reads, then delete it."
    )


def no_priority(word: str) -> str:
    """No such priority."""
    return f"“{word[:20]}” is no priority. Choose P1, P2, P3 or P4, or leave it out."
