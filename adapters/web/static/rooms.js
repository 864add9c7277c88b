// Which conversation is open: addresses, the sidebar, what is read.
import { Pane } from "./pane.js";
import { ask, channelPath, part, post } from "./net.js";
import { refreshSide, start as sidebar } from "./side.js";
import { trouble } from "./toast.js";

const desk = document.querySelector(".panes");
const side = desk.querySelector(".side");
const aside = desk.querySelector(".thread");

export const main = new Pane(desk.querySelector(".main"));
export const thread = new Pane(aside);

export function paneOf(element) {
  if (aside.contains(element)) return thread;
  return main.root.contains(element) ? main : null;
}

const listeners = [];

/** Called whenever a pane shows another conversation. */
export function onOpen(listener) {
  listeners.push(listener);
}

const narrow = matchMedia("(max-width: 860px)");

function view(name) {
  desk.dataset.view = name;
  landmarks();
}

/** On a phone one pane is the whole screen: then that one is the page's main part, and its title the page's. */
function landmarks() {
  const shown = { list: side, thread: aside }[narrow.matches ? desk.dataset.view : ""];
  for (const pane of [side, aside]) {
    const heading = pane.querySelector(".bar h2, .bar strong");
    if (pane === shown) {
      pane.setAttribute("role", "main");
      heading?.setAttribute("role", "heading");
      heading?.setAttribute("aria-level", "1");
    } else if (pane.getAttribute("role") === "main") {
      pane.setAttribute("role", pane === side ? "navigation" : "complementary");
      for (const name of ["role", "aria-level"]) heading?.removeAttribute(name);
    }
  }
}

function current() {
  const [, channel, root] = location.pathname.match(/^\/c\/([^/]+)(?:\/t\/(\d+))?$/) ?? [];
  const message = Number(new URLSearchParams(location.search).get("m")) || null;
  return { channel: channel ? decodeURIComponent(channel) : null, root: root ? Number(root) : null, message };
}

/** The latest changes, for what changes while a part is fetched. */
const recent = [];
let count = 0;

async function fetchInto(pane, path, options) {
  const since = count;
  const key = pane.key;
  const { html } = await part(path);
  if (options?.keep && key !== pane.key) return;
  pane.fill(html, options);
  for (const change of recent) if (change.count > since) pane.changed(change.event);
}

async function show({ channel, root, message }, { focus = true } = {}) {
  // A page that is no conversation, such as the activity, is the server's.
  if (!channel) return location.reload();
  try {
    const away = message && !root && !main.has(message);
    if (main.channel !== channel || main.gap || away) {
      await fetchInto(main, `/part${channelPath(channel)}${message && !root ? `?m=${message}` : ""}`);
      listeners.forEach((listener) => listener(main));
      markRead(main);
    }
    if (root && (thread.key !== `${channel}/${root}` || aside.hidden)) {
      await fetchInto(thread, `/part${channelPath(channel, root)}`);
      aside.hidden = false;
      thread.begin();
      listeners.forEach((listener) => listener(thread));
      markRead(thread);
    } else if (!root) {
      aside.hidden = true;
      aside.replaceChildren();
    }
    view(root ? "thread" : "channel");
    refreshSide();
    const pane = root ? thread : main;
    if (message) pane.highlight(message);
    // A phone's keyboard would hide what one came to read.
    else if (focus && !matchMedia("(hover: none)").matches) pane.root.querySelector("textarea")?.focus({ preventScroll: true });
  } catch (error) {
    trouble(error);
    if (error.status === 404) history.replaceState(null, "", main.channel ? channelPath(main.channel) : "/");
  }
}

export function open(channel, root = null, message = null) {
  const path = channelPath(channel, root) + (message ? `?m=${message}` : "");
  if (path !== location.pathname + location.search) history.pushState(null, "", path);
  return show({ channel, root, message });
}

/** Everything again: desk time jumped, or we were away. Drafts and what only I see stay. */
export async function reload() {
  document.dispatchEvent(new CustomEvent("deskchanged"));
  try {
    if (main.channel && !main.gap) await fetchInto(main, `/part${channelPath(main.channel)}`, { keep: true });
    if (thread.thread) {
      await fetchInto(thread, `/part${channelPath(thread.channel, thread.thread)}`, { keep: true });
    }
    for (const pane of [main, thread]) if (pane.atBottom) markRead(pane);
  } catch (error) {
    if (error.status) trouble(error);
  }
}

const reading = new Map();

/** What a pane shows is read, up to its latest message; also if somebody goes on to another conversation right away. */
export function markRead(pane = main) {
  const { channel, thread: root, key, latest } = pane;
  if (!channel || !latest || document.visibilityState !== "visible" || pane.readUpTo >= latest) return;
  pane.readUpTo = latest;
  clearTimeout(reading.get(key));
  reading.set(key, setTimeout(async () => {
    reading.delete(key);
    await post("/read", { channel, thread: root, up_to: latest }).catch(() => {});
  }, 200));
}

export function changed(event) {
  recent.push({ count: ++count, event });
  if (recent.length > 200) recent.shift();
  main.changed(event);
  if (!aside.hidden) thread.changed(event);
  refreshSide();
  document.dispatchEvent(new CustomEvent("deskchanged"));
}

/** Something was read, here or in another tab. */
export function seen(event) {
  refreshSide();
  if (event.thread && event.channel === main.channel) main.refresh(event.thread, { known: true });
}

/** A request by its name: where its thread is, the server says. */
export async function openRef(ref, side = "") {
  try {
    const query = side ? `?with=${side}` : "";
    const { channel, thread: root } = await ask(`/r/${encodeURIComponent(ref)}${query}`);
    await open(channel, root);
  } catch (error) {
    trouble(error);
  }
}

function follow(link) {
  if (link.dataset.ref) return openRef(link.dataset.ref, link.dataset.with);
  const { channel, thread: root, message } = link.dataset;
  open(channel ?? main.channel, root ? Number(root) : null, message ? Number(message) : null);
}

export function start() {
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = event.target.closest("a[data-channel], a[data-close-thread], a[data-ref]");
    const opener = event.target.closest("button[data-thread]");
    if (link && document.querySelector("main .scroll")) {
      event.preventDefault();
      follow(link);
    } else if (opener) open(main.channel, Number(opener.dataset.thread));
    else if (event.target.closest("[data-back]")) toList();
  });
  for (const pane of [main, thread]) pane.onSeen = () => markRead(pane);
  window.addEventListener("popstate", () => show(current(), { focus: false }));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") for (const pane of [main, thread]) if (pane.atBottom) markRead(pane);
  });
  main.begin();
  if (!aside.hidden) thread.begin();
  const at = current();
  if (at.message) (at.root ? thread : main).highlight(at.message);
  sidebar(() => main.channel, landmarks);
  narrow.addEventListener("change", landmarks);
  landmarks();
  markRead(main);
  markRead(thread);
}

/** Out of the thread, back to the message it stands under. */
export function closeThread() {
  const root = thread.thread;
  if (aside.hidden || !root) return false;
  open(main.channel).then(() => main.focusMessage(root));
  return true;
}

/** The list of conversations: on a phone a screen of its own. */
export function toList() {
  view("list");
  side.querySelector("[aria-current], a[data-channel]")?.focus();
}
