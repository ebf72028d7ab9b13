import assert from "node:assert/strict";
import { test } from "node:test";
import { exclusivelyIn } from "../../src/widget/exclusive.ts";
import { Store } from "../../src/widget/store.ts";
import { MemoryArea } from "./memory-area.ts";

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test("Without web locks a lease lets one tab work at a time", async () => {
  const area = new MemoryArea();
  let working = 0;
  let most = 0;
  const tab = (): Promise<void> =>
    exclusivelyIn(new Store("n:", area), "n:", undefined)("send", async () => {
      most = Math.max(most, ++working);
      await pause(30);
      working--;
    });
  await Promise.all([tab(), tab(), tab()]);
  assert.equal(most, 1);
  assert.equal(area.length, 0);
});

test("A lease of a tab that is gone, or of a clock that was wrong, does not block", async () => {
  for (const until of [Date.now() - 1, Date.now() + 999_999_999]) {
    const area = new MemoryArea();
    area.setItem("n:lease:send", JSON.stringify({ owner: "gone", until }));
    assert.equal(await exclusivelyIn(new Store("n:", area), "n:", undefined)("send", async () => 7), 7);
  }
});

test("Where locks may not be used the lease is, and the work is done once", async () => {
  const locks = { request: () => Promise.reject(new Error("denied")) } as unknown as LockManager;
  let done = 0;
  await exclusivelyIn(new Store("n:", new MemoryArea()), "n:", locks)("send", async () => void done++);
  assert.equal(done, 1);
});
