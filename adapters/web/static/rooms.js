// Which conversation is open: addresses, the sidebar, what is read.
import { Pane } from "./pane.js";
import { channelPath, part, post } from "./net.js";
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

function view(name) {
  desk.dataset.view = name;
}

function current() {
  const [, channel, root] = location.pathname.match(/^\/c\/([^/]+)(?:\/t\/(\d+))?$/) ?? [];
  return { channel: channel ? decodeURIComponent(channel) : null, root: root ? Number(root) : null };
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

async function show({ channel, root }, { focus = true } = {}) {
  if (!channel) return location.assign("/");
  try {
    if (main.channel !== channel) {
      await fetchInto(main, `/part${channelPath(channel)}`);
      listeners.forEach((listener) => listener(main));
      markRead();
    }
    if (root && (thread.key !== `${channel}/${root}` || aside.hidden)) {
      await fetchInto(thread, `/part${channelPath(channel, root)}`);
      aside.hidden = false;
      thread.toBottom();
      listeners.forEach((listener) => listener(thread));
    } else if (!root) {
      aside.hidden = true;
      aside.replaceChildren();
    }
    view(root ? "thread" : "channel");
    refreshSide();
    if (focus) (root ? thread : main).root.querySelector("textarea")?.focus({ preventScroll: true });
  } catch (error) {
    trouble(error);
    if (error.status === 404) history.replaceState(null, "", main.channel ? channelPath(main.channel) : "/");
  }
}

export function open(channel, root = null) {
  const path = channelPath(channel, root);
  if (path !== location.pathname) history.pushState(null, "", path);
  return show({ channel, root });
}

/** Everything again: desk time jumped, or we were away. Drafts and what only I see stay. */
export async function reload() {
  try {
    if (main.channel) await fetchInto(main, `/part${channelPath(main.channel)}`, { keep: true });
    if (thread.thread) {
      await fetchInto(thread, `/part${channelPath(thread.channel, thread.thread)}`, { keep: true });
    }
    await markRead();
  } catch (error) {
    if (error.status) trouble(error);
  }
}

let sidePending = null;

export function refreshSide() {
  clearTimeout(sidePending);
  sidePending = setTimeout(async () => {
    try {
      const { html } = await part(`/part/side?current=${encodeURIComponent(main.channel)}`);
      const top = side.querySelector(".list")?.scrollTop ?? 0;
      const focused = side.contains(document.activeElement) ? document.activeElement : null;
      const selector = focused?.dataset.channel && `a[data-channel="${CSS.escape(focused.dataset.channel)}"]`;
      side.innerHTML = html;
      side.querySelector(".list").scrollTop = top;
      if (selector) side.querySelector(selector)?.focus();
      title();
    } catch {
      // The next change asks again.
    }
  }, 120);
}

function title() {
  const unread = Number(side.querySelector(".list")?.dataset.unread);
  const name = main.root.querySelector("h1")?.textContent.trim();
  const words = [name, document.body.dataset.desk].filter(Boolean).join(" · ");
  document.title = unread ? `(${unread}) ${words}` : words;
}

const reading = new Map();

/** What is on the screen is read; also if somebody goes on to another channel right away. */
export function markRead() {
  const channel = main.channel;
  if (!channel || document.visibilityState !== "visible") return refreshSide();
  clearTimeout(reading.get(channel));
  reading.set(channel, setTimeout(async () => {
    reading.delete(channel);
    await post("/read", { channel }).catch(() => {});
    refreshSide();
  }, 250));
}

export function changed(event) {
  recent.push({ count: ++count, event });
  if (recent.length > 200) recent.shift();
  main.changed(event);
  if (!aside.hidden) thread.changed(event);
  if (event.channel === main.channel) markRead();
  else refreshSide();
}

export function start() {
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = event.target.closest("a[data-channel], a[data-close-thread]");
    const opener = event.target.closest("button[data-thread]");
    if (link) {
      event.preventDefault();
      open(link.dataset.channel ?? main.channel);
    } else if (opener) open(main.channel, Number(opener.dataset.thread));
    else if (event.target.closest("[data-back]")) view("list");
  });
  window.addEventListener("popstate", () => show(current(), { focus: false }));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && markRead());
  main.toBottom();
  if (!aside.hidden) thread.toBottom();
  title();
  markRead();
}
