// The keyboard, wherever nothing is being written; `?` lists what it can do.
import { beginEdit } from "./editing.js";
import { openFinder } from "./finder.js";
import { askDelete } from "./own.js";
import { closeThread, main, open, paneOf, thread, toList } from "./rooms.js";
import { neighbour, unreadThread } from "./side.js";

const sheet = document.getElementById("keys");
const writing = (element) => Boolean(element?.closest?.("input, textarea, select, [contenteditable]"));
let leading = 0;

function pane() {
  return paneOf(document.activeElement) ?? (thread.thread && matchMedia("(max-width: 860px)").matches ? thread : main);
}

function item() {
  return document.activeElement?.closest?.("li.msg") ?? pane().roving.at;
}

function write() {
  pane().root.querySelector(".composer textarea")?.focus();
}

function openThread() {
  const id = Number(item()?.dataset.message);
  if (id && pane() === main) open(main.channel, id);
  else write();
}

/** After g: where to. */
const places = {
  h: () => location.assign("/"),
  t: () => unreadThread()?.click(),
  l: toList,
  a: () => document.querySelector(".side a[href='/activity']")?.click(),
};

const keys = {
  "?": showKeys,
  "/": openFinder,
  j: () => pane().roving.move(1),
  k: () => pane().roving.move(-1),
  ArrowDown: () => pane().roving.move(1),
  ArrowUp: () => pane().roving.move(-1),
  t: openThread,
  r: write,
  e: () => beginEdit(pane(), item()),
  Delete: () => askDelete(item()),
  "+": () => item()?.querySelector(".tool.react")?.click(),
  g: () => (leading = Date.now()),
};

function showKeys() {
  sheet.showModal();
}

function escape(event) {
  const active = document.activeElement;
  if (active?.matches(".composer textarea")) return paneOf(active)?.leaveComposer();
  if (event.target.closest("dialog")) return false;
  return closeThread();
}

function jump(event) {
  const link = neighbour(event.key === "ArrowDown" ? 1 : -1, { unread: event.shiftKey });
  link?.click();
}

function key(event) {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
    event.preventDefault();
    return openFinder();
  }
  if (document.querySelector("dialog[open], .menu:popover-open")) return;
  if (event.altKey && !event.ctrlKey && !event.metaKey && ["ArrowUp", "ArrowDown"].includes(event.key)) {
    event.preventDefault();
    return jump(event);
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") return escape(event);
  if (writing(event.target)) return;
  const led = Date.now() - leading < 1500;
  leading = 0;
  // On a message Enter opens its thread; on a button it presses that.
  if (event.key === "Enter" && event.target.matches?.("li.msg > article")) return openThread();
  if (["ArrowUp", "ArrowDown"].includes(event.key) && !event.target.closest("main, div.thread, body:focus")) return;
  const act = led ? places[event.key] : keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

export function start() {
  document.addEventListener("keydown", key);
  document.addEventListener("click", (event) => event.target.closest("[data-keys]") && showKeys());
  sheet.addEventListener("click", (event) => (event.target === sheet || event.target.closest("[data-close]")) && sheet.close());
}
