const limits = { list: [280, 480, 340], panel: [280, 420, 320] } as const;
type Pane = keyof typeof limits;

function set(pane: Pane, width: number): void {
  const [least, most] = limits[pane];
  const clamped = Math.round(Math.min(most, Math.max(least, width)));
  document.documentElement.style.setProperty(`--${pane}-width`, `${clamped}px`);
  localStorage.setItem(`inbox.${pane}`, String(clamped));
  document.querySelector(`[data-grip="${pane}"]`)?.setAttribute("aria-valuenow", String(clamped));
}

function reset(pane: Pane): void {
  document.documentElement.style.removeProperty(`--${pane}-width`);
  localStorage.removeItem(`inbox.${pane}`);
}

function gripOf(event: Event): [HTMLElement, Pane] | null {
  const grip = (event.target as Element).closest?.<HTMLElement>("[data-grip]");
  return grip ? [grip, grip.dataset["grip"] as Pane] : null;
}

/** +1 where a move to the right makes the pane wider. */
function sign(grip: HTMLElement, pane: Pane): number {
  return (pane === "list" ? 1 : -1) * (getComputedStyle(grip).direction === "rtl" ? -1 : 1);
}

document.addEventListener("pointerdown", (event) => {
  const found = gripOf(event);
  if (!found) return;
  const [grip, pane] = found;
  const start = grip.parentElement!.getBoundingClientRect().width;
  const from = event.clientX;
  const move = (to: PointerEvent): void => set(pane, start + sign(grip, pane) * (to.clientX - from));
  grip.setPointerCapture(event.pointerId);
  grip.dataset["dragging"] = "";
  grip.addEventListener("pointermove", move);
  grip.addEventListener("lostpointercapture", () => { grip.removeEventListener("pointermove", move); delete grip.dataset["dragging"]; }, { once: true });
  event.preventDefault();
});

document.addEventListener("dblclick", (event) => {
  const found = gripOf(event);
  if (found) reset(found[1]);
});

document.addEventListener("keydown", (event) => {
  const found = gripOf(event);
  const step = event.key === "ArrowRight" ? 16 : event.key === "ArrowLeft" ? -16 : 0;
  if (!found || step === 0) return;
  const [grip, pane] = found;
  set(pane, grip.parentElement!.getBoundingClientRect().width + sign(grip, pane) * step);
  event.preventDefault();
});
