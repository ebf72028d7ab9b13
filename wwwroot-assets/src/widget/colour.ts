export type Rgb = readonly [number, number, number];

const fallback: Rgb = [0x25, 0x63, 0xeb];

/** Reads #rgb and #rrggbb; anything else gives the product's blue. */
export function parseColour(value: string): Rgb {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(value.trim());
  const long = short ?? /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(value.trim());
  if (!long) {
    return fallback;
  }
  const channel = (at: number): number => parseInt(short ? long[at]! + long[at]! : long[at]!, 16);
  return [channel(1), channel(2), channel(3)];
}

/** The contrast of WCAG 2.2, 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** White or black, whichever can be read on the colour. One of them always has 4.5. */
export function readableOn(colour: Rgb): Rgb {
  const white: Rgb = [255, 255, 255];
  return contrast(colour, white) >= 4.5 ? white : [0, 0, 0];
}

/** The colour itself where it can be read on the surface, else moved toward black or white until it can. */
export function legible(colour: Rgb, surface: Rgb, ratio = 4.5): Rgb {
  const target: Rgb = luminance(surface) > 0.18 ? [0, 0, 0] : [255, 255, 255];
  let moved = colour;
  for (let share = 0.05; contrast(moved, surface) < ratio && share <= 1; share += 0.05) {
    moved = mix(colour, target, share);
  }
  return moved;
}

export function mix(a: Rgb, b: Rgb, share: number): Rgb {
  const at = (i: 0 | 1 | 2): number => Math.round(a[i] + (b[i] - a[i]) * share);
  return [at(0), at(1), at(2)];
}

export function css(colour: Rgb): string {
  return `rgb(${colour.join(" ")})`;
}

function luminance([red, green, blue]: Rgb): number {
  const linear = (value: number): number => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}
