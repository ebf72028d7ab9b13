import assert from "node:assert/strict";
import { test } from "node:test";
import { plan, type Limits } from "../../src/interop/sending/picking.ts";
import { sized } from "../../src/shared/sized.ts";

const limits: Limits = {
  image: { bytes: 5_000_000, types: ["image/jpeg", "image/png"] },
  video: { bytes: 16_000_000, types: ["video/mp4"] },
  document: { bytes: 100_000_000, types: [] },
};

test("a picture that fits goes as it is", () => {
  assert.deepEqual(plan({ type: "image/png", size: 10 }, limits), { kind: "image", shrink: false });
});

test("a picture that is too large or of another type is made to fit", () => {
  assert.deepEqual(plan({ type: "image/jpeg", size: 9_000_000 }, limits), { kind: "image", shrink: true });
  assert.deepEqual(plan({ type: "image/webp", size: 10 }, limits), { kind: "image", shrink: true });
});

test("what its kind does not take goes as a document", () => {
  assert.deepEqual(plan({ type: "video/quicktime", size: 10 }, limits), { kind: "document", shrink: false });
  assert.deepEqual(plan({ type: "", size: 10 }, limits), { kind: "document", shrink: false });
});

test("what nothing takes is refused, and says why", () => {
  assert.deepEqual(plan({ type: "text/plain", size: 100_000_001 }, limits), { refused: "size", most: 100_000_000 });
  assert.deepEqual(plan({ type: "text/plain", size: 1 }, { image: limits["image"]! }), { refused: "type" });
});

test("a size is short", () => {
  assert.equal(sized(6, "en"), "1 kB");
  assert.equal(sized(12_345, "en"), "12 kB");
  assert.equal(sized(3_440_000, "en"), "3.4 MB");
});
