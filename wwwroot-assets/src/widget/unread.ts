import type { Server } from "./server.ts";
import type { Store } from "./store.ts";
import { compareIds, type Thread } from "./thread.ts";
import { type Id, readId } from "./wire.ts";

/** How far the visitor has read, here and in other tabs, and how much is left. */
export class Unread {
  onChanged: (count: number) => void = () => {};
  #count = 0;
  #seen: Id | null;
  #reported: Id | null = null;
  #reporting: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly server: Server,
    private readonly store: Store,
    private readonly thread: Thread,
  ) {
    this.#seen = readId(store.getJson("seen"));
    store.onChange((key) => {
      if (key === "seen") {
        this.#advance(readId(store.getJson("seen")));
        this.recount(); // a tab that knows no messages has none left to read either
      }
    });
  }

  get count(): number {
    return this.#count;
  }

  get seen(): Id | null {
    return this.#seen;
  }

  /** What the settings say, before the conversation itself is known. */
  assume(count: number): void {
    this.#set(count);
  }

  /** What the server knows of an earlier visit or another device. */
  learn(seen: Id | null): void {
    this.#advance(seen);
    this.#reported = seen;
    this.recount();
  }

  recount(): void {
    this.#set(this.thread.unseen(this.#seen).length);
  }

  /** The visitor has the newest message before their eyes. */
  seeAll(): void {
    const last = this.thread.unseen(this.#seen).at(-1);
    if (last) {
      this.#advance(last.id);
      this.store.setJson("seen", last.id);
    }
    this.recount();
    this.report();
  }

  /** Tells the server, once for messages that come close together; again later if it does not answer. */
  report(): void {
    const seen = this.#seen;
    if (seen === null || (this.#reported !== null && compareIds(seen, this.#reported) <= 0)) {
      return;
    }
    clearTimeout(this.#reporting);
    this.#reporting = setTimeout(() => {
      this.server.read(seen).then(
        () => (this.#reported = seen),
        () => {},
      );
    }, 300);
  }

  reset(): void {
    clearTimeout(this.#reporting);
    this.#seen = null;
    this.#reported = null;
    this.store.remove("seen");
    this.#set(0);
  }

  #advance(to: Id | null): void {
    if (to !== null && (this.#seen === null || compareIds(to, this.#seen) > 0)) {
      this.#seen = to;
    }
  }

  #set(count: number): void {
    if (count !== this.#count) {
      this.#count = count;
      this.onChanged(count);
    }
  }
}
