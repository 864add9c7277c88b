"""What is said where a thread was deleted and goes on in another one, or a channel was, which only people can make."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.people import Directory
from bot.domain.request import Request
from bot.messages.linking import called
from bot.messages.model import Action, Said, line
from bot.messages.words import person, ref


def team(request: Request) -> Said:
    """The first words in the team's new thread."""
    whole = Action("transcript", "What was said", {"request": request.number, "notes": True}, staff_only=True)
    said = line("The thread of ", ref(request), " was deleted; we go on here. Nothing that was said is lost.")
    return Said("anew", (said,), (whole,))


def client(request: Request, directory: Directory) -> Said:
    """The first words in the client's new thread, which call whoever asked into it."""
    whole = Action("transcript", "What was said", {"request": request.number})
    who = directory.person(request.requester)
    called = line(person(directory, who.id), ": the") if who and who.client else line("The")
    said = line(*called, " thread of ", ref(request), " was deleted; we go on here. Nothing that you wrote is lost.")
    return Said("anew", (said,), (whole,))


def client_root(request: Request) -> Said:
    """What the client's new thread hangs from, where the first one hung from words of theirs.

    It names none of these, which might be erased one day.
    """
    return Said("anew", (line(ref(request), ": its thread was deleted, and goes on in this one."),))


def channel(
    directory: Directory, conversation: str, name: str, platform: str, workspace: str, command: str, *, archived: bool
) -> Said:
    """Managers hear that one of the desk's channels was deleted or archived, and what to do next."""
    kind, _, key = conversation.partition(":")
    client = directory.clients.get(key) if kind == "client" else None
    whose = f"{client.name if client else key}'s channel" if key else f"The {conversation} channel"
    there = f" in {called(platform)}{f', #{name},' if name else ''}"
    lost = f"{client.name} reaches nobody there; call them where it is urgent. " if client else ""
    entry = f"channel in [clients.{key}]" if key else f"{conversation} in [channels]"
    made = "make another channel, let the app in, and say it in a file for steward apply"
    mend = f"{made}: {entry} is {platform}/{workspace}/ and its id. On SQLite the desk is to be stopped for that"
    return Said(
        "channel-gone",
        (
            line(f"{whose}{there} was {'archived' if archived else 'deleted'}."),
            line(f"{lost}What is to be said there waits in {command} unsent."),
            line(f"Next: {'unarchive it, or ' if archived else ''}{mend}. Then send again what waited."),
        ),
        (Action("unsent", "What waits"),),
        tone="bad",
    )


def put_out(directory: Directory, lost: Iterable[str], name: str, platform: str, command: str) -> Said:
    """Managers hear that the desk was put out of a server, who reaches nobody there, and what to do next."""
    keys = [key for kind, _, key in (each.partition(":") for each in lost) if kind == "client"]
    clients = ", ".join(directory.clients[key].name if key in directory.clients else key for key in keys)
    called_so = f" {name}" if name else ""
    reach = f"{clients} {'reach' if len(keys) > 1 else 'reaches'} nobody there; call them where it is urgent. "
    return Said(
        "put-out",
        (
            line(f"Somebody put the desk out of the server{called_so} in {called(platform)}."),
            line(f"{reach if keys else ''}What is to be said there waits in {command} unsent."),
            line("Next: invite it again. What was written meanwhile is read then; send again what waited."),
        ),
        (Action("unsent", "What waits"),),
        tone="bad",
    )
