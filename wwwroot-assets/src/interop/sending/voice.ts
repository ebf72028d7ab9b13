import type { Limits } from "./picking.ts";
import { shape } from "../shell/waves.ts";
import { clock, wayFor, type Recording } from "./recording.ts";
import type { Taken } from "./attachments.ts";
import { upload } from "./upload.ts";

const bitsPerSecond = 24_000; // speech; three minutes stay below what phones play at once
const bars = 32;

interface Converter { toOgg(recorded: Blob): Promise<Blob> }

/** A voice note: recorded, listened to, sent. Nothing leaves the browser before "send". */
export class VoiceNote {
  private readonly box: HTMLElement;
  private readonly button: HTMLButtonElement;
  private readonly audio: HTMLAudioElement;
  private off: AbortController | undefined; // of the note that is being made
  private recorder: MediaRecorder | undefined;
  private way: Recording | null = null;
  private chosen: { text: string; way: Recording | null } | undefined; // for what the channel takes
  private note: Blob | undefined;
  private began = 0;
  private seconds = 0;
  private levels: HTMLElement[] = [];

  /** @param blocked nothing may be sent now. */
  constructor(private readonly form: HTMLFormElement, private readonly blocked: () => boolean, private readonly told: (trouble: string) => void, private readonly sent: (file: Taken) => void, until: AbortSignal) {
    this.box = form.querySelector("[data-voice-note]")!;
    this.button = form.querySelector("[data-record]")!;
    this.audio = this.box.querySelector("audio")!;
    const on = { signal: until };
    this.button.addEventListener("click", () => void this.begin(), on);
    this.box.addEventListener("click", (event) => {
      const act = (event.target as Element).closest<HTMLElement>("[data-voice]")?.dataset["voice"];
      if (act === "cancel") this.cancel();
      if (act === "stop") this.stop();
      if (act === "send") void this.send();
    }, on);
    this.box.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); this.cancel(); } }, on);
    until.addEventListener("abort", () => this.end());
  }

  show(): void {
    const blocked = this.blocked();
    const isNote = this.form.dataset["mode"] === "note";
    this.button.hidden = this.choose() === null;
    this.button.disabled = isNote || blocked;
    if (isNote && this.recorder?.state === "recording") this.stop();
    this.box.querySelector<HTMLButtonElement>("[data-voice=send]")!.disabled = blocked || !this.note || this.form.dataset["voice"] === "sending";
  }

  private choose(): Recording | null {
    const text = this.form.dataset["files"] || "{}";
    if (this.chosen?.text !== text) {   // asked at every key
      const way = typeof MediaRecorder === "undefined" ? null : wayFor(JSON.parse(text) as Limits, (type) => MediaRecorder.isTypeSupported(type), "AudioEncoder" in globalThis);
      this.chosen = { text, way };
    }
    return this.chosen.way;
  }

  private async begin(): Promise<void> {
    this.way = this.choose();
    if (this.off || !this.way) return;
    const off = this.off = new AbortController();
    this.told("");
    if (!navigator.mediaDevices) { this.give("voiceInsecureText"); return; }   // plain http, other than on this machine
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true } });
      off.signal.addEventListener("abort", () => stream.getTracks().forEach((track) => track.stop()));
      if (off.signal.aborted) { stream.getTracks().forEach((track) => track.stop()); return; }
      this.record(stream, this.way, off);
    } catch (error) {
      const why = (error as DOMException).name;
      this.give(why === "NotAllowedError" || why === "SecurityError" ? "voiceRefusedText" : why === "NotFoundError" ? "voiceMissingText" : "voiceFailedText");
    }
  }

  private record(stream: MediaStream, way: Recording, off: AbortController): void {
    const recorder = this.recorder = new MediaRecorder(stream, { mimeType: way.record, audioBitsPerSecond: bitsPerSecond });
    const parts: Blob[] = [];
    let size = 0;
    recorder.addEventListener("dataavailable", (event) => {
      parts.push(event.data);
      size += event.data.size;
      if (size > way.bytes * 0.95) this.stop();
    }, { signal: off.signal });
    recorder.addEventListener("stop", () => {
      this.seconds = (performance.now() - this.began) / 1000;
      stream.getTracks().forEach((track) => track.stop());
      void this.made(new Blob(parts, { type: way.record.split(";")[0]! }), way, off);
    }, { signal: off.signal });
    stream.getAudioTracks()[0]?.addEventListener("ended", () => this.stop(), { signal: off.signal });   // unplugged, or taken away
    recorder.start(1000);
    this.began = performance.now();
    this.state("recording");
    this.listen(stream, off.signal);
    this.box.querySelector<HTMLElement>("[data-voice=stop]")!.focus();
  }

  /** Time and level, as long as it records. */
  private listen(stream: MediaStream, until: AbortSignal): void {
    const context = new AudioContext();
    const ear = new AnalyserNode(context, { fftSize: 1024 });
    context.createMediaStreamSource(stream).connect(ear);
    until.addEventListener("abort", () => void context.close().catch(() => undefined));
    const wave = new Float32Array(ear.fftSize);
    const level = this.box.querySelector<HTMLElement>("[data-level]")!;
    level.replaceChildren(...(this.levels = Array.from({ length: bars }, () => document.createElement("i"))));
    let drawn = 0;
    const draw = (now: number): void => {
      if (until.aborted || this.recorder?.state !== "recording") { void context.close().catch(() => undefined); return; }
      requestAnimationFrame(draw);
      if (now - drawn < 80) return;
      drawn = now;
      ear.getFloatTimeDomainData(wave);
      const loud = Math.min(1, 3 * Math.sqrt(wave.reduce((sum, value) => sum + value * value, 0) / wave.length));
      const first = this.levels.shift()!;
      first.style.setProperty("--loud", loud.toFixed(2));
      level.append(first);
      this.levels.push(first);
      this.time((performance.now() - this.began) / 1000);
    };
    requestAnimationFrame(draw);
  }

  private stop(): void {
    if (this.recorder?.state === "recording") this.recorder.stop();
  }

  private async made(recorded: Blob, way: Recording, off: AbortController): Promise<void> {
    this.state("preparing");
    try {
      const address = new URL(this.box.dataset["converter"]!, document.baseURI).href;
      const note = way.convert ? await ((await import(address)) as Converter).toOgg(recorded) : recorded;
      if (off.signal.aborted) return;
      this.note = note;
      this.audio.src = URL.createObjectURL(note);
      void shape(this.audio.closest<HTMLElement>("[data-sound]")!, await note.arrayBuffer());
      this.state("made");
      this.time(this.seconds);
      this.box.querySelector<HTMLElement>("[data-voice=send]")!.focus();
    } catch {
      if (!off.signal.aborted) this.give("voiceFailedText");
    }
  }

  private async send(): Promise<void> {
    const { note, way, off } = this;
    if (!note || !way || !off || this.form.dataset["voice"] === "sending") return;
    this.audio.pause();
    this.state("sending");
    const ending = way.type === "audio/mp4" ? "m4a" : "ogg";
    const answer = await upload(new Blob([note], { type: way.type }), `voice.${ending}`, way.kind, (share) => this.box.style.setProperty("--progress", String(share)), off.signal);
    if (off.signal.aborted) return;
    if (answer.id === undefined) {
      this.state("made");
      this.told(answer.detail ?? this.form.dataset["uploadFailedText"] ?? "");
      return;
    }
    const name = `${this.box.getAttribute("aria-label") ?? ""} ${clock(this.seconds)}`;
    this.end();
    this.sent({ id: answer.id, name, kind: way.kind });
  }

  private cancel(): void {
    this.end();
    this.told("");
    this.button.focus();
  }

  /** It did not come to a note, and a sentence says why. */
  private give(sentence: string): void {
    this.end();
    this.told(this.form.dataset[sentence] ?? "");
    this.button.focus();
  }

  private end(): void {
    this.off?.abort();
    if (this.recorder?.state === "recording") this.recorder.stop();
    this.audio.pause();
    if (this.audio.src) { URL.revokeObjectURL(this.audio.src); this.audio.removeAttribute("src"); this.audio.load(); }
    this.off = this.recorder = this.note = undefined;
    this.box.style.removeProperty("--progress");
    this.state("");
  }

  private state(state: "" | "recording" | "preparing" | "made" | "sending"): void {
    if (state) this.form.dataset["voice"] = state;
    else delete this.form.dataset["voice"];
    this.box.hidden = !state;
    this.box.querySelector("[role=status]")!.textContent = state ? this.box.dataset[`${state}Text`] ?? "" : "";
    this.show();
  }

  private time(seconds: number): void {
    this.box.querySelector("[data-voice-time]")!.textContent = clock(seconds);
  }
}
