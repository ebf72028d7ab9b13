import { placed } from "./placing.ts";

// Menus: .popup in <details>, and .popup[popover] of a button. A click outside, Esc and a choice close them; arrows walk them.
const own = "details:has(> .popup)";

function close(menu: Element, back: boolean): void {
  if (menu instanceof HTMLDetailsElement) {
    menu.open = false;
    if (back) menu.querySelector("summary")?.focus();
  } else {
    (menu as HTMLElement).hidePopover();
  }
}

document.addEventListener("pointerdown", (event) => {
  for (const menu of document.querySelectorAll(`${own}[open]`)) if (!menu.contains(event.target as Node)) close(menu, false);
});

document.addEventListener("click", (event) => {
  const item = (event.target as Element).closest(".popup [role=menuitem]");
  const menu = item?.closest(`${own}[open], .popup[popover]`);
  if (menu) close(menu, false);
});

// "toggle" does not bubble
document.addEventListener("toggle", (event) => {
  const menu = event.target as HTMLElement;
  if (menu.matches(".popup[popover]") && menu.matches(":popover-open")) {
    const button = document.querySelector(`[popovertarget="${menu.id}"]`)?.getBoundingClientRect();
    if (!button) return;
    const { left, top } = placed(button, menu.getBoundingClientRect(), { width: innerWidth, height: innerHeight }, getComputedStyle(menu).direction === "rtl");
    menu.style.left = `${left}px`;
    menu.style.top = `${top}px`;
    items(menu)[0]?.focus({ preventScroll: true });
  }
}, true);

// what floats does not follow its row
document.addEventListener("scroll", (event) => {
  for (const menu of document.querySelectorAll<HTMLElement>(".popup[popover]:popover-open")) if (!menu.contains(event.target as Node)) menu.hidePopover();
}, { capture: true, passive: true });

const items = (menu: Element): HTMLElement[] => [...menu.querySelectorAll<HTMLElement>("[role^=menuitem]:not([disabled])")];

document.addEventListener("keydown", (event) => {
  const details = (event.target as Element).closest?.(`${own}[open]`);
  if (event.key === "Escape" && details) {
    close(details, true);
    event.preventDefault();
    return;
  }

  const menu = (event.target as Element).closest?.(".popup") ?? details?.querySelector(":scope > .popup");
  if (!menu) return;
  const all = items(menu);
  const at = all.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? -1 : at - 1, Home: 0, End: -1 }[event.key];
  if (to === undefined || all.length === 0) return;
  all.at(to % all.length)?.focus();
  event.preventDefault();
});
