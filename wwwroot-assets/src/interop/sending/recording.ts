import type { Limits } from "./picking.ts";

/** How a voice is recorded for a channel. */
export interface Recording {
  /** What it is sent as: a voice note where the channel has them, else a sound. */
  kind: "voice" | "audio";
  /** What the browser is asked to record. */
  record: string;
  /** What goes out. */
  type: string;
  /** What was recorded becomes ogg before it goes. */
  convert: boolean;
  /** The most bytes. */
  bytes: number;
}

/** The first that both the browser and the channel can do: m4a is heard everywhere, ogg nearly. */
const ways = [
  { record: "audio/mp4;codecs=mp4a.40.2", type: "audio/mp4", convert: false },
  { record: "audio/ogg;codecs=opus", type: "audio/ogg", convert: false },
  { record: "audio/webm;codecs=opus", type: "audio/ogg", convert: true },
  { record: "audio/mp4", type: "audio/mp4", convert: false },
];
const recoded = { record: "audio/mp4", type: "audio/ogg", convert: true };

/** @param records whether the browser records a type. @param encodes whether it can turn one into another. @returns null where no voice can be sent. */
export function wayFor(limits: Limits, records: (type: string) => boolean, encodes: boolean): Recording | null {
  for (const kind of ["voice", "audio"] as const) {
    const limit = limits[kind];
    if (!limit) continue;
    const way = [...ways, ...(encodes ? [recoded] : [])].find((one) => (limit.types.length === 0 || limit.types.includes(one.type)) && records(one.record));
    if (way) return { kind, ...way, bytes: limit.bytes };
  }
  return null;
}

/** 0:07, 12:30. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
