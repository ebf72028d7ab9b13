import assert from "node:assert/strict";
import { test } from "node:test";
import type { OutboxEntry } from "../../src/widget/outbox.ts";
import { rowsOf } from "../../src/widget/rows.ts";
import { compareIds, Thread } from "../../src/widget/thread.ts";
import { type Message, readMessage } from "../../src/widget/wire.ts";

const noon = new Date(2024, 4, 10, 12).getTime();
const message = (id: number, minutes: number, more: Partial<Message> = {}): Message => ({
  id, clientKey: null, direction: "outbound", type: "text", text: `m${id}`, senderName: "Ana", sentAt: new Date(noon + minutes * 60_000).toISOString(), files: [], ...more,
});
const entry = (clientKey: string, minutes: number, state: OutboxEntry["state"]): OutboxEntry => ({ clientKey, text: clientKey, at: noon + minutes * 60_000, state, code: null, answers: null });
const drawn = (...args: Parameters<typeof rowsOf>): string[] =>
  rowsOf(...args).map((row) => (row.kind === "message" ? `${row.first ? "[" : ""}${row.item.text}:${row.item.state}${row.last ? "]" : ""}` : row.kind));

test("Messages of one person within five minutes are a group", () => {
  const messages = [message(1, 0), message(2, 1), message(3, 9), message(4, 10, { senderName: "Bo" }), message(5, 60 * 24)];
  assert.deepEqual(drawn(messages, [], null), ["day", "[m1:null", "m2:null]", "[m3:null]", "[m4:null]", "day", "[m5:null]"]);
  assert.deepEqual(drawn(messages.slice(0, 2), [], 2), ["day", "[m1:null]", "divider", "[m2:null]"]);
});

test("A message keeps its key when the server has filed it, and is not shown twice", () => {
  const filed = message(7, 0, { direction: "inbound", clientKey: "k1", text: "k1" });
  assert.deepEqual(drawn([], [entry("k1", 0, "waiting")], null), ["day", "[k1:sending]"]);
  assert.deepEqual(drawn([filed], [entry("k1", 0, "acknowledged"), entry("k2", 1, "failed"), entry("k3", 1, "waiting")], null), ["day", "[k1:sent", "k2:failed]", "[k3:sending]"]);
  const key = (rows: ReturnType<typeof rowsOf>): string => rows[1]!.key;
  assert.equal(key(rowsOf([filed], [], null)), key(rowsOf([], [entry("k1", 0, "waiting")], null)));
});

test("The thread has each message once, in the order of time", () => {
  const thread = new Thread();
  assert.equal(thread.merge([message(10, 0), message(9, 0)]).length, 2);
  assert.deepEqual(thread.merge([message(9, 0), message(100, 0)]).map((m) => m.id), [100]);
  assert.deepEqual(thread.messages.map((m) => m.id), [9, 10, 100]);
  assert.deepEqual(thread.unseen({ id: 9, sentAt: message(9, 0).sentAt }).map((m) => m.id), [10, 100]);
  thread.merge([message(3, 1)]);
  assert.deepEqual(thread.messages.map((m) => m.id), [9, 10, 100, 3]);
  assert.deepEqual(thread.unseen({ id: 100, sentAt: message(100, 0).sentAt }).map((m) => m.id), [3]);
  assert.ok(compareIds("9007199254740993", "9007199254740992") > 0);
});

test("A file of a message has a link on the server that the widget came from, or it is none", () => {
  const read = readMessage({ id: 1, direction: "outbound", files: [{ id: 7, kind: "image", file_name: "a.png", url: "/media/x" }, { id: 8, url: "https://evil.example/x" }, { id: 9, url: "//evil.example/x" }, { url: "/media/y" }, null] }, "https://inbox.example");
  assert.deepEqual(read?.files.map(({ id, name, url }) => [id, name, url]), [[7, "a.png", "https://inbox.example/media/x"]]);
  assert.deepEqual(drawn([message(1, 0, { type: "image", text: "", files: read!.files }), message(2, 0, { type: "contacts", text: "" })], [], null), ["day", "[:null", "null:null]"]);
});

test("Only known keys are taken from what the server sends", () => {
  const read = readMessage(JSON.parse('{"__proto__":{"bad":1},"constructor":1,"id":1,"direction":"inbound","text":"x","extra":1}'));
  assert.deepEqual(Object.keys(read ?? {}).sort(), ["clientKey", "direction", "files", "id", "senderName", "sentAt", "text", "type"]);
  assert.equal(({} as Record<string, unknown>)["bad"], undefined);
  assert.equal(readMessage({ id: 1, direction: "sideways" }), null);
  assert.equal(readMessage(null), null);
});
