"""What becomes of the app's answers: the first one to an interaction, and all that it says later with the token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fakes.discord import sending
from fakes.discord.command_rules import problems_of_choices
from fakes.discord.deeds import reference_to
from fakes.discord.discord_messages import COMMAND as OF_COMMAND
from fakes.discord.discord_messages import DEFAULT, EPHEMERAL, LOADING, MENU_COMMAND, REPLY, Message
from fakes.discord.errors import DiscordError, check, invalid
from fakes.discord.forms import OpenForm
from fakes.discord.interacting import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, Answer, Interaction
from fakes.discord.message_rules import BODY
from fakes.discord.modal_rules import problems_of_modal
from fakes.discord.routes import Upload

if TYPE_CHECKING:
    from fakes.discord.fake_discord import FakeDiscord

SAY, DEFER, DEFER_UPDATE, UPDATE, CHOICES, FORM = 4, 5, 6, 7, 8, 9
ALLOWED = {
    COMMAND: {SAY, DEFER, FORM},
    COMPONENT: {SAY, DEFER, DEFER_UPDATE, UPDATE, FORM},
    AUTOCOMPLETE: {CHOICES},
    MODAL: {SAY, DEFER, DEFER_UPDATE, UPDATE},
}


class Answering:
    """All of them."""

    def __init__(self, discord: FakeDiscord) -> None:
        self._discord = discord

    def first(self, at: Interaction, given: Any, files: dict[str, Upload]) -> Answer:
        """The one for which the person waits."""
        if not isinstance(given, dict):
            raise DiscordError(50109)
        check({key: "unknown field" for key in given.keys() - {"type", "data"}})
        kind, data = given.get("type"), given.get("data") or {}
        allowed = ALLOWED[at.kind] - ({UPDATE} if at.message is None else set())
        if kind not in allowed:
            raise invalid("type", f"Interaction response type must be one of {sorted(allowed)} here.")
        answer = Answer(kind, data)
        try:
            self._do(at, answer, files)
        except DiscordError as error:
            raise _inside(error) from None
        at.answered.set_result(answer)
        self._discord.changed()
        return answer

    def _do(self, at: Interaction, answer: Answer, files: dict[str, Upload]) -> None:
        data = answer.data
        match answer.kind:
            case 4:
                answer.message = at.original = self._add(at, self._make(at, data, files))
            case 5:
                check({key: "unknown field" for key in data.keys() - {"flags"}})
                check({} if (data.get("flags") or 0) in (0, EPHEMERAL) else {"flags": "Only EPHEMERAL."})
                answer.message = at.original = self._add(at, self._loading(at, data.get("flags") or 0))
            case 6:
                check({key: "unknown field" for key in data})
                at.original = self._reach(at) if at.message else None
            case 7:
                message = at.original = answer.message = self._reach(at)
                self._rewrite(message, data, files)
            case 8:
                check({key: "unknown field" for key in data.keys() - {"choices"}})
                focused = next(_focused(at.data))
                check({f"choices.{w}": say for w, say in problems_of_choices(data.get("choices"), focused["type"])})
            case _:
                check(problems_of_modal(data))
                self._discord.world.forms[at.user.id] = OpenForm(at, data)

    # --- what is said later -------------------------------------------------------------------------

    def more(self, at: Interaction, given: Any, files: dict[str, Upload]) -> Message:
        """One more message; the first after a deferral stands in its place, seen by whom that was."""
        original = at.original
        if at.kind == AUTOCOMPLETE or (at.answer and at.answer.kind == FORM and original is None):
            raise DiscordError(10015)
        if original is not None and original.flags & LOADING:
            if ((given.get("flags") or 0) ^ original.flags) & EPHEMERAL and given.get("flags"):
                say = "a deferred answer is seen by whom the deferral said, whatever its own flags say"
                self._discord.record.complaints.append(say)
            self._rewrite(original, {**given, "flags": (given.get("flags") or 0) & ~EPHEMERAL}, files, fresh=True)
            return original
        return self._add(at, self._make(at, given, files))

    def one(self, at: Interaction, id: str) -> Message:
        """A message of this token: `@original`, or by its id."""
        found = at.original if id == "@original" else at.messages.get(id)
        if found is None or found.gone:
            raise DiscordError(10008)
        return found

    def change(self, message: Message, given: Any, files: dict[str, Upload]) -> None:
        """It is said otherwise, or for the first time where it was deferred."""
        if not isinstance(given, dict):
            raise DiscordError(50109)
        self._rewrite(message, given, files, fresh=bool(message.flags & LOADING))

    def _rewrite(
        self, message: Message, given: dict[str, Any], files: dict[str, Upload], *, fresh: bool = False
    ) -> None:
        if not (message.channel.type == 1 or message.only_for):
            self._discord.open_thread(message.channel, to_write=False)
        sending.rewrite(self._discord, message, given, files, BODY)
        message.flags &= ~LOADING
        self._discord.deeds.change(message, edited=not fresh)

    # --- how ----------------------------------------------------------------------------------------

    def _make(self, at: Interaction, given: dict[str, Any], files: dict[str, Upload]) -> Message:
        message = sending.make(self._discord, at.channel, given, files, known=BODY)
        self._about(at, message)
        return message

    def _loading(self, at: Interaction, flags: int) -> Message:
        world = self._discord.world
        message = Message(world.id(), at.channel, world.app.user, "", world.now(), flags=flags | LOADING)
        message.application_id = world.app.id
        if at.channel.guild:
            message.member = at.channel.guild.members.get(world.app.id)
        self._about(at, message)
        return message

    @staticmethod
    def _about(at: Interaction, message: Message) -> None:
        message.interaction = at
        if at.kind == COMMAND:
            message.type = MENU_COMMAND if "target_id" in at.data else OF_COMMAND
        elif at.message is not None and at.message.only_for is None:
            message.type, message.reference, message.replies_to = REPLY, reference_to(at.message), at.message
        else:
            message.type = DEFAULT

    def _add(self, at: Interaction, message: Message) -> Message:
        at.messages[message.id] = message
        if message.flags & EPHEMERAL:
            message.only_for = at.user.id
            at.channel.ephemerals.append(message)
            self._discord.changed()
            return message
        self._discord.open_thread(at.channel, to_write=False)
        return self._discord.deeds.add(message)

    @staticmethod
    def _reach(at: Interaction) -> Message:
        assert at.message is not None
        if at.message.gone:
            raise DiscordError(10008)
        at.messages[at.message.id] = at.message
        return at.message


def _focused(part: dict[str, Any]) -> Any:
    for option in part.get("options") or ():
        if option.get("focused"):
            yield option
        yield from _focused(option)


def _inside(error: DiscordError) -> DiscordError:
    """The same, its places below `data`."""
    if error.code == 50035 and error.errors:
        return DiscordError(error.code, errors={"data": error.errors})
    return error
