import assert from "node:assert/strict";
import { test } from "node:test";
import { peaks, speedAfter, waves } from "../../src/interop/shell/waves.ts";

test("the loudest part is as high as there is room, silence is flat", () => {
  assert.deepEqual(peaks(Float32Array.from([0.1, -0.2, 0.4, 0, 0, 0]), 3), [0.5, 1, 0]);
  assert.deepEqual(peaks(new Float32Array(6), 3), [0, 0, 0]);
  assert.deepEqual(peaks(new Float32Array(), 2), [0, 0]);
});

test("a picture of it has a bar for each part", () => {
  assert.equal(waves(new Float32Array(480)).match(/M/g)?.length, 32);
});

test("the speeds go round", () => {
  assert.deepEqual([1, 1.5, 2, 7].map(speedAfter), [1.5, 2, 1, 1]);
});
