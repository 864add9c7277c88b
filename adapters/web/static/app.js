// The page comes alive: everything it shows was made by the server, so without this it can still be read.
import * as activity from "./activity.js";
import * as acts from "./acts.js";
import * as clock from "./clock.js";
import { attach } from "./composer.js";
import * as demo from "./demo.js";
import * as dialog from "./dialog.js";
import { restore } from "./editing.js";
import "./entry.js";
import * as finder from "./finder.js";
import * as keys from "./keys.js";
import * as live from "./live.js";
import * as menu from "./menu.js";
import * as own from "./own.js";
import * as rooms from "./rooms.js";

function theme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try {
    localStorage.setItem("theme", root.dataset.theme);
  } catch {
    // Not remembered, then.
  }
}

rooms.onOpen(attach);
for (const pane of [rooms.main, rooms.thread]) {
  attach(pane);
  pane.onDrawn = (focused) => {
    restore(pane, focused);
    acts.dress(pane);
  };
  restore(pane);
}
for (const part of [clock, rooms, acts, dialog, menu, own, activity, finder, keys, demo, live]) part.start();
document.addEventListener("click", (event) => event.target.closest(".theme") && theme());
document.body.dataset.ready = "yes";
