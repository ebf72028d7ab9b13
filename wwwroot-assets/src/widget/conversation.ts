import { newClientKey } from "./client-key.ts";
import { Connection, type ConnectionState } from "./connection.ts";
import type { Embed } from "./embed.ts";
import { exclusivelyIn } from "./exclusive.ts";
import { History } from "./history.ts";
import { Identity } from "./identity.ts";
import { ServerError } from "./http.ts";
import { isOutboxKey, Outbox } from "./outbox.ts";
import { type Answers, readAnswers } from "./pre-chat.ts";
import { Sender } from "./sender.ts";
import { Server } from "./server.ts";
import { isDisowned, Session, type User } from "./session.ts";
import type { Store } from "./store.ts";
import { Thread } from "./thread.ts";
import { AgentTyping, VisitorTyping } from "./typing.ts";
import { Unread } from "./unread.ts";
import { Uploads } from "./uploads.ts";
import { type Message, readStatus, readTyping, record, type ServerEvent, text } from "./wire.ts";

const talkingFor = 1_800_000; // ms: so long after the last message a new page stays in touch while closed

/** Who shows the conversation. */
export interface Audience {
  /** Something to draw has changed. */
  changed(): void;
  /** The newest page has been loaded; first: nothing was known before. */
  loaded(first: boolean): void;
  arrived(message: Message): void;
  refused(code: string): void;
  connection(): void;
  replaced(): void;
  pollEvery(): number;
}

/** One visitor's conversation with one tenant, as this browser knows it: nothing here is on screen. */
export class Conversation {
  readonly server: Server;
  readonly identity: Identity;
  readonly thread = new Thread();
  readonly history: History;
  readonly outbox: Outbox;
  readonly uploads: Uploads;
  readonly unread: Unread;
  readonly agent = new AgentTyping();
  readonly visitor: VisitorTyping;
  state: ConnectionState = "connecting";
  /** From the first need on; before that the page makes no request but the settings. */
  connected = false;
  /** Ends once it is settled who this is, as far as the page has said. */
  becoming: Promise<void> = Promise.resolve();
  readonly session: Session;
  readonly #sender: Sender;
  readonly #connection: Connection;

  constructor(
    embed: Embed,
    namespace: string,
    private readonly store: Store,
    private readonly audience: Audience,
  ) {
    const exclusively = exclusivelyIn(store, namespace, navigator.locks);
    const session = (this.session = new Session(`${embed.base}/api/v1/widget/${encodeURIComponent(embed.tenant)}/sessions`, store, exclusively));
    const server = (this.server = new Server(embed.base, embed.tenant, session));
    this.identity = new Identity(server, session, store);
    this.history = new History(server, this.thread);
    this.unread = new Unread(server, store, this.thread);
    this.outbox = new Outbox(store);
    // What the page has said need not be answered: the server hears it before the first message.
    const introduce = () => session.use(() => this.identity.tell());
    this.uploads = new Uploads(({ clientKey, file, answers }, progress, signal) => introduce().then(() => server.attach(clientKey, file, answers, progress, signal)));
    this.uploads.onChanged = () => audience.changed();
    this.uploads.onRefused = (code) => this.#refused(code);
    this.visitor = new VisitorTyping(() => (session.token ? server.typing() : Promise.resolve()));
    this.#sender = new Sender(this.outbox, (key, text, answers) => introduce().then(() => server.send(key, text, answers)), exclusively);
    this.#connection = new Connection({
      catchUp: () => this.#catchUp(),
      stream: (sequence, signal) => server.stream(sequence, signal),
      poll: (sequence, signal) => server.poll(sequence, signal),
      disowned: isDisowned,
      onEvent: (event) => this.#receive(event),
      onState: (state) => this.#connectionIs(state),
      pollEvery: () => audience.pollEvery(),
    });
    session.onReplaced = () => this.#becomeAnother();
    this.#sender.onChanged = () => audience.changed();
    this.#sender.onRefused = (code) => this.#refused(code);
    store.onChange((key) => this.#otherTab(key));
  }

  /** Whether a new page should stay in touch although the chat is closed. */
  get isGoingOn(): boolean {
    return this.outbox.waiting().length > 0 || Date.now() - Number(this.store.get("active")) < talkingFor;
  }

  connect(): void {
    this.connected = true;
    this.#connection.start();
    void this.#sender.wake();
  }

  send(text: string): void {
    this.outbox.add(text, newClientKey(), this.#takeAnswers());
    this.visitor.sent();
    this.#touch();
    this.connect();
  }

  sendFile(file: File, refused: string | null): void {
    this.uploads.add(file, refused, refused === null ? this.#takeAnswers() : null);
    if (refused === null) {
      this.#touch();
      this.connect();
    }
  }

  retry(key: string): void {
    const answers = this.#takeAnswers();
    this.outbox.retry(key, answers);
    this.uploads.retry(key, answers);
    this.connect();
  }

  remove(key: string): void {
    this.outbox.remove(key);
    this.uploads.remove(key);
  }

  /** Whether the form before the first message is behind us. */
  get answered(): boolean {
    return this.store.get("answered") !== null || this.session.verified || this.outbox.list().some(({ code }) => code !== "answers") || this.uploads.busy || this.thread.messages.some((message) => message.direction === "inbound");
  }

  /** Kept until the first message takes them along. */
  answer(answers: Answers): void {
    this.store.set("answered", "1");
    this.store.setJson("answers", answers);
  }

  /** The page says who uses it. With a hash the site vouches for them, and they have their own thread on every device. */
  setUser(id: unknown, value: unknown): void {
    const source = record(value);
    const [user_id, hash, name, email] = [typeof id === "number" ? String(id) : text(id)?.trim(), text(source["hash"])?.trim(), text(source["name"])?.trim(), text(source["email"])?.trim()];
    const user = user_id && hash ? { user_id, hash, ...(name ? { name } : {}), ...(email ? { email } : {}) } : null;
    this.identity.identify(source, !user);
    this.#become(user);
  }

  /** The person has signed out of the site: what was here is nobody's. */
  signOut(): void {
    this.identity.forget();
    this.outbox.clear();
    this.store.remove("active");
    const token = this.session.token;
    if (token) {
      this.session.forget(token);
    }
    this.#becomeAnother();
    this.#become(null);
  }

  /** The network or the tab is back. */
  wake(): void {
    if (this.connected) {
      this.#connection.wake();
      void this.#sender.wake();
    }
  }

  /** The network has gone. */
  drop(): void {
    this.#connection.drop();
  }

  /** The page goes, perhaps to come back from the browser's cache. */
  pause(): void {
    this.#connection.stop();
  }

  resume(): void {
    if (this.connected) {
      this.#connection.start();
    }
  }

  background(hidden: boolean): void {
    this.#connection.background(hidden);
  }

  async #catchUp(): Promise<number> {
    const first = !this.history.loaded;
    const page = await this.history.newest();
    this.#confirm(page.items);
    this.unread.learn(page.seen);
    this.audience.loaded(first);
    void this.identity.tell();
    return page.sequence;
  }

  #receive({ event, data }: ServerEvent): void {
    if (event === "message") {
      const message = this.server.message(data);
      if (message) {
        this.#arrived(message);
      }
    } else if (event === "typing") {
      const { active, name } = readTyping(data);
      if (active) {
        this.agent.show(name);
      } else {
        this.agent.hide();
      }
    } else if (event === "status") {
      const { clientKey, status } = readStatus(data);
      if (clientKey && status !== "failed") {
        this.outbox.acknowledge(clientKey);
        this.audience.changed();
      }
    }
  }

  #arrived(message: Message): void {
    const isNew = this.thread.merge([message]).length > 0;
    this.#confirm([message]);
    if (isNew) {
      this.#touch();
      if (message.direction === "outbound") {
        this.agent.hide();
      }
      this.audience.arrived(message);
    }
    this.audience.changed();
  }

  /** What has come back as a message needs no place in the outbox. */
  #confirm(messages: readonly Message[]): void {
    for (const { clientKey } of messages) {
      if (clientKey) {
        this.outbox.remove(clientKey);
        this.uploads.confirm(clientKey);
      }
    }
  }

  #connectionIs(state: ConnectionState): void {
    this.state = state;
    if (state === "live") {
      this.unread.report();
    } else {
      this.agent.hide(); // nobody would tell us that they stopped
    }
    this.audience.connection();
  }

  #otherTab(key: string | null): void {
    if (key === null || isOutboxKey(key)) {
      this.audience.changed();
      if (this.connected) {
        void this.#sender.wake();
      }
    }
  }

  #become(user: User | null): void {
    this.becoming = this.becoming.then(async () => {
      const before = this.session.token;
      try {
        await this.session.become(user);
      } catch (error) {
        if (!(error instanceof ServerError)) {
          throw error;
        }
        // Without an answer now, the next session is theirs.
      }
      if (this.session.token !== before) {
        this.#becomeAnother();
      }
      if (!user) {
        await this.identity.tell();
      }
    });
  }

  #refused(code: string): void {
    if (code === "answers") {
      this.store.remove("answered"); // the form is shown again
    }
    this.audience.refused(code);
  }

  #takeAnswers(): Answers | null {
    const answers = readAnswers(this.store.getJson("answers"));
    this.store.remove("answers");
    return answers;
  }

  #becomeAnother(): void {
    this.store.remove("answered");
    this.store.remove("answers");
    this.history.reset();
    this.unread.reset();
    this.uploads.clear();
    this.#connection.reset();
    this.audience.replaced();
  }

  #touch(): void {
    this.store.set("active", String(Date.now()));
  }
}
