type Area = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

/**
 * Storage of the page, under one namespace. Where the browser refuses it (private mode, blocked
 * cookies, full disk) the values live in memory, so that the chat still works until the page goes.
 */
export class Store {
  readonly #memory = new Map<string, string>();

  constructor(
    private readonly namespace: string,
    private readonly area: Area | null,
  ) {}

  get(key: string): string | null {
    const kept = this.#memory.get(key);
    if (kept !== undefined) {
      return kept;
    }
    try {
      return this.area?.getItem(this.namespace + key) ?? null;
    } catch {
      return null;
    }
  }

  set(key: string, value: string): void {
    try {
      if (!this.area) {
        throw new Error("no storage");
      }
      this.area.setItem(this.namespace + key, value);
      this.#memory.delete(key);
    } catch {
      this.#memory.set(key, value);
    }
  }

  remove(key: string): void {
    this.#memory.delete(key);
    try {
      this.area?.removeItem(this.namespace + key);
    } catch {
      // Nothing was stored there either.
    }
  }

  getJson(key: string): unknown {
    try {
      return JSON.parse(this.get(key) ?? "null");
    } catch {
      return null;
    }
  }

  setJson(key: string, value: unknown): void {
    this.set(key, JSON.stringify(value));
  }

  keys(prefix: string): string[] {
    const found = new Set([...this.#memory.keys()].filter((key) => key.startsWith(prefix)));
    try {
      for (let i = 0; i < (this.area?.length ?? 0); i++) {
        const key = this.area?.key(i);
        if (key?.startsWith(this.namespace + prefix)) {
          found.add(key.slice(this.namespace.length));
        }
      }
    } catch {
      // What memory holds is all there is.
    }
    return [...found];
  }

  /** Calls back with the key another tab has changed; with null when everything was cleared. */
  onChange(changed: (key: string | null) => void): void {
    addEventListener("storage", (event) => {
      if (event.key === null) {
        changed(null);
      } else if (event.key.startsWith(this.namespace)) {
        changed(event.key.slice(this.namespace.length));
      }
    });
  }
}

/** Even reading the property throws in some privacy modes. */
export function areaOf(name: "localStorage" | "sessionStorage"): Storage | null {
  try {
    return window[name];
  } catch {
    return null;
  }
}
