// Loaded when a recording has to become ogg and not before: most browsers and channels agree without it.
import { BlobSource, BufferTarget, Conversion, Input, MP4, OggOutputFormat, Output, WEBM } from "mediabunny";

/** The recording as ogg with Opus. What is Opus already is only packed anew. */
export async function toOgg(recorded: Blob): Promise<Blob> {
  const input = new Input({ formats: [WEBM, MP4], source: new BlobSource(recorded) });
  const target = new BufferTarget();
  const conversion = await Conversion.init({ input, output: new Output({ format: new OggOutputFormat(), target }), audio: { codec: "opus" }, video: { discard: true } });
  if (!conversion.isValid) throw new Error("The recording cannot be converted.");
  await conversion.execute();
  return new Blob([target.buffer!], { type: "audio/ogg" });
}
