/** A text of the business that agents send often. */
export interface CannedReply { id: number; shortcut: string; text: string; scope: "all" | "department" | "personal"; uses: number; last_used_at: string | null }

const freshFor = 60_000;
const mostShown = 8;
let read: { at: number; replies: Promise<CannedReply[]> } | undefined;

/** What stands behind the last slash before the caret, when the slash begins a word; null when no menu is wanted. */
export function query(text: string, caret: number): { from: number; words: string } | null {
  const match = /(?:^|\s)\/([\p{L}\p{N}_-]*)$/u.exec(text.slice(0, caret));
  return match ? { from: caret - match[1]!.length - 1, words: match[1]! } : null;
}

/** The best ones first: own before shared, by the start of the shortcut before words within, then by use. */
export function best(replies: readonly CannedReply[], words: string): CannedReply[] {
  const wanted = plain(words);
  const rank = (reply: CannedReply): number => plain(reply.shortcut).startsWith(wanted) ? 0 : plain(reply.shortcut).includes(wanted) ? 1 : plain(reply.text).includes(wanted) ? 2 : 3;
  return replies.filter((reply) => rank(reply) < 3)
    .sort((one, other) => rank(one) - rank(other) || own(other) - own(one) || other.uses - one.uses || one.shortcut.localeCompare(other.shortcut))
    .slice(0, mostShown);
}

/** Puts what is known of the conversation into a text; a field that is not known stays, so that nobody sends a gap unseen. */
export function filled(text: string, fields: Record<string, string>): string {
  return text.replace(/\{\{\s*([a-z_]+)\s*\}\}/g, (all, name: string) => fields[name] || all);
}

/** The menu above a composer. It reads the replies once, and asks the server nothing while somebody types. */
export class CannedMenu {
  private readonly list: HTMLElement;
  private shown: CannedReply[] = [];
  private at = 0;

  constructor(private readonly text: HTMLTextAreaElement, private readonly fields: () => Record<string, string>, private readonly chosen: () => void, signal: AbortSignal) {
    this.list = document.createElement("div");
    this.list.className = "canned-menu popup";
    this.list.setAttribute("role", "listbox");
    this.list.hidden = true;
    text.before(this.list);
    this.list.addEventListener("pointerdown", (event) => {
      const row = (event.target as Element).closest<HTMLElement>("[data-place]");
      if (!row) return;
      event.preventDefault();   // the text keeps the caret
      this.choose(Number(row.dataset["place"]));
    }, { signal });
    text.addEventListener("blur", () => this.close(), { signal });
    signal.addEventListener("abort", () => this.list.remove());
  }

  /** Call when the text changed. */
  async changed(enabled: boolean): Promise<void> {
    const asked = enabled ? query(this.text.value, this.text.selectionStart) : null;
    if (!asked) return this.close();
    const replies = await all();
    const now = query(this.text.value, this.text.selectionStart);   // typing went on while they were read
    if (!now) return this.close();
    this.shown = best(replies, now.words);
    this.at = 0;
    this.draw();
  }

  /** @returns whether the key was for the menu. */
  keyed(event: KeyboardEvent): boolean {
    if (this.list.hidden || event.isComposing) return false;
    if (event.key === "ArrowDown") this.at = (this.at + 1) % this.shown.length;
    else if (event.key === "ArrowUp") this.at = (this.at + this.shown.length - 1) % this.shown.length;
    else if (event.key === "Enter" || event.key === "Tab") this.choose(this.at);
    else if (event.key === "Escape") this.close();
    else return false;
    event.preventDefault();
    if (!this.list.hidden) this.draw();
    return true;
  }

  private choose(place: number): void {
    const reply = this.shown[place];
    const asked = query(this.text.value, this.text.selectionStart);
    this.close();
    if (!reply || !asked) return;
    this.text.setRangeText(filled(reply.text, this.fields()), asked.from, this.text.selectionStart, "end");
    reply.uses++;
    void used(reply.id);
    this.chosen();
  }

  private close(): void {
    this.list.hidden = true;
    this.shown = [];
  }

  private draw(): void {
    this.list.hidden = this.shown.length === 0;
    this.list.replaceChildren(...this.shown.map((reply, place) => {
      const row = document.createElement("div");
      row.className = "menu-item";
      row.setAttribute("role", "option");
      row.setAttribute("aria-selected", String(place === this.at));
      row.dataset["place"] = String(place);
      const shortcut = document.createElement("strong");
      shortcut.textContent = `/${reply.shortcut}`;
      const preview = document.createElement("span");
      preview.className = "clip";
      preview.textContent = filled(reply.text, this.fields());
      row.append(shortcut, preview);
      return row;
    }));
  }
}

function all(): Promise<CannedReply[]> {
  if (!read || Date.now() - read.at > freshFor) {
    const replies = pages();
    read = { at: Date.now(), replies };
    replies.catch(() => { read = undefined; });   // the next slash tries again
  }
  return read.replies.catch(() => []);
}

async function pages(): Promise<CannedReply[]> {
  const replies: CannedReply[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const answer: Response = await fetch(`/api/v1/canned-replies?limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = await answer.json() as { items: CannedReply[]; next_cursor: string | null };
    replies.push(...page.items);
    cursor = page.next_cursor;
  }
  return replies;
}

async function used(id: number): Promise<void> {
  const token = document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content ?? "";
  await fetch(`/api/v1/canned-replies/${id}/used`, { method: "POST", credentials: "same-origin", headers: { "X-CSRF-TOKEN": token } }).catch(() => undefined);
}

function own(reply: CannedReply): number { return reply.scope === "personal" ? 1 : 0; }

function plain(text: string): string { return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase(); }
