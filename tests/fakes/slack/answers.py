"""What becomes of what the app answers: to a command, a press, a form, or through a response_url."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fakes.slack.api.chat import by_app
from fakes.slack.api.views import check_view, new_view, push, rewrite
from fakes.slack.block_kit import problems_of_message, problems_of_options
from fakes.slack.errors import NotAnswered, SlackError
from fakes.slack.screen import Seen
from fakes.slack.slack_things import Channel, Installation, Message, User, View

if TYPE_CHECKING:
    from fakes.slack.fake_slack import FakeSlack

KNOWN = {"text", "blocks", "attachments", "response_type", "replace_original", "delete_original", "thread_ts"}
KNOWN |= {"unfurl_links", "unfurl_media", "metadata", "mrkdwn"}


class Answers:
    """What Slack does with each; where it would do nothing without a word, NotAnswered says why."""

    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack

    def to_command(self, at: Installation, user: User, channel: Channel, answer: Any) -> Seen | None:
        """Shown to the person alone, or to the channel where the app says so."""
        if answer in (None, "", {}):
            return None
        given = {"text": answer} if isinstance(answer, str) else answer
        try:
            return Seen(self.message(at, user.id, channel, given), self._slack.world)
        except SlackError as error:
            raise NotAnswered(f"an answer that Slack does not show: {error}") from error

    def message(
        self, at: Installation, user: str, channel: Channel, given: dict[str, Any], thread: str | None = None
    ) -> Message:
        """A message of the app in answer to something."""
        if unknown := given.keys() - KNOWN:
            raise SlackError("invalid_payload", f"unknown field: {', '.join(sorted(unknown))}")
        blocks, text = given.get("blocks") or [], given.get("text") or ""
        if not text.strip():
            raise SlackError("no_text", "blocks need a text beside them, for notifications and screen readers")
        if len(text) > self._slack.limits.text:
            raise SlackError("msg_too_long")
        if self._slack.limits.strict and (problems := problems_of_message(blocks)):
            raise SlackError("invalid_blocks", *problems)
        self._slack.look_for_strangers(text, blocks)
        content = {"text": text, "blocks": self._numbered(blocks), "attachments": given.get("attachments") or []}
        message = by_app(at, self._slack.world.stamp(), channel, **content)
        message.thread_ts = given.get("thread_ts") or thread
        if given.get("response_type") == "in_channel":
            self._slack.deeds.add(message)
        else:
            message.only_for = user
            channel.ephemerals.append(message)
        self._slack.changed()
        return message

    def _numbered(self, blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**block, "block_id": block.get("block_id") or self._slack.world.id("b").lower()} for block in blocks]

    def through_url(self, key: str, given: dict[str, Any]) -> None:
        """By a response_url: something new, or in place of what was pressed."""
        reply = self._slack.response_urls.use(key)
        about, channel = reply.about, reply.channel
        if given.get("delete_original") and about:
            self._forget(about)
        elif given.get("replace_original") and about:
            made = self.message(reply.installation, reply.user, channel, {**given, "response_type": "ephemeral"})
            channel.ephemerals.remove(made)

            def rewrite_it(message: Message) -> None:
                message.text, message.blocks, message.attachments = made.text, made.blocks, made.attachments

            if about.only_for is None:
                self._slack.deeds.change(about, rewrite_it)
            else:
                rewrite_it(about)
        else:
            self.message(reply.installation, reply.user, channel, given, reply.thread_ts)
        self._slack.changed()

    def _forget(self, about: Message) -> None:
        if about.only_for is not None:
            about.channel.ephemerals.remove(about)
        elif about.ts in about.channel.messages:
            self._slack.deeds.remove(about)

    def nothing_more(self, answer: Any) -> None:
        """A press is acknowledged with nothing."""
        if answer not in (None, "", {}):
            raise NotAnswered(f"a press or a shortcut is acknowledged with nothing, not with {answer!r}")

    def to_suggestion(self, answer: Any) -> list[dict[str, Any]]:
        """The options that are offered."""
        if problems := problems_of_options(answer):
            raise NotAnswered("; ".join(problems))
        groups = answer.get("option_groups") or [answer]
        return [option for group in groups for option in group["options"]]

    def to_form(self, view: View, answer: Any) -> dict[str, str]:
        """The form closes, changes, is covered by another, or says what is wrong beside its fields."""
        if answer in (None, "", {}):
            self.away(view)
            return {}
        action = answer.get("response_action") if isinstance(answer, dict) else None
        stack = self._slack.world.modals[view.user]
        try:
            match action:
                case "errors":
                    return self._errors(view, answer)
                case "clear":
                    for one in stack[:]:
                        self.away(one)
                case "update":
                    rewrite(view, check_view(answer.get("view"), "modal", self._slack.limits.view_bytes))
                case "push":
                    pushed = check_view(answer.get("view"), "modal", self._slack.limits.view_bytes)
                    at = self._slack.app.installations[view.installed.id]
                    push(self._slack.limits.modals, self._slack.world, at, view.user, pushed)
                case _:
                    raise NotAnswered(f"no answer to a form: {answer!r}")
        except SlackError as error:
            raise NotAnswered(f"an answer that Slack does not show: {error}") from error
        return {}

    def away(self, view: View) -> None:
        """It is closed."""
        stack = self._slack.world.modals.get(view.user, [])
        if view in stack:
            stack.remove(view)
        self._slack.world.views.pop(view.id, None)

    @staticmethod
    def _errors(view: View, answer: dict[str, Any]) -> dict[str, str]:
        labels = {b["block_id"]: b["label"]["text"] for b in view.given["blocks"] if b["type"] == "input"}
        given = answer.get("errors")
        if (
            not isinstance(given, dict)
            or not given
            or not all(isinstance(text, str) and text for text in given.values())
        ):
            raise NotAnswered(f"errors must be texts by block_id: {given!r}")
        if unknown := given.keys() - labels.keys():
            raise NotAnswered(f"errors for {', '.join(sorted(unknown))}, which are no input blocks of this form")
        return {labels[block]: text for block, text in given.items()}


__all__ = ["Answers", "new_view"]
