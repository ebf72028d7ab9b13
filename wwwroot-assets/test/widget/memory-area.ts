/** What the browser's storage is to the widget. Two stores on one area are two tabs. */
export class MemoryArea {
  readonly #values = new Map<string, string>();

  get length(): number {
    return this.#values.size;
  }

  key(at: number): string | null {
    return [...this.#values.keys()][at] ?? null;
  }

  getItem(key: string): string | null {
    return this.#values.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#values.set(key, value);
  }

  removeItem(key: string): void {
    this.#values.delete(key);
  }
}

export const brokenArea = {
  get length(): number {
    throw new Error("denied");
  },
  key: (): string => {
    throw new Error("denied");
  },
  getItem: (): string => {
    throw new Error("denied");
  },
  setItem: (): void => {
    throw new Error("denied");
  },
  removeItem: (): void => {
    throw new Error("denied");
  },
};
