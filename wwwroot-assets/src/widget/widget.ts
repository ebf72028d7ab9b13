import { publish } from "./api.ts";
import { backoff } from "./backoff.ts";
import { Chat } from "./chat.ts";
import { type Embed, readEmbed } from "./embed.ts";
import { ServerError } from "./http.ts";
import { follow } from "./lifecycle.ts";
import { chooseLocale } from "./strings.ts";

const once = Symbol.for("inbox.widget");

async function start(embed: Embed): Promise<void> {
  const chat = new Chat(embed);
  publish(chat);
  for (let failures = 1; ; failures++) {
    try {
      await chat.conversation.becoming;
      const settings = await chat.conversation.server.settings();
      await bodyIsThere();
      chat.show(settings, chooseLocale(embed.locale, [document.documentElement.lang, navigator.language], settings.languages));
      follow(chat);
      return;
    } catch (error) {
      if (!(error instanceof ServerError) || [400, 403, 404, 410].includes(error.status)) {
        const code = error instanceof ServerError ? error.code : "internal";
        console.warn(`Inbox widget: not shown (${code}). Is the tenant right, and this site among its allowed origins?`, error);
        chat.events.emit("error", { code });
        return;
      }
      if (failures === 1 && error.status === 0) {
        // A site that is not allowed looks like this too: the browser keeps the refusal from the page.
        console.warn(`Inbox widget: no answer yet, trying again. If this goes on, allow ${location.origin} under Channels, Settings, Pages that may show the chat.`);
      }
      await pause(error.retryAfter ?? backoff(failures));
    }
  }
}

function bodyIsThere(): Promise<void> {
  return document.body
    ? Promise.resolve()
    : new Promise((resolve) => document.addEventListener("DOMContentLoaded", () => resolve(), { once: true }));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const page = window as unknown as Record<symbol, boolean>;
const embed = readEmbed();
if (!embed) {
  console.warn('Inbox widget: the script tag needs data-tenant="…".');
} else if (!page[once]) {
  page[once] = true;
  void start(embed);
}
