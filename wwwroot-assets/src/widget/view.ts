import type { AgentTyping } from "./typing.ts";
import { avatar } from "./avatar.ts";
import { Composer } from "./composer.ts";
import { Dates } from "./dates.ts";
import { takeDropped } from "./dropping.ts";
import { el } from "./dom.ts";
import { Launcher } from "./launcher.ts";
import type { MessageActions } from "./message-view.ts";
import { type Article, type Field, inLanguage, isOpenAt, type Texts } from "./look.ts";
import { NoticeBar } from "./notice-bar.ts";
import { Panel } from "./panel.ts";
import { Popover } from "./popover.ts";
import { PreChat } from "./pre-chat.ts";
import type { Row } from "./rows.ts";
import { Scroller } from "./scroller.ts";
import { fill, isRightToLeft, stringsFor, type Strings } from "./strings.ts";
import { applyTheme } from "./theme.ts";
import { ThreadView } from "./thread-view.ts";
import type { Settings } from "./wire.ts";

export interface ThreadState {
  rows: Row[];
  /** Not known yet: placeholders are shown. */
  loading: boolean;
  hasOlder: boolean;
  olderFailed: boolean;
  /** Pages of history are not read out. */
  quiet: boolean;
  /** What has to be answered before the first message. */
  asks: readonly Field[];
}

export interface ViewActions extends MessageActions {
  toggle(): void;
  close(): void;
  older(): void;
}

/** Everything on screen, put together. */
export class View {
  readonly root: HTMLElement;
  readonly launcher: Launcher;
  readonly popover: Popover;
  readonly panel: Panel;
  readonly composer: Composer;
  readonly scroller: Scroller;
  readonly bar = new NoticeBar();
  readonly strings: Strings;
  readonly #thread: ThreadView;
  readonly #typing = el("div", { class: "typing", hidden: true });
  readonly form: PreChat;
  readonly #dates: Dates;
  readonly #texts: Texts;
  readonly #intro: HTMLElement;
  readonly #closed = el("p", { class: "closed", dir: "auto" });
  readonly #notice = el("p", { class: "notice", dir: "auto", role: "status", hidden: true });
  readonly #older: HTMLElement;
  readonly #skeleton: HTMLElement;
  readonly #announcer = el("div", { class: "said", role: "status" });

  constructor(
    private readonly settings: Settings,
    locale: string,
    theme: "light" | "dark" | null,
    draft: string,
    actions: ViewActions,
  ) {
    const strings = (this.strings = stringsFor(locale));
    const texts = (this.#texts = inLanguage(settings.texts, locale) ?? {});
    this.#dates = new Dates(locale);
    this.#thread = new ThreadView(settings.name, strings, this.#dates, actions);
    const again = el("button", { type: "button", class: "link" }, strings.retry);
    again.addEventListener("click", () => actions.older());
    this.#older = el("div", { class: "older", hidden: true }, strings.olderFailed, " ", again);
    this.#skeleton = el("div", { class: "skeleton", role: "img", "aria-label": strings.loading }, el("i"), el("i"), el("i"), el("i"));
    this.#intro = el("div", { class: "intro" }, avatar(settings.name, "large"), el("p", { class: "greeting", dir: "auto" }, texts.greeting || settings.greeting || strings.greeting), this.#closed, ...articles(settings.articles, strings));
    this.form = new PreChat(texts.form ?? strings.form, strings, locale, settings.languages);
    this.scroller = new Scroller(strings.jump, this.#intro, this.#older, this.#skeleton, this.#thread.element, this.form.element, this.#notice, this.#typing);
    this.composer = new Composer(strings, settings.textLimit, settings.files, draft);
    this.panel = new Panel(settings, strings, this.bar, this.scroller, this.composer, this.form);
    this.panel.onClose = () => actions.close();
    if (Object.keys(settings.files).length > 0) {
      takeDropped(this.panel.element, strings.drop, (files) => this.form.element.hidden && this.composer.onFiles(files));
    }
    this.launcher = new Launcher(strings, () => actions.toggle());
    this.popover = new Popover(settings.name, strings);
    this.root = el("div", { class: `root ${settings.side}`, dir: isRightToLeft(locale) ? "rtl" : "ltr", lang: locale }, this.launcher.element, this.popover.element, this.panel.element, this.#announcer);
    applyTheme(this.root, settings.color, theme);
  }

  thread({ rows, loading, hasOlder, olderFailed, quiet, asks }: ThreadState): void {
    const open = this.#tellHours();
    const last = rows.at(-1);
    this.scroller.keeping(() => {
      this.form.ask(asks);
      this.composer.element.hidden = asks.length > 0;
      this.panel.saves(rows.length > 0);
      this.#notice.textContent = open ? (this.#texts.away ?? "") : this.#closed.textContent;
      // Said once somebody has written, not to those who read.
      this.#notice.hidden = this.#notice.textContent === "" || (open && this.settings.agentsOnline) || !(last?.kind === "message" && last.item.mine);
      this.#intro.hidden = loading || hasOlder;
      this.#intro.classList.toggle("alone", rows.length === 0);
      this.#skeleton.hidden = !loading;
      this.#older.hidden = !olderFailed;
      this.#thread.render(rows, quiet);
    });
  }

  /** Whether the tenant is open, told in the header and below the greeting by the visitor's own clock. */
  #tellHours(now = Date.now()): boolean {
    const { hours, agentsOnline } = this.settings;
    const open = isOpenAt(hours, now);
    const opens = !open && hours.opensAt !== null ? fill(this.strings.opens, { when: this.#dates.when(hours.opensAt, now) }) : this.strings.away;
    this.panel.presence(open && agentsOnline ? this.strings.online : opens, open && agentsOnline);
    this.#closed.textContent = open ? "" : [this.#texts.offline ?? this.strings.closed, hours.opensAt === null ? "" : `${opens}.`].join(" ").trim();
    return open;
  }

  /** Where the visitor starts to read: the unread divider, or the end. */
  startReading(): void {
    if (!this.form.element.hidden) {
      this.scroller.toStart();
      return;
    }
    this.scroller.toEnd();
    if (this.#thread.divider) {
      this.scroller.reveal(this.#thread.divider);
    }
  }

  typing({ active, name }: AgentTyping): void {
    const label = fill(this.strings.typing, { name: name ?? this.settings.name });
    this.scroller.keeping(() => {
      this.#typing.hidden = !active;
      this.#typing.replaceChildren(...(active ? [avatar(name ?? this.settings.name, "small"), el("div", { class: "dots", role: "img", "aria-label": label }, el("i"), el("i"), el("i")), el("span", { class: "typing-name", "aria-hidden": "true" }, label)] : []));
    });
  }

  get company(): string {
    return this.settings.name;
  }

  announce(text: string): void {
    this.#announcer.textContent = text;
  }
}

function articles(links: readonly Article[], strings: Strings): HTMLElement[] {
  return links.length === 0
    ? []
    : [el("nav", { class: "articles", "aria-label": strings.articles }, el("h3", {}, strings.articles), ...links.map(({ title, url }) => el("a", { href: url, target: "_blank", rel: "noopener noreferrer", dir: "auto" }, title)))];
}
