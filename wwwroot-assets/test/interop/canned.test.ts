import assert from "node:assert/strict";
import { test } from "node:test";
import { best, filled, query, type CannedReply } from "../../src/interop/sending/canned.ts";

const reply = (shortcut: string, text: string, uses = 0, scope: CannedReply["scope"] = "all"): CannedReply => ({ id: 1, shortcut, text, scope, uses, last_used_at: null });

test("a slash that begins a word asks for canned replies", () => {
  assert.deepEqual(query("/", 1), { from: 0, words: "" });
  assert.deepEqual(query("Hello /th", 9), { from: 6, words: "th" });
  assert.deepEqual(query("Hello\n/öff", 10), { from: 6, words: "öff" });
  assert.equal(query("and/or", 6), null);
  assert.equal(query("https://", 8), null);
  assert.equal(query("/thanks now", 11), null);
  assert.deepEqual(query("/th now", 3), { from: 0, words: "th" });
});

test("the start of the shortcut comes first, then words within, own ones and used ones before others", () => {
  const replies = [reply("later", "We say thanks"), reply("re-thanks", "x"), reply("thanks", "x", 1), reply("thank-you", "x", 9), reply("thanks-mine", "x", 0, "personal"), reply("other", "y")];
  assert.deepEqual(best(replies, "Thank").map((one) => one.shortcut), ["thanks-mine", "thank-you", "thanks", "re-thanks", "later"]);
});

test("fields are filled, and one that is not known stays to be seen", () => {
  assert.equal(filled("Hi {{first_name}}, {{ agent }} here. {{order}}", { first_name: "Ann", agent: "Bob" }), "Hi Ann, Bob here. {{order}}");
  assert.equal(filled("Hi {{name}}", { name: "" }), "Hi {{name}}");
});
