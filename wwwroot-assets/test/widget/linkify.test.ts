import assert from "node:assert/strict";
import { test } from "node:test";
import { linkify } from "../../src/widget/linkify.ts";

const links = (text: string): string[] => linkify(text).flatMap((part) => (part.href === null ? [] : [`${part.text} ${part.href}`]));

test("Addresses become links without the punctuation around them", () => {
  assert.deepEqual(links("See https://a.example/x?y=1#z."), ["https://a.example/x?y=1#z https://a.example/x?y=1#z"]);
  assert.deepEqual(links("(www.a.example)"), ["www.a.example https://www.a.example/"]);
  assert.deepEqual(links("https://a.example/b_(c)"), ["https://a.example/b_(c) https://a.example/b_(c)"]);
  assert.deepEqual(links("mail bo@a.example, please"), ["bo@a.example mailto:bo@a.example"]);
  assert.deepEqual(links("mailto:bo@a.example"), ["mailto:bo@a.example mailto:bo@a.example"]);
});

test("Nothing else becomes a link", () => {
  for (const text of ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://a.example", "https://", "a@b", "http://[", "vbscript:x"]) {
    assert.deepEqual(links(text), [], text);
  }
});

test("The parts together are the text", () => {
  const text = "a https://b.example, c\nd@e.example! www.f.example <script>";
  assert.equal(linkify(text).map((part) => part.text).join(""), text);
});

test("A long text without links takes no time", () => {
  const started = performance.now();
  linkify("a".repeat(10_000) + " " + "a.".repeat(5_000) + "@" + "-.".repeat(5_000));
  assert.ok(performance.now() - started < 500);
});
