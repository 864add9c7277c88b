// Files of a message to come: chosen, pasted or dropped; each is sent up at once and waits in a tray.
import { fragment, upload } from "./net.js";
import { toast } from "./toast.js";

const LIMIT = 10 * 1024 * 1024;
const MANY = 30;

/** What waits, by conversation: going elsewhere and back loses nothing. */
const trays = new Map();

export class Tray {
  constructor(pane, form) {
    Object.assign(this, { pane, form, list: form.querySelector(".tray") });
    this.key = pane.key;
    if (!trays.has(this.key)) trays.set(this.key, []);
    const input = form.querySelector("input[type=file]");
    form.querySelector(".attach").addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      this.add(input.files);
      input.value = "";
    });
    form.querySelector("textarea").addEventListener("paste", (event) => {
      if (!event.clipboardData?.files.length) return;
      event.preventDefault();
      this.add(event.clipboardData.files);
    });
    this.#show();
  }

  get items() {
    return trays.get(this.key);
  }

  get empty() {
    return !this.items.some((item) => !item.wrong);
  }

  add(files) {
    for (const file of files) {
      if (this.items.filter((item) => !item.wrong).length >= MANY) {
        toast(`A message can have ${MANY} files. Send the others in a second message.`, { bad: true });
        break;
      }
      const item = { name: file.name || "pasted", size: file.size, id: null, wrong: "" };
      this.items.push(item);
      if (file.size > LIMIT) item.wrong = `It has ${(file.size / 1048576).toFixed(1)} MB; a file can have 10 MB. Send a smaller one, or a link to it.`;
      else item.done = this.#send(item, file);
    }
    this.#show();
    this.form.querySelector("textarea").focus();
  }

  async #send(item, file) {
    try {
      Object.assign(item, await upload(file));
    } catch (error) {
      item.wrong = error.message;
    }
    this.#show();
  }

  /** All that is ready, once it is; the tray is empty then. */
  async take() {
    const items = this.items;
    await Promise.all(items.map((item) => item.done));
    if (items.some((item) => item.wrong)) return null;
    trays.set(this.key, []);
    this.#show();
    return items.map((item) => item.id);
  }

  giveBack(items) {
    trays.set(this.key, [...items, ...this.items]);
    this.#show();
  }

  #show() {
    if (!this.list.isConnected || this.pane.key !== this.key) return;
    this.list.hidden = !this.items.length;
    this.list.replaceChildren(...this.items.map((item) => this.#chip(item)));
  }

  #chip(item) {
    const chip = fragment(`<li class="chip"><span class="what"><bdi></bdi><small></small></span>
      <button type="button" class="dismiss"><svg class="icon" aria-hidden="true"><use href="#icon-close"></use></svg></button></li>`).firstChild;
    chip.classList.toggle("wrong", Boolean(item.wrong));
    chip.querySelector("bdi").textContent = item.name;
    chip.querySelector("small").textContent = item.wrong || (item.id ? size(item.size) : "Sending up…");
    if (item.wrong) chip.setAttribute("role", "alert");
    if (item.picture) {
      const picture = document.createElement("img");
      picture.src = item.path;
      picture.alt = "";
      chip.prepend(picture);
    }
    const remove = chip.querySelector("button");
    remove.setAttribute("aria-label", `Remove ${item.name}`);
    remove.addEventListener("click", () => {
      trays.set(this.key, this.items.filter((other) => other !== item));
      this.#show();
      this.form.querySelector("textarea").focus();
    });
    return chip;
  }
}

function size(bytes) {
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

const carries = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

/** Files dropped anywhere on a conversation are for it. */
export function accept(pane, tray) {
  const { root } = pane;
  let depth = 0;
  const over = (on) => root.classList.toggle("dropping", on);
  root.addEventListener("dragenter", (event) => carries(event) && (depth++, over(true)));
  root.addEventListener("dragleave", (event) => carries(event) && --depth <= 0 && over(false));
  root.addEventListener("dragover", (event) => carries(event) && event.preventDefault());
  root.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    depth = 0;
    over(false);
    tray()?.add(event.dataTransfer.files);
  });
}
