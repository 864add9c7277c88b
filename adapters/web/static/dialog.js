// Forms of the desk in a modal. What was typed survives every error, and closing keeps it for the next time.
import { formDraft, keepForm } from "./drafts.js";
import { fragment, upload } from "./net.js";
import { toast } from "./toast.js";

const dialog = document.getElementById("modal");
let current = null;

/** `submit` sends what was filled in; `done` shows what came of it; `where` tells forms of two conversations apart;
 * `back` puts the focus where the form was opened, should that have been drawn anew meanwhile. */
export function openForm(html, { submit, done, where = "", back = () => {} }) {
  const typed = current && dialog.open ? values() : null;
  current = { submit, done, where, back, names: typed ? current.names : new Set(), sent: false };
  dialog.replaceChildren(fragment(html));
  current.fresh = values();
  if (typed) fill(typed);
  else bring(formDraft(name()));
  current.names.add(name());
  if (!dialog.open) dialog.showModal();
  const first = dialog.querySelector(".wrong :is(input, textarea, select)") ?? fields()[0];
  first?.focus();
}

const fields = () => [...dialog.querySelectorAll("input:not([type=file]), textarea, select")];
const values = () => Object.fromEntries(fields().map((field) => [field.name, field.value]));

function name() {
  const { command, args } = dialog.querySelector("form").dataset;
  // One request's form is the same wherever it was opened.
  return [command, args, JSON.parse(args).request ? "" : current.where].join(" ");
}

/** What differs from the form as the desk made it. */
function changes() {
  return Object.fromEntries(Object.entries(values()).filter(([field, value]) => value !== current.fresh[field]));
}

function fill(given) {
  for (const field of fields()) {
    if (given[field.name]) field.value = given[field.name];
    // Something that cannot be chosen any more.
    if (field.matches("select") && field.selectedIndex < 0) field.value = current.fresh[field.name];
  }
}

/** What was typed the last time is there again, and says so. */
function bring(given) {
  fill(given);
  if (!Object.keys(changes()).length) return;
  const note = document.createElement("p");
  note.className = "kept";
  const words = document.createElement("span");
  words.textContent = "What you typed before is here again.";
  const anew = document.createElement("button");
  anew.type = "button";
  anew.className = "link";
  anew.textContent = "Start over";
  anew.addEventListener("click", () => {
    for (const field of fields()) field.value = current.fresh[field.name] ?? "";
    keepForm(name(), {});
    note.remove();
    fields()[0]?.focus();
  });
  note.append(words, anew);
  dialog.querySelector(".fields").prepend(note);
}

function complain(field, words) {
  const box = field.closest(".field");
  box.classList.add("wrong");
  field.setAttribute("aria-invalid", "true");
  const about = box.querySelector(".about");
  about.querySelector(".error")?.remove();
  const error = document.createElement("span");
  error.className = "error";
  error.textContent = words;
  about.prepend(error);
}

function settle(field) {
  const box = field.closest(".field");
  box?.classList.remove("wrong");
  field.removeAttribute("aria-invalid");
  box?.querySelector(".error")?.remove();
}

/** The files of the form, sent up: the ids of all of them by field. Null where one cannot be. */
async function sentUp(form) {
  const found = {};
  for (const field of form.querySelectorAll("input[type=file]")) {
    const ids = field.dataset.ids.split(",").filter(Boolean);
    if (ids.length + field.files.length > Number(field.dataset.many)) {
      complain(field, `At most ${field.dataset.many} files.`);
      return null;
    }
    try {
      for (const file of field.files) ids.push((await upload(file)).id);
    } catch (error) {
      complain(field, error.message);
      return null;
    }
    // Should the form come back, they need not be sent up once more.
    found[field.name] = field.dataset.ids = ids.join(",");
    field.value = "";
    field.parentElement.querySelector(".there").textContent = ids.length ? `${ids.length} sent up.` : "";
  }
  return found;
}

function check() {
  let first = null;
  for (const field of fields()) {
    const limit = Number(field.dataset.limit) || Infinity;
    const length = [...field.value].length;
    if (field.required && !field.value.trim()) complain(field, "This is still empty.");
    else if (length > limit) {
      complain(field, `This holds ${limit.toLocaleString("en")} characters; yours has ${length.toLocaleString("en")}.`);
    } else continue;
    first ??= field;
  }
  first?.focus();
  return !first;
}

async function submit(form, { back = false } = {}) {
  // On the way back nothing must be filled in; what was typed comes along.
  if (form.getAttribute("aria-busy") === "true" || (!back && !check())) return;
  const mine = current;
  const trouble = form.querySelector(".trouble");
  const button = form.querySelector(back ? "footer [data-back]" : "[type=submit]");
  trouble.textContent = "";
  form.setAttribute("aria-busy", "true");
  button.setAttribute("aria-busy", "true");
  try {
    const files = await sentUp(form);
    if (!files) return;
    const result = await mine.submit(form.dataset.command, { ...JSON.parse(form.dataset.args), ...values(), ...files, ...(back && { back }) });
    if (result.refused) complainOf(result.refused);
    else if (!result.form) {
      close(mine);
      mine.done(result);
    } else if (current === mine) mine.done(result); // one that was closed meanwhile does not open by itself again
  } catch (error) {
    complainOf(error.message);
  } finally {
    form.removeAttribute("aria-busy");
    button.removeAttribute("aria-busy");
  }

  function complainOf(words) {
    if (form.isConnected) trouble.textContent = words;
    else toast(words, { bad: true });
  }
}

/** Sent: nothing of it needs to be kept. */
function close(form) {
  for (const each of form.names) keepForm(each, {});
  form.sent = true;
  if (current === form) dialog.close();
}

/** Closed, in whichever way. */
function left() {
  if (dialog.open || !current) return;
  const { sent, back } = current;
  // A form that is still on its way is no draft.
  if (!sent && Object.keys(changes()).length && !dialog.querySelector("form[aria-busy=true]")) {
    toast("What you typed is kept: it is there when you open this again.");
  }
  current = null;
  dialog.replaceChildren();
  if (document.activeElement === document.body) back();
}

export function start() {
  dialog.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(event.target);
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.target.form?.requestSubmit();
    }
  });
  dialog.addEventListener("input", (event) => {
    settle(event.target);
    keepForm(name(), changes());
  });
  dialog.addEventListener("click", (event) => event.target.closest("[data-close]") && dialog.close());
  dialog.addEventListener("click", (event) => event.target.closest("[data-back]") && submit(event.target.form, { back: true }));
  dialog.addEventListener("close", left);
}
