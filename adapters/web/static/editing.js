// Other words for a message of one's own, where it stands. What was typed is kept here and not in the list, which may be
// drawn anew at any moment: by news, after a broken connection, on the way back to a conversation, after a reload.
import { answer } from "./acts.js";
import { editDraft, keepEdit } from "./drafts.js";
import { ask, newId, post } from "./net.js";
import { toast, trouble } from "./toast.js";

/** The open ones, by message. */
const open = new Map();
/** Those that Escape put aside: they wait to be asked for, and do not come back by themselves. */
const aside = new Set();

export const own = (item) => item?.hasAttribute("data-own") && !item.querySelector(".deleted");

/** The words become a field where they stand. Enter saves; Escape keeps what was changed for later, Cancel drops it. */
export async function beginEdit(pane, item) {
  if (!item) return;
  const there = item.querySelector(".editing textarea");
  if (there) return there.focus();
  if (!own(item)) return toast("Only your own messages can be edited. Answer this one instead.");
  const id = Number(item.dataset.message);
  try {
    const { text } = await ask(`/m/${id}/source`);
    const edit = make(pane, id, text, editDraft(id) || text);
    mount(edit, pane.find(id) ?? item);
    edit.area.focus();
    edit.area.setSelectionRange(edit.area.value.length, edit.area.value.length);
    edit.form.scrollIntoView({ block: "nearest" });
  } catch (error) {
    trouble(error);
  }
}

export async function editLast(pane) {
  const query = new URLSearchParams({ channel: pane.channel, thread: pane.thread ?? "" });
  try {
    const { message } = await ask(`/m/last?${query}`);
    const item = pane.find(message);
    if (item) await beginEdit(pane, item);
  } catch (error) {
    trouble(error);
  }
}

/** The list was drawn anew; `focused` had the focus before. */
export function restore(pane, focused) {
  for (const item of pane.root.querySelectorAll("li[data-own]")) {
    const id = Number(item.dataset.message);
    let edit = open.get(id);
    if (!edit && own(item) && !aside.has(id) && editDraft(id)) edit = make(pane, id, null, editDraft(id));
    if (!edit || edit.pane !== pane || edit.form.isConnected || !own(item)) continue;
    const { selectionStart, selectionEnd } = edit.area;
    mount(edit, item);
    if (focused !== edit.area) continue;
    edit.area.focus({ preventScroll: true });
    edit.area.setSelectionRange(selectionStart, selectionEnd);
  }
  // One that was opened and left as it was need not come back.
  for (const [id, edit] of open) if (edit.pane === pane && !edit.form.isConnected && !edit.changed) open.delete(id);
}

/** It is gone, and what was to stand in it. */
export function endEdit(id) {
  keepEdit(id, "");
  open.get(id)?.form.remove();
  open.delete(id);
}

function mount(edit, item) {
  const words = item.querySelector(".own-words");
  words.hidden = true;
  words.after(edit.form);
}

/** `was` is the text as it was sent, or null where only what was typed is known. */
function make(pane, id, was, text) {
  const form = document.createElement("form");
  form.className = "editing";
  const area = document.createElement("textarea");
  area.setAttribute("aria-label", "Edit message");
  area.value = text;
  area.dir = "auto";
  const row = document.createElement("div");
  row.className = "actions";
  const [save, cancel] = [button("Save", "btn primary"), button("Cancel", "btn")];
  save.type = "submit";
  row.append(save, cancel);
  form.append(area, row);
  const edit = {
    pane, form, area,
    get changed() {
      return area.value !== was;
    },
  };
  open.set(id, edit);
  aside.delete(id);

  function close() {
    const item = form.closest("li.msg");
    form.remove();
    open.delete(id);
    item?.querySelector(".own-words")?.removeAttribute("hidden");
    pane.refresh(id).then(() => pane.focusMessage(id));
  }
  area.addEventListener("input", () => keepEdit(id, edit.changed ? area.value : ""));
  cancel.addEventListener("click", () => {
    keepEdit(id, "");
    close();
  });
  area.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      if (edit.changed) {
        aside.add(id);
        toast("Your changes are kept: edit the message again to go on with them.");
      }
      close();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (save.disabled) return;
    const item = form.closest("li.msg");
    // Nothing left of the words is a wish to delete them.
    if (!area.value.trim() && !item.querySelector(".files")) return item.querySelector("[data-delete]")?.click();
    save.disabled = true;
    save.setAttribute("aria-busy", "true");
    try {
      const result = await post(`/m/${id}/edit`, { id: newId(), text: area.value });
      keepEdit(id, "");
      close();
      answer(result, pane, { near: item });
    } catch (error) {
      trouble(error);
    } finally {
      save.disabled = false;
      save.removeAttribute("aria-busy");
    }
  });
  return edit;
}

function button(label, kind) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = kind;
  made.textContent = label;
  return made;
}
