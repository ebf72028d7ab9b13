import { sized } from "../../shared/sized.ts";
import { plan, type Limits } from "./picking.ts";
import { fitted } from "./pictures.ts";
import { upload } from "./upload.ts";

export interface Taken { id: number; name: string; kind: string }
interface Entry { chip: HTMLElement; name: string; kind: string; id?: number; off: AbortController }

const most = 10; // files at once

/** The files that go with the next message: chosen, dropped or pasted; uploaded at once, shown in the tray. */
export class Attachments {
  private readonly entries = new Set<Entry>();
  private readonly tray: HTMLElement;
  private readonly input: HTMLInputElement;
  private readonly button: HTMLButtonElement;
  private read: { text: string; limits: Limits } = { text: "{}", limits: {} };

  constructor(private readonly form: HTMLFormElement, text: HTMLTextAreaElement, private readonly changed: () => void, private readonly until: AbortSignal) {
    this.tray = form.querySelector("[data-tray]")!;
    this.input = form.querySelector("input[type=file]")!;
    this.button = form.querySelector("[data-attach]")!;
    const on = { signal: until };
    this.button.addEventListener("click", () => this.input.click(), on);
    this.input.addEventListener("change", () => { this.take(this.input.files); this.input.value = ""; }, on);
    this.tray.addEventListener("click", (event) => this.clicked(event), on);
    text.addEventListener("paste", (event) => { if (event.clipboardData?.files.length && this.enabled) { event.preventDefault(); this.take(event.clipboardData.files); } }, on);
    form.addEventListener("dragover", (event) => { if (this.enabled && event.dataTransfer?.types.includes("Files")) { event.preventDefault(); form.toggleAttribute("data-drop", true); } }, on);
    form.addEventListener("dragleave", () => form.removeAttribute("data-drop"), on);
    form.addEventListener("drop", (event) => { form.removeAttribute("data-drop"); if (this.enabled && event.dataTransfer?.files.length) { event.preventDefault(); this.take(event.dataTransfer.files); } }, on);
    until.addEventListener("abort", () => { for (const entry of this.entries) entry.off.abort(); this.tray.replaceChildren(); });
    this.show();
  }

  /** Something is still on its way, or waits for a person to take it out. */
  get busy(): boolean { return [...this.entries].some((entry) => entry.id === undefined); }
  get any(): boolean { return this.entries.size > 0; }

  /** The uploaded files, in the order in which they were chosen; the tray is empty then. */
  taken(): Taken[] {
    const ready = [...this.entries].filter((entry) => entry.id !== undefined).map((entry) => ({ id: entry.id!, name: entry.name, kind: entry.kind }));
    for (const entry of [...this.entries]) this.remove(entry);
    return ready;
  }

  show(): void {
    this.button.hidden = Object.keys(this.limits).length === 0;
    this.button.disabled = !this.enabled;
  }

  private get limits(): Limits {
    const text = this.form.dataset["files"] || "{}";
    if (this.read.text !== text) this.read = { text, limits: JSON.parse(text) as Limits };   // asked at every key
    return this.read.limits;
  }

  private get enabled(): boolean { return this.form.dataset["mode"] !== "note" && !this.form.dataset["blocked"] && Object.keys(this.limits).length > 0; }

  private take(files: FileList | null): void {
    for (const file of files ?? []) if (this.entries.size < most) this.add(file);
    this.changed();
  }

  private add(file: File): void {
    const entry: Entry = { chip: this.chip(file), name: file.name, kind: "", off: new AbortController() };
    this.entries.add(entry);
    this.tray.append(entry.chip);
    this.bring(entry, file).catch(() => this.fail(entry, this.form.dataset["uploadFailedText"] ?? ""));
  }

  private async bring(entry: Entry, file: File): Promise<void> {
    const how = plan(file, this.limits);
    if ("refused" in how) {
      this.fail(entry, (this.form.dataset[how.refused === "size" ? "tooLargeText" : "typeText"] ?? "").replace("{0}", sized(how.most ?? 0, document.documentElement.lang)));
      return;
    }

    entry.kind = how.kind;
    const bytes = how.kind === "image" ? await fitted(file, this.limits[how.kind]!, how.shrink) : file;
    if (!this.entries.has(entry) || this.until.aborted) return;   // taken out meanwhile
    if (!bytes) { this.fail(entry, this.form.dataset["typeText"] ?? ""); return; }
    if (bytes !== file) entry.name = file.name.replace(/\.[^.]+$/, "") + ".jpg";
    const answer = await upload(bytes, entry.name, entry.kind, (share) => entry.chip.style.setProperty("--progress", String(share)), entry.off.signal);
    if (!this.entries.has(entry)) return;
    if (answer.id === undefined) { this.fail(entry, answer.detail ?? this.form.dataset["uploadFailedText"] ?? ""); return; }
    entry.id = answer.id;
    this.state(entry, "ready", sized(bytes.size, document.documentElement.lang));
  }

  private fail(entry: Entry, why: string): void {
    this.state(entry, "failed", why);
  }

  private state(entry: Entry, state: string, words: string): void {
    entry.chip.dataset["state"] = state;
    entry.chip.querySelector(".tray-state")!.textContent = words;
    this.changed();
  }

  private chip(file: File): HTMLElement {
    const template = this.form.querySelector<HTMLTemplateElement>("template[data-tray-file]")!;
    const chip = (template.content.firstElementChild ?? template.firstElementChild)!.cloneNode(true) as HTMLElement;
    chip.querySelector(".tray-name")!.textContent = file.name;
    chip.title = file.name;
    if (file.type.startsWith("image/")) {
      const picture = document.createElement("img");
      picture.alt = "";
      picture.src = URL.createObjectURL(file);
      for (const end of ["load", "error"]) picture.addEventListener(end, () => URL.revokeObjectURL(picture.src));
      chip.querySelector(".icon")?.replaceWith(picture);
    }
    return chip;
  }

  private clicked(event: Event): void {
    const chip = (event.target as Element).closest("[data-remove]")?.closest(".tray-file");
    const entry = [...this.entries].find((one) => one.chip === chip);
    if (!entry) return;
    this.remove(entry);
    this.changed();
  }

  private remove(entry: Entry): void {
    this.entries.delete(entry);
    if (entry.id === undefined) entry.off.abort();
    entry.chip.remove();
  }
}
