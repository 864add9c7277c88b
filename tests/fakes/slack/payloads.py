"""The payloads of what people do with an app: commands, presses, shortcuts, forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fakes.slack.slack_things import Channel, Installation, Message, Team, User, View

if TYPE_CHECKING:
    from fakes.slack.fake_slack import FakeSlack


def command(slack: FakeSlack, at: Installation, user: User, channel: Channel, name: str, text: str) -> dict[str, Any]:
    """A slash command, as the fields of a form."""
    return {
        "token": slack.app.verification_token,
        "team_id": user.team.id,
        "team_domain": user.team.domain,
        "channel_id": channel.id,
        "channel_name": name_for_apps(channel),
        "user_id": user.id,
        "user_name": user.handle,
        "command": name,
        "text": text,
        "api_app_id": slack.app.id,
        "is_enterprise_install": "false",
        "response_url": slack.response_urls.make(slack.url, at, user.id, channel),
        "trigger_id": slack.triggers.make(user.id),
    }


def name_for_apps(channel: Channel) -> str:
    """A private channel's name is not told."""
    names = {"im": "directmessage", "private": "privategroup", "mpim": channel.name}
    return names.get(channel.kind, channel.name)


def _by(slack: FakeSlack, kind: str, user: User, team: Team, *, trigger: bool = True) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": kind,
        "token": slack.app.verification_token,
        "team": {"id": team.id, "domain": team.domain},
        "user": {"id": user.id, "username": user.handle, "name": user.handle, "team_id": user.team.id},
        "api_app_id": slack.app.id,
        "enterprise": None,
        "is_enterprise_install": False,
    }
    return told | ({"trigger_id": slack.triggers.make(user.id)} if trigger else {})


def _of_message(slack: FakeSlack, at: Installation, message: Message) -> dict[str, Any]:
    channel = message.channel
    container: dict[str, Any] = {"type": "message", "message_ts": message.ts, "channel_id": channel.id}
    container["is_ephemeral"] = message.only_for is not None
    if message.is_reply:
        container["thread_ts"] = message.thread_ts
    told: dict[str, Any] = {"container": container, "channel": {"id": channel.id, "name": name_for_apps(channel)}}
    if message.only_for is None:
        told["message"] = slack.world.told(message, at.team)
    return told


def _of_view(view: View) -> dict[str, Any]:
    return {"container": {"type": "view", "view_id": view.id}, "view": view.seen()}


def block_actions(
    slack: FakeSlack, at: Installation, user: User, on: Message | View, action: dict[str, Any], state: dict[str, Any]
) -> dict[str, Any]:
    """A press or a choice. From a message it says the app's workspace; from a view, the person's own."""
    told = _by(slack, "block_actions", user, at.team if isinstance(on, Message) else user.team)
    told["actions"] = [{**action, "action_ts": slack.world.stamp()}]
    if isinstance(on, View):
        return told | _of_view(on)
    told |= _of_message(slack, at, on) | {"state": {"values": state}}
    told["response_url"] = slack.response_urls.make(slack.url, at, user.id, on.channel, on)
    return told


def suggestion(
    slack: FakeSlack, at: Installation, user: User, on: Message | View, block: str, action: str, value: str
) -> dict[str, Any]:
    """What somebody typed so far into an external select."""
    team = at.team if isinstance(on, Message) else user.team
    told = _by(slack, "block_suggestion", user, team, trigger=False)
    told |= {"action_id": action, "block_id": block, "value": value}
    return told | (_of_view(on) if isinstance(on, View) else _of_message(slack, at, on))


def view_submission(slack: FakeSlack, user: User, view: View) -> dict[str, Any]:
    """A form that is sent."""
    return _by(slack, "view_submission", user, user.team) | {"view": view.seen(), "response_urls": []}


def view_closed(slack: FakeSlack, user: User, view: View, *, cleared: bool) -> dict[str, Any]:
    """A form that is put away."""
    return _by(slack, "view_closed", user, user.team, trigger=False) | {"view": view.seen(), "is_cleared": cleared}


def message_action(slack: FakeSlack, at: Installation, user: User, message: Message, callback: str) -> dict[str, Any]:
    """A shortcut from a message's menu."""
    told = _by(slack, "message_action", user, user.team)
    told |= {"callback_id": callback, "action_ts": slack.world.stamp(), "message_ts": message.ts}
    told |= {"channel": {"id": message.channel.id, "name": name_for_apps(message.channel)}}
    told["message"] = slack.world.told(message, at.team)
    return told | {"response_url": slack.response_urls.make(slack.url, at, user.id, message.channel, message)}


def shortcut(slack: FakeSlack, user: User, callback: str) -> dict[str, Any]:
    """A shortcut from anywhere."""
    told = _by(slack, "shortcut", user, user.team)
    return told | {"callback_id": callback, "action_ts": slack.world.stamp()}
