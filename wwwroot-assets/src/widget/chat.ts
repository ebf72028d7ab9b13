import { Conversation } from "./conversation.ts";
import type { Embed } from "./embed.ts";
import { Emitter } from "./events.ts";
import { isNarrow } from "./full-screen.ts";
import { type Field, isOpenAt } from "./look.ts";
import { refusal } from "./picking.ts";
import { rowsOf } from "./rows.ts";
import { stage } from "./stage.ts";
import { areaOf, Store } from "./store.ts";
import { fill } from "./strings.ts";
import { allMessages, asText, save } from "./transcript.ts";
import { View } from "./view.ts";
import type { Id, Message, Settings } from "./wire.ts";

const mostFiles = 10; // at once

/** Shows the conversation, and carries what the visitor does back to it. */
export class Chat {
  readonly events = new Emitter();
  readonly conversation: Conversation;
  readonly #store: Store;
  readonly #tab: Store;
  #divider: Id | null = null;
  #view: View | null = null;
  #settings: Settings | null = null;
  #openWhenReady = false;
  #drawing = false;

  constructor(private readonly embed: Embed) {
    const namespace = `inbox:${embed.base.replace(/^https?:\/\//, "")}:${embed.tenant}:`;
    this.#store = new Store(namespace, areaOf("localStorage"));
    this.#tab = new Store(namespace, areaOf("sessionStorage"));
    this.conversation = new Conversation(embed, namespace, this.#store, {
      changed: () => this.#drawSoon(),
      loaded: (first) => this.#loaded(first),
      arrived: (message) => this.#arrived(message),
      refused: (code) => this.#refused(code),
      connection: () => this.tellConnection(),
      replaced: () => this.#replaced(),
      pollEvery: () => (document.hidden ? 30_000 : this.isOpen ? 3_000 : 15_000),
    });
    this.conversation.unread.onChanged = (count) => this.#countIs(count);
    this.conversation.agent.onChanged = () => this.#view?.typing(this.conversation.agent);
  }

  get isOpen(): boolean {
    return this.#view?.panel.isOpen ?? false;
  }

  /** The settings are there: shows the bubble, and whatever this tab had open before the page changed. */
  show(settings: Settings, locale: string): void {
    this.#settings = settings;
    const view = (this.#view = this.#tie(settings, locale));
    stage(view.root);
    this.conversation.unread.assume(settings.unread);
    this.events.emit("ready", undefined);
    if (this.#openWhenReady || (this.#tab.get("open") !== null && !isNarrow())) {
      this.open();
      return;
    }
    if (settings.lastMessage && settings.unread > 0) {
      this.#preview(settings.lastMessage);
    }
    if (this.conversation.isGoingOn) {
      this.conversation.connect();
    }
  }

  open(): void {
    const view = this.#view;
    if (!view) {
      this.#openWhenReady = true;
    } else if (!view.panel.isOpen) {
      view.popover.hide();
      view.launcher.expanded(true);
      this.#divider = this.#firstUnseen();
      view.panel.open();
      this.#draw(true);
      view.startReading();
      this.#tab.set("open", "1");
      this.events.emit("open", undefined);
      this.conversation.connect();
      this.look();
    }
  }

  close(): void {
    this.#openWhenReady = false;
    const view = this.#view;
    if (view?.panel.isOpen) {
      const focusInside = view.panel.element.contains((view.root.getRootNode() as ShadowRoot).activeElement);
      view.panel.close();
      view.launcher.expanded(false);
      if (focusInside) {
        view.launcher.element.focus({ preventScroll: true });
      }
      this.#divider = null;
      this.#tab.remove("open");
      this.events.emit("close", undefined);
    }
  }

  toggle(): void {
    if (this.isOpen || this.#openWhenReady) {
      this.close();
    } else {
      this.open();
    }
  }

  /** Marks as read what is before the visitor's eyes: panel open, page visible, end of the thread in view. */
  look(): void {
    if (this.isOpen && !document.hidden && this.conversation.history.loaded && this.#view?.scroller.atEnd) {
      this.conversation.unread.seeAll();
    }
  }

  tellConnection(): void {
    const view = this.#view;
    if (!view) {
      return;
    }
    if (!navigator.onLine) {
      view.bar.show(view.strings.offline, "offline", true);
    } else if (this.conversation.connected && this.conversation.state === "lost") {
      view.bar.show(view.strings.reconnecting, "trying", false);
    } else {
      view.bar.hide();
    }
  }

  /** The view with its buttons and fields tied to what they do. */
  #tie(settings: Settings, locale: string): View {
    const view = new View(settings, locale, this.embed.theme, this.#tab.get("draft") ?? "", {
      toggle: () => this.toggle(),
      close: () => this.close(),
      older: () => void this.#older(),
      retry: (key) => {
        this.conversation.retry(key);
        this.#draw();
      },
      remove: (key) => {
        this.conversation.remove(key);
        this.#draw();
      },
      link: (file) => this.conversation.server.link(file),
    });
    view.composer.onSend = (text) => this.#send(text);
    view.composer.onFiles = (files) => this.#sendFiles(files, settings);
    view.composer.onDraft = (text) => this.#written(text);
    view.form.onDone = (answers) => {
      this.conversation.answer(answers);
      this.#draw();
      view.composer.focus();
    };
    view.panel.onSave = () => void this.#save(settings.name, locale);
    view.popover.onOpen = () => this.open();
    view.popover.onDismiss = (message) => this.#store.setJson("dismissed", message.id);
    view.scroller.onStart = () => void this.#older();
    view.scroller.onEnd = () => this.look();
    return view;
  }

  #send(text: string): void {
    this.conversation.send(text);
    this.#divider = null;
    this.#draw();
    this.#view?.scroller.toEnd();
  }

  #sendFiles(files: readonly File[], settings: Settings): void {
    for (const file of files.slice(0, mostFiles)) {
      const code = refusal(file, settings.files);
      this.conversation.sendFile(file, code);
      if (code !== null) {
        this.#refused(code);
      }
    }
    this.#divider = null;
    this.#draw();
    this.#view?.scroller.toEnd();
  }

  #written(text: string): void {
    if (text === "") {
      this.#tab.remove("draft");
    } else {
      this.#tab.set("draft", text);
      this.conversation.visitor.typed();
    }
  }

  async #older(): Promise<void> {
    const { history } = this.conversation;
    if (history.hasOlder && !history.loadingOlder) {
      await history.older();
      this.#draw(true);
    }
  }

  #loaded(first: boolean): void {
    const begin = first && this.isOpen;
    if (begin) {
      this.#divider = this.#firstUnseen();
    }
    this.#draw(true);
    if (begin) {
      this.#view?.startReading();
    }
    this.look();
  }

  #arrived(message: Message): void {
    if (message.direction === "outbound") {
      if (!this.isOpen) {
        this.#preview(message);
      } else if (document.hidden) {
        this.#divider ??= message.id;
      }
    }
    const { id, direction, text, senderName, sentAt } = message;
    this.events.emit("message", { id, direction, text, sender_name: senderName, sent_at: sentAt });
  }

  #preview(message: Message): void {
    const view = this.#view;
    if (view && message.direction === "outbound" && String(this.#store.getJson("dismissed")) !== String(message.id)) {
      view.popover.show(message);
      view.announce(fill(view.strings.newFrom, { name: message.senderName ?? view.company, text: message.text || view.strings.file }));
    }
  }

  #firstUnseen(): Id | null {
    const { history, thread, unread } = this.conversation;
    return history.loaded ? (thread.unseen(unread.seen)[0]?.id ?? null) : null;
  }

  #countIs(count: number): void {
    this.#view?.launcher.unread(count);
    if (count === 0) {
      this.#view?.popover.hide();
    }
    this.events.emit("unread", count);
  }

  #refused(code: string): void {
    this.#view?.announce(this.#view.strings.failed);
    this.events.emit("error", { code });
  }

  #replaced(): void {
    this.#divider = null;
    this.#draw(true);
    if (this.#view && !this.conversation.connected && this.conversation.server.known) {
      // What waits for them on this device, before they open it.
      this.conversation.server.settings().then(({ unread, lastMessage }) => {
        this.conversation.unread.assume(unread);
        if (lastMessage && unread > 0 && !this.isOpen) {
          this.#preview(lastMessage);
        }
      }, () => {});
    }
  }

  /** What has to be answered first; what the page has said already is not asked. */
  #asks(): readonly Field[] {
    const { identity, answered } = this.conversation;
    const { form, hours } = this.#settings ?? {};
    if (!form || answered || (form.show === "closed" && isOpenAt(hours!, Date.now()))) {
      return [];
    }
    const fields = form.fields.filter(({ kind }) => !(kind === "name" && identity.person.name) && !(kind === "email" && identity.person.email));
    return fields;
  }

  async #save(company: string, locale: string): Promise<void> {
    const view = this.#view!;
    try {
      const messages = await allMessages((before) => this.conversation.server.history(before));
      save(`chat-${new Date().toISOString().slice(0, 10)}.txt`, asText(messages, company, view.strings, locale));
    } catch {
      view.announce(view.strings.olderFailed);
    }
  }

  /** Once for all that came in one piece: after an absence that may be hundreds. */
  #drawSoon(): void {
    if (!this.#drawing) {
      this.#drawing = true;
      setTimeout(() => {
        this.#drawing = false;
        this.#draw();
        if (this.conversation.history.loaded) {
          this.conversation.unread.recount();
        }
        this.look();
      });
    }
  }

  #draw(quiet = false): void {
    const { history, thread, outbox, uploads, server, state } = this.conversation;
    const rows = rowsOf(thread.messages, outbox.list(), this.#divider, uploads.list());
    // A visitor without a token has no history to wait for.
    const loading = !history.loaded && server.known && state !== "lost" && rows.length === 0;
    this.#view?.thread({ rows, loading, hasOlder: history.hasOlder, olderFailed: history.olderFailed, quiet, asks: loading ? [] : this.#asks() });
  }
}
