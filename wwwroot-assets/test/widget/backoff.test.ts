import assert from "node:assert/strict";
import { test } from "node:test";
import { backoff } from "../../src/widget/backoff.ts";

test("Waiting doubles up to half a minute, and half of it is chance", () => {
  assert.deepEqual([1, 2, 3, 4, 5, 6, 50].map((failures) => backoff(failures, () => 1)), [1000, 2000, 4000, 8000, 16000, 30000, 30000]);
  assert.equal(backoff(3, () => 0), 2000);
});
