/** What a channel takes of one kind of file. */
export interface FileLimit { bytes: number; types: string[] }
export type Limits = Record<string, FileLimit>;

/** How a chosen file goes out: as it is, after a picture was made smaller, or not at all. */
export type Plan = { kind: string; shrink: boolean } | { refused: "type" | "size"; most?: number };

const pictures = ["image/jpeg", "image/png", "image/webp", "image/gif", "image/bmp", "image/avif"];

/** The kind by the type that the browser names; the server looks at the content again. */
export function kindOf(type: string): string {
  if (pictures.includes(type)) return "image";
  if (type.startsWith("video/")) return "video";
  if (type.startsWith("audio/")) return "audio";
  return "document";
}

/** A picture that does not fit is made to fit; anything else that its kind does not take goes as a document, where that is possible. */
export function plan(file: { type: string; size: number }, limits: Limits): Plan {
  const kind = kindOf(file.type);
  const limit = limits[kind];
  if (limit && takes(limit, file.type) && file.size <= limit.bytes) return { kind, shrink: false };
  if (kind === "image" && limit && takes(limit, "image/jpeg")) return { kind, shrink: true };
  const document = limits["document"];
  if (document && takes(document, file.type)) return file.size <= document.bytes ? { kind: "document", shrink: false } : { refused: "size", most: document.bytes };
  return limit && takes(limit, file.type) ? { refused: "size", most: limit.bytes } : { refused: "type" };
}

function takes(limit: FileLimit, type: string): boolean {
  return limit.types.length === 0 || limit.types.includes(type);
}
