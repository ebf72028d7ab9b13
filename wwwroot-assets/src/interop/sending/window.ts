/** Whether the customer can be answered in one's own words. "person": only by a person who says so. */
export type WindowState = "open" | "soon" | "person" | "closed";

const hour = 60 * 60_000;
const minute = 60_000;
const latest = 2 ** 31 - 1; // what setTimeout can count

/** @param ends when free text ends; NaN where it never does. @param person until when a person may still answer; NaN where nobody may. */
export function stateOf(now: number, ends: number, person: number): WindowState {
  if (Number.isNaN(ends) || now < ends - hour) return "open";
  if (now < ends) return "soon";
  return now < person ? "person" : "closed";
}

/** Milliseconds until the state, or the minutes that are shown, change; null when nothing changes by itself. */
export function changesIn(now: number, ends: number, person: number): number | null {
  const state = stateOf(now, ends, person);
  if (Number.isNaN(ends) || state === "closed") return null;
  if (state === "open") return Math.min(ends - hour - now, latest);
  const end = state === "soon" ? ends : person;
  return Math.min((end - now) % minute || minute, end - now);
}

/** "42 min", "3 h 12 min": the same words as WindowBanner.razor. */
export function left(milliseconds: number, minutes: string, hours: string): string {
  const all = Math.max(1, Math.ceil(milliseconds / minute));
  return all < 60 ? minutes.replace("{0}", String(all)) : hours.replace("{0}", String(Math.floor(all / 60))).replace("{1}", String(all % 60));
}

/** Counts in the browser, by the server's clock: no call, and it goes on without a connection. */
export class ReplyWindow {
  private readonly form: HTMLElement;
  private readonly banner: HTMLElement | null;
  private readonly changed: (state: WindowState) => void;
  private timer = 0;
  private ahead = 0;
  private told = "";
  state: WindowState = "open";

  constructor(form: HTMLElement, banner: HTMLElement | null, changed: (state: WindowState) => void, signal: AbortSignal) {
    this.form = form;
    this.banner = banner;
    this.changed = changed;
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.look(); }, { signal });
    signal.addEventListener("abort", () => clearTimeout(this.timer));
  }

  /** Reads what the server said, which may be new, and goes on counting. */
  look(): void {
    const said = this.form.dataset["windowNow"] ?? "";
    if (said !== this.told) {
      this.told = said;
      this.ahead = said ? Date.parse(said) - Date.now() : 0;
    }
    const now = Date.now() + this.ahead;
    const ends = Date.parse(this.form.dataset["windowEnds"] ?? "");
    const person = Date.parse(this.form.dataset["personUntil"] ?? "");
    const before = this.state;
    this.state = stateOf(now, ends, person);
    this.draw(now, this.state === "person" ? person : ends);
    if (this.state !== before) this.changed(before);
    clearTimeout(this.timer);
    const next = changesIn(now, ends, person);
    if (next !== null) this.timer = window.setTimeout(() => this.look(), next + 50);
  }

  private draw(now: number, end: number): void {
    if (!this.banner) return;
    this.banner.dataset["state"] = this.state;
    const words = left(end - now, this.banner.dataset["minutes"] ?? "{0}", this.banner.dataset["hours"] ?? "{0}:{1}");
    for (const place of this.banner.querySelectorAll("[data-left]")) {
      const node = place.firstChild;
      if (node instanceof Text) { if (node.data !== words) node.data = words; } // Blazor holds on to this node
      else place.textContent = words;
    }
  }
}
