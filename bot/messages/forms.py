"""The forms: what is asked, in which words. Only what is needed is required."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.domain.files import FORM_LIMIT, SIZE_LIMIT
from bot.domain.people import Client, Person, Role
from bot.domain.playbooks import ANSWER_LIMIT, FormField, RequestKind, SavedReply
from bot.domain.policy import Impact, Priority, Urgency
from bot.domain.text import TEXT_LIMIT, TITLE_LIMIT
from bot.messages.model import Arg, Form, Input, Option
from bot.messages.words import IMPACT

_ZONES = "Such as Europe/London or America/New_York, or by that city alone."


def new(args: Mapping[str, Any], kinds: Sequence[RequestKind], colleagues: Sequence[Person] = ()) -> Form:
    """Raise a request."""
    impact = tuple(Option(i.value, IMPACT[i]) for i in Impact)
    return Form(
        "new",
        "New request",
        (
            Input(
                "title",
                "What is it about?",
                required=True,
                value=args.get("title", ""),
                hint="A few words, such as “Export fails”.",
                limit=TITLE_LIMIT,
            ),
            Input(
                "details",
                "Details",
                "area",
                value=args.get("details", ""),
                hint="What happens, and since when?",
                limit=TEXT_LIMIT,
            ),
            Input(
                "files",
                "Files",
                "files",
                value=str(args.get("files", "")),
                hint=f"A picture or a log says much; each up to {SIZE_LIMIT // 1_048_576} MB.",
                limit=FORM_LIMIT,
            ),
            Input(
                "kind",
                "Kind",
                "choice",
                value=args.get("kind", ""),
                options=tuple(Option(kind.key, kind.label) for kind in kinds),
            ),
            Input("stopped", "Who is stopped?", "choice", value=args.get("stopped", ""), options=impact),
            Input(
                "outcome",
                "What outcome are you after?",
                value=args.get("outcome", ""),
                hint="Such as “Invoices go out by Friday”.",
                limit=500,
            ),
            Input(
                "private",
                "Who may see it?",
                "choice",
                value="yes" if args.get("private") else "no",
                options=(
                    Option("no", "Everybody of ours"),
                    Option("yes", "Private: only I, whom I name, and the support team"),
                ),
            ),
            *_with(args, colleagues),
        ),
        "Send request",
        intro="Only the first line is needed; the rest helps us help you sooner.",
    )


def _with(args: Mapping[str, Any], colleagues: Sequence[Person]) -> tuple[Input, ...]:
    """Who else sees a private one; not asked where there is nobody."""
    known = ", ".join(f"@{person.id}" for person in colleagues[:6])
    hint = f"For a private one, such as {known}."
    value = str(args.get("with", ""))
    return (Input("with", "Who of yours sees it too?", "people", value=value, hint=hint),) if known else ()


def questions(kind: RequestKind, known: Mapping[str, Arg], given: Mapping[str, str], wrong: Mapping[str, str]) -> Form:
    """What a kind of request asks for, after its title."""
    inputs = tuple(_question(number, field, given) for number, field in enumerate(kind.fields))
    errors = {
        f"answer-{number}": wrong[field.label] for number, field in enumerate(kind.fields) if field.label in wrong
    }
    told = {name: value for name, value in known.items() if value != ""}
    return Form("new", kind.label, inputs, "Send request", told, "With this we can start at once.", errors)


def _question(number: int, field: FormField, given: Mapping[str, str]) -> Input:
    options = tuple(Option(option, option) for option in field.options)
    value = given.get(field.label, "")
    return Input(
        f"answer-{number}", field.label, field.kind.value, field.required, value, options=options, limit=ANSWER_LIMIT
    )


def reply(ref: str, saved: Sequence[SavedReply] = (), text: str = "") -> Form:
    """Answer the client, from nothing or from a saved reply."""
    words = Input(
        "text",
        "Your reply",
        "area",
        required=not saved,
        value=text,
        limit=TEXT_LIMIT,
        hint="The client reads this under your name.",
    )
    start = Input(
        "saved",
        "Or start from a saved reply",
        "choice",
        options=tuple(Option(reply.key, reply.key) for reply in saved),
        hint="It comes up here first, for you to read and change.",
    )
    inputs = (words, start) if saved and not text else (replace(words, required=True),)
    return Form("reply", f"Reply to {ref}", inputs, "Send to client", {"request": ref})


def send(ref: str, message: str, text: str, files: Sequence[str]) -> Form:
    """Confirm that words of the team's thread go to the client."""
    words = Input(
        "text",
        "What the client will read",
        "area",
        required=not files,
        value=text,
        limit=TEXT_LIMIT,
        hint="Sent as it stands, it follows your later edits of the message; changed here, it does not.",
    )
    intro = (
        f"It goes to the client of {ref} under your name, with {', '.join(files)}."
        if files
        else f"It goes to the client of {ref} under your name."
    )
    return Form("send", "Send to the client", (words,), "Send to client", {"message": message}, intro)


def note(ref: str) -> Form:
    """A note for the team."""
    words = Input("text", "Your note", "area", required=True, limit=TEXT_LIMIT, hint="Stays with the team.")
    return Form("note", f"Note on {ref}", (words,), "Keep note", {"request": ref})


def ask_client(ref: str) -> Form:
    """Ask the client and wait."""
    hint = "One thing, as concrete as you can. The request waits for the answer."
    words = Input("text", "Your question", "area", required=True, limit=TEXT_LIMIT, hint=hint)
    return Form("ask-client", f"Ask the client about {ref}", (words,), "Ask and wait", {"request": ref})


def resolve(ref: str) -> Form:
    """What was done."""
    hint = "The client reads this in a minute, and is asked whether it works; until then you can undo."
    words = Input("text", "What was done?", "area", required=True, limit=TEXT_LIMIT, hint=hint)
    return Form("resolve", f"Resolve {ref}", (words,), "Resolve", {"request": ref})


def not_yet(ref: str) -> Form:
    """What still goes wrong."""
    words = Input("text", "What still goes wrong?", "area", required=True, limit=TEXT_LIMIT)
    return Form("not-yet", f"{ref} does not work yet", (words,), "Tell the team", {"request": ref})


def _reason(command: str, ref: str, title: str, submit: str, intro: str) -> Form:
    """A reason may be given, and a slip of the finger stops here."""
    words = Input("text", "Why", "area", limit=500, hint="In a few words; it may stay empty.")
    return Form(command, f"{title} {ref}", (words,), submit, {"request": ref, "sure": True}, intro=intro)


def reopen(ref: str) -> Form:
    """Open it again."""
    return _reason("reopen", ref, "Reopen", "Reopen", "The client is told that we are working on it again.")


def close(ref: str) -> Form:
    """Close without asking."""
    intro = "The client is told that it is closed, and is not asked whether it works. To ask them, use Resolve."
    return _reason("close", ref, "Close", "Close", intro)


def cancel(ref: str, *, for_staff: bool) -> Form:
    """Set it aside."""
    clocks = " Its clocks end without a verdict, and it cannot be reopened." if for_staff else ""
    intro = f"Nobody will work on it any more.{clocks}"
    return _reason("cancel", ref, "Set aside", "Not a request", intro)


def log(
    people: Sequence[Person],
    clients: Mapping[str, Client],
    zone: str,
    args: Mapping[str, Any],
    errors: Mapping[str, str] | None = None,
) -> Form:
    """Write a call down."""
    options = tuple(Option(p.id, f"{p.name}, {clients[p.client].name}") for p in people if p.client)
    named = str(args.get("person", "")).lstrip("@")
    begun = "Such as 14:05 or yesterday 16:00"
    return Form(
        "log",
        "Log a request",
        (
            Input("person", "Who asked?", "choice", required=True, value=named, options=options),
            Input(
                "text",
                "What did they say?",
                "area",
                required=True,
                value=str(args.get("text", "")),
                hint="In their words.",
                limit=TEXT_LIMIT,
            ),
            Input(
                "at",
                "When did they ask?",
                value=str(args.get("at", "")),
                hint=f"{begun}; in your zone, {zone}. Left empty, just now. Its clocks start then.",
                limit=60,
            ),
            Input(
                "priority",
                "Priority",
                "choice",
                value=str(args.get("priority", "")),
                options=tuple(Option(p.value, p.value) for p in Priority),
            ),
        ),
        "Log it",
        intro="It is recorded as theirs, and they are told. Somebody new? Type it: log @name by phone: …",
        errors=errors or {},
    )


def caller(name: str, clients: Mapping[str, Client], args: Mapping[str, Arg]) -> Form:
    """Somebody called whom the desk does not know: whose are they?"""
    options = tuple(Option(key, client.name) for key, client in clients.items())
    value = options[0].value if len(options) == 1 else ""
    shown = " ".join(part[:1].upper() + part[1:] for part in name.strip().lstrip("@").split())
    kept = {key: given for key, given in args.items() if given}
    return Form(
        "log",
        "Who called?",
        (
            Input("person", "Their name", required=True, value=shown, limit=80),
            Input("client", "Their client", "choice", required=True, value=value, options=options),
        ),
        "Add them and log it",
        kept,
        "I know nobody of that name. They become one of the client's people; a manager can let them sign in later.",
    )


def assign(ref: str, team: Sequence[Person]) -> Form:
    """Who takes it."""
    options = (
        *(Option(p.id, f"{p.name}, {p.role}") for p in team),
        Option("team", "Back to the team"),
    )
    who = Input("to", "Who takes it?", "choice", required=True, options=options)
    return Form("assign", f"Assign {ref}", (who,), "Assign", {"request": ref})


def handle(ref: str) -> Form:
    """By when one acts."""
    when = Input("until", "By when?", required=True, hint="Such as 15:30, 45m or tomorrow 10:00.", limit=60)
    intro = "Everybody who was told sees that you act. If nothing has happened by then, the alarm goes on."
    return Form("handle", f"Handle {ref}", (when,), "I'll handle it", {"request": ref}, intro=intro)


def snooze(ref: str) -> Form:
    """How long the alarm waits."""
    spans = (Option("15m", "15 minutes"), Option("1h", "An hour"), Option("tomorrow", "Until we open tomorrow"))
    return Form(
        "snooze",
        f"Snooze the alarm of {ref}",
        (
            Input("span", "How long?", "choice", options=spans),
            Input("until", "Or until when?", hint="Such as 16:00 or fri 10:00.", limit=60),
        ),
        "Snooze",
        {"request": ref},
        intro="The alarm waits, for everybody. The clock and its verdict do not.",
    )


def priority(
    ref: str, *, now: Priority, impact: Impact | None, to: str = "", errors: Mapping[str, str] | None = None
) -> Form:
    """Impact × urgency, or a level with its reason."""
    return Form(
        "priority",
        f"Priority of {ref}",
        (
            Input(
                "impact",
                "Who is stopped?",
                "choice",
                value=impact or "",
                options=tuple(Option(i.value, IMPACT[i]) for i in Impact),
            ),
            Input(
                "urgency",
                "How soon does it matter?",
                "choice",
                value=Urgency.NORMAL,
                options=tuple(Option(u.value, u.value.capitalize()) for u in Urgency),
            ),
            Input(
                "to",
                "Or set it directly",
                "choice",
                value=to,
                options=tuple(Option(p.value, p.value) for p in Priority),
            ),
            Input("reason", "Why", "area", hint="Needed when you set it directly.", limit=500),
        ),
        "Set priority",
        {"request": ref},
        intro=f"It is {now} now. Impact and urgency give the priority; setting it directly needs a reason.",
        errors=errors or {},
    )


def merge(ref: str, others: Sequence[tuple[str, str]], into: str = "") -> Form:
    """Which request it goes on in; `others` are the client's open ones, by name and title."""
    options = tuple(Option(other, f"{other}, {title}") for other, title in others)
    which = Input("into", "Goes on in", "choice", required=True, value=into, options=options)
    if not options:
        which = Input("into", "Goes on in", required=True, value=into, hint="A number, such as 40.", limit=20)
    intro = f"{ref} ends without a verdict. Its threads follow the other one, and the client is told kindly where."
    return Form("merge", f"Merge {ref}", (which,), "Merge", {"request": ref}, intro)


def split(ref: str, messages: Sequence[tuple[int, str]]) -> Form:
    """Which of the client's words become a request of their own."""
    options = tuple(Option(str(seq), text) for seq, text in messages)
    which = Input("entry", "Which words?", "choice", required=True, options=options)
    title = Input("title", "What is it about?", hint="Left empty, its first words.", limit=TITLE_LIMIT)
    intro = "With the lines written right before and after. It counts from when they were written; the client is told."
    return Form("split", f"Split {ref}", (which, title), "Split off", {"request": ref}, intro)


def private(ref: str, *, stands_in_channel: bool) -> Form:
    """From now on only few see it."""
    taken = "What I wrote in your channel about it is taken away; what people wrote there themselves remains. "
    intro = f"Only its requester, people you share it with and the team see it from now on. {taken}It stays private."
    words = "Only its requester, people you share it with and the team see it from now on. It stays private."
    args: Mapping[str, Any] = {"request": ref, "sure": True}
    return Form("private", f"Make {ref} private", (), "Make private", args, intro if stands_in_channel else words)


def share(ref: str, people: Sequence[Person]) -> Form:
    """Who else may see a private request."""
    options = tuple(Option(person.id, person.name) for person in people)
    who = Input("person", "Who may see it too?", "choice", required=True, options=options)
    return Form("share", f"Share {ref}", (who,), "Share", {"request": ref}, "They get a copy, and find it from now on.")


def add_client(key: str, zone: str) -> Form:
    """A client, its zone and its service level."""
    levels = (Option("gold", "Gold"), Option("silver", "Silver"), Option("bronze", "Bronze"))
    return Form(
        "add-client",
        "Add a client",
        (
            Input("client_name", "Name", required=True, hint="Such as Acme Ltd.", limit=80),
            Input("key", "Key", required=True, value=key, hint="Short, for ACME-42.", limit=10),
            Input("time_zone", "Time zone", value=zone, hint=_ZONES, limit=60),
            Input("level", "Service level", "choice", required=True, value="silver", options=levels),
        ),
        "Add client",
        intro="It gets a channel of its own, office hours (Mon to Fri, 9 to 17 in its zone) and targets.",
    )


def add_person(given: Mapping[str, Any], clients: Sequence[Client], errors: Mapping[str, str] | None = None) -> Form:
    """Somebody of a client, or of the team."""
    roles = tuple(Option(r.value, r.value.capitalize()) for r in Role if r is not Role.DESK)
    known = tuple(Option(c.key, c.name) for c in clients)
    said = {name: str(given.get(name) or "") for name in ("person_name", "role", "client", "time_zone")}
    return Form(
        "add-person",
        "Add a person",
        (
            Input("person_name", "Name", required=True, value=said["person_name"], limit=80),
            Input("role", "Role", "choice", required=True, value=said["role"], options=roles),
            Input("client", "Client", "choice", value=said["client"], hint="For a client's person.", options=known),
            Input("time_zone", "Time zone", value=said["time_zone"], hint=_ZONES, limit=60),
        ),
        "Add person",
        errors=errors or {},
    )
