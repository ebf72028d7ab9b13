const shapes = {
  chat: "M12 3.5c-5 0-9 3.4-9 7.8 0 2.4 1.2 4.6 3.2 6-.1 1-.5 1.9-1.1 2.7-.3.4 0 .9.5.9 1.8-.1 3.4-.8 4.6-1.9.6.1 1.2.1 1.8.1 5 0 9-3.4 9-7.8S17 3.5 12 3.5Z",
  close: "M6 6l12 12M18 6L6 18",
  down: "M6 9.5l6 6 6-6",
  send: "M12 19V5.5M5.8 11.4L12 5.2l6.2 6.2",
  clip: "M19.5 11.5l-7.6 7.6a4.6 4.6 0 0 1-6.5-6.5l8-8a3.1 3.1 0 0 1 4.4 4.4l-7.9 7.9a1.6 1.6 0 0 1-2.3-2.3l7.2-7.2",
  file: "M13.5 3.5H7a1.5 1.5 0 0 0-1.5 1.5v14A1.5 1.5 0 0 0 7 20.5h10a1.5 1.5 0 0 0 1.5-1.5V8.5l-5-5ZM13.5 3.5v5h5",
  save: "M12 4v11M7.5 11l4.5 4.5 4.5-4.5M5 19.5h14",
  tick: "M3.5 8.5l3 3 6-7",
  clock: "M8 4.8V8l2.2 1.4M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Z",
  alert: "M8 4.8v3.8M8 11.2v.1M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4Z",
};

const small: readonly string[] = ["tick", "clock", "alert"] satisfies (keyof typeof shapes)[];
const space = "http://www.w3.org/2000/svg";

/** A drawing; with a label it is read out, without one it is decoration. */
export function icon(name: keyof typeof shapes, label?: string): SVGSVGElement {
  const svg = document.createElementNS(space, "svg");
  const box = small.includes(name) ? 16 : 24;
  svg.setAttribute("viewBox", `0 0 ${box} ${box}`);
  svg.setAttribute("class", `icon icon-${name}`);
  if (label) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
    const title = document.createElementNS(space, "title");
    title.textContent = label;
    svg.append(title);
  } else {
    svg.setAttribute("aria-hidden", "true");
  }
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", shapes[name]);
  svg.append(path);
  return svg;
}
