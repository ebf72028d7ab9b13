// .toast[data-life] closes itself after so many milliseconds, which stand still while somebody looks at the toasts.
const lives = new Map<HTMLElement, { left: number; since: number; timer: number }>();
let held = false;

function go(toast: HTMLElement, left: number): void {
  const timer = held ? 0 : window.setTimeout(() => toast.querySelector<HTMLElement>("[data-dismiss]")?.click(), left);
  lives.set(toast, { left, since: Date.now(), timer });
}

function hold(now: boolean): void {
  if (held === now) return;
  held = now;
  for (const [toast, life] of lives) {
    if (!toast.dataset["life"]) continue;
    clearTimeout(life.timer);
    go(toast, now ? Math.max(1500, life.left - (Date.now() - life.since)) : life.left);
  }
}

/** What is shown last lies on top; so the toasts lie above a dialog that opened before or after them. */
function raise(host: HTMLElement): void {
  if (host.matches(":popover-open")) host.hidePopover();
  if (host.childElementCount > 0) host.showPopover();
}

function look(): void {
  const host = document.querySelector<HTMLElement>(".toasts");
  let changed = false;
  for (const toast of lives.keys()) {
    if (toast.isConnected) continue;
    clearTimeout(lives.get(toast)!.timer);
    lives.delete(toast);
    changed = true;
  }
  for (const toast of host?.querySelectorAll<HTMLElement>(".toast") ?? []) {
    if (lives.has(toast)) continue;
    changed = true;
    if (toast.dataset["life"]) go(toast, Number(toast.dataset["life"]));
    else lives.set(toast, { left: 0, since: 0, timer: 0 });
  }
  if (changed && host) raise(host);
  if (lives.size === 0) held = false;
}

const within = (event: Event): boolean => (event.target as Element).closest?.(".toasts") != null;
document.addEventListener("pointerover", (event) => hold(within(event)), { passive: true });
document.addEventListener("focusin", (event) => hold(within(event)), { passive: true });
document.addEventListener("inbox:raised", () => { const host = document.querySelector<HTMLElement>(".toasts"); if (host) raise(host); });
new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
look();

export {};
