import { elsewhere } from "./elsewhere.ts";
import { relative, until, type Words } from "./relative.ts";

// The server renders each time once; as the minutes pass the browser keeps them right, without any work of the server.
const config = document.querySelector<HTMLMetaElement>("meta[name=time-words]")?.content;
const soon = 60 * 60_000;

function set(element: Element, text: string): void {
  const node = element.firstChild;
  if (node instanceof Text) { if (node.data !== text) node.data = text; } // Blazor holds on to this node
  else element.textContent = text;
}

function refresh(words: Words): void {
  const now = Date.now();
  for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-relative]")) {
    set(time, relative(now, Date.parse(time.dateTime), words));
  }
  for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-until]")) {
    const end = Date.parse(time.dateTime);
    const text = until(now, end, words);
    if (text !== null) set(time, text);
    const holder = time.closest("[data-window]");
    if (holder) holder.className = text === null ? "window-closed" : end - now < soon ? "window-soon" : "window-open";
  }
}

if (config) {
  const words = JSON.parse(config) as Words;
  setInterval(() => refresh(words), 20_000);
  // Screens tell the business's time; who reads them in another zone is told their own on hover, too.
  document.addEventListener("pointerover", ({ target }) => {
    const time = target instanceof Element ? target.closest<HTMLTimeElement>("time[title]") : null;
    const zone = document.querySelector<HTMLElement>("[data-zone]")?.dataset["zone"];
    if (!time || !zone || time.dataset["told"] === time.title) return;
    time.dataset["told"] = time.title = elsewhere(time.title, new Date(time.dateTime), zone, words.yours, document.documentElement.lang);
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(words); });
}
