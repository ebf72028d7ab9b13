import assert from "node:assert/strict";
import { test } from "node:test";
import { changesIn, left, stateOf } from "../../src/interop/sending/window.ts";

const minute = 60_000;
const hour = 60 * minute;
const ends = 100 * hour;

test("free text may go until the window ends, and its last hour is shown", () => {
  assert.equal(stateOf(ends - 2 * hour, ends, NaN), "open");
  assert.equal(stateOf(ends - hour, ends, NaN), "soon");
  assert.equal(stateOf(ends - 1, ends, NaN), "soon");
  assert.equal(stateOf(ends, ends, NaN), "closed");
});

test("a channel without a window is always open", () => {
  assert.equal(stateOf(ends, NaN, NaN), "open");
  assert.equal(changesIn(ends, NaN, NaN), null);
});

test("a person may answer for longer where the channel has that", () => {
  assert.equal(stateOf(ends + hour, ends, ends + 6 * 24 * hour), "person");
  assert.equal(stateOf(ends + 6 * 24 * hour, ends, ends + 6 * 24 * hour), "closed");
});

test("nothing is counted before the last hour, then each minute, and the end to the moment", () => {
  assert.equal(changesIn(ends - 3 * hour, ends, NaN), 2 * hour);
  assert.equal(changesIn(ends - 42.5 * minute, ends, NaN), minute / 2);
  assert.equal(changesIn(ends - 42 * minute, ends, NaN), minute);
  assert.equal(changesIn(ends - 10_000, ends, NaN), 10_000);
  assert.equal(changesIn(ends, ends, NaN), null);
});

test("what is left is told in minutes, from an hour on in hours too", () => {
  assert.equal(left(41.2 * minute, "{0} min", "{0} h {1} min"), "42 min");
  assert.equal(left(200, "{0} min", "{0} h {1} min"), "1 min");
  assert.equal(left(3 * hour + 12 * minute, "{0} min", "{0} h {1} min"), "3 h 12 min");
});
