import type { AgentTyping } from "./typing.ts";
import { avatar } from "./avatar.ts";
import { Composer } from "./composer.ts";
import { Dates } from "./dates.ts";
import { takeDropped } from "./dropping.ts";
import { el } from "./dom.ts";
import { Launcher } from "./launcher.ts";
import type { MessageActions } from "./message-view.ts";
import { NoticeBar } from "./notice-bar.ts";
import { Panel } from "./panel.ts";
import { Popover } from "./popover.ts";
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
  readonly #intro: HTMLElement;
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
    this.#thread = new ThreadView(settings.name, strings, new Dates(locale), actions);
    const again = el("button", { type: "button", class: "link" }, strings.retry);
    again.addEventListener("click", () => actions.older());
    this.#older = el("div", { class: "older", hidden: true }, strings.olderFailed, " ", again);
    this.#skeleton = el("div", { class: "skeleton", role: "img", "aria-label": strings.loading }, el("i"), el("i"), el("i"), el("i"));
    this.#intro = el("div", { class: "intro" }, avatar(settings.name, "large"), el("p", { class: "greeting", dir: "auto" }, settings.greeting || strings.greeting));
    this.scroller = new Scroller(strings.jump, this.#intro, this.#older, this.#skeleton, this.#thread.element, this.#typing);
    this.composer = new Composer(strings, settings.textLimit, settings.files, draft);
    this.panel = new Panel(settings, strings, this.bar, this.scroller, this.composer);
    this.panel.onClose = () => actions.close();
    if (Object.keys(settings.files).length > 0) {
      takeDropped(this.panel.element, strings.drop, (files) => this.composer.onFiles(files));
    }
    this.launcher = new Launcher(strings, () => actions.toggle());
    this.popover = new Popover(settings.name, strings);
    this.root = el("div", { class: `root ${settings.side}`, dir: isRightToLeft(locale) ? "rtl" : "ltr", lang: locale }, this.launcher.element, this.popover.element, this.panel.element, this.#announcer);
    applyTheme(this.root, settings.color, theme);
  }

  thread({ rows, loading, hasOlder, olderFailed, quiet }: ThreadState): void {
    this.scroller.keeping(() => {
      this.#intro.hidden = loading || hasOlder;
      this.#intro.classList.toggle("alone", rows.length === 0);
      this.#skeleton.hidden = !loading;
      this.#older.hidden = !olderFailed;
      this.#thread.render(rows, quiet);
    });
  }

  /** Where the visitor starts to read: the unread divider, or the end. */
  startReading(): void {
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
