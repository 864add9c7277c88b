// The sidebar: fetched anew when something changed; drafts are marked here, since the server never sees them.
import { hasDraft, onDrafts } from "./drafts.js";
import { part } from "./net.js";

const side = document.querySelector(".side");
const places = () => [...side.querySelectorAll("a[data-channel]")];
let current = () => "";
let pending = null;
let afterwards = () => {};

export function refreshSide() {
  clearTimeout(pending);
  pending = setTimeout(async () => {
    try {
      const { html } = await part(`/part/side?current=${encodeURIComponent(current())}`);
      const top = side.querySelector(".list")?.scrollTop ?? 0;
      const unfolded = side.querySelector("details")?.open;
      const focused = side.contains(document.activeElement) ? name(document.activeElement) : null;
      side.innerHTML = html;
      if (unfolded) side.querySelector("details")?.setAttribute("open", "");
      side.querySelector(".list").scrollTop = top;
      if (focused) [...side.querySelectorAll("a, button, summary")].find((item) => name(item) === focused)?.focus({ preventScroll: true });
      dress();
    } catch {
      // The next change asks again.
    }
  }, 120);
}

function name(element) {
  return element.getAttribute("href") ?? element.getAttribute("aria-label") ?? element.textContent.trim();
}

function dress() {
  for (const link of places()) {
    if (link.dataset.thread) continue;
    const wanted = hasDraft(link.dataset.channel) && !link.hasAttribute("aria-current");
    const there = link.querySelector(".drafted");
    if (wanted && !there) link.querySelector("bdi").after(pencil());
    else if (!wanted) there?.remove();
  }
  title();
  afterwards();
}

function pencil() {
  const mark = document.createElement("span");
  mark.className = "drafted";
  mark.role = "img";
  mark.setAttribute("aria-label", "has a draft");
  mark.title = "You began to write something here";
  mark.innerHTML = '<svg class="icon" aria-hidden="true"><use href="#icon-pencil"></use></svg>';
  return mark;
}

function title() {
  const { total, some } = side.querySelector(".list")?.dataset ?? {};
  const name = document.querySelector("main h1")?.textContent.trim();
  const words = [name, document.body.dataset.desk].filter(Boolean).join(" · ");
  const icon = document.querySelector("link[rel=icon]");
  const wanted = icon.getAttribute("href").replace(/favicon\w*/, some === "yes" ? "favicon_new" : "favicon");
  if (icon.getAttribute("href") !== wanted) icon.href = wanted;
  document.title = Number(total) ? `(${total}) ${words}` : some === "yes" ? `• ${words}` : words;
}

/** The channel above or below the one that is open; with `unread` the next one that has something new. */
export function neighbour(step, { unread = false } = {}) {
  const links = places().filter((link) => !link.dataset.thread);
  const from = links.findIndex((link) => link.hasAttribute("aria-current"));
  for (let i = 1; i <= links.length; i++) {
    const link = links[(from + step * i + links.length * 2) % links.length];
    if (!unread || link.classList.contains("unread")) return link;
  }
  return null;
}

export function unreadThread() {
  return side.querySelector("a[data-thread]");
}

/** `channel` answers which one is open; `dressed` is called whenever the sidebar was made anew. */
export function start(channel, dressed) {
  current = channel;
  afterwards = dressed;
  onDrafts(dress);
  window.addEventListener("storage", (event) => event.key?.startsWith("draft:") && dress());
  dress();
}
