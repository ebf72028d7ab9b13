import type { Server } from "./server.ts";
import type { Session } from "./session.ts";
import type { Store } from "./store.ts";
import { record, text } from "./wire.ts";

interface Person {
  name?: string;
  email?: string;
}

/** What the page says about the visitor. Waits until there is a session, and is told to the server once. */
export class Identity {
  #person: Person | null = null;

  /** What the page has said. */
  get person(): Readonly<Person> {
    return this.#person ?? {};
  }

  forget(): void {
    this.#person = null;
    this.store.remove("identity");
  }

  constructor(
    private readonly server: Server,
    private readonly session: Session,
    private readonly store: Store,
  ) {}

  /** now: told at once; else with the session that is being made. */
  identify(value: unknown, now = true): void {
    const source = record(value);
    const name = text(source["name"])?.trim();
    const email = text(source["email"])?.trim();
    this.#person = { ...(name ? { name } : {}), ...(email ? { email } : {}) };
    if (now) {
      void this.tell();
    }
  }

  async tell(): Promise<void> {
    const person = this.#person;
    if (!person || Object.keys(person).length === 0 || !this.session.token) {
      return;
    }
    const told = JSON.stringify([this.session.visitor, person]);
    if (this.store.get("identity") === told) {
      return;
    }
    try {
      await this.server.visitor(person);
      this.store.set("identity", told);
    } catch {
      // Told again on the next page or connection.
    }
  }
}
