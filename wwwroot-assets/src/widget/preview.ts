// The widget as it would look with settings that are not saved yet. The page around it sends them; nothing is asked of the
// server, and what a visitor would send goes nowhere.
import { el } from "./dom.ts";
import { rowsOf } from "./rows.ts";
import { dress } from "./stage.ts";
import { chooseLocale, stringsFor } from "./strings.ts";
import { View } from "./view.ts";
import { isOpenAt } from "./look.ts";
import { type Message, readSettings, record, text } from "./wire.ts";

const minute = 60_000;
const host = el("div");
const shadow = host.attachShadow({ mode: "open" });
dress(shadow);
document.body.append(host);
let view: View | null = null;
let open = true;

function show(value: unknown): void {
  const source = record(value);
  const settings = readSettings(source["settings"]);
  const locale = chooseLocale(text(source["locale"]), [], settings.languages);
  const asks = source["scene"] === "form" && settings.form ? settings.form.fields : [];
  const place = view?.scroller.element.scrollTop ?? 0;
  const nothing = (): void => {};
  const made = (view = new View(settings, locale, null, "", { toggle: turn, close: turn, older: nothing, retry: nothing, remove: nothing, link: async (file) => file.url }));
  const messages = source["scene"] === "chat" ? sample(stringsFor(locale).greeting, isOpenAt(settings.hours, Date.now())) : [];
  made.thread({ rows: rowsOf(messages, [], null), loading: false, hasOlder: false, olderFailed: false, quiet: true, asks });
  shadow.replaceChildren(made.root);
  draw();
  made.scroller.element.scrollTop = place;
}

/** Not by opening it: that would take the focus from the person who types. */
function draw(): void {
  view?.panel.element.toggleAttribute("data-open", open);
  view?.launcher.expanded(open);
  view?.composer.fit();
}

function turn(): void {
  open = !open;
  draw();
}

function sample(words: string, answered: boolean): Message[] {
  const from = (id: number, direction: "inbound" | "outbound", said: string): Message => ({
    id, direction, clientKey: null, type: "text", text: said, senderName: direction === "outbound" ? "Ana" : null, sentAt: new Date(Date.now() - (4 - id) * minute).toISOString(), files: [],
  });
  const question = from(1, "inbound", "…?");
  return answered ? [question, from(2, "outbound", words)] : [question];
}

addEventListener("message", (event) => {
  if (event.source === parent) {
    show(event.data);
  }
});
parent.postMessage("inbox-preview", "*");
