"""docs/api.md is true: its examples are run, its tables are those of the code."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from web_house import HOST, House

from adapters.web.api.bodies import LIMIT
from adapters.web.api.operations import ACTS
from adapters.web.api.pace import BURST, RATE
from bot.commands import REGISTRY, Who
from bot.desk import tokens

PAGE = (Path(__file__).resolve().parents[3] / "docs/api.md").read_text("utf-8")


def asked(line: str) -> tuple[str, str, dict[str, str], bytes]:
    """What curl would send for that line: method, address, headers, body."""
    words = shlex.split(line)
    assert words.pop(0) == "curl"
    method, address, query, body = "GET", "", list[tuple[str, str]](), b""
    headers: dict[str, str] = {}
    while words:
        match words.pop(0):
            case "-X":
                method = words.pop(0)
            case "-H":
                name, _, value = words.pop(0).partition(": ")
                headers[name] = value
            case "-d":
                body = words.pop(0).encode()
            case "--data-urlencode":
                name, _, value = words.pop(0).partition("=")
                query.append((name, value))
            case "-G":
                pass
            case word:
                assert not word.startswith("-"), f"the test does not know {word}"
                address = word
    return method, address + (f"?{urlencode(query)}" if query else ""), headers, body


@pytest.mark.asyncio
async def test_every_example_works(house: House):
    """In their order, against a desk with Acme and Sam's token: each succeeds."""
    _, secret = await tokens.make(house.desk, tokens.Asked("sams-script", person="sam"))
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)).replace("\\\n", " ")
    lines = [line for line in blocks.splitlines() if line.strip()]
    assert len(lines) > 10
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=house.app)) as http:
        for line in lines:
            filled = line.replace("$TOKEN", secret).replace("$DESK", f"http://{HOST}")
            method, address, headers, body = asked(filled)
            answer = await http.request(method, address, headers=headers, content=body)
            assert answer.is_success, f"{line}\n{answer.text}"


def test_every_act_has_its_row():
    """The table names each, in order, with whose it is and what it takes; and each is a command of the desk."""
    rows = re.findall(r"^\| `([\w-]+)` \| ([\w, ]+) \| (.*) \|$", PAGE.split("## What can be done")[1], re.MULTILINE)
    assert [name for name, _, _ in rows] == [act.name for act in ACTS]
    who = {Who.STAFF: "staff", Who.CLIENT: "client", Who.ALL: "staff, or its requester"}
    for (name, said, takes), act in zip(rows, ACTS, strict=True):
        command = REGISTRY.find(act.command or name)
        assert command
        assert said == who[command.who]
        named = re.findall(r"`(\w+)`", takes.split(":")[0])
        assert named == [field.name for field in act.fields], name


def test_its_limits_are_the_codes():
    """Size and pace."""
    assert f"more than {LIMIT // 1024} KB" in PAGE
    assert f"{BURST} calls at once, {RATE:.0f} a second" in PAGE
