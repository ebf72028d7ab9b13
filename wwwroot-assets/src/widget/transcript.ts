import { el } from "./dom.ts";
import type { Strings } from "./strings.ts";
import type { Message, Page } from "./wire.ts";

const mostPages = 100;

/** All messages, oldest first. */
export async function allMessages(history: (before: string | null) => Promise<Page>): Promise<Message[]> {
  const messages: Message[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < mostPages; page++) {
    const { items, nextCursor }: Page = await history(cursor);
    messages.push(...items);
    if (nextCursor === null) {
      break;
    }
    cursor = nextCursor;
  }
  return messages.reverse();
}

/** The conversation as plain text, with times as the visitor's clock has them. */
export function asText(messages: readonly Message[], company: string, strings: Strings, locale: string): string {
  const time = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  const lines = messages.map((message) => {
    const who = message.direction === "inbound" ? strings.you : (message.senderName ?? company);
    const parts = [...message.files.map((file) => `[${file.name || strings.file}]`), message.text].filter((part) => part !== "");
    return `${time.format(new Date(message.sentAt))} · ${who}\n${parts.join("\n")}\n`;
  });
  return `${company}\n\n${lines.join("\n")}`;
}

export function save(name: string, words: string): void {
  const url = URL.createObjectURL(new Blob(["\uFEFF", words], { type: "text/plain;charset=utf-8" }));
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
