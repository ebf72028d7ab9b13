import type { FileLimits } from "./wire.ts";

/** Endings whose type browsers name by what programs the visitor has, or not at all; the server goes by them too. */
const byEnding: Record<string, string> = { txt: "text/plain", csv: "text/csv", doc: "", docx: "", xls: "", xlsx: "", ppt: "", pptx: "" };

/** Why a chosen file is not sent; null when nothing speaks against it. The server looks at its content again. */
export function refusal(file: { name: string; type: string; size: number }, limits: FileLimits): "media_type_refused" | "media_too_large" | "empty" | null {
  const kind = /^(image|video|audio)\//.exec(file.type)?.[1] ?? "document";
  const limit = limits[kind];
  const known = Object.hasOwn(byEnding, /\.(\w+)$/.exec(file.name)?.[1]?.toLowerCase() ?? "");
  if (!limit || !(limit.types.includes(file.type) || known)) {
    return "media_type_refused";
  }
  return file.size === 0 ? "empty" : file.size > limit.bytes ? "media_too_large" : null;
}

/** For the dialog in which files are chosen. Phones turn their own kinds of picture into one of these. */
export function accepted(limits: FileLimits): string {
  return [...new Set(Object.values(limits).flatMap((limit) => limit.types)), ...Object.keys(byEnding).map((ending) => `.${ending}`)].join(",");
}
