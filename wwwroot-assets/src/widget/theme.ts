import { css, legible, mix, parseColour, readableOn, type Rgb } from "./colour.ts";

const paper: Rgb = [255, 255, 255];
const night: Rgb = [22, 24, 29];
const bubbles = { light: [241, 243, 246], dark: [38, 42, 50] } as const;

/** Puts the tenant's colour and light or dark on the root, and keeps following the system. */
export function applyTheme(root: HTMLElement, colour: string, forced: "light" | "dark" | null): void {
  const accent = parseColour(colour);
  const on = readableOn(accent);
  const darkness = matchMedia("(prefers-color-scheme: dark)");
  const apply = (): void => {
    const dark = forced === null ? darkness.matches : forced === "dark";
    const surface = dark ? night : paper;
    root.classList.toggle("dark", dark);
    const values: Record<string, Rgb> = {
      accent,
      "on-accent": on,
      // Away from the text's colour, so that what could be read before still can.
      "accent-deep": mix(accent, readableOn(on), 0.16),
      "accent-ink": legible(accent, surface),
      "accent-link": legible(accent, dark ? bubbles.dark : bubbles.light),
      "accent-soft": mix(surface, accent, dark ? 0.22 : 0.12),
      "on-accent-soft": legible(accent, mix(surface, accent, dark ? 0.22 : 0.12)),
    };
    for (const [name, value] of Object.entries(values)) {
      root.style.setProperty(`--${name}`, css(value));
    }
  };
  apply();
  darkness.addEventListener("change", apply);
}
