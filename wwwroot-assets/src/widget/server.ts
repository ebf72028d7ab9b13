import { type FileInfo, link } from "./files.ts";
import { call, json, upload } from "./http.ts";
import type { Answers } from "./pre-chat.ts";
import { isDisowned, type Session } from "./session.ts";
import { type Id, type Message, type Page, readEvents, readMessage, readPage, readSettings, record, type ServerEvent, type Settings } from "./wire.ts";

/** The requests of the widget, one method each. */
export class Server {
  readonly #widget: string;

  constructor(
    private readonly base: string,
    private readonly tenant: string,
    private readonly session: Session,
  ) {
    this.#widget = `${base}/api/v1/widget`;
  }

  /** Whether this browser has talked to the tenant before. */
  get known(): boolean {
    return this.session.token !== null;
  }

  async settings(): Promise<Settings> {
    const url = `${this.#widget}/${encodeURIComponent(this.tenant)}/settings`;
    const token = this.session.token;
    try {
      return readSettings(await json(await call(url, { token })), this.base);
    } catch (error) {
      if (!token || !isDisowned(error)) {
        throw error;
      }
      this.session.forget(token);
      return readSettings(await json(await call(url)), this.base);
    }
  }

  async history(before: string | null): Promise<Page> {
    const query = before === null ? "limit=40" : `before=${encodeURIComponent(before)}&limit=40`;
    return readPage(await json(await this.#authorised(`messages?${query}`)), this.base);
  }

  async send(clientKey: string, text: string, answers: Answers | null = null): Promise<void> {
    // keepalive: a message sent just before leaving the page still goes out.
    await this.#authorised("messages", { method: "POST", body: { client_key: clientKey, text, ...(answers ? { answers } : {}) }, keepalive: true });
  }

  /** One file as a message of its own; the same key is the same message. */
  attach(clientKey: string, file: File, answers: Answers | null, progress: (share: number) => void, signal: AbortSignal): Promise<void> {
    return this.session.use((token) => {
      const form = new FormData();
      if (answers) {
        form.append("answers", JSON.stringify(answers));
      }
      form.append("file", file, file.name);
      return upload(`${this.#widget}/attachments?client_key=${encodeURIComponent(clientKey)}`, form, token, progress, signal);
    });
  }

  /** A new link to a file of the thread. */
  async link(file: FileInfo): Promise<string> {
    const answer = record(await json(await this.#authorised(`files/${encodeURIComponent(String(file.id))}`)));
    return link(answer["url"], this.base) ?? file.url;
  }

  message(value: unknown): Message | null {
    return readMessage(value, this.base);
  }

  /** The open stream. No retry with a new token here: a new visitor has to load the history first. */
  stream(sequence: number, signal: AbortSignal): Promise<Response> {
    return call(`${this.#widget}/stream`, {
      token: this.session.token,
      headers: { Accept: "text/event-stream", "Last-Event-ID": String(sequence) },
      signal,
    });
  }

  async poll(sequence: number, signal: AbortSignal): Promise<{ events: ServerEvent[]; sequence: number | null }> {
    return readEvents(await json(await call(`${this.#widget}/stream?since=${sequence}`, { token: this.session.token, signal })));
  }

  async typing(): Promise<void> {
    await call(`${this.#widget}/typing`, { method: "POST", token: this.session.token, body: { active: true } });
  }

  async read(upTo: Id): Promise<void> {
    await call(`${this.#widget}/read`, { method: "POST", token: this.session.token, body: { up_to: upTo } });
  }

  async visitor(person: { name?: string; email?: string }): Promise<void> {
    await this.#authorised("visitor", { method: "PUT", body: person });
  }

  #authorised(path: string, options: { method?: string; body?: unknown; keepalive?: boolean } = {}): Promise<Response> {
    return this.session.use((token) => call(`${this.#widget}/${path}`, { ...options, token }));
  }
}
