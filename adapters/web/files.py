"""Files: kept as they are chosen, sent with a message, served to those who can read it and to nobody's scripts."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from adapters.web.chat import place_of
from adapters.web.door import signed_in
from adapters.web.render import path_of_file
from adapters.web.state import Web, kind, missing
from bot.desk import files as desk_files
from bot.desk.context import Refusal
from bot.desk.hearing import conversation_of
from bot.domain.files import PICTURES, Attachment
from bot.domain.people import Person
from bot.ports import Posted

_HEADERS = {
    # Nothing in it runs, whatever it is; it loads nothing and is nobody's frame.
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    # Asked for again each time, for who may read it can change; what is unchanged is not sent again.
    "Cache-Control": "private, no-cache",
}


@signed_in
async def upload(request: Request, web: Web, person: Person) -> Response:
    """One file, its bytes as the body. Nobody else can see it until it is sent."""
    name = request.query_params.get("name", "")
    media_type = request.headers.get("content-type", "")
    try:
        file = await desk_files.keep(web.desk, person.id, name, media_type, await request.body())
    except Refusal as no:
        raise kind(413 if "MB" in str(no) else 400, str(no)) from None
    return JSONResponse(
        {"id": file.id, "name": file.name, "size": file.size, "picture": file.is_picture, "path": path_of_file(file)}
    )


@signed_in
async def download(request: Request, web: Web, person: Person) -> Response:
    """A file's bytes; pictures may be shown, all else is only saved."""
    stored = await desk_files.readable(web.desk, person.id, request.path_params["file"][:64])
    if stored is None:
        raise missing()
    tag = f'"{stored.sha256}"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={**_HEADERS, "ETag": tag})
    body = await web.desk.store.files.body(stored.file.id)
    if body is None:
        raise missing()
    shown = stored.file.media_type in PICTURES
    name = quote(stored.file.name, safe="")
    headers = {
        **_HEADERS,
        "ETag": tag,
        "Content-Disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{name}",
    }
    # What is not shown has no type that a browser would do anything with.
    return Response(body, media_type=stored.file.media_type if shown else "application/octet-stream", headers=headers)


async def files_of(web: Web, person: Person, ids: Any) -> tuple[Attachment, ...]:
    """The person's own files that a message names."""
    if ids is None:
        return ()
    if not isinstance(ids, list) or not all(isinstance(id, str) and len(id) <= 64 for id in ids):
        raise missing()
    try:
        return await desk_files.mine(web.desk, person.id, ids)
    except Refusal as no:
        raise kind(400, str(no)) from None


async def shown_in(web: Web, posted: Posted) -> None:
    """Those who can read a message can read its files."""
    if posted.files:
        conversation = await conversation_of(web.desk.store, place_of(posted.channel, posted.thread))
        if conversation is not None:
            await web.desk.store.files.show([file.id for file in posted.files], conversation)


async def hidden_from(web: Web, posted: Posted) -> None:
    """A deleted message shows its files no more."""
    conversation = await conversation_of(web.desk.store, place_of(posted.channel, posted.thread))
    if posted.files and conversation is not None:
        await web.desk.store.files.hide([file.id for file in posted.files], conversation)
