import { ServerError } from "./http.ts";
import { SseParser } from "./sse.ts";
import type { ServerEvent } from "./wire.ts";

const silence = 45_000; // ms: the server says something every 15 s

/** Nothing came for so long that something between us and the server must be holding it back. */
export class StreamStalled extends Error {}

export interface StreamReader {
  onChunk(): void;
  onEvent(event: ServerEvent, id: string | null): void;
}

/** Reads an open stream to its end. */
export async function readStream(response: Response, signal: AbortSignal, reader: StreamReader): Promise<void> {
  const source = response.body?.getReader();
  if (!source) {
    throw new StreamStalled();
  }
  const cancel = (): void => void source.cancel().catch(() => {});
  signal.addEventListener("abort", cancel, { once: true });
  const decoder = new TextDecoder();
  const parser = new SseParser();
  try {
    for (;;) {
      const { done, value } = await within(
        silence,
        source.read().catch(() => {
          throw new ServerError(0, "stream_broken");
        }),
      );
      if (done) {
        return;
      }
      reader.onChunk();
      for (const { event, data, id } of parser.push(decoder.decode(value, { stream: true }))) {
        const parsed = parse(data);
        if (parsed !== undefined) {
          reader.onEvent({ event, data: parsed }, id);
        }
      }
    }
  } finally {
    signal.removeEventListener("abort", cancel);
    cancel();
  }
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new StreamStalled()), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
