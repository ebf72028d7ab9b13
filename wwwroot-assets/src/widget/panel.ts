import { avatar } from "./avatar.ts";
import type { Composer } from "./composer.ts";
import { el } from "./dom.ts";
import { FullScreen } from "./full-screen.ts";
import { icon } from "./icons.ts";
import type { NoticeBar } from "./notice-bar.ts";
import type { PreChat } from "./pre-chat.ts";
import type { Scroller } from "./scroller.ts";
import { fill, type Strings } from "./strings.ts";
import type { Settings } from "./wire.ts";

/** The window of the chat: header, bar, thread, composer. Knows opening, closing and the keyboard. */
export class Panel {
  readonly element: HTMLElement;
  onClose: () => void = () => {};
  onSave: () => void = () => {};
  readonly #status = el("p", { class: "presence" });
  readonly #save: HTMLButtonElement;
  readonly #fullScreen: FullScreen;

  constructor(settings: Settings, strings: Strings, bar: NoticeBar, scroller: Scroller, private readonly composer: Composer, private readonly form: PreChat) {
    const close = el("button", { type: "button", class: "close", "aria-label": strings.close, title: strings.close }, icon("close"));
    close.addEventListener("click", () => this.onClose());
    this.#save = el("button", { type: "button", class: "close", "aria-label": strings.transcript, title: strings.transcript, hidden: true }, icon("save"));
    this.#save.addEventListener("click", () => this.onSave());
    const header = el("header", {}, avatar(settings.name, "medium"), el("div", { class: "who" }, el("h2", {}, el("bdi", {}, settings.name)), this.#status), this.#save, close);
    const body = el("div", { class: "body" }, scroller.element, scroller.jump);
    this.element = el("section", { class: "panel", role: "dialog", tabindex: -1, "aria-label": fill(strings.dialog, { name: settings.name }) }, header, bar.element, body, composer.element);
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.#fullScreen = new FullScreen(this.element);
  }

  get isOpen(): boolean {
    return this.element.hasAttribute("data-open");
  }

  /** Whether somebody is there, in words. */
  presence(words: string, online: boolean): void {
    this.#status.textContent = words;
    this.#status.classList.toggle("online", online);
  }

  /** There is something to save. */
  saves(any: boolean): void {
    this.#save.hidden = !any;
  }

  open(): void {
    this.element.setAttribute("data-open", "");
    this.#fullScreen.enter();
    this.composer.fit();
    if (matchMedia("(hover: hover)").matches) {
      (this.form.element.hidden ? this.composer : this.form).focus();
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
    const stops = [...this.element.querySelectorAll<HTMLElement>('button, a[href], input:not([type="file"]), select, textarea, [tabindex="0"]')].filter((stop) => stop.offsetParent !== null);
    const now = (this.element.getRootNode() as ShadowRoot).activeElement;
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    if (now === edge || now === this.element) {
      event.preventDefault();
      (event.shiftKey ? stops.at(-1) : stops[0])?.focus();
    }
  }
}
