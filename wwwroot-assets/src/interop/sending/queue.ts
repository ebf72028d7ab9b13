import type { Answer } from "./api.ts";
import { outcomeOf, waitBefore, type Outcome, type Outgoing } from "./outgoing.ts";

type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;
type Post = (item: Outgoing) => Promise<Answer>;
type Later = (run: () => void, milliseconds: number) => void;
const place = "inbox.unsent";

/** Unsent messages of this browser. Each conversation sends one at a time, oldest first; what is stored survives a reload. */
export class Queue {
  /** Told of every step of every message. */
  changed: (item: Outgoing, outcome: Outcome | "sending") => void = () => {};
  private readonly busy = new Set<string>();
  private readonly attempts = new Map<string, number>();
  private readonly store: Store;
  private readonly post: Post;
  private readonly later: Later;

  constructor(store: Store, post: Post, later: Later = (run, ms) => { setTimeout(run, ms); }) {
    this.store = store;
    this.post = post;
    this.later = later;
  }

  all(): Outgoing[] {
    try {
      const stored: unknown = JSON.parse(this.store.getItem(place) ?? "[]");
      return Array.isArray(stored) ? stored as Outgoing[] : [];
    } catch {
      return [];
    }
  }

  of(conversation: string): Outgoing[] {
    return this.all().filter((item) => item.conversation === conversation);
  }

  add(item: Outgoing): void {
    this.save([...this.all(), item]);
    void this.run(item.conversation);
  }

  /** The server has it (its row has arrived), or a person gave it up. */
  drop(key: string): void {
    const left = this.all().filter((item) => item.key !== key);
    this.save(left);
  }

  /** A person asks for another try of a refused message. */
  retry(key: string): void {
    const items = this.all().map((item) => item.key === key ? without(item) : item);
    this.save(items);
    const item = items.find((one) => one.key === key);
    if (item) void this.run(item.conversation);
  }

  /** Tries everything now, for instance because the connection is back. */
  runAll(): void {
    this.attempts.clear();
    for (const conversation of new Set(this.all().map((item) => item.conversation))) void this.run(conversation);
  }

  private async run(conversation: string): Promise<void> {
    if (this.busy.has(conversation)) return;
    this.busy.add(conversation);
    try {
      for (let item = this.next(conversation); item; item = this.next(conversation)) {
        this.changed(item, "sending");
        const answer = await this.post(item);
        const outcome = outcomeOf(answer);
        if (outcome === "again" || outcome === "signed-out") {
          const attempt = this.attempts.get(conversation) ?? 0;
          this.attempts.set(conversation, attempt + 1);
          this.later(() => void this.run(conversation), waitBefore(attempt, answer.retryAfter));
          this.changed(item, outcome);
          return;
        }

        this.attempts.delete(conversation);
        if (outcome === "accepted") this.drop(item.key);
        else this.refuse(item.key, answer.detail ?? String(answer.status));
        this.changed({ ...item, ...(outcome === "refused" ? { refused: answer.detail ?? String(answer.status) } : {}) }, outcome);
      }
    } finally {
      this.busy.delete(conversation);
    }
  }

  private next(conversation: string): Outgoing | undefined {
    return this.of(conversation).find((item) => item.refused === undefined);
  }

  private refuse(key: string, refused: string): void {
    this.save(this.all().map((item) => item.key === key ? { ...item, refused } : item));
  }

  private save(items: Outgoing[]): void {
    if (items.length === 0) this.store.removeItem(place);
    else this.store.setItem(place, JSON.stringify(items));
  }
}

function without(item: Outgoing): Outgoing {
  const { refused: _, ...rest } = item;
  return rest;
}
