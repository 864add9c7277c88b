"""The API's own description, OpenAPI 3.1, made of the same declarations that serve it: it cannot promise another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from adapters.web.api.bodies import Field
from adapters.web.api.endpoints import OPERATIONS, ROOT
from adapters.web.api.operations import Operation
from adapters.web.api.problems import MEDIA_TYPE
from bot.domain.clocks import Outcome
from bot.domain.events import Status
from bot.domain.people import Role
from bot.domain.policy import ClockKind, Priority

Json = dict[str, Any]

_TEXT: Json = {"type": "string"}
_FLAG: Json = {"type": "boolean"}
_COUNT: Json = {"type": "integer"}
_AT: Json = {"type": "string", "format": "date-time"}
_PERSON: Json = {"$ref": "#/components/schemas/Person"}


def _maybe(schema: Json) -> Json:
    return {"anyOf": [schema, {"type": "null"}]}


def _one_of(values: Sequence[str]) -> Json:
    return {"type": "string", "enum": list(values)}


def _object(*optional: str, **fields: Json) -> Json:
    return {"type": "object", "properties": fields, "required": [name for name in fields if name not in optional]}


def _list(item: Json, more: Json | None = None) -> Json:
    return _object(items={"type": "array", "items": item}, **({"next": more} if more else {}))


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


SCHEMAS: dict[str, Json] = {
    "Person": _object(id=_TEXT, name=_TEXT),
    "Clock": _object(
        kind=_one_of(list(ClockKind)),
        cycle=_COUNT,
        outcome=_one_of(list(Outcome)),
        paused=_FLAG,
        target_seconds=_COUNT,
        started_at=_AT,
        due_at=_maybe(_AT),
        ended_at=_maybe(_AT),
        breached_at=_maybe(_AT),
    ),
    "Request": _object(
        *("priority", "updated_at", "next_deadline"),
        ref=_TEXT,
        number=_COUNT,
        client=_TEXT,
        title=_TEXT,
        details=_TEXT,
        kind=_TEXT,
        answers={"type": "object", "additionalProperties": _TEXT},
        outcome=_TEXT,
        stopped=_maybe(_TEXT),
        status=_one_of(list(Status)),
        private=_FLAG,
        stakeholders={"type": "array", "items": _PERSON},
        requester=_PERSON,
        owner=_maybe(_PERSON),
        question=_TEXT,
        waits_for=_TEXT,
        urgent=_FLAG,
        needed=_TEXT,
        summary=_TEXT,
        opened_at=_AT,
        next_news_at=_maybe(_AT),
        ended_at=_maybe(_AT),
        closes_at=_maybe(_AT),
        merged=_FLAG,
        merged_into=_maybe(_TEXT),
        clocks={"type": "array", "items": _ref("Clock")},
        priority=_one_of(list(Priority)),
        updated_at=_maybe(_AT),
        next_deadline=_maybe(_object(at=_AT, clock=_one_of(list(ClockKind)))),
    ),
    "Requests": _list(_ref("Request"), _maybe(_TEXT)),
    "Conversation": _list(
        _object(
            seq=_COUNT,
            at=_AT,
            by=_maybe(_PERSON),
            kind=_one_of(["client", "reply", "note", "resolution"]),
            text=_TEXT,
            files={"type": "array", "items": _object(name=_TEXT, media_type=_TEXT, size=_COUNT)},
            edited=_FLAG,
            deleted=_FLAG,
        ),
        _maybe(_COUNT),
    ),
    "History": _list(
        _object(
            *("via",),
            seq=_COUNT,
            at=_AT,
            kind=_TEXT,
            by=_maybe(_PERSON),
            role=_one_of(list(Role)),
            what=_TEXT,
            via=_maybe(_TEXT),
        ),
        _maybe(_COUNT),
    ),
    "Me": _object(
        token=_TEXT,
        id=_TEXT,
        name=_TEXT,
        service=_FLAG,
        role=_one_of(list(Role)),
        client=_maybe(_TEXT),
        notes=_FLAG,
        expires_at=_maybe(_AT),
    ),
    "Report": _object(
        *("by_priority", "by_person"),
        client=_maybe(_TEXT),
        period=_TEXT,
        **{"from": {"type": "string", "format": "date"}, "to": {"type": "string", "format": "date"}},
        zone=_TEXT,
        requests=_COUNT,
        volume={"type": "object", "additionalProperties": _COUNT},
        **{
            f"by_{by}": {"type": "array", "items": {"type": "object"}}
            for by in ("target", "client", "priority", "person")
        },
        oldest_open={"type": "array", "items": _TEXT},
    ),
    "Clients": _list(_object(key=_TEXT, name=_TEXT, zone=_TEXT, closed=_FLAG)),
    "People": _list(_object(id=_TEXT, name=_TEXT, role=_one_of(list(Role)), client=_maybe(_TEXT), zone=_TEXT)),
    "Problem": _object(
        *("errors",),
        type=_TEXT,
        title=_TEXT,
        status=_COUNT,
        detail=_TEXT,
        errors={"type": "array", "items": _object(field=_TEXT, detail=_TEXT)},
    ),
}

_PROBLEMS = {
    "400": "It cannot be read: the body, the query or a header",
    "401": "No token, or one that is good no more",
    "403": "It is another role's to do",
    "404": "There is nothing there that the token can see",
    "409": "It cannot be done as the request stands",
    "413": "The body is too large",
    "415": "The body is no JSON in UTF-8",
    "422": "It can be read, and does not fit",
    "429": "Too fast; Retry-After says when",
    "503": "Too many at once; Retry-After says when",
}
_WITH_BODY = ("409", "413", "415")
_KEY: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Of your choice, such as a UUID: sent again under the same key it is done once, and answered alike",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}


def document() -> Json:
    """All of it."""
    paths: dict[str, Json] = {}
    for operation in OPERATIONS:
        paths.setdefault(ROOT + operation.path, {})[operation.method.lower()] = _operation(operation)
    own = _success(200, "This description", {"type": "object"})
    paths[f"{ROOT}/openapi.json"] = {"get": _about("openapi", "This description", own) | {"security": []}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Steward", "version": "1", "description": "Requests, as people work with them in chat."},
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(operation: Operation) -> Json:
    writes = operation.body is not None
    problems = [code for code in _PROBLEMS if writes or code not in _WITH_BODY]
    if "{ref}" not in operation.path:
        problems.remove("404")
    answers = _success(operation.status, operation.answers, _ref(operation.answers)) | {
        code: {"description": _PROBLEMS[code], "content": {MEDIA_TYPE: {"schema": _ref("Problem")}}}
        for code in problems
    }
    about = _about(operation.id, operation.summary, answers)
    parameters = [
        {"name": name, "in": "path", "required": True, "description": "ACME-42 or 42", "schema": _TEXT}
        for name in re.findall(r"\{(\w+)\}", operation.path)
    ]
    parameters += [
        {"name": field.name, "in": "query", "description": field.help, "schema": _schema(field)}
        for field in operation.query
    ]
    parameters += [_KEY] if writes else []
    if parameters:
        about["parameters"] = parameters
    if operation.body:
        fields, needed = operation.body, [field.name for field in operation.body if field.required]
        schema: Json = {
            "type": "object",
            "properties": {field.name: _schema(field) | {"description": field.help} for field in fields},
            "additionalProperties": False,
        }
        schema |= {"required": needed} if needed else {}
        about["requestBody"] = {"required": bool(needed), "content": {"application/json": {"schema": schema}}}
    return about


def _about(id: str, summary: str, answers: Json) -> Json:
    return {"operationId": id, "summary": summary, "responses": answers}


def _success(status: int, what: str, schema: Json) -> Json:
    return {str(status): {"description": what, "content": {"application/json": {"schema": schema}}}}


def _schema(field: Field) -> Json:
    match field.kind:
        case "flag":
            return _FLAG
        case "number":
            return {"type": "integer", "minimum": 0}
        case "choice":
            return _one_of(field.choices)
        case "instant":
            return _AT
        case "answers":
            return {"type": "object", "additionalProperties": _TEXT}
        case _:
            return {"type": "string", "maxLength": field.limit} | (
                {"examples": [field.example]} if field.example else {}
            )
