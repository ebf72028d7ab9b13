import { backoff } from "./backoff.ts";
import type { Exclusively } from "./exclusive.ts";
import { ServerError } from "./http.ts";
import type { Outbox } from "./outbox.ts";
import type { Answers } from "./pre-chat.ts";

const refused = new Set([400, 403, 404, 409, 410, 413, 415, 422]);

/** Sends what waits in the outbox, one after another and in one tab only. */
export class Sender {
  /** Called after every change of the outbox. */
  onChanged: () => void = () => {};
  onRefused: (code: string) => void = () => {};
  #failures = 0;
  #notBefore = 0;
  #running = false;
  #again = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly outbox: Outbox,
    private readonly post: (clientKey: string, text: string, answers: Answers | null) => Promise<void>,
    private readonly exclusively: Exclusively,
  ) {}

  /** Tries now, unless the server has asked us to wait. */
  async wake(): Promise<void> {
    if (this.#running) {
      this.#again = true;
      return;
    }
    clearTimeout(this.#timer);
    const wait = this.#notBefore - Date.now();
    if (wait > 0) {
      this.#timer = setTimeout(() => void this.wake(), wait);
      return;
    }
    this.#running = true;
    try {
      do {
        this.#again = false;
        if (this.outbox.waiting().length > 0) {
          await this.exclusively("send", (renew) => this.#drain(renew));
        }
      } while (this.#again && this.#notBefore <= Date.now());
    } finally {
      this.#running = false;
    }
  }

  async #drain(renew: () => void): Promise<void> {
    // Read again for each: another tab may have sent or removed some while we waited for our turn.
    for (let entry = this.outbox.waiting()[0]; entry; entry = this.outbox.waiting()[0]) {
      renew();
      try {
        await this.post(entry.clientKey, entry.text, entry.answers);
        this.#failures = 0;
        this.outbox.acknowledge(entry.clientKey);
      } catch (error) {
        if (!(error instanceof ServerError)) {
          throw error;
        }
        if (!refused.has(error.status)) {
          this.#pause(error);
          return;
        }
        this.outbox.fail(entry.clientKey, (error.status === 422 && !entry.answers && error.code !== "answers") || error.status === 413 ? "too_long" : error.code);
        this.onRefused(error.code);
      }
      this.onChanged();
    }
  }

  #pause(error: ServerError): void {
    this.#failures++;
    const wait = error.retryAfter ?? backoff(this.#failures);
    this.#notBefore = error.retryAfter === null ? 0 : Date.now() + wait;
    this.#timer = setTimeout(() => void this.wake(), wait);
    this.onChanged();
  }
}
