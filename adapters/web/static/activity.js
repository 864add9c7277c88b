// The activity page follows what happens, as long as its newest lines are looked at.
import { fragment, part } from "./net.js";

const room = document.querySelector(".main");
const list = () => room.querySelector("[data-activity]");
let waiting = null;

async function follow() {
  const shown = list();
  if (shown?.dataset.first !== "yes" || shown.scrollTop > 40) return;
  const query = new URLSearchParams(location.search);
  query.set("part", "1");
  try {
    const { html } = await part(`/activity?${query}`);
    const now = fragment(html).querySelector("[data-activity]");
    if (!list() || now.innerHTML === shown.innerHTML) return;
    const focused = shown.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    shown.replaceChildren(...now.childNodes);
    if (focused) [...shown.querySelectorAll("a")].find((a) => a.getAttribute("href") === focused)?.focus({ preventScroll: true });
  } catch {
    // The next change asks again.
  }
}

/** Where the filters are one long line, the chosen one is not beyond its end. */
function reveal() {
  for (const chosen of document.querySelectorAll(".filters [aria-current]")) {
    const row = chosen.closest("ul");
    row.scrollLeft = chosen.offsetLeft - (row.clientWidth - chosen.offsetWidth) / 2;
  }
}

export function start() {
  reveal();
  matchMedia("(max-width: 860px)").addEventListener("change", reveal);
  document.addEventListener("deskchanged", () => {
    if (!list()) return;
    clearTimeout(waiting);
    waiting = setTimeout(follow, 300);
  });
}
