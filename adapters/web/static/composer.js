// Writing: Enter sends, drafts are kept for each conversation, and a failed send gives the words back.
import { answer } from "./acts.js";
import { Completion } from "./complete.js";
import { draft, keepDraft } from "./drafts.js";
import { editLast } from "./editing.js";
import { Tray, accept } from "./files.js";
import { channelPath, newId, post } from "./net.js";
import { refreshSide } from "./side.js";
import { toast, trouble } from "./toast.js";

/** Words that did not arrive, by conversation: sent again unchanged they keep their id, so they arrive once. */
const failed = new Map();
let queue = Promise.resolve();

export function attach(pane) {
  const form = pane.root.querySelector(".composer");
  if (!form || form.dataset.ready) return;
  form.dataset.ready = "yes";
  const area = form.querySelector("textarea");
  const completion = new Completion(area, form.querySelector(".suggest"), () => pane);
  const tray = new Tray(pane, form);
  if (!pane.tray) accept(pane, () => pane.tray);
  pane.tray = tray;
  area.value = draft(pane.key);
  grow(area);
  area.addEventListener("input", () => {
    keepDraft(pane.key, area.value);
    grow(area);
    completion.update();
  });
  area.addEventListener("keydown", (event) => {
    if (event.isComposing || completion.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.key === "ArrowUp" && !area.value && !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      editLast(pane);
    }
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    completion.close();
    const text = area.value;
    if (!text.trim() && tray.empty) return;
    area.value = "";
    keepDraft(pane.key, "");
    grow(area);
    // One after the other: two quick messages must arrive in the order they were written.
    queue = queue.then(() => send(pane, area, text, tray));
  });
}

async function send(pane, area, text, tray) {
  const { key, channel, thread, latest } = pane;
  const waiting = tray.items;
  const files = await tray.take();
  if (files === null) {
    giveBack(pane, area, key, text);
    return toast("One of the files cannot be sent. Remove it, then send again.", { bad: true });
  }
  const before = failed.get(key);
  const same = before?.text === text && before.files.join() === files.join();
  const id = same ? before.id : newId();
  const command = /^\s*[/@]/.test(text);
  const ghost = ghostOf(text);
  // Most sends are done before anybody would see it, and news of the message may be here before the answer is.
  const slow = setTimeout(() => {
    if (!command && pane.key === key && !pane.arrived(text, latest)) pane.add(ghost, { mine: true });
  }, 400);
  try {
    const result = await post(`${channelPath(channel)}/messages`, { id, text, thread, files });
    failed.delete(key);
    clearTimeout(slow);
    if (result.message && pane.key === key) await pane.refresh(result.message);
    ghost.remove();
    if (result.keep) {
      giveBack(pane, area, key, text);
      tray.giveBack(waiting);
    }
    if (pane.key === key) {
      if (result.message) pane.toBottom();
      answer(result, pane);
    }
    refreshSide();
  } catch (error) {
    clearTimeout(slow);
    ghost.remove();
    failed.set(key, { text, files, id });
    giveBack(pane, area, key, text);
    tray.giveBack(waiting);
    trouble(error);
  }
}

function giveBack(pane, area, key, text) {
  if (pane.key !== key || !area.isConnected) {
    keepDraft(key, [text, draft(key)].filter(Boolean).join("\n"));
    return;
  }
  area.value = [text, area.value].filter(Boolean).join("\n");
  keepDraft(key, area.value);
  grow(area);
}

function ghostOf(text) {
  const item = document.createElement("li");
  item.className = "msg pending";
  const article = document.createElement("article");
  const words = document.createElement("div");
  const gutter = document.createElement("div");
  words.className = "words content";
  words.dir = "auto";
  words.textContent = text;
  item.setAttribute("aria-hidden", "true");
  article.append(gutter, words);
  item.append(article);
  return item;
}

function grow(area) {
  if (CSS.supports("field-sizing", "content")) return;
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight}px`;
}
