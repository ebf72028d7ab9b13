import { el } from "./dom.ts";
import { icon } from "./icons.ts";

const nearEnd = 60; // px: closer than this, the reader wants to see what comes
const nearStart = 160; // px: closer than this, the reader soon wants what was before

/** The scrolling part of the panel: follows the end, keeps its place when older messages come. */
export class Scroller {
  readonly element: HTMLElement;
  readonly jump: HTMLButtonElement;
  onStart: () => void = () => {};
  onEnd: () => void = () => {};
  atEnd = true;

  constructor(jumpLabel: string, ...content: HTMLElement[]) {
    this.element = el("div", { class: "scroller", tabindex: 0 }, ...content);
    this.jump = el("button", { type: "button", class: "jump", "aria-label": jumpLabel, title: jumpLabel, hidden: true }, icon("down"));
    this.jump.addEventListener("click", () => this.toEnd(true));
    this.element.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    // A picture has its height only when it is there.
    this.element.addEventListener("load", () => this.#follow(), true);
    // The composer growing and the keyboard opening must not hide the newest message.
    new ResizeObserver(() => this.#follow()).observe(this.element);
  }

  /** Draws something into the content; the reader stays where they were. */
  keeping(draw: () => void): void {
    const { scrollHeight, scrollTop } = this.element;
    const follow = this.atEnd;
    draw();
    if (follow) {
      this.toEnd();
    } else if (scrollTop < nearStart) {
      this.element.scrollTop = scrollTop + this.element.scrollHeight - scrollHeight;
    }
    this.#show();
  }

  toEnd(smooth = false): void {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.element.scrollTo({ top: this.element.scrollHeight, behavior: smooth && !calm ? "smooth" : "instant" });
    if (!smooth) {
      this.atEnd = true;
      this.#show();
    }
  }

  toStart(): void {
    this.element.scrollTop = 0;
    this.#scrolled();
  }

  /** Brings an element to the top unless the end already shows it. */
  reveal(target: HTMLElement): void {
    const above = target.getBoundingClientRect().top - this.element.getBoundingClientRect().top - 12;
    if (above < 0) {
      this.element.scrollTop += above;
      this.#scrolled();
    }
  }

  #scrolled(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    if (clientHeight === 0) {
      return;
    }
    this.atEnd = scrollHeight - scrollTop - clientHeight < nearEnd;
    this.#show();
    if (this.atEnd) {
      this.onEnd();
    }
    if (scrollTop < nearStart) {
      this.onStart();
    }
  }

  #follow(): void {
    if (this.atEnd) {
      this.toEnd();
    }
  }

  #show(): void {
    this.jump.hidden = this.atEnd;
  }
}
