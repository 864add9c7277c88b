// Buttons of messages: commands, reactions, what only I see.
import { openForm } from "./dialog.js";
import { closeMenu, openMenu } from "./menu.js";
import { fragment, once, post } from "./net.js";
import { main, paneOf } from "./rooms.js";
import { refreshSide } from "./side.js";
import { toast, trouble } from "./toast.js";

/** Show what the desk answered, where it was asked. */
export function answer(result, pane, { near = null } = {}) {
  if (result.form) {
    const submit = (command, args) => act(pane, command, args);
    const back = () => (near?.dataset.message ? pane.focusMessage(Number(near.dataset.message)) : pane.write());
    return openForm(result.form, { submit, done: (next) => answer(next, pane, { near }), where: pane.key, back });
  }
  const own = near?.matches(".only-you") && !result.refused ? near : null;
  if (!result.ephemeral) return own?.remove();
  const item = fragment(result.ephemeral).querySelector("li");
  if (pane.list) pane.addOwn(item, { near, instead: own });
  else toast(item.textContent.trim());
}

/** Run a command in a pane's conversation. */
export function act(pane, command, args, message = null) {
  const { channel, thread } = pane;
  const key = JSON.stringify([command, args, channel, thread, message]);
  // What was done may have opened a channel, or have been read by the one who did it.
  return once(key, (id) => post("/act", { id, command, args, channel, thread, message })).finally(refreshSide);
}

/** What is under way, by what its button would do: a message that is drawn anew meanwhile shows it, too. */
const busy = new Set();
const BUTTONS = "button[data-command]";
const deed = ({ dataset: { command, args, on } }) => [command, args, on].join(" ");

function mark(button, on) {
  // The entry of a menu is out of sight; the button that opens the menu is not.
  for (const each of [button, button.closest(".menu")?.previousElementSibling]) {
    if (!each) continue;
    if (on) each.setAttribute("aria-busy", "true");
    else each.removeAttribute("aria-busy");
  }
}

/** Buttons drawn anew show what is under way. */
export function dress(pane) {
  if (busy.size) for (const button of pane.root.querySelectorAll(BUTTONS)) if (busy.has(deed(button))) mark(button, true);
}

/** Nothing to say and nothing to fill in: the button tells for a moment that it is done. */
function tick(doing) {
  for (const button of document.querySelectorAll(`main ${BUTTONS}, .thread ${BUTTONS}`)) {
    if (deed(button) !== doing) continue;
    const seen = button.closest(".menu")?.previousElementSibling ?? button;
    seen.classList.add("done");
    setTimeout(() => seen.classList.remove("done"), 1600);
  }
}

async function press(button) {
  const doing = deed(button);
  if (busy.has(doing)) return;
  // A menu in the top layer still belongs to the message it was opened from.
  const pane = paneOf(button) ?? main;
  const near = button.closest("li.msg");
  busy.add(doing);
  mark(button, true);
  closeMenu({ focus: Boolean(button.closest(".menu")) });
  try {
    const result = await act(pane, button.dataset.command, JSON.parse(button.dataset.args), Number(button.dataset.on) || null);
    // A look at one request of my list leaves the list where it is.
    if (near?.matches(".only-you") && result.ephemeral && !button.matches(".btn, .item")) {
      pane.addOwn(fragment(result.ephemeral).querySelector("li"), { near });
    } else answer(result, pane, { near });
    if (!result.form && !result.ephemeral) tick(doing);
  } catch (error) {
    trouble(error);
  } finally {
    busy.delete(doing);
    for (const each of [button, ...document.querySelectorAll(BUTTONS)]) if (deed(each) === doing) mark(each, false);
  }
}

async function react(item, emoji) {
  const pane = paneOf(item);
  const message = Number(item.dataset.message);
  const mine = [...item.querySelectorAll(".reaction")].find((b) => b.dataset.emoji === emoji);
  const on = mine?.getAttribute("aria-pressed") !== "true";
  const doing = `react ${message} ${emoji}`;
  if (busy.has(doing)) return;
  busy.add(doing);
  try {
    const result = await once(`react ${message} ${emoji} ${on}`, (id) => post("/react", { id, message, emoji, on }));
    refreshSide();
    if (result.form || result.ephemeral) answer(result, pane, { near: item });
  } catch (error) {
    trouble(error);
  } finally {
    busy.delete(doing);
  }
}

const picker = document.getElementById("picker");
let picking = null;

function click(event) {
  const button = event.target.closest("button");
  const item = event.target.closest("li.msg");
  if (!button) {
    if (item && matchMedia("(hover: none)").matches) {
      document.querySelectorAll(".msg.touched").forEach((other) => other !== item && other.classList.remove("touched"));
      item.classList.toggle("touched");
    }
    return;
  }
  if (button.dataset.command) press(button);
  else if (button.matches(".reaction")) react(item, button.dataset.emoji);
  else if (button.matches(".tool.react")) {
    picking = item;
    openMenu(picker, button);
  } else if (picker.contains(button)) {
    closeMenu({ focus: true });
    if (picking) react(picking, button.dataset.emoji);
  } else if (button.matches(".more")) openMenu(button.nextElementSibling, button);
  else if (button.matches(".only-you .dismiss")) item.remove();
  else if (button.matches(".unfold")) unfold(button);
  else if (button.matches("[data-menu]")) help(button);
}

function unfold(button) {
  button.closest(".fold").classList.add("open");
  button.remove();
}

async function help(button) {
  if (button.getAttribute("aria-busy") === "true") return;
  const pane = paneOf(button);
  button.setAttribute("aria-busy", "true");
  try {
    answer(await act(pane, "help", {}), pane);
  } catch (error) {
    trouble(error);
  } finally {
    button.removeAttribute("aria-busy");
  }
}

export function start() {
  document.addEventListener("click", click);
}
