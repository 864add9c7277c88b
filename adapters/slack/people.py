"""Who is who in Slack: whom the desk knows, and whom it takes in by the lists of its settings.

Nobody is known by a name alone, which people choose for themselves: a list names workspaces, user groups and people,
and whoever else a manager added writes the code that they were given.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from weakref import WeakValueDictionary

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.failing import code_of, meaning, part
from adapters.slack.places import PLATFORM, is_user, place_of
from bot.desk.context import Desk
from bot.desk.newcomer import Newcomer
from bot.desk.taking_in import STAFF, spoken_with, take_in
from bot.domain.text import clean
from bot.ports import CannotTell, DirectoryEdit, LetIn, Place, Refused

log = logging.getLogger("steward.slack")

UNKNOWN = ("user_not_found", "user_not_visible")
"""What Slack says of who is nobody there."""
FRESH = 300.0
"""Seconds for which a profile and a user group's members are believed."""


@dataclass(frozen=True)
class Profile:
    """What Slack says of somebody."""

    user: str
    name: str
    zone: str
    workspaces: frozenset[str]
    full: bool
    """A full member of a workspace, and no guest."""
    human: bool
    picture: str = ""


class People:
    """Knows people by their ids; asks Slack for the others."""

    def __init__(
        self,
        client: AsyncWebClient,
        desk: Desk,
        *,
        staff: Collection[str] = (),
        clients: Mapping[str, Collection[str]] | None = None,
        homes: Callable[[], Mapping[str, Collection[str]]] = dict,
    ) -> None:
        """`homes` are the workspaces that installed the app, by the client whose they are."""
        self._homes = homes
        self._client, self._desk = client, desk
        self._lists: dict[str, frozenset[str]] = {
            **{key: frozenset(ids) for key, ids in (clients or {}).items()},
            STAFF: frozenset(staff),
        }
        self._profiles: dict[str, tuple[float, Profile | None]] = {}
        self._groups: dict[str, tuple[float, frozenset[str]]] = {}
        self._taking = asyncio.Lock()
        self._asking: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def known(self, workspace: str, user: str) -> str | None:
        """The desk's person behind a user; somebody of the lists is taken in. None for everybody else."""
        person = await self._desk.store.identify(PLATFORM, workspace, user)
        if person is not None or not is_user(user):
            return person
        profile = await self.profile(user)
        if profile is None or not profile.human:
            return None
        for own in sorted(profile.workspaces - {workspace}):
            # Somebody of a connected workspace, whom a file names by their own.
            person = await self._desk.store.identify(PLATFORM, own, user)
            if person is not None and not await self._was(workspace, user, person):
                await self._bind(workspace, user, person)
                return person
        side = await self._side(profile)
        if side is None:
            return None
        newcomer = Newcomer(PLATFORM, workspace, profile.user, profile.name, profile.zone)
        async with self._taking:
            there = await self._desk.store.identify(*newcomer.account)
            place = await self._opened(workspace, user) if there is None else None
            return await take_in(self._desk, newcomer, side, place=place)

    async def user_of(self, workspace: str, person: str) -> str | None:
        """The user that a person of the desk is; None for who has no account there."""
        accounts = await self._desk.store.identities()
        here = (u for p, w, u, whose in accounts if (p, w, whose) == (PLATFORM, workspace, person))
        return next(filter(is_user, here), None)

    async def profile(self, user: str) -> Profile | None:
        """What Slack says of somebody; None where it knows nobody of that id."""
        async with self._once(user):
            now = asyncio.get_running_loop().time()
            kept = self._profiles.get(user)
            if kept is None or kept[0] < now:
                kept = self._profiles[user] = (now + FRESH, await self._ask(user))
            return kept[1]

    def _once(self, id: str) -> asyncio.Lock:
        """Of many who ask the same at once one asks Slack; a lock lives as long as somebody holds it or waits."""
        lock = self._asking.get(id)
        if lock is None:
            lock = self._asking[id] = asyncio.Lock()
        return lock

    async def _was(self, workspace: str, user: str, person: str) -> bool:
        """Whether that user was that person, and it was taken back."""
        return person in await self._desk.store.linking.former((PLATFORM, workspace, user))

    def regrouped(self, group: str) -> None:
        """A user group has other members now."""
        self._groups.pop(group, None)

    async def _bind(self, workspace: str, user: str, person: str) -> None:
        """From now on that user is that person, who is spoken with here, unless they are elsewhere."""
        place, known = await self._opened(workspace, user), (await self._desk.store.directory()).people.get(person)
        bindings = await spoken_with(self._desk, known, place) if known else ()
        await self._desk.store.edit_directory(
            DirectoryEdit(identities=((PLATFORM, workspace, user, person),), bindings=bindings)
        )
        log.info("%s of Slack is %s", user, person)

    async def _ask(self, user: str) -> Profile | None:
        try:
            told = (await self._client.users_info(user=user)).get("user")
        except SlackApiError as error:
            what = meaning(error)
            if not isinstance(what, Refused):
                raise what from error
            log.log(
                logging.DEBUG if code_of(error) in UNKNOWN else logging.WARNING,
                "Slack tells nothing of %s: %s", user, code_of(error),
            )  # fmt: skip
            return None if code_of(error) in UNKNOWN else unseen(user)
        return profile_of({**told, "id": user}) if isinstance(told, Mapping) else unseen(user)

    async def _side(self, profile: Profile) -> str | None:
        """Whose they are, by what names them most closely; of two lists that name them alike a client's counts, since
        it lets them see less. None where no list does."""
        homes = self._homes()
        lists = {key: self._lists.get(key, frozenset()).union(ids) for key, ids in homes.items()}
        for fits in (self._named, self._grouped, self._belongs):
            found = [side for side, ids in {**lists, **self._lists, **lists}.items() if await fits(profile, ids)]
            if found:
                return found[0]
        return None

    async def side_now(self, listed: LetIn) -> str | None:
        """Whose they are by the lists now, for who came in by one. Raises CannotTell where a list of theirs cannot be
        read, or is empty, which may be a mistake; and what else the desk's port to a chat may raise."""
        user = listed.account[2]
        try:
            told = (await self._client.users_info(user=user)).get("user")
        except SlackApiError as error:
            if code_of(error) in UNKNOWN:
                return None
            if not isinstance(what := meaning(error), Refused):
                raise what from error
            told = None
        profile = profile_of({**told, "id": user}) if isinstance(told, Mapping) else unseen(user)
        side = await self._side(profile) if profile.human else None
        if side != listed.side and not isinstance(told, Mapping):
            raise CannotTell(f"nothing is told of the person {user}")
        if side != listed.side and profile.human:
            for group in sorted(id for id in self._lists.get(listed.side, ()) if id.startswith("S")):
                await self._insist_on(group)
        return side

    async def _insist_on(self, group: str) -> None:
        """Raise CannotTell where a user group has nobody in it, or cannot be read."""
        if not await self._members(group):
            raise CannotTell(f"the user group {group} has nobody in it, or cannot be read")

    async def _named(self, profile: Profile, ids: Collection[str]) -> bool:
        return profile.user in ids

    async def _grouped(self, profile: Profile, ids: Collection[str]) -> bool:
        for group in ids:
            if group.startswith("S") and profile.user in await self._members(group):
                return True
        return False

    async def _belongs(self, profile: Profile, ids: Collection[str]) -> bool:
        # A guest is in a workspace without being one of its people: only its own name, or its group's, lets it in.
        return profile.full and not profile.workspaces.isdisjoint(ids)

    async def _members(self, group: str) -> frozenset[str]:
        async with self._once(group):
            now = asyncio.get_running_loop().time()
            kept = self._groups.get(group)
            if kept is None or kept[0] < now:
                kept = self._groups[group] = (now + FRESH, await self._ask_group(group, kept[1] if kept else None))
            return kept[1]

    async def _ask_group(self, group: str, before: frozenset[str] | None) -> frozenset[str]:
        """Who is in it; who was, as long as Slack will not say. Raises where it has never said: nobody is turned away
        because it is asked too often, their words come again."""
        try:
            return frozenset((await self._client.usergroups_users_list(usergroup=group)).get("users") or ())
        except SlackApiError as error:
            what = meaning(error)
            if isinstance(what, Refused):
                log.warning("the user group %s cannot be read (%s): nobody comes in by it", group, code_of(error))
                return frozenset()
            if before is None:
                raise what from error
            return before

    async def open(self, workspace: str, user: str) -> Place | None:
        """The direct conversation with them; None where Slack opens none, as with some strangers. Raises where Slack
        only does not do so now."""
        try:
            opened = await self._client.conversations_open(users=user)
            return place_of(workspace, str(part(opened, "channel", "id")))
        except SlackApiError as error:
            if not isinstance(what := meaning(error), Refused):
                raise what from error
            log.warning("no direct conversation with %s can be opened: %s", user, code_of(error))
            return None

    async def _opened(self, workspace: str, user: str) -> Place | None:
        """The same for who comes in: where Slack does not open it now, it is opened when there is something to say."""
        try:
            return await self.open(workspace, user)
        except Exception as error:
            log.info("a direct conversation with %s is for later: %s", user, error)
            return None


def unseen(user: str) -> Profile:
    """Somebody of whom Slack tells nothing, as where the app may not ask: whoever names them lets them in, and they
    are of no workspace."""
    return Profile(user, user, "UTC", frozenset(), full=False, human=True)


def profile_of(told: Mapping[str, object]) -> Profile:
    """A user as Slack's Web API tells of them."""
    profile = told.get("profile")
    about = profile if isinstance(profile, Mapping) else {}
    enterprise = told.get("enterprise_user")
    org = enterprise if isinstance(enterprise, Mapping) else {}
    names = (about.get("real_name"), told.get("real_name"), about.get("display_name"), told.get("name"))
    name = next((said for said in (" ".join(clean(str(n or "")).split()) for n in names) if said), "Somebody")
    teams: list[object] = [told.get("team_id"), org.get("enterprise_id"), *(org.get("teams") or ())]
    guest = any(told.get(f) for f in ("is_restricted", "is_ultra_restricted", "is_stranger", "is_invited_user"))
    return Profile(
        str(told.get("id", "")),
        name[:80],
        str(told.get("tz") or "UTC"),
        frozenset(str(team) for team in teams if team),
        full=not guest,
        human=not told.get("is_bot") and not told.get("deleted") and told.get("id") != "USLACKBOT",
        picture=str(about.get("image_192") or about.get("image_72") or ""),
    )
