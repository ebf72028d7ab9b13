import { el } from "./dom.ts";
import { icon } from "./icons.ts";
import { accepted } from "./picking.ts";
import { fill, type Strings } from "./strings.ts";
import type { FileLimits } from "./wire.ts";

const tallest = 132; // px: six lines, then it scrolls
const warnFrom = 0.9; // of the limit

/** The field the visitor writes in. */
export class Composer {
  readonly element: HTMLFormElement;
  onSend: (text: string) => void = () => {};
  onDraft: (text: string) => void = () => {};
  onFiles: (files: File[]) => void = () => {};
  readonly #field: HTMLTextAreaElement;
  readonly #send: HTMLButtonElement;
  readonly #left: HTMLElement;

  constructor(
    private readonly strings: Strings,
    private readonly limit: number,
    files: FileLimits,
    draft: string,
  ) {
    this.#field = el("textarea", { rows: 1, placeholder: strings.placeholder, "aria-label": strings.message, "aria-describedby": "remaining", autocomplete: "off" });
    this.#field.value = draft;
    this.#send = el("button", { type: "submit", class: "send", "aria-label": strings.send, title: strings.send }, icon("send"));
    this.#left = el("p", { class: "remaining", id: "remaining", role: "status" });
    this.element = el("form", { class: "composer", novalidate: true }, this.#left, el("div", { class: "field" }, ...this.#picker(files), this.#field, this.#send));
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#field.addEventListener("keydown", (event) => this.#key(event));
    this.#field.addEventListener("input", () => this.#changed(true));
    this.#changed(false);
  }

  /** The button and the browser's own dialog; none where no files are taken. */
  #picker(limits: FileLimits): HTMLElement[] {
    if (Object.keys(limits).length === 0) {
      return [];
    }
    const input = el("input", { type: "file", multiple: true, accept: accepted(limits), hidden: true, tabindex: -1 });
    const button = el("button", { type: "button", class: "attach", "aria-label": this.strings.attach, title: this.strings.attach }, icon("clip"));
    button.addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      this.onFiles([...(input.files ?? [])]);
      input.value = "";
      this.focus();
    });
    this.#field.addEventListener("paste", (event) => {
      const pasted = [...(event.clipboardData?.files ?? [])];
      // Office programs put a picture of the text beside the text.
      if (pasted.length > 0 && !event.clipboardData?.types.includes("text/plain")) {
        event.preventDefault();
        this.onFiles(pasted);
      }
    });
    return [button, input];
  }

  focus(): void {
    this.#field.focus({ preventScroll: true });
  }

  /** Sizes the field to its text. Needs to be on screen. */
  fit(): void {
    this.#field.style.height = "auto";
    const height = this.#field.scrollHeight;
    this.#field.style.height = `${Math.min(height, tallest)}px`;
    this.#field.style.overflowY = height > tallest ? "auto" : "hidden";
  }

  #key(event: KeyboardEvent): void {
    // 229: some input methods confirm a word with an Enter that says nothing else about itself.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
      event.preventDefault();
      this.#submit();
    }
  }

  #submit(): void {
    const text = this.#field.value.trim();
    if (text !== "" && text.length <= this.limit) {
      this.#field.value = "";
      this.#changed(true);
      this.onSend(text);
    }
    this.focus();
  }

  #changed(byHand: boolean): void {
    const length = this.#field.value.trim().length;
    const left = this.limit - length;
    this.#left.textContent = length >= this.limit * warnFrom ? fill(this.strings.left, { n: left }) : "";
    this.#left.classList.toggle("over", left < 0);
    this.#field.setAttribute("aria-invalid", String(left < 0));
    // An empty field with dir="auto" would write an Arabic placeholder from the left.
    this.#field.dir = length === 0 ? "" : "auto";
    // Not the disabled attribute: it would take the focus of somebody who sends by keyboard.
    this.#send.setAttribute("aria-disabled", String(length === 0 || left < 0));
    this.fit();
    if (byHand) {
      this.onDraft(this.#field.value);
    }
  }
}
