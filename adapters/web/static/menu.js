// Small menus over the page: one at a time, beside their button, closed by Escape or a click elsewhere.
let open = null;

export function openMenu(menu, button) {
  const again = open?.button === button;
  closeMenu();
  if (again) return;
  menu.popover = "manual";
  menu.showPopover();
  open = { menu, button };
  place();
  button.setAttribute("aria-expanded", "true");
  menu.querySelector("button")?.focus({ preventScroll: true });
}

export function closeMenu({ focus = false } = {}) {
  if (!open) return;
  const { menu, button } = open;
  open = null;
  if (menu.isConnected) menu.hidePopover();
  button.setAttribute("aria-expanded", "false");
  if (focus) button.focus();
  document.dispatchEvent(new CustomEvent("menuclosed"));
}

function place() {
  const { menu, button } = open;
  const at = button.getBoundingClientRect();
  const size = menu.getBoundingClientRect();
  if (!button.isConnected || at.bottom < 0 || at.top > innerHeight) return closeMenu();
  const below = at.bottom + 4 + size.height <= innerHeight;
  menu.style.top = `${below ? at.bottom + 4 : Math.max(4, at.top - 4 - size.height)}px`;
  menu.style.left = `${Math.max(4, Math.min(at.left, innerWidth - size.width - 8))}px`;
}

export function start() {
  document.addEventListener("pointerdown", (event) => {
    if (open && !open.menu.contains(event.target) && !open.button.contains(event.target)) closeMenu();
  });
  document.addEventListener("scroll", (event) => open && !open.menu.contains(event.target) && place(), true);
  window.addEventListener("resize", () => open && place());
  document.addEventListener("keydown", (event) => {
    if (!open) return;
    const items = [...open.menu.querySelectorAll("button")];
    const at = items.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (event.key === "Escape") closeMenu({ focus: true });
    else if (event.key === "Tab") closeMenu();
    else if (step) items[(at + step + items.length) % items.length]?.focus();
    else return;
    if (event.key !== "Tab") event.preventDefault();
  });
}
