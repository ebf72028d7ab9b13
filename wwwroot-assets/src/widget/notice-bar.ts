import { el } from "./dom.ts";

const patience = 2_500; // ms: a connection that is back by then is not worth a word

/** The thin bar under the header that says what is wrong with the connection. */
export class NoticeBar {
  readonly element = el("div", { class: "bar", role: "status" });
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wanted = "";

  show(text: string, tone: "trying" | "offline", atOnce: boolean): void {
    if (text === this.#wanted) {
      return;
    }
    this.hide();
    this.#wanted = text;
    this.#timer = setTimeout(
      () => {
        this.element.dataset["tone"] = tone;
        this.element.textContent = text;
      },
      atOnce ? 0 : patience,
    );
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.#wanted = "";
    this.element.textContent = "";
  }
}
