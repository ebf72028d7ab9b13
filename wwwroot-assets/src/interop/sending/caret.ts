/** Brings focus and caret back after the page reloaded itself (see shell/reconnect.ts). */
export function caret(text: HTMLTextAreaElement, place: string, until: AbortSignal): void {
  const kept = sessionStorage.getItem(place);
  if (kept !== null) {
    sessionStorage.removeItem(place);
    text.focus({ preventScroll: true });
    text.setSelectionRange(Number(kept), Number(kept));
  }
  window.addEventListener("inbox:reloading", () => {
    if (document.activeElement === text) sessionStorage.setItem(place, String(text.selectionStart));
  }, { signal: until });
}
