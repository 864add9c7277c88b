// A conversation on the page: its list stays in order and in place while messages come and change.
import { tick } from "./clock.js";
import { channelPath, fragment, part } from "./net.js";
import { Roving } from "./roving.js";
import { trouble } from "./toast.js";

const NEAR = 48;

// A message by its id; what only I see stands right after the message it followed.
function order(item) {
  return item.dataset.message ? Number(item.dataset.message) : Number(item.dataset.after ?? Infinity) + 0.5;
}

export class Pane {
  #fetching = new Map();
  #stuck = true;
  #sizes;
  #new = 0;
  /** The latest message that was reported as read. */
  readUpTo = 0;
  /** Called when the latest message is on the screen. */
  onSeen = () => {};
  /** Called when messages were drawn anew, with what had the focus before. */
  onDrawn = () => {};

  constructor(root) {
    this.root = root;
    this.roving = new Roving(root);
    this.#sizes = new ResizeObserver(() => this.#stuck && this.channel && this.toBottom());
    root.addEventListener("scroll", () => this.#scrolled(), true);
    root.addEventListener("click", (event) => {
      if (event.target.closest("button.latest")) this.#toLatest();
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

  /** The latest message there is. */
  get latest() {
    return Number((this.#last() ?? this.root.querySelector("li[data-message]"))?.dataset.message) || 0;
  }

  /** Whether those words of mine stand here, in a message after that one. */
  arrived(text, after) {
    const mine = this.root.querySelectorAll("li[data-message][data-own]");
    return [...mine].some((item) => Number(item.dataset.message) > after && bare(item.querySelector(".words")) === bared(text));
  }

  get atBottom() {
    return this.#stuck;
  }

  /** Whether messages older than the latest ones are shown, with nothing of what came after. */
  get gap() {
    return this.scroll?.hasAttribute("data-gap") ?? false;
  }

  has(id) {
    return Boolean(this.find(id));
  }

  /** Just opened: where what is new begins, if that is not on the screen with the latest. */
  begin() {
    this.#new = Number(this.scroll?.dataset.new) || 0;
    this.readUpTo = 0;
    this.#watch();
    if (!this.channel) return;
    this.#settle();
    this.toBottom();
    const line = this.root.querySelector(".newline");
    const { scroll } = this;
    if (!line || !scroll) return;
    const above = line.getBoundingClientRect().top - scroll.getBoundingClientRect().top;
    if (above < 0) {
      scroll.scrollTop += above - 8;
      this.#stuck = false;
    }
  }

  /** A message that a link leads to. */
  highlight(id) {
    const item = this.find(id);
    if (!item) return;
    this.#stuck = false;
    item.scrollIntoView({ block: "center" });
    this.roving.focus(item);
    item.classList.remove("found");
    requestAnimationFrame(() => item.classList.add("found"));
  }

  /** To the messages; to the empty list where there are none. */
  leaveComposer() {
    if (!this.roving.focus()) this.scroll?.focus();
  }

  /** To where words are written. */
  write() {
    this.root.querySelector(".composer textarea")?.focus();
  }

  focusMessage(id) {
    this.roving.focus(this.find(id) ?? undefined);
  }

  toBottom() {
    const scroll = this.scroll;
    if (!scroll || !this.channel) return; // a page of activity begins at its top
    scroll.scrollTop = scroll.scrollHeight;
    this.#stuck = true;
    this.#mark(false);
    this.onSeen();
  }

  /** Its messages have less room when the window is smaller, and when the composer grows: the latest stays in sight. */
  #watch() {
    this.#sizes.disconnect();
    if (this.scroll) this.#sizes.observe(this.scroll);
  }

  /** New content from the server; what only I see and what is under way stays. */
  fill(html, { keep = false } = {}) {
    const content = fragment(html);
    const focused = document.activeElement;
    const held = keep && this.root.contains(focused);
    const hand = held && { id: focused.closest("li[data-message]")?.dataset.message, name: name(focused) };
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
    this.onDrawn(focused);
    if (!keep) return this.begin();
    this.#watch();
    this.#new ||= Number(this.scroll?.dataset.new) || 0;
    this.#stuck = stuck;
    this.#settle();
    if (hand && !this.root.contains(document.activeElement)) {
      if (hand.id) this.#refocus(this.find(hand.id), hand.name);
      else if (focused.isConnected) focused.focus({ preventScroll: true }); // in what only I see
    }
    if (stuck) this.toBottom();
    else this.scroll.scrollTop = top;
  }

  /** The focus goes on where it was: on the same control of a message, else on the message. */
  #refocus(item, called) {
    const all = [...(item?.querySelectorAll("button, a, article") ?? [])];
    (all.find((control) => name(control) === called) ?? all[0])?.focus({ preventScroll: true });
  }

  /** Put an item where it belongs, keeping what is read in place. */
  add(item, { mine = false } = {}) {
    const stuck = this.#stuck || mine;
    this.#place(item);
    this.#settle();
    if (stuck) this.toBottom();
    else this.#mark(true);
  }

  /** Something only I see: instead of another, under the message it was asked at, or at the end. */
  addOwn(item, { instead = null, near = null } = {}) {
    const at = instead ?? near;
    item.dataset.after = at?.dataset.message ?? at?.dataset.after ?? this.#last()?.dataset.message ?? 0;
    if (instead?.isConnected) instead.replaceWith(item);
    else this.#place(item);
    this.#settle();
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
  refresh(id, { known = false } = {}) {
    if (known && !this.has(id)) return Promise.resolve();
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
      if (error.status === 404) this.find(id)?.remove();
      else if (error.status) trouble(error);
    }
  }

  /** The server says a message changed somewhere. */
  changed({ channel, message, thread }) {
    if (channel !== this.channel) return;
    if (this.thread) {
      if (message === this.thread || thread === this.thread) this.refresh(message);
    } else if (thread === null) this.refresh(message);
    // One that is on its way for the first time may have been rendered before this reply was written.
    else if (this.find(thread) || this.#fetching.has(thread)) this.refresh(thread);
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
      this.onDrawn();
      this.scroll.scrollTop = this.scroll.scrollHeight - height;
      if (more) button.disabled = false;
      else button.remove();
      this.#settle();
    } catch (error) {
      button.disabled = false;
      trouble(error);
    }
  }

  #update(id, item) {
    if (!item) return;
    const there = this.find(id);
    if (there) {
      const stuck = this.#stuck;
      if (there.querySelector(".editing")) return;
      if (there.querySelector(".menu:popover-open")) {
        // A menu is not taken away from under somebody's hand.
        document.addEventListener("menuclosed", () => this.refresh(id), { once: true });
        return;
      }
      const focused = there.contains(document.activeElement) ? name(document.activeElement) : null;
      const at = this.roving.at === there;
      there.replaceWith(item);
      if (at) this.roving.become(item);
      this.onDrawn();
      if (focused !== null) this.#refocus(item, focused);
      this.#settle();
      if (stuck) this.toBottom();
      return;
    }
    if (this.gap) return this.#mark(true);
    const first = this.list.querySelector("[data-message]");
    if (this.root.querySelector(".older") && first && id < Number(first.dataset.message)) return;
    const said = bare(item.querySelector(".words"));
    [...this.list.querySelectorAll(".pending")].find((ghost) => bare(ghost) === said)?.remove();
    const away = document.visibilityState !== "visible" || !this.#stuck;
    if (away && !item.hasAttribute("data-own") && this.#new <= this.readUpTo) this.#new = id;
    this.add(item);
  }

  /** After every change: times, the line where the new begins, what Tab reaches. */
  #settle() {
    tick();
    const wanted = this.#new && [...(this.list?.querySelectorAll("li[data-message]") ?? [])].find((i) => order(i) >= this.#new);
    for (const line of this.root.querySelectorAll(".newline")) if (line.parentElement !== wanted) line.remove();
    if (wanted && !wanted.querySelector(".newline")) wanted.querySelector("article").before(newLine());
    this.roving.settle();
  }

  find(id) {
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
    if (!this.#stuck) return;
    this.#mark(false);
    this.onSeen();
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

  #toLatest() {
    const link = this.gap && this.root.querySelector("a.latest");
    if (link) link.click();
    else this.toBottom();
  }

  #mark(on) {
    const button = this.root.querySelector("button.latest");
    if (button) button.hidden = !on;
  }
}

function newLine() {
  const line = document.createElement("div");
  line.className = "day newline";
  line.append(document.createElement("span"));
  line.firstChild.textContent = "New";
  return line;
}

// The words without the marks that become bold and code.
function bare(element) {
  return element && bared(element.textContent);
}

function bared(text) {
  return text.replace(/[*`\s]/g, "");
}

function name(element) {
  return element.getAttribute("aria-label") ?? element.textContent.trim();
}
