import assert from "node:assert/strict";
import { test } from "node:test";
import { contrast, legible, parseColour, readableOn, type Rgb } from "../../src/widget/colour.ts";

const surfaces: Rgb[] = [[255, 255, 255], [22, 24, 29], [241, 243, 246], [38, 42, 50]];

test("Whatever colour a tenant picks can be read on and read", () => {
  for (let red = 0; red < 256; red += 17) {
    for (let green = 0; green < 256; green += 17) {
      for (let blue = 0; blue < 256; blue += 17) {
        const colour: Rgb = [red, green, blue];
        assert.ok(contrast(colour, readableOn(colour)) >= 4.5, `on ${colour}`);
        for (const surface of surfaces) {
          assert.ok(contrast(legible(colour, surface), surface) >= 4.5, `${colour} on ${surface}`);
        }
      }
    }
  }
});

test("Colours are read, and nonsense gives the product's blue", () => {
  assert.deepEqual(parseColour("#0a8"), [0, 170, 136]);
  assert.deepEqual(parseColour(" #0D7A5F "), [13, 122, 95]);
  for (const nonsense of ["", "red", "#12345", "url(x)", "#gggggg"]) {
    assert.deepEqual(parseColour(nonsense), [37, 99, 235]);
  }
});
