import { tab } from "./notifications/tab.ts";

const key = "inbox-sound";
const together = 2_000;

/**
 * A short sound, where nobody looks at the window: of several tabs one sounds. And what is unread, in the browser's tab.
 * @param dotted the icon's address while something is unread
 */
export function start(dotted: string): { sound(): void; unread(count: number): void; dispose(): void } {
  const off = new AbortController();
  const inTab = tab(dotted);
  let audio: AudioContext | undefined;

  // A browser lets a page sound only after somebody has touched it.
  const wake = (): void => {
    audio ??= new AudioContext();
    void audio.resume();
  };
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, wake, { signal: off.signal, passive: true });

  return {
    sound: () => {
      if (!audio || document.hasFocus() || !isFirst()) return;
      const [tone, loudness, now] = [audio.createOscillator(), audio.createGain(), audio.currentTime];
      tone.frequency.setValueAtTime(660, now);
      tone.frequency.setValueAtTime(880, now + 0.12);
      loudness.gain.setValueAtTime(0.0001, now);
      loudness.gain.exponentialRampToValueAtTime(0.2, now + 0.02);
      loudness.gain.exponentialRampToValueAtTime(0.0001, now + 0.4);
      tone.connect(loudness).connect(audio.destination);
      tone.start(now);
      tone.stop(now + 0.4);
    },
    unread: inTab.unread,
    dispose: () => {
      off.abort();
      inTab.dispose();
      void audio?.close();
    },
  };
}

/** Whether no other tab of this browser has sounded just now. */
function isFirst(): boolean {
  try {
    const [last, now] = [Number(localStorage.getItem(key) ?? 0), Date.now()];
    if (now - last < together) return false;
    localStorage.setItem(key, String(now));
  } catch {
    // no storage: each tab is the only one
  }
  return true;
}
