import { avatar } from "./avatar.ts";
import type { Dates } from "./dates.ts";
import { el } from "./dom.ts";
import { type FileActions, fileView, UploadView } from "./file-view.ts";
import { icon } from "./icons.ts";
import { withLinks } from "./linkify.ts";
import type { Row } from "./rows.ts";
import type { Strings } from "./strings.ts";

type MessageRow = Extract<Row, { kind: "message" }>;

export interface MessageActions extends FileActions {
  retry(key: string): void;
  remove(key: string): void;
}

/** One bubble. Drawn once; later only its place in the group and its mark change. */
export class MessageView {
  readonly element: HTMLElement;
  readonly #meta = el("div", { class: "meta" });
  readonly #files = el("div", { class: "files" });
  #upload: UploadView | null = null;
  #drawn = "";
  #drawnFiles = "";

  constructor(
    row: MessageRow,
    company: string,
    private readonly strings: Strings,
    private readonly dates: Dates,
    private readonly actions: MessageActions,
  ) {
    const { mine, sender, text } = row.item;
    const name = sender ?? company;
    const said = el("span", { class: "said" }, mine ? `${strings.you}: ` : `${name}: `);
    const bubble = text === null
      ? el("div", { class: "bubble unsupported" }, strings.unsupported)
      // The text has a direction of its own, the bubble's corners follow the page of the chat.
      : el("div", { class: "bubble", hidden: text === "" && (row.item.files.length > 0 || row.item.upload !== null) }, el("div", { dir: "auto" }, ...withLinks(text)));
    this.element = el("div", { class: `row ${mine ? "mine" : "theirs"}` });
    if (!mine) {
      this.element.append(avatar(name, "small"), el("div", { class: "sender", "aria-hidden": "true" }, el("bdi", {}, name)));
    }
    // The name stands outside the bubble, or its script would decide the direction of the text.
    this.element.append(said, this.#files, bubble, this.#meta);
    this.update(row);
  }

  update({ item, first, last }: MessageRow): void {
    this.element.classList.toggle("first", first);
    this.element.classList.toggle("last", last);
    this.#drawFiles(item);
    const wanted = [item.state, item.code, item.at].join();
    if (wanted === this.#drawn) {
      return;
    }
    this.#drawn = wanted;
    this.element.dataset["state"] = item.state ?? "";
    const time = el("time", { datetime: new Date(item.at).toISOString() }, this.dates.time(item.at));
    this.#meta.replaceChildren(...(item.state === "failed" ? this.#failure(item.key, item.code) : [time, ...this.#mark(item.state)]));
  }

  /** Drawn anew only when the file on its way has become one of the conversation: a picture does not flicker. */
  #drawFiles({ files, upload }: MessageRow["item"]): void {
    const wanted = upload ? "upload" : files.map((file) => file.id).join();
    if (wanted !== this.#drawnFiles) {
      this.#drawnFiles = wanted;
      this.#upload = upload ? new UploadView(upload, this.strings, this.dates.locale) : null;
      this.#files.replaceChildren(...(this.#upload ? [this.#upload.element] : files.map((file) => fileView(file, this.strings, this.dates.locale, this.actions))));
    } else if (upload) {
      this.#upload?.update(upload);
    }
  }

  #mark(state: "sending" | "sent" | null): Node[] {
    return state === null ? [] : [icon(state === "sending" ? "clock" : "tick", this.strings[state])];
  }

  #failure(key: string, code: string | null): Node[] {
    const button = (label: string, act: (key: string) => void): HTMLElement => {
      const made = el("button", { type: "button", class: "link" }, label);
      made.addEventListener("click", () => act(key));
      return made;
    };
    const reasons: Record<string, string> = { too_long: this.strings.tooLong, media_too_large: this.strings.fileTooLarge, media_type_refused: this.strings.fileType, empty: this.strings.fileEmpty, quota_reached: this.strings.fileQuota };
    const reason = reasons[code ?? ""];
    return [
      el("span", { class: "reason" }, icon("alert"), reason ?? this.strings.failed),
      // What the file itself is the reason for stays so.
      ...(reason && code !== "too_long" ? [] : [button(this.strings.retry, (which) => this.actions.retry(which))]),
      button(this.strings.remove, (which) => this.actions.remove(which)),
    ];
  }
}
