import type { Server } from "./server.ts";
import type { Store } from "./store.ts";
import { comparePlaces, type Thread } from "./thread.ts";
import { type Place, readPlace } from "./wire.ts";

/** How far the visitor has read, here and in other tabs, and how much is left. */
export class Unread {
  onChanged: (count: number) => void = () => {};
  #count = 0;
  #seen: Place | null;
  #reported: Place | null = null;
  #reporting: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly server: Server,
    private readonly store: Store,
    private readonly thread: Thread,
  ) {
    this.#seen = readPlace(store.getJson("seen"));
    store.onChange((key) => {
      if (key === "seen") {
        this.#advance(readPlace(store.getJson("seen")));
        this.recount(); // a tab that knows no messages has none left to read either
      }
    });
  }

  get count(): number {
    return this.#count;
  }

  get seen(): Place | null {
    return this.#seen;
  }

  /** What the settings say, before the conversation itself is known. */
  assume(count: number): void {
    this.#set(count);
  }

  /** What the server knows of an earlier visit or another device. */
  learn(seen: Place | null): void {
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
      this.#advance(last);
      this.store.setJson("seen", { id: last.id, sent_at: last.sentAt });
    }
    this.recount();
    this.report();
  }

  /** Tells the server, once for messages that come close together; again later if it does not answer. */
  report(): void {
    const seen = this.#seen;
    if (seen === null || (this.#reported !== null && comparePlaces(seen, this.#reported) <= 0)) {
      return;
    }
    clearTimeout(this.#reporting);
    this.#reporting = setTimeout(() => {
      this.server.read(seen.id).then(
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

  #advance(to: Place | null): void {
    if (to !== null && (this.#seen === null || comparePlaces(to, this.#seen) > 0)) {
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
