// News from the server. While it is away a banner says so; once it is back the page catches up.
import { sync } from "./clock.js";
import { ask } from "./net.js";
import { changed, refreshSide, reload } from "./rooms.js";

const banner = document.getElementById("banner");
let missed = false;
let patience = null;

function away() {
  missed = true;
  patience ??= setTimeout(() => {
    banner.hidden = false;
  }, 1200);
}

function back() {
  clearTimeout(patience);
  patience = null;
  banner.hidden = true;
  if (!missed) return;
  missed = false;
  reload();
}

function connect() {
  const source = new EventSource("/events");
  const on = (name, handler) => source.addEventListener(name, (event) => {
    const data = JSON.parse(event.data);
    sync(data.now);
    handler(data);
  });
  on("hello", back);
  on("changed", changed);
  on("moved", () => {
    reload();
    refreshSide();
  });
  source.addEventListener("error", () => {
    away();
    // The browser gives up after an answer such as 401; it may only be that somebody signed out.
    if (source.readyState === EventSource.CLOSED) setTimeout(retry, 3000);
  });
  window.addEventListener("pagehide", () => source.close(), { once: true });
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
  // A page taken out of the browser's back-forward store has missed everything since.
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
}
