import { avatar } from "./avatar.ts";
import { el } from "./dom.ts";
import { icon } from "./icons.ts";
import type { Strings } from "./strings.ts";
import type { Message } from "./wire.ts";

/** The last message beside the closed bubble. */
export class Popover {
  readonly element = el("div", { class: "popover", hidden: true });
  onOpen: () => void = () => {};
  onDismiss: (message: Message) => void = () => {};

  constructor(
    private readonly company: string,
    private readonly strings: Strings,
  ) {}

  show(message: Message): void {
    const name = message.senderName ?? this.company;
    const open = el(
      "button",
      { type: "button", class: "preview" },
      avatar(name, "medium"),
      el("span", { class: "preview-text" }, el("strong", {}, el("bdi", {}, name)), el("span", { dir: "auto", class: "clamp" }, message.text || (message.files[0] ? message.files[0].name || this.strings.file : this.strings.unsupported))),
    );
    const dismiss = el("button", { type: "button", class: "dismiss", "aria-label": this.strings.dismiss, title: this.strings.dismiss }, icon("close"));
    open.addEventListener("click", () => this.onOpen());
    dismiss.addEventListener("click", () => {
      this.hide();
      this.onDismiss(message);
    });
    this.element.replaceChildren(open, dismiss);
    this.element.hidden = false;
  }

  hide(): void {
    this.element.hidden = true;
    this.element.replaceChildren();
  }
}
