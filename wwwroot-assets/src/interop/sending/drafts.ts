import { send } from "./api.ts";
import type { Mode } from "./outgoing.ts";

type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;
interface Unsaved { text: string; mode: Mode }
const calm = 500; // ms without a key before the server gets the text

/** The texts of one conversation's composer. What the server has not confirmed lies in this browser. */
export class Drafts {
  private timer = 0;
  private saving = Promise.resolve();
  private readonly conversation: string;
  private readonly store: Store;

  constructor(conversation: string, store: Store) {
    this.conversation = conversation;
    this.store = store;
  }

  /** The text to start with: unconfirmed text of this browser is newer than the server's. */
  text(mode: Mode, fromServer: string): string {
    return this.unsaved(mode)?.text ?? fromServer;
  }

  changed(mode: Mode, text: string): void {
    this.store.setItem(this.place(mode), JSON.stringify({ text, mode } satisfies Unsaved));
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.flush(), calm);
  }

  /** Sends what is unconfirmed, one request at a time so that an older text never lands last. */
  flush(leaving = false): void {
    clearTimeout(this.timer);
    for (const mode of ["reply", "note"] as const) {
      if (leaving) void this.save(mode, true);
      else this.saving = this.saving.then(() => this.save(mode, false));
    }
  }

  private async save(mode: Mode, leaving: boolean): Promise<void> {
    const draft = this.unsaved(mode);
    if (!draft) return;
    const answer = await send("PUT", `/api/v1/conversations/${this.conversation}/draft`, draft, {}, leaving);
    const settled = answer.status >= 200 && answer.status < 300;
    // 4xx will not get better by repeating; the copy of this browser stays for the eye
    if (settled && this.unsaved(mode)?.text === draft.text) this.store.removeItem(this.place(mode));
    else if (!settled && (answer.status === 0 || answer.status >= 500)) this.timer = window.setTimeout(() => this.flush(), 5000);
  }

  private unsaved(mode: Mode): Unsaved | null {
    const stored = this.store.getItem(this.place(mode));
    try {
      return stored ? JSON.parse(stored) as Unsaved : null;
    } catch {
      return null;
    }
  }

  private place(mode: Mode): string {
    return `inbox.draft.${this.conversation}.${mode}`;
  }
}

/** Tries the drafts of every conversation, also of those that are not open. */
export function flushAll(store: Storage): void {
  const conversations = new Set(kept(store).map((key) => key.split(".")[2]!));
  for (const conversation of conversations) new Drafts(conversation, store).flush();
}

/** Whether this browser holds text that the server has not confirmed; a refused message waits for a person, not for the server. */
export function holdsUnconfirmedText(store: Storage): boolean {
  const unsent = JSON.parse(store.getItem("inbox.unsent") ?? "[]") as { refused?: string }[];
  return kept(store).length > 0 || unsent.some((item) => item.refused === undefined);
}

function kept(store: Storage): string[] {
  return Array.from({ length: store.length }, (_, at) => store.key(at)!).filter((key) => key.startsWith("inbox.draft."));
}
