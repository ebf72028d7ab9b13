/** The message that the next one answers: chosen at its bubble, shown above the text. */
export class Quoting {
  private readonly box: HTMLElement;
  private chosen: number | undefined;

  constructor(private readonly form: HTMLFormElement, messages: HTMLElement, private readonly text: HTMLTextAreaElement, until: AbortSignal) {
    this.box = form.querySelector("[data-quote]")!;
    const on = { signal: until };
    messages.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLElement>("[data-reply]");
      if (button) this.choose(button);
    }, on);
    this.box.addEventListener("click", (event) => { if ((event.target as Element).closest("[data-unquote]")) { this.clear(); text.focus(); } }, on);
    text.addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.defaultPrevented && this.chosen !== undefined) { event.preventDefault(); event.stopPropagation(); this.clear(); } }, on);
  }

  /** The chosen message; none is chosen then. */
  taken(): number | undefined {
    const chosen = this.chosen;
    this.clear();
    return chosen;
  }

  private choose(button: HTMLElement): void {
    this.chosen = Number(button.dataset["reply"]);
    const bubble = button.closest(".bubble")!;
    // what stands there in short: the text without its mark, or the name of a file or a place
    const text = bubble.querySelector(".bubble-text")?.cloneNode(true) as HTMLElement | undefined;
    text?.querySelector(".bubble-mark")?.remove();
    this.box.querySelector("span")!.textContent = (text?.textContent || bubble.querySelector(".part-card strong")?.textContent || "…").trim();
    this.box.hidden = false;
    this.form.querySelector<HTMLElement>('[data-mode-tab="reply"]:not([aria-selected="true"])')?.click();
    this.text.focus();
  }

  private clear(): void {
    this.chosen = undefined;
    this.box.hidden = true;
  }
}
