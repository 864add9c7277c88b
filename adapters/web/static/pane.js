// A conversation on the page: its list stays in order and in place while messages come and change.
import { tick } from "./clock.js";
import { channelPath, fragment, part } from "./net.js";
import { trouble } from "./toast.js";

const NEAR = 48;

// A message by its id; what only I see stands right after the message it followed.
function order(item) {
  return item.dataset.message ? Number(item.dataset.message) : Number(item.dataset.after ?? Infinity) + 0.5;
}

export class Pane {
  #fetching = new Map();
  #stuck = true;

  constructor(root) {
    this.root = root;
    new ResizeObserver(() => this.#stuck && this.toBottom()).observe(root);
    root.addEventListener("scroll", () => this.#scrolled(), true);
    root.addEventListener("click", (event) => {
      if (event.target.closest(".latest")) this.toBottom();
      if (event.target.closest(".older")) this.older();
    });
  }

  get scroll() {
    return this.root.querySelector(".scroll");
  }

  get list() {
    return this.root.querySelector(".messages:not(.root)");
  }

  get channel() {
    return this.scroll?.dataset.channel ?? "";
  }

  get thread() {
    return Number(this.scroll?.dataset.thread) || null;
  }

  get key() {
    return this.thread ? `${this.channel}/${this.thread}` : this.channel;
  }

  toBottom() {
    const scroll = this.scroll;
    if (!scroll) return;
    scroll.scrollTop = scroll.scrollHeight;
    this.#stuck = true;
    this.#mark(false);
  }

  /** New content from the server; what only I see and what is under way stays. */
  fill(html, { keep = false } = {}) {
    const content = fragment(html);
    const mine = keep ? [...(this.list?.querySelectorAll(":scope > :not([data-message])") ?? [])] : [];
    const top = this.scroll?.scrollTop ?? 0;
    const stuck = !keep || this.#stuck;
    if (keep && this.scroll) {
      this.root.querySelector(".bar").replaceWith(content.querySelector(".bar"));
      this.scroll.replaceWith(content.querySelector(".scroll"));
      this.#relabel(content.querySelector(".composer"));
    } else {
      this.root.replaceChildren(content);
    }
    for (const item of mine) this.#place(item);
    this.#stuck = stuck;
    tick();
    if (stuck) this.toBottom();
    else this.scroll.scrollTop = top;
  }

  /** Put an item where it belongs, keeping what is read in place. */
  add(item, { mine = false } = {}) {
    const stuck = this.#stuck || mine;
    this.#place(item);
    tick();
    if (stuck) this.toBottom();
    else this.#mark(true);
  }

  /** Something only I see: instead of another, under the message it was asked at, or at the end. */
  addOwn(item, { instead = null, near = null } = {}) {
    const at = instead ?? near;
    item.dataset.after = at?.dataset.message ?? at?.dataset.after ?? this.#last()?.dataset.message ?? 0;
    if (instead?.isConnected) instead.replaceWith(item);
    else this.#place(item);
    tick();
    if (!instead && !near) this.toBottom();
    this.#reveal(item);
  }

  /** All of it on the screen; of what is longer than the screen, the beginning. */
  #reveal(item) {
    const { scroll } = this;
    const top = item.getBoundingClientRect().top - scroll.getBoundingClientRect().top;
    const long = item.offsetHeight > scroll.clientHeight;
    if (long || top < 0) scroll.scrollTop += top;
    else item.scrollIntoView({ block: "nearest" });
    if (long) this.#stuck = false;
  }

  /** A message changed: fetch it again; a change meanwhile fetches once more. Done when it is on the page. */
  refresh(id) {
    const going = this.#fetching.get(id);
    if (going) {
      going.again = true;
      return going.done;
    }
    const fetching = { again: false };
    this.#fetching.set(id, fetching);
    fetching.done = this.#fetch(id, fetching).finally(() => this.#fetching.delete(id));
    return fetching.done;
  }

  async #fetch(id, fetching) {
    const key = this.key;
    try {
      do {
        fetching.again = false;
        const { html } = await part(`/part/m/${id}${this.thread ? "?thread=1" : ""}`);
        if (key === this.key) this.#update(id, fragment(html).querySelector("li"));
      } while (fetching.again);
    } catch (error) {
      if (error.status === 404) this.#find(id)?.remove();
      else if (error.status) trouble(error);
    }
  }

  /** The server says a message changed somewhere. */
  changed({ channel, message, thread }) {
    if (channel !== this.channel) return;
    if (this.thread) {
      if (message === this.thread || thread === this.thread) this.refresh(message);
    } else if (thread === null) this.refresh(message);
    else if (this.#find(thread)) this.refresh(thread);
  }

  async older() {
    const button = this.root.querySelector(".older");
    const first = this.list.querySelector("[data-message]");
    if (!button || !first || button.disabled) return;
    button.disabled = true;
    try {
      const { html, more } = await part(`/part${channelPath(this.channel, this.thread)}/older?before=${first.dataset.message}`);
      const height = this.scroll.scrollHeight - this.scroll.scrollTop;
      this.list.prepend(fragment(html));
      this.scroll.scrollTop = this.scroll.scrollHeight - height;
      if (more) button.disabled = false;
      else button.remove();
      tick();
    } catch (error) {
      button.disabled = false;
      trouble(error);
    }
  }

  #update(id, item) {
    if (!item) return;
    const there = this.#find(id);
    if (there) {
      const stuck = this.#stuck;
      const focused = there.contains(document.activeElement) ? name(document.activeElement) : null;
      there.replaceWith(item);
      if (focused) [...item.querySelectorAll("button, a")].find((b) => name(b) === focused)?.focus({ preventScroll: true });
      tick();
      if (stuck) this.toBottom();
      return;
    }
    const first = this.list.querySelector("[data-message]");
    if (this.root.querySelector(".older") && first && id < Number(first.dataset.message)) return;
    const said = bare(item.querySelector(".words"));
    [...this.list.querySelectorAll(".pending")].find((ghost) => bare(ghost) === said)?.remove();
    this.add(item);
  }

  #find(id) {
    return this.root.querySelector(`li[data-message="${Number(id)}"]`);
  }

  #last() {
    return [...(this.list?.querySelectorAll(":scope > [data-message]") ?? [])].at(-1);
  }

  #place(item) {
    const next = [...this.list.children].find((other) => order(other) > order(item));
    this.list.insertBefore(item, next ?? null);
  }

  #scrolled() {
    const scroll = this.scroll;
    if (!scroll) return;
    this.#stuck = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR;
    if (this.#stuck) this.#mark(false);
  }

  /** Who reads what is written here may have changed since it was opened; what was typed stays. */
  #relabel(now) {
    const form = this.root.querySelector(".composer");
    if (!form || !now) return;
    form.className = now.className;
    form.querySelector(".hint").replaceWith(now.querySelector(".hint"));
    const [area, wanted] = [form, now].map((part) => part.querySelector("textarea"));
    for (const name of ["aria-label", "placeholder"]) area.setAttribute(name, wanted.getAttribute(name));
  }

  #mark(on) {
    const button = this.root.querySelector(".latest");
    if (button) button.hidden = !on;
  }
}

// The words without the marks that become bold and code.
function bare(element) {
  return element?.textContent.replace(/[*`\s]/g, "");
}

function name(element) {
  return element.getAttribute("aria-label") ?? element.textContent.trim();
}
