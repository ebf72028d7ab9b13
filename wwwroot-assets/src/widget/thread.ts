import type { Id, Message, Place } from "./wire.ts";

/** Ids grow; as text they may be longer than a number holds exactly. */
export function compareIds(a: Id, b: Id): number {
  const left = String(a);
  const right = String(b);
  return left.length - right.length || (left < right ? -1 : left > right ? 1 : 0);
}

/** By time; of one moment by their ids. Ids alone tell no order, for several servers may hand them out. */
export function comparePlaces(a: Place, b: Place): number {
  return Date.parse(a.sentAt) - Date.parse(b.sentAt) || compareIds(a.id, b.id);
}

/** The messages the server has told us, each once, oldest first. */
export class Thread {
  #messages: Message[] = [];

  get messages(): readonly Message[] {
    return this.#messages;
  }

  /** Adds what is new and gives it back; what is known is replaced. */
  merge(incoming: readonly Message[]): Message[] {
    const known = new Map(this.#messages.map((message) => [String(message.id), message]));
    const added = incoming.filter((message) => !known.has(String(message.id)));
    for (const message of incoming) {
      known.set(String(message.id), message);
    }
    this.#messages = [...known.values()].sort(comparePlaces);
    return added;
  }

  has(id: Id): boolean {
    return this.#messages.some((message) => String(message.id) === String(id));
  }

  clear(): void {
    this.#messages = [];
  }

  unseen(seen: Place | null): Message[] {
    return this.#messages.filter((message) => message.direction === "outbound" && (seen === null || comparePlaces(message, seen) > 0));
  }
}
