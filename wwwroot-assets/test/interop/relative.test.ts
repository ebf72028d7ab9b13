import assert from "node:assert/strict";
import { test } from "node:test";
import { elsewhere } from "../../src/interop/shell/elsewhere.ts";
import { relative, until } from "../../src/interop/shell/relative.ts";

const words = { now: "now", minutes: "{0}m", hours: "{0}h", days: "{0}d", hoursMinutes: "{0}h {1}m", yours: "{0} where you are" };
const at = Date.parse("2025-11-22T12:00:00Z");
const minutes = 60_000;

test("times pass from now over minutes and hours to days", () => {
  const shown = [0, 59_999, 60_000, 59 * minutes, 60 * minutes, 23 * 60 * minutes, 24 * 60 * minutes, 90 * 24 * 60 * minutes].map((ago) => relative(at, at - ago, words));
  assert.deepEqual(shown, ["now", "now", "1m", "59m", "1h", "23h", "1d", "90d"]);
});

test("a server clock that is ahead does not show a negative time", () => {
  assert.equal(relative(at, at + 5000, words), "now");
});

test("the window counts down in hours and minutes and ends", () => {
  assert.equal(until(at, at + 312 * minutes, words), "5h 12m");
  assert.equal(until(at, at + 59 * minutes, words), "59m");
  assert.equal(until(at, at + 1000, words), "1m");
  assert.equal(until(at, at, words), null);
});

test("who reads a time in another zone is told their own, and nobody else is", () => {
  const title = "22 November 2025 13:00";
  assert.equal(elsewhere(title, new Date(at), "Europe/Berlin", words.yours, "en-GB", "America/New_York"), `${title} · 22 Nov 2025, 07:00 where you are`);
  assert.equal(elsewhere(title, new Date(at), "Europe/Berlin", words.yours, "en-GB", "Europe/Paris"), title);
  assert.equal(elsewhere(title, new Date(at), "Nowhere/Else", words.yours, "en-GB", "Europe/Paris"), title);
});
