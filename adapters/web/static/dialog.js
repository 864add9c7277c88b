// Forms of the desk in a modal. What was typed survives every error; only an answer closes it.
import { fragment } from "./net.js";

const dialog = document.getElementById("modal");
let current = null;

/** `submit` sends what was filled in; `done` shows what came of it. */
export function openForm(html, { submit, done }) {
  const typed = current && dialog.open ? values() : {};
  current = { submit, done };
  dialog.replaceChildren(fragment(html));
  for (const field of fields()) {
    if (typed[field.name]) field.value = typed[field.name];
  }
  if (!dialog.open) dialog.showModal();
  const first = dialog.querySelector(".wrong :is(input, textarea, select)") ?? fields()[0];
  first?.focus();
}

const fields = () => [...dialog.querySelectorAll("input, textarea, select")];
const values = () => Object.fromEntries(fields().map((field) => [field.name, field.value]));

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
  const { submit: send, done } = current;
  const trouble = form.querySelector(".trouble");
  const button = form.querySelector("[type=submit]");
  trouble.textContent = "";
  form.setAttribute("aria-busy", "true");
  button.disabled = true;
  try {
    const result = await send(form.dataset.command, { ...JSON.parse(form.dataset.args), ...values(), ...(back && { back }) });
    if (result.refused) trouble.textContent = result.refused;
    else {
      if (!result.form) close();
      done(result);
    }
  } catch (error) {
    trouble.textContent = error.message;
  } finally {
    form.removeAttribute("aria-busy");
    button.disabled = false;
  }
}

function close() {
  current = null;
  dialog.close();
  dialog.replaceChildren();
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
  dialog.addEventListener("input", (event) => settle(event.target));
  dialog.addEventListener("click", (event) => event.target.closest("[data-close]") && close());
  dialog.addEventListener("click", (event) => event.target.closest("[data-back]") && submit(event.target.form, { back: true }));
  dialog.addEventListener("cancel", () => {
    current = null;
  });
}
