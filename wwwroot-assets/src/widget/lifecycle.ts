import type { Chat } from "./chat.ts";

const idleAfter = 60_000; // ms a hidden tab keeps its stream

/** Follows the network and the tab: wakes the chat when there is reason to hope, rests it when nobody looks. */
export function follow(chat: Chat): void {
  let hiding: ReturnType<typeof setTimeout> | undefined;
  addEventListener("online", () => chat.wake());
  addEventListener("offline", () => chat.drop());
  addEventListener("pagehide", () => chat.pause());
  addEventListener("pageshow", (event) => {
    if (event.persisted) {
      chat.resume();
      chat.wake();
    }
  });
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hiding);
    if (document.hidden) {
      hiding = setTimeout(() => chat.background(true), idleAfter);
    } else {
      chat.background(false);
      chat.wake();
    }
  });
}
