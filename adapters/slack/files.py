"""Files both ways: what people attach is fetched and kept; what the desk passes on is uploaded beside its words."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.failing import code_of, meaning, part, understood
from bot.desk import files as desk_files
from bot.desk.context import Desk
from bot.domain.files import SIZE_LIMIT, Attachment, fits, left
from bot.domain.text import file_name
from bot.ports import Refused

log = logging.getLogger("steward.slack")

SLACKS = ("slack.com", "slack-files.com", "slack-edge.com")
"""Whose addresses get the token; so does the host that the Web API is at."""
CHUNK = 64 * 1024
GONE = (404, 410)


class SlackFiles:
    """Fetches and uploads."""

    def __init__(self, client: AsyncWebClient, desk: Desk) -> None:
        self._client, self._desk = client, desk

    @property
    def _session(self) -> aiohttp.ClientSession:
        """The connections that the Web API's calls use, too."""
        if self._client.session is None:
            raise RuntimeError("the connection to Slack is not open")
        return self._client.session

    async def taken(
        self, author: str, files: Sequence[Mapping[str, Any]], known: Sequence[Attachment] = ()
    ) -> tuple[Attachment, ...]:
        """The files of a message as the desk keeps them; those of `known` that they are already are not fetched again.
        What is too large, what has no room beside the others, and what is not in Slack at all stays where it is.
        Whatever is raised is tried again.
        """
        there = [file for file in files if file.get("mode") not in ("tombstone", "hidden_by_limit")]
        were = list(known)
        kept: list[Attachment] = []
        for file in there:
            whole = await self._whole(file)
            same = next((each for each in were if _same(each, whole)), None)
            if same is not None:
                were.remove(same)
                kept.append(same)
            elif (fetched := await self._fetch(author, whole, (*kept, *were))) is not None:
                kept.append(fetched)
        return tuple(kept)

    async def bring(self, file: Attachment) -> str:
        """Bring a file to Slack, where nobody sees it before it is shown; answers what Slack calls it, empty where it
        is gone."""
        body = await self._desk.store.files.body(file.id)
        if body is None:
            log.warning("the file %s is not there any more; its message goes without it", file.name)
            return ""
        return await self.bring_text(file.name, body)

    async def send(self, name: str, body: bytes, channel: str) -> None:
        """Put a file into a channel."""
        if id := await self.bring_text(name, body):
            await self.show(id, name, channel)

    async def bring_text(self, name: str, body: bytes) -> str:
        """The same of what is in it. An empty one cannot be: Slack takes none."""
        if not body:
            return ""
        with understood():
            asked = await self._client.files_getUploadURLExternal(filename=name, length=len(body))
            address, id = str(part(asked, "upload_url")), str(part(asked, "file_id"))
        async with self._session.post(address, data=body) as answer:
            if answer.status != 200:
                raise RuntimeError(f"Slack took no file: {answer.status}")
        return id

    async def show(self, id: str, name: str, channel: str, thread: str | None = None) -> None:
        """In a channel or a thread, under its own name, as a message of its own."""
        with understood():
            await self._client.files_completeUploadExternal(
                files=[{"id": id, "title": name}], channel_id=channel, thread_ts=thread
            )

    async def remove(self, file: str) -> None:
        """Take one away that the desk put there; one that is gone stays gone."""
        try:
            await self._client.files_delete(file=file)
        except SlackApiError as error:
            if code_of(error) not in ("file_not_found", "file_deleted"):
                raise meaning(error) from error

    async def _whole(self, file: Mapping[str, Any]) -> Mapping[str, Any]:
        """From another workspace Slack tells of a file by its id alone, and all of it when it is asked."""
        if file.get("file_access") == "check_file_info" or not (file.get("url_private") or file.get("is_external")):
            try:
                told = await self._client.files_info(file=str(file.get("id", "")))
                return told.get("file") or file
            except SlackApiError as error:
                if not isinstance(what := meaning(error), Refused):
                    raise what from error  # its message is told again
                log.warning("a file cannot be looked at: %s", code_of(error))
        return file

    async def _fetch(self, author: str, file: Mapping[str, Any], others: Sequence[Attachment]) -> Attachment | None:
        """The file, kept beside those others; None for one that was taken back meanwhile, which must not keep the words
        unheard."""
        name = file_name(str(file.get("name") or file.get("title") or "file"))
        size, media_type = int(file.get("size") or 0), str(file.get("mimetype") or "")
        address = str(file.get("url_private_download") or file.get("url_private") or "")
        stays = left(name, media_type, size, str(file.get("permalink") or ""))
        if not fits(others, size):
            return stays
        if not self._ours(address):
            # Somebody's file elsewhere is a link; the token goes to Slack alone.
            return replace(stays, at=address if address.startswith("https://") else "")
        headers = {"Authorization": f"Bearer {self._client.token}"}
        async with self._session.get(address, headers=headers, allow_redirects=False) as answer:
            if answer.status in GONE:
                log.warning("the file %s is not there any more; its message is heard without it", name)
                return None
            if answer.status != 200:
                raise RuntimeError(f"Slack gave no file: {answer.status}")
            body = bytearray()
            async for chunk in answer.content.iter_chunked(CHUNK):
                body += chunk
                if len(body) > SIZE_LIMIT:
                    return replace(stays, size=max(size, len(body)))
            media_type = media_type or answer.content_type or ""
        if not body or not fits(others, len(body)):
            return stays
        return await desk_files.keep(self._desk, author, name, media_type, bytes(body))

    def _ours(self, address: str) -> bool:
        try:
            asked, api = urlsplit(address), urlsplit(self._client.base_url)
        except ValueError:
            return False
        host = (asked.hostname or "").lower()
        if (asked.scheme, asked.netloc) == (api.scheme, api.netloc):
            return True
        return asked.scheme == "https" and any(host == own or host.endswith(f".{own}") for own in SLACKS)


def _same(kept: Attachment, file: Mapping[str, Any]) -> bool:
    """Whether the desk has it: within one message, name and size tell files apart well enough."""
    name = file_name(str(file.get("name") or file.get("title") or "file"))
    return (kept.name, kept.size) == (name, int(file.get("size") or 0))
