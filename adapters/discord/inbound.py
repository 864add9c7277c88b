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
from adapters.discord.filling import filled_in
from adapters.discord.keeping import COMMAND, FORM, PRESS, Deed
from adapters.discord.places import is_id
from adapters.discord.pressing import FILE, MENU, pressed, sure
from adapters.discord.reading import Reading
from adapters.discord.tree import HOME, ON_OWN_NOTE, of_menu, used
from bot.commands import REGISTRY, Kind
from bot.desk import at_home, front, hearing
from bot.desk.context import Refusal
from bot.desk.figures import figures
from bot.domain.period import PeriodError
from bot.messages import around, filling, refusals
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
                    await self._used(Deed.of(COMMAND, used), used, quiet=False)
                case discord.InteractionType.autocomplete:
                    await self._suggest(used)
                case discord.InteractionType.modal_submit:
                    await self._used(Deed.of(FORM, used), used, quiet=used.message is not None)
                case _:
                    return
        except Exception:
            log.exception("what %s used failed", used.user.id)

    async def press(self, used: Used) -> None:
        """A button, or an entry of a menu."""
        await self._used(Deed.of(PRESS, used), used, quiet=True)
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

    async def again(self, deed: Deed) -> None:
        """Carry out what was left behind, and answer in person, for nothing else takes an answer any more. Raises
        RuntimeError where it is another process that can tell who that is."""
        if not self._acting.wire.there.is_set() and not await self._acting.people.person_of(str(deed.who.id)):
            raise RuntimeError("whoever is connected finds out who that was")
        act, answer = await self._work(deed)
        if isinstance(answer, modals.Modal):
            await self._acting.tell(act, Said("refusal", (line(filling.late()),), tone="warn"))
        else:
            await self._acting.answered(act, answer)

    async def _used(self, deed: Deed, used: Used, *, quiet: bool) -> None:
        await self._acting.used(deed, used, lambda: self._work(deed), quiet=quiet)

    async def _work(self, deed: Deed) -> tuple[Act, Answer | modals.Modal]:
        if deed.kind == PRESS:
            return await self._pressed(deed)
        if deed.kind == FORM:
            return await self._submitted(deed)
        if deed.data.get("type") == discord.AppCommandType.message.value:
            return await self._from_menu(deed)
        return await self._typed(deed)

    async def _typed(self, deed: Deed) -> tuple[Act, Answer]:
        act = await self._act(deed)
        typed = used(deed.data)
        if typed is None:
            return act, _refused(around.outdated("command"))
        event = act.event(deed.event)
        command = REGISTRY.find(typed.command)
        people = {param.name for param in command.params if param.kind is Kind.PERSON} if command else set[str]()
        args = {name: await self._plain(value, whom=name in people) for name, value in typed.args.items()}
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

    async def _from_menu(self, deed: Deed) -> tuple[Act, Answer]:
        data: Any = deed.data
        act, name = await self._act(deed), of_menu(str(data.get("name", "")))
        command = REGISTRY.find(name or "")
        message = None
        if act.place is not None and command is not None:
            try:
                message = await self._reading.message(act.place, int(data.get("target_id") or 0))
            except Refused:
                return act, _refused(refusals.not_let_in())
        if command is None or message is None:
            return act, _refused(around.outdated("entry"))
        try:
            heard = await self._listening.heard(message)
        except Refusal as no:
            return act, refusals.refused(str(no))
        if heard.author == act.person and await hearing.in_team_thread(self._desk.store, heard.ref.place):
            command = REGISTRY.find(ON_OWN_NOTE.get(command.name, "")) or command
        of_one = any(param.kind is Kind.REQUEST for param in command.params)
        number = await hearing.request_at(self._desk.store, heard.ref) if of_one else None
        args: dict[str, Arg] = {"request": str(number)} if number else {}
        event = act.event(deed.event)
        return act, await front.run(
            self._desk, act.person, command.name, args, place=heard.ref.place, event=event, message=heard
        )

    async def _pressed(self, deed: Deed) -> tuple[Act, Answer | modals.Modal]:
        act = await self._act(deed)
        asked = pressed(deed.data)
        if asked is None:
            return act, _refused(around.outdated("button"))
        event = act.event(deed.event)
        if asked.command == modals.FORM:
            async with self._acting.drafting(act, deed.data) as drafts:
                done = modals.turned(asked, drafts)
            if isinstance(done, Said):
                return act, Answer(done)
            if isinstance(done, modals.Modal):
                return act, done
            asked = done
            event = act.event(modals.sent_as(deed.data, asked) or deed.event)
        act, args = await self._meant(act, asked.args)
        if asked.command == FILE:
            return act, await self._figures(act, args)
        if asked.asks:
            command = REGISTRY.find(asked.command)
            return act, Answer(sure(asked, command.label if command else asked.command))
        return act, await front.run(self._desk, act.person, asked.command, args, place=act.place, event=event)

    async def _submitted(self, deed: Deed) -> tuple[Act, Answer]:
        act = await self._act(deed)
        async with self._acting.drafting(act, deed.data) as drafts:
            data, wrong = await filled_in(self._acting, self._listening, act, deed.data)
            # Also where a file does not fit: what else was filled in stays.
            asked = modals.submitted(data, drafts)
        if wrong:
            return act, modals.kept(refusals.refused(wrong), deed.data, drafts)
        if asked is None:
            return act, _refused(around.outdated("form"))
        if isinstance(asked, Said):
            return act, Answer(asked)
        event = act.event(modals.sent_as(deed.data, asked) or deed.event)
        act, args = await self._meant(act, asked.args)
        answer = await front.run(self._desk, act.person, asked.command, args, place=act.place, event=event)
        return act, modals.kept(answer, deed.data, drafts)

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
            act = await self._act(Deed.of(COMMAND, interaction))
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

    async def _plain(self, value: Arg, *, whom: bool) -> Arg:
        """What was typed into an option; `whom` says that it takes people, by the names that commands know."""
        said = isinstance(value, str) and "<" in value
        return await self._listening.words(value, command=whom) if said else value

    async def _act(self, deed: Deed) -> Act:
        return await self._acting.act(deed.who, await self._place(deed), deed.interaction)

    async def _place(self, deed: Deed) -> Place | None:
        if deed.channel is None:
            return None
        try:
            return (await self._acting.channels.get(deed.channel)).place
        except Refused:
            # Somebody can use the app where it sees nothing itself.
            channel: Any = deed.interaction.channel if deed.interaction is not None else None
            return (await self._acting.channels.keep(channel)).place if channel is not None else None


def _refused(text: str) -> Answer:
    return Answer(Said("refusal", (line(text),), tone="warn"))
