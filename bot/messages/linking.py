"""Accounts of one person on several platforms, in words."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.people import Directory, Person, Role
from bot.messages.model import Action, Line, Said, Text, line, strong
from bot.messages.words import ROLE
from bot.ports.places import BROWSER


def called(platform: str) -> str:
    """A platform's name."""
    return "the browser" if platform == BROWSER else platform.title()


def code(given: str, accounts: Sequence[tuple[str, str]], home: str, command: str) -> Said:
    """The code, how it is used, and the accounts there are (platform and name)."""
    return Said(
        "link",
        (
            line("Your code: ", Text(given, strong=True, secret=True)),
            line(
                "To be the same person on another platform, write it to the desk there, directly: ",
                Text(f"link {given}", secret=True),
                " (or ",
                Text(f"{command} link {given}", secret=True),
                "). It works once, for 15 minutes.",
            ),
            line("Whoever writes it is you from then on: show it to nobody."),
            *_listed(accounts, home, command),
        ),
        _unlinks(accounts),
    )


def _listed(accounts: Sequence[tuple[str, str]], home: str, command: str) -> list[Line]:
    told = [line("You are ", ", ".join(f"{called(platform)} ({name})" for platform, name in accounts), ".")]
    if home:
        told.append(line(f"What is for you alone comes to {called(home)}; {command} link here moves it where you are."))
    return told if accounts else []


def _unlinks(accounts: Sequence[tuple[str, str]]) -> tuple[Action, ...]:
    """One for each that may go: not the last one, nor the browser, where everybody is who they are."""
    if len(accounts) < 2:
        return ()
    return tuple(
        Action("unlink", f"Unlink {called(platform)}", {"account": name}, "danger")
        for platform, name in accounts
        if platform != BROWSER
    )[:4]


def notice(platform: str, user: str, account: str) -> Said:
    """To the person, where the desk spoke with them before."""
    told = f" on {called(platform)} is you from now on: your code was written there."
    asked = "Was that not you? Take it back at once, and tell whoever runs the desk."
    take = Action("unlink", "Take it back", {"account": account}, "primary")
    return Said("linked", (line("The account ", strong(user), told), line(asked)), (take,), tone="warn")


def linked(into: Person, platform: str, account: str, others: Sequence[str], *, seen: bool) -> Said:
    """To whoever wrote the code."""
    lines = [
        line("Done: here on ", called(platform), " you are ", strong(into.name), ", as where you got the code."),
        line("What is for you alone goes on coming to where it came; “Write to me here” moves it."),
    ]
    if others:
        lines.append(line(f"Who you were here so far keeps {', '.join(others)}; link that one, too, if it is you."))
    if seen:
        lines.append(line("Others could read the code just now. It is used up, but next time write it to me directly."))
    here = Action("link", "Write to me here", {"code": "here"})
    return Said("linked", tuple(lines), (here, Action("unlink", "That was wrong", {"account": account})))


def already(platform: str, command: str) -> Said:
    """The account is theirs as it is."""
    return Said(
        "linked",
        (line(f"You are the same person here on {called(platform)} already. {command} link shows who you are."),),
    )


def here(platform: str, *, moved: bool) -> Said:
    """Where the desk speaks with them."""
    if not moved:
        return Said("linked", (line(f"What is for you alone comes to {called(platform)} already."),))
    return Said("linked", (line(f"From now on what is for you alone comes to {called(platform)}."),), tone="good")


def unlinked(platform: str, account: str, back: Person | None, person: Person) -> Said:
    """An account is somebody's no more."""
    whose = f"It is {back.name}'s again, as before." if back else "It is nobody's now."
    return Said(
        "linked",
        (
            line(f"{account} on {called(platform)} is {person.name} no more. {whose}"),
            line(
                "What was said stays. I take it out of the private channels and threads that I made, and private "
                "requests go on elsewhere; other channels are for whoever runs them to close to it."
            ),
        ),
        tone="good",
    )


# --- refusals ---------------------------------------------------------------------------------------------------


def wrong_code(command: str) -> str:
    """It is none, was used, or is too old: nobody learns which."""
    return (
        f"That code does not fit. A code works once, for 15 minutes: ask for a new one with {command} link "
        "where the desk knows you, and write it here. If it knows you nowhere yet, ask whoever runs it to add you."
    )


def too_often() -> str:
    """Guessing."""
    return "Too many codes did not fit. Wait a quarter of an hour, then try with a new one."


def busy(command: str) -> str:
    """The directory changed each time."""
    return f"Somebody changed the desk's people just now. Ask for a new code with {command} link, and try again."


def has_left(directory: Directory) -> str:
    """Somebody whom a manager shut out."""
    return f"This account was somebody's who has left. Ask {_manager(directory)} to let you in again."


def another_side(holder: Person, directory: Directory) -> str:
    """A code moves nobody; and tells nothing of whose it is."""
    client = directory.clients.get(holder.client or "")
    side = f"belongs to {client.name}" if client else "is on the team"
    return (
        f"You are {holder.name} here, who {side}; that code is somebody's on another side. It links accounts of one "
        f"person, and moves nobody. If you should be there, ask {_manager(directory)}."
    )


def less(holder: Person, into: Person, command: str) -> str:
    """Their role would be lost."""
    return (
        f"Here you are {_a(holder.role)}, and where the code is from {_a(into.role)}: you would lose what you may do. "
        f"Do it the other way round: {command} link here, and write that code there."
    )


def has_open(holder: Person, count: int, theirs: int, command: str) -> str:
    """Their requests would lose them."""
    open_ones = "1 open request is" if count == 1 else f"{count} open requests are"
    if not theirs:
        way = f"Do it the other way round: {command} link here, and write that code there."
    elif holder.role.is_staff:
        way = f"Hand them over first ({command} assign), then ask for a new code."
    else:
        way = "Link once they are closed, or ask whoever runs the desk."
    return f"Who you are here has work to lose: {open_ones} with {holder.name}. {way}"


def the_only_one(command: str) -> str:
    """Nothing would be left."""
    return f"That is the only account there is. Link another one first: {command} link."


def browser_stays() -> str:
    """Everybody is themselves there."""
    return "In the browser everybody is who they are: there is nothing to unlink. Sign out where you do not want to be."


def no_account(word: str, accounts: Sequence[str]) -> str:
    """None of that name."""
    known = f" Yours: {', '.join(accounts)}." if accounts else ""
    return f"“{word[:80]}” is none of your accounts.{known}"


def not_known_here(platform: str, command: str) -> str:
    """No account on the platform where it was said."""
    return f"You have no account on {called(platform)} yet. Ask for a code with {command} link, and write it there."


def _manager(directory: Directory) -> str:
    managers = directory.staff(Role.MANAGER)
    return managers[0].name if managers else "whoever runs this desk"


def _a(role: Role) -> str:
    return f"an {ROLE[role]}" if ROLE[role][0] in "aeiou" else f"a {ROLE[role]}"
