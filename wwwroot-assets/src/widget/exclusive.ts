import type { Store } from "./store.ts";
import { number, record, text } from "./wire.ts";

const leaseFor = 30_000; // ms: longer than one request may take
const settle = 40; // ms: within this, two tabs that wrote at once see who was last

/** Runs work while no other tab runs work of that name. Renew before each step that may take long. */
export type Exclusively = <T>(name: string, work: (renew: () => void) => Promise<T>) => Promise<T>;

/**
 * Web Locks where the page has them (https), else a lease in storage. The lease is only nearly exclusive,
 * which is enough: the server knows each message by its key.
 */
export function exclusivelyIn(store: Store, namespace: string, locks: LockManager | undefined): Exclusively {
  return async (name, work) => {
    if (locks) {
      let started = false;
      try {
        return await locks.request(`${namespace}${name}`, () => {
          started = true;
          return work(() => {});
        });
      } catch (error) {
        // Sandboxed pages have the manager but may not use it.
        if (started) {
          throw error;
        }
      }
    }
    return underLease(store, `lease:${name}`, work);
  };
}

async function underLease<T>(store: Store, key: string, work: (renew: () => void) => Promise<T>): Promise<T> {
  const owner = String(Math.random());
  const write = (): void => store.setJson(key, { owner, until: Date.now() + leaseFor });
  const holder = (): string | null => {
    const lease = record(store.getJson(key));
    const until = number(lease["until"]) ?? 0;
    // A clock that was set back must not leave a lease for ever.
    return until > Date.now() && until <= Date.now() + leaseFor ? text(lease["owner"]) : null;
  };
  for (;;) {
    if (holder() === null) {
      write();
      await pause(settle * (1 + Math.random()));
      if (holder() === owner) {
        break;
      }
    }
    await pause(200 + 200 * Math.random());
  }
  try {
    return await work(write);
  } finally {
    if (holder() === owner) {
      store.remove(key);
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
