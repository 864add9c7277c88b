// One's own messages: other words in place, or gone.
import { answer } from "./acts.js";
import { beginEdit, endEdit, own } from "./editing.js";
import { newId, post } from "./net.js";
import { paneOf } from "./rooms.js";
import { toast, trouble } from "./toast.js";

const dialog = document.getElementById("confirm");

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
    endEdit(id);
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
