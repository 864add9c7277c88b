"""Every screen, light and dark, wide and narrow: axe-core finds nothing, nothing sticks out; kept as pictures.

A walk visits each screen once and takes all its looks there, as if the reader turned the light on and the phone over.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Error, Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

WIDE, PHONE = 1280, 390
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
JUDGED = """(part, rules) =>
  axe.run(part, { resultTypes: ["violations"], ...rules }).then(({ violations }) => violations.map((rule) =>
  [rule.impact, rule.id, rule.help, rule.nodes.slice(0, 3).map((node) => String(node.target)).join("; ")].join(" ")))"""
IN_THE_DARK = {"runOnly": ["color-contrast"]}  # all that the light changes
OUT_OF_PLACE = """() => {
  const wrong = [];
  const rooms = ".scroll, .side .list, dialog[open], .fields, .found, .columns";
  for (const room of [document.documentElement, ...document.querySelectorAll(rooms)]) {
    const over = room.scrollWidth - room.clientWidth;
    if (over > 0) wrong.push(`${over} px stick out sideways of ${room.className || room.tagName}`);
  }
  const front = document.querySelector("dialog[open], .menu:popover-open") ?? document;
  for (const button of front.querySelectorAll("button, .btn, a, summary")) {
    const { left, right, top, bottom, width } = button.getBoundingClientRect();
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    const room = (button.closest(rooms) ?? document.documentElement).getBoundingClientRect();
    const seen = width && x > room.left && x < room.right && y > room.top && y < room.bottom;
    const there = seen && !button.closest(".tools, .filters") && document.elementFromPoint(x, y);
    if (!there || button.contains(there) || there.contains(button) || there.closest(".suggest, .toasts")) continue;
    const name = button.getAttribute("aria-label") ?? button.textContent.trim();
    wrong.push(`“${name}” is covered by ${there.className || there.tagName}`);
  }
  return wrong;
}"""


class Looker:
    """Looks at a page as it stands: keeps its pictures, and complains of what axe-core finds."""

    def __init__(self, keep: Callable[[Page, str], None]) -> None:
        self._keep = keep
        self.wrong: list[str] = []

    def look(self, page: Page, name: str, widths: Sequence[int] = (WIDE, PHONE), *, of: str = "html") -> None:
        """One screen, in light and dark at each width; it is wide and light again in the end.

        `of` is what is new in it: that comes into sight, and the rest was judged elsewhere.
        """
        part = page.locator(of).last
        for width in widths:
            page.set_viewport_size({"width": width, "height": 800})
            if of != "html":
                part.evaluate("(part) => part.scrollIntoView({ block: 'nearest' })")
            self.wrong += [f"{name}-{width}: {found}" for found in page.evaluate(OUT_OF_PLACE)]
            for light in ("light", "dark"):
                page.emulate_media(color_scheme=light)
                self._once(page, part, f"{name}-{width}-{light}", IN_THE_DARK if light == "dark" else {})
        page.set_viewport_size({"width": WIDE, "height": 800})
        page.emulate_media(color_scheme="light")

    def _once(self, page: Page, part: Locator, name: str, rules: dict[str, list[str]]) -> None:
        self._keep(page, name)
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE)
        self.wrong += [f"{name}: {found}" for found in self._judged(part, rules)]

    def _judged(self, part: Locator, rules: dict[str, list[str]]) -> list[str]:
        for _ in range(5):
            try:
                return part.evaluate(JUDGED, rules)
            except Error as error:
                # News of it came while it was looked at, and it was drawn anew.
                if "No elements found" not in error.message:
                    raise
                part.page.wait_for_timeout(300)
        return part.evaluate(JUDGED, rules)


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


def command(page: Page, words: str) -> Locator:
    """Gives the desk a command and waits for what it answers, which stands last."""
    own = page.get_by_role("main").locator(".only-you")
    while own.count():
        own.last.get_by_role("button", name="Dismiss").click()
    box = page.get_by_role("main").locator("textarea[name=text]")
    box.fill(words)
    box.press("Escape")
    box.press("Enter")
    answer = own.last.or_(page.locator("#modal[open]"))
    expect(answer).to_be_visible()
    return answer


@pytest.mark.month
def test_every_screen_of_the_team(person: Callable[..., Page], keep: Callable[[Page, str], None], desk: str):
    """Triage, a thread, the menu of a card, search, the keys, alerts, the activity, the list of conversations."""
    looker = Looker(keep)
    lee = person("Lee")
    lee.goto(f"{desk}/c/triage")
    card = lee.get_by_role("main").get_by_role("region", name="ACME-24 Checkout shows an error for everyone")
    expect(card).to_be_visible()
    looker.look(lee, "triage")
    for width in (WIDE, PHONE):
        lee.set_viewport_size({"width": width, "height": 800})
        card.get_by_role("button", name="More").click()
        looker.look(lee, "card-menu", [width], of=".menu:popover-open")
        lee.keyboard.press("Escape")
    lee.goto(f"{desk}/r/ACME-22")
    expect(lee.locator("div.thread")).to_contain_text("Page size changed")
    card.evaluate("(card) => card.scrollIntoView({ block: 'end' })")
    looker.look(lee, "thread")
    lee.goto(f"{desk}/c/alerts")
    looker.look(lee, "alerts")
    lee.keyboard.press("Control+k")
    search = lee.get_by_role("combobox", name="Search")
    for words, found in (
        ("", lee.get_by_role("option").first),
        ("export", lee.get_by_role("option", name="export").first),
        ("qqqq", lee.get_by_role("status").filter(has_text="qqqq")),
    ):
        search.fill(words)
        expect(found).to_be_visible()
        looker.look(lee, f"search-{words or 'begun'}", of="#finder")
    lee.keyboard.press("Escape")  # empties the field
    lee.keyboard.press("Escape")
    # A browser may close it after the key was handled; keys go to the page only from then on.
    expect(lee.locator("#finder")).to_be_hidden()
    lee.keyboard.press("?")
    expect(lee.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    looker.look(lee, "keys", of=".keys")
    lee.keyboard.press("Escape")
    lee.goto(f"{desk}/activity")
    expect(lee.get_by_role("heading", name="Activity")).to_be_visible()
    looker.look(lee, "activity")
    lee.goto(f"{desk}/activity?kind=settings&client=GLOBEX")
    looker.look(lee, "activity-empty")
    lee.set_viewport_size({"width": PHONE, "height": 800})
    for chosen in ("Settings", "Globex"):
        expect(lee.get_by_role("link", name=chosen, exact=True)).to_be_in_viewport(ratio=1)
    lee.get_by_role("button", name="Conversations list").click()
    looker.look(lee, "list", [PHONE])
    assert not looker.wrong, "\n".join(looker.wrong)


FORMS = (
    *("Reply", "Resolve", "News at…", "Ask client", "Wait on…", "Priority", "Assign", "Note", "Merge into…", "Close"),
    "Not a request",
)


def test_every_form(person: Callable[..., Page], keep: Callable[[Page, str], None]):
    """Each that a card's buttons open; one that is filled in wrongly, one that was left, one that came back."""
    looker = Looker(keep)
    dana, lee = person("Dana"), person("Lee")
    for title in ("Export fails", "Import fails"):
        command(dana, f"/desk new {title}")
    card = lee.get_by_role("main").get_by_role("region", name="ACME-1 Export fails")
    expect(lee.get_by_role("main").get_by_role("region", name="ACME-2 Import fails")).to_be_visible()
    form = lee.locator("#modal[open]")
    for name in FORMS:
        if not card.get_by_role("button", name=name, exact=True).count():
            card.get_by_role("button", name="More").click()
            lee.get_by_role("menuitem", name=name, exact=True).click()
        else:
            card.get_by_role("button", name=name, exact=True).click()
        expect(form).to_be_visible()
        looker.look(lee, name.strip("…").lower().replace(" ", "-"), of="#modal")
        lee.keyboard.press("Escape")
        expect(form).to_be_hidden()
    card.get_by_role("button", name="Resolve", exact=True).click()
    form.get_by_role("button", name="Resolve").click()
    expect(form.get_by_text("This is still empty.")).to_be_visible()
    looker.look(lee, "wrong", of="#modal")
    form.get_by_label("What was done?").fill("Half a thought")
    lee.keyboard.press("Escape")
    expect(lee.get_by_text("What you typed is kept")).to_be_visible()
    looker.look(lee, "kept")
    card.get_by_role("button", name="Resolve", exact=True).click()
    expect(form.get_by_role("button", name="Start over")).to_be_visible()
    looker.look(lee, "back-again", of="#modal")
    form.get_by_role("button", name="Start over").click()
    lee.keyboard.press("Escape")
    assert not looker.wrong, "\n".join(looker.wrong)


ASKED = ("help", "my", "overview", "report", "settings", "review", "capacity", "doctor")
OF_ONE = ("show", "why", "history", "transcript")


@pytest.mark.month
def test_every_answer_of_the_desk(person: Callable[..., Page], keep: Callable[[Page, str], None], desk: str):
    """Lists, pages, figures, a transcript, a refusal: all that only who asked can see."""
    looker = Looker(keep)
    lee = person("Lee")
    lee.goto(f"{desk}/c/dm:lee")
    for words in ("", *ASKED, *(f"{name} 22" for name in OF_ONE), "find export", "nonsense"):
        command(lee, f"/desk {words}".strip())
        looker.look(lee, words.replace(" ", "-") or "bare", of=".only-you")
        lee.keyboard.press("Escape")
    assert not looker.wrong, "\n".join(looker.wrong)


@pytest.mark.month
def test_every_screen_of_a_client(
    person: Callable[..., Page], keep: Callable[[Page, str], None], desk: str, tmp_path: Path
):
    """The channel, a form, a thread, files on their way and sent, an edit, a deletion, odd words, no connection."""
    looker = Looker(keep)
    dana = person("Dana")
    looker.look(dana, "channel")
    box = dana.get_by_role("textbox", name="Message #client-acme")
    box.fill("/desk ")
    expect(dana.get_by_role("option").first).to_be_visible()
    looker.look(dana, "completion", of=".suggest:not([hidden])")
    command(dana, "/desk new")
    looker.look(dana, "new", of="#modal")
    dana.keyboard.press("Escape")
    box.fill("شكرا لكم 👩‍🚀 " + "Donaudampfschifffahrtsgesellschaft" * 6)
    box.press("Enter")
    expect(box).to_have_value("")
    log = tmp_path / "export-log.txt"
    log.write_text("line")
    dana.locator("main input[type=file]").set_input_files([picture(tmp_path / "screen.png"), log])
    expect(dana.get_by_role("button", name="Remove screen.png")).to_be_visible()
    expect(dana.locator(".chip img")).to_be_visible()
    # The files take room from the messages, and the latest stays in sight.
    expect(dana.get_by_role("button", name="Turn into request").last).to_be_in_viewport(ratio=1)
    looker.look(dana, "files-waiting", of="main .composer")
    box.fill("It looks like this, @Sam Ito")
    box.press("Escape")
    box.press("Enter")
    sent = dana.get_by_role("main").get_by_role("article").filter(has_text="It looks like this")
    expect(sent.get_by_role("img", name="screen.png")).to_be_visible()
    looker.look(dana, "files-sent", of="main .msg:has(.picture)")
    box.press("ArrowUp")
    expect(dana.get_by_role("textbox", name="Edit message")).to_be_focused()
    looker.look(dana, "editing", of="main .msg:has(.editing)")
    dana.keyboard.type(", you see?")
    dana.context.set_offline(True)
    dana.keyboard.press("Enter")
    expect(dana.get_by_text("No connection just now")).to_be_visible()
    expect(dana.get_by_text("Reconnecting")).to_be_visible()
    looker.look(dana, "offline", of="#banner")
    dana.context.set_offline(False)
    expect(dana.get_by_text("Reconnecting")).to_be_hidden()
    dana.get_by_role("textbox", name="Edit message").press("Enter")
    expect(sent.first).to_contain_text("edited")
    dana.keyboard.press("Delete")
    expect(dana.get_by_role("dialog", name="Delete this message?")).to_be_visible()
    looker.look(dana, "deleting", of="#confirm")
    dana.keyboard.press("Enter")
    expect(dana.get_by_role("main").get_by_text("This message was deleted.")).to_be_visible()
    looker.look(dana, "deleted", of="main .msg:has(.deleted)")
    dana.goto(f"{desk}/r/ACME-22")
    expect(dana.get_by_role("textbox", name="Reply in thread")).to_be_visible()
    looker.look(dana, "thread")
    assert not looker.wrong, "\n".join(looker.wrong)


def test_every_empty_screen_teaches(
    person: Callable[..., Page], chromium: Browser, keep: Callable[[Page, str], None], desk: str
):
    """Each kind of channel says what it is for; so do the ways in, and what is not there."""
    looker = Looker(keep)
    sam, dana = person("Sam"), person("Dana")
    for where, words in (
        ("triage", "No requests yet"),
        ("alerts", "Nothing is late"),
        ("client-acme", "is where requests begin"),
        ("dm:sam", "Just you and Steward"),
    ):
        sam.goto(f"{desk}/c/{where}")
        expect(sam.get_by_role("heading", name=words)).to_be_visible()
        looker.look(sam, f"empty-{where.replace(':', '-')}")
    expect(dana.get_by_role("heading", name="where you and our team meet")).to_be_visible()
    looker.look(dana, "empty-client")
    stranger = chromium.new_context(viewport={"width": WIDE, "height": 800}, reduced_motion="reduce").new_page()
    for path, name in (("/", "who"), ("/login?token=spent", "spent")):
        stranger.goto(f"{desk}{path}")
        looker.look(stranger, name)
    stranger.goto(f"{desk}/nowhere")
    looker.look(stranger, "error")
    stranger.context.close()
    assert not looker.wrong, "\n".join(looker.wrong)
