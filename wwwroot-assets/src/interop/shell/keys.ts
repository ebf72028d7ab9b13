// Elements say themselves which key presses them: data-keys="Alt+KeyE". Codes, not letters, so that layouts do not matter.

/** Whether the combination is meant for us. Where Alt writes characters (Apple), Shift is needed too while typing. */
export function wanted(event: Pick<KeyboardEvent, "altKey" | "shiftKey" | "ctrlKey" | "metaKey" | "key" | "code">, altGraph: boolean, typing: boolean, apple: boolean): string | null {
  if (!event.altKey || altGraph || event.ctrlKey || event.metaKey) return null;
  const writes = apple && (event.key === "Dead" || event.key.length === 1);
  return typing && writes && !event.shiftKey ? null : `Alt+${event.code}`;
}

function lines(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-list] [role=option]")];
}

function step(by: 1 | -1): void {
  const all = lines();
  const at = all.findIndex((line) => line.getAttribute("aria-selected") === "true");
  const next = at < 0 ? all[by > 0 ? 0 : all.length - 1] : all[at + by];
  next?.click();
  next?.scrollIntoView({ block: "nearest" });
}

/** Along the tabs of a row, in the direction of the text. */
function slide(event: KeyboardEvent): void {
  const row = (event.target as Element).closest?.("[role=tablist]");
  if (!row || (event.key !== "ArrowLeft" && event.key !== "ArrowRight")) return;
  const all = [...row.querySelectorAll<HTMLElement>("[role=tab]:not([disabled])")];
  const forth = (event.key === "ArrowRight") === (getComputedStyle(row).direction !== "rtl");
  all.at((all.indexOf(event.target as HTMLElement) + (forth ? 1 : -1)) % all.length)?.focus();
  event.preventDefault();
}

/** The contact panel goes at Esc where it lies over the thread. */
function leavePanel(event: KeyboardEvent): void {
  const panel = document.querySelector<HTMLElement>(".contact-pane");
  if (event.key !== "Escape" || event.defaultPrevented || !panel || getComputedStyle(panel).position !== "absolute" || !panel.checkVisibility()) return;
  panel.querySelector<HTMLElement>("[data-close-panel]")?.click();
  event.preventDefault();
}

/** What is on for a while, such as a selection, ends at Esc. */
function leaveMode(event: KeyboardEvent): void {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  const end = [...document.querySelectorAll<HTMLElement>("[data-escape]")].find((one) => one.checkVisibility());
  if (!end) return;
  end.click();
  event.preventDefault();
}

function walk(event: KeyboardEvent): void {
  const line = (event.target as Element).closest?.("[data-list] [role=option]");
  if (!line) return;
  if (event.key === " " && line.closest("[aria-multiselectable=true]")) {
    (line as HTMLElement).click();
    event.preventDefault();
    return;
  }
  const all = lines();
  const at = all.indexOf(line as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (to === undefined) return;
  all[to]?.focus();
  event.preventDefault();
}

if (typeof document !== "undefined") {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const typing = (event.target as Element).matches?.("input, textarea, [contenteditable]") ?? false;
    const combination = wanted(event, event.getModifierState("AltGraph"), typing, /Mac|iP(hone|ad)/.test(navigator.platform));
    if (!combination) { walk(event); slide(event); if (!document.querySelector("dialog[open]")) { leaveMode(event); leavePanel(event); } return; }
    if (combination === "Alt+KeyJ") step(1);
    else if (combination === "Alt+KeyK") step(-1);
    else {
      const target = [...document.querySelectorAll<HTMLElement>(`[data-keys="${combination}"]:not([disabled])`)].find((one) => one.checkVisibility());
      if (!target) return;
      target.click();
    }
    event.preventDefault();
  });
}
