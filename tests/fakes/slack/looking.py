"""What a person sees: channels, threads, what they alone are shown, the form that is open, the app's page for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakes.slack.errors import CannotDo
from fakes.slack.screen import Seen, Shown
from fakes.slack.slack_things import Channel, Installation, Message, User

if TYPE_CHECKING:
    from fakes.slack.fake_slack import FakeSlack


class Looking:
    """Somebody before their screen."""

    def __init__(self, slack: FakeSlack, user: User) -> None:
        self._slack, self.user = slack, user
        self._errors: dict[str, dict[str, str]] = {}
        """What stands beside the fields of a form, by their labels, as long as it shows the same: by its hash."""

    def __repr__(self) -> str:
        return f"<{self.user.real_name} of {self.user.team.name}, {self.user.id}>"

    def sees(self, channel: Channel) -> list[Seen]:
        """What stands in the channel, threads left out, and what they alone see there; the oldest first."""
        self._inside(channel)
        said = [m for m in channel.messages.values() if not m.is_reply or m.broadcast]
        own = [m for m in channel.ephemerals if m.only_for == self.user.id and not m.is_reply]
        return [Seen(message, self._slack.world) for message in sorted([*said, *own], key=lambda m: m.ts)]

    def thread(self, message: Message) -> list[Seen]:
        """What stands in its thread, itself first, and what they alone see there."""
        self._inside(message.channel)
        ts, channel = message.thread_ts or message.ts, message.channel
        first = [channel.messages[ts]] if ts in channel.messages else []
        own = [m for m in channel.ephemerals if m.only_for == self.user.id and m.thread_ts == ts]
        said = sorted([*channel.replies(ts), *own], key=lambda m: m.ts)
        return [Seen(one, self._slack.world) for one in [*first, *said]]

    def find(self, words: str, channel: Channel) -> Message:
        """The last message there, in a thread or not, in which they read that."""
        there = [*channel.messages.values(), *(m for m in channel.ephemerals if m.only_for == self.user.id)]
        found = [m for m in there if words in Seen(m, self._slack.world).text]
        if not found:
            shown = "\n".join(Seen(m, self._slack.world).text for m in there)
            raise CannotDo(f"nobody says “{words}” in #{channel.name}; there is:\n{shown}")
        return max(found, key=lambda m: m.ts)

    def alone(self, channel: Channel) -> list[Seen]:
        """What they alone see there, in threads too."""
        return [Seen(m, self._slack.world) for m in channel.ephemerals if m.only_for == self.user.id]

    def reload(self) -> None:
        """What they alone saw is gone."""
        for channel in self._slack.world.channels.values():
            channel.ephemerals[:] = [m for m in channel.ephemerals if m.only_for != self.user.id]

    @property
    def modal(self) -> Shown | None:
        """The form that is open, the topmost."""
        stack = self._slack.world.modals.get(self.user.id)
        return Shown(stack[-1], self._slack.world, self._errors.get(stack[-1].hash, {})) if stack else None

    @property
    def home(self) -> Shown | None:
        """The app's page for them."""
        view = self._slack.world.homes.get((self.user.team.id, self.user.id))
        return Shown(view, self._slack.world, {}) if view else None

    @property
    def dm_channel(self) -> Channel:
        """Their direct conversation with the app of their workspace."""
        at = self._own_installation("the app is not there")
        return self._slack.world.direct(at.user, self.user, team=at.team)

    def _inside(self, channel: Channel) -> None:
        if self.user.id not in channel.members:
            raise CannotDo(f"{self!r} is not in {channel.name or channel.id}")

    def _own_installation(self, otherwise: str) -> Installation:
        at = self._slack.app.installations.get(self.user.team.id)
        if at is None:
            raise CannotDo(otherwise)
        return at
