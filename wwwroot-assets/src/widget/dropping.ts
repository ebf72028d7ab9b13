import { el } from "./dom.ts";

/** Lets files be dropped anywhere on an element, and says so while they are over it. */
export function takeDropped(target: HTMLElement, words: string, taken: (files: File[]) => void): void {
  const sheet = el("div", { class: "drop", hidden: true, "aria-hidden": "true" }, words);
  let depth = 0;
  const isFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
  const over = (by: number): void => {
    depth = Math.max(0, depth + by);
    sheet.hidden = depth === 0;
  };
  target.append(sheet);
  target.addEventListener("dragenter", (event) => {
    if (isFiles(event)) {
      event.preventDefault();
      over(1);
    }
  });
  target.addEventListener("dragover", (event) => {
    if (isFiles(event)) {
      event.preventDefault();
    }
  });
  target.addEventListener("dragleave", () => over(-1));
  target.addEventListener("drop", (event) => {
    over(-depth);
    if (isFiles(event)) {
      event.preventDefault();
      taken([...(event.dataTransfer?.files ?? [])]);
    }
  });
}
