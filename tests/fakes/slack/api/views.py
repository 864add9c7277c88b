"""views.*: modals and the App Home."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from fakes.slack.block_kit import problems_of_view
from fakes.slack.calls import Given, method
from fakes.slack.errors import SlackError
from fakes.slack.forms import initial_state
from fakes.slack.slack_things import Installation, View
from fakes.slack.slack_world import World


@method("views.open", "trigger_id! view!", tier=4)
async def opened(given: Given) -> dict[str, Any]:
    """A modal before whoever did what the trigger came from."""
    user = given.slack.triggers.spend(given.text("trigger_id"))
    view = _checked(given, "modal")
    stack = given.world.modals.setdefault(user, [])
    for closed in stack:
        given.world.views.pop(closed.id, None)
    stack[:] = [new_view(given.world, given.installation, user, view)]
    return {"view": stack[-1].seen()}


@method("views.push", "trigger_id! view!", tier=4)
async def pushed(given: Given) -> dict[str, Any]:
    """A modal on top of another, three at most."""
    user = given.slack.triggers.spend(given.text("trigger_id"))
    view = _checked(given, "modal")
    push(given.slack.limits.modals, given.world, given.installation, user, view)
    return {"view": given.world.modals[user][-1].seen()}


@method("views.update", "view_id external_id hash view!", tier=4)
async def updated(given: Given) -> dict[str, Any]:
    """A modal that is open shows something else; what was typed stays where the block is still there."""
    view = _existing(given)
    rewrite(view, _checked(given, view.given["type"]))
    return {"view": view.seen()}


@method("views.publish", "user_id! view! hash", tier=4)
async def published(given: Given) -> dict[str, Any]:
    """Somebody's App Home."""
    world, installation = given.world, given.installation
    user = world.user(given.args["user_id"])
    if user.team is not installation.team or user.bot_id:
        raise SlackError("invalid_arguments", "no member of this workspace [json-pointer:/user_id]")
    if not installation.app.home:
        raise SlackError("not_enabled")
    given_view, key = _checked(given, "home"), (installation.team.id, user.id)
    home = world.homes.get(key)
    if home is None:
        home = world.homes[key] = new_view(world, installation, user.id, given_view)
    else:
        _check_hash(given, home)
        rewrite(home, given_view)
    return {"view": home.seen()}


def new_view(world: World, installation: Installation, user: str, view: dict[str, Any]) -> View:
    """It stands before them."""
    id, bot = world.id("V"), installation.bot_id
    team = world.users[user].team
    made = View(id, team, installation.team, user, _numbered(view), uuid4().hex, installation.app.id, bot, id)
    made.state = initial_state(made.given["blocks"], {})
    world.views[id] = made
    return made


def push(most: int, world: World, installation: Installation, user: str, view: dict[str, Any]) -> None:
    """On top of the one that is open."""
    stack = world.modals.get(user) or []
    if not stack:
        raise SlackError("not_found", "there is no modal to push onto")
    if len(stack) >= most:
        raise SlackError("push_limit_reached")
    made = new_view(world, installation, user, view)
    made.root, made.previous = stack[0].id, stack[-1].id
    stack.append(made)


def rewrite(view: View, given: dict[str, Any]) -> None:
    """The same place, another content; the hash is new."""
    view.given, view.hash = _numbered(given), uuid4().hex
    view.state = initial_state(view.given["blocks"], view.state)


def check_view(view: Any, kind: str, most_bytes: int) -> dict[str, Any]:
    """The view, found good."""
    if problems := problems_of_view(view, kind):
        raise SlackError("invalid_arguments", *problems)
    if len(json.dumps(view).encode()) > most_bytes:
        raise SlackError("view_too_large")
    return view


def _checked(given: Given, kind: str) -> dict[str, Any]:
    view = check_view(given.json("view"), kind, given.slack.limits.view_bytes)
    external = view.get("external_id")
    others = (v for v in given.world.views.values() if v.installed is given.installation.team)
    if external and any(v.given.get("external_id") == external and v.id != given.args.get("view_id") for v in others):
        raise SlackError("duplicate_external_id")
    return view


def _existing(given: Given) -> View:
    id, external = given.text("view_id"), given.text("external_id")
    if not id and not external:
        raise SlackError("invalid_arguments", "missing required field: view_id")
    open_now = [view for stack in given.world.modals.values() for view in stack]
    views = (*open_now, *given.world.homes.values())
    found = next((v for v in views if v.id == id or (external and v.given.get("external_id") == external)), None)
    if found is None or found.installed is not given.installation.team:
        raise SlackError("not_found")
    _check_hash(given, found)
    return found


def _check_hash(given: Given, view: View) -> None:
    if given.args.get("hash") and given.args["hash"] != view.hash:
        raise SlackError("hash_conflict")


def _numbered(view: dict[str, Any]) -> dict[str, Any]:
    """Blocks and elements without an id get one."""
    made = json.loads(json.dumps(view))
    for block in made["blocks"]:
        block.setdefault("block_id", f"b{uuid4().hex[:8]}")
        for part in (block.get("element"), block.get("accessory"), *(block.get("elements") or ())):
            if isinstance(part, dict) and part.get("type") not in ("plain_text", "mrkdwn", "image", None):
                part.setdefault("action_id", f"a{uuid4().hex[:8]}")
    return made
