import { place } from "../thread/opening.ts";

// A thread stands at its place in the frame in which it appears, not a round trip to the server later.
let last: Element | null = null;

function look(): void {
  const thread = document.querySelector<HTMLElement>(".thread");
  if (thread && thread !== last) place(thread);
  last = thread;
}

new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
look();
