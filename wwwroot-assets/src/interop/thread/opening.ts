/** Where a thread opens: where the page was before it reloaded itself, at the first unread message, else at the end. */
export function place(thread: HTMLElement): void {
  if (thread.dataset["placed"] !== undefined) return;
  thread.dataset["placed"] = "";
  const kept = takeKept(thread);
  const target = kept ? thread.querySelector<HTMLElement>(`[data-message="${kept}"]`) : null;
  const unread = thread.querySelector<HTMLElement>("[data-unread-divider]");
  if (target) thread.scrollTop += top(thread, target) - 8;
  else if (unread) thread.scrollTop += top(thread, unread) - thread.clientHeight / 3;
  else thread.scrollTop = thread.scrollHeight;
}

/** Remembers the message at the top over a reload. */
export function keep(thread: HTMLElement, message: string): void {
  sessionStorage.setItem(name(thread), message);
}

/** How far below the upper edge of the thread an element stands. */
export function top(thread: HTMLElement, element: HTMLElement): number {
  return element.getBoundingClientRect().top - thread.getBoundingClientRect().top;
}

function takeKept(thread: HTMLElement): string | null {
  const kept = sessionStorage.getItem(name(thread));
  // the prerendered thread is replaced by the live one a moment later: both need it
  setTimeout(() => sessionStorage.removeItem(name(thread)), 5000);
  return kept;
}

function name(thread: HTMLElement): string {
  return `scroll.${thread.dataset["conversation"]}`;
}
