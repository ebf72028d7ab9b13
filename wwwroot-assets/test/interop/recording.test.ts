import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, wayFor } from "../../src/interop/sending/recording.ts";
import type { Limits } from "../../src/interop/sending/picking.ts";

const whatsApp: Limits = { audio: { bytes: 16, types: ["audio/aac", "audio/mp4", "audio/mpeg", "audio/amr", "audio/ogg"] }, voice: { bytes: 15, types: ["audio/ogg"] } };
const messenger: Limits = { audio: { bytes: 25, types: [] }, voice: { bytes: 25, types: [] } };
const instagram: Limits = { audio: { bytes: 25, types: ["audio/aac", "audio/mp4"] } };

const chromium = (type: string): boolean => ["audio/webm;codecs=opus", "audio/mp4"].includes(type);
const chrome = (type: string): boolean => chromium(type) || type === "audio/mp4;codecs=mp4a.40.2";
const firefox = (type: string): boolean => ["audio/webm;codecs=opus", "audio/ogg;codecs=opus"].includes(type);
const safari = (type: string): boolean => ["audio/mp4", "audio/mp4;codecs=mp4a.40.2"].includes(type);

test("where the channel wants ogg, it is recorded so or becomes it", () => {
  assert.deepEqual(wayFor(whatsApp, firefox, true), { kind: "voice", record: "audio/ogg;codecs=opus", type: "audio/ogg", convert: false, bytes: 15 });
  assert.deepEqual(wayFor(whatsApp, chrome, true), { kind: "voice", record: "audio/webm;codecs=opus", type: "audio/ogg", convert: true, bytes: 15 });
  assert.deepEqual(wayFor(whatsApp, safari, true), { kind: "voice", record: "audio/mp4", type: "audio/ogg", convert: true, bytes: 15 });
});

test("a browser that cannot make ogg sends a sound, where the channel has no voice note for it", () => {
  assert.deepEqual(wayFor(whatsApp, safari, false), { kind: "audio", record: "audio/mp4;codecs=mp4a.40.2", type: "audio/mp4", convert: false, bytes: 16 });
});

test("m4a is recorded where the browser can and the channel takes it", () => {
  assert.deepEqual(wayFor(messenger, chrome, true), { kind: "voice", record: "audio/mp4;codecs=mp4a.40.2", type: "audio/mp4", convert: false, bytes: 25 });
  assert.deepEqual(wayFor(messenger, chromium, true), { kind: "voice", record: "audio/webm;codecs=opus", type: "audio/ogg", convert: true, bytes: 25 });
  assert.deepEqual(wayFor(instagram, chromium, true), { kind: "audio", record: "audio/mp4", type: "audio/mp4", convert: false, bytes: 25 });
});

test("without a type that both know there is no recording", () => {
  assert.equal(wayFor(instagram, firefox, true), null);
  assert.equal(wayFor({}, chrome, true), null);
});

test("a time is minutes and seconds", () => {
  assert.deepEqual([0, 7.9, 61, 754].map(clock), ["0:00", "0:07", "1:01", "12:34"]);
});
