// input[data-search] says "change" when the person pauses, not at each key; and not twice for the same words.
const pause = 300; // ms
const timers = new WeakMap<HTMLInputElement, number>();

const boxOf = (event: Event): HTMLInputElement | null => (event.target as Element).closest?.<HTMLInputElement>("input[data-search]") ?? null;

document.addEventListener("input", (event) => {
  const box = boxOf(event);
  if (!box || (event as InputEvent).isComposing) return;
  clearTimeout(timers.get(box));
  timers.set(box, window.setTimeout(() => box.dispatchEvent(new Event("change", { bubbles: true })), box.value === "" ? 0 : pause));
});

document.addEventListener("change", (event) => {
  const box = boxOf(event);
  if (!box) return;
  clearTimeout(timers.get(box));
  if (box.dataset["said"] === box.value) event.stopPropagation();
  box.dataset["said"] = box.value;
}, true);

export {};
