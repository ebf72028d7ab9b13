import type { Chat } from "./chat.ts";

interface Queue {
  q?: unknown;
}

/** Gives the page `window.Inbox`, and does what it has asked for before the script was there. */
export function publish(chat: Chat): void {
  const api = {
    open: () => chat.open(),
    close: () => chat.close(),
    toggle: () => chat.toggle(),
    setUser: (id: unknown, person: unknown) => chat.conversation.setUser(id, person),
    reset: () => chat.conversation.signOut(),
    identify: (person: unknown) => chat.conversation.identity.identify(person),
    on: (name: string, listener: (detail: never) => void) => chat.events.on(name, listener),
    off: (name: string, listener: (detail: never) => void) => chat.events.off(name, listener),
  };
  const page = window as unknown as { Inbox?: Queue };
  const waiting = page.Inbox?.q;
  page.Inbox = Object.freeze(api) as Queue;
  for (const command of Array.isArray(waiting) ? waiting : []) {
    const [name, ...values] = Array.from(command as ArrayLike<unknown>);
    if (typeof name === "string" && Object.hasOwn(api, name)) {
      (api[name as keyof typeof api] as (...values: unknown[]) => void)(...values);
    }
  }
}
