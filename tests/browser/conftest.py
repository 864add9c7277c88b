"""A real Chromium before a real desk. Screenshots stay in test-artifacts/ to be looked at."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.browser.slow_line import slowed

ROOT = Path(__file__).resolve().parents[2]
ARTEFACTS = ROOT / "test-artifacts"
# As root Chromium runs only without its sandbox; the others keep it from looking for the network at every start.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

expect.set_options(timeout=15_000)  # a loaded machine is slow, not wrong


@pytest.fixture(scope="session")
def launched() -> Iterator[tuple[Browser, asyncio.AbstractEventLoop]]:
    """Debian's Chromium, or whichever is on PATH, for all tests of the run; with the loop that drives it."""
    path = next((p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None)
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("there is no Chromium, and CI must not skip the browser stories: run `make browser` as root")
        pytest.skip("there is no Chromium on PATH; `make browser` installs it where root allows")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        yield browser, loop
        asyncio._set_running_loop(loop)
        browser.close()


@pytest.fixture
def chromium(launched: tuple[Browser, asyncio.AbstractEventLoop]) -> Iterator[Browser]:
    """The browser, for one test. Its loop, which Playwright leaves marked as running, is only so meanwhile: a test that
    runs a loop of its own may be next in this worker."""
    browser, loop = launched
    asyncio._set_running_loop(loop)
    try:
        yield browser
    finally:
        asyncio._set_running_loop(None)


@pytest.fixture(scope="session")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a desk that has played its month; for those who only look, or write where nobody else looks."""
    with running(tmp_path_factory.mktemp("month")) as address:
        yield address


@pytest.fixture
def desk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty demo desk of one's own, or, marked with `month`, of the one that all share."""
    if request.node.get_closest_marker("month") is not None:
        yield request.getfixturevalue("month")
        return
    with running(tmp_path, "--empty") as address:
        yield address


@contextmanager
def running(folder: Path, *how: str) -> Iterator[str]:
    """A demo desk's address, for as long as it runs."""
    log = folder / "desk.log"
    command = [sys.executable, "-u", "-m", "bot", "demo", "--port", "0", *how]
    env = {k: v for k, v in os.environ.items() if not k.startswith("STEWARD_")} | {"PYTHONPATH": str(ROOT)}
    with log.open("w") as out, subprocess.Popen(command, cwd=folder, env=env, stdout=out, stderr=out) as process:
        try:
            with _line(_address(log, process)) as address:
                yield address
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
    assert "Traceback" not in log.read_text(), log.read_text()


def _line(address: str) -> AbstractContextManager[str]:
    """As it is, or over a slow line where the environment asks for one."""
    seed = os.environ.get("STEWARD_SLOW_LINE")
    return slowed(address, seed) if seed else nullcontext(address)


def _address(log: Path, process: subprocess.Popen[bytes]) -> str:
    for _ in range(1200):
        if found := re.search(r"http://127\.0\.0\.1:\d+", log.read_text()):
            return found[0]
        assert process.poll() is None, log.read_text()
        time.sleep(0.05)
    raise AssertionError(f"the desk did not start: {log.read_text()}")


@pytest.fixture
def person(chromium: Browser, desk: str) -> Iterator[Callable[..., Page]]:
    """Opens the workspace as somebody, each in a browser of their own; any script error fails the test."""
    contexts, trouble = [], []

    def come_in(name: str, *, width: int = 1280, height: int = 800, dark: bool = False) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",  # nothing to wait for that fades
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: trouble.append(f"{name}: {error}"))
        page.on("console", lambda said: trouble.append(f"{name}: {said.text}") if _is_trouble(said) else None)
        page.goto(desk)
        page.get_by_role("button", name=f"Act as {name}").click()
        page.wait_for_url("**/c/**")
        return page

    yield come_in
    for context in contexts:
        context.close()
    assert trouble == []


def _is_trouble(said: ConsoleMessage) -> bool:
    """Whether a script complains; a story that pulls the plug expects the browser to notice."""
    return said.type == "error" and "ERR_INTERNET_DISCONNECTED" not in said.text


@pytest.fixture
def keep(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Keeps a screenshot under the test's name."""
    folder = ARTEFACTS / request.node.name.replace("[", "-").rstrip("]")
    shutil.rmtree(folder, ignore_errors=True)

    def shoot(page: Page, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        # As the page stands, without Playwright's own preparations: a fifth of the time.
        with_it = page.context.new_cdp_session(page)
        taken = with_it.send("Page.captureScreenshot", {"format": "png", "optimizeForSpeed": True})
        with_it.detach()
        (folder / f"{name}.png").write_bytes(b64decode(taken["data"]))

    return shoot
