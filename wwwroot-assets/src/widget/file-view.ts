import { sized } from "../shared/sized.ts";
import { el } from "./dom.ts";
import type { FileInfo } from "./files.ts";
import { icon } from "./icons.ts";
import { fill, type Strings } from "./strings.ts";
import type { Upload } from "./uploads.ts";

const freshFor = 3_000_000; // ms: a link is good for an hour

export interface FileActions {
  /** A new link for one that is too old. */
  link(file: FileInfo): Promise<string>;
}

/** A file that is in the conversation: a picture as itself, everything else by name and size. */
export function fileView(file: FileInfo, strings: Strings, locale: string, actions: FileActions): HTMLElement {
  const name = file.name || strings.file;
  const anchor = el("a", { class: file.kind === "image" ? "picture" : "file", href: file.url, target: "_blank", rel: "noopener noreferrer" });
  if (file.kind === "image") {
    const picture = el("img", { src: file.url, alt: name, loading: "lazy", decoding: "async" });
    if (file.width > 0 && file.height > 0) {
      picture.width = file.width;
      picture.height = file.height;
    }
    // A picture that cannot be drawn is still a file.
    picture.addEventListener("error", () => {
      anchor.className = "file";
      anchor.replaceChildren(...described(name, sized(file.size, locale)));
    }, { once: true });
    anchor.append(picture);
  } else {
    anchor.append(...described(name, sized(file.size, locale)));
    anchor.setAttribute("aria-label", fill(strings.download, { name }));
  }
  anchor.addEventListener("click", (event) => {
    if (Date.now() - file.at > freshFor) {
      event.preventDefault();
      actions.link(file).then((url) => {
        Object.assign(file, { url, at: Date.now() });
        anchor.href = url;
        anchor.click();
      }, () => {});
    }
  });
  return anchor;
}

/** A file on its way, with how far it is. */
export class UploadView {
  readonly element: HTMLElement;
  readonly #bar = el("progress", { max: 100 });

  constructor(upload: Upload, strings: Strings, locale: string) {
    this.#bar.setAttribute("aria-label", fill(strings.uploading, { name: upload.file.name }));
    this.element = upload.preview
      ? el("div", { class: "picture" }, el("img", { src: upload.preview, alt: upload.file.name }), this.#bar)
      : el("div", { class: "file" }, ...described(upload.file.name, sized(upload.file.size, locale)), this.#bar);
    this.update(upload);
  }

  update(upload: Upload): void {
    this.#bar.hidden = upload.state !== "waiting";
    this.#bar.value = Math.round(upload.progress * 100);
  }
}

function described(name: string, size: string): Node[] {
  return [icon("file"), el("span", { class: "file-name" }, el("bdi", {}, name), el("small", {}, size))];
}
