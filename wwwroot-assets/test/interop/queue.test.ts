import assert from "node:assert/strict";
import { test } from "node:test";
import type { Answer } from "../../src/interop/sending/api.ts";
import { outcomeOf, waitBefore, type Outgoing } from "../../src/interop/sending/outgoing.ts";
import { Queue } from "../../src/interop/sending/queue.ts";

class Memory {
  private readonly values = new Map<string, string>();
  getItem(key: string): string | null { return this.values.get(key) ?? null; }
  setItem(key: string, value: string): void { this.values.set(key, value); }
  removeItem(key: string): void { this.values.delete(key); }
}

const message = (key: string, conversation = "1"): Outgoing => ({ key, conversation, mode: "reply", text: key, at: 0 });
const settled = (): Promise<void> => new Promise((done) => setImmediate(done));

/** A server that gives these answers in turn, then 201, and a clock that is advanced by hand. */
function given(answers: Answer[], store = new Memory()) {
  const sent: string[] = [];
  const waits: { run: () => void; ms: number }[] = [];
  const queue = new Queue(store, async (item) => { sent.push(item.key); return answers.shift() ?? { status: 201 }; }, (run, ms) => waits.push({ run, ms }));
  return { queue, sent, waits, store };
}

test("messages of a conversation go out one at a time, in order", async () => {
  const { queue, sent } = given([]);
  queue.add(message("a")); queue.add(message("b")); queue.add(message("c"));
  assert.deepEqual(sent, ["a"]);
  await settled();
  assert.deepEqual(sent, ["a", "b", "c"]);
  assert.deepEqual(queue.all(), []);
});

test("without a connection nothing overtakes, and the same key goes again", async () => {
  const { queue, sent, waits } = given([{ status: 0 }, { status: 503 }]);
  queue.add(message("a")); queue.add(message("b"));
  await settled();
  assert.deepEqual(sent, ["a"]);
  waits.shift()!.run();
  await settled();
  assert.deepEqual(sent, ["a", "a"]);
  waits.shift()!.run();
  await settled();
  assert.deepEqual(sent, ["a", "a", "a", "b"]);
});

test("a refused message waits for a person and does not hold the next one", async () => {
  const { queue, sent } = given([{ status: 422, detail: "Too long." }]);
  queue.add(message("a")); queue.add(message("b"));
  await settled();
  assert.deepEqual(sent, ["a", "b"]);
  assert.deepEqual(queue.all().map((item) => [item.key, item.refused]), [["a", "Too long."]]);
  queue.retry("a");
  await settled();
  assert.deepEqual(sent, ["a", "b", "a"]);
  assert.deepEqual(queue.all(), []);
});

test("one conversation that cannot be sent does not stop another", async () => {
  const { queue, sent } = given([{ status: 429, retryAfter: 7 }]);
  queue.add(message("a", "1")); queue.add(message("b", "2"));
  await settled();
  assert.deepEqual(sent, ["a", "b"]);
  assert.deepEqual(queue.all().map((item) => item.key), ["a"]);
});

test("what was not sent survives a reload", async () => {
  const store = new Memory();
  given([{ status: 0 }], store).queue.add(message("a"));
  await settled();
  const { queue, sent } = given([], store);
  queue.runAll();
  await settled();
  assert.deepEqual(sent, ["a"]);
});

test("storage that somebody else wrote is ignored", () => {
  const store = new Memory();
  store.setItem("inbox.unsent", "{not json");
  assert.deepEqual(given([], store).queue.all(), []);
});

test("answers are sorted by what may be repeated", () => {
  for (const status of [0, 408, 425, 429, 500, 502, 503]) assert.equal(outcomeOf({ status }), "again", String(status));
  for (const status of [400, 403, 404, 409, 413, 422]) assert.equal(outcomeOf({ status }), "refused", String(status));
  assert.equal(outcomeOf({ status: 401 }), "signed-out");
  assert.equal(outcomeOf({ status: 201 }), "accepted");
});

test("waits grow to half a minute, and the server's wish counts more", () => {
  assert.deepEqual([0, 1, 2, 5, 50].map((attempt) => waitBefore(attempt)), [1000, 2000, 4000, 30_000, 30_000]);
  assert.equal(waitBefore(0, 12), 12_000);
});
