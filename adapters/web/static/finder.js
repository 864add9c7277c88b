// One box to go anywhere: conversations, requests, people, messages. The focus stays in the text, like a composer's list.
import { fragment, part } from "./net.js";
import { main, open, openRef, paneOf, thread } from "./rooms.js";
import { trouble } from "./toast.js";

const dialog = document.getElementById("finder");
const box = dialog.querySelector("input");
const list = dialog.querySelector("[role=listbox]");
let turn = 0;
let waiting = null;
let before = main;

export function openFinder() {
  if (dialog.open || document.querySelector("dialog[open]")) return;
  before = paneOf(document.activeElement) ?? main;
  box.value = "";
  list.replaceChildren();
  dialog.showModal();
  ask();
}

const options = () => [...list.querySelectorAll("[role=option]")];
const chosen = () => list.querySelector("[aria-selected=true]");

async function ask() {
  const mine = ++turn;
  try {
    const { html } = await part(`/find?q=${encodeURIComponent(box.value)}`);
    if (mine !== turn || !dialog.open) return;
    list.replaceChildren(fragment(html));
    // A list box must have something to choose; without it, it only says so.
    list.setAttribute("role", options().length ? "listbox" : "status");
    mark(options()[0]);
  } catch (error) {
    trouble(error);
  }
}

function mark(option) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (!option) return box.removeAttribute("aria-activedescendant");
  box.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const all = options();
  const at = all.indexOf(chosen());
  mark(all[(at + step + all.length) % all.length]);
}

async function go(option) {
  const { channel, thread: root, message, ref, mention } = option.dataset;
  dialog.close();
  if (ref) return openRef(ref);
  if (mention) return name(channel, mention);
  return open(channel, Number(root) || null, Number(message) || null);
}

/** To where the person reads, their name begun in the composer. */
async function name(channel, who) {
  if (channel) await open(channel);
  const pane = channel ? main : before === thread && thread.thread ? thread : main;
  const area = pane.root.querySelector(".composer textarea");
  if (!area) return;
  area.focus();
  const gap = area.value && !/\s$/.test(area.value) ? " " : "";
  area.setRangeText(`${gap}@${who} `, area.value.length, area.value.length, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

export function start() {
  document.addEventListener("click", (event) => event.target.closest("[data-find]") && openFinder());
  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 120);
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") move(event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Enter" && chosen()) {
      // As with links: with Ctrl or Cmd a place opens beside.
      if (event.ctrlKey || event.metaKey) window.open(chosen().href, "_blank", "noopener");
      else go(chosen());
    } else return;
    event.preventDefault();
  });
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    go(option);
  });
  dialog.addEventListener("click", (event) => (event.target === dialog || event.target.closest("[data-close]")) && dialog.close());
}
