import assert from "node:assert/strict";
import { test } from "node:test";
import { Outbox } from "../../src/widget/outbox.ts";
import { Store } from "../../src/widget/store.ts";
import { brokenArea, MemoryArea } from "./memory-area.ts";

const keys = (outbox: Outbox): string[] => outbox.list().map((entry) => entry.clientKey);

test("Two tabs write into one outbox, in the order of writing", () => {
  const area = new MemoryArea();
  let now = 1000;
  const [one, two] = [new Outbox(new Store("n:", area), () => now), new Outbox(new Store("n:", area), () => now)];
  one.add("a", "k1");
  two.add("b", "k0");
  now = 500; // the clock was set back
  one.add("c", "k2");
  assert.deepEqual(keys(one), ["k1", "k0", "k2"]);
  two.remove("k1");
  assert.deepEqual(keys(one), ["k0", "k2"]);
});

test("A message goes from waiting to acknowledged, or to failed and back under its key", () => {
  const outbox = new Outbox(new Store("n:", new MemoryArea()));
  outbox.add("a", "k1");
  outbox.add("b", "k2");
  outbox.acknowledge("k1");
  outbox.fail("k2", "too_long");
  assert.deepEqual(outbox.list().map((entry) => entry.state), ["acknowledged", "failed"]);
  assert.deepEqual(outbox.waiting(), []);
  outbox.retry("k2", { email: "ann@example.com" });
  assert.deepEqual(outbox.waiting().map((entry) => [entry.clientKey, entry.answers]), [["k2", { email: "ann@example.com" }]]);
  outbox.acknowledge("gone");
  assert.deepEqual(keys(outbox), ["k1", "k2"]);
});

test("What is acknowledged is kept for ten minutes, what is a day old asks before it goes", () => {
  let now = 0;
  const outbox = new Outbox(new Store("n:", new MemoryArea()), () => now);
  outbox.add("a", "k1");
  outbox.add("b", "k2");
  outbox.acknowledge("k1");
  now = 25 * 3600_000;
  assert.deepEqual(outbox.waiting(), []);
  assert.deepEqual(outbox.list().map((entry) => [entry.clientKey, entry.state, entry.code]), [["k2", "failed", "stale"]]);
});

test("Entries that are not ours are dropped", () => {
  const area = new MemoryArea();
  area.setItem("n:outbox:x", "{broken");
  area.setItem("n:outbox:y", '{"text":1,"state":"waiting"}');
  area.setItem("other:outbox:z", '{"text":"z","state":"waiting"}');
  assert.deepEqual(new Outbox(new Store("n:", area)).list(), []);
  assert.equal(area.length, 1);
});

test("Without storage the outbox lives in memory", () => {
  for (const area of [null, brokenArea]) {
    const outbox = new Outbox(new Store("n:", area));
    outbox.add("a", "k1");
    outbox.acknowledge("k1");
    assert.deepEqual(outbox.list().map((entry) => entry.state), ["acknowledged"]);
    outbox.remove("k1");
    assert.deepEqual(keys(outbox), []);
  }
});
