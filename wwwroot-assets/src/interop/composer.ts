import { newKey, send } from "./sending/api.ts";
import { Attachments } from "./sending/attachments.ts";
import { Bubbles } from "./sending/bubbles.ts";
import { Drafts, flushAll } from "./sending/drafts.ts";
import type { Mode, Outcome, Outgoing } from "./sending/outgoing.ts";
import { Quoting } from "./sending/quoting.ts";
import { reacting } from "./sending/reacting.ts";
import { Queue } from "./sending/queue.ts";
import { CannedMenu } from "./sending/canned.ts";
import { caret } from "./sending/caret.ts";
import { VoiceNote } from "./sending/voice.ts";
import { ReplyWindow, type WindowState } from "./sending/window.ts";

const counterFrom = 50; // characters left
const typingEvery = 5000;
const captioned = ["image", "video", "document"];

/** One for the page: messages of conversations that are not open go out too. */
const queue = new Queue(localStorage, (item) =>
  send("POST", `/api/v1/conversations/${item.conversation}/${item.mode === "note" ? "notes" : "messages"}`,
    {
      ...(item.media ? { media_id: item.media.id } : {}),
      ...(item.text || !item.media ? { text_content: item.text } : {}),
      ...(item.replyTo ? { reply_to_id: item.replyTo } : {}),
      ...(item.asPerson ? { as_human_agent: true } : {}),
    }, { "Idempotency-Key": item.key }));
const open = new Set<Composer>();
queue.changed = (item, outcome) => open.forEach((composer) => composer.told(item.conversation, outcome, () => composer.bubbles.update(item, outcome)));
window.addEventListener("online", () => { queue.runAll(); flushAll(localStorage); });
queue.runAll();
flushAll(localStorage);

/** Makes a rendered form[data-composer] work. Blazor calls it once per conversation and disposes the result. */
export function mount(form: HTMLFormElement): Composer {
  return new Composer(form);
}

class Composer {
  readonly bubbles: Bubbles;
  private readonly conversation: string;
  private readonly text: HTMLTextAreaElement;
  private readonly drafts: Drafts;
  private readonly canned: CannedMenu;
  private readonly attachments: Attachments;
  private readonly quoting: Quoting;
  private readonly voice: VoiceNote;
  private readonly off = new AbortController();
  private readonly attributes: MutationObserver;
  private readonly window: ReplyWindow;
  private readonly banner: HTMLElement | null;
  private turned = false; // to notes, because the window closed
  private lastTyping = 0;
  private signedOut = false;
  private trouble = "";

  constructor(private readonly form: HTMLFormElement) {
    this.conversation = form.dataset["conversation"]!;
    this.text = form.querySelector("textarea")!;
    this.drafts = new Drafts(this.conversation, localStorage);
    const pane = form.closest(".thread-pane")!;
    this.bubbles = new Bubbles(pane.querySelector("[data-pending]")!, pane.querySelector("[data-messages]")!, form, queue);

    const on = { signal: this.off.signal };
    this.canned = new CannedMenu(
      this.text,
      () => ({ name: form.dataset["contactName"] ?? "", first_name: form.dataset["firstName"] ?? "", agent: form.dataset["agent"] ?? "" }),
      () => this.text.dispatchEvent(new Event("input")),
      this.off.signal);
    this.attachments = new Attachments(form, this.text, () => this.show(), this.off.signal);
    this.voice = new VoiceNote(form, () => this.blocked !== "", (why) => { this.trouble = why; this.show(); }, (file) => this.speak(file), this.off.signal);
    this.quoting = new Quoting(form, pane.querySelector("[data-messages]")!, this.text, this.off.signal);
    reacting(pane, (why) => { this.trouble = why; this.show(); }, this.off.signal);
    form.addEventListener("submit", (event) => { event.preventDefault(); this.send(); }, on);
    form.addEventListener("click", (event) => this.clicked(event), on);
    this.text.addEventListener("keydown", (event) => this.keyed(event), on);
    this.text.addEventListener("input", () => { this.trouble = ""; this.drafts.changed(this.mode, this.text.value); this.typing(); this.show(); void this.canned.changed(this.mode === "reply"); }, on);
    window.addEventListener("online", () => { this.drafts.flush(); this.show(); }, on);
    window.addEventListener("offline", () => this.show(), on);
    window.addEventListener("pagehide", () => this.drafts.flush(true), on);
    this.banner = pane.querySelector<HTMLElement>("[data-window-banner]");
    this.banner?.addEventListener("change", () => { this.show(); this.text.focus(); }, on);
    this.window = new ReplyWindow(form, this.banner, (before) => this.windowMoved(before), this.off.signal);
    this.attributes = new MutationObserver(() => { this.window.look(); this.show(); });
    this.attributes.observe(form, { attributeFilter: ["data-limit", "data-blocked", "data-note-only", "data-files", "data-window-ends", "data-person-until", "data-window-now"] });

    open.add(this);
    this.setMode(form.dataset["noteOnly"] !== undefined ? "note" : this.mode);
    this.window.look();
    this.drafts.flush();
    queue.of(this.conversation).forEach((item) => this.bubbles.show(item));
    caret(this.text, `caret.${this.conversation}`, this.off.signal);
  }

  /** A message of the queue moved; only the composer of its conversation shows it. */
  told(conversation: string, outcome: Outcome | "sending", show: () => void): void {
    if (outcome !== "sending") this.signedOut = outcome === "signed-out";
    if (conversation === this.conversation) show();
    this.show();
  }

  dispose(): void {
    this.drafts.flush();
    this.off.abort();
    this.attributes.disconnect();
    this.bubbles.dispose();
    open.delete(this);
  }

  private get mode(): Mode { return this.form.dataset["mode"] === "note" ? "note" : "reply"; }
  private get left(): number {
    const text = this.text.value.trim();
    const left = Number((this.mode === "note" && this.form.dataset["noteLimit"]) || this.form.dataset["limit"] || "4096") - text.length;
    const bytes = Number(this.form.dataset["limitBytes"] || "0");
    return bytes > 0 && this.mode === "reply" ? Math.min(left, bytes - new TextEncoder().encode(text).length) : left;
  }
  /** Where it stands there depends on the channel and on whether the customer ever wrote. */
  private get asPerson(): HTMLInputElement | null { return this.banner?.querySelector<HTMLInputElement>("[data-as-person]") ?? null; }
  private get blocked(): string {
    if (this.mode !== "reply") return "";
    const { blocked, closedText, personText } = this.form.dataset;
    return blocked || (this.window.state === "closed" ? closedText : this.window.state === "person" && !this.asPerson?.checked ? personText : "") || "";
  }

  /** Where only a customer's message helps, what is written goes on as a note; it comes back when they write. What was typed stays. */
  private windowMoved(before: WindowState): void {
    const asPerson = this.asPerson;
    if (asPerson && this.window.state !== "person") asPerson.checked = false;
    const over = this.window.state === "closed" && this.form.dataset["templates"] === undefined;
    if (over && this.mode === "reply" && this.form.querySelector("[data-mode-tab=note]")) { this.turned = true; this.turn("note"); }
    else if (before === "closed" && this.turned && this.mode === "note") { this.turned = false; this.turn("reply"); }
    this.show();
  }

  private turn(mode: Mode): void {
    this.form.dataset[this.mode === "note" ? "noteDraft" : "replyDraft"] = this.text.value;
    this.setMode(mode);
  }

  private setMode(mode: Mode): void {
    this.form.dataset["mode"] = mode;
    for (const tab of this.form.querySelectorAll<HTMLElement>("[data-mode-tab]")) tab.setAttribute("aria-selected", String(tab.dataset["modeTab"] === mode));
    this.text.placeholder = this.form.dataset[mode === "note" ? "notePlaceholder" : "replyPlaceholder"] ?? "";
    this.text.value = this.drafts.text(mode, this.form.dataset[mode === "note" ? "noteDraft" : "replyDraft"] ?? "");
    this.show();
  }

  private clicked(event: Event): void {
    const tab = (event.target as Element).closest<HTMLElement>("[data-mode-tab]");
    if (!tab) return;
    this.turned = false;
    this.turn(tab.dataset["modeTab"] as Mode);
    this.text.focus();
  }

  private keyed(event: KeyboardEvent): void {
    if (this.canned.keyed(event)) return;
    // an input method uses Enter to choose a word; on a touch keyboard Enter is the only way to a new line
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    if (!event.ctrlKey && !event.metaKey && matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    this.send();
  }

  private send(): void {
    const text = this.text.value.trim();
    if (!this.ready) return;
    const files = this.mode === "reply" ? this.attachments.taken() : [];
    // The last file carries the text, where the channel lets it and the text is short enough.
    const together = captioned.includes(files.at(-1)?.kind ?? "") && text.length <= Number(this.form.dataset["caption"] || "0");
    let quote = this.mode === "reply" ? this.quoting.taken() : undefined;
    const add = (words: string, media?: { id: number; name: string }): void => {
      this.add(words, media, quote);
      quote = undefined;   // the first of them answers
    };
    files.forEach(({ id, name }, place) => add(together && place === files.length - 1 ? text : "", { id, name }));
    if (text !== "" && !together) add(text);
    this.text.value = "";
    this.drafts.changed(this.mode, "");
    this.lastTyping = 0;
    this.show();
    this.text.focus();
    this.form.dispatchEvent(new CustomEvent("inbox:sent", { bubbles: true }));
  }

  /** A voice note is a message of its own; what is typed stays. */
  private speak(file: { id: number; name: string }): void {
    this.add("", file, this.quoting.taken());
    this.show();
    this.text.focus();
    this.form.dispatchEvent(new CustomEvent("inbox:sent", { bubbles: true }));
  }

  private add(text: string, media?: { id: number; name: string }, replyTo?: number): void {
    const item: Outgoing = { key: newKey(), conversation: this.conversation, mode: this.mode, text, at: Date.now(), ...(media ? { media } : {}), ...(replyTo ? { replyTo } : {}), ...(this.mode === "reply" && this.window.state === "person" ? { asPerson: true } : {}) };
    this.bubbles.show(item);
    queue.add(item);
  }

  private get ready(): boolean {
    const files = this.mode === "reply" && this.attachments.any;
    return (this.text.value.trim() !== "" || files) && this.left >= 0 && !this.blocked && !(files && this.attachments.busy);
  }

  private typing(): void {
    if (this.text.value === "" || Date.now() - this.lastTyping < typingEvery) return;
    this.lastTyping = Date.now();
    void send("POST", `/api/v1/conversations/${this.conversation}/typing`, { active: true, mode: this.mode });
  }

  private show(): void {
    const counter = this.form.querySelector<HTMLElement>("[data-counter]")!;
    counter.hidden = this.left > counterFrom;
    counter.toggleAttribute("data-over", this.left < 0);
    counter.textContent = (this.form.dataset[this.left < 0 ? "overText" : "leftText"] ?? "{0}").replace("{0}", String(Math.abs(this.left)));
    for (const button of this.form.querySelectorAll<HTMLButtonElement>("[data-send]")) button.disabled = !this.ready;
    this.attachments.show();
    const more = this.form.querySelector<HTMLButtonElement>("[data-extras]");
    if (more) more.disabled = this.blocked !== "";
    this.text.readOnly = this.mode === "reply" && !!this.form.dataset["blocked"];
    this.voice.show();

    const kind = this.blocked || this.trouble ? "blocked" : this.signedOut ? "signed-out" : !navigator.onLine ? "offline" : "ready";
    const hint = this.form.querySelector<HTMLElement>("[data-hint]")!;
    hint.dataset["kind"] = kind;
    hint.textContent = kind === "blocked" ? this.trouble || this.blocked : this.form.dataset[{ "signed-out": "signedOutHint", offline: "offlineHint", ready: this.mode === "note" ? "noteHint" : "replyHint" }[kind]] ?? "";
    // The banner above says it, until something is typed that is kept.
    hint.toggleAttribute("data-said", kind === "blocked" && !this.trouble && this.window.state === "closed" && !this.form.dataset["blocked"] && this.text.value.trim() === "");
    if (!CSS.supports("field-sizing", "content")) {
      this.text.style.blockSize = "auto";
      this.text.style.blockSize = `${this.text.scrollHeight}px`;
    }
  }
}
