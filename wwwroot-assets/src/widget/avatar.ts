import { el } from "./dom.ts";

/** The first letter of a name on the tenant's colour. */
export function avatar(name: string, size: "small" | "medium" | "large"): HTMLElement {
  const [letter] = new Intl.Segmenter().segment(name.trim())[Symbol.iterator]() as Iterable<{ segment: string }>;
  return el("span", { class: `avatar ${size}`, "aria-hidden": "true" }, letter?.segment.toLocaleUpperCase() ?? "");
}
