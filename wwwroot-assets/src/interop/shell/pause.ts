// A field with data-on-pause says "change" when the person pauses, not at each key.
// A search says it once for the same words, also where the browser says it again as the field is left.
type Field = HTMLInputElement | HTMLTextAreaElement;

const pause = 300; // ms
const timers = new WeakMap<Field, number>();

const fieldOf = (event: Event): Field | null => (event.target as Element).closest?.<Field>("[data-on-pause]") ?? null;

document.addEventListener("input", (event) => {
  const field = fieldOf(event);
  if (!field || (event as InputEvent).isComposing) return;
  clearTimeout(timers.get(field));
  timers.set(field, window.setTimeout(() => field.dispatchEvent(new Event("change", { bubbles: true })), field.value === "" ? 0 : pause));
});

document.addEventListener("change", (event) => {
  const field = fieldOf(event);
  if (!field) return;
  clearTimeout(timers.get(field));
  if (field.type !== "search") return;
  // Blazor listens at the document too, and from later on.
  if (field.dataset["said"] === field.value) event.stopImmediatePropagation();
  field.dataset["said"] = field.value;
}, true);

export {};
