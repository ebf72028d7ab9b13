const first = 1_000;
const longest = 30_000;

/** Milliseconds to wait after a number of failures in a row: doubled each time, half of it by chance. */
export function backoff(failures: number, random: () => number = Math.random): number {
  const full = Math.min(longest, first * 2 ** Math.max(0, failures - 1));
  return full / 2 + (full / 2) * random();
}
