import type { Chat } from "./chat.ts";

const idleAfter = 60_000; // ms a hidden tab keeps its stream

/** Follows the network and the tab: wakes the chat when there is reason to hope, rests it when nobody looks. */
export function follow(chat: Chat): void {
  const { conversation } = chat;
  const wake = (): void => {
    conversation.wake();
    chat.look();
    chat.tellConnection();
  };
  let hiding: ReturnType<typeof setTimeout> | undefined;
  addEventListener("online", wake);
  addEventListener("offline", () => {
    conversation.drop();
    chat.tellConnection();
  });
  addEventListener("pagehide", () => conversation.pause());
  addEventListener("pageshow", (event) => {
    if (event.persisted) {
      conversation.resume();
      wake();
    }
  });
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hiding);
    if (document.hidden) {
      hiding = setTimeout(() => conversation.background(true), idleAfter);
    } else {
      conversation.background(false);
      wake();
    }
  });
}
