// One's own messages: other words in place, or gone.
import { answer } from "./acts.js";
import { ask, newId, post } from "./net.js";
import { paneOf } from "./rooms.js";
import { toast, trouble } from "./toast.js";

const dialog = document.getElementById("confirm");
const own = (item) => item?.hasAttribute("data-own") && !item.querySelector(".deleted");

/** The words become a field where they stand; Enter saves, Escape leaves them as they were. */
export async function beginEdit(pane, item) {
  if (!item || item.querySelector(".editing")) return;
  if (!own(item)) return toast("Only your own messages can be edited. Answer this one instead.");
  const id = Number(item.dataset.message);
  try {
    const { text } = await ask(`/m/${id}/source`);
    show(pane, item, id, text);
  } catch (error) {
    trouble(error);
  }
}

export async function editLast(pane) {
  const query = new URLSearchParams({ channel: pane.channel, thread: pane.thread ?? "" });
  try {
    const { message } = await ask(`/m/last?${query}`);
    const item = pane.root.querySelector(`li[data-message="${Number(message)}"]`);
    if (item) await beginEdit(pane, item);
  } catch (error) {
    trouble(error);
  }
}

function show(pane, item, id, text) {
  const words = item.querySelector(".own-words");
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
  words.hidden = true;
  words.after(form);
  area.focus();
  area.setSelectionRange(text.length, text.length);
  item.scrollIntoView({ block: "nearest" });

  function close() {
    form.remove();
    words.hidden = false;
    pane.refresh(id).then(() => pane.focusMessage(id));
  }
  cancel.addEventListener("click", close);
  area.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    // Nothing left of the words is a wish to delete them.
    if (!area.value.trim() && !item.querySelector(".files")) return askDelete(item);
    save.disabled = true;
    try {
      const result = await post(`/m/${id}/edit`, { id: newId(), text: area.value });
      close();
      answer(result, pane, { near: item });
    } catch (error) {
      save.disabled = false;
      trouble(error);
    }
  });
}

function button(label, kind) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = kind;
  made.textContent = label;
  return made;
}

let asked = null;

export function askDelete(item) {
  if (!item?.dataset.message) return;
  if (!own(item)) return toast("Only your own messages can be deleted.");
  asked = item;
  const words = item.querySelector(".own-words")?.textContent.trim() || "Its files";
  dialog.querySelector("blockquote").textContent = words.length > 160 ? `${words.slice(0, 159)}…` : words;
  dialog.returnValue = "";
  dialog.showModal();
}

async function remove(item) {
  const pane = paneOf(item);
  const id = Number(item.dataset.message);
  try {
    const result = await post(`/m/${id}/delete`, { id: newId() });
    item.querySelector(".editing")?.remove();
    await pane?.refresh(id);
    // What the desk offered to do with it has lost its matter.
    pane?.root.querySelectorAll(`.only-you[data-after="${id}"]`).forEach((offer) => offer.remove());
    pane?.focusMessage(id);
    if (pane) answer(result, pane);
  } catch (error) {
    trouble(error);
  }
}

export function start() {
  dialog.addEventListener("close", () => dialog.returnValue === "yes" && asked && remove(asked));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.addEventListener("click", (event) => {
    const item = event.target.closest("li.msg");
    if (event.target.closest("[data-edit]")) beginEdit(paneOf(item), item);
    else if (event.target.closest("[data-delete]")) askDelete(item);
  });
}
