import { type Answers, readAnswers } from "./pre-chat.ts";
import type { Store } from "./store.ts";
import { number, record, text } from "./wire.ts";

export interface OutboxEntry {
  clientKey: string;
  text: string;
  /** When it was written, milliseconds. */
  at: number;
  /** Acknowledged: the server has it, but it has not come back as a message yet. */
  state: "waiting" | "acknowledged" | "failed";
  code: string | null;
  /** Of the form before the first message, which this one is. */
  answers: Answers | null;
}

const prefix = "outbox:";
const staleAfter = 24 * 3600_000; // a message this old is sent only if the visitor still wants it
const acknowledgedFor = 600_000; // by then the server has certainly filed it

/**
 * Messages written here and not yet seen in the conversation. Each has a storage key of its own, so that
 * two tabs never overwrite each other's list.
 */
export class Outbox {
  #last = 0;

  constructor(
    private readonly store: Store,
    private readonly now: () => number = Date.now,
  ) {}

  add(words: string, clientKey: string, answers: Answers | null = null): OutboxEntry {
    const newest = Math.max(this.#last, ...this.list().map((entry) => entry.at));
    this.#last = Math.max(this.now(), newest + 1);
    const entry: OutboxEntry = { clientKey, text: words, at: this.#last, state: "waiting", code: null, answers };
    this.#write(entry);
    return entry;
  }

  /** All entries in the order they were written. */
  list(): OutboxEntry[] {
    const entries: OutboxEntry[] = [];
    for (const key of this.store.keys(prefix)) {
      const entry = this.#read(key);
      if (!entry || (entry.state === "acknowledged" && this.now() - entry.at > acknowledgedFor)) {
        this.store.remove(key);
      } else {
        entries.push(entry);
      }
    }
    return entries.sort((a, b) => a.at - b.at || (a.clientKey < b.clientKey ? -1 : 1));
  }

  waiting(): OutboxEntry[] {
    return this.list().filter((entry) => {
      if (entry.state === "waiting" && this.now() - entry.at > staleAfter) {
        this.fail(entry.clientKey, "stale");
        return false;
      }
      return entry.state === "waiting";
    });
  }

  acknowledge(clientKey: string): void {
    this.#change(clientKey, { state: "acknowledged" });
  }

  fail(clientKey: string, code: string): void {
    this.#change(clientKey, { state: "failed", code });
  }

  /** Sends a failed one again, under the key it has; without the answers it had, which may be why it failed. */
  retry(clientKey: string, answers: Answers | null = null): void {
    this.#change(clientKey, { state: "waiting", code: null, at: this.now(), answers });
  }

  clear(): void {
    for (const key of this.store.keys(prefix)) {
      this.store.remove(key);
    }
  }

  remove(clientKey: string): void {
    this.store.remove(prefix + clientKey);
  }

  #change(clientKey: string, change: Partial<OutboxEntry>): void {
    const entry = this.#read(prefix + clientKey);
    if (entry) {
      this.#write({ ...entry, ...change });
    }
  }

  #write({ clientKey, text: words, at, state, code, answers }: OutboxEntry): void {
    this.store.setJson(prefix + clientKey, { text: words, at, state, code, ...(answers ? { answers } : {}) });
  }

  #read(key: string): OutboxEntry | null {
    const stored = record(this.store.getJson(key));
    const words = text(stored["text"]);
    const state = stored["state"];
    if (words === null || (state !== "waiting" && state !== "acknowledged" && state !== "failed")) {
      return null;
    }
    return { clientKey: key.slice(prefix.length), text: words, at: number(stored["at"]) ?? 0, state, code: text(stored["code"]), answers: readAnswers(stored["answers"]) };
  }
}

export function isOutboxKey(key: string): boolean {
  return key.startsWith(prefix);
}
