"""What people do on purpose, as calls of the front door: the command, buttons, menus, forms, suggestions."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import discord

from adapters.discord import modals
from adapters.discord.acting import Act, Acting
from adapters.discord.chat import DiscordChat
from adapters.discord.elsewhere import taken
from adapters.discord.events import Listening
from adapters.discord.places import is_id
from adapters.discord.pressing import FILE, MENU, pressed, sure
from adapters.discord.reading import Reading
from adapters.discord.tree import HOME, ON_OWN_NOTE, of_menu, used
from bot.commands import REGISTRY
from bot.desk import at_home, front, hearing
from bot.desk.context import Refusal
from bot.desk.figures import figures
from bot.domain.period import PeriodError
from bot.messages import refusals
from bot.messages.model import Answer, Arg, Said, line
from bot.ports import MessageRef, Place, Refused

log = logging.getLogger("steward.discord")

SUGGESTIONS = 25
LONGEST = 100

Used = discord.Interaction[Any]


class Inbound:
    """Takes interactions."""

    def __init__(self, acting: Acting, listening: Listening, reading: Reading, chat: DiscordChat) -> None:
        self._chat = chat
        self._acting, self._listening, self._reading, self._desk = acting, listening, reading, acting.desk

    async def interaction(self, used: Used) -> None:
        """Whatever somebody used. Buttons come by their own door (wiring.py)."""
        try:
            match used.type:
                case discord.InteractionType.application_command:
                    await self._command(used)
                case discord.InteractionType.autocomplete:
                    await self._suggest(used)
                case discord.InteractionType.modal_submit:
                    await self._acting.used(used, self._submitted(used), quiet=used.message is not None)
                case _:
                    return
        except Exception:
            log.exception("what %s used failed", used.user.id)

    async def press(self, used: Used) -> None:
        """A button, or an entry of a menu."""
        await self._acting.used(used, self._pressed(used), quiet=True)
        data: Mapping[str, Any] = used.data or {}
        message, channel = used.message, used.channel_id
        if MENU.match(str(data.get("custom_id", ""))) and message is not None and not message.flags.ephemeral:
            place = (await self._acting.channels.get(channel)).place if channel is not None else None
            if place is not None:
                await self._unchosen(MessageRef(place, str(message.id)))

    async def _unchosen(self, ref: MessageRef) -> None:
        try:
            await self._chat.unchoose(ref)
        except Exception as error:
            log.info("a menu goes on showing what was chosen: %s", error)

    async def _command(self, used: Used) -> None:
        data: Mapping[str, Any] = used.data or {}
        if data.get("type") == discord.AppCommandType.message.value:
            await self._acting.used(used, self._from_menu(used), quiet=False)
        else:
            await self._acting.used(used, self._typed(used), quiet=False)

    async def _typed(self, interaction: Used) -> tuple[Act, Answer]:
        act = await self._act(interaction)
        typed = used(interaction.data or {})
        if typed is None:
            return act, _refused("This command is of another time. Type it anew.")
        event = act.event(f"command:{interaction.id}")
        args = {name: await self._plain(value) for name, value in typed.args.items()}
        text = f"{typed.command} {args.get('code', '')}".strip()
        if typed.command in ("setup", "link") and (newcomer := self._acting.newcomer(act, text)) is not None:
            return act, await front.run_text(
                self._desk, act.person, text, place=act.place, event=event, newcomer=newcomer
            )
        if typed.command == HOME:
            *parts, last = await at_home.parts(self._desk, act.person, act.place)
            for part in parts:
                await self._acting.tell(act, part)
            return act, Answer(last)
        return act, await front.run(self._desk, act.person, typed.command, args, place=act.place, event=event)

    async def _from_menu(self, interaction: Used) -> tuple[Act, Answer]:
        data: Any = interaction.data or {}
        act, name = await self._act(interaction), of_menu(str(data.get("name", "")))
        command = REGISTRY.find(name or "")
        message = None
        if act.place is not None and command is not None:
            message = await self._reading.message(act.place, int(data.get("target_id") or 0))
        if command is None or message is None:
            return act, _refused("This entry is of another time. Look into the message's menu once more.")
        try:
            heard = await self._listening.heard(message)
        except Refusal as no:
            return act, refusals.refused(str(no))
        if heard.author == act.person and await hearing.in_team_thread(self._desk.store, heard.ref.place):
            command = REGISTRY.find(ON_OWN_NOTE.get(command.name, "")) or command
        number = None if command.on_message else await hearing.request_at(self._desk.store, heard.ref)
        args: dict[str, Arg] = {"request": str(number)} if number else {}
        event = act.event(f"menu:{interaction.id}")
        return act, await front.run(
            self._desk, act.person, command.name, args, place=heard.ref.place, event=event, message=heard
        )

    async def _pressed(self, interaction: Used) -> tuple[Act, Answer | modals.Modal]:
        act = await self._act(interaction)
        asked = pressed(interaction.data or {})
        if asked is None:
            return act, _refused("This button is of another time. Ask for what it shows once more.")
        if asked.command == modals.FORM:
            done = modals.turned(asked, self._acting.drafts)
            if isinstance(done, Said):
                return act, Answer(done)
            if isinstance(done, modals.Modal):
                return act, done
            asked = done
        act, args = await self._meant(act, asked.args)
        if asked.command == FILE:
            return act, await self._figures(act, args)
        if asked.asks:
            command = REGISTRY.find(asked.command)
            return act, Answer(sure(asked, command.label if command else asked.command))
        event = act.event(f"press:{interaction.id}")
        return act, await front.run(self._desk, act.person, asked.command, args, place=act.place, event=event)

    async def _submitted(self, interaction: Used) -> tuple[Act, Answer]:
        act = await self._act(interaction)
        asked = modals.submitted(interaction.data or {}, self._acting.drafts)
        if asked is None:
            return act, _refused("This form is of another time. Ask for it once more.")
        if isinstance(asked, Said):
            return act, Answer(asked)
        act, args = await self._meant(act, asked.args)
        event = act.event(f"form:{interaction.id}")
        answer = await front.run(self._desk, act.person, asked.command, args, place=act.place, event=event)
        return act, modals.kept(answer, interaction.data or {}, self._acting.drafts)

    async def _meant(self, act: Act, given: Mapping[str, Arg]) -> tuple[Act, dict[str, Arg]]:
        """What was pressed in an answer that stands elsewhere means where it was asked for."""
        at, args = taken(given)
        if not is_id(at):
            return act, args
        try:
            place = (await self._acting.channels.get(int(at))).place
        except Refused:
            return act, args
        return await self._acting.act(act.who, place, act.interaction, elsewhere=True), args

    async def _figures(self, act: Act, words: Mapping[str, Arg]) -> Answer:
        """A report's figures as a file, for them alone."""
        person = (await self._desk.store.directory()).people.get(act.person)
        try:
            if person is None or not person.active:
                raise Refusal(refusals.stranger(await self._desk.store.directory()))
            file = await figures(self._desk, person, str(words.get("client", "")), str(words.get("period", "")))
        except (Refusal, PeriodError) as no:
            return refusals.refused(str(no))
        await self._acting.send_file(act, file.name, "".join([piece async for piece in file.pieces]))
        return Answer()

    async def _suggest(self, interaction: Used) -> None:
        """What is offered while they type; Discord shows it for as long as it is true, and asks again."""
        typed = used(interaction.data or {})
        found: list[discord.app_commands.Choice[str]] = []
        if typed is not None and typed.focused:
            act = await self._act(interaction)
            asked = str(typed.args.get(typed.focused, ""))
            offered = await front.offered(self._desk, act.person, typed.command, typed.focused, asked, place=act.place)
            for each in offered[:SUGGESTIONS]:
                if len(each.insert) <= LONGEST:
                    label = f"{each.label} · {each.help}" if each.help else each.label
                    found.append(discord.app_commands.Choice(name=label[:LONGEST], value=each.insert))
        try:
            await interaction.response.autocomplete(found)
        except discord.DiscordException as error:
            log.info("suggestions came too late: %s", error)

    async def _plain(self, value: Arg) -> Arg:
        return await self._listening.words(value) if isinstance(value, str) and "<" in value else value

    async def _act(self, used: Used) -> Act:
        return await self._acting.act(used.user, await self._place(used), used)

    async def _place(self, used: Used) -> Place | None:
        if used.channel_id is None:
            return None
        try:
            return (await self._acting.channels.get(used.channel_id)).place
        except Refused:
            # Somebody can use the app where it sees nothing itself.
            channel: Any = used.channel
            return (await self._acting.channels.keep(channel)).place if channel is not None else None


def _refused(text: str) -> Answer:
    return Answer(Said("refusal", (line(text),), tone="warn"))
