import assert from "node:assert/strict";
import { test } from "node:test";
import { wanted } from "../../src/interop/shell/keys.ts";

const alt = { altKey: true, shiftKey: false, ctrlKey: false, metaKey: false };

test("Alt and a letter is ours, also while typing", () => {
  assert.equal(wanted({ ...alt, key: "j", code: "KeyJ" }, false, true, false), "Alt+KeyJ");
});

test("AltGr writes: it is never ours", () => {
  assert.equal(wanted({ ...alt, key: "€", code: "KeyE" }, true, true, false), null);
});

test("where Alt writes a character, Shift is needed in the editor only", () => {
  assert.equal(wanted({ ...alt, key: "∆", code: "KeyJ" }, false, true, true), null);
  assert.equal(wanted({ ...alt, key: "Dead", code: "KeyE" }, false, true, true), null);
  assert.equal(wanted({ ...alt, shiftKey: true, key: "Ô", code: "KeyJ" }, false, true, true), "Alt+KeyJ");
  assert.equal(wanted({ ...alt, key: "∆", code: "KeyJ" }, false, false, true), "Alt+KeyJ");
});

test("on a Dvorak keyboard the place of the key counts, not its letter", () => {
  assert.equal(wanted({ ...alt, key: "h", code: "KeyJ" }, false, true, false), "Alt+KeyJ");
});

test("Control and Command are the browser's", () => {
  assert.equal(wanted({ ...alt, ctrlKey: true, key: "e", code: "KeyE" }, false, false, false), null);
});
