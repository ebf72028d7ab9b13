import { Connection, type ConnectionState } from "./connection.ts";
import { newClientKey } from "./client-key.ts";
import type { Embed } from "./embed.ts";
import { Emitter } from "./events.ts";
import { exclusivelyIn } from "./exclusive.ts";
import { isNarrow } from "./full-screen.ts";
import { History } from "./history.ts";
import { Identity } from "./identity.ts";
import { isOutboxKey, Outbox } from "./outbox.ts";
import { rowsOf } from "./rows.ts";
import { Sender } from "./sender.ts";
import { Server } from "./server.ts";
import { isDisowned, Session } from "./session.ts";
import { stage } from "./stage.ts";
import { areaOf, Store } from "./store.ts";
import { fill } from "./strings.ts";
import { Thread } from "./thread.ts";
import { AgentTyping, VisitorTyping } from "./typing.ts";
import { Unread } from "./unread.ts";
import { View } from "./view.ts";
import { type Id, type Message, readMessage, readStatus, readTyping, type ServerEvent, type Settings } from "./wire.ts";

const talkingFor = 1_800_000; // ms: so long after the last message a new page stays in touch while closed

/** The conversation of one visitor with one tenant: ties what is known to what is shown. */
export class Chat {
  readonly events = new Emitter();
  readonly identity: Identity;
  readonly #store: Store;
  readonly #tab: Store;
  readonly #server: Server;
  readonly #thread = new Thread();
  readonly #history: History;
  readonly #outbox: Outbox;
  readonly #sender: Sender;
  readonly #unread: Unread;
  readonly #connection: Connection;
  readonly #agent = new AgentTyping();
  readonly #visitor: VisitorTyping;
  #state: ConnectionState = "connecting";
  #connected = false;
  #divider: Id | null = null;
  #view: View | null = null;
  #openWhenReady = false;
  #drawing = false;

  constructor(private readonly embed: Embed) {
    const namespace = `inbox:${embed.base.replace(/^https?:\/\//, "")}:${embed.tenant}:`;
    this.#store = new Store(namespace, areaOf("localStorage"));
    this.#tab = new Store(namespace, areaOf("sessionStorage"));
    const exclusively = exclusivelyIn(this.#store, namespace, navigator.locks);
    const session = new Session(`${embed.base}/api/v1/widget/${encodeURIComponent(embed.tenant)}/sessions`, this.#store, exclusively);
    this.#server = new Server(embed.base, embed.tenant, session);
    this.identity = new Identity(this.#server, session, this.#store);
    this.#history = new History(this.#server, this.#thread);
    this.#unread = new Unread(this.#server, this.#store, this.#thread);
    this.#outbox = new Outbox(this.#store);
    this.#sender = new Sender(this.#outbox, (key, text) => this.#server.send(key, text), exclusively);
    this.#visitor = new VisitorTyping(() => (session.token ? this.#server.typing() : Promise.resolve()));
    this.#connection = new Connection({
      catchUp: () => this.#catchUp(),
      stream: (sequence, signal) => this.#server.stream(sequence, signal),
      poll: (sequence, signal) => this.#server.poll(sequence, signal),
      disowned: isDisowned,
      onEvent: (event) => this.#receive(event),
      onState: (state) => this.#connectionIs(state),
      pollEvery: () => (document.hidden ? 30_000 : this.isOpen ? 3_000 : 15_000),
    });
    session.onReplaced = () => this.#becomeAnother();
    this.#sender.onChanged = () => this.#draw();
    this.#sender.onRefused = (code) => this.#refused(code);
    this.#unread.onChanged = (count) => this.#countIs(count);
    this.#agent.onChanged = () => this.#view?.typing(this.#agent);
    this.#store.onChange((key) => this.#otherTab(key));
  }

  get isOpen(): boolean {
    return this.#view?.panel.isOpen ?? false;
  }

  loadSettings(): Promise<Settings> {
    return this.#server.settings();
  }

  /** The settings are there: shows the bubble, and whatever this tab had open before the page changed. */
  show(settings: Settings, locale: string): void {
    const view = new View(settings, locale, this.embed.theme, this.#tab.get("draft") ?? "", {
      toggle: () => this.toggle(),
      close: () => this.close(),
      older: () => void this.#older(),
      retry: (key) => this.#retry(key),
      remove: (key) => {
        this.#outbox.remove(key);
        this.#draw();
      },
    });
    this.#view = view;
    view.composer.onSend = (text) => this.#send(text);
    view.composer.onDraft = (text) => this.#draft(text);
    view.popover.onOpen = () => this.open();
    view.popover.onDismiss = (message) => this.#store.setJson("dismissed", message.id);
    view.scroller.onStart = () => void this.#older();
    view.scroller.onEnd = () => this.#look();
    stage(view.root);
    this.#unread.assume(settings.unread);
    this.events.emit("ready", undefined);
    if (this.#openWhenReady || (this.#tab.get("open") !== null && !isNarrow())) {
      this.open();
      return;
    }
    if (settings.lastMessage && settings.unread > 0) {
      this.#preview(settings.lastMessage);
    }
    if (this.#outbox.waiting().length > 0 || Date.now() - Number(this.#store.get("active")) < talkingFor) {
      this.#connect();
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
      this.#connect();
      this.#look();
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

  /** The network or the tab is back. */
  wake(): void {
    if (this.#connected) {
      this.#connection.wake();
      void this.#sender.wake();
    }
    this.#look();
    this.#tellConnection();
  }

  /** The network has gone. */
  drop(): void {
    this.#connection.drop();
    this.#tellConnection();
  }

  /** The page goes, perhaps to come back from the browser's cache. */
  pause(): void {
    this.#connection.stop();
  }

  resume(): void {
    if (this.#connected) {
      this.#connection.start();
    }
  }

  background(hidden: boolean): void {
    this.#connection.background(hidden);
  }

  #connect(): void {
    this.#connected = true;
    this.#connection.start();
    void this.#sender.wake();
  }

  async #catchUp(): Promise<number> {
    const first = !this.#history.loaded;
    const page = await this.#history.newest();
    this.#confirm(page.items);
    this.#unread.learn(page.seenUpTo);
    if (first && this.isOpen) {
      this.#divider = this.#firstUnseen();
    }
    this.#draw(true);
    if (first && this.isOpen) {
      this.#view?.startReading();
    }
    this.#look();
    void this.identity.tell();
    return page.sequence;
  }

  async #older(): Promise<void> {
    if (this.#history.hasOlder && !this.#history.loadingOlder) {
      await this.#history.older();
      this.#draw(true);
    }
  }

  #receive({ event, data }: ServerEvent): void {
    if (event === "message") {
      const message = readMessage(data);
      if (message) {
        this.#arrived(message);
      }
    } else if (event === "typing") {
      const { active, name } = readTyping(data);
      if (active) {
        this.#agent.show(name);
      } else {
        this.#agent.hide();
      }
    } else if (event === "status") {
      const { clientKey, status } = readStatus(data);
      if (clientKey && status !== "failed") {
        this.#outbox.acknowledge(clientKey);
        this.#drawSoon();
      }
    }
  }

  #arrived(message: Message): void {
    const isNew = this.#thread.merge([message]).length > 0;
    this.#confirm([message]);
    if (isNew && message.direction === "outbound") {
      this.#agent.hide();
      if (this.isOpen && document.hidden) {
        this.#divider ??= message.id;
      }
      if (!this.isOpen) {
        this.#preview(message);
      }
    }
    this.#drawSoon();
    if (isNew) {
      this.#store.set("active", String(Date.now()));
      const { id, direction, text, senderName, sentAt } = message;
      this.events.emit("message", { id, direction, text, sender_name: senderName, sent_at: sentAt });
    }
  }

  #send(text: string): void {
    this.#outbox.add(text, newClientKey());
    this.#store.set("active", String(Date.now()));
    this.#visitor.sent();
    this.#divider = null;
    this.#draw();
    this.#view?.scroller.toEnd();
    this.#connect();
  }

  #retry(key: string): void {
    this.#outbox.retry(key);
    this.#draw();
    this.#connect();
  }

  #draft(text: string): void {
    if (text === "") {
      this.#tab.remove("draft");
    } else {
      this.#tab.set("draft", text);
      this.#visitor.typed();
    }
  }

  /** What has come back as a message needs no place in the outbox. */
  #confirm(messages: readonly Message[]): void {
    for (const { clientKey } of messages) {
      if (clientKey) {
        this.#outbox.remove(clientKey);
      }
    }
  }

  /** Marks as read what is before the visitor's eyes: panel open, page visible, end of the thread in view. */
  #look(): void {
    if (this.isOpen && !document.hidden && this.#history.loaded && this.#view?.scroller.atEnd) {
      this.#unread.seeAll();
    }
  }

  #preview(message: Message): void {
    const view = this.#view;
    if (view && message.direction === "outbound" && String(this.#store.getJson("dismissed")) !== String(message.id)) {
      view.popover.show(message);
      view.announce(fill(view.strings.newFrom, { name: message.senderName ?? "", text: message.text }));
    }
  }

  #firstUnseen(): Id | null {
    return this.#history.loaded ? (this.#thread.unseen(this.#unread.seen)[0]?.id ?? null) : null;
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

  #connectionIs(state: ConnectionState): void {
    this.#state = state;
    if (state === "live") {
      this.#unread.report();
    } else {
      this.#agent.hide(); // nobody would tell us that they stopped
    }
    this.#tellConnection();
  }

  #tellConnection(): void {
    const view = this.#view;
    if (!view) {
      return;
    }
    if (!navigator.onLine) {
      view.bar.show(view.strings.offline, "offline", true);
    } else if (this.#connected && this.#state === "lost") {
      view.bar.show(view.strings.reconnecting, "trying", false);
    } else {
      view.bar.hide();
    }
  }

  #otherTab(key: string | null): void {
    if (key === null || isOutboxKey(key)) {
      this.#draw();
      if (this.#connected) {
        void this.#sender.wake();
      }
    }
  }

  #becomeAnother(): void {
    this.#history.reset();
    this.#unread.reset();
    this.#connection.reset();
    this.#divider = null;
    this.#draw(true);
  }

  /** Once for all that came in one piece: after an absence that may be hundreds. */
  #drawSoon(): void {
    if (!this.#drawing) {
      this.#drawing = true;
      setTimeout(() => {
        this.#drawing = false;
        this.#draw();
        this.#unread.recount();
        this.#look();
      });
    }
  }

  #draw(quiet = false): void {
    const { loaded, hasOlder, olderFailed } = this.#history;
    const rows = rowsOf(this.#thread.messages, this.#outbox.list(), this.#divider);
    // A visitor without a token has no history to wait for.
    const loading = !loaded && this.#server.known && this.#state !== "lost" && rows.length === 0;
    this.#view?.thread({ rows, loading, hasOlder, olderFailed, quiet });
  }
}
