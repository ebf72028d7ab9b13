import { readFiles, type FileInfo } from "./files.ts";
import { type Article, type Form, type Hours, readArticles, readForm, readHours, readTexts, type Texts } from "./look.ts";

/** Ids go back to the server as they came, so both forms are kept. */
export type Id = number | string;

/** Where a message stands in its thread. */
export interface Place {
  id: Id;
  sentAt: string;
}

export interface Message extends Place {
  clientKey: string | null;
  /** Inbound is written by the visitor. */
  direction: "inbound" | "outbound";
  type: string;
  text: string;
  senderName: string | null;
  files: FileInfo[];
}

/** What files may be sent, by their kind. */
export type FileLimits = Record<string, { bytes: number; types: string[] }>;

export interface Settings {
  name: string;
  greeting: string;
  color: string;
  side: "left" | "right";
  textLimit: number;
  unread: number;
  lastMessage: Message | null;
  /** The tenant is open and somebody is there. */
  agentsOnline: boolean;
  files: FileLimits;
  /** Of the tenant, the first one first; empty where it says none. */
  languages: string[];
  texts: Record<string, Texts>;
  form: Form | null;
  articles: Article[];
  hours: Hours;
}

export interface Page {
  items: Message[];
  nextCursor: string | null;
  sequence: number;
  seen: Place | null;
}

export interface ServerEvent {
  event: string;
  data: unknown;
}

// Only known keys are copied, each checked: nothing the server sends reaches an object by its own name.

export function readMessage(value: unknown, base = ""): Message | null {
  const source = record(value);
  const id = readId(source["id"]);
  const direction = source["direction"];
  if (id === null || (direction !== "inbound" && direction !== "outbound")) {
    return null;
  }
  return {
    id,
    direction,
    clientKey: text(source["client_key"]),
    type: text(source["type"]) ?? "text",
    text: text(source["text"]) ?? "",
    senderName: text(source["sender_name"]) || null,
    sentAt: text(source["sent_at"]) ?? new Date().toISOString(),
    files: readFiles(source["files"], base),
  };
}

export function readSettings(value: unknown, base = ""): Settings {
  const source = record(value);
  return {
    name: text(source["name"]) || "Chat",
    greeting: text(source["greeting"]) ?? "",
    color: text(source["color"]) ?? "",
    side: source["side"] === "left" ? "left" : "right",
    textLimit: number(source["text_limit"]) || 10_000,
    unread: number(source["unread"]) ?? 0,
    lastMessage: readMessage(source["last_message"], base),
    agentsOnline: source["agents_online"] === true,
    files: readLimits(source["files"]),
    languages: list(source["languages"]).filter((tag) => typeof tag === "string"),
    texts: readTexts(source["texts"]),
    form: readForm(source["pre_chat"]),
    articles: readArticles(source["articles"]),
    hours: readHours(source["hours"]),
  };
}

function readLimits(value: unknown): FileLimits {
  const limits: FileLimits = {};
  for (const [kind, given] of Object.entries(record(value))) {
    const limit = record(given);
    const bytes = number(limit["bytes"]);
    if (bytes !== null && /^\w+$/.test(kind) && kind !== "__proto__") {
      limits[kind] = { bytes, types: list(limit["types"]).filter((type) => typeof type === "string") };
    }
  }
  return limits;
}

export function readPage(value: unknown, base = ""): Page {
  const source = record(value);
  const cursor = readId(source["next_cursor"]);
  return {
    items: list(source["items"]).map((item) => readMessage(item, base)).filter((item) => item !== null),
    nextCursor: cursor === null ? null : String(cursor),
    sequence: number(source["sequence"]) ?? 0,
    seen: readPlace({ id: source["seen_up_to"], sent_at: source["seen_at"] }),
  };
}

export function readEvents(value: unknown): { events: ServerEvent[]; sequence: number | null } {
  const source = record(value);
  const events = list(source["events"]).map((item) => {
    const event = record(item);
    return { event: text(event["event"]) ?? "", data: event["data"] };
  });
  return { events, sequence: number(source["sequence"]) };
}

export function readTyping(value: unknown): { active: boolean; name: string | null } {
  const source = record(value);
  return { active: source["active"] === true, name: text(source["name"]) || null };
}

export function readStatus(value: unknown): { clientKey: string | null; status: string | null } {
  const source = record(value);
  return { clientKey: text(source["client_key"]), status: text(source["status"]) };
}

export function readId(value: unknown): Id | null {
  return number(value) ?? (text(value) || null);
}

export function readPlace(value: unknown): Place | null {
  const source = record(value);
  const id = readId(source["id"]);
  const sentAt = text(source["sent_at"]);
  return id === null || sentAt === null || Number.isNaN(Date.parse(sentAt)) ? null : { id, sentAt };
}

export function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

export function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

export function number(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
