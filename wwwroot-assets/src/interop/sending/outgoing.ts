import type { Answer } from "./api.ts";

export type Mode = "reply" | "note";

/** A message that the server has not confirmed yet. */
export interface Outgoing {
  key: string;
  conversation: string;
  mode: Mode;
  text: string;
  /** An uploaded file that it carries. */
  media?: { id: number; name: string };
  /** Our id of the message that it answers. */
  replyTo?: number;
  /** After the time for free text, by a person: the platform is told. */
  asPerson?: boolean;
  at: number;
  /** Why the server refused it; such a message waits for a person. */
  refused?: string;
}

export type Outcome = "accepted" | "again" | "signed-out" | "refused";

/** Whether a message may go again with the same key, or a person has to look at it. */
export function outcomeOf(answer: Answer): Outcome {
  if (answer.status >= 200 && answer.status < 300) return "accepted";
  if (answer.status === 401) return "signed-out";
  if (answer.status === 0 || answer.status >= 500 || [408, 425, 429].includes(answer.status)) return "again";
  return "refused";
}

/** Milliseconds before the next try: 1 s, 2 s, 4 s ... 30 s, or what the server asks for. */
export function waitBefore(attempt: number, retryAfter?: number): number {
  return retryAfter ? Math.min(retryAfter, 300) * 1000 : Math.min(30_000, 1000 * 2 ** Math.min(attempt, 5));
}
