// A list of messages is one stop for Tab: the message at hand, then its own buttons. Arrows and j, k go through the list.
const CONTROLS = "a[href], button";

export class Roving {
  #at = null;

  constructor(root) {
    this.root = root;
    root.addEventListener("focusin", (event) => {
      const item = event.target.closest("li.msg");
      if (item && item !== this.#at) this.become(item);
    });
  }

  /** The message at hand: the one that was last on the focus, else the latest. */
  get at() {
    if (this.#at?.isConnected && this.root.contains(this.#at)) return this.#at;
    return this.items.at(-1) ?? null;
  }

  get items() {
    return [...this.root.querySelectorAll("li.msg:not(.pending)")];
  }

  /** The list has changed: what is new takes its place behind the message at hand. */
  settle() {
    for (const item of this.items) if (!item.dataset.roving) this.#reach(item, false);
    const at = this.at;
    if (at) this.become(at);
  }

  focus(item = this.at) {
    if (!item) return false;
    this.become(item);
    article(item).focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
    return true;
  }

  move(step) {
    const { items, at } = this;
    const from = items.indexOf(at);
    const on = document.activeElement?.closest("li.msg") === at;
    // The first key brings the focus to the list, the next one moves it.
    return this.focus(items[on ? Math.max(0, Math.min(items.length - 1, from + step)) : from]);
  }

  /** The message at hand is this one now. */
  become(item) {
    if (this.#at && this.#at !== item) this.#reach(this.#at, false);
    this.#at = item;
    this.#reach(item, true);
  }

  #reach(item, on) {
    item.dataset.roving = on ? "on" : "off";
    article(item).tabIndex = on ? 0 : -1;
    for (const control of item.querySelectorAll(CONTROLS)) {
      if (control.closest(".menu")) continue;
      if (on) control.removeAttribute("tabindex");
      else control.tabIndex = -1;
    }
  }
}

function article(item) {
  return item.querySelector("article");
}
