const narrow = "(max-width: 479.98px)";

export function isNarrow(): boolean {
  return matchMedia(narrow).matches;
}

/** On narrow screens the open panel covers the page: it stays above the keyboard and the page does not scroll. */
export class FullScreen {
  active = false;
  #open = false;
  #pageOverflow = "";

  constructor(private readonly panel: HTMLElement) {
    matchMedia(narrow).addEventListener("change", () => this.#update());
    visualViewport?.addEventListener("resize", () => this.#fit());
    visualViewport?.addEventListener("scroll", () => this.#fit());
  }

  enter(): void {
    this.#open = true;
    this.#update();
  }

  leave(): void {
    this.#open = false;
    this.#update();
  }

  #update(): void {
    const active = this.#open && isNarrow();
    if (active !== this.active) {
      this.active = active;
      const page = document.documentElement.style;
      if (active) {
        this.#pageOverflow = page.overflow;
        page.overflow = "hidden";
        this.panel.setAttribute("aria-modal", "true");
      } else {
        page.overflow = this.#pageOverflow;
        this.panel.removeAttribute("aria-modal");
      }
    }
    this.#fit();
  }

  #fit(): void {
    const view = this.active ? visualViewport : null;
    // Pinched: the visitor looks at a part on purpose.
    const sized = view && Math.abs(view.scale - 1) < 0.01;
    this.panel.style.height = sized ? `${view.height}px` : "";
    this.panel.style.top = sized ? `${view.offsetTop}px` : "";
  }
}
