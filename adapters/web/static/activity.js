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

export function start() {
  document.addEventListener("deskchanged", () => {
    if (!list()) return;
    clearTimeout(waiting);
    waiting = setTimeout(follow, 300);
  });
}
