import { el } from "./dom.ts";

export interface TextPart {
  text: string;
  href: string | null;
}

const candidate = /(?:https?:\/\/|www\.|mailto:)[^\s<>"]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+/giu;
const safe = new Set(["http:", "https:", "mailto:"]);

/** Cuts text into plain parts and links; every link has been checked to be http, https or mailto. */
export function linkify(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(candidate)) {
    const found = withoutTail(match[0]);
    const href = address(found);
    if (href === null) {
      continue;
    }
    if (match.index > end) {
      parts.push({ text: text.slice(end, match.index), href: null });
    }
    parts.push({ text: found, href });
    end = match.index + found.length;
  }
  if (end < text.length) {
    parts.push({ text: text.slice(end), href: null });
  }
  return parts;
}

/** A sentence's punctuation after a link is not part of it; a bracket is when it was opened inside. */
function withoutTail(found: string): string {
  for (;;) {
    const last = found.at(-1) ?? "";
    const unopened = (last === ")" && !found.includes("(")) || (last === "]" && !found.includes("["));
    if (!unopened && !/[.,;:!?'*_~…»،。]/u.test(last)) {
      return found;
    }
    found = found.slice(0, -last.length);
  }
}

function address(found: string): string | null {
  const absolute = /^(?:https?:|mailto:)/i.test(found) ? found : found.includes("@") && !/^www\./i.test(found) ? `mailto:${found}` : `https://${found}`;
  try {
    const url = new URL(absolute);
    return safe.has(url.protocol) && (url.protocol === "mailto:" || url.hostname.length > 0) ? url.href : null;
  } catch {
    return null;
  }
}

/** The text as nodes, its links to be opened beside the page. */
export function withLinks(text: string): (Node | string)[] {
  return linkify(text).map((part) => (part.href === null ? part.text : el("a", { href: part.href, target: "_blank", rel: "noopener noreferrer" }, part.text)));
}
