import assert from "node:assert/strict";
import { test } from "node:test";
import { titled } from "../../src/interop/notifications/tab.ts";

test("the title begins with the count while something is unread", () => {
  assert.equal(titled("Inbox", 3), "(3) Inbox");
  assert.equal(titled("(3) Inbox", 4), "(4) Inbox");
  assert.equal(titled("(4) Inbox", 0), "Inbox");
  assert.equal(titled("Inbox", 0), "Inbox");
});

test("more than 99 are not counted", () => {
  assert.equal(titled("Inbox", 100), "(99+) Inbox");
  assert.equal(titled("(99+) Inbox", 99), "(99) Inbox");
});
