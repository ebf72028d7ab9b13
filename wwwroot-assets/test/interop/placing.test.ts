import assert from "node:assert/strict";
import { test } from "node:test";
import { placed } from "../../src/interop/shell/placing.ts";

const room = { width: 1000, height: 600 };
const size = { width: 200, height: 150 };

test("a menu stands below its button and ends where the button ends", () => {
  assert.deepEqual(placed({ left: 700, top: 100, width: 32, height: 32 }, size, room, false), { left: 532, top: 136 });
});

test("from right to left it begins where the button begins", () => {
  assert.deepEqual(placed({ left: 300, top: 100, width: 32, height: 32 }, size, room, true), { left: 300, top: 136 });
});

test("without room below it stands above", () => {
  assert.deepEqual(placed({ left: 700, top: 550, width: 32, height: 32 }, size, room, false), { left: 532, top: 396 });
});

test("it never leaves the window", () => {
  assert.deepEqual(placed({ left: 2, top: 100, width: 32, height: 32 }, size, room, false), { left: 8, top: 136 });
  assert.deepEqual(placed({ left: 980, top: 100, width: 32, height: 32 }, size, room, true), { left: 792, top: 136 });
  assert.deepEqual(placed({ left: 700, top: 60, width: 32, height: 32 }, { width: 200, height: 560 }, room, false), { left: 532, top: 32 });
});
