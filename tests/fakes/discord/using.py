"""How a person uses an app: commands, menus, buttons, selects, forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fakes.discord.command_rules import MESSAGE_MENU, USER_MENU
from fakes.discord.commanding import Resolved, data_of, named, options_of, typed_command
from fakes.discord.component_rules import BUTTON, LINK, SELECT, Part
from fakes.discord.discord_messages import Message
from fakes.discord.discord_things import Channel, Role
from fakes.discord.errors import CannotDo, NotAnswered
from fakes.discord.forms import OpenForm, Shown, options_named, too_few_or_many, values_of
from fakes.discord.interacting import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, Interaction
from fakes.discord.looking import Looking
from fakes.discord.modal_rules import UPLOAD
from fakes.discord.screen import Seen, controls, label_of

if TYPE_CHECKING:
    from fakes.discord.person import Person

USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = 5, 6, 7, 8


class Using(Looking):
    """Somebody before an app. Each of these waits for its first answer, and raises `NotAnswered` where none comes."""

    @property
    def modal(self) -> Shown | None:
        """The form that is open."""
        form = self._discord.world.forms.get(self.id)
        return Shown(form) if form else None

    # --- commands -----------------------------------------------------------------------------------

    async def slash(self, channel: Channel, line: str, **options: Any) -> Seen | None:
        """`ann.slash(help, "/desk new", title="Printer", urgency="High", who=bob, file={"p.txt": b"…"})`. A choice goes
        by its name, and so does a suggestion; answers what is shown at once, nothing where a form opens."""
        self._where(channel)
        command, way, part = typed_command(self._discord, self.user, channel, line)
        chosen = dict(options)
        for option in part.get("options") or ():
            if option.get("autocomplete") and isinstance(options.get(option["name"]), str):
                chosen[option["name"]] = await self._picked(channel, line, option["name"], options)
        resolved = Resolved(self._discord, channel)
        told = data_of(command, way, options_of(part, chosen, resolved, self.user), resolved)
        return self._shown(await self._ask(COMMAND, channel, told))

    async def suggestions(self, channel: Channel, line: str, option: str, typed: str, **options: Any) -> dict[str, Any]:
        """What is offered below an option while they type into it: the names, and the value behind each."""
        self._where(channel)
        command, way, part = typed_command(self._discord, self.user, channel, line)
        known = next((one for one in part.get("options") or () if one["name"] == option), None)
        if known is None or not known.get("autocomplete"):
            raise CannotDo(f"nothing is suggested for “{option}”")
        entered = {name: value for name, value in options.items() if name != option}
        # Discord sends no resolved things with what is still being typed.
        filled = options_of(part, entered, Resolved(self._discord, channel), self.user, partly=True)
        filled.append({"type": known["type"], "name": option, "value": typed, "focused": True})
        answer = (await self._ask(AUTOCOMPLETE, channel, data_of(command, way, filled))).answer
        assert answer
        return {choice["name"]: choice["value"] for choice in answer.data.get("choices") or ()}

    async def _picked(self, channel: Channel, line: str, option: str, options: dict[str, Any]) -> Any:
        """The value behind a suggestion of that name; where there is none, what they typed."""
        try:
            offered = await self.suggestions(channel, line, option, options[option], **options)
        except NotAnswered as silence:
            self._discord.record.complaints.append(f"no suggestions for {option}: {silence}")
            return options[option]
        return offered.get(options[option], options[option])

    async def message_menu(self, name: str, message: Message) -> Seen | None:
        """From the menu of a message, below “Apps”: “Turn into a request”."""
        self._where(message.channel)
        if message.only_for is not None:
            raise CannotDo("what one person alone sees has no such menu")
        command = named(self._discord, self.user, message.channel, MESSAGE_MENU, name)
        world = self._discord.world
        told = data_of(command, [], []) | {"target_id": message.id}
        told["resolved"] = {"messages": {message.id: message.seen(world.app.id, world.link)}}
        return self._shown(await self._ask(COMMAND, message.channel, told))

    async def user_menu(self, name: str, person: Person, channel: Channel) -> Seen | None:
        """From the menu of somebody, seen in that channel."""
        self._where(channel)
        command = named(self._discord, self.user, channel, USER_MENU, name)
        resolved = Resolved(self._discord, channel)
        resolved.user(person.user)
        told = data_of(command, [], [], resolved) | {"target_id": person.id}
        return self._shown(await self._ask(COMMAND, channel, told))

    # --- messages with something to press -----------------------------------------------------------

    async def press(self, label: str, on: Message | Seen) -> Seen | None:
        """A button, by its words or its emoji."""
        message, part = self._control(label, on, button=True)
        if part["style"] == LINK:
            raise CannotDo(f"“{label}” leads to {part['url']}")
        return await self._used(message, part, {})

    async def choose(self, label: str, chosen: Any, on: Message | Seen) -> Seen | None:
        """In a select, by what stands in it while it is empty: options by their labels, else people, channels."""
        message, part = self._control(label, on, button=False)
        resolved = Resolved(self._discord, message.channel)
        values = options_named(part, chosen) if part["type"] == SELECT else self._resolve(resolved, part, chosen)
        if wrong := too_few_or_many(part, len(values)):
            raise CannotDo(wrong)
        told: Part = {"values": values}
        return await self._used(message, part, told | ({"resolved": resolved.told} if resolved.told else {}))

    async def _used(self, message: Message, part: Part, told: Part) -> Seen | None:
        data = {"custom_id": part["custom_id"], "component_type": part["type"], "id": part["id"], **told}
        return self._shown(await self._ask(COMPONENT, message.channel, data, message=message))

    def _control(self, label: str, on: Message | Seen, *, button: bool) -> tuple[Message, Part]:
        message = on.message if isinstance(on, Seen) else on
        self._where(message.channel)
        if message.gone or (message.only_for not in (None, self.id)):
            raise CannotDo("that message is gone, or not for them")
        if message.author.id != self._discord.app.id and message.application_id != self._discord.app.id:
            raise CannotDo("that message is not the app's")
        there = [part for part in controls(message.components) if (part["type"] == BUTTON) == button]
        found = [part for part in there if label_of(part) == label]
        if len(found) != 1:
            names = ", ".join(label_of(part) for part in there)
            raise CannotDo(f"{len(found)} are called “{label}”; there are: {names}")
        if found[0].get("disabled"):
            raise CannotDo(f"“{label}” is greyed out")
        return message, found[0]

    # --- forms --------------------------------------------------------------------------------------

    def fill(self, entries: dict[str, Any]) -> None:
        """What they put into the fields, by their labels; files as `{"p.txt": b"…"}`."""
        form = self._form()
        for label, entry in entries.items():
            part = form.field(label)
            if part["type"] == UPLOAD:
                form.state[part["custom_id"]] = list((entry or {}).items())
            elif part["type"] in (USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT):
                form.state[part["custom_id"]] = list(entry) if isinstance(entry, list | tuple) else [entry]
            else:
                form.state[part["custom_id"]] = values_of(part, entry)

    async def submit(self, entries: dict[str, Any] | None = None) -> dict[str, str]:
        """Fill in and send. Answers what stands beside the fields where it could not be sent, by label; where it was,
        the form is gone. Where the app does not answer it stays, and `NotAnswered` is raised."""
        self.fill(entries or {})
        form = self._form()
        if wrong := form.complaints():
            return wrong
        resolved, kept = Resolved(self._discord, form.at.channel), dict(form.state)
        for _, part in form.fields():
            value = form.state[part["custom_id"]]
            if part["type"] == UPLOAD:
                form.state[part["custom_id"]] = [resolved.file(name, content) for name, content in value]
            elif part["type"] in (USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT):
                form.state[part["custom_id"]] = self._resolve(resolved, part, value)
        told: Part = {"custom_id": form.given["custom_id"], "components": form.sent(), "resolved": resolved.told}
        form.state = kept
        at = form.at
        await self._ask(MODAL, at.channel, told, message=at.message, opened_by=at)
        if self._discord.world.forms.get(self.id) is form:
            del self._discord.world.forms[self.id]
        return {}

    def close(self) -> None:
        """They put the form away; nobody is told."""
        self._form()
        del self._discord.world.forms[self.id]

    def _form(self) -> OpenForm:
        form = self._discord.world.forms.get(self.id)
        if form is None:
            raise CannotDo("no form is open")
        return form

    # --- how ----------------------------------------------------------------------------------------

    def _resolve(self, resolved: Resolved, part: Part, chosen: Any) -> list[str]:
        found: list[str] = []
        for one in chosen if isinstance(chosen, list | tuple) else [chosen]:
            if isinstance(one, str):
                one = self._known(part, one)
            if isinstance(one, Looking) and part["type"] in (USER_SELECT, MENTIONABLE_SELECT):
                found.append(resolved.user(one.user))
            elif isinstance(one, Channel) and part["type"] == CHANNEL_SELECT:
                found.append(resolved.channel(one, self.user))
            elif isinstance(one, Role) and part["type"] in (ROLE_SELECT, MENTIONABLE_SELECT):
                found.append(resolved.role(one))
            else:
                raise CannotDo(f"{one!r} cannot be chosen there")
        return found

    def _known(self, part: Part, id: str) -> Looking | Channel | Role:
        """What was chosen at first, by id."""
        world = self._discord.world
        if part["type"] == CHANNEL_SELECT:
            return world.channels[id]
        if id in world.users:
            return Looking(self._discord, world.users[id])
        return next(guild.roles[id] for guild in world.guilds.values() if id in guild.roles)

    def _where(self, channel: Channel) -> None:
        self._inside(channel)
        self._discord.threads.settle(channel)
        if channel.archived:
            raise CannotDo("the thread is archived: nothing can be used in it")
        if not channel.holds_messages:
            raise CannotDo(f"#{channel.name} has nowhere to type; its posts have")
        if channel.guild is None and self._discord.app.id not in channel.recipients:
            raise CannotDo("the app is not in that conversation")

    async def _ask(
        self,
        kind: int,
        channel: Channel,
        data: Part,
        *,
        message: Message | None = None,
        opened_by: Interaction | None = None,
    ) -> Interaction:
        asking = self._discord.interactions.ask
        return await asking(kind, self.user, channel, data, message=message, opened_by=opened_by)

    def _shown(self, at: Interaction) -> Seen | None:
        message = at.answer.message if at.answer else None
        return Seen(message, self._discord.world) if message else None
