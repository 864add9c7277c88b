"""The app on one screen: which of Slack's events is whose."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.dispatching import answered
from adapters.slack.events import Listening
from adapters.slack.homes import Homes
from adapters.slack.inbound import Inbound
from adapters.slack.keeping import LATE
from adapters.slack.people import People
from adapters.slack.pressing import ANY
from adapters.slack.rooms import Rooms
from adapters.slack.shortcuts import SHORTCUT
from adapters.slack.team import Teams

log = logging.getLogger("steward.slack.bolt")

EVENTS = (
    "message",
    "app_mention",
    "reaction_added",
    "app_home_opened",
    "member_joined_channel",
    "member_left_channel",
    "channel_left",
    "group_left",
    "channel_archive",
    "group_archive",
    "channel_deleted",
    "group_deleted",
    "subteam_members_changed",
    "app_uninstalled",
    "tokens_revoked",
)
"""What is listened to; of messages Slack tells by the kind of their channel (`message.channels` …)."""


def _of_use(record: logging.LogRecord) -> bool:
    """Bolt warns that it does not use the token that it found in the environment: so it is meant."""
    return "will be unused" not in record.getMessage()


log.addFilter(_of_use)


def create_app(
    teams: Teams,
    *,
    command: str,
    inbound: Inbound,
    listening: Listening,
    homes: Homes,
    people: People,
    rooms: Rooms,
    left: Callable[[dict[str, Any]], Awaitable[None]],
) -> AsyncApp:
    """Bolt's app for one workspace. Signatures are checked before it sees anything (door.py)."""

    async def authorize(enterprise_id: str | None, team_id: str | None, user_id: str | None) -> AuthorizeResult:
        team = await teams.team()
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            user_id=user_id,
            bot_user_id=team.user,
            bot_id=team.bot,
            bot_token=teams.token,
        )

    app = AsyncApp(
        name="steward",
        logger=log,
        # It calls nothing by itself: what answers has its workspace's own client.
        client=AsyncWebClient(),
        authorize=authorize,
        # Where SLACK_CLIENT_ID is in the environment Bolt would keep tokens in files of its own.
        installation_store=AsyncInstallationStore(),
        signing_secret="",
        # A listener ends once it is done: what Slack is told meanwhile is for keeping.py.
        process_before_response=True,
        request_verification_enabled=False,
        # The desk knows its own messages itself, since it also hears of them by other ways.
        ignoring_self_events_enabled=True,
    )

    async def message(body: dict[str, Any]) -> None:
        await listening.message(body)

    async def mention(body: dict[str, Any]) -> None:
        await listening.mention(body)

    async def reaction(body: dict[str, Any]) -> None:
        await listening.reaction(body)

    async def home(body: dict[str, Any]) -> None:
        await homes.opened(body)

    async def member(body: dict[str, Any]) -> None:
        await rooms.member(body["event"])

    async def channel_gone(body: dict[str, Any]) -> None:
        await rooms.gone(body["event"])

    async def group(body: dict[str, Any]) -> None:
        people.regrouped(str(body["event"].get("subteam_id", "")))

    async def submitted(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await inbound.submit(ack, body, context[LATE])

    async def gone(body: dict[str, Any]) -> None:
        await left(body)

    async def closed(ack: AsyncAck) -> None:
        await inbound.closed(ack)

    async def renamed(ack: AsyncAck) -> None:
        await inbound.renamed(ack)

    async def failed(error: Exception) -> BoltResponse:
        return answered(error)

    async def unconcerned() -> None:
        """Slack would tell again of what nobody takes."""

    async def nothing(ack: AsyncAck) -> None:
        await ack()

    # By Slack's names: `EVENTS` is what the manifest asks for.
    heard = {
        "message": message,
        "app_mention": mention,
        "reaction_added": reaction,
        "app_home_opened": home,
        "member_joined_channel": member,
        "member_left_channel": member,
        "channel_left": member,
        "group_left": member,
        "channel_archive": channel_gone,
        "group_archive": channel_gone,
        "channel_deleted": channel_gone,
        "group_deleted": channel_gone,
        "subteam_members_changed": group,
        "app_uninstalled": gone,
        "tokens_revoked": gone,
    }
    for name in EVENTS:
        app.event(name)(heard[name])
    app.event(re.compile("."))(unconcerned)
    app.error(failed)
    app.command(command)(_with(inbound.command))
    app.command(re.compile("."))(renamed)
    app.action(ANY)(_with(inbound.press))
    app.action(re.compile("."))(nothing)
    app.shortcut(re.compile(f"^{SHORTCUT}"))(_with(inbound.shortcut))
    app.view(re.compile("."))(submitted)
    app.view_closed(re.compile("."))(closed)
    return app


def _with(listener: Any) -> Any:
    """Bolt hands over what a function names; a method's `self` is none of it."""

    async def listen(ack: AsyncAck, body: dict[str, Any]) -> None:
        await listener(ack, body)

    return listen
