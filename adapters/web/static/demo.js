// The demo's strip: who I am, what time it is.
import { sync } from "./clock.js";
import { post } from "./net.js";
import { toast, trouble } from "./toast.js";

async function skip(button, all) {
  all.forEach((other) => (other.disabled = true));
  button.setAttribute("aria-busy", "true");
  try {
    const { said, now } = await post("/demo/skip", { kind: button.dataset.skip });
    sync(now);
    toast(said);
  } catch (error) {
    trouble(error);
  } finally {
    all.forEach((other) => (other.disabled = false));
    button.removeAttribute("aria-busy");
    button.focus({ preventScroll: true });
  }
}

export function start() {
  const strip = document.querySelector(".demo");
  if (!strip) return;
  const buttons = [...strip.querySelectorAll("[data-skip]")];
  for (const button of buttons) button.addEventListener("click", () => skip(button, buttons));
  strip.querySelector("form").addEventListener("submit", (event) => {
    event.target.elements.here.value = location.pathname;
  });
}
