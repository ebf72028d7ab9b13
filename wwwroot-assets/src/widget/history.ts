import type { Server } from "./server.ts";
import type { Thread } from "./thread.ts";
import type { Page } from "./wire.ts";

/** Loads the conversation page by page, newest first. */
export class History {
  loaded = false;
  loadingOlder = false;
  olderFailed = false;
  #cursor: string | null = null;

  constructor(
    private readonly server: Server,
    private readonly thread: Thread,
  ) {}

  get hasOlder(): boolean {
    return this.#cursor !== null;
  }

  /** Loads the newest page. Where it does not reach what is here, the gap is closed by starting over. */
  async newest(): Promise<Page> {
    const page = await this.server.history(null);
    const touches = page.items.some((message) => this.thread.has(message.id));
    if (!touches) {
      this.thread.clear();
    }
    if (!touches || !this.loaded) {
      this.#cursor = page.nextCursor;
    }
    this.thread.merge(page.items);
    this.loaded = true;
    return page;
  }

  async older(): Promise<void> {
    if (this.loadingOlder || this.#cursor === null) {
      return;
    }
    this.loadingOlder = true;
    this.olderFailed = false;
    try {
      const page = await this.server.history(this.#cursor);
      this.thread.merge(page.items);
      this.#cursor = page.nextCursor;
    } catch {
      this.olderFailed = true;
    } finally {
      this.loadingOlder = false;
    }
  }

  reset(): void {
    this.loaded = false;
    this.#cursor = null;
    this.thread.clear();
  }
}
