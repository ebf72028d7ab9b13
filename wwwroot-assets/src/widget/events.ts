export interface Events {
  ready: undefined;
  open: undefined;
  close: undefined;
  message: { id: number | string; direction: string; text: string; sender_name: string | null; sent_at: string };
  unread: number;
  error: { code: string };
}

const names: readonly string[] = ["ready", "open", "close", "message", "unread", "error"] satisfies (keyof Events)[];

/** Tells the page what happens in the chat. */
export class Emitter {
  #ready = false;
  readonly #listeners = new Map<string, Set<(detail: never) => void>>();

  on(name: string, listener: (detail: never) => void): void {
    if (!names.includes(name) || typeof listener !== "function") {
      console.warn(`Inbox widget: no event "${name}"; there are ${names.join(", ")}`);
      return;
    }
    const set = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, set.add(listener));
    if (name === "ready" && this.#ready) {
      listener(undefined as never); // the page came too late to hear it
    }
  }

  off(name: string, listener: (detail: never) => void): void {
    this.#listeners.get(name)?.delete(listener);
  }

  emit<K extends keyof Events>(name: K, detail: Events[K]): void {
    this.#ready ||= name === "ready";
    for (const listener of [...(this.#listeners.get(name) ?? [])]) {
      try {
        listener(detail as never);
      } catch (error) {
        // The page's mistake must not stop the chat.
        console.error(error);
      }
    }
  }
}
