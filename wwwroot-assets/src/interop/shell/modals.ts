// dialog[data-modal] opens when it appears and holds the focus until it goes. Esc, and a click beside it, press its [data-dismiss];
// a form that was typed into does not go at the first Esc.
const field = ":is(input:not([type=hidden]), textarea, select):not([disabled], [readonly])";
const fine = window.matchMedia("(pointer: fine)");
const openers = new Map<HTMLDialogElement, HTMLElement | null>();

function open(dialog: HTMLDialogElement): void {
  openers.set(dialog, document.activeElement as HTMLElement | null);
  dialog.showModal();
  if (fine.matches && !dialog.querySelector("[autofocus]")) dialog.querySelector<HTMLElement>(`.side-body ${field}`)?.focus(); // on a phone the keyboard would cover the form
  dialog.dispatchEvent(new CustomEvent("inbox:raised", { bubbles: true }));
}

/** Where the focus goes back to: what had it, or the button of the menu that it was in. */
function give(back: HTMLElement | null): void {
  const menu = back?.closest("[popover]");
  const target = menu ? document.querySelector<HTMLElement>(`[popovertarget="${menu.id}"]`) : back;
  if (target?.isConnected) target.focus();
}

function look(): void {
  for (const [dialog, back] of openers) {
    if (dialog.isConnected) continue;
    openers.delete(dialog);
    give(back);
  }
  for (const dialog of document.querySelectorAll<HTMLDialogElement>("dialog[data-modal]:not([open])")) open(dialog);
}

function dismiss(dialog: HTMLDialogElement): void {
  dialog.querySelector<HTMLElement>("[data-dismiss]")?.click();
}

document.addEventListener("cancel", (event) => {
  const dialog = event.target as HTMLDialogElement;
  if (!dialog.matches?.("dialog[data-modal]")) return;
  event.preventDefault(); // it closes by being drawn no more
  if (dialog.dataset["typed"] !== undefined && dialog.dataset["held"] === undefined) dialog.dataset["held"] = "";
  else dismiss(dialog);
}, true);

document.addEventListener("input", (event) => {
  const dialog = (event.target as Element).closest<HTMLElement>("dialog[data-modal]");
  if (!dialog) return;
  dialog.dataset["typed"] = "";
  delete dialog.dataset["held"];
}, true);

// What goes to a customer at once goes by its button.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.target as Element).matches?.("[data-by-button] input")) event.preventDefault();
});

document.addEventListener("pointerdown", (event) => {
  const dialog = event.target as HTMLDialogElement;
  if (!dialog.matches?.("dialog[data-modal]") || dialog.dataset["typed"] !== undefined) return;
  const box = dialog.getBoundingClientRect();
  if (event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom) dismiss(dialog);
});

new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
look();

export {};
