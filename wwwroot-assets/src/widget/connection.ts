import { backoff } from "./backoff.ts";
import { ServerError } from "./http.ts";
import type { ServerEvent } from "./wire.ts";
import { readStream, StreamStalled } from "./stream.ts";

export type ConnectionState = "connecting" | "live" | "lost";

/** What the connection needs of the rest. */
export interface Line {
  /** Makes the session and loads the newest messages; gives the sequence they stand at. */
  catchUp(): Promise<number>;
  stream(sequence: number, signal: AbortSignal): Promise<Response>;
  poll(sequence: number, signal: AbortSignal): Promise<{ events: ServerEvent[]; sequence: number | null }>;
  /** The server disowned the token: the next catchUp starts with a new one. */
  disowned(error: unknown): boolean;
  onEvent(event: ServerEvent): void;
  onState(state: ConnectionState): void;
  /** How long to wait between polls, milliseconds. */
  pollEvery(): number;
}

const streamTries = 2; // failures in a row, then we poll
const streamAgainAfter = 60_000; // ms of polling before streaming is tried again
const longAway = 600_000; // ms without contact, then the newest page is loaded again instead of the gap

/** Keeps the visitor in touch: streaming, polling where that does not get through, waiting when nothing does. */
export class Connection {
  #sequence: number | null = null;
  #streamFailures = 0;
  #failures = 0;
  #pollUntil = 0;
  #lastContact = 0;
  #hidden = false;
  #turn = 0;
  #running = false;
  #abort = new AbortController();
  #wakeUp: () => void = () => {};

  constructor(private readonly line: Line) {}

  start(): void {
    if (!this.#running) {
      this.#running = true;
      void this.#run(++this.#turn);
    }
  }

  stop(): void {
    this.#running = false;
    this.#turn++;
    this.#interrupt();
  }

  /** Something has changed for the better: try now. An idle stream is opened anew, it may be dead. */
  wake(): void {
    this.#failures = 0;
    if (Date.now() - this.#lastContact > 20_000) {
      this.#interrupt();
    } else {
      this.#wakeUp();
    }
  }

  /** The network has gone: what is open is dead. */
  drop(): void {
    this.#interrupt();
  }

  /** Forgets where it was, because this browser became another visitor. */
  reset(): void {
    this.#sequence = null;
    this.#interrupt();
  }

  /** A tab nobody looks at holds no connection open and asks now and then. */
  background(hidden: boolean): void {
    if (this.#hidden !== hidden) {
      this.#hidden = hidden;
      this.#interrupt();
    }
  }

  /** A loop that was stopped ends by itself, also when the next one has already begun. */
  async #run(turn: number): Promise<void> {
    this.line.onState("connecting");
    while (turn === this.#turn) {
      this.#abort = new AbortController();
      try {
        await this.#step(this.#abort.signal);
      } catch (error) {
        if (turn !== this.#turn) {
          return;
        }
        await this.#recover(error, this.#abort.signal.aborted);
      }
    }
  }

  async #step(signal: AbortSignal): Promise<void> {
    if (this.#sequence === null || (this.#lastContact > 0 && Date.now() - this.#lastContact > longAway)) {
      this.#sequence = await this.line.catchUp();
      this.#touch();
    }
    if (this.#hidden || Date.now() < this.#pollUntil || this.#streamFailures >= streamTries) {
      await this.#poll(signal);
    } else {
      await this.#stream(signal);
    }
  }

  async #stream(signal: AbortSignal): Promise<void> {
    try {
      const response = await this.line.stream(this.#sequence ?? 0, signal);
      this.#live();
      await readStream(response, signal, {
        onChunk: () => {
          this.#streamFailures = 0;
          this.#touch();
        },
        onEvent: (event, id) => this.#take(event, id),
      });
      throw new ServerError(0, "stream_ended");
    } catch (error) {
      if (!signal.aborted) {
        this.#streamFailures = error instanceof StreamStalled ? streamTries : this.#streamFailures + 1;
      }
      throw error;
    }
  }

  async #poll(signal: AbortSignal): Promise<void> {
    const streamFailed = this.#streamFailures >= streamTries;
    this.#streamFailures = 0;
    const { events, sequence } = await this.line.poll(this.#sequence ?? 0, signal);
    if (streamFailed) {
      this.#pollUntil = Date.now() + streamAgainAfter;
    }
    for (const event of events) {
      this.#take(event, null);
    }
    this.#sequence = Math.max(this.#sequence ?? 0, sequence ?? 0);
    this.#touch();
    this.#live();
    await this.#wait(this.line.pollEvery());
  }

  async #recover(error: unknown, interrupted: boolean): Promise<void> {
    if (interrupted) {
      return;
    }
    if (this.line.disowned(error)) {
      this.#sequence = null;
    } else if (!(error instanceof ServerError || error instanceof StreamStalled)) {
      console.error("Inbox widget:", error);
    }
    this.#failures++;
    this.line.onState("lost");
    const asked = error instanceof ServerError ? error.retryAfter : null;
    await this.#wait(asked ?? backoff(this.#failures));
  }

  #take(event: ServerEvent, id: string | null): void {
    const sequence = id === null ? Number.NaN : Number(id);
    if (sequence <= (this.#sequence ?? 0)) {
      return; // had it before the stream was cut
    }
    this.line.onEvent(event);
    if (!Number.isNaN(sequence)) {
      this.#sequence = sequence;
    }
  }

  #live(): void {
    this.#failures = 0;
    this.line.onState("live");
  }

  #touch(): void {
    this.#lastContact = Date.now();
  }

  #interrupt(): void {
    this.#abort.abort();
    this.#wakeUp();
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
