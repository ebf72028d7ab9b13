const bars = 32;
const height = 24;
const speeds = [1, 1.5, 2];

/** The loudness of equal parts, 0 to 1, the loudest 1. */
export function peaks(samples: Float32Array, parts = bars): number[] {
  const size = Math.max(1, Math.floor(samples.length / parts));
  const loud = Array.from({ length: parts }, (_, part) => {
    let most = 0;
    for (let at = part * size; at < Math.min(samples.length, (part + 1) * size); at++) most = Math.max(most, Math.abs(samples[at]!));
    return most;
  });
  const loudest = Math.max(...loud);
  return loudest > 0 ? loud.map((one) => one / loudest) : loud;
}

/** A picture of the bars that a colour is cut to. */
export function waves(samples: Float32Array): string {
  const lines = peaks(samples).map((loud, at) => {
    const half = Math.max(1, loud * (height / 2 - 1));
    return `M${at * 4 + 2} ${(height / 2 - half).toFixed(1)}v${(half * 2).toFixed(1)}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${bars * 4} ${height}" preserveAspectRatio="none"><path d="${lines.join("")}" stroke="#000" stroke-width="2" stroke-linecap="round" fill="none"/></svg>`;
}

/** Puts the shape of a sound behind its track. @param bytes the whole file. */
export async function shape(sound: HTMLElement, bytes: ArrayBuffer): Promise<void> {
  try {
    const heard = await new OfflineAudioContext(1, 1, 16_000).decodeAudioData(bytes);
    sound.style.setProperty("--waves", `url("data:image/svg+xml,${encodeURIComponent(waves(heard.getChannelData(0)))}")`);
    sound.toggleAttribute("data-waves", true);
  } catch {
    // a plain track does as well
  }
}

/** 1, 1.5, 2 and again. */
export function speedAfter(speed: number): number {
  return speeds[(speeds.indexOf(speed) + 1) % speeds.length]!;
}
