import assert from "node:assert/strict";
import { test } from "node:test";
import { carriesNotes } from "../../src/interop/sending/pictures.ts";

const photo = (...segments: number[][]): Uint8Array => Uint8Array.from([0xff, 0xd8, ...segments.flat(), 0xff, 0xda, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8]);
const segment = (marker: number, text: string): number[] => [0xff, marker, 0, text.length + 2, ...[...text].map((letter) => letter.charCodeAt(0))];

test("a photo with the camera's notes is known by them, wherever they stand", () => {
  assert.equal(carriesNotes(photo(segment(0xe1, "Exif\0\0MM"))), true);
  assert.equal(carriesNotes(photo(segment(0xe0, "JFIF\0"), segment(0xe1, "http://ns.adobe.com"), segment(0xe1, "Exif\0\0II"))), true);
});

test("a picture without them, cut off, or of another type has none", () => {
  assert.equal(carriesNotes(photo(segment(0xe0, "JFIF\0"))), false);
  assert.equal(carriesNotes(Uint8Array.from([0xff, 0xd8, 0xff])), false);
  assert.equal(carriesNotes(Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0xe1])), false);
  assert.equal(carriesNotes(new Uint8Array()), false);
});
