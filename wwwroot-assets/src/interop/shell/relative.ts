export interface Words { now: string; minutes: string; hours: string; days: string; hoursMinutes: string; yours: string }

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** "now", "2m", "1h", "3d": short enough for a row of the list. A time ahead counts as now. */
export function relative(now: number, then: number, words: Words): string {
  const passed = Math.max(0, now - then);
  if (passed < minute) return words.now;
  if (passed < hour) return words.minutes.replace("{0}", String(Math.floor(passed / minute)));
  if (passed < day) return words.hours.replace("{0}", String(Math.floor(passed / hour)));
  return words.days.replace("{0}", String(Math.floor(passed / day)));
}

/** "5h 12m" until a moment, or null when it has passed. */
export function until(now: number, then: number, words: Words): string | null {
  const left = then - now;
  if (left <= 0) return null;
  if (left < hour) return words.minutes.replace("{0}", String(Math.max(1, Math.floor(left / minute))));
  return words.hoursMinutes.replace("{0}", String(Math.floor(left / hour))).replace("{1}", String(Math.floor((left % hour) / minute)));
}
