import type { Dates } from "./dates.ts";
import { arrange, el } from "./dom.ts";
import { MessageView, type MessageActions } from "./message-view.ts";
import type { Row } from "./rows.ts";
import type { Strings } from "./strings.ts";

/** The rows of the conversation inside the log that screen readers follow. */
export class ThreadView {
  readonly element: HTMLElement;
  readonly #messages = new Map<string, MessageView>();
  readonly #marks = new Map<string, HTMLElement>();

  constructor(
    private readonly company: string,
    private readonly strings: Strings,
    private readonly dates: Dates,
    private readonly actions: MessageActions,
  ) {
    this.element = el("div", { class: "log", role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": strings.conversation });
  }

  get divider(): HTMLElement | null {
    return this.element.querySelector(".divider");
  }

  /** Draws the rows; quiet keeps pages of history from being read out. */
  render(rows: readonly Row[], quiet: boolean): void {
    this.element.setAttribute("aria-live", quiet ? "off" : "polite");
    arrange(this.element, rows.map((row) => this.#draw(row, quiet)));
    const kept = new Set(rows.map((row) => row.key));
    for (const drawn of [this.#messages, this.#marks]) {
      for (const key of drawn.keys()) {
        if (!kept.has(key)) {
          drawn.delete(key);
        }
      }
    }
    if (quiet) {
      // Only once the additions have been noticed may the log speak again.
      setTimeout(() => this.element.setAttribute("aria-live", "polite"), 500);
    }
  }

  #draw(row: Row, quiet: boolean): HTMLElement {
    if (row.kind === "message") {
      let view = this.#messages.get(row.key);
      if (view) {
        view.update(row);
      } else {
        view = new MessageView(row, this.company, this.strings, this.dates, this.actions);
        view.element.classList.toggle("fresh", !quiet);
        this.#messages.set(row.key, view);
      }
      return view.element;
    }
    const label = row.kind === "day" ? this.dates.day(row.at) : this.strings.unreadDivider;
    const mark = this.#marks.get(row.key) ?? el("div", { class: row.kind, role: "separator" }, el("span"));
    if (mark.textContent !== label) {
      mark.firstElementChild!.textContent = label;
      mark.setAttribute("aria-label", label);
    }
    this.#marks.set(row.key, mark);
    return mark;
  }
}
