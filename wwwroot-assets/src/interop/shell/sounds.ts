// Sounds in conversations: a button, a track, the time and the speed, around the browser's own audio element.
import { clock } from "../sending/recording.ts";
import { shape, speedAfter } from "./waves.ts";

const place = "inbox.speed";
const mostForWaves = 2_000_000; // bytes
const step = 5; // seconds

const soundOf = (within: EventTarget | null): HTMLElement | null => within instanceof Element ? within.closest<HTMLElement>("[data-sound]") : null;
const audioOf = (sound: HTMLElement): HTMLAudioElement => sound.querySelector("audio")!;
const speed = (): number => Number(localStorage.getItem(place)) || 1;

function show(sound: HTMLElement): void {
  const audio = audioOf(sound);
  const track = sound.querySelector<HTMLInputElement>("[data-sound-track]")!;
  const known = Number.isFinite(audio.duration) && audio.duration > 0;
  track.disabled = !known;
  track.max = known ? String(audio.duration) : "1";
  track.value = String(audio.currentTime);
  const length = known ? clock(Math.max(1, Math.round(audio.duration))) : "";
  track.setAttribute("aria-valuetext", `${clock(audio.currentTime)}${length ? ` / ${length}` : ""}`);
  sound.style.setProperty("--played", known ? String(audio.currentTime / audio.duration) : "0");
  const begun = audio.currentTime > 0 || !audio.paused;
  sound.querySelector("[data-sound-time]")!.textContent = begun || !known ? clock(audio.currentTime) : length;
  sound.toggleAttribute("data-playing", !audio.paused);
  const button = sound.querySelector<HTMLElement>("[data-sound-play]")!;
  button.setAttribute("aria-label", button.dataset[audio.paused ? "play" : "pause"] ?? "");
  sound.querySelector("[data-sound-speed]")!.textContent = `${speed()}×`;
}

function toggle(sound: HTMLElement): void {
  const audio = audioOf(sound);
  if (audio.paused) void audio.play().catch(() => undefined);   // what cannot be played says so itself
  else audio.pause();
}

function move(audio: HTMLAudioElement, to: number): void {
  if (Number.isFinite(audio.duration)) audio.currentTime = Math.min(audio.duration, Math.max(0, to));
}

/** A short sound's shape, once it is looked at. What was recorded here has it from the recorder: pages may not fetch blobs. */
async function look(sound: HTMLElement): Promise<void> {
  const address = audioOf(sound).currentSrc;
  if (!address || address.startsWith("blob:") || sound.dataset["shaped"] === address || Number(sound.dataset["bytes"] ?? "0") > mostForWaves) return;
  sound.dataset["shaped"] = address;
  const answer = await fetch(address).catch(() => undefined);
  if (answer?.ok) await shape(sound, await answer.arrayBuffer());
}

if (typeof document !== "undefined") {
  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      void look(target as HTMLElement);
    }
  });

  const met = (sound: HTMLElement): void => {
    show(sound);
    if (sound.dataset["sound"] === "voice") seen.observe(sound);
  };

  // These events do not bubble; on their way down they pass here.
  const heard = (name: string, then: (sound: HTMLElement, audio: HTMLAudioElement) => void): void =>
    document.addEventListener(name, (event) => {
      const sound = soundOf(event.target);
      if (sound) then(sound, event.target as HTMLAudioElement);
    }, true);
  heard("loadedmetadata", met);
  heard("timeupdate", show);
  heard("pause", show);
  heard("ended", (sound, audio) => { audio.currentTime = 0; show(sound); });
  heard("emptied", (sound) => { for (const mark of ["data-waves", "data-broken"]) sound.removeAttribute(mark); delete sound.dataset["shaped"]; show(sound); });
  heard("error", (sound) => sound.toggleAttribute("data-broken", true));
  heard("play", (sound, audio) => { audio.playbackRate = speed(); void look(sound); show(sound); });
  document.addEventListener("play", (event) => {
    for (const other of document.querySelectorAll<HTMLMediaElement>("audio, video")) if (other !== event.target) other.pause();
  }, true);

  document.addEventListener("click", (event) => {
    const sound = soundOf(event.target);
    if (!sound) return;
    const target = event.target as Element;
    if (target.closest("[data-sound-play]")) toggle(sound);
    if (target.closest("[data-sound-speed]")) {
      localStorage.setItem(place, String(speedAfter(speed())));
      for (const other of document.querySelectorAll<HTMLElement>("[data-sound]")) { audioOf(other).playbackRate = speed(); show(other); }
    }
  });
  document.addEventListener("input", (event) => {
    const sound = soundOf(event.target);
    if (sound) move(audioOf(sound), Number((event.target as HTMLInputElement).value));
  });
  document.addEventListener("keydown", (event) => {
    const track = (event.target as Element).closest?.("[data-sound-track]");
    const sound = track && soundOf(track);
    if (!sound) return;
    const audio = audioOf(sound);
    const by = { ArrowRight: step, ArrowUp: step, ArrowLeft: -step, ArrowDown: -step }[event.key];
    if (event.key === " ") toggle(sound);
    else if (by !== undefined) move(audio, audio.currentTime + Math.sign(by) * Math.min(step, audio.duration / 10));
    else return;
    event.preventDefault();
  });

  // those whose metadata came before this script
  for (const audio of document.querySelectorAll<HTMLAudioElement>("[data-sound] audio")) {
    const sound = soundOf(audio)!;
    if (audio.error) sound.toggleAttribute("data-broken", true);
    else if (audio.readyState > 0) met(sound);
  }
}
