"""Every screen, light and dark, wide and narrow: axe-core finds nothing, nothing sticks out; kept as pictures."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

LOOKS = [(1280, False), (1280, True), (390, False), (390, True)]
IDS = ["light", "dark", "phone-light", "phone-dark"]


class Looker:
    """Looks at a page as it stands: keeps its picture, and complains of what axe-core finds."""

    def __init__(self, keep: Callable[[Page, str], None]) -> None:
        self._keep, self._axe = keep, Axe()
        self.wrong: list[str] = []

    def look(self, page: Page, name: str) -> None:
        """One screen."""
        page.wait_for_timeout(200)  # colours that fade in are judged when they have
        self._keep(page, name)
        found = self._axe.run(page).response["violations"]
        for rule in found:
            where = "; ".join(str(node["target"]) for node in rule["nodes"][:3])
            self.wrong.append(f"{name}: {rule['impact']} {rule['id']}: {rule['help']} ({where})")
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            self.wrong.append(f"{name}: {over} px stick out sideways")


def picture(path: Path) -> Path:
    """A small PNG of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    rows = (b"\0" + bytes((70, 130, 180)) * 320) * 180
    head = (320).to_bytes(4, "big") + (180).to_bytes(4, "big") + bytes((8, 2, 0, 0, 0))
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    )
    return path


@pytest.mark.month
@pytest.mark.parametrize(("width", "dark"), LOOKS, ids=IDS)
def test_every_screen_of_the_team(
    person: Callable[..., Page], keep: Callable[[Page, str], None], desk: str, width: int, dark: bool
):
    """Triage, a thread, a form, the menu of a card, search, the keys, alerts, the activity, what is one's own."""
    looker = Looker(keep)
    lee = person("Lee", width=width, dark=dark)
    lee.goto(f"{desk}/c/triage")
    expect(lee.get_by_role("region", name="ACME-24 Checkout shows an error for everyone")).to_be_visible()
    looker.look(lee, "triage")
    card = lee.get_by_role("main").get_by_role("region", name="ACME-24")
    card.get_by_role("button", name="More").click()
    looker.look(lee, "card-menu")
    lee.keyboard.press("Escape")
    card.get_by_role("button", name="Reply").click()
    expect(lee.get_by_role("dialog", name="Reply to ACME-24")).to_be_visible()
    looker.look(lee, "form")
    lee.keyboard.press("Escape")
    lee.goto(f"{desk}/r/ACME-22")
    expect(lee.locator("div.thread")).to_contain_text("ACME-22")
    looker.look(lee, "thread")
    lee.keyboard.press("Control+k")
    lee.get_by_role("combobox", name="Search").fill("export")
    expect(lee.get_by_role("option").first).to_be_visible()
    looker.look(lee, "search")
    lee.keyboard.press("Escape")
    lee.keyboard.press("Escape")
    lee.goto(f"{desk}/c/alerts")
    looker.look(lee, "alerts")
    lee.keyboard.press("Escape")
    lee.keyboard.press("?")
    expect(lee.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    looker.look(lee, "keys")
    lee.keyboard.press("Escape")
    lee.goto(f"{desk}/c/dm:lee")
    looker.look(lee, "direct")
    lee.get_by_role("button", name="Help").click()
    expect(lee.get_by_text("Only you can see this")).to_be_visible()
    looker.look(lee, "help")
    lee.goto(f"{desk}/activity")
    expect(lee.get_by_role("heading", name="Activity")).to_be_visible()
    looker.look(lee, "activity")
    lee.goto(f"{desk}/activity?kind=settings&client=GLOBEX")
    looker.look(lee, "activity-empty")
    assert not looker.wrong, "\n".join(looker.wrong)


@pytest.mark.month
@pytest.mark.parametrize(("width", "dark"), LOOKS, ids=IDS)
def test_every_screen_of_a_client(
    person: Callable[..., Page],
    keep: Callable[[Page, str], None],
    desk: str,
    tmp_path: Path,
    width: int,
    dark: bool,
):
    """The channel, the list, a thread, files on their way and sent, an edit, a deletion, odd words."""
    looker = Looker(keep)
    dana = person("Dana", width=width, dark=dark)
    looker.look(dana, "channel")
    if width < 500:
        dana.get_by_role("button", name="Conversations list").click()
        looker.look(dana, "list")
        dana.goto(f"{desk}/c/client-acme")
    box = dana.get_by_role("textbox", name="Message #client-acme")
    box.fill("/desk ")
    expect(dana.get_by_role("option").first).to_be_visible()
    looker.look(dana, "completion")
    box.fill("شكرا لكم 👩‍🚀 " + "Donaudampfschifffahrtsgesellschaft" * 6)
    box.press("Enter")
    expect(box).to_have_value("")
    log = tmp_path / "export-log.txt"
    log.write_text("line")
    dana.locator("main input[type=file]").set_input_files([picture(tmp_path / "screen.png"), log])
    expect(dana.get_by_role("button", name="Remove screen.png")).to_be_visible()
    expect(dana.locator(".chip img")).to_be_visible()
    looker.look(dana, "files-waiting")
    box.fill("It looks like this, @Sam Ito")
    box.press("Escape")
    box.press("Enter")
    sent = dana.get_by_role("main").get_by_role("article").filter(has_text="It looks like this")
    expect(sent.get_by_role("img", name="screen.png")).to_be_visible()
    looker.look(dana, "files-sent")
    box.press("ArrowUp")
    expect(dana.get_by_role("textbox", name="Edit message")).to_be_focused()
    looker.look(dana, "editing")
    dana.keyboard.type(", you see?")
    dana.keyboard.press("Enter")
    expect(sent.first).to_contain_text("edited")
    dana.keyboard.press("Delete")
    expect(dana.get_by_role("dialog", name="Delete this message?")).to_be_visible()
    looker.look(dana, "deleting")
    dana.keyboard.press("Enter")
    expect(dana.get_by_role("main").get_by_text("This message was deleted.")).to_be_visible()
    looker.look(dana, "deleted")
    dana.goto(f"{desk}/r/ACME-22")
    expect(dana.get_by_role("textbox", name="Reply in thread")).to_be_visible()
    looker.look(dana, "thread")
    assert not looker.wrong, "\n".join(looker.wrong)


@pytest.mark.parametrize(("width", "dark"), LOOKS, ids=IDS)
def test_every_empty_screen_teaches(
    person: Callable[..., Page],
    chromium: Browser,
    keep: Callable[[Page, str], None],
    desk: str,
    width: int,
    dark: bool,
):
    """Each kind of channel says what it is for; so do the ways in, and what is not there."""
    looker = Looker(keep)
    sam, dana = person("Sam", width=width, dark=dark), person("Dana", width=width, dark=dark)
    for where, words in (
        ("alerts", "Nothing is late"),
        ("client-acme", "is where requests begin"),
        ("dm:sam", "Just you and Steward"),
    ):
        sam.goto(f"{desk}/c/{where}")
        expect(sam.get_by_role("heading", name=words)).to_be_visible()
        looker.look(sam, f"empty-{where.replace(':', '-')}")
    expect(dana.get_by_role("heading", name="where you and our team meet")).to_be_visible()
    looker.look(dana, "empty-client")
    stranger = chromium.new_context(
        viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light"
    ).new_page()
    for path, name in (("/", "who"), ("/login?token=spent", "spent")):
        stranger.goto(f"{desk}{path}")
        looker.look(stranger, name)
    stranger.goto(f"{desk}/nowhere")
    looker.look(stranger, "error")
    stranger.context.close()
    assert not looker.wrong, "\n".join(looker.wrong)
