import type { Outcome, Outgoing } from "./outgoing.ts";
import type { Queue } from "./queue.ts";

const slow = 10_000; // ms after which the bubble says that it is still being sent

/** The bubbles of unconfirmed messages, in a container that Blazor leaves alone. */
export class Bubbles {
  private readonly container: HTMLElement;
  private readonly messages: HTMLElement;
  private readonly form: HTMLElement;
  private readonly queue: Queue;
  private readonly arrivals: MutationObserver;

  constructor(container: HTMLElement, messages: HTMLElement, form: HTMLElement, queue: Queue) {
    this.container = container;
    this.messages = messages;
    this.form = form;
    this.queue = queue;
    container.replaceChildren();
    this.arrivals = new MutationObserver(() => this.settle());
    this.arrivals.observe(messages, { childList: true, subtree: true });
    container.addEventListener("click", this.clicked);
  }

  /** Shows one message as the template of its mode draws it. */
  show(item: Outgoing): void {
    if (this.arrived(item.key)) { this.queue.drop(item.key); return; }
    const template = this.form.querySelector<HTMLTemplateElement>(`template[data-bubble="${item.mode}"]`);
    // the parser fills a template's content, Blazor its children
    const drawn = template?.content.firstElementChild ?? template?.firstElementChild;
    const bubble = drawn?.cloneNode(true) as HTMLElement | undefined;
    if (!bubble) return;
    bubble.dataset["pendingKey"] = item.key;
    bubble.querySelector("[data-text]")!.textContent = item.media ? [`\u{1F4CE} ${item.media.name}`, item.text].filter(Boolean).join("\n") : item.text;
    this.container.append(bubble);
    this.mark(bubble, item, item.refused === undefined ? "sending" : "refused");
    setTimeout(() => bubble.querySelector("[data-slow]")?.toggleAttribute("hidden", bubble.dataset["status"] !== "sending"), slow);
  }

  /** Moves the mark of a bubble; one of another conversation is not here, and that is fine. */
  update(item: Outgoing, outcome: Outcome | "sending"): void {
    const bubble = this.container.querySelector<HTMLElement>(`[data-pending-key="${item.key}"]`);
    if (bubble) this.mark(bubble, item, outcome);
  }

  dispose(): void {
    this.arrivals.disconnect();
    this.container.removeEventListener("click", this.clicked);
    this.container.replaceChildren();
  }

  private mark(bubble: HTMLElement, item: Outgoing, outcome: Outcome | "sending"): void {
    const status = outcome === "refused" ? "failed" : outcome === "accepted" ? "queued" : outcome === "sending" && navigator.onLine ? "sending" : "waiting";
    bubble.dataset["status"] = status;
    for (const mark of bubble.querySelectorAll<HTMLElement>("[data-mark]")) mark.hidden = mark.dataset["mark"] !== status;
    const trouble = bubble.querySelector<HTMLElement>("[data-trouble]");
    if (trouble) trouble.hidden = status !== "failed";
    const reason = bubble.querySelector("[data-reason]");
    if (reason) reason.textContent = item.refused ?? "";
    if (status !== "sending") bubble.querySelector("[data-slow]")?.setAttribute("hidden", "");
  }

  private settle(): void {
    for (const bubble of this.container.querySelectorAll<HTMLElement>("[data-pending-key]")) {
      const key = bubble.dataset["pendingKey"]!;
      if (this.arrived(key)) {
        bubble.remove();
        this.queue.drop(key);
      }
    }
  }

  private arrived(key: string): boolean {
    return this.messages.querySelector(`[data-client-key="${key}"]`) !== null;
  }

  private readonly clicked = (event: Event): void => {
    const action = (event.target as Element).closest<HTMLElement>("[data-do]");
    const bubble = action?.closest<HTMLElement>("[data-pending-key]");
    if (!action || !bubble) return;
    const key = bubble.dataset["pendingKey"]!;
    const item = this.queue.all().find((one) => one.key === key);
    if (action.dataset["do"] === "retry") this.queue.retry(key);
    if (action.dataset["do"] === "copy" && item) void navigator.clipboard?.writeText(item.text);
    if (action.dataset["do"] === "discard") { this.queue.drop(key); bubble.remove(); }
  };
}
