import { startOfDay } from "./dates.ts";
import type { OutboxEntry } from "./outbox.ts";
import type { FileInfo } from "./files.ts";
import type { Upload } from "./uploads.ts";
import type { Id, Message } from "./wire.ts";

export interface Item {
  /** The same before and after the server has the message, so that its bubble stays. */
  key: string;
  mine: boolean;
  sender: string | null;
  /** Null for a kind of message this widget cannot show. */
  text: string | null;
  at: number;
  state: "sending" | "sent" | "failed" | null;
  code: string | null;
  files: readonly FileInfo[];
  /** A file that was chosen here and is on its way. */
  upload: Upload | null;
}

export type Row =
  | { kind: "day"; key: string; at: number }
  | { kind: "divider"; key: string }
  | { kind: "message"; key: string; item: Item; first: boolean; last: boolean };

const groupWithin = 300_000; // ms: later than that, a message starts a group of its own

/** The thread as it is drawn: days, the unread divider, and messages with their place in a group. */
export function rowsOf(messages: readonly Message[], entries: readonly OutboxEntry[], dividerBefore: Id | null, uploads: readonly Upload[] = []): Row[] {
  const filed = new Set(messages.map((message) => message.clientKey));
  const items = [
    ...messages.map((message) => ({ item: fromServer(message), divided: dividerBefore !== null && String(message.id) === String(dividerBefore) })),
    ...[...entries.map(fromOutbox), ...uploads.map(fromUpload)]
      .filter((item) => !filed.has(item.key))
      .sort((a, b) => a.at - b.at)
      .map((item) => ({ item, divided: false })),
  ];
  const rows: Row[] = [];
  let previous: Item | null = null;
  for (const { item, divided } of items) {
    const newDay = previous === null || startOfDay(previous.at) !== startOfDay(item.at);
    if (newDay) {
      rows.push({ kind: "day", key: `day:${item.key}`, at: item.at });
    }
    if (divided) {
      rows.push({ kind: "divider", key: "divider" });
    }
    const first = newDay || divided || previous === null || !together(previous, item);
    const before = rows.at(-1);
    if (!first && before?.kind === "message") {
      before.last = false;
    }
    rows.push({ kind: "message", key: item.key, item, first, last: true });
    previous = item;
  }
  return rows;
}

function together(a: Item, b: Item): boolean {
  return a.mine === b.mine && a.sender === b.sender && a.state !== "failed" && b.at - a.at < groupWithin;
}

function fromServer(message: Message): Item {
  const mine = message.direction === "inbound";
  return {
    key: message.clientKey ?? `id:${message.id}`,
    mine,
    sender: mine ? null : message.senderName,
    text: message.type === "text" || message.text || message.files.length > 0 ? message.text : null,
    at: Date.parse(message.sentAt) || Date.now(),
    state: mine ? "sent" : null,
    code: null,
    files: message.files,
    upload: null,
  };
}

function fromOutbox(entry: OutboxEntry): Item {
  const state = entry.state === "waiting" ? "sending" : entry.state === "acknowledged" ? "sent" : "failed";
  return { key: entry.clientKey, mine: true, sender: null, text: entry.text, at: entry.at, state, code: entry.code, files: [], upload: null };
}

function fromUpload(upload: Upload): Item {
  const state = upload.state === "waiting" ? "sending" : upload.state === "acknowledged" ? "sent" : "failed";
  return { key: upload.clientKey, mine: true, sender: null, text: "", at: upload.at, state, code: upload.code, files: [], upload };
}
