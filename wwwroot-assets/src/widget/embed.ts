/** What the page that embeds the widget says about it. */
export interface Embed {
  /** Where the server lives, without a slash at the end. Taken from the script's own address. */
  base: string;
  tenant: string;
  locale: string | null;
  theme: "light" | "dark" | null;
}

export function readEmbed(): Embed | null {
  const script = ownScript();
  const tenant = script?.dataset["tenant"]?.trim();
  if (!script || !tenant) {
    return null;
  }
  const { origin, pathname } = new URL(".", script.src);
  const theme = script.dataset["theme"];
  return {
    base: (origin + pathname).replace(/\/$/, ""),
    tenant,
    locale: script.dataset["locale"] ?? null,
    theme: theme === "light" || theme === "dark" ? theme : null,
  };
}

function ownScript(): HTMLScriptElement | null {
  const current = document.currentScript;
  // Tag managers insert the script in ways that leave currentScript empty.
  return current instanceof HTMLScriptElement && current.src
    ? current
    : document.querySelector<HTMLScriptElement>('script[data-tenant][src*="widget.js"]');
}
