import { call, json, ServerError } from "./http.ts";
import type { Exclusively } from "./exclusive.ts";
import type { Store } from "./store.ts";
import { readId, record, text } from "./wire.ts";

interface Stored {
  token: string;
  visitor: string;
  /** For whom the site vouched, and how; null for a visitor whom nobody knows. */
  user: string | null;
}

/** Somebody whom the site knows: the hash is made by the site's own server. */
export interface User {
  user_id: string;
  hash: string;
  name?: string;
  email?: string;
}

/** The visitor's token: made on first need, shared by all tabs, replaced only when the server disowns it. */
export class Session {
  /** Called when this browser became another visitor, here or in another tab. */
  onReplaced: () => void = () => {};
  #visitor: string | null;
  #making: Promise<string> | null = null;
  #user: User | null = null;

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

  /** The site vouches for whoever uses this browser. */
  get verified(): boolean {
    return this.#stored()?.user != null;
  }

  /** Becomes somebody else: a person of the site, or with null a visitor whom nobody knows. */
  async become(user: User | null): Promise<void> {
    this.#user = user;
    const stored = this.#stored();
    if (proof(user) === (stored?.user ?? null)) {
      return;
    }
    if (stored?.user) {
      this.forget(stored.token); // whoever is here now, it is not they, also when the server does not answer
    }
    if (user) {
      await this.exclusively("session", () => this.#start());
    }
    this.#visitor = this.visitor;
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
      const fresh = await this.#start();
      this.#noticeVisitor();
      return fresh;
    });
  }

  async #start(): Promise<string> {
    const user = this.#user;
    let made: Record<string, unknown>;
    try {
      made = record(await json(await call(this.sessions, { method: "POST", body: user ?? {} })));
    } catch (error) {
      if (user && error instanceof ServerError && [403, 422].includes(error.status)) {
        console.warn("Inbox widget: setUser was not believed, so this is a visitor whom nobody knows. The hash is the hex HMAC-SHA256 of the id under the widget's secret.", error);
        this.#user = null;
        return this.#stored()?.user === null ? this.token! : this.#start();
      }
      throw error;
    }
    const token = text(made["token"]);
    if (!token) {
      throw new ServerError(0, "unreadable");
    }
    this.store.setJson("session", { token, visitor: String(readId(made["visitor_id"]) ?? ""), ...(user ? { user: proof(user) } : {}) });
    return token;
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
    return token ? { token, visitor: text(stored["visitor"]) ?? "", user: text(stored["user"]) } : null;
  }
}

function proof(user: User | null): string | null {
  return user && `${user.user_id}\n${user.hash}`;
}

export function isDisowned(error: unknown): boolean {
  return error instanceof ServerError && error.status === 401 && error.code === "visitor_token_invalid";
}
