"""The API's tokens, as a manager reads them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.people import Directory, Person, Role
from bot.domain.tokens import Token
from bot.messages.model import Action, Form, Input, Line, Option, Said, Span, When, line, strong

_ENDS = (("30d", "In 30 days"), ("90d", "In 90 days"), ("365d", "In a year"), ("never", "Never"))


def means(token: Token, directory: Directory) -> str:
    """As whom it acts: “Sam Ito as engineer, for ACME alone”."""
    whose = f"the service {directory.name_of(token.holder)}" if token.service else directory.name_of(token.holder)
    return f"{whose} as {token.role}" + (f", for {token.client} alone" if token.client else "")


def listed(found: Sequence[Token], directory: Directory, machine: datetime, command: str) -> Said:
    """All that are in force, and those whose time is over; nobody reads the secrets again."""
    add = Action("token", "New token", {}, "primary")
    if not found:
        teach = line("No token yet. With one a program of yours works with requests over the API, as a person would.")
        return Said("tokens", (teach,), (add,))
    lines: list[Line] = []
    for token in found:
        used: list[Span | str] = [", used ", When(token.used_at, "full")] if token.used_at else [", never used"]
        ends: list[Span | str] = []
        if token.expires_at:
            ends = [", expired " if token.over(machine) else ", until ", When(token.expires_at, "full")]
        lines.append(line(strong(token.name), f"  {means(token, directory)}", *used, *ends))
    lines.append(line(f"{command} token NAME --revoke ends one at once."))
    revoke = tuple(
        Action("token", f"Revoke {token.name}", {"name": token.name, "revoke": True}, "danger") for token in found[:4]
    )
    return Said("tokens", tuple(lines), (add, *revoke))


def form(
    people: Sequence[Person], clients: Sequence[str], roles: Sequence[Role], typed: dict[str, str], error: str = ""
) -> Form:
    """Whose, how much, and until when."""
    return Form(
        "token",
        "A token for the API",
        (
            Input("name", "Name", required=True, value=typed.get("name", ""), hint="Such as ci.", limit=40),
            Input(
                "for",
                "Acts as a person",
                "choice",
                value=typed.get("for", ""),
                options=tuple(Option(person.id, person.name) for person in people),
            ),
            Input("service", "Or as a service of its own", value=typed.get("service", ""), hint="Its name.", limit=40),
            Input(
                "role",
                "May at most what this role may",
                "choice",
                value=typed.get("role", ""),
                hint="A person's token may what they may, where you choose none.",
                options=tuple(Option(role.value, role.value.capitalize()) for role in roles),
            ),
            Input(
                "client",
                "Only of one client",
                "choice",
                value=typed.get("client", ""),
                options=tuple(Option(client, client) for client in clients),
            ),
            Input(
                "expires",
                "Ends",
                "choice",
                value=typed.get("expires", "90d"),
                options=tuple(Option(value, label) for value, label in _ENDS),
            ),
        ),
        "Make it",
        intro="What is done with it is done by that person or service; each history says so.",
        errors={"name": error} if error else {},
    )


def made(token: Token, secret: str, directory: Directory, command: str) -> Said:
    """The secret is shown once."""
    return Said(
        "token",
        (
            line(strong(token.name), f" acts as {means(token, directory)} from now on."),
            line("The token, shown only now: ", strong(secret)),
            line("Send it as the header Authorization: Bearer and the token. How it goes: docs/api.md."),
            line(f"{command} token {token.name} --revoke ends it at once."),
        ),
        tone="good",
    )


def revoked(name: str) -> Said:
    """No more."""
    return Said("token", (line(strong(name), " is good no more. What was done with it stays."),), tone="good")


def told(token: Token, directory: Directory) -> Said:
    """To the person as whom it acts."""
    maker = directory.name_of(token.made_by)
    return Said(
        "token",
        (
            line(f"{maker} made a token for the API that acts as you: ", strong(token.name), f", as {token.role}."),
            line("If you do not know why, ask them; a manager can revoke it at once."),
        ),
    )


# --- what will not do -------------------------------------------------------------------------------


def too_much(role: Role, most: Role) -> str:
    """Nobody gives what they do not have."""
    return f"A token may at most what its person and its maker may: {most}, and not {role}."


def taken(name: str) -> str:
    """Names are not used twice, so that histories say which one it was."""
    return f"There is, or was, a token called {name}. Take another name, such as {name[:38]}-2."


def no_role(word: str) -> str:
    """That is none."""
    return f"“{word[:20]}” is no role. Use one of client, engineer, lead and manager."


def whose() -> str:
    """One of both."""
    return "Say as whom it acts: a person, or a service by its name."


def which_role() -> str:
    """A service is nobody, so it has no role of its own."""
    return "Say how much the service may: the role client, engineer, lead or manager."


def not_a_clients(name: str) -> str:
    """Staff raise nothing as a client."""
    return f"{name} belongs to no client. For the role client choose one of its people, or a service."


def of_another(name: str, client: str) -> str:
    """A client's person is that client's."""
    return f"{name} belongs to {client}, so the token does, too. Leave the client out."
