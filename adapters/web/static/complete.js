// The list of commands above a composer. The focus stays in the text; the list follows by aria-activedescendant.
import { ask } from "./net.js";

const bare = (word) => word.toLowerCase().replace(/^[@#]/, "");

const fits = (name, begun) => [name, ...name.split(/\s+/)].some((word) => word.toLowerCase().startsWith(begun));

export class Completion {
  #options = [];
  #active = -1;
  #explicit = false;
  #asked = 0;
  #typed = "";

  constructor(area, list, place) {
    Object.assign(this, { area, list, place });
    list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) this.#choose([...list.children].indexOf(option));
    });
    area.addEventListener("blur", () => this.close());
  }

  get open() {
    return !this.list.hidden;
  }

  async update() {
    const typed = this.area.value;
    const turn = ++this.#asked;
    const before = typed.slice(0, this.area.selectionStart);
    const command = /^\s*[/@]/.test(typed) && !typed.includes("\n") && typed.length <= 400;
    const naming = /(?:^|[\s([“"'])@[^\s@]{0,40}(?: [^\s@]{0,40})?$/.test(before);
    if (!command && !naming) return this.close();
    this.#narrow(typed, before);
    const { channel, thread } = this.place();
    const query = new URLSearchParams({ channel, thread: thread ?? "", text: naming ? before.slice(-400) : typed });
    const { suggestions } = await ask(`/complete?${query}`).catch(() => ({ suggestions: [] }));
    if (turn !== this.#asked || this.area.value !== typed || document.activeElement !== this.area) return;
    this.#show(suggestions, typed);
  }

  /** More of a name was typed: what fits it no longer goes at once, so that what stands there is always of these words. */
  #narrow(typed, before) {
    if (!this.open || !this.#options.every((o) => o.replace)) return;
    const more = typed.length - this.#typed.length;
    if (more < 1 || !typed.startsWith(this.#typed) || before !== typed) return;
    const fitting = this.#options
      .map((o) => ({ ...o, replace: o.replace + more }))
      .filter((o) => fits(o.label, bare(typed.slice(-o.replace))));
    if (fitting.length) this.#show(fitting, typed);
  }

  close() {
    this.#asked++;
    this.list.hidden = true;
    this.area.removeAttribute("aria-activedescendant");
  }

  /** Whether the key was for the list. */
  key(event) {
    if (!this.open) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") this.#move(event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Tab" && !event.shiftKey) this.#choose(Math.max(this.#active, 0));
    else if (event.key === "Enter" && !event.shiftKey && this.#wanted()) this.#choose(this.#active);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  // Enter sends what is complete and completes what is not: a chosen entry, or a verb begun but not finished.
  #wanted() {
    // A list of what was typed a moment ago chooses nothing: quick fingers are not answered with the first entry.
    if (this.#active < 0 || this.area.value !== this.#typed) return false;
    if (this.#explicit) return true;
    const words = this.#typed.trim().split(/\s+/);
    const verb = words.length <= 2 && !/\s$/.test(this.#typed);
    // A person is taken by Enter once something of the name is there.
    if (this.#options[this.#active]?.replace) return this.#options[this.#active].replace > 1;
    const whole = this.#options.some((o) => bare(o.insert.trim().split(/\s+/).at(-1)) === bare(words.at(-1)));
    return verb && !whole;
  }

  #show(suggestions, typed) {
    this.#options = suggestions;
    this.#typed = typed;
    this.#explicit = false;
    if (!suggestions.length) return this.close();
    this.list.replaceChildren(...suggestions.map((s, i) => {
      const option = document.createElement("div");
      option.role = "option";
      option.id = `${this.list.id}-${i}`;
      const label = document.createElement("b");
      const help = document.createElement("span");
      label.textContent = s.label;
      help.textContent = s.help;
      option.append(label, help);
      return option;
    }));
    this.list.hidden = false;
    // The bare word is a whole command: nothing is preselected, so that Enter sends it.
    this.#mark(typed.trim().toLowerCase() === document.body.dataset.command.toLowerCase() ? -1 : 0);
  }

  #move(step) {
    const count = this.#options.length;
    this.#explicit = true;
    this.#mark(this.#active < 0 ? (step > 0 ? 0 : count - 1) : (this.#active + step + count) % count);
  }

  #mark(index) {
    this.#active = index;
    [...this.list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === index)));
    if (index < 0) return this.area.removeAttribute("aria-activedescendant");
    this.area.setAttribute("aria-activedescendant", `${this.list.id}-${index}`);
    this.list.children[index].scrollIntoView({ block: "nearest" });
  }

  #choose(index) {
    const { insert, replace } = this.#options[index];
    if (replace && this.area.value !== this.#typed) return; // it would take the place of other words
    if (replace) this.area.setRangeText(insert, this.area.selectionStart - replace, this.area.selectionStart, "end");
    else this.area.value = insert;
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
