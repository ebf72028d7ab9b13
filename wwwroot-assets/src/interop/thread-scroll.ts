import { send } from "./sending/api.ts";
import { keep, place, top } from "./thread/opening.ts";

interface DotNet { invokeMethodAsync(method: string, ...args: unknown[]): Promise<unknown> }

const nearEnd = 100; // px: closer than this, the reader wants to see what comes
const nearTop = 400;
const readAfter = 1000; // ms the newest message must be visible in a focused window

/** Keeps the reader's place in a thread, asks for older pages, and tells the server what was read. */
export function follow(thread: HTMLElement, dotnet: DotNet): ThreadScroll {
  return new ThreadScroll(thread, dotnet);
}

class ThreadScroll {
  private atEnd = true;
  private anchor: { element: HTMLElement; top: number } | null = null;
  private lastSeen = 0;
  private loading = false;
  private reading = 0;
  private readUpTo: number;
  private readonly off = new AbortController();
  private readonly size: ResizeObserver;
  private readonly arrivals: MutationObserver;
  private readonly jump: HTMLElement | null;

  constructor(private readonly thread: HTMLElement, private readonly dotnet: DotNet) {
    this.readUpTo = Number(thread.dataset["readUpTo"] ?? "0");
    this.jump = thread.parentElement!.querySelector("[data-jump]");
    this.open();
    this.lastSeen = this.newest();

    const on = { signal: this.off.signal, passive: true };
    thread.addEventListener("scroll", () => this.scrolled(), on);
    thread.closest(".thread-pane")!.addEventListener("inbox:sent", () => this.toEnd(), on);
    this.jump?.addEventListener("click", () => this.toEnd(), on);
    thread.addEventListener("click", (click) => this.showQuoted(click), on);
    for (const name of ["focus", "online"]) window.addEventListener(name, () => this.considerRead(), on);
    document.addEventListener("visibilitychange", () => this.considerRead(), on);
    window.addEventListener("inbox:reloading", () => this.keepForReload(), on);
    this.size = new ResizeObserver(() => this.settle());
    this.size.observe(thread);
    this.size.observe(thread.firstElementChild!);
    this.arrivals = new MutationObserver(() => this.settle());
    this.arrivals.observe(thread, { childList: true, subtree: true });
    this.considerRead();
    this.considerOlder();
  }

  toEnd(): void {
    this.atEnd = true;
    this.settle();
  }

  dispose(): void {
    this.off.abort();
    this.size.disconnect();
    this.arrivals.disconnect();
    clearTimeout(this.reading);
  }

  private open(): void {
    place(this.thread);
    this.atEnd = this.distance() < nearEnd;
    this.keepAnchor();
  }

  /** After anything changed its size or number: at the end stay at the end, else keep the line that is being read. */
  private settle(): void {
    if (this.atEnd) this.thread.scrollTop = this.thread.scrollHeight;
    else if (this.anchor?.element.isConnected) this.thread.scrollTop += top(this.thread, this.anchor.element) - this.anchor.top;
    this.keepAnchor();
    this.showJump();
    this.considerRead();
  }

  private scrolled(): void {
    this.atEnd = this.distance() < nearEnd;
    this.keepAnchor();
    this.showJump();
    this.considerRead();
    this.considerOlder();
  }

  private keepAnchor(): void {
    const bubbles = this.thread.querySelectorAll<HTMLElement>("[data-message]");
    let low = 0, high = bubbles.length;
    while (low < high) { const middle = (low + high) >> 1; if (top(this.thread, bubbles[middle]!) < 0) low = middle + 1; else high = middle; }
    const element = bubbles[Math.min(low, bubbles.length - 1)];
    this.anchor = element ? { element, top: top(this.thread, element) } : null;
  }

  private showJump(): void {
    if (!this.jump) return;
    if (this.atEnd) this.lastSeen = this.newest();
    const unseen = this.ids("[data-message]").filter((id) => id > this.lastSeen).length;
    this.jump.hidden = this.atEnd || (unseen === 0 && this.distance() < 600);
    this.jump.toggleAttribute("data-new", unseen > 0);
    this.jump.querySelector("[data-jump-count]")!.textContent = unseen > 0 ? String(unseen) : "";
  }

  /** A quote leads to its message, where that is loaded. */
  private showQuoted(click: MouseEvent): void {
    const quote = (click.target as Element).closest<HTMLElement>("[data-quoted]");
    const message = quote && this.thread.querySelector<HTMLElement>(`[data-message="${quote.dataset["quoted"]}"]`);
    if (!message) return;
    message.scrollIntoView({ block: "center" });
    message.classList.add("found");
    message.addEventListener("animationend", () => message.classList.remove("found"), { once: true });
  }

  private considerOlder(): void {
    if (this.loading || this.thread.dataset["more"] !== "true" || this.thread.scrollTop > nearTop) return;
    this.loading = true;
    this.thread.setAttribute("aria-busy", "true"); // history is not announced
    this.dotnet.invokeMethodAsync("LoadOlderAsync").catch(() => {}).finally(() => {
      this.thread.removeAttribute("aria-busy");
      this.loading = false;
      requestAnimationFrame(() => this.considerOlder());
    });
  }

  private considerRead(): void {
    clearTimeout(this.reading);
    if (this.unread() === 0 || !this.atEnd || document.hidden || !document.hasFocus()) return;
    this.reading = window.setTimeout(() => {
      const upTo = this.newest();
      if (!document.hasFocus() || !this.atEnd || !this.thread.isConnected) return;
      this.readUpTo = upTo;
      void send("POST", `/api/v1/conversations/${this.thread.dataset["conversation"]}/read`, { up_to: upTo })
        .then((answer) => { if (answer.status === 0 || answer.status >= 500) this.readUpTo = Math.min(this.readUpTo, upTo - 1); });
    }, readAfter);
  }

  private unread(): number {
    return this.ids("[data-message]:not([data-mine])").filter((id) => id > this.readUpTo).length;
  }

  private keepForReload(): void {
    if (!this.atEnd && this.anchor) keep(this.thread, this.anchor.element.dataset["message"]!);
  }

  private newest(): number { return this.ids("[data-message]").reduce((a, b) => Math.max(a, b), 0); }
  private ids(of: string): number[] { return [...this.thread.querySelectorAll<HTMLElement>(of)].map((bubble) => Number(bubble.dataset["message"])); }
  private distance(): number { return this.thread.scrollHeight - this.thread.scrollTop - this.thread.clientHeight; }
}
