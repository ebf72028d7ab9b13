type Attributes = Record<string, string | number | boolean | null>;

/** Makes an element. Text only ever becomes text nodes, so nothing anybody writes is read as markup. */
export function el<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(...children);
  return element;
}

/** Makes the children exactly these, touching only what differs: what stays is not announced again. */
export function arrange(parent: Element, children: readonly Element[]): void {
  const wanted = new Set(children);
  for (const child of [...parent.children]) {
    if (!wanted.has(child)) {
      child.remove();
    }
  }
  children.forEach((child, at) => {
    const there = parent.children[at];
    if (there !== child) {
      parent.insertBefore(child, there ?? null);
    }
  });
}
