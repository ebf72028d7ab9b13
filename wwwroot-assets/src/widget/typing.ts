const every = 4_000; // ms between two notices to the server
const agentFor = 60_000; // ms: the server says when it ends; the net for a word that got lost

/** Tells the server that the visitor writes, at most once in four seconds. */
export class VisitorTyping {
  #last = 0;

  constructor(private readonly tell: () => Promise<void>) {}

  typed(): void {
    if (Date.now() - this.#last >= every) {
      this.#last = Date.now();
      this.tell().catch(() => {});
    }
  }

  sent(): void {
    this.#last = 0;
  }
}

/** Whether an agent writes just now. */
export class AgentTyping {
  onChanged: () => void = () => {};
  name: string | null = null;
  active = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  show(name: string | null): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.hide(), agentFor);
    this.active = true;
    this.name = name;
    this.onChanged();
  }

  hide(): void {
    clearTimeout(this.#timer);
    if (this.active) {
      this.active = false;
      this.onChanged();
    }
  }
}
