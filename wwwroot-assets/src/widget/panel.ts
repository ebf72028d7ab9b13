import { avatar } from "./avatar.ts";
import type { Composer } from "./composer.ts";
import { el } from "./dom.ts";
import { FullScreen } from "./full-screen.ts";
import { icon } from "./icons.ts";
import type { NoticeBar } from "./notice-bar.ts";
import type { Scroller } from "./scroller.ts";
import { fill, type Strings } from "./strings.ts";
import type { Settings } from "./wire.ts";

/** The window of the chat: header, bar, thread, composer. Knows opening, closing and the keyboard. */
export class Panel {
  readonly element: HTMLElement;
  onClose: () => void = () => {};
  readonly #fullScreen: FullScreen;

  constructor(settings: Settings, strings: Strings, bar: NoticeBar, scroller: Scroller, private readonly composer: Composer) {
    const close = el("button", { type: "button", class: "close", "aria-label": strings.close, title: strings.close }, icon("close"));
    close.addEventListener("click", () => this.onClose());
    const status = el("p", { class: settings.agentsOnline ? "presence online" : "presence" }, settings.agentsOnline ? strings.online : strings.away);
    const header = el("header", {}, avatar(settings.name, "medium"), el("div", { class: "who" }, el("h2", {}, el("bdi", {}, settings.name)), status), close);
    const body = el("div", { class: "body" }, scroller.element, scroller.jump);
    this.element = el("section", { class: "panel", role: "dialog", tabindex: -1, "aria-label": fill(strings.dialog, { name: settings.name }) }, header, bar.element, body, composer.element);
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.#fullScreen = new FullScreen(this.element);
  }

  get isOpen(): boolean {
    return this.element.hasAttribute("data-open");
  }

  open(): void {
    this.element.setAttribute("data-open", "");
    this.#fullScreen.enter();
    this.composer.fit();
    if (matchMedia("(hover: hover)").matches) {
      this.composer.focus();
    } else {
      // On a phone the keyboard would cover what the visitor came to read.
      this.element.focus({ preventScroll: true });
    }
  }

  close(): void {
    this.element.removeAttribute("data-open");
    this.#fullScreen.leave();
  }

  #key(event: KeyboardEvent): void {
    if (event.key === "Escape" && !event.isComposing) {
      event.preventDefault();
      this.onClose();
    } else if (event.key === "Tab" && this.#fullScreen.active) {
      this.#keepFocus(event);
    }
  }

  /** Full screen hides the page, so the focus must not wander there. */
  #keepFocus(event: KeyboardEvent): void {
    const stops = [...this.element.querySelectorAll<HTMLElement>('button, a[href], textarea, [tabindex="0"]')].filter((stop) => stop.offsetParent !== null);
    const now = (this.element.getRootNode() as ShadowRoot).activeElement;
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    if (now === edge || now === this.element) {
      event.preventDefault();
      (event.shiftKey ? stops.at(-1) : stops[0])?.focus();
    }
  }
}
