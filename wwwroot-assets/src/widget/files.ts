import { list, number, readId, record, text, type Id } from "./wire.ts";

/** A file of a message, as the server tells of it. */
export interface FileInfo {
  id: Id;
  kind: string;
  name: string;
  size: number;
  /** Pixels; 0 where they are not known. */
  width: number;
  height: number;
  /** Good for an hour from when it came. */
  url: string;
  /** When it came, milliseconds. */
  at: number;
}

export function readFiles(value: unknown, base: string): FileInfo[] {
  return list(value).map((item) => readFile(record(item), base)).filter((file) => file !== null);
}

function readFile(source: Record<string, unknown>, base: string): FileInfo | null {
  const id = readId(source["id"]);
  const url = link(source["url"], base);
  return id === null || url === null
    ? null
    : {
        id,
        url,
        kind: text(source["kind"]) ?? "document",
        name: text(source["file_name"]) ?? "",
        size: number(source["size"]) ?? 0,
        width: number(source["width"]) ?? 0,
        height: number(source["height"]) ?? 0,
        at: Date.now(),
      };
}

/** Only a path on the server that the widget came from. */
export function link(value: unknown, base: string): string | null {
  const path = text(value);
  return path && /^\/[^/\\]/.test(path) ? base + path : null;
}
