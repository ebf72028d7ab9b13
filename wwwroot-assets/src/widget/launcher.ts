import { el } from "./dom.ts";
import { icon } from "./icons.ts";
import { fill, type Strings } from "./strings.ts";

/** The round button in the corner, with the number of unread messages. */
export class Launcher {
  readonly element: HTMLButtonElement;
  readonly #badge = el("span", { class: "badge", "aria-hidden": "true", hidden: true });

  constructor(
    private readonly strings: Strings,
    onClick: () => void,
  ) {
    this.element = el("button", { type: "button", class: "launcher", "aria-haspopup": "dialog", "aria-expanded": "false", "aria-label": strings.open }, icon("chat"), this.#badge);
    this.element.addEventListener("click", onClick);
  }

  unread(count: number): void {
    this.#badge.hidden = count === 0;
    this.#badge.textContent = count > 9 ? "9+" : String(count);
    this.element.setAttribute("aria-label", count === 0 ? this.strings.open : fill(this.strings.openUnread, { n: count }));
  }

  expanded(open: boolean): void {
    this.element.setAttribute("aria-expanded", String(open));
    this.element.classList.toggle("away", open);
  }
}
