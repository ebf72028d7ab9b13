// A page is there, and can be typed into, before its circuit is; then the circuit draws all of it anew. What stands in a
// search box by then goes on in the box that takes its place, with the caret, and is searched for.
const boxes = [...document.querySelectorAll<HTMLInputElement>("input[type=search]")];
const page = location.pathname;
let focused = document.activeElement;

document.addEventListener("focusin", (event) => { focused = event.target as Element; });
document.addEventListener("focusout", (event) => queueMicrotask(() => {
  if ((event.target as Element).isConnected) focused = null; // a box that is being removed has not been left
}));

const observer = new MutationObserver(() => {
  if (location.pathname !== page) return observer.disconnect();
  for (const box of boxes.filter((one) => !one.isConnected)) {
    const next = box.value === box.defaultValue ? null : successorOf(box);
    if (next) handOver(box, next);
    if (next || box.value === box.defaultValue) boxes.splice(boxes.indexOf(box), 1);
  }
  if (boxes.length === 0) observer.disconnect();
});
if (boxes.length > 0) observer.observe(document.body, { childList: true, subtree: true });

function successorOf(box: HTMLInputElement): HTMLInputElement | null {
  const label = box.getAttribute("aria-label");
  return [...document.querySelectorAll<HTMLInputElement>("input[type=search]")].find((one) => one.getAttribute("aria-label") === label) ?? null;
}

function handOver(box: HTMLInputElement, next: HTMLInputElement): void {
  next.value = box.value;
  if (focused === box) {
    next.focus();
    next.setSelectionRange(box.selectionStart, box.selectionEnd);
    // The new page gives its heading the focus, once. Whoever types is not led away.
    document.addEventListener("focusin", (event) => { if ((event.target as Element).matches("h1")) next.focus(); }, { once: true });
  }
  next.dispatchEvent(new Event("input", { bubbles: true }));
  next.dispatchEvent(new Event("change", { bubbles: true }));
}
