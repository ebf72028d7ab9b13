import assert from "node:assert/strict";
import { test } from "node:test";
import { Dates } from "../../src/widget/dates.ts";
import { inLanguage, inSomeLanguage, isOpenAt, readArticles, readForm, readHours, readTexts } from "../../src/widget/look.ts";
import { Outbox } from "../../src/widget/outbox.ts";
import { readAnswers, wrongWith } from "../../src/widget/pre-chat.ts";
import { Store } from "../../src/widget/store.ts";
import { stringsFor } from "../../src/widget/strings.ts";
import { asText, allMessages } from "../../src/widget/transcript.ts";
import type { Message } from "../../src/widget/wire.ts";
import { MemoryArea } from "./memory-area.ts";

const en = stringsFor("en");

test("What is said is said in the visitor's language, else in a sister of it, else in the tenant's first", () => {
  const said = { "pt-BR": 1, en: 2, de: 3 };
  assert.equal(inLanguage(said, "pt-BR"), 1);
  assert.equal(inLanguage(said, "pt-PT"), 1);
  assert.equal(inLanguage(said, "de-AT"), 3);
  assert.equal(inLanguage(said, "ar"), undefined);
  assert.equal(inSomeLanguage(said, "ar", ["fr", "de"]), 3);
  assert.equal(inSomeLanguage(said, "ar", []), 1);
  assert.equal(inSomeLanguage({}, "en", ["en"]), undefined);
});

test("A page that stays open follows the hours over their edge", () => {
  const closed = readHours({ is_open: false, opens_at: "2027-05-03T07:00:00Z", closes_at: null });
  const monday = Date.parse("2027-05-03T07:00:00Z");
  assert.deepEqual([isOpenAt(closed, monday - 1), isOpenAt(closed, monday)], [false, true]);
  const open = readHours({ is_open: true, opens_at: null, closes_at: "2027-05-03T15:00:00Z" });
  assert.deepEqual([isOpenAt(open, monday), isOpenAt(open, monday + 8 * 3600_000)], [true, false]);
  assert.ok(isOpenAt(readHours(null), monday));
});

test("A time to come is told as people tell it", () => {
  const dates = new Dates("en-GB");
  const now = new Date(2027, 4, 1, 12).getTime();
  const at = (days: number, hour: number): number => new Date(2027, 4, 1 + days, hour).getTime();
  assert.equal(dates.when(at(0, 18), now), "18:00");
  assert.match(dates.when(at(2, 9), now), /^Monday/);
  assert.match(dates.when(at(20, 9), now), /21 May/);
});

test("An answer is judged by its field", () => {
  const field = (kind: string, required = false) => ({ key: "k", kind, required, labels: {}, choices: [] });
  assert.equal(wrongWith(field("text"), "", en), null);
  assert.equal(wrongWith(field("text", true), "", en), en.needed);
  assert.equal(wrongWith(field("consent", true), "", en), en.needed);
  assert.equal(wrongWith(field("email"), "ann@example", en), en.noEmail);
  assert.equal(wrongWith(field("email"), "ann@example.com", en), null);
  assert.equal(wrongWith(field("phone"), "+49 (30) 123-45", en), null);
  assert.equal(wrongWith(field("phone"), "----------", en), en.noPhone);
});

test("Answers wait with the first message, also when the page changes, and a second try goes without them", () => {
  const area = new MemoryArea();
  new Outbox(new Store("n:", area)).add("Hi", "k1", { email: "a@example.com", agree: true });
  const outbox = new Outbox(new Store("n:", area));
  assert.deepEqual(outbox.list()[0]?.answers, { email: "a@example.com", agree: true });
  outbox.fail("k1", "invalid_value");
  outbox.retry("k1");
  assert.equal(outbox.list()[0]?.answers, null);
  assert.equal(readAnswers({ a: 1 }), null);
  assert.equal(readAnswers("x"), null);
});

test("Only what is known is taken from what the tenant set", () => {
  assert.deepEqual(readTexts({ en: { greeting: "Hi", evil: 1, away: 2 }, "__proto__ x": {}, toString: { greeting: "x" } }), { en: { greeting: "Hi" } });
  assert.deepEqual(readArticles([{ title: "A", url: "https://a.example" }, { title: "B", url: "javascript:alert(1)" }, null]), [{ title: "A", url: "https://a.example" }]);
  assert.equal(readForm({ show: "never", fields: [{ key: "a", kind: "text" }] }), null);
  assert.equal(readForm({ show: "always", fields: [] }), null);
  assert.equal(readForm({ show: "closed", fields: [{ key: "a", kind: "text" }, { kind: "text" }] })?.fields.length, 1);
});

test("A saved conversation has all pages, oldest first, with names and files", async () => {
  const message = (id: number, more: Partial<Message> = {}): Message => ({ id, clientKey: null, direction: "inbound", type: "text", text: `m${id}`, senderName: null, sentAt: "2027-05-01T12:00:00Z", files: [], ...more });
  const pages: Record<string, Message[]> = { first: [message(3, { direction: "outbound", senderName: "Ana", text: "", files: [{ id: 1, kind: "document", name: "a.pdf", size: 1, width: 0, height: 0, url: "", at: 0 }] })], 2: [message(2), message(1)] };
  const all = await allMessages(async (before) => ({ items: pages[before ?? "first"]!, nextCursor: before === null ? "2" : null, sequence: 0, seen: null }));
  assert.deepEqual(all.map(({ id }) => id), [1, 2, 3]);
  const words = asText(all, "Shop", en, "en");
  assert.ok(words.startsWith("Shop\n"));
  assert.match(words, /You\nm1\n[\s\S]*Ana\n\[a\.pdf\]\n/);
});
