const most = 99;

/** The title with the count before it; without one where nothing is unread. */
export function titled(title: string, count: number): string {
  const plain = title.replace(/^\(\d+\+?\) /, "");
  return count > 0 ? `(${count > most ? `${most}+` : count}) ${plain}` : plain;
}

/** Shows in the browser's tab how many conversations have something unread: in the title, and by a dot on the icon. */
export function tab(dotted: string): { unread(count: number): void; dispose(): void } {
  const icon = document.head.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const plain = icon?.href ?? "";
  let unread = 0;

  const show = (): void => {
    // The text itself is changed: a new one in its place would not be what the page changes when it goes on to another.
    const text = document.head.querySelector("title")?.firstChild;
    const title = titled(text?.nodeValue ?? "", unread);
    if (text && text.nodeValue !== title) text.nodeValue = title;
    const address = new URL(unread > 0 ? dotted : plain, document.baseURI).href;
    if (icon && icon.href !== address) icon.href = address;
  };

  const changes = new MutationObserver(show);
  changes.observe(document.head, { childList: true, subtree: true, characterData: true });
  const count = (now: number): void => {
    unread = now;
    show();
  };

  return {
    unread: count,
    dispose: () => {
      count(0);
      changes.disconnect();
    },
  };
}
