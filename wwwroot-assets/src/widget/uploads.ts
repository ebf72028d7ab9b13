import { backoff } from "./backoff.ts";
import { newClientKey } from "./client-key.ts";
import { ServerError } from "./http.ts";
import type { Answers } from "./pre-chat.ts";

/** A file that was chosen here and is not yet seen in the conversation. */
export interface Upload {
  clientKey: string;
  file: File;
  at: number;
  state: "waiting" | "acknowledged" | "failed";
  /** 0 to 1. */
  progress: number;
  code: string | null;
  /** Of the form before the first message, which this one is. */
  answers: Answers | null;
  /** A picture of it, for as long as the page lives; null for what is no picture. */
  preview: string | null;
}

export type SendFile = (upload: Upload, progress: (share: number) => void, signal: AbortSignal) => Promise<void>;

/** Files on their way, one after another. They live as long as the page: a browser lets nobody keep them longer. */
export class Uploads {
  onChanged: () => void = () => {};
  onRefused: (code: string) => void = () => {};
  #uploads: Upload[] = [];
  #running = false;
  #failures = 0;
  #abort: AbortController | null = null;
  #current: Upload | null = null;

  constructor(
    private readonly send: SendFile,
    private readonly now: () => number = Date.now,
    private readonly pause: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  ) {}

  list(): readonly Upload[] {
    return this.#uploads;
  }

  get busy(): boolean {
    return this.#uploads.some((upload) => upload.state === "waiting");
  }

  /** code: why it is not sent at all; null to send it. */
  add(file: File, code: string | null, answers: Answers | null = null): void {
    const preview = file.type.startsWith("image/") && typeof URL.createObjectURL === "function" ? URL.createObjectURL(file) : null;
    this.#uploads.push({ clientKey: newClientKey(), file, at: this.now(), state: code === null ? "waiting" : "failed", progress: 0, code, answers, preview });
    this.onChanged();
    void this.#run();
  }

  retry(clientKey: string, answers: Answers | null = null): void {
    const upload = this.#uploads.find((one) => one.clientKey === clientKey);
    if (upload?.state === "failed") {
      Object.assign(upload, { state: "waiting", code: null, progress: 0, at: this.now(), answers });
      this.onChanged();
      void this.#run();
    }
  }

  /** Takes one out; what is on its way stops. */
  remove(clientKey: string): void {
    const upload = this.#uploads.find((one) => one.clientKey === clientKey);
    if (upload) {
      this.#uploads = this.#uploads.filter((one) => one !== upload);
      if (this.#current === upload) {
        this.#abort?.abort();
      }
      if (upload.preview) {
        URL.revokeObjectURL(upload.preview);
      }
      this.onChanged();
    }
  }

  /** It has come back as a message. */
  confirm(clientKey: string): void {
    if (this.#current?.clientKey !== clientKey) {
      this.remove(clientKey);
    }
  }

  clear(): void {
    for (const { clientKey } of this.#uploads) {
      this.remove(clientKey);
    }
  }

  async #run(): Promise<void> {
    if (this.#running) {
      return;
    }
    this.#running = true;
    try {
      for (let next = this.#next(); next; next = this.#next()) {
        await this.#bring(next);
      }
    } finally {
      this.#running = false;
    }
  }

  #next(): Upload | undefined {
    return this.#uploads.find((upload) => upload.state === "waiting");
  }

  async #bring(upload: Upload): Promise<void> {
    this.#abort = new AbortController();
    this.#current = upload;
    try {
      await this.send(upload, (share) => this.#progressed(upload, share), this.#abort.signal);
      this.#failures = 0;
      Object.assign(upload, { state: "acknowledged", progress: 1 });
    } catch (error) {
      if (!this.#uploads.includes(upload)) {
        return; // taken out
      }
      if (!(error instanceof ServerError)) {
        throw error;
      }
      if (error.status === 0 || error.status === 408 || error.status === 429 || error.status >= 500) {
        this.#failures++;
        upload.progress = 0;
        this.onChanged();
        await this.pause(error.retryAfter ?? backoff(this.#failures));
        return;
      }
      Object.assign(upload, { state: "failed", code: error.code });
      this.onRefused(error.code);
    } finally {
      this.#current = null;
    }
    this.onChanged();
  }

  #progressed(upload: Upload, share: number): void {
    upload.progress = share;
    this.onChanged();
  }
}
