"""The workspace's channels follow the directory: one for each client, the team's two, and one for each person."""

from __future__ import annotations

from adapters.web.chat import PLATFORM
from bot.desk.conversations import ALERTS, TRIAGE, client_channel, direct
from bot.ports import Channel, ChannelKind, Store, Workspace


class Channels:
    """Makes the channels that the directory calls for; looks only when the directory has changed."""

    def __init__(self, store: Store, workspace: Workspace) -> None:
        self._store = store
        self._workspace = workspace
        self._version = -1

    async def follow(self) -> None:
        """Make what is missing, rename what changed."""
        directory = await self._store.directory()
        if directory.version == self._version:
            return
        wanted = [
            (
                TRIAGE,
                "triage",
                ChannelKind.TEAM,
                "Every request has its card here, and the team's thread under it.",
                {},
            ),
            (ALERTS, "alerts", ChannelKind.TEAM, "Promises that were not kept, and who acts on them.", {}),
        ]
        for client in directory.clients.values():
            topic = f"{client.name} and our team. Write here, or raise a request with a command."
            # Called as whoever set it up called it, as the file and the forms do.
            wanted.append((client_channel(client.key), "", ChannelKind.CLIENT, topic, {"client": client.key}))
        for person in directory.people.values():
            if person.active:
                kind, topic = ChannelKind.DIRECT, "What the desk has for you alone."
                wanted.append((direct(person.id), "Steward", kind, topic, {"person": person.id}))
        # Asked for together: a start with a thousand people must not take a thousand questions before it sends.
        bound = await self._store.bindings([conversation for conversation, *_ in wanted])
        there = {each.id: each for each in await self._workspace.channels()}
        for conversation, name, kind, topic, whose in wanted:
            place = bound.get(conversation)
            if place is not None and place.platform == PLATFORM:
                channel = Channel(place.channel, name or place.channel, kind, topic, **whose)
                if there.get(channel.id) != channel:
                    await self._workspace.put_channel(channel)
        self._version = directory.version
