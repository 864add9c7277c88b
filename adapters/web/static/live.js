// News from the server. While it is away a banner says so; once it is back the page catches up.
import { sync } from "./clock.js";
import { ask } from "./net.js";
import { changed, reload, seen } from "./rooms.js";
import { refreshSide } from "./side.js";

const banner = document.getElementById("banner");
let missed = false;
let first = true;
let patience = null;

function away() {
  missed = true;
  patience ??= setTimeout(() => {
    banner.hidden = false;
  }, 1200);
}

function back({ turn }) {
  clearTimeout(patience);
  patience = null;
  banner.hidden = true;
  // Something may have changed while the page was made, or while we were away.
  if (missed || !first || turn !== document.body.dataset.turn) reload();
  missed = first = false;
}

let source = null;

function connect() {
  source?.close();
  const mine = new EventSource("/events");
  source = mine;
  const on = (name, handler) => mine.addEventListener(name, (event) => {
    const data = JSON.parse(event.data);
    sync(data.now);
    handler(data);
  });
  on("hello", back);
  on("changed", changed);
  on("seen", seen);
  on("moved", () => {
    reload();
    refreshSide();
  });
  mine.addEventListener("error", () => {
    if (mine !== source) return;
    away();
    // The browser gives up after an answer such as 401; it may only be that somebody signed out.
    if (mine.readyState === EventSource.CLOSED) setTimeout(() => mine === source && retry(), 3000);
  });
}

async function retry() {
  try {
    await ask("/complete?channel=&text=");
  } catch (error) {
    if (error.status === 401) return location.reload();
  }
  connect();
}

export function start() {
  connect();
  window.addEventListener("offline", away);
  window.addEventListener("online", connect);
  window.addEventListener("pagehide", () => source.close());
  // A page taken out of the browser's back-forward store has missed everything since.
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
}
