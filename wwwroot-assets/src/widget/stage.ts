import { el } from "./dom.ts";
import { style } from "./style.ts";

/** The element on the page that holds the widget, closed off from the page's styles and shortcuts. */
export function stage(content: HTMLElement): void {
  const host = el("div", { "data-inbox-widget": true });
  const shadow = host.attachShadow({ mode: "open" });
  dress(shadow);
  shadow.append(content);
  for (const type of ["keydown", "keyup", "keypress"] as const) {
    // Otherwise the page's one-letter shortcuts would fire while somebody writes.
    content.addEventListener(type, (event) => event.stopPropagation());
  }
  stay(host);
}

/** A constructed sheet is allowed where the page's policy forbids style elements. */
export function dress(shadow: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    shadow.adoptedStyleSheets = [sheet];
  } catch {
    shadow.append(el("style", {}, style));
  }
}

/** Single-page sites replace the body or its children; the chat stays. */
function stay(host: HTMLElement): void {
  let watched: HTMLElement | null = null;
  const observer = new MutationObserver(() => place());
  const place = (): void => {
    const body = document.body;
    if (!body) {
      return;
    }
    if (host.parentNode !== body) {
      body.append(host);
    }
    if (watched !== body) {
      watched = body;
      observer.disconnect();
      observer.observe(document.documentElement, { childList: true });
      observer.observe(body, { childList: true });
    }
  };
  place();
}
