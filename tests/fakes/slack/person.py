"""What a person does. Nobody can do here what Slack's own screen would not let them do."""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from fakes.slack import payloads
from fakes.slack.answers import Answers
from fakes.slack.errors import CannotDo
from fakes.slack.forms import complaint, fields, initial_state, option_named, value_of
from fakes.slack.looking import Looking
from fakes.slack.screen import Seen, Shown, controls, field_label, label_of
from fakes.slack.slack_things import Channel, File, Installation, Message, Team, User, View
from fakes.slack.typing_in import command_text, message_text

if TYPE_CHECKING:
    from fakes.slack.fake_slack import FakeSlack


class Person(Looking):
    """Somebody in Slack. What they do to an app waits for its answer; without one they are told so by `NotAnswered`."""

    def __init__(self, slack: FakeSlack, user: User) -> None:
        super().__init__(slack, user)
        self._typed: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}

    @property
    def id(self) -> str:
        """Slack's id for them."""
        return self.user.id

    # --- messages -----------------------------------------------------------------------------------

    def say(
        self,
        channel: Channel,
        text: str,
        *,
        thread: Message | None = None,
        broadcast: bool = False,
        files: dict[str, bytes] | None = None,
    ) -> Message:
        """A message as they type it: `@ann`, `#help`, links and `&` become what Slack makes of them."""
        self._inside(channel)
        if channel.archived:
            raise CannotDo(f"#{channel.name} is archived")
        written, blocks = message_text(text, self._slack.world, self.user, channel)
        message = Message(self._slack.world.stamp(), channel, written, self.user.id, self.user.team.id, blocks)
        if self.user.bot_id:
            message.bot_id, message.app_id, message.blocks = self.user.bot_id, self.user.app_id, []
        else:
            message.client_msg_id = str(uuid4())
        if thread is not None:
            message.thread_ts, message.broadcast = thread.thread_ts or thread.ts, broadcast
        for name, content in (files or {}).items():
            message.files.append(self._file(name, content))
            message.subtype = "file_share"
        return self._slack.deeds.add(message)

    def edit(self, message: Message, text: str) -> None:
        """They say it otherwise."""
        self._own(message)

        def rewrite(changed: Message) -> None:
            changed.text, changed.blocks = message_text(text, self._slack.world, self.user, changed.channel)
            changed.edited = {"user": self.user.id, "ts": self._slack.world.stamp()}

        self._slack.deeds.change(message, rewrite)

    def delete(self, message: Message) -> None:
        """They take it back."""
        self._own(message)
        self._slack.deeds.remove(message)

    def delete_file(self, message: Message, name: str) -> None:
        """They take one of its files back."""
        self._own(message)
        self._slack.delete_file(next(file for file in message.files if file.name == name))

    def react(self, message: Message, name: str, *, taken_back: bool = False) -> None:
        """Their emoji on it, by its name without colons."""
        self._inside(message.channel)
        if message.only_for is not None:
            raise CannotDo("nobody can react to what one person alone sees")
        if taken_back != (self.user.id in message.reactions.get(name, [])):
            raise CannotDo(f":{name}: is {'not ' if taken_back else ''}there already")
        self._slack.deeds.react(message, self.user, name, taken_back=taken_back)

    def rename(self, channel: Channel, name: str) -> None:
        """They call it otherwise."""
        self._inside(channel)
        self._slack.deeds.rename(channel, self.user, name)

    def archive(self, channel: Channel, *, back: bool = False) -> None:
        """Nobody writes there any more, or again."""
        self._inside(channel)
        self._slack.deeds.archive(channel, self.user, back=back)

    def change(self, **known: Any) -> None:
        """Something of theirs is different: `real_name="…"`, `tz="…"`, `deleted=True` when they have left."""
        for name, value in known.items():
            setattr(self.user, name, value)
        self._slack.deeds.of_team({"type": "user_change", "user": self.user.seen_from(self.user.team)}, self.user.team)

    def join(self, channel: Channel, *, invited_by: Person | None = None) -> None:
        """They go into it; into a private one only when they are asked in."""
        if self.user.team not in channel.teams or (channel.kind != "public" and invited_by is None):
            raise CannotDo(f"{self!r} cannot go into #{channel.name}")
        self._slack.deeds.join(channel, self.user, inviter=invited_by.id if invited_by else None)

    def leave(self, channel: Channel) -> None:
        """They go."""
        self._inside(channel)
        self._slack.deeds.leave(channel, self.user)

    def invite_app(self, channel: Channel) -> None:
        """They bring the app into it."""
        self._inside(channel)
        self._slack.deeds.join(channel, self._installation(channel).user, inviter=self.user.id)

    def remove_app(self, channel: Channel) -> None:
        """They take it out."""
        self._slack.deeds.leave(channel, self._installation(channel).user)

    def dm(self, text: str = "", **how: Any) -> Message:
        """A message to the app itself."""
        if not self._slack.app.messages_tab:
            raise CannotDo("messages to this app are turned off")
        return self.say(self.dm_channel, text, **how)

    # --- the app ------------------------------------------------------------------------------------

    async def slash(self, channel: Channel, line: str, *, thread: Message | None = None) -> Seen | None:
        """A command, `/desk new`; answers what they alone are shown at once."""
        name, _, text = line.partition(" ")
        if thread is not None:
            raise CannotDo(f"{name} is not supported in threads")
        self._inside(channel)
        settings = self._slack.app.commands.get(name)
        at = self._own_installation(f"{name} is not a valid command")
        if settings is None or "commands" not in at.scopes:
            raise CannotDo(f"{name} is not a valid command")
        escape = bool(settings.get("should_escape"))
        text = command_text(text, self._slack.world, self.user, channel, escape=escape)
        payload = payloads.command(self._slack, at, self.user, channel, name, text)
        answer = await self._slack.ask("slash_commands", payload)
        return self._answers.to_command(at, self.user, channel, answer)

    async def press(self, label: str, on: Message | View | None = None) -> None:
        """A button, by its words: on a message, in the form that is open, or `on=ann.home`."""
        part, block, place = self._control(label, on, "button")
        action = {name: part[name] for name in ("type", "action_id", "text", "value", "style", "url") if name in part}
        await self._act(place, block, action)

    async def choose(self, label: str, option: Any, on: Message | View | None = None) -> None:
        """A choice in a menu, a date or a box that is not part of a form's fields: it is told at once."""
        part, block, place = self._control(label, on)
        if part["type"] == "overflow":
            value: dict[str, Any] = {"type": "overflow", "selected_option": option_named(part["options"], option)}
        elif part["type"] in ("external_select", "multi_external_select"):
            value = await self._external(part, block, place, option)
            self._state(place)[block["block_id"]][part["action_id"]] = value
        else:
            value, shown = value_of(part, option), self._state(place)[block["block_id"]]
            if shown[part["action_id"]] == value:
                raise CannotDo(f"“{label}” shows that already: Slack tells nothing of it")
            shown[part["action_id"]] = value
        await self._act(place, block, {"action_id": part["action_id"], **value})

    async def suggestions(self, label: str, typed: str, on: Message | View | None = None) -> list[str]:
        """What an external select offers for what they typed so far."""
        part, block, place = self._control(label, on)
        return [option["text"]["text"] for option in await self._suggested(part, block, place, typed)]

    async def message_shortcut(self, name: str, message: Message) -> None:
        """From the message's menu, such as “Turn into a request”."""
        self._inside(message.channel)
        if message.only_for is not None:
            raise CannotDo("what one person alone sees has no menu")
        callback = self._shortcut(name, "message")
        at = self._own_installation(f"there is no “{name}” in the menu")
        payload = payloads.message_action(self._slack, at, self.user, message, callback)
        self._answers.nothing_more(await self._slack.ask("interactive", payload))

    async def shortcut(self, name: str) -> None:
        """From anywhere."""
        self._own_installation(f"there is no “{name}”")
        payload = payloads.shortcut(self._slack, self.user, self._shortcut(name, "global"))
        self._answers.nothing_more(await self._slack.ask("interactive", payload))

    def open_home(self, tab: str = "home") -> None:
        """They look at the app's own page, or at its messages."""
        at = self._own_installation("the app is not there")
        if tab == "home" and not self._slack.app.home:
            raise CannotDo("this app has no home")
        told: dict[str, Any] = {"type": "app_home_opened", "user": self.user.id, "tab": tab}
        told["channel"] = self.dm_channel.id
        home = self._slack.world.homes.get((at.team.id, self.user.id))
        if tab == "home" and home:
            told["view"] = home.seen()
        self._slack.deeds.of_team(told, at.team)

    # --- forms --------------------------------------------------------------------------------------

    async def fill(self, entries: dict[str, Any]) -> None:
        """What they put into the fields of the form that is open, by their labels. An option goes by its own label."""
        view = self._open_modal()
        for label, entry in entries.items():
            part, block, _ = self._control(label, view)
            if part["type"] in ("external_select", "multi_external_select"):
                value = await self._external(part, block, view, entry)
            elif part["type"] == "file_input":
                files = [self._file(name, content) for name, content in entry.items()]
                for file in files:
                    file.in_form = True
                value = {"type": "file_input", "files": [file.seen(self._slack.url) for file in files]}
            else:
                value = value_of(part, entry)
            view.state[block["block_id"]][part["action_id"]] = value
            if block.get("dispatch_action"):
                await self._act(view, block, {"action_id": part["action_id"], **value})

    async def submit(self, entries: dict[str, Any] | None = None) -> dict[str, str]:
        """Fill in and send. Answers what stands beside the fields then, by their labels: nothing where it was taken."""
        await self.fill(entries or {})
        view = self._open_modal()
        if not view.given.get("submit"):
            raise CannotDo("this form has nothing to send it with")
        errors: dict[str, str] = {}
        for block, part in fields(view.given["blocks"]):
            wrong = complaint(block, part, view.state[block["block_id"]][part["action_id"]])
            if block["type"] == "input" and wrong:
                errors[field_label(block, part)] = wrong
        if not errors:
            answer = await self._slack.ask("interactive", payloads.view_submission(self._slack, self.user, view))
            errors = self._answers.to_form(view, answer)
        self._errors = {view.hash: errors}
        return errors

    async def close(self, *, all_of_them: bool = False) -> None:
        """They put the form away, or the whole pile."""
        stack = self._slack.world.modals.get(self.user.id, [])
        if not stack:
            raise CannotDo("no form is open")
        for view in stack[:] if all_of_them else stack[-1:]:
            self._answers.away(view)
            if view.given.get("notify_on_close"):
                told = payloads.view_closed(self._slack, self.user, view, cleared=all_of_them)
                await self._slack.ask("interactive", told)

    # --- how ----------------------------------------------------------------------------------------

    @property
    def _answers(self) -> Answers:
        return Answers(self._slack)

    def _own(self, message: Message) -> None:
        if message.user != self.user.id or message.ts not in message.channel.messages:
            raise CannotDo("that message is not theirs, or is gone")

    def _installation(self, channel: Channel) -> Installation:
        installed = self._slack.app.installations
        teams: list[Team] = [self.user.team, *channel.teams]
        found = next((installed[team.id] for team in teams if team.id in installed), None)
        if found is None:
            raise CannotDo("the app is in none of these workspaces")
        return found

    def _shortcut(self, name: str, kind: str) -> str:
        settings = self._slack.app.shortcuts.get(name)
        if settings is None or settings["type"] != kind:
            raise CannotDo(f"there is no “{name}”; there are: {', '.join(self._slack.app.shortcuts)}")
        return settings["callback_id"]

    def _open_modal(self) -> View:
        if self.modal is None:
            raise CannotDo("no form is open")
        return self.modal.view

    def _control(
        self, label: str, on: Message | View | Shown | Seen | None, kind: str = ""
    ) -> tuple[dict[str, Any], dict[str, Any], Message | View]:
        place = self._open_modal() if on is None else on.view if isinstance(on, Shown) else on
        place = place.message if isinstance(place, Seen) else place
        if isinstance(place, Message):
            self._inside(place.channel)
            blocks = place.blocks
        else:
            blocks = place.given["blocks"]
        there = [(part, block) for block, part in controls(blocks) if not kind or part["type"] == kind]
        names = [field_label(block, part) if not kind else label_of(part) for part, block in there]
        if names.count(label) != 1:
            raise CannotDo(f"{names.count(label)} are called “{label}”; there are: {', '.join(names)}")
        part, block = there[names.index(label)]
        return part, block, place

    def _state(self, place: Message | View) -> dict[str, dict[str, Any]]:
        if isinstance(place, View):
            return place.state
        typed = self._typed.get((place.channel.id, place.ts), {})
        state = self._typed[(place.channel.id, place.ts)] = initial_state(place.blocks, typed)
        return state

    def _at(self, place: Message | View) -> Installation:
        team = place.team if isinstance(place, Message) else place.bot_id
        for installation in self._slack.app.installations.values():
            if team in (installation.team.id, installation.bot_id):
                return installation
        raise CannotDo("the app that made this is gone")

    async def _act(self, place: Message | View, block: dict[str, Any], action: dict[str, Any]) -> None:
        if isinstance(place, Message) and place.ts not in place.channel.messages and place.only_for is None:
            raise CannotDo("that message is gone")
        at = self._at(place)
        told = payloads.block_actions(
            self._slack, at, self.user, place, {**action, "block_id": block["block_id"]}, self._state(place)
        )
        self._answers.nothing_more(await self._slack.ask("interactive", told))

    async def _suggested(
        self, part: dict[str, Any], block: dict[str, Any], place: Message | View, typed: str
    ) -> list[dict[str, Any]]:
        if len(typed) < part.get("min_query_length", 3):
            return []
        told = payloads.suggestion(
            self._slack, self._at(place), self.user, place, block["block_id"], part["action_id"], typed
        )
        return self._answers.to_suggestion(await self._slack.ask("interactive", told))

    async def _external(
        self, part: dict[str, Any], block: dict[str, Any], place: Message | View, entry: Any
    ) -> dict[str, Any]:
        chosen = []
        for label in [entry] if isinstance(entry, str) else entry or []:
            chosen.append(option_named(await self._suggested(part, block, place, label), label))
        if part["type"] == "multi_external_select":
            return {"type": part["type"], "selected_options": chosen}
        return {"type": part["type"], "selected_option": chosen[0] if chosen else None}

    def _file(self, name: str, content: bytes) -> File:
        world = self._slack.world
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        made = File(world.id("F"), self.user.team, self.user.id, name, len(content), name, content, True, mimetype=kind)
        made.created = int(world.times.now())
        world.files[made.id] = made
        return made
