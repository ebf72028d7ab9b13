import { call, json, ServerError } from "./http.ts";
import type { Exclusively } from "./exclusive.ts";
import type { Store } from "./store.ts";
import { readId, record, text } from "./wire.ts";

interface Stored {
  token: string;
  visitor: string;
}

/** The visitor's token: made on first need, shared by all tabs, replaced only when the server disowns it. */
export class Session {
  /** Called when this browser became another visitor, here or in another tab. */
  onReplaced: () => void = () => {};
  #visitor: string | null;
  #making: Promise<string> | null = null;

  constructor(
    private readonly sessions: string,
    private readonly store: Store,
    private readonly exclusively: Exclusively,
  ) {
    this.#visitor = this.#stored()?.visitor ?? null;
    store.onChange((key) => {
      if (key === "session" || key === null) {
        this.#noticeVisitor();
      }
    });
  }

  get token(): string | null {
    return this.#stored()?.token ?? null;
  }

  get visitor(): string | null {
    return this.#stored()?.visitor ?? null;
  }

  /** The token, made now if there is none yet. */
  ensure(): Promise<string> {
    const token = this.token;
    if (token) {
      return Promise.resolve(token);
    }
    this.#making ??= this.#make().finally(() => (this.#making = null));
    return this.#making;
  }

  /** Does work with the token; if the server has disowned it, once more with a new one. */
  async use<T>(work: (token: string) => Promise<T>): Promise<T> {
    const token = await this.ensure();
    try {
      return await work(token);
    } catch (error) {
      if (!isDisowned(error)) {
        throw error;
      }
      this.forget(token);
      return work(await this.ensure());
    }
  }

  /** Drops a token, unless another tab has replaced it meanwhile. */
  forget(token: string): void {
    if (this.token === token) {
      this.store.remove("session");
    }
  }

  #make(): Promise<string> {
    return this.exclusively("session", async () => {
      const token = this.token;
      if (token) {
        return token;
      }
      const made = record(await json(await call(this.sessions, { method: "POST", body: {} })));
      const fresh = text(made["token"]);
      if (!fresh) {
        throw new ServerError(0, "unreadable");
      }
      this.store.setJson("session", { token: fresh, visitor: String(readId(made["visitor_id"]) ?? "") });
      this.#noticeVisitor();
      return fresh;
    });
  }

  #noticeVisitor(): void {
    const visitor = this.visitor;
    if (visitor === this.#visitor || visitor === null) {
      return;
    }
    const before = this.#visitor;
    this.#visitor = visitor;
    if (before !== null) {
      this.onReplaced();
    }
  }

  #stored(): Stored | null {
    const stored = record(this.store.getJson("session"));
    const token = text(stored["token"]);
    return token ? { token, visitor: text(stored["visitor"]) ?? "" } : null;
  }
}

export function isDisowned(error: unknown): boolean {
  return error instanceof ServerError && error.status === 401 && error.code === "visitor_token_invalid";
}
